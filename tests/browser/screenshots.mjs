// Pictures for a person to look at; `cargo xtask screenshots` takes them.
import { join } from "node:path";
import { open, part, pause, playTo } from "./desk.mjs";
import { out } from "./environment.mjs";
import { expect, test } from "./page.mjs";

const SIZES = [[1440, 900], [960, 540], [480, 270], [390, 844], [320, 640]];

/** The named views: how each is opened, and what is done until it looks as it should. */
export const VIEWS = {
  home: async (page) => {
    await open(page);
    await expect.poll(() => page.locator("#caption").textContent()).not.toBe("");
    await pause(page);
  },
  cut: async (page) => {
    await open(page, "?scenario=zombie-leader");
    await playTo(page, 1.65, 0);
  },
  overwritten: async (page) => {
    await open(page, "?scenario=zombie-leader");
    await playTo(page, 4.6, 3);
  },
  nine: async (page) => {
    await open(page, "?scenario=nine-nodes");
    await playTo(page, 2.5, 3);
  },
  "lesson-predict": async (page) => open(page, "?lesson=zombie-leader&step=3"),
  "lesson-run": async (page) => open(page, "?lesson=zombie-leader&step=4"),
  lessons: async (page) => {
    await page.goto("./?page=lessons");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  twin: async (page) => {
    await open(page, "?scenario=explore");
    await playTo(page, 2.0, 3);
    await part(page, ["n4", "n5", "Bob"]);
    await page.getByRole("button", { name: "Twin", exact: true }).click();
    await page.getByRole("button", { name: "without the last intervention" }).click();
    await playTo(page, 3.0, 3);
  },
  runs: async (page) => {
    await page.goto("./?page=runs&seed=0-9&run=1");
    await expect(page.locator("#state")).toHaveText(/done\.$/);
  },
};

for (const [width, height] of SIZES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, prepare] of Object.entries(VIEWS)) {
      test(`${name} ${width} ${colorScheme}`, async ({ page }) => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await prepare(page);
        await page.screenshot({ path: join(out, "screenshots", `${name}-${width}x${height}-${colorScheme}.png`) });
      });
    }
  }
}
