// What a machine can say about reading and reaching: axe, names and sizes on the stage, nothing cut off, nothing too small.
import axe from "axe-core";
import { open, part, pause, playTo } from "./desk.mjs";
import { expect, overflow, test } from "./page.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe has to say, a line each. Evaluated, not added as a script: the policy forbids that. */
async function findings(page) {
  await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { violations } = await window.axe.run({ runOnly: tags });
    return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }, TAGS);
}

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

for (const dialog of ["Share", "Keyboard", "Twin", "Partition…"]) {
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

for (const [width, height] of [[1440, 900], [960, 540], [390, 844], [320, 640], [320, 256]]) {
  test(`nothing sticks out and nothing is under 12 px at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const prepare of [STATES.home, STATES.lesson, STATES.lessons]) {
      await prepare(page);
      expect(await overflow(page), "wider than the window").toBe(0);
      expect(await tooSmall(page), "text under 12 px").toEqual([]);
    }
  });
}

/** Texts that are smaller than 12 px. */
async function tooSmall(page) {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const small = [];
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const element = text.parentElement;
      if (!text.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
      const box = element.getBoundingClientRect();
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (box.width > 1 && size < 12) small.push(`${size}: ${text.data.trim().slice(0, 40)}`);
    }
    return small;
  });
}

test("what stands on the stage does not overlap: nodes, cards and captions", async ({ page }) => {
  for (const [width, height] of [[1440, 900], [960, 540], [390, 844]]) {
    await page.setViewportSize({ width, height });
    await STATES.parted(page);
    await page.waitForTimeout(500);
    const boxes = await page.evaluate(() => {
      const parts = [...document.querySelectorAll(".node .shape, .node .role, .cell rect, .client .card, .caption")];
      return parts.map((part) => {
        const { x, y, width, height } = part.getBoundingClientRect();
        return { x, y, width, height, of: part.closest("[role=listitem]")?.textContent.slice(0, 12) ?? "caption" };
      });
    });
    const meets = (a, b) => a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 1 < b.y + b.height && b.y + 1 < a.y + a.height;
    const clashes = boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => a.of !== b.of && meets(a, b)).map((b) => `${a.of} / ${b.of}`));
    expect([...new Set(clashes)], `${width} x ${height}`).toEqual([]);
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
  await page.waitForTimeout(4_000);
  const list = await heard();
  const gaps = list.slice(1).map(({ at }, before) => at - list[before].at);
  expect(gaps.length, "more than one thing was said").toBeGreaterThan(0);
  expect(Math.min(...gaps)).toBeGreaterThan(1_400);
});
