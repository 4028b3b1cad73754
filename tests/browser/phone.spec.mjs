// A phone: the stage above, the transport at the thumb, and a sheet with tabs that holds all else.
import { findings } from "./axe.mjs";
import { middle, node, open, pause, stroke } from "./desk.mjs";
import { expect, overflow, test } from "./page.mjs";

const SIZES = [[390, 844], [320, 640]];

const sheet = (page) => page.locator("aside.readings");
const handle = (page) => page.locator(".handle");
const tab = (page, name) => page.getByRole("tab", { name, exact: true });
const height = async (page) => (await sheet(page).boundingBox()).height;

async function phone(page, [width, height], query = "") {
  await page.setViewportSize({ width, height });
  await open(page, query);
}

for (const size of SIZES) {
  test(`the handle is clicked, dragged and moved by keys at ${size[0]} px`, async ({ page }) => {
    await phone(page, size, "?scenario=explore");
    const closed = await height(page);
    expect(closed).toBeLessThanOrEqual(88.5);
    await expect(handle(page)).toHaveAttribute("aria-expanded", "false");
    const sizes = [];
    for (let click = 0; click < 3; click += 1) {
      await handle(page).click();
      sizes.push(await height(page));
    }
    expect(sizes[0]).toBeGreaterThan(closed + 100);
    expect(sizes[1]).toBeGreaterThan(sizes[0] + 100);
    expect(sizes[2]).toBe(closed);

    const at = await middle(handle(page));
    await stroke(page, [at, { x: at.x, y: at.y - size[1] * 0.35 }]);
    expect(await height(page)).toBe(sizes[0]);
    await expect(handle(page)).toHaveAttribute("aria-expanded", "true");

    await handle(page).focus();
    await page.keyboard.press("ArrowUp");
    expect(await height(page)).toBe(sizes[1]);
    await page.keyboard.press("Escape");
    expect(await height(page)).toBe(closed);
    await expect(handle(page)).toBeFocused();
  });

  test(`every tab opens its own content at ${size[0]} px, and nothing sticks out`, async ({ page }) => {
    await phone(page, size, "?scenario=explore");
    await tab(page, "Guide").focus();
    for (const name of ["Readings", "Timeline", "Inspect", "Log", "Settings", "Branches", "Guide"]) {
      await page.keyboard.press("ArrowRight");
      await expect(tab(page, name)).toBeFocused();
      await expect(tab(page, name)).toHaveAttribute("aria-selected", "true");
      await expect(page.getByRole("tabpanel")).toHaveCount(1);
      await expect(page.getByRole("tabpanel", { name })).toBeVisible();
      expect(await overflow(page), name).toBe(0);
    }
    expect(await findings(page)).toEqual([]);
  });

  test(`keys and tabs are 44 px at ${size[0]} px, and the transport is below all`, async ({ page }) => {
    await phone(page, size, "?scenario=explore");
    for (const key of await page.locator(".transport button:visible, .tabs [role=tab]:visible, .handle, .tools button:visible").all()) {
      const box = await key.boundingBox();
      expect(Math.min(box.width, box.height), await key.evaluate((key) => key.outerHTML.slice(0, 80))).toBeGreaterThanOrEqual(43.5);
    }
    const transport = await page.locator(".transport").boundingBox();
    expect(Math.round(transport.y + transport.height)).toBe(size[1]);
    const above = await sheet(page).boundingBox();
    expect(above.y + above.height).toBeLessThanOrEqual(transport.y + 1);
  });

  test(`the page scrolls, and what is last stands clear of the sheet at ${size[0]} px`, async ({ page }) => {
    await phone(page, size, "?scenario=explore");
    await page.mouse.move(size[0] / 2, 20);
    await page.mouse.wheel(0, 4_000);
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
    const last = await page.locator(".legend").boundingBox();
    const above = await sheet(page).boundingBox();
    expect(last.y + last.height).toBeLessThanOrEqual(above.y);
  });
}

