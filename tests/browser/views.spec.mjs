// Nothing overlaps, sticks out or is too small to read, in each named view and in each size.
import { findings } from "./axe.mjs";
import { faults, watchCanvases } from "./measure.mjs";
import { expect, test } from "./page.mjs";
import { SIZES, VIEWS, show } from "./views.mjs";

const STORIES = ["home", "parted", "zombie", "healed", "nine", "menu", "partition", "preferences", "overview", "seen-as-a-client", "lesson-predict", "lesson-vary", "lesson-run", "catalogue", "twin"];
const REPLICAS = ["clocks", "siblings", "hints", "quorum", "texts", "apps", "ring", "preference", "trees"];
const PANELS = ["Inspect", "Log", "Settings", "Branches", "Readings"];

/** Shows views in a size; gives what is wrong in each, and a way to look at what came after. */
async function lookAt(page, names, size) {
  await watchCanvases(page);
  const wrong = {};
  const look = async (name) => {
    const list = await faults(page);
    if (list.length > 0) wrong[name] = list;
  };
  for (const name of names) {
    await show(page, name, size);
    await look(name);
  }
  return { wrong, look };
}

for (const size of SIZES) {
  test(`nothing overlaps, sticks out or is under 12 px at ${size.join(" x ")}`, async ({ page }) => {
    const { wrong, look } = await lookAt(page, STORIES, size);
    await show(page, "inspector", size);
    for (const name of PANELS) {
      await page.getByRole("tab", { name }).click();
      await look(name);
    }
    expect(wrong).toEqual({});
  });

  test(`nor does anything of replicas at ${size.join(" x ")}`, async ({ page }) => {
    const { wrong } = await lookAt(page, REPLICAS, size);
    expect(wrong).toEqual({});
  });
}

for (const [colorScheme, size] of [["light", [1440, 900]], ["dark", [1440, 900]], ["light", [390, 844]], ["dark", [960, 540]]]) {
  test(`axe finds nothing in any view at ${size.join(" x ")}, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme });
    const wrong = {};
    for (const name of Object.keys(VIEWS)) {
      await show(page, name, size);
      const list = await findings(page);
      if (list.length > 0) wrong[name] = list;
    }
    expect(wrong).toEqual({});
  });
}

test("what is measured can be wrong: each kind of fault is found", async ({ page }) => {
  await watchCanvases(page);
  await show(page, "zombie", [1440, 900]);
  expect(await faults(page)).toEqual([]);
  const spoilt = async (selector, change) => {
    await page.evaluate(([selector, change]) => Object.assign(document.querySelector(selector).style, change), [selector, change]);
    const list = await faults(page);
    const undone = Object.fromEntries(Object.keys(change).map((name) => [name, ""]));
    await page.evaluate(([selector, undone]) => Object.assign(document.querySelector(selector).style, undone), [selector, undone]);
    return list.join("\n");
  };
  expect(await spoilt(".node .role", { fontSize: "11px" })).toContain("small: ");
  expect(await spoilt(".ground svg", { transform: "scale(0.9)" }), "a transform counts").toContain("small: ");
  expect(await spoilt(".caption", { inset: "auto 0 6rem" }), "a caption over a client").toMatch(/overlap: .*caption/);
  expect(await spoilt(".client .card", { transform: "translate(0, -120px)" }), "a client over a node").toMatch(/overlap: /);
  expect(await spoilt(".node .role", { transform: "translate(0, -50px)" }), "a label over another").toMatch(/overlap: "n1" and "/);
  expect(await spoilt(".client .told", { fontSize: "26px" }), "words out of their card").toMatch(/sticks out: "/);
  expect(await spoilt(".tabs", { overflow: "hidden", width: "120px" }), "a text cut off").toMatch(/cut off: |sticks out: /);
  expect(await spoilt(".head-keys", { marginRight: "-40px" }), "wider than the window").toContain("sticks out: the page");
  const canvas = await page.evaluate(() => {
    const pen = document.querySelector("canvas").getContext("2d");
    pen.font = "5px sans-serif";
    pen.fillText("too small", 0, 0);
  });
  expect(canvas).toBeUndefined();
  expect(await faults(page)).toEqual([expect.stringContaining('"too small" on a canvas')]);
});
