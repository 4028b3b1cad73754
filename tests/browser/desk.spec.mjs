// What the desk says and offers around the stage: broken rules, seeds, words, menus, the sides of a partition.
import { link, middle, node, open, part, pause, playTo } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const notice = (page) => page.locator("#notice");

test("a cluster without some of its rules says so on each stage, and is announced", async ({ page }) => {
  await open(page, "?scenario=broken-hasty-answer");
  const line = page.locator("#rules-off");
  await expect(line).toHaveText(
    "Switched off, a rule of Raft: acknowledge before replicating. This cluster may lose writes that it acknowledged.",
  );
  await expect(line).toHaveAttribute("role", "status");
  await expect(line).toBeVisible();
});

test("a rule that is switched off in the settings or in a twin is said there", async ({ page }) => {
  await open(page, "?scenario=explore");
  await playTo(page, 0.5, 5);
  const line = page.locator("#rules-off");
  await expect(line).toBeHidden();
  await page.getByRole("button", { name: "Twin", exact: true }).click();
  await page.getByRole("button", { name: "acknowledges before replicating" }).click();
  await expect(page.locator("#twin-rules-off")).toContainText("acknowledge before replicating");
  await expect(line).toBeHidden();
  await page.getByRole("button", { name: "Close the twin" }).click();
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("no sessions").check();
  await expect(line).toContainText("no sessions");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(line).toBeHidden();
});

for (const seed of ["seven", "-1", "4294967296", "0-39"]) {
  test(`the seed ${seed} is none, and the page says what it shows instead`, async ({ page }) => {
    await page.goto(`./?seed=${seed}`);
    await expect(notice(page)).toContainText(`“${seed}” is no seed`);
    await expect(notice(page)).toContainText("This is the run with seed 4 instead");
    await expect(node(page, "n1")).toBeVisible();
  });
}

test("a good seed and a fragment of other words say nothing", async ({ page }) => {
  await page.goto("./?seed=7#class=1.AAAA");
  await expect(node(page, "n1")).toBeVisible();
  await expect(notice(page)).toHaveText("");
});

test("what is parted and healed is told as it is, also where nobody has a majority", async ({ page }) => {
  await open(page);
  await pause(page);
  await part(page, ["n4", "n5", "Bob"]);
  await expect(page.locator("#what-now")).toContainText("3 of 5 are a majority");
  await page.getByRole("button", { name: "Heal it" }).click();
  await expect(page.locator("#healed")).toContainText("may survive or be overwritten");
  await page.getByRole("button", { name: "Partition…" }).click();
  for (const [side, names] of Object.entries({ A: ["n1", "n2", "Alice"], B: ["n3", "n4", "Bob"], C: ["n5"] })) {
    for (const name of names) await page.getByRole("group", { name, exact: true }).getByLabel(side).check();
  }
  await expect(page.locator(".preview")).toContainText("No side has a majority");
  await page.getByRole("button", { name: "Part it" }).click();
  await expect(page.locator("#what-now")).toContainText("Nobody can be told ok until you heal it");
});

test("the partition that is offered cuts the leader off with a minority, and says so beforehand", async ({ page }) => {
  await open(page);
  await pause(page);
  const names = await page.locator('[id^="node-"]').evaluateAll((nodes) => nodes.map((node) => node.ariaLabel));
  const leader = names.find((name) => /, leader/.test(name)).split(",")[0];
  await page.getByRole("button", { name: "Partition…" }).click();
  await expect(page.getByRole("group", { name: leader, exact: true }).getByLabel("B")).toBeChecked();
  const lines = page.locator(".preview li");
  await expect(lines).toHaveText([/^Side A: .*3 of 5, a majority/i, new RegExp(`^Side B: .*${leader}.*2 of 5, no majority`)]);
  await page.getByRole("button", { name: "Part it" }).click();
  await expect(page.locator(".side-text")).toHaveText([/3 of 5/, /2 of 5/]);
});

