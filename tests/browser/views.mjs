// The named views of the page: how each is reached. `screenshots.mjs` photographs them, `views.spec.mjs` measures them.
import { open, part, pause } from "./desk.mjs";
import { expect } from "./page.mjs";

/** The sizes that a view must do in: a desk, an embed, a small embed, a phone, a narrow one. */
export const SIZES = [[1440, 900], [960, 540], [480, 270], [390, 844], [320, 640]];

/** Goes to a moment of the run, in seconds, at once; the page offers that to whoever measures it. */
async function seek(page, seconds) {
  await page.evaluate((time) => window.netsplitBench.seek(time), seconds * 1e6);
}

/** Opens a scenario at a moment. `more` are further words of the address. */
async function at(page, more, scenario, seconds) {
  await open(page, `?scenario=${scenario}&bench=1${more}`);
  await seek(page, seconds);
}

/** The two sides while both say that they lead: n1 in term 2, n4 in term 3. */
const zombie = async (page, more) => at(page, more, "zombie-leader", 2.2);

/** The zombie's moment with a panel open beside it. */
const panel = (name) => async (page, more) => {
  await zombie(page, more);
  await page.getByRole("tab", { name }).click();
  await expect(page.getByRole("tabpanel", { name })).toBeVisible();
};

/** The inspector with a node in it. */
async function inspects(page, node) {
  await page.locator(`#node-${node}`).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Inspect" }).click();
  await expect(page.locator("#inspected")).toContainText(node);
}

/** The sandbox, parted by its own reader three to two, some time later. */
async function parted(page, more) {
  await at(page, more, "explore", 1.8);
  await part(page, ["n4", "n5", "Bob"]);
  await seek(page, 3.2);
}

export const VIEWS = {
  home: async (page, more) => {
    await open(page, `?${more}`);
    await expect.poll(() => page.locator("#caption").textContent()).not.toBe("");
    await pause(page);
  },
  parted,
  zombie,
  healed: async (page, more) => at(page, more, "zombie-leader", 4.6),
  nine: async (page, more) => at(page, more, "nine-nodes", 4),
  menu: async (page, more) => {
    await at(page, more, "explore", 2.5);
    await page.locator("#node-n2").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menu")).toBeVisible();
  },
  partition: async (page, more) => {
    await at(page, more, "explore", 2.5);
    await page.getByRole("button", { name: "Partition…" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  preferences: async (page) => {
    await open(page, "?scenario=explore");
    await page.getByRole("button", { name: "Preferences" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  overview: async (page, more) => {
    await at(page, more, "explore", 2.5);
    await page.getByRole("tab", { name: "Inspect" }).click();
    await expect(page.getByRole("table", { name: "Links" })).toBeVisible();
  },
  "seen-as-a-client": async (page, more) => {
    await zombie(page, more);
    await page.getByLabel("see as").selectOption({ index: 6 });
  },
  "lesson-predict": async (page, more) => open(page, `?lesson=zombie-leader&step=3${more}`),
  "lesson-vary": async (page, more) => open(page, `?lesson=quorum-arithmetic&step=8${more}`),
  "lesson-run": async (page, more) => open(page, `?lesson=zombie-leader&step=4${more}`),
  catalogue: async (page) => {
    await page.goto("./?page=lessons");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  // Its key is in the head, which a frame leaves away.
  twin: async (page) => {
    await parted(page, "");
    await page.getByRole("button", { name: "Twin", exact: true }).click();
    await page.getByRole("button", { name: "without the last intervention" }).click();
    await expect(page.locator("#twin-node-n1")).toBeVisible();
  },
  // Of replicas without a leader: a write that loses to a fast clock, siblings, a hint in a pocket, texts, apps, a ring of seven.
  clocks: async (page, more) => at(page, more, "lww-skew", 0.156),
  siblings: async (page, more) => at(page, more, "siblings-concurrent", 2.4),
  hints: async (page, more) => at(page, more, "hints-kept", 2.2),
  quorum: async (page, more) => at(page, more, "quorum-not-atomic", 0.208),
  texts: async (page, more) => at(page, more, "two-boxes", 1),
  apps: async (page, more) => at(page, more, "small-apps", 1.2),
  ring: async (page, more) => at(page, more, "ring-of-seven", 1.2),
  preference: async (page, more) => {
    await at(page, more, "ring-of-seven", 1.2);
    await inspects(page, "n3");
  },
  trees: async (page, more) => {
    await at(page, more, "compare-trees", 2);
    await inspects(page, "n1");
  },
  readings: panel("Readings"),
  inspector: async (page, more) => {
    await zombie(page, more);
    await inspects(page, "n1");
  },
  log: panel("Log"),
  settings: panel("Settings"),
  runs: async (page) => {
    await page.goto("./?page=runs&seed=0-9&run=1");
    await expect(page.locator("#state")).toHaveText(/done\.$/);
  },
};

/** Waits until nothing glides any more: a fifth of a second in which everything on the stage keeps its place. */
async function settled(page) {
  await page.evaluate(async () => {
    const places = () => [...document.querySelectorAll(".ground g, .ground rect")].map((it) => Object.values(it.getBoundingClientRect().toJSON())).join();
    for (let calm = 0, before = ""; calm < 4; ) {
      await new Promise((done) => setTimeout(done, 50));
      const now = places();
      calm = now === before ? calm + 1 : 0;
      before = now;
    }
  });
}

/** Views of the stage, which a click on something below it may have scrolled away. */
const TOP = ["parted", "twin"];

/** Opens a view in a size, and waits until it has settled. The low ones are those of frames in other pages. */
export async function show(page, name, [width, height]) {
  await page.setViewportSize({ width, height });
  await VIEWS[name](page, height < 600 ? "&embed=1" : "");
  if (TOP.includes(name)) await page.evaluate(() => scrollTo(0, 0));
  await settled(page);
}
