// The page as each test gets it: served under its policy, and watched for errors.
import { test as base, expect } from "@playwright/test";
import { dist } from "./environment.mjs";
import { serve, serveText } from "./server.mjs";

export { expect };

export const test = base.extend({
  /** The server; one for all tests of a worker. */
  server: [
    async ({}, use) => {
      const server = await serve(dist);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  /** Opens a page of another site that has the page in a frame; resolves to that frame. */
  embed: async ({ page, baseURL }, use) => {
    let host;
    await use(async (attributes, query) => {
      host = await serveText(`<iframe ${attributes} width="480" height="270" src="${baseURL}${query}"></iframe>`);
      await page.goto(host.url.replace("127.0.0.1", "localhost"));
      return page.frameLocator("iframe");
    });
    await host?.stop();
  },
  /** What a test expects to go wrong: texts that console errors may contain. */
  allowed: [[], { option: true }],
  page: async ({ page, allowed }, use) => {
    const errors = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.exposeFunction("reportViolation", (text) => errors.push(`policy: ${text}`));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        window.reportViolation(`${event.violatedDirective} blocked ${event.blockedURI}`);
      });
    });
    await use(page);
    const unexpected = errors.filter((error) => !allowed.some((text) => error.includes(text)));
    expect(unexpected, "errors in the console, and violations of the policy").toEqual([]);
  },
});

/** The hashes in the table of results, as `scenario seed` to hash. */
export async function hashes(page) {
  const rows = await page.locator("#runs tbody tr").evaluateAll((rows) =>
    rows.map((row) => [`${row.dataset.scenario} ${row.dataset.seed}`, row.querySelector(".hash").textContent]),
  );
  return Object.fromEntries(rows);
}

/** Whether the page is wider than its window, and by what. */
export async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
