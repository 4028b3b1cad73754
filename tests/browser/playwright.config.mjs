import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { launchOptions, out } from "./environment.mjs";

export default defineConfig({
  testMatch: "*.spec.mjs",
  outputDir: join(out, "browser-test"),
  reporter: [["list"]],
  // One at a time: two cores, of which the browser takes more than one.
  workers: 1,
  // A shared machine may stand still for a minute: no test says anything of time, so each may take long. What fails
  // and then passes in a fresh browser is named "flaky" at the end of the report, and is to be looked into.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  retries: 1,
  forbidOnly: true,
  use: { launchOptions, viewport: { width: 1440, height: 900 }, screenshot: "only-on-failure" },
});
