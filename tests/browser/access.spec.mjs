// What a machine can say about reading and reaching: axe, names and sizes on the stage, nothing cut off, nothing too small.
import { findings } from "./axe.mjs";
import { open, part, pause, playTo } from "./desk.mjs";
import { faults } from "./measure.mjs";
import { expect, test } from "./page.mjs";

const STATES = {
  home: async (page) => {
    await open(page);
    await pause(page);
  },
  parted: async (page) => {
    await open(page, "?scenario=explore");
    await playTo(page, 1.8, 3);
    await part(page, ["n4", "n5", "Bob"]);
    await playTo(page, 2.6, 3);
  },
  "menu open": async (page) => {
    await open(page, "?scenario=explore");
    await page.locator("#node-n2").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menu")).toBeVisible();
  },
  "all that is on the stage": async (page) => {
    await open(page, "?scenario=explore");
    await page.getByRole("tab", { name: "Inspect" }).click();
    await expect(page.getByRole("table", { name: "Links" })).toBeVisible();
  },
  lesson: async (page) => open(page, "?lesson=zombie-leader&step=3"),
  lessons: async (page) => {
    await page.goto("./?page=lessons");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [name, prepare] of Object.entries(STATES)) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await prepare(page);
      expect(await findings(page)).toEqual([]);
    });
  }
}

for (const dialog of ["Share", "Keyboard", "Preferences", "Twin", "Partition…"]) {
  test(`axe finds nothing in the dialog ${dialog}, and Escape closes it`, async ({ page }) => {
    await open(page, "?scenario=explore");
    await page.getByRole("button", { name: dialog, exact: true }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
}

test("the accessibility tree names every node, link, client and control", async ({ page }) => {
  await open(page, "?scenario=explore");
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = await devtools.send("Accessibility.getFullAXTree");
  const focusable = nodes.filter((node) => node.properties?.some(({ name, value }) => name === "focusable" && value.value));
  const nameless = focusable.filter((node) => !node.name?.value && !["RootWebArea"].includes(node.role?.value));
  expect(nameless.map((node) => node.role?.value)).toEqual([]);
  const names = nodes.filter((node) => node.role?.value === "button").map((node) => node.name.value);
  for (const name of ["n1, follower, term 0", "Link n1–n2, up. Cut"]) expect(names).toContain(name);
  expect(names.filter((name) => name.startsWith("Link "))).toHaveLength(10);
});

test("the diagram is one stop of the tab key, and there is a way out", async ({ page }) => {
  await open(page, "?scenario=explore");
  await page.locator("#node-n1").focus();
  await page.keyboard.press("ArrowRight");
  const inside = await page.evaluate(() => document.activeElement.id);
  expect(inside).toMatch(/^node-/);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => Boolean(document.activeElement.closest(".ground")))).toBe(false);
});

// The sizes of `views.mjs` are looked at in `views.spec.mjs`; this one is a desk's, enlarged four times.
test("nothing overlaps, sticks out or is under 12 px at 320 x 256", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  for (const [name, prepare] of Object.entries(STATES)) {
    await prepare(page);
    expect(await faults(page), name).toEqual([]);
  }
});

test.describe("in forced colours", () => {
  test.use({ contextOptions: { forcedColors: "active" } });
  test("shapes keep their outlines and links their lines", async ({ page }) => {
    await open(page, "?scenario=explore");
    const strokes = await page.evaluate(() =>
      [".node .shape", ".link .wire", ".client .card"].map((part) => getComputedStyle(document.querySelector(part)).stroke),
    );
    for (const stroke of strokes) expect(stroke).not.toBe("none");
  });
});

test("announcements are consequences, at most one in a second and a half", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    window.heard = [];
    const spoken = document.getElementById("spoken");
    const listen = () => window.heard.push({ at: performance.now(), words: spoken.textContent });
    new MutationObserver(listen).observe(spoken, { childList: true, characterData: true, subtree: true });
  });
  const heard = () => page.evaluate(() => window.heard);
  const said = async () => (await heard()).map(({ words }) => words).join("\n");
  // What a person did is said by what it means, and then what comes of it.
  await part(page, ["n4", "n5", "Bob"]);
  await expect.poll(said, { timeout: 10_000 }).toContain("n4 and n5 are cut off: 2 of 5 is no majority.");
  await expect.poll(said, { timeout: 20_000 }).toMatch(/it is committed|is told ok|has no answer|does not know|leads/);
  // Another one or two, however slowly the run goes here.
  const count = (await heard()).length;
  await expect.poll(async () => (await heard()).length, { timeout: 30_000 }).toBeGreaterThan(count);
  const list = await heard();
  const gaps = list.slice(1).map(({ at }, before) => at - list[before].at);
  expect(gaps.length, "more than one thing was said").toBeGreaterThan(0);
  // Words are put on the page a little after they are chosen, more so where the machine is busy.
  expect(Math.min(...gaps)).toBeGreaterThan(1_200);
});
