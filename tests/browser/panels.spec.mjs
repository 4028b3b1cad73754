// The column beside the stage: readings, inspector, log, settings, branches.
import { findings } from "./axe.mjs";
import { pauseAt } from "./desk.mjs";
import { expect, overflow, test } from "./page.mjs";

const TABS = ["Readings", "Inspect", "Log", "Settings", "Branches"];

/** Opens the run of the zombie leader and plays it to a time, in seconds. */
async function open(page, seconds) {
  await page.goto("./?scenario=zombie-leader");
  await page.locator("#play").waitFor();
  // On a phone the speeds are folded away.
  const speed = page.getByRole("button", { name: "Speed", exact: true });
  if (await speed.isVisible()) await speed.click();
  await page.locator(".by-hand input").fill("5");
  await page.locator("#play").click();
  await pauseAt(page, seconds);
}

const tab = (page, name) => page.getByRole("tab", { name });
const reading = (page, title) => page.locator(".reading").filter({ has: page.getByRole("heading", { name: title }) });

test("the readings say what the clients were told", async ({ page }) => {
  await open(page, 2.2);
  await expect(reading(page, "Consistency")).toContainText("linearizable");
  await expect(reading(page, "Told “unknown”")).toContainText("Alice");
  await expect(reading(page, "Promises broken")).toContainText("No confirmed write was lost");
  await reading(page, "Told “unknown”").getByRole("button").click();
  await expect(tab(page, "Inspect")).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#inspected")).toContainText("write x");
});

test("tabs go by arrows, and each can be left by Tab", async ({ page }) => {
  await open(page, 0.5);
  await tab(page, "Readings").focus();
  for (const name of [...TABS.slice(1), TABS[0]]) {
    await page.keyboard.press("ArrowRight");
    await expect(tab(page, name)).toBeFocused();
    await expect(page.getByRole("tabpanel", { name })).toBeVisible();
  }
  await page.keyboard.press("End");
  await expect(tab(page, "Branches")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("tabpanel")).toBeFocused();
});

test("a line of the log leads to its moment and to what it is about", async ({ page }) => {
  await open(page, 2.2);
  await tab(page, "Log").click();
  await page.getByRole("button", { name: "Clients" }).click();
  const line = page.locator(".log-lines li").filter({ hasText: "Alice asks: write x" }).last();
  const time = await line.locator(".time").textContent();
  await line.getByRole("button").click();
  await expect(page.locator(".keys .time")).toHaveText(time);
  await tab(page, "Inspect").click();
  await expect(page.locator("#inspected")).toContainText("no answer yet");
});

test("a setting is another run up to the same moment, and undo returns", async ({ page }) => {
  await open(page, 2.2);
  const time = await page.locator(".keys .time").textContent();
  await tab(page, "Settings").click();
  const heartbeat = page.getByLabel("Heartbeat every");
  const was = await heartbeat.inputValue();
  await heartbeat.fill("20");
  await heartbeat.press("Enter");
  await expect(page.locator("#notice")).toContainText("Heartbeat every: 20 ms");
  await expect(page.locator(".keys .time")).toHaveText(time);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(heartbeat).toHaveValue(was);
  await expect(page.locator(".keys .time")).toHaveText(time);
});

test("what cannot be is said beside the setting, and changes nothing", async ({ page }) => {
  await open(page, 0.5);
  await tab(page, "Settings").click();
  const nodes = page.getByRole("textbox", { name: "Nodes", exact: true });
  await nodes.fill("12");
  await nodes.press("Enter");
  await expect(page.locator(".setting .wrong")).toContainText("is not from 1 to 9");
  await expect(page.locator("#notice")).toBeEmpty();
  const shortest = page.getByLabel("Election timeout, shortest");
  await shortest.fill("900");
  await shortest.press("Enter");
  await expect(page.locator(".setting .wrong")).toContainText("the shortest is longer than the longest");
});

test("acting in the past opens a branch that is listed", async ({ page }) => {
  await open(page, 1.5);
  await page.getByRole("button", { name: "Step back" }).click();
  await page.getByRole("button", { name: "Heal all" }).click();
  await tab(page, "Branches").click();
  await expect(page.locator(".branch")).toHaveCount(2);
  await page.getByRole("button", { name: "Go there, to main" }).click();
  await expect(page.getByLabel("Name of this branch")).toHaveValue("main");
});

for (const [width, height] of [[1440, 900], [390, 844], [320, 640]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`nothing sticks out and axe finds nothing at ${width} px, ${colorScheme}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await open(page, 2.2);
      for (const name of TABS) {
        await tab(page, name).click();
        expect(await overflow(page)).toBe(0);
        const inside = await page.locator("#panel").evaluate((panel) => panel.scrollWidth - panel.clientWidth);
        expect(inside, `${name} is wider than its place`).toBe(0);
        expect(await findings(page, "aside.readings")).toEqual([]);
      }
    });
  }
}
