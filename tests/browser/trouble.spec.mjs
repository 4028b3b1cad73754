// What the page says when something is missing or broken: a plain message, and a way on.
import { findings } from "./axe.mjs";
import { link, middle, open } from "./desk.mjs";
import { expect, test } from "./page.mjs";

test.describe("without what it needs", () => {
  test.use({ allowed: ["WebAssembly", "ERR_FAILED", "Failed to fetch", "404", "panicked", "unreachable", "body"] });

  test("no JavaScript", async ({ browser, baseURL }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(baseURL);
    await expect(page.getByText("JavaScript is off here")).toBeVisible();
    await expect(page.getByText("Loading")).toBeHidden();
    await context.close();
  });

  test("no WebAssembly", async ({ page }) => {
    await page.addInitScript(() => delete globalThis.WebAssembly);
    await page.goto("./");
    await expect(page.getByRole("alert")).toContainText("This browser has no WebAssembly");
    expect(await findings(page)).toEqual([]);
    await expect(page.getByText("Loading")).toBeHidden();
  });

  test("the program does not come", async ({ page }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto("./?page=runs");
    await expect(page.getByRole("alert")).toContainText("could not be loaded");
    expect(await findings(page)).toEqual([]);
    await page.unroute("**/*.wasm");
    await page.getByRole("link", { name: "Load the page again" }).click();
    await expect(page.getByLabel("Scenario", { exact: true })).toBeVisible();
  });

  test("the program hangs on its way, then comes after all", async ({ page }) => {
    let go;
    const late = new Promise((resolve) => (go = resolve));
    await page.route("**/*.wasm", async (route) => {
      await late;
      await route.continue();
    });
    await page.clock.install();
    await page.goto("./?page=runs", { waitUntil: "commit" });
    await expect(page.getByText("Loading")).toBeVisible();
    await page.clock.fastForward(9_000);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await page.clock.fastForward(1_500);
    await expect(page.getByRole("alert")).toContainText("has not come within ten seconds");
    await page.clock.resume();
    go();
    await expect(page.getByLabel("Scenario", { exact: true })).toBeVisible();
    await expect(page.locator("#trouble")).toBeHidden();
  });

  test("a panic", async ({ page }) => {
    // Mounting wants a body; without one the program panics, as any error in it would.
    await page.addInitScript(() => Object.defineProperty(Document.prototype, "body", { get: () => null }));
    await page.goto("./");
    await expect(page.locator("#trouble")).toContainText("an error in Netsplit, not in what you did");
  });

  test("a panic after a deed offers the run, which opens again with the deed in it", async ({ page }) => {
    await open(page, "?scenario=explore");
    const at = await middle(link(page, "n1", "n2").locator(".wire"));
    await page.mouse.click(at.x, at.y);
    await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, cut. Heal");
    await page.evaluate(() => {
      const refuse = () => {
        throw new Error("body");
      };
      for (const name of ["createElement", "createElementNS", "createTextNode"]) Document.prototype[name] = refuse;
    });
    await page.getByRole("button", { name: "Keyboard", exact: true }).click();
    await expect(page.locator("#trouble")).toContainText("an error in Netsplit, not in what you did");
    const address = await page.locator("#trouble-link").inputValue();
    await page.goto("about:blank");
    await page.goto(address);
    await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, cut. Heal");
  });

  test("the list of scenarios does not come, then does", async ({ page }) => {
    await page.route("**/scenarios/index.bin", (route) => route.fulfill({ status: 404 }));
    await page.goto("./?page=runs");
    await expect(page.getByRole("alert")).toContainText("the answer was 404");
    await page.unroute("**/scenarios/index.bin");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByLabel("Scenario", { exact: true })).toBeVisible();
  });
});

test("runs from any folder of a host, under the same policy", async ({ page, baseURL }) => {
  await page.route("**/lab/v1/**", async (route) => {
    const response = await route.fetch({ url: route.request().url().replace("/lab/v1/", "/") });
    await route.fulfill({ response });
  });
  await page.goto(`${baseURL}lab/v1/?seed=1&run=1`);
  await expect(page.locator("#trace-hash")).toBeVisible();
  const asked = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((address) => !address.startsWith(`${baseURL}lab/v1/`)), "asked for elsewhere").toEqual([]);
});

test("the policy holds: no style attribute, no script of a page's own, nothing from elsewhere", async ({ browser, baseURL }) => {
  const page = await browser.newPage();
  const violations = [];
  await page.exposeFunction("reportViolation", (text) => violations.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => window.reportViolation(event.effectiveDirective));
  });
  await page.goto(baseURL);
  await page.evaluate(async () => {
    const add = (html) => document.body.insertAdjacentHTML("beforeend", html);
    add('<p id="styled" style="color: red">x</p>');
    add('<img src="https://elsewhere.invalid/x.png">');
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    await fetch("https://elsewhere.invalid/").catch(() => {});
  });
  // The policy is in the page and in its headers, and each of the two speaks up.
  await expect.poll(() => [...new Set(violations)].toSorted()).toEqual(["connect-src", "img-src", "script-src-elem", "style-src-attr"]);
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  await page.close();
});

test("an index of another version", async ({ page }) => {
  await page.route("**/scenarios/index.bin", (route) => route.fulfill({ body: "NSP\x63" }));
  await page.goto("./?page=runs");
  await expect(page.getByRole("alert")).toContainText("format 99");
});

test("a scenario that cannot be read, then another try", async ({ page }) => {
  const scenario = /scenarios\/(?!index)/;
  await page.route(scenario, (route) => route.fulfill({ body: "{ this is not packed" }));
  await page.goto("./?seed=1&run=1");
  await expect(page.getByRole("alert")).toContainText("cannot be read by this version of the page");
  await page.unroute(scenario);
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.locator("#trace-hash")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveText("");
});
