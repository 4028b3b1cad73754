// Nearer and farther: by buttons, keys, hand and wheel; what is enlarged moves, and what has the focus is seen.
import { link, middle, node, open, stroke } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const ground = (page) => page.locator(".ground");
const transform = (page) => ground(page).evaluate((element) => element.style.transform);
const larger = (page) => page.getByRole("button", { name: "Larger", exact: true });
const hand = (page) => page.getByRole("button", { name: /^Hand/ });

async function near(page, times = 2) {
  for (let at = 0; at < times; at += 1) await larger(page).click();
}

/** Whether something is wholly within the stage as it is seen. */
async function isSeen(page, locator) {
  const [box, window] = [await locator.boundingBox(), await page.locator(".window").first().boundingBox()];
  return box.x >= window.x && box.y >= window.y && box.x + box.width <= window.x + window.width && box.y + box.height <= window.y + window.height;
}

test("the hand moves what is enlarged and cuts nothing; without it a drag is the knife", async ({ page }) => {
  await open(page, "?scenario=explore");
  await expect(hand(page)).toBeHidden();
  await near(page);
  const before = await transform(page);
  await hand(page).click();
  const at = await middle(page.locator(".window").first());
  await stroke(page, [at, { x: at.x + 80, y: at.y + 40 }]);
  await expect.poll(() => transform(page)).not.toBe(before);
  await expect(page.locator('[id^="link-"][aria-label*="cut"]')).toHaveCount(0);
  await page.getByRole("button", { name: "Smaller" }).click();
  await page.getByRole("button", { name: "Smaller" }).click();
  await expect(hand(page), "where all is seen there is nothing to move").toBeHidden();
  const wire = await middle(link(page, "n1", "n2").locator(".wire"));
  await stroke(page, [{ x: wire.x - 30, y: wire.y - 60 }, { x: wire.x + 30, y: wire.y + 60 }]);
  await expect(page.locator('[id^="link-"][aria-label*="cut"]')).not.toHaveCount(0);
});

test("keys make it larger, move it and show all again; what gets the focus is brought into sight", async ({ page }) => {
  await open(page, "?scenario=explore");
  await node(page, "n1").focus();
  for (let at = 0; at < 4; at += 1) await page.keyboard.press("+");
  await page.keyboard.press("Shift+ArrowUp");
  const up = await transform(page);
  await page.keyboard.press("Shift+ArrowDown");
  await expect.poll(() => transform(page)).not.toBe(up);
  for (const name of ["n3", "n5", "n1"]) {
    await node(page, name).focus();
    await expect.poll(() => isSeen(page, node(page, name).locator(".shape").first()), `${name} is seen`).toBe(true);
  }
  await page.keyboard.press("0");
  await expect.poll(() => transform(page)).toBe("none");
});

test("the wheel enlarges with Ctrl around the pointer", async ({ page }) => {
  await open(page, "?scenario=explore");
  const at = await middle(node(page, "n3").locator(".shape").first());
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await expect.poll(() => transform(page)).not.toBe("none");
  const now = await middle(node(page, "n3").locator(".shape").first());
  expect(Math.hypot(now.x - at.x, now.y - at.y), "it stays under the pointer").toBeLessThan(4);
});

test.describe("by touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
  test("a finger moves what is enlarged, and the page stays", async ({ page }) => {
    await open(page, "?scenario=explore");
    await near(page, 3);
    await hand(page).click();
    const before = await transform(page);
    const at = await middle(page.locator(".window").first());
    const devtools = await page.context().newCDPSession(page);
    const touch = (type, points) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await touch("touchStart", [at]);
    for (let step = 1; step <= 8; step += 1) await touch("touchMove", [{ x: at.x, y: at.y - 10 * step }]);
    await touch("touchEnd", []);
    await expect.poll(() => transform(page)).not.toBe(before);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await expect(page.locator('[id^="link-"][aria-label*="cut"]')).toHaveCount(0);
  });
});
