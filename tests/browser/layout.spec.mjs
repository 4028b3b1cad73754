// Sizes, themes, frames, and what a machine can say about accessibility.
import { findings } from "./axe.mjs";
import { expect, overflow, test } from "./page.mjs";

async function withResults(page, seeds) {
  await page.goto(`./?page=runs&seed=${seeds}&run=1`);
  await expect(page.locator("#state")).toHaveText(/done\.$/);
}

for (const [width, height] of [[390, 844], [320, 256]]) {
  test(`nothing sticks out at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const seeds of ["1", "0-5"]) {
      await withResults(page, seeds);
      expect(await overflow(page)).toBe(0);
    }
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const seeds of ["1", "0-5"]) {
      await withResults(page, seeds);
      expect(await findings(page)).toEqual([]);
    }
  });
}

test("controls are at least 44 px high", async ({ page }) => {
  await page.goto("./?page=runs");
  for (const control of await page.locator("button:visible, select:visible, input:visible").all()) {
    expect((await control.boundingBox()).height).toBeGreaterThanOrEqual(44);
  }
});

test("starts in a frame of no size and works once it is shown", async ({ page, embed }) => {
  const frame = await embed("hidden", "?seed=1&run=1");
  await expect(frame.locator("#run")).toBeAttached();
  await page.locator("iframe").evaluate((frame) => frame.removeAttribute("hidden"));
  await expect(frame.locator("#trace-hash")).toBeVisible();
});

test("works in a sandboxed frame, where its own origin is a foreign one", async ({ embed }) => {
  const frame = await embed('sandbox="allow-scripts"', "?seed=1&run=1");
  await expect(frame.locator("#trace-hash")).toBeVisible();
});
