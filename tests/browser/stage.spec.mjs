// The stage: nodes that move, links that are cut in every way there is, sides that elect or refuse.
import { clock, link, middle, node, open, part, pause, play, playTo, stroke } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const place = async (page, name) => (await middle(node(page, name).locator(".shape").first()));

test("the first screen moves by itself, names what it shows, and can be paused", async ({ page }) => {
  await open(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Pull the cable and see what your database does.");
  const before = await clock(page);
  await expect.poll(() => clock(page)).toBeGreaterThan(before);
  await expect(page.getByRole("list", { name: "Nodes" }).getByRole("button")).toHaveCount(5);
  await expect(page.getByRole("list", { name: "Links" }).getByRole("button")).toHaveCount(10);
  await pause(page);
  const still = await clock(page);
  await page.waitForTimeout(300);
  expect(await clock(page)).toBe(still);
});

test.describe("with reduced motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });
  test("the first screen stands still until somebody plays", async ({ page }) => {
    await open(page);
    const before = await clock(page);
    await page.waitForTimeout(500);
    expect(await clock(page)).toBe(before);
  });
});

test("a node is dragged by mouse, by keys, and by two clicks", async ({ page }) => {
  await open(page, "?scenario=explore");
  const from = await place(page, "n1");
  await stroke(page, [from, { x: from.x + 120, y: from.y + 60 }]);
  const dragged = await place(page, "n1");
  expect(Math.hypot(dragged.x - from.x, dragged.y - from.y)).toBeGreaterThan(60);
  await expect(page.getByRole("menu")).toHaveCount(0);

  await node(page, "n2").focus();
  const second = await place(page, "n2");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Move…" }).focus();
  await page.keyboard.press("Enter");
  for (let at = 0; at < 4; at += 1) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  expect((await place(page, "n2")).y).toBeLessThan(second.y - 20);
  await expect(page.locator("#spoken")).toContainText("n2 released");

  const third = await place(page, "n5");
  await node(page, "n5").click();
  await page.getByRole("menuitem", { name: "Move…" }).click();
  await page.mouse.click(third.x + 60, third.y - 90);
  await expect.poll(async () => (await place(page, "n5")).y).toBeLessThan(third.y - 30);
});

/** A finger that goes from one point to another. */
async function swipe(devtools, from, to) {
  const touch = (type, points) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await touch("touchStart", [from]);
  for (let step = 1; step <= 12; step += 1) {
    const share = step / 12;
    await touch("touchMove", [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }]);
  }
  await touch("touchEnd", []);
}

/** A place on the stage where there is neither a node nor a client, nor a link within reach. */
async function emptyGround(page) {
  return page.evaluate(() => {
    const ground = document.querySelector(".ground svg");
    const { left, top, right, bottom } = ground.getBoundingClientRect();
    for (let y = bottom - 8; y > top; y -= 8) {
      for (let x = left + 8; x < right; x += 8) {
        if (y < innerHeight && document.elementFromPoint(x, y) === ground) return { x, y };
      }
    }
    return null;
  });
}

test.describe("by touch", () => {
  test.use({ viewport: { width: 390, height: 640 }, hasTouch: true, isMobile: true });

  test("a node is dragged up, and the page stays where it is", async ({ page }) => {
    // Three nodes leave room on a phone's stage; among five, one that is dragged soon meets another.
    await open(page, "?scenario=three-nodes-quiet");
    const devtools = await page.context().newCDPSession(page);
    const from = await place(page, "n2");
    await swipe(devtools, from, { x: from.x - 20, y: from.y - 90 });
    expect(await page.evaluate(() => scrollY), "the node moves, not the page").toBe(0);
    await expect.poll(async () => (await place(page, "n2")).y).toBeLessThan(from.y - 60);
  });

  test("on the first screen, whose stage fills what the sheet leaves, a finger cuts in any direction", async ({ page }) => {
    await open(page);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    const [{ x }, { y }] = [await place(page, "n5"), await middle(link(page, "n2", "n5").locator(".wire"))];
    const devtools = await page.context().newCDPSession(page);
    // Straight down, across the wire between the outermost two, far from any node.
    await swipe(devtools, { x: x + 75, y: y - 40 }, { x: x + 77, y: y + 12 });
    await expect(link(page, "n2", "n5")).toHaveAttribute("aria-label", /cut/);
  });

  test("a vertical swipe on empty ground scrolls the page and cuts nothing", async ({ page }) => {
    await open(page, "?scenario=explore");
    const room = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    expect(room, "the page is longer than the screen").toBeGreaterThan(60);
    const from = await emptyGround(page);
    expect(from, "there is empty ground").not.toBeNull();
    const devtools = await page.context().newCDPSession(page);
    await swipe(devtools, from, { x: from.x + 2, y: from.y - 150 });
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(40);
    await expect(page.locator('[id^="link-"][aria-label*="cut"]')).toHaveCount(0);
  });
});

