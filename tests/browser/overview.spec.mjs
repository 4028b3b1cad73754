// The stage once more as lists and a table, servers that come and go, what a person prefers, and messages that are laid open.
import { link, middle, node, open, pause, play, playTo } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const inspect = (page) => page.getByRole("tab", { name: "Inspect" }).click();
const preferences = (page) => page.getByRole("button", { name: "Preferences" });

test("links are cut and healed in a table, nodes crash and start in a list", async ({ page }) => {
  await open(page, "?scenario=explore");
  await inspect(page);
  const table = page.getByRole("table", { name: "Links" });
  await expect(table.getByRole("row")).toHaveCount(11);
  const cut = table.getByRole("button", { name: "Cut n1–n2" });
  await cut.focus();
  await page.keyboard.press("Enter");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, cut. Heal");
  const heal = table.getByRole("button", { name: "Heal n1–n2" });
  await expect(heal, "the focus stays where it was").toBeFocused();
  await expect(table.getByRole("row", { name: /n1–n2/ })).toContainText("cut");
  await page.keyboard.press("Enter");
  await expect(link(page, "n1", "n2")).toHaveAttribute("aria-label", "Link n1–n2, up. Cut");
  await page.getByRole("button", { name: "Crash n4" }).click();
  await expect(node(page, "n4")).toHaveAttribute("aria-label", /^n4, down/);
  await page.getByRole("button", { name: "Start n4" }).click();
  await expect(node(page, "n4")).toHaveAttribute("aria-label", /^n4, follower/);
});

test("the whole is described whenever it is asked for", async ({ page }) => {
  await open(page, "?scenario=explore");
  await inspect(page);
  const spoken = page.locator("#spoken");
  for (let again = 0; again < 2; again += 1) {
    await page.evaluate(() => (window.heard = 0));
    await spoken.evaluate((element) => new MutationObserver(() => (window.heard += 1)).observe(element, { childList: true, characterData: true, subtree: true }));
    await page.getByRole("button", { name: "Describe now" }).click();
    await expect(spoken).toHaveText("5 nodes, 10 links. Nobody leads with a majority.");
    expect(await page.evaluate(() => window.heard), "a reader hears it each time").toBeGreaterThan(0);
  }
  await page.getByRole("button", { name: "n2", exact: true }).last().click();
  await expect(page.locator("#inspected")).toContainText("n2");
  await page.getByRole("button", { name: "All that is on the stage" }).click();
  await expect(page.getByRole("table", { name: "Links" })).toBeVisible();
});

test("a server is started, taken in, and votes; another is taken out", async ({ page }) => {
  await open(page, "?scenario=explore");
  await inspect(page);
  await playTo(page, 1.2, 2);
  await page.getByRole("button", { name: "Start another server" }).click();
  await expect(node(page, "n6")).toHaveAttribute("aria-label", /^n6, no member/);
  const choose = async (name, words) => {
    await node(page, name).click();
    await page.getByRole("menuitem", { name: words }).click();
  };
  await choose("n6", "Take it into the cluster");
  await playTo(page, 2.4, 2);
  await expect(node(page, "n6")).toHaveAttribute("aria-label", /^n6, follower, term [1-9]/);
  const follower = await page.locator('[id^="node-"][aria-label*="follower"]').first().getAttribute("id");
  await choose(follower.replace("node-", ""), "Take it out of the cluster");
  await playTo(page, 3.6, 2);
  await inspect(page);
  await node(page, "n6").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.locator("#panel")).toContainText("members");
  const members = page.locator("#panel dt", { hasText: /^members$/ }).locator("+ dd");
  await expect(members).not.toContainText(follower.replace("node-", ""));
  await expect(members).toContainText("n6");
});

test("what is preferred acts at once, and is there after a reload", async ({ page }) => {
  await open(page, "?scenario=explore");
  await preferences(page).click();
  const choose = (group, answer) => page.getByRole("group", { name: group }).getByLabel(answer, { exact: true }).check();
  await choose("Theme", "Dark");
  await choose("Letters", "Largest");
  await choose("Keys of one letter", "Off");
  await choose("Motion", "None");
  await page.keyboard.press("Escape");
  const state = () =>
    page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.documentElement).fontSize, document.documentElement.dataset.motion]);
  expect(await state()).toEqual(["dark", "20px", "still"]);
  await page.reload();
  await open(page, "?scenario=explore");
  expect(await state()).toEqual(["dark", "20px", "still"]);
  await node(page, "n1").focus();
  await page.keyboard.press("p");
  await page.waitForTimeout(300);
  await expect(page.locator("#play"), "the key is off").toHaveAttribute("aria-label", "Play");
  await preferences(page).click();
  await choose("Keys of one letter", "On");
  await page.keyboard.press("Escape");
  await node(page, "n1").focus();
  await page.keyboard.press("p");
  await expect(page.locator("#play")).toHaveAttribute("aria-label", "Pause");
});

/** How often the canvas of messages changes from one frame to the next while the run plays. */
async function changes(page) {
  return page.evaluate(async () => {
    const canvas = document.querySelector("canvas.messages");
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    let [count, before] = [0, canvas.toDataURL()];
    for (let at = 0; at < 90; at += 1) {
      await frame();
      const now = canvas.toDataURL();
      if (now !== before) count += 1;
      before = now;
    }
    return count;
  });
}

test("without motion messages stand until they come; with it they travel", async ({ page }) => {
  await open(page);
  const moving = await changes(page);
  await pause(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await play(page);
  const still = await changes(page);
  expect(moving).toBeGreaterThan(30);
  expect(still, "only what happens changes the picture").toBeLessThan(moving / 3);
});

test("while the run stands, a press on a message lays it open and cuts nothing", async ({ page }) => {
  await open(page, "?scenario=explore");
  const step = page.getByRole("button", { name: "Step", exact: true });
  const stage = page.locator(".ground svg").first();
  const nodes = ["n1", "n2", "n3", "n4", "n5"];
  const centres = new Map();
  for (const name of nodes) centres.set(name, await middle(node(page, name).locator(".shape").first()));
  // Event by event until a message is somewhere on its way: then the pointer becomes a hand above it.
  const found = async () => {
    for (const [one, from] of centres) {
      for (const [other, to] of centres) {
        if (one >= other) continue;
        for (let share = 0.2; share <= 0.8; share += 0.05) {
          const at = { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
          await page.mouse.move(at.x, at.y);
          // A browser tells of a pointer with the next frame.
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          if ((await stage.getAttribute("class"))?.includes("takes")) return at;
        }
      }
    }
    return null;
  };
  let at = null;
  for (let tries = 0; tries < 14 && !at; tries += 1) {
    await step.click();
    if (tries > 5) at = await found();
  }
  expect(at, "a message is on its way").not.toBeNull();
  await page.mouse.click(at.x, at.y);
  await expect(page.locator("#inspected")).toContainText(/vote|append|heartbeat/i);
  await expect(page.locator('[id^="link-"][aria-label*="cut"]')).toHaveCount(0);
});
