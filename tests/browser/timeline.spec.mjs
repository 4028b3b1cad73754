// The timeline: a slider over the run, and a picture that can be touched.
import { pauseAt } from "./desk.mjs";
import { expect, overflow, test } from "./page.mjs";

/** Opens the zombie leader, and runs it to a second and a half by the fastest way. */
async function opened(page, seconds = 1.5) {
  await page.goto("./?scenario=zombie-leader");
  const slider = page.getByRole("slider", { name: "Moment of the run" });
  // On a phone it is behind a tab.
  const tab = page.getByRole("tab", { name: "Timeline" });
  await expect(page.locator("#play")).toBeVisible();
  if (await tab.isVisible()) await tab.click();
  await expect(slider).toBeVisible();
  // On a phone the speeds are folded away.
  const speed = page.getByRole("button", { name: "Speed", exact: true });
  if (await speed.isVisible()) await speed.click();
  await page.locator(".by-hand input").fill("0");
  await page.locator("#play").click();
  await pauseAt(page, seconds);
  return slider;
}

async function now(slider) {
  return Number(await slider.getAttribute("aria-valuenow"));
}

/** The first place on the diagram, from the left, where a message can be touched. */
async function findMessage(page, slider) {
  const box = await slider.boundingBox();
  for (let x = box.x + 90; x < box.x + box.width - 20; x += 7) {
    for (const lane of [0.35, 0.5, 0.65]) {
      const y = box.y + 14 + lane * (box.height - 40);
      await page.mouse.move(x, y);
      if (await slider.evaluate((canvas) => canvas.classList.contains("on-something"))) return { x, y };
    }
  }
  throw new Error("no message was found");
}

test("the keyboard goes from column to column, to key moments and to both ends", async ({ page }) => {
  const slider = await opened(page);
  await slider.focus();
  const end = Number(await slider.getAttribute("aria-valuemax"));
  await page.keyboard.press("Home");
  expect(await now(slider)).toBe(0);
  await expect(slider).toHaveAttribute("aria-valuetext", "0.000 s, nobody leads");
  await page.keyboard.press("Shift+ArrowRight");
  const first = await now(slider);
  expect(first).toBeGreaterThan(0);
  await page.keyboard.press("End");
  expect(await now(slider)).toBe(end);
  await expect(slider).toHaveAttribute("aria-valuetext", /n4 leads term 3, n1 still claims term 2$/);
  const times = [];
  for (let at = 0; at < 12; at++) {
    await page.keyboard.press("ArrowLeft");
    times.push(await now(slider));
  }
  expect(times).toEqual([...times].sort((one, other) => other - one));
  await page.keyboard.press("PageUp");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  expect(await now(slider)).toBeLessThanOrEqual(first);
});

test("a press and a drag go to the moment under the pointer, never beyond what was run", async ({ page }) => {
  const slider = await opened(page);
  const end = Number(await slider.getAttribute("aria-valuemax"));
  const box = await slider.boundingBox();
  const y = box.y + 8;
  await page.mouse.move(box.x + 300, y);
  await page.mouse.down();
  const pressed = await now(slider);
  expect(pressed).toBeLessThan(end);
  await page.mouse.move(box.x + 500, y, { steps: 4 });
  expect(await now(slider)).toBeGreaterThan(pressed);
  await page.mouse.move(box.x + box.width - 3, y);
  await page.mouse.up();
  expect(await now(slider)).toBeLessThanOrEqual(end);
  const strip = await page.locator(".strip").boundingBox();
  await page.mouse.click(strip.x + 74, strip.y + 12);
  expect(await now(slider)).toBeLessThan(60);
  expect(Number(await slider.getAttribute("aria-valuemax"))).toBe(end);
});

test("seeking back and forward gives the same picture", async ({ page }) => {
  const slider = await opened(page);
  await slider.focus();
  await page.keyboard.press("End");
  const picture = () => slider.evaluate((canvas) => canvas.toDataURL());
  await page.keyboard.press("ArrowLeft");
  const before = await picture();
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  expect(await picture()).toBe(before);
});

test("a message under the pointer lights up here and on the stage, and a click goes to its sending", async ({ page }) => {
  const slider = await opened(page);
  const place = await findMessage(page, slider);
  await page.mouse.click(place.x, place.y);
  const sent = await now(slider);
  // Where it was sent it is on the stage: under the pointer there it has a ring, elsewhere it has none.
  const stage = () => page.locator("canvas.messages").evaluate((canvas) => canvas.toDataURL());
  await page.mouse.move(5, 5);
  const plain = await stage();
  const again = await findMessage(page, slider);
  await page.mouse.click(again.x, again.y);
  expect(await now(slider)).toBe(sent);
  expect(await stage()).not.toBe(plain);
});

test("the wheel scrolls the page, and zooms only with Ctrl", async ({ page }) => {
  const slider = await opened(page);
  const picture = () => slider.evaluate((canvas) => canvas.toDataURL());
  const box = await slider.boundingBox();
  await page.mouse.move(box.x + 400, box.y + 40);
  const before = await picture();
  await page.mouse.wheel(0, -200);
  expect(await picture()).toBe(before);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -400);
  await page.keyboard.up("Control");
  await expect.poll(picture).not.toBe(before);
});

/** Counts, from now on, every stroke that is drawn on any canvas. */
async function countStrokes(page) {
  await page.evaluate(() => {
    window.strokes = 0;
    const own = CanvasRenderingContext2D.prototype.stroke;
    CanvasRenderingContext2D.prototype.stroke = function (...args) {
      window.strokes += 1;
      return own.apply(this, args);
    };
  });
}

/** How many are drawn in so many frames. */
async function strokesIn(page, frames) {
  return page.evaluate(async (frames) => {
    const before = window.strokes;
    for (let frame = 0; frame < frames; frame += 1) await new Promise(requestAnimationFrame);
    return window.strokes - before;
  }, frames);
}

test("draws nothing while nothing changes", async ({ page }) => {
  await opened(page);
  await page.mouse.move(5, 5);
  await countStrokes(page);
  // However slow the machine is, what was still to be drawn is drawn soon, and then nothing ever again.
  await expect.poll(() => strokesIn(page, 15), { timeout: 10_000 }).toBe(0);
  expect(await strokesIn(page, 60)).toBe(0);
});

test("a frame that was asked for before the run was paused draws nothing", async ({ page }) => {
  await opened(page);
  await countStrokes(page);
  await page.evaluate(() => {
    window.kept = window.requestAnimationFrame;
    window.waiting = [];
    window.requestAnimationFrame = (frame) => window.waiting.push(frame);
  });
  await page.locator("#play").click();
  await expect.poll(() => page.evaluate(() => window.waiting.length)).toBe(1);
  await page.locator("#play").click();
  // It comes late, as on a slow machine: later than the picture is ever shown again while the run plays.
  await page.waitForTimeout(200);
  const before = await page.evaluate(() => window.strokes);
  await page.evaluate(() => {
    window.requestAnimationFrame = window.kept;
    window.waiting.forEach((frame) => frame(performance.now()));
  });
  await strokesIn(page, 3);
  expect((await page.evaluate(() => window.strokes)) - before).toBe(0);
});

test("on a phone the panel has its own height, and nothing sticks out", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const slider = await opened(page, 1.2);
  expect(await overflow(page)).toBe(0);
  const panel = await page.locator(".timeline").boundingBox();
  expect(panel.height).toBeGreaterThanOrEqual(180);
  expect(panel.width).toBeLessThanOrEqual(390);
  expect(await slider.evaluate((canvas) => getComputedStyle(canvas).touchAction)).toBe("pan-y");
});
