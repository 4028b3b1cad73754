// What runs of the page until its stage moves and for some seconds after, in two sizes, light and dark, on a quick machine and
// on a slow one, where frames come late: for `cargo xtask first-load`, which has made the page in NETSPLIT_DIST remember it.
// Writes the places to NETSPLIT_RAN.
import { chromium } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { dist, launchOptions } from "./environment.mjs";
import { serve } from "./server.mjs";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const LOOKS = [
  { colorScheme: "light", slower: 1 },
  { colorScheme: "dark", slower: 1 },
  { colorScheme: "light", slower: 6 },
];
/** How long the stage is watched. At 2 Mbit a second the rest of the program has come by then; on a slower network it may wait. */
const WATCH_MS = 5_000;

const server = await serve(dist);
const browser = await chromium.launch(launchOptions);
const ran = new Set();
try {
  for (const viewport of SIZES) {
    for (const { colorScheme, slower } of LOOKS) {
      const page = await browser.newPage({ viewport, colorScheme });
      const devTools = await page.context().newCDPSession(page);
      await devTools.send("Emulation.setCPUThrottlingRate", { rate: slower });
      await page.addInitScript(() => {
        // The page is watched as it is before the rest of it has come.
        window.netsplitRest = new Promise(() => {});
        addEventListener("TrunkApplicationStarted", ({ detail }) => (window.started = detail.wasm));
      });
      await page.goto(server.url);
      await page.waitForFunction(() => performance.getEntriesByName("netsplit-moving").length > 0, null, { timeout: 60_000 });
      await page.waitForTimeout(WATCH_MS);
      const places = await page.evaluate(() => {
        const bytes = new Uint8Array(window.started.ran.buffer);
        return [...bytes.keys()].filter((at) => bytes[at] === 1);
      });
      places.forEach((place) => ran.add(place));
      console.error(`   ${viewport.width} x ${viewport.height}, ${colorScheme}, ${slower} times slower: ${places.length} points ran`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
await writeFile(process.env.NETSPLIT_RAN, JSON.stringify([...ran]));
