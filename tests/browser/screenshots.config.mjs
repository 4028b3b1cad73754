import { defineConfig } from "@playwright/test";
import settings from "./playwright.config.mjs";

export default defineConfig({ ...settings, testMatch: "screenshots.mjs" });