test("who sees with other eyes is not told what these cannot know", async ({ page }) => {
  await open(page);
  await expect.poll(() => page.locator("#caption").textContent()).not.toBe("");
  await page.getByLabel("see as").selectOption("n1");
  await expect(page.locator("#caption")).toHaveText("This is what n1 can know. The rest is faded.");
  const spoken = await page.locator("#spoken").textContent();
  await page.waitForTimeout(3_500);
  expect(await page.locator("#spoken").textContent()).toBe(spoken);
  await page.getByLabel("see as").selectOption("Alice");
  await expect(page.locator("#caption")).toHaveText("This is what Alice can know. The rest is faded.");
});

test("a menu stands beside what it is about and hides neither it nor its links, with a pointer to it", async ({ page }) => {
  await open(page, "?scenario=explore");
  for (const name of ["n1", "n2", "n3", "n4", "n5"]) {
    await node(page, name).focus();
    await page.keyboard.press("Enter");
    const menu = await page.getByRole("menu").boundingBox();
    const own = await node(page, name).boundingBox();
    expect(meets(menu, own), `${name} is hidden`).toBe(false);
    expect(menu.x).toBeGreaterThanOrEqual(0);
    expect(menu.y).toBeGreaterThanOrEqual(0);
    expect(menu.x + menu.width).toBeLessThanOrEqual(1440);
    expect(menu.y + menu.height).toBeLessThanOrEqual(900);
    await expect(page.locator(".menu-pointer")).toBeVisible();
    const hidden = await hiddenMiddles(page, name, menu);
    expect(hidden, `links of ${name} whose state is hidden`).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(node(page, name)).toBeFocused();
  }
  await link(page, "n1", "n3").focus();
  await page.keyboard.press("Enter");
  const menu = await page.getByRole("menu").boundingBox();
  const { x, y } = await middle(link(page, "n1", "n3").locator(".wire"));
  expect(meets(menu, { x: x - 10, y: y - 10, width: 20, height: 20 })).toBe(false);
});

const meets = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The links of a node whose middle, where a cut shows, lies under the menu. */
async function hiddenMiddles(page, name, menu) {
  const own = await page.locator(`[id^="link-"][id*="${name}"]`).all();
  const hidden = [];
  for (const one of own) {
    const { x, y } = await middle(one.locator(".wire"));
    if (meets(menu, { x: x - 5, y: y - 5, width: 10, height: 10 })) hidden.push(await one.getAttribute("id"));
  }
  return hidden;
}

test("what was isolated is connected again in one deed, and one undo takes it back", async ({ page }) => {
  await open(page, "?scenario=explore");
  const act = async (item) => {
    await node(page, "n2").click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await act("Isolate");
  await expect(link(page, "n2", "n5")).toHaveAttribute("aria-label", /cut/);
  await act("Reconnect");
  for (const other of ["n3", "n4", "n5"]) await expect(link(page, "n2", other)).toHaveAttribute("aria-label", /up/);
  await page.getByRole("button", { name: "Undo" }).click();
  for (const other of ["n3", "n4", "n5"]) await expect(link(page, "n2", other)).toHaveAttribute("aria-label", /cut/);
});

test("a word is explained when it is pointed at, focused and pressed, and Escape closes that", async ({ page }) => {
  await open(page);
  await pause(page);
  const word = page.locator("#guide").getByRole("button", { name: "quorum" });
  const meaning = page.locator("#home-quorum");
  await word.hover();
  await expect(meaning).toBeVisible();
  await meaning.hover();
  await page.waitForTimeout(400);
  await expect(meaning).toBeVisible();
  await page.locator("#guide h1").hover();
  await expect(meaning).toBeHidden();
  await word.focus();
  await page.keyboard.press("Enter");
  await expect(meaning).toContainText("more than half of all servers");
  await page.keyboard.press("Escape");
  await expect(meaning).toBeHidden();
  await expect(word).toBeFocused();
});

test("a press on a menu's heading leaves the keys where they were", async ({ page }) => {
  await open(page, "?scenario=explore");
  await page.locator("#node-n2").click();
  const menu = page.getByRole("menu");
  await menu.locator(".title").click();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
});
