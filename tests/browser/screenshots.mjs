// Pictures for a person to look at; `cargo xtask screenshots` takes them.
import { join } from "node:path";
import { out } from "./environment.mjs";
import { test } from "./page.mjs";
import { SIZES, VIEWS, show } from "./views.mjs";

for (const size of SIZES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const name of Object.keys(VIEWS)) {
      test(`${name} ${size.join("x")} ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme });
        await show(page, name, size);
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(out, "screenshots", `${name}-${size.join("x")}-${colorScheme}.png`) });
      });
    }
  }
}
