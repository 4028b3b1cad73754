// Stock Firefox, driven by WebDriver BiDi: Playwright's own driver wants a Firefox of its own making, so Puppeteer stands
// here between its test runner and the browser. Each test has a profile of its own and is watched for errors.
import puppeteer from "puppeteer-core";
import { firefox } from "./environment.mjs";
import { expect, test as base } from "./page.mjs";

export { expect };

export const test = base.extend({
  /** The browser; one for all tests of a worker. */
  stock: [
    async ({}, use) => {
      const options = { browser: "firefox", executablePath: firefox(), defaultViewport: { width: 1440, height: 900 } };
      const browser = await puppeteer.launch(options);
      await use(browser);
      await browser.close();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  /** Opens a page of the server's, or one by its whole address; all of a test's share a profile. */
  visit: async ({ stock, server }, use, info) => {
    const context = await stock.createBrowserContext();
    const errors = [];
    const pages = [];
    await use(async (address) => {
      const page = await watched(context, errors);
      pages.push(page);
      await page.goto(new URL(address, server.url).href);
      return page;
    });
    if (info.status !== info.expectedStatus) {
      const path = info.outputPath("firefox.png");
      await pages.at(-1)?.screenshot({ path });
      await info.attach("screenshot", { path, contentType: "image/png" });
    }
    await context.close();
    expect(errors, "errors in the console, and violations of the policy").toEqual([]);
  },
});

/** A page whose errors are noted; what its policy refused is among them. */
async function watched(context, errors) {
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  return page;
}

/** A text on the page, without the space around it; nothing while it is not there. */
export function text(page, selector) {
  return page.evaluate((selector) => document.querySelector(selector)?.textContent.trim(), selector);
}

/** What something is called for those who do not see it. */
export function label(page, selector) {
  return page.evaluate((selector) => document.querySelector(selector)?.getAttribute("aria-label"), selector);
}

/** Simulated seconds on the clock. */
export async function clock(page) {
  return Number.parseFloat(await text(page, ".transport .time"));
}

/** The link to the run as it stands. */
export async function shared(page) {
  await page.locator("#share").click();
  const input = await page.waitForSelector("#share-link");
  const address = await input.evaluate((input) => input.value);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open], [role=dialog]", { hidden: true });
  return address;
}
