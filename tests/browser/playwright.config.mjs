import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { launchOptions, out } from "./environment.mjs";

export default defineConfig({
  testMatch: "*.spec.mjs",
  outputDir: join(out, "browser-test"),
  reporter: [["list"]],
  // One at a time: two cores, of which the browser takes more than one.
  workers: 1,
  timeout: 60_000,
  forbidOnly: true,
  use: { launchOptions, viewport: { width: 1440, height: 900 }, screenshot: "only-on-failure" },
});
