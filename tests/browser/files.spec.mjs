// A run as a file: saved where it is too long for a link, and opened again.
import { readFile } from "node:fs/promises";
import { open, part, playTo, shared } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const box = (page, name) => page.getByRole("textbox", { name: `Text at ${name}` });

/** Puts a text into a box as a paste does: at once. */
async function paste(page, name, text) {
  await box(page, name).click();
  await page.keyboard.press("End");
  await page.keyboard.insertText(text);
  await box(page, name).blur();
}

async function save(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the run as a file" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("netsplit-run.txt");
  return download.path();
}

test("a run that is too long for a link goes through a file, to the letter", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  await part(page, ["n1"], ["n1", "n2", "n3"]);
  // More than one command takes, so that it becomes two.
  const long = ` ${"All work and no play makes Jack a dull boy. ".repeat(500)}`;
  await paste(page, "n1", long);
  const whole = `Two cats sat here.${long}`;
  await expect(box(page, "n1")).toHaveValue(whole);
  await expect(box(page, "n3")).toHaveValue("Two cats sat here.");
  await page.locator("#share").click();
  await expect(page.getByText("the run is too long for a link")).toBeVisible();
  await expect(page.locator("#share-link")).toHaveCount(0);
  const file = await save(page);
  await expect(page.getByText("Saved as netsplit-run.txt")).toBeVisible();
  expect(await readFile(file, "utf8")).toMatch(/^s=1\.[\w-]+$/);

  await open(page, "?scenario=zombie-leader");
  await page.locator("#share").click();
  await page.getByLabel("Open a saved run").setInputFiles(file);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(box(page, "n1")).toHaveValue(whole);
  await expect(box(page, "n3")).toHaveValue("Two cats sat here.");
});

test("a saved run is the run that its link leads to", async ({ page }) => {
  await open(page, "?scenario=zombie-leader");
  await playTo(page, 1.5);
  const link = await shared(page);
  await page.locator("#share").click();
  const file = await save(page);
  await open(page, "");
  await page.locator("#share").click();
  await page.getByLabel("Open a saved run").setInputFiles(file);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await shared(page)).split("#")[1]).toBe(link.split("#")[1]);
});

test("a file that holds no run says so and changes nothing", async ({ page }) => {
  await open(page, "?scenario=zombie-leader");
  await playTo(page, 1.5);
  const link = await shared(page);
  await page.locator("#share").click();
  const choose = (name, text) =>
    page.getByLabel("Open a saved run").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await choose("notes.txt", "Milk, bread, eggs");
  await expect(page.getByText("notes.txt cannot be opened: no run of Netsplit's is in it.")).toBeVisible();
  await choose("half.txt", link.split("#")[1].slice(0, -9));
  await expect(page.getByText("half.txt cannot be opened: this link is damaged or cut short: copy it again, whole.")).toBeVisible();
  await page.getByRole("button", { name: "Close" }).click();
  expect(await shared(page)).toBe(link);
});
