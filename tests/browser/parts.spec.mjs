// The program in two parts: the first page runs on the first alone, the rest comes behind it, or when somebody is faster.
import { open } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const REST = "**/netsplit-rest-*.wasm";

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    addEventListener("TrunkApplicationStarted", ({ detail }) => (window.program = detail.wasm));
  });
});

// Until it has started there is no program to ask.
const isWhole = (page) => page.evaluate(() => window.program?.["~here"].value === 1);

/** The page's own files that were asked for until the stage moved, and after that. */
async function asked(page) {
  return page.evaluate(() => {
    const [{ startTime }] = performance.getEntriesByName("netsplit-moving");
    const files = performance.getEntriesByType("resource").map((entry) => ({ name: entry.name.split("/").at(-1), early: entry.startTime < startTime }));
    return { early: files.filter((file) => file.early).map(({ name }) => name), late: files.filter((file) => !file.early).map(({ name }) => name) };
  });
}

async function moves(page) {
  await page.waitForFunction(() => performance.getEntriesByName("netsplit-moving").length > 0, null, { timeout: 30_000 });
}

for (const [width, height] of [
  [1440, 900],
  [390, 844],
]) {
  test(`the first page moves before the rest is asked for, ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto("./");
    await moves(page);
    await expect.poll(() => isWhole(page)).toBe(true);
    const { early, late } = await asked(page);
    const words = "what the first page needs has changed: `cargo xtask first-load` writes its list anew";
    expect(early.filter((name) => name.startsWith("netsplit-rest")), words).toEqual([]);
    expect(late.filter((name) => name.startsWith("netsplit-rest"))).toHaveLength(1);
  });
}

test("the first page goes on for seconds without the rest", async ({ page }) => {
  const ways = [];
  await page.route(REST, (route) => ways.push(route.request().resourceType()));
  await page.goto("./");
  await moves(page);
  await page.waitForTimeout(4_000);
  // The one that waits is the one in the background: nothing that ran has needed it.
  expect(ways).toEqual(["fetch"]);
  expect(await isWhole(page)).toBe(false);
});

test("who is faster than the network gets what they asked for", async ({ page }) => {
  const ways = [];
  await page.route(REST, async (route) => {
    ways.push(route.request().resourceType());
    if (route.request().resourceType() === "xhr") await route.continue();
  });
  await page.goto("./");
  await moves(page);
  await expect.poll(() => ways.includes("fetch")).toBe(true);
  expect(await isWhole(page)).toBe(false);
  await page.getByRole("button", { name: "Keyboard", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(ways.filter((way) => way === "xhr")).toHaveLength(1);
  expect(await isWhole(page)).toBe(true);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("an address that asks for a run gets both parts at once", async ({ page }) => {
  const ways = [];
  page.on("request", (request) => request.url().includes("netsplit-rest") && ways.push(request.resourceType()));
  await page.goto("./?page=runs");
  await expect(page.getByLabel("Scenario", { exact: true })).toBeVisible();
  expect(ways).toEqual(["fetch"]);
  expect(await isWhole(page)).toBe(true);
});

test("from any folder of a host, and in a sandboxed frame, the rest is found", async ({ page, baseURL, embed }) => {
  await page.route("**/lab/v1/**", async (route) => {
    const response = await route.fetch({ url: route.request().url().replace("/lab/v1/", "/") });
    await route.fulfill({ response });
  });
  await page.goto(`${baseURL}lab/v1/`);
  await expect.poll(() => isWhole(page)).toBe(true);
  const frame = await embed('sandbox="allow-scripts"', "");
  await expect(frame.locator("#node-n1")).toBeVisible();
  await expect.poll(() => frame.locator("body").evaluate(() => window.program?.["~here"].value)).toBe(1);
});

test.describe("without the rest", () => {
  test.use({ allowed: ["404", "netsplit-rest"] });

  test("the page says so, in words", async ({ page }) => {
    await page.route(REST, (route) => route.fulfill({ status: 404 }));
    await open(page);
    await moves(page);
    // The panels wait for it, and cannot come.
    await expect(page.locator("#trouble")).toContainText("A part of its program could not be loaded.");
  });
});
