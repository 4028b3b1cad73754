// The desk in words that tests share: what stands where, and what a person does.
import { expect } from "./page.mjs";

/** Opens a run and waits until it stands on the stage. */
export async function open(page, query = "") {
  await page.goto(`./${query}`);
  await expect(page.locator("#node-n1")).toBeVisible();
  // The stage has its size, and everything its place.
  await expect.poll(() => page.locator("#node-n1").getAttribute("transform")).not.toBe("translate(0 0)");
}

/** The middle of something on the stage, in pixels of the window. */
export async function middle(locator) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The middle of a node's circle. */
export function node(page, name) {
  return page.locator(`#node-${name}`);
}

export function link(page, one, other) {
  return page.locator(`#link-${one}-${other}`);
}

/** Drags the pointer along points, in small steps as a hand does. */
export async function stroke(page, points) {
  const [first, ...rest] = points;
  await page.mouse.move(first.x, first.y);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(point.x, point.y, { steps: 12 });
  await page.mouse.up();
}

/** The link to the run as it stands: it holds every command, the moment and the hash of all that happened. */
export async function shared(page) {
  await page.locator("#share").click();
  const address = await page.locator("#share-link").inputValue();
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return address;
}

/** Simulated seconds on the clock. */
export async function clock(page) {
  return Number.parseFloat(await page.locator(".transport .time").textContent());
}

/** Plays at a speed by hand until the clock is past a time, then stands still. */
export async function playTo(page, seconds, notches = 0) {
  const slider = page.locator(".by-hand input");
  await slider.evaluate((input, value) => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, String(notches));
  await play(page);
  await pauseAt(page, seconds);
}

/** Pauses a run that plays as soon as its clock is past a time: in the page itself, so that a slow machine runs no further. */
export async function pauseAt(page, seconds) {
  await page.waitForFunction(
    (seconds) => {
      const time = Number.parseFloat(document.querySelector(".transport .time").textContent);
      if (time < seconds) return false;
      const key = document.getElementById("play");
      if (key.getAttribute("aria-label") === "Pause") key.click();
      return true;
    },
    seconds,
    { polling: "raf", timeout: 40_000 },
  );
  await expect(page.locator("#play")).toHaveAttribute("aria-label", "Play");
}

export async function play(page) {
  if ((await page.locator("#play").getAttribute("aria-label")) === "Play") await page.locator("#play").click();
}

export async function pause(page) {
  if ((await page.locator("#play").getAttribute("aria-label")) === "Pause") await page.locator("#play").click();
}

const FIRST_SCREEN = ["n1", "n2", "n3", "n4", "n5", "Alice", "Bob"];

/** Parts a run's nodes and clients, of the first screen or those named, by the dialog: those of `second` stand on side B. */
export async function part(page, second, all = FIRST_SCREEN) {
  await page.getByRole("button", { name: "Partition…" }).click();
  for (const name of all) {
    const side = second.includes(name) ? "B" : "A";
    await page.getByRole("group", { name, exact: true }).getByLabel(side).check();
  }
  await page.getByRole("button", { name: "Part it" }).click();
}
