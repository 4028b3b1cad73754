// Pictures for a person to look at; `cargo xtask screenshots` takes them.
import { join } from "node:path";
import { out } from "./environment.mjs";
import { expect, test } from "./page.mjs";

const SIZES = [[1440, 900], [390, 844]];

for (const [width, height] of SIZES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, query] of [
      ["one", "seed=7"],
      ["many", "seed=0-19"],
      ["rules-off", "scenario=broken-any-candidate&seed=1"],
      ["rules-off-many", "scenario=broken-any-candidate&seed=0-9"],
    ]) {
      test(`${name} ${width} ${colorScheme}`, async ({ page }) => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.goto(`./?${query}&run=1`);
        await expect(page.locator("#state")).toHaveText(/done\.$/);
        await page.screenshot({ path: join(out, "screenshots", `${name}-${width}x${height}-${colorScheme}.png`) });
      });
    }
  }
}
