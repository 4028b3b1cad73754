// Leaderless replicas on the desk: the switch between refusing and answering, versions side by side, a knife through a ring.
import { clock, link, middle, node, open, part, pause, pauseAt, play, playTo, stroke } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const answer = (page) => page.locator(".top").getByRole("button", { name: "answer · A" });
const refuse = (page) => page.locator(".top").getByRole("button", { name: "refuse · C" });

/** What the strip under a node says, version by version. */
const held = (page, name) => page.locator(`.node[data-node="${name}"] .version .value`);

/** The same, also while a merge is shown there: what is kept. */
const kept = (page, name) =>
  page.locator(`.node[data-node="${name}"]`).locator(".version .value, .merge .side:not(.out) .value").first();

test("one cut, two systems: the small side is refused by the one and answered by the other", async ({ page }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 1.4, 0);
  await part(page, ["n1", "n2", "Alice"]);
  // By then Bob has given up on whoever is out of reach, and asked somebody on his side.
  await playTo(page, 7.5);
  // Raft: nobody on the side of two was told ok since the cut.
  await expect(page.locator("#client-c1")).not.toHaveAttribute("aria-label", /ok/);

  await answer(page).click();
  await expect(answer(page)).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("#notice")).toContainText("Leaderless");
  await expect.poll(() => clock(page)).toBeCloseTo(7.5, 0);
  // The same cut, the same clients: both sides say ok, and hold what the other does not.
  await expect(page.locator(".link.cut")).toHaveCount(6);
  await expect(page.locator("#client-c1")).toHaveAttribute("aria-label", /ok/);
  const [small, large] = [await kept(page, "n1").textContent(), await kept(page, "n3").textContent()];
  expect(small).not.toBe(large);

  // Healed, one of the two is left everywhere: the clocks decide.
  await page.getByRole("button", { name: "Heal all" }).click();
  await page.locator(".top").getByRole("button", { name: "Twin" }).waitFor();
  await playTo(page, (await clock(page)) + 3);
  await pause(page);

  await refuse(page).click();
  await expect(refuse(page)).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator(".node.replica")).toHaveCount(0);
  await expect(page.locator(".node.leader")).not.toHaveCount(0);
});

test("the first screen replays its own cut as the other system lives it", async ({ page }) => {
  await open(page);
  await pauseAt(page, 1.5);
  await part(page, ["n1", "n2", "Alice"]);
  const cut = await clock(page);
  await playTo(page, cut + 3);
  await page.getByRole("button", { name: "Now as AP" }).click();
  await expect(page.locator(".node.replica")).toHaveCount(5);
  await pauseAt(page, cut + 2.5);
  await expect(page.locator("#client-c1")).toHaveAttribute("aria-label", /ok/);
  await expect(page.getByRole("button", { name: "Now as CP" })).toBeVisible();
});

test("as a twin, both live the same cut side by side", async ({ page }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 1.4);
  await part(page, ["n1", "n2", "Alice"]);
  await playTo(page, 4);
  await page.locator(".top").getByRole("button", { name: "Twin" }).click();
  await page.getByRole("button", { name: /^answers when cut/ }).click();
  await expect(page.locator(".stages.two .node.replica")).toHaveCount(5);
  await expect(page.locator(".stages.two .node:not(.replica)")).toHaveCount(5);
});

test("two versions that have not seen each other are offered, and what is chosen replaces both", async ({ page }) => {
  await open(page, "?scenario=siblings-concurrent");
  await playTo(page, 3.2);
  await expect(held(page, "n1")).toHaveText(["a", "b"]);
  const offer = page.getByRole("region", { name: "Conflicting versions" });
  await expect(offer).toContainText("Ann has read 2 versions of x");
  await offer.getByRole("button", { name: 'Keep "b"' }).click();
  await expect(offer).toHaveCount(0);
  await playTo(page, 4.5);
  for (const name of ["n1", "n2", "n3"]) await expect(held(page, name)).toHaveText(["b"]);
  // It descends from both: its clock has what either had.
  const past = page.locator('.node[data-node="n3"] .version .past');
  await expect(past).toContainText("n1:2");
  await expect(past).toContainText("n2:1");
});

test("a knife through a ring of seven leaves two sides that both take writes", async ({ page }) => {
  await open(page, "?scenario=ring-of-seven");
  await playTo(page, 1.5);
  await expect(page.locator(".node .home")).toHaveCount(3);
  const place = (name) => middle(node(page, name).locator(".shape").first());
  const [n1, n4, n5, n7] = await Promise.all(["n1", "n4", "n5", "n7"].map(place));
  const between = (one, other) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  const [above, below] = [between(n7, n1), between(n5, n4)];
  await page.getByRole("button", { name: "Knife", exact: true }).click();
  await stroke(page, [
    { x: above.x, y: above.y - 70 },
    { x: below.x, y: below.y + 50 },
  ]);
  await expect(page.locator(".side-text").first()).toBeVisible();
  const sides = await page.locator("#stage-summary").textContent();
  expect(sides).toMatch(/Side A: .+ Side B: /);
  for (const side of ["A", "B"]) {
    const name = new RegExp(`Side ${side}: (n\\d)`).exec(sides)[1];
    await node(page, name).click();
    await page.getByRole("menuitem", { name: "Write through it" }).click();
    await playTo(page, (await clock(page)) + 1.5);
  }
  // Somebody outside of the key's own three keeps a version for one of them.
  const hints = page.locator(`.node [aria-label*="hint for"], .node[aria-label*="hint for"]`);
  await expect(hints.first()).toBeAttached();
  await page.getByRole("button", { name: "Heal all" }).click();
  await playTo(page, (await clock(page)) + 4);
  await expect(hints).toHaveCount(0);
  // Neither side's writer had seen the other: each of the key's own replicas holds both versions.
  for (const name of ["n1", "n5", "n7"]) await expect(held(page, name)).toHaveCount(2);
  await play(page);
});