test("the order of the tab key is that of the eye: stage, handle, tabs, content, transport", async ({ page }) => {
  await phone(page, SIZES[0]);
  await pause(page);
  await page.locator("#node-n1").focus();
  const places = [];
  for (let press = 0; press < 80 && places.at(-1) !== "transport"; press += 1) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      const now = document.activeElement;
      const names = { ".ground": "stage", ".handle": "handle", ".tabs": "tabs", "#guide": "guide", ".transport": "transport" };
      return Object.entries(names).find(([part]) => now.closest(part))?.[1] ?? "stage";
    });
    if (places.at(-1) !== place) places.push(place);
  }
  expect(places).toEqual(["stage", "handle", "tabs", "guide", "transport"]);
});

test("a lesson goes on where it was when the screen is turned, and Next stays in reach", async ({ page }) => {
  await phone(page, SIZES[0], "?lesson=zombie-leader&step=3");
  await expect(tab(page, "Lesson")).toHaveAttribute("aria-selected", "true");
  const next = await page.locator("#next").boundingBox();
  const transport = await page.locator(".transport").boundingBox();
  expect(next.y + next.height).toBeLessThanOrEqual(transport.y);
  const step = await page.locator("#step-line").textContent();
  await page.locator(".choice").first().focus();
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.locator("main > #guide")).toBeVisible();
  await expect(page.locator(".choice").first()).toBeFocused();
  await expect(page.locator("#step-line")).toHaveText(step);
  await expect(page.getByRole("tab", { name: "Lesson" })).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator("aside.readings #guide")).toBeVisible();
  await expect(page.locator("#step-line")).toHaveText(step);
});

test("a menu comes from below and leaves the stage in sight", async ({ page }) => {
  await phone(page, SIZES[0], "?scenario=explore");
  await node(page, "n1").click();
  const menu = await page.getByRole("menu").boundingBox();
  expect(Math.round(menu.y + menu.height)).toBe(844);
  const stage = await page.locator(".window").boundingBox();
  expect(menu.y).toBeGreaterThan(stage.y + stage.height * 0.85);
  await page.getByRole("menuitem", { name: "Close" }).click();
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(node(page, "n1")).toBeFocused();
});

test("many lanes scroll in the sheet", async ({ page }) => {
  await phone(page, [390, 520], "?scenario=explore");
  await tab(page, "Timeline").click();
  const { inner, outer } = await page.locator("#time-panel").evaluate((panel) => ({
    inner: panel.scrollHeight,
    outer: panel.clientHeight,
  }));
  const box = await sheet(page).boundingBox();
  expect(outer).toBeLessThanOrEqual(box.height);
  const slider = page.getByRole("slider", { name: "Moment of the run" });
  expect((await slider.boundingBox()).height).toBeGreaterThan(150);
  expect(inner).toBeGreaterThan(outer + 20);
});

test("all tabs are in sight at 390 px, and at 320 px a shade says that there are more", async ({ page }) => {
  await phone(page, SIZES[0], "?scenario=explore");
  const tabs = page.getByRole("tablist", { name: "Readings and details" });
  const hidden = () => tabs.evaluate((tabs) => tabs.scrollWidth - tabs.clientWidth);
  expect(await hidden()).toBe(0);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await hidden()).toBeGreaterThan(0);
  // A picture of the edge: paler once the last tab has been scrolled to.
  const edge = async () => {
    const { x, y, width, height } = await tabs.boundingBox();
    return page.screenshot({ clip: { x: x + width - 2, y, width: 2, height: height - 2 } });
  };
  const before = await edge();
  await tab(page, "Branches").scrollIntoViewIfNeeded();
  await tabs.evaluate((tabs) => tabs.scrollTo(tabs.scrollWidth, 0));
  expect((await edge()).equals(before)).toBe(false);
});
