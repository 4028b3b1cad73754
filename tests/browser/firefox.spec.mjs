// A smoke run in stock Firefox: what could differ there is looked at once, and everything else is left to Chromium.
import { clock, expect, label, shared, test, text } from "./firefox.mjs";
import { nativeHash } from "./native.mjs";
import { unsteered } from "./record.mjs";

const press = async (page, name) => page.locator(`button[aria-label="${name}"]`).click();
const playing = (page) => label(page, "#play");

/** Opens a run and waits until everything on the stage has its place. */
async function opened(visit, address) {
  const page = await visit(address);
  await page.waitForFunction(() => (document.querySelector("#node-n1")?.getAttribute("transform") ?? "translate(0 0)") !== "translate(0 0)");
  return page;
}

/** Plays ten times as fast as the simulated clock until it is past a time, then stands still. */
async function playTo(page, seconds) {
  await page.evaluate(() => {
    const slider = document.querySelector(".by-hand input");
    slider.value = "10";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await page.locator("#play").click();
  await expect.poll(() => clock(page), { intervals: [50], timeout: 20_000 }).toBeGreaterThanOrEqual(seconds);
  await page.locator("#play").click();
  await expect.poll(() => playing(page)).toBe("Play");
}

test("Firefox: boots, the stage moves, and it can be paused", async ({ visit }) => {
  const page = await opened(visit, "./");
  expect(await text(page, "h1")).toBe("Pull the cable and see what your database does.");
  const before = await clock(page);
  await expect.poll(() => clock(page)).toBeGreaterThan(before);
  expect(await playing(page)).toBe("Pause");
  await page.locator("#play").click();
  await expect.poll(() => playing(page)).toBe("Play");
  const still = await clock(page);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await clock(page)).toBe(still);
});

test("Firefox: a link is cut by a click, and each panel opens", async ({ visit }) => {
  const page = await opened(visit, "./?scenario=explore");
  expect(await label(page, "#link-n1-n2")).toBe("Link n1–n2, up. Cut");
  const at = await page.evaluate(() => {
    const wire = document.querySelector("#link-n1-n2 .hit");
    const { x, y } = wire.getPointAtLength(wire.getTotalLength() / 2).matrixTransform(wire.getScreenCTM());
    return { x, y };
  });
  await page.mouse.click(at.x, at.y);
  await expect.poll(() => label(page, "#link-n1-n2")).toBe("Link n1–n2, cut. Heal");
  const seen = new Set();
  for (const name of ["inspect", "log", "settings", "branches", "readings"]) {
    await page.locator(`#tab-${name}`).click();
    await page.waitForSelector(`#panel[aria-labelledby="tab-${name}"]`, { visible: true });
    seen.add(await text(page, "#panel"));
  }
  expect(seen.size, "each panel says something of its own").toBe(5);
  expect(seen).not.toContain("");
});

test("Firefox: back and forward give the same hash, and so do a link and the native command line", async ({ visit }) => {
  const page = await opened(visit, "./?scenario=zombie-leader");
  await playTo(page, 2);
  const address = await shared(page);
  const { scenario, seed, time, hash } = unsteered(address);
  expect(await nativeHash(scenario, seed, `${time}us`), "the native run up to the same time").toBe(hash);

  const other = await opened(visit, address);
  expect(unsteered(await shared(other)).hash, "the run in the link").toBe(hash);
  expect(await text(other, "#notice")).toBe("");

  await page.bringToFront();
  for (let steps = 0; steps < 6; steps += 1) await press(page, "Step back");
  expect(unsteered(await shared(page)).hash, "a run that ends sooner").not.toBe(hash);
  for (let steps = 0; steps < 6; steps += 1) await press(page, "Step");
  const again = unsteered(await shared(page));
  expect(again.hash, "back and forward again").toBe(hash);
});

test("Firefox: the first steps of a lesson are done by keys alone", async ({ visit }) => {
  const page = await opened(visit, "./?lesson=zombie-leader");
  const ready = async (words) => expect.poll(() => text(page, "#next"), { timeout: 20_000 }).toMatch(words);
  await ready(/^Play$/);
  await pressOn(page, "#next");
  await ready(/^Skip the wait$/);
  await pressOn(page, "#next");
  await ready(/^Next/);
  await pressOn(page, "#next");
  await expect.poll(() => text(page, "#step-line")).toContain("Step 2 of");
  await expect.poll(() => page.evaluate(() => document.activeElement.id)).toBe("step-title");
  await expect.poll(() => text(page, "#why-not")).toContain("Reach the goal first");
  await pressOn(page, "#show-me");
  await expect.poll(() => text(page, "#next"), { timeout: 20_000 }).toMatch(/^(Skip|Next)/);
  if ((await text(page, "#next")) === "Skip the wait") await pressOn(page, "#next");
  await ready(/^Next/);
});

/** Goes to a control with the tab key and presses Enter there. */
async function pressOn(page, selector) {
  const isThere = () => page.evaluate((selector) => document.activeElement?.matches(selector), selector);
  for (let presses = 0; presses < 80; presses += 1) {
    if (await isThere()) return page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
  }
  throw new Error(`the tab key does not reach ${selector}`);
}