test("a link is cut by a click and healed by another, and says so", async ({ page }) => {
  await open(page, "?scenario=explore");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, up. Cut");
  const at = await middle(link(page, "n1", "n2").locator(".wire"));
  await page.mouse.click(at.x, at.y);
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, cut. Heal");
  await page.mouse.click(at.x, at.y);
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, up. Cut");
});

test("a link is cut by keys alone", async ({ page }) => {
  await open(page, "?scenario=explore");
  await node(page, "n1").focus();
  await page.keyboard.press("]");
  await expect(link(page, "n1", "n2")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /cut\. Heal$/);
  await expect(link(page, "n1", "n2")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator('[id^="node-"]:focus')).toHaveCount(1);
});

test("a link's menu makes it one-way, slow, lossy and flapping", async ({ page }) => {
  await open(page, "?scenario=explore");
  const menu = async (item) => {
    await link(page, "n1", "n2").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: item }).click();
  };
  await menu("Only from n1 to n2");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /one way, only from n1 to n2/);
  await menu("Heal");
  await menu("Slow, 200 ms each way");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /slow/);
  await menu("Lose 30 % of messages");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /lossy, 30 % lost/);
  await menu("As usual");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /up/);
  await menu("Flap");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /flapping/);
});

test("the knife parts two nodes from three; the majority elects, the minority's client is told unknown", async ({ page }) => {
  await open(page);
  await pause(page);
  // n2 and n3 stand on the right, the leader among them: a stroke down the stage, left of both and right of the others.
  const [n1, n2, n3, n4] = await Promise.all(["n1", "n2", "n3", "n4"].map((name) => place(page, name)));
  await stroke(page, [
    { x: (n1.x + n2.x) / 2, y: n1.y - 40 },
    { x: (n3.x + n4.x) / 2 + 40, y: n3.y + 60 },
  ]);
  await expect(page.locator(".side-text")).toHaveText([/^side A: 3 of 5, quorum$/, /^side B: 2 of 5, no quorum$/]);
  await playTo(page, 6, 3);
  const names = await page.locator('[id^="node-"]').evaluateAll((nodes) => nodes.map((node) => node.ariaLabel));
  expect(names.filter((name) => /^n[145], leader, term [2-9]/.test(name))).toHaveLength(1);
  expect(names.filter((name) => /^n[23], says: leader, term 1/.test(name))).toHaveLength(1);
  await play(page);
  await expect(page.locator(".client.unknown").first()).toBeVisible({ timeout: 20_000 });
  await pause(page);
  await expect(page.getByRole("button", { name: "Heal it" })).toBeVisible();
  await page.getByRole("button", { name: "Heal it" }).click();
  await expect(page.locator(".side-text")).toHaveCount(0);
});

test("a partition is chosen in a dialog", async ({ page }) => {
  await open(page, "?scenario=explore");
  await part(page, ["n4", "n5", "Bob"]);
  await expect(link(page, "n1", "n4")).toHaveAttribute("aria-label", /cut/);
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", /up/);
  await expect(page.locator(".side-text")).toHaveCount(2);
});

test("the zombie's client does not know, and its entries are overwritten on heal", async ({ page }) => {
  await open(page, "?scenario=zombie-leader");
  await playTo(page, 2.4, 3);
  await expect(page.locator("#client-c1")).toHaveAttribute("aria-label", /Alice.*unknown/);
  const log = node(page, "n1").locator("xpath=..").locator(".cell:not(.lost, .none) .value");
  expect(await log.allTextContents()).toEqual(expect.arrayContaining(["a", "b"]));
  await playTo(page, 5.5, 3);
  expect(await log.allTextContents(), "a and b are overwritten").toEqual(["c"]);
});

test("each tool has its deed, and each deed its undo", async ({ page }) => {
  await open(page, "?scenario=explore");
  await page.getByRole("button", { name: "Crash", exact: true }).click();
  await node(page, "n2").click();
  await expect(node(page, "n2")).toHaveAttribute("aria-label", /^n2, down/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(node(page, "n2")).toHaveAttribute("aria-label", /^n2, follower/);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(node(page, "n2")).toHaveAttribute("aria-label", /^n2, down/);
  await page.getByRole("button", { name: "Freeze", exact: true }).click();
  await node(page, "n3").click();
  await expect(node(page, "n3")).toHaveAttribute("aria-label", /frozen/);
  // A link knows one deed only, whatever is in hand.
  const at = await middle(link(page, "n1", "n5").locator(".wire"));
  await page.mouse.click(at.x, at.y);
  await expect(link(page, "n1", "n5")).toHaveAttribute("aria-label", "Link n1–n5, cut. Heal");
  await expect(page.getByRole("menu")).toHaveCount(0);
});

test("who sees as a node sees what that node can know", async ({ page }) => {
  await open(page);
  await page.getByLabel("see as").selectOption("n1");
  await expect(node(page, "n1")).toHaveAttribute("aria-label", /^n1, follower/);
  await expect(node(page, "n3")).toHaveAttribute("aria-label", /leads term 1|nothing known/);
  await expect(node(page, "n5")).toHaveAttribute("aria-label", "n5, nothing known");
});
