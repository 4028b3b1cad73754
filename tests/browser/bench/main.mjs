// `cargo xtask bench-page`: measures the built page in headless Chromium, prints a table, and writes all figures.
import { chromium } from "@playwright/test";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { dist, launchOptions, out } from "../environment.mjs";
import { serve } from "../server.mjs";
import { measure, THOROUGH } from "./measure.mjs";
import { table } from "./report.mjs";

const folder = await mkdtemp(join(tmpdir(), "netsplit-bench-"));
await cp(dist, folder, { recursive: true });
// The scenarios that are only measured with; the list of those that ship stays as it is.
const isListed = (file) => /[/\\]index\.\w+$/.test(file);
await cp(process.env.NETSPLIT_BENCH_SCENARIOS, join(folder, "scenarios"), { recursive: true, filter: (file) => !isListed(file) });

const server = await serve(folder);
const browser = await chromium.launch(launchOptions);
const load = loadavg()[0];
try {
  const found = await measure(browser, server.url, THOROUGH, (what) => console.error(`   measuring: ${what}`));
  const machine = { cores: cpus().length, cpu: cpus()[0].model, load, browser: browser.version() };
  const file = join(out, "bench-page.json");
  await writeFile(file, `${JSON.stringify({ machine, ...found }, null, 2)}\n`);
  console.log(table(found));
  console.log(`\n${machine.cores} cores, ${machine.cpu}, load ${load.toFixed(2)} before; Chromium ${machine.browser}; all figures in ${file}`);
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true });
}
