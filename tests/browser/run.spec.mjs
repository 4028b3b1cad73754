// Starting the page and running scenarios in it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./environment.mjs";
import { nativeHash, nativeHashes } from "./native.mjs";
import { expect, hashes, test } from "./page.mjs";

const index = JSON.parse(await readFile(join(dist, "scenarios/index.json"), "utf8"));
const ids = index.scenarios.map((scenario) => scenario.id);
const HASH = /^[0-9a-f]{16,}$/;

test("boots under its policy, lists the scenarios and says nothing in the console", async ({ page }) => {
  const response = await page.goto("./?page=runs");
  expect(response.headers()["content-security-policy"]).toContain("'wasm-unsafe-eval'");
  expect(response.headers()["content-security-policy"]).toContain("frame-ancestors *");
  await expect(page.getByRole("heading", { level: 1, name: "Netsplit" })).toBeVisible();
  await expect(page.getByText("Pull the cable and see what your database does.")).toBeVisible();
  await expect(page.getByLabel("Scenario", { exact: true }).locator("option")).toHaveCount(ids.length + 1);
  await expect(page.locator("#boot")).toHaveCount(0);
  await expect(page.locator("#trouble")).toBeHidden();
});

test("runs a scenario by hand and shows what came of it", async ({ page }) => {
  await page.goto("./?page=runs");
  await page.getByLabel("Scenario", { exact: true }).selectOption(ids[0]);
  await page.getByLabel("Seed, or a range").fill("7");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.locator("#state")).toHaveText("One run is done.");
  await expect(page.locator("#trace-hash")).toHaveText(HASH);
  await expect(page.locator("#events")).toHaveText(/^[1-9][0-9,]*$/);
  await expect(page.locator("#time")).not.toHaveText(/^0[. 0]*s$/);
  expect(await page.locator("#trace-hash").textContent()).toBe(await nativeHash(ids[0], 7));
});

test("runs what the address asks for, and the keyboard is enough", async ({ page }) => {
  await page.goto(`./?scenario=${ids.at(-1)}&seed=4294967295&run=1`);
  await expect(page.locator("#trace-hash")).toHaveText(HASH);
  const first = await page.locator("#trace-hash").textContent();
  await page.getByLabel("Seed, or a range").focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("4294967294");
  await page.keyboard.press("Enter");
  await expect(page.locator("#trace-hash")).not.toHaveText(first);
});

test("says what is wrong with a seed and which scenario is unknown", async ({ page }) => {
  await page.goto("./?scenario=no-such-thing&run=1");
  await expect(page.getByRole("alert")).toContainText("no-such-thing");
  for (const [text, words] of [["", "write a seed"], ["9-3", "backwards"], ["4294967296", "is no seed"], ["0-99999", "more than"]]) {
    await page.getByLabel("Seed, or a range").fill(text);
    await page.getByRole("button", { name: "Run" }).click();
    await expect(page.locator("#seeds-help")).toContainText(words);
  }
});

test("answers while it computes: a long list of runs can be stopped", async ({ page }) => {
  await page.goto(`./?scenario=${encodeURIComponent("*")}&seed=0-1999&run=1`);
  await expect(page.locator("#runs tbody tr").nth(2)).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("button", { name: "Stop" })).toBeDisabled();
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  expect(await page.locator("#runs tbody tr").count()).toBeLessThan(2000 * ids.length);
});

test("gives the hashes of the native command line for 200 runs and more", async ({ page }) => {
  test.setTimeout(600_000);
  const last = Math.ceil(200 / ids.length);
  const native = nativeHashes(ids, `0-${last}`);
  await page.goto(`./?scenario=${encodeURIComponent("*")}&seed=0-${last}&run=1`);
  const count = ids.length * (last + 1);
  expect(count).toBeGreaterThanOrEqual(200);
  await expect(page.locator("#state")).toHaveText(`${count} runs are done.`, { timeout: 500_000 });
  const found = await hashes(page);
  expect(Object.keys(found)).toHaveLength(count);
  expect(found).toEqual(await native);
  // Where nothing is drawn at all, every seed gives one and the same run; elsewhere every run is another one.
  const all = Object.entries(found);
  const own = ids.map((id) => new Set(all.filter(([run]) => run.startsWith(`${id} `)).map(([, hash]) => hash)).size);
  own.forEach((size, at) => expect([1, last + 1], `${ids[at]} has ${size} different runs`).toContain(size));
  expect(new Set(all.map(([, hash]) => hash)).size, "scenarios share no run").toBe(own.reduce((sum, size) => sum + size));
  expect(own.filter((size) => size > 1).length, "most scenarios draw something").toBeGreaterThan(ids.length / 2);
});

test("says which rules of the protocol were switched off", async ({ page }) => {
  await page.goto("./?scenario=broken-any-candidate&seed=1&run=1");
  await expect(page.locator("#switched-off")).toHaveText("Rules switched off: ignore_log_up_to_dateness");
  await page.goto("./?scenario=broken-any-candidate&seed=1-2&run=1");
  await expect(page.locator("#runs tbody tr").first()).toContainText("rules switched off: ignore_log_up_to_dateness");
  await page.goto("./?scenario=figure-eight-rule&seed=1&run=1");
  await expect(page.locator("#state")).toHaveText("One run is done.");
  await expect(page.locator("#switched-off")).toHaveCount(0);
});
