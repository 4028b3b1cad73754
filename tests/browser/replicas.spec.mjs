// Replicas laid open: the ring with a key's walk, trees that were compared, what came and what became of it, other measures.
import { open, playTo } from "./desk.mjs";
import { expect, test } from "./page.mjs";

/** Goes to a moment of the run, in seconds, at once. */
const seek = (page, seconds) => page.evaluate((time) => window.netsplitBench.seek(time), seconds * 1e6);

/** Opens a scenario at a moment, paused. */
async function at(page, scenario, seconds) {
  await open(page, `?scenario=${scenario}&bench=1`);
  await seek(page, seconds);
}

/** Lays a node open. */
async function inspect(page, name) {
  await page.locator(`#node-${name}`).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Inspect" }).click();
  await expect(page.locator("#inspected")).toContainText(name);
}

test("the ring shows a key's own replicas first, and who is taken for dead", async ({ page }) => {
  await at(page, "ring-of-seven", 1.2);
  await inspect(page, "n4");
  const ring = page.locator(".picture.ring");
  await expect(ring.getByRole("img", { name: /^The ring, and the walk from x to n\d, n\d, n\d\.$/ })).toBeVisible();
  await expect(ring.locator(".tick")).toHaveCount(7 * 16);
  await expect(ring.locator(".stop")).toHaveCount(7);
  await expect(ring.locator(".home-stop")).toHaveCount(3);
  // The picture, the list and the stage tell of the same three.
  const labels = await ring.locator(".home-stop text").allTextContents();
  expect(labels.map((text) => text[0])).toEqual(["1", "2", "3"]);
  const rows = await ring.locator("ol.walk li").allTextContents();
  for (const [index, label] of labels.entries()) expect(rows[index].startsWith(label.split(" ")[1])).toBe(true);
  const homes = await page.locator('.node[role="listitem"]:has(.home)').evaluateAll((nodes) => nodes.map((it) => it.dataset.node));
  expect(homes.sort()).toEqual(labels.map((text) => text.split(" ")[1]).sort());
  await expect(ring.locator(".suspected")).toHaveCount(0);

  // Nobody hears of a node that is gone: it is passed over, and somebody stands in for it.
  const first = labels[0].split(" ")[1];
  await page.locator(`#node-${first}`).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: /^Crash/ }).click();
  await seek(page, 9);
  const other = first === "n4" ? "n2" : "n4";
  await inspect(page, other);
  await expect(ring.locator(`.suspected[data-node="${first}"]`)).toHaveCount(1);
  await expect(ring.locator("ol.walk")).toContainText(`stands in for ${first}`);
});

test("two trees are shown branch by branch down to the key that differed", async ({ page }) => {
  await at(page, "compare-trees", 2.9);
  await inspect(page, "n3");
  const trees = page.locator(".picture.trees");
  await expect(trees.getByRole("img", { name: "13 of 127 branches compared: 1 of 64 leaves differs." })).toBeVisible();
  await expect(trees.locator(".knot.differs")).toHaveCount(7);
  await expect(trees.locator(".knot.equal")).toHaveCount(6);
  await expect(trees).toContainText(/x, leaf \d+: sent by n3 and n2/);
  await expect(trees).toContainText(/\d+ bytes in 16 messages/);
  // Its beginning is one click away; by then nothing is known of what it found.
  await trees.getByRole("button", { name: /go there/ }).click();
  await expect(trees.locator(".knot.differs")).toHaveCount(0);
});

test("a merge says what came from whom and what was thrown away, and passes", async ({ page }) => {
  await at(page, "lww-skew", 0.1535);
  const merge = page.locator('.node[data-node="n2"] .merge');
  await expect(merge.locator(".side")).toHaveCount(2);
  await expect(merge.locator(".side.out .value")).toHaveText("b");
  await expect(merge.locator(".side.breaks")).toHaveCount(0);
  await seek(page, 0.1546);
  await expect(merge.locator(".side.out.breaks .value")).toHaveText("b");
  await expect(page.locator("#node-n2")).toHaveAttribute("aria-label", /b was just written and is thrown away, although a client was told otherwise/);
  await inspect(page, "n2");
  await expect(page.locator("#panel")).toContainText(/dropped "b".* Broken: Ann writes x = "b".?, and was told ok\./);
  await playTo(page, 0.9);
  await expect(merge).toHaveCount(0);
});

test("who reduces motion sees the same merge, standing still", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await at(page, "cart-union", 1.5985);
  const merge = page.locator('.node[data-node="n3"] .merge');
  await expect(merge.locator(".side.breaks")).toContainText("book");
  expect(await merge.evaluate((it) => getComputedStyle(it).animationName)).toBe("none");
});

test("other measures judge the same history, and name the read that fails", async ({ page }) => {
  await at(page, "no-repair", 3);
  const grades = page.locator(".grades");
  await expect(grades).toContainText("Regular register no");
  await expect(grades).toContainText("Causal yes");
  await grades.getByRole("button", { name: /^Bob reads x: reads 1/ }).first().click();
  await expect(page.locator("#inspected")).toHaveText("op2, read x: reads 1");
});

test("another key can be chosen on the ring, and stays chosen while the run goes on", async ({ page }) => {
  await at(page, "session-answer-first", 1);
  await inspect(page, "n1");
  const ring = page.locator(".picture.ring");
  const shown = ring.locator(".key");
  const other = (await shown.textContent()) === "x" ? "y" : "x";
  await ring.getByLabel("Key").selectOption(other);
  await expect(shown).toHaveText(other);
  await seek(page, 1.2);
  await expect(shown).toHaveText(other);
  await expect(ring.getByLabel("Key")).toHaveValue(other);
});
