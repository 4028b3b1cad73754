// Time: back and forward is exact, the past opens branches, a link brings the very same run, a twin shares the clock.
import { clock, link, node, open, part, play, playTo, shared } from "./desk.mjs";
import { expect, test } from "./page.mjs";

test("a step back and a step on give the same hash", async ({ page }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 2.5, 3);
  const step = (name) => page.getByRole("button", { name, exact: true }).click();
  await step("Step");
  const before = await shared(page);
  for (let at = 0; at < 8; at += 1) await step("Step back");
  expect(await shared(page)).not.toBe(before);
  for (let at = 0; at < 8; at += 1) await step("Step");
  expect(hash(await shared(page))).toBe(hash(before));
});

test("acting in the past opens a branch; undo goes back to before", async ({ page }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 2.0, 3);
  const before = await shared(page);
  await part(page, ["n1", "n2", "Alice"]);
  await playTo(page, 3.0, 3);
  await expect(page.locator(".side-text")).toHaveCount(2);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".side-text")).toHaveCount(0);
  expect(hash(await shared(page))).toBe(hash(before));
});

test("a shared link opens the same run at the same moment in another browser", async ({ page, browser }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 2.0, 3);
  await part(page, ["n4", "n5", "Bob"]);
  await playTo(page, 3.2, 3);
  const address = await shared(page);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(address);
  await expect(node(other, "n1")).toBeVisible();
  await expect(other.locator(".side-text")).toHaveCount(2);
  expect(await clock(other)).toBe(await clock(page));
  expect(hash(await shared(other))).toBe(hash(address));
  await expect(other.locator("#notice")).toHaveText("");
  await elsewhere.close();
});

test("a damaged and a newer link say so, and the first run is there", async ({ page }) => {
  await page.goto("./#s=1.AAAAdamaged");
  await expect(page.locator("#notice")).toContainText("The link cannot be opened");
  await expect(node(page, "n1")).toBeVisible();
  await page.goto("about:blank");
  await page.goto("./#s=7.abcdef");
  await expect(page.locator("#notice")).toContainText("newer");
});

test("a twin runs beside on the same clock and says where the two part", async ({ page }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 2.0, 3);
  await part(page, ["n4", "n5", "Bob"]);
  await page.getByRole("button", { name: "Twin", exact: true }).click();
  await page.getByRole("button", { name: "without the last intervention" }).click();
  await expect(page.locator("#twin-node-n1")).toBeVisible();
  await playTo(page, 3.5, 3);
  await expect(page.locator("#twin-link-n1-n4")).toHaveAttribute("aria-label", /up/);
  await expect(link(page, "n1", "n4")).toHaveAttribute("aria-label", /cut/);
  await expect(page.locator(".parting")).toContainText("They part at");
  await page.getByRole("button", { name: "Close the twin" }).click();
  await expect(page.locator("#twin-node-n1")).toHaveCount(0);
});

test("a hidden tab stands still and does not leap", async ({ page }) => {
  await open(page, "?scenario=explore");
  await play(page);
  await page.evaluate(() => {
    window.kept = window.requestAnimationFrame;
    window.waiting = [];
    window.requestAnimationFrame = (frame) => window.waiting.push(frame);
  });
  await page.waitForTimeout(300);
  const before = await clock(page);
  await page.waitForTimeout(2_000);
  expect(await clock(page)).toBe(before);
  // Three frames, however long they take, and it is paused in the page itself: nothing is left to a machine's speed.
  await page.evaluate(async () => {
    window.requestAnimationFrame = window.kept;
    window.waiting.forEach((frame) => requestAnimationFrame(frame));
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    document.getElementById("play").click();
  });
  expect((await clock(page)) - before).toBeLessThan(1.6);
});

/** The part of a link that holds the run. */
function hash(address) {
  return new URL(address).hash;
}
