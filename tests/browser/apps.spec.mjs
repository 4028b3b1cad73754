// Text boxes at replicas and the small apps of clients, as people use them: with keys, with an input method, on both sides of a cut.
import { clock, open, part, pauseAt, play, playTo } from "./desk.mjs";
import { expect, test } from "./page.mjs";

const box = (page, name) => page.getByRole("textbox", { name: `Text at ${name}` });
const card = (page, name) => page.getByRole("region", { name });

/** Types at the end of a box, or at its beginning. */
async function types(page, name, key, text) {
  await box(page, name).click();
  await page.keyboard.press(key);
  await page.keyboard.type(text, { delay: 30 });
  // What was gathered is said when the box is left.
  await box(page, name).blur();
}

test("what is typed on both sides of a cut comes together when it heals", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  await part(page, ["n1"], ["n1", "n2", "n3"]);
  await types(page, "n1", "Home", "Ann: ");
  await types(page, "n3", "End", " 🐈 Bob");
  await expect(box(page, "n1")).toHaveValue("Ann: Two cats sat here.");
  await expect(box(page, "n3")).toHaveValue("Two cats sat here. 🐈 Bob");
  await playTo(page, (await clock(page)) + 2);
  // Each side has its own letters and no others, however long it takes.
  await expect(box(page, "n1")).toHaveValue("Ann: Two cats sat here.");
  await page.getByRole("button", { name: "Heal all" }).click();
  await playTo(page, (await clock(page)) + 3);
  for (const name of ["n1", "n3"]) await expect(box(page, name)).toHaveValue("Ann: Two cats sat here. 🐈 Bob");
});

test("letters that come from elsewhere leave the caret at its letter", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  await types(page, "n1", "Home", "Oh! ");
  // Between the two words, so that neither end of the field is where it should stand.
  await box(page, "n3").focus();
  await page.keyboard.press("Home");
  for (let at = 0; at < "Two ".length; at += 1) await page.keyboard.press("ArrowRight");
  await playTo(page, (await clock(page)) + 1);
  await expect(box(page, "n3")).toHaveValue("Oh! Two cats sat here.");
  const caret = await box(page, "n3").evaluate((area) => area.selectionStart);
  expect(caret).toBe("Oh! Two ".length);
});

test("a letter that an input method puts together is one letter, and nobody sees its parts", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  const area = box(page, "n1");
  await area.click();
  await page.keyboard.press("Home");
  const client = await page.context().newCDPSession(page);
  await client.send("Input.imeSetComposition", { text: "ni", selectionStart: 2, selectionEnd: 2 });
  await expect(area).toHaveValue("niTwo cats sat here.");
  // Played without leaving the box: nothing is said while it is put together.
  await page.evaluate(() => document.getElementById("play").click());
  await pauseAt(page, 1.5);
  await expect(box(page, "n3")).toHaveValue("Two cats sat here.");
  await client.send("Input.insertText", { text: "你" });
  await area.blur();
  await expect(area).toHaveValue("你Two cats sat here.");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(area, "it was one deed").toHaveValue("Two cats sat here.");
  await page.getByRole("button", { name: "Redo" }).click();
  await playTo(page, (await clock(page)) + 1);
  await expect(box(page, "n3")).toHaveValue("你Two cats sat here.");
});

test("what was typed is in the link, and undone like any other deed", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  await types(page, "n1", "Home", "A");
  await playTo(page, (await clock(page)) + 1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(box(page, "n1")).toHaveValue("Two cats sat here.");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(box(page, "n1")).toHaveValue("ATwo cats sat here.");
});

test("long texts come in one box after the other, and each says so until it has come", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  await part(page, ["n1"], ["n1", "n2", "n3"]);
  const long = { n1: "a".repeat(4_000), n3: "b".repeat(4_000) };
  for (const [name, letters] of Object.entries(long)) {
    await box(page, name).click();
    await page.keyboard.press("End");
    await page.keyboard.insertText(letters);
    await box(page, name).blur();
  }
  await page.evaluate(() => {
    window.said = [];
    for (const says of document.querySelectorAll(".text-app .says")) {
      const note = () => window.said.push([says.closest("section").getAttribute("aria-label"), says.textContent]);
      new MutationObserver(note).observe(says, { characterData: true, childList: true, subtree: true });
    }
  });
  await page.getByRole("button", { name: "Heal all" }).click();
  await playTo(page, (await clock(page)) + 3);
  for (const name of ["n1", "n3"]) {
    await expect(box(page, name)).toHaveValue(/^Two cats sat here\.(a{4000}b{4000}|b{4000}a{4000})$/);
    await expect(card(page, `Text at ${name}`)).toContainText("8018 letters");
  }
  const coming = (await page.evaluate(() => window.said)).filter(([, words]) => words.includes("letters come in"));
  expect(new Set(coming.map(([box]) => box))).toEqual(new Set(["Text at n1", "Text at n3"]));
});

test("nothing can be typed at a node that is down", async ({ page }) => {
  await open(page, "?scenario=two-boxes");
  await playTo(page, 0.5);
  await page.locator('.node[data-node="n1"] .shape').first().click();
  await page.getByRole("menuitem", { name: "Crash" }).click();
  await expect(box(page, "n1")).not.toBeEditable();
  await expect(card(page, "Text at n1")).toContainText("n1 is down");
});

test("a book that was removed is back in the cart", async ({ page }) => {
  await open(page, "?scenario=cart-union");
  await playTo(page, 1.2);
  const cart = card(page, "Ann’s cart");
  await expect(cart).toContainText("removed book: ok");
  await playTo(page, 4);
  await cart.getByRole("button", { name: "Refresh" }).click();
  await playTo(page, (await clock(page)) + 0.5);
  await expect(cart.getByRole("listitem")).toHaveText([/book/, /cup/, /lamp/]);
  // Taken out again, by somebody who has seen all of it, it stays away.
  await cart.getByRole("button", { name: "Remove book" }).click();
  await playTo(page, (await clock(page)) + 0.5);
  await cart.getByRole("button", { name: "Refresh" }).click();
  await playTo(page, (await clock(page)) + 0.5);
  await expect(cart.getByRole("listitem")).toHaveText([/cup/, /lamp/]);
});

test("likes on both sides of a cut all count", async ({ page }) => {
  await open(page, "?scenario=small-apps");
  await playTo(page, 1);
  await part(page, ["n1", "Ann"], ["n1", "n2", "n3", "Ann", "Bob"]);
  for (const name of ["Ann", "Bob"]) {
    const section = page.locator(".client-app", { hasText: `${name}’s` });
    await section.getByLabel("App").selectOption("likes");
    for (let times = 0; times < 2; times += 1) {
      await section.getByRole("button", { name: "Like" }).click();
      await playTo(page, (await clock(page)) + 0.3);
    }
  }
  await page.getByRole("button", { name: "Heal all" }).click();
  await playTo(page, (await clock(page)) + 3);
  const ann = card(page, "Ann’s likes");
  await ann.getByRole("button", { name: "Refresh" }).click();
  await playTo(page, (await clock(page)) + 0.5);
  await expect(ann.locator(".likes")).toContainText("14");
  await play(page);
});
