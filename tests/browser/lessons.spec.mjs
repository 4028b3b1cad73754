// Lessons: each is finished by mouse, one by keyboard alone; the way back is exact; what was done is kept where it can be.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dist } from "./environment.mjs";
import { expect, overflow, test } from "./page.mjs";

const ids = readdirSync(join(dist, "lessons")).filter((file) => /^(?!index).*\.bin$/.test(file)).map((file) => file.replace(".bin", ""));
const lesson = (id) => JSON.parse(readFileSync(join(dist, "lessons", `${id}.json`), "utf8"));

const next = (page) => page.locator("#next");
const stepLine = (page) => page.locator("#step-line");

/** Waits until the step stands still and can be left or done. */
async function settled(page) {
  await expect(page.locator("#why-not")).not.toContainText("One moment", { timeout: 30_000 });
}

/** Opens a lesson and waits for its first step. */
async function open(page, id, step = "") {
  await page.goto(`./?lesson=${id}${step && `&step=${step}`}`);
  await expect(stepLine(page)).toBeVisible({ timeout: 20_000 });
  await settled(page);
}

/** Cuts a link by a click on a place where nothing lies over it, as a hand would look for one. */
async function cutLink(page, link) {
  const button = page.locator(`#link-${link}`);
  await expect(async () => {
    const at = await button.evaluate((button) => {
      const path = button.querySelector(".hit");
      const toWindow = path.getScreenCTM();
      for (let share = 0.2; share < 0.9; share += 0.05) {
        const { x, y } = path.getPointAtLength(path.getTotalLength() * share).matrixTransform(toWindow);
        if (button.contains(document.elementFromPoint(x, y))) return { x, y };
      }
      return null;
    });
    expect(at, `${link} can be pointed at`).not.toBeNull();
    await page.mouse.click(at.x, at.y);
    await expect(button).toHaveAttribute("aria-label", /Heal$/, { timeout: 1_000 });
  }).toPass({ timeout: 10_000 });
}

/** Runs every option of a step that compares. */
async function compare(page) {
  const options = page.locator(".option");
  for (let at = 0; at < (await options.count()); at += 1) {
    await options.nth(at).click();
    await expect(next(page)).toHaveText("Skip the wait", { timeout: 30_000 });
    await next(page).click();
    await expect(page.locator(".came")).toHaveCount(at + 1);
  }
}

/** Watches two runs side by side: to where they part, if they begin alike, and on to their ends. */
async function watchPair(page) {
  await expect(page.locator(".stages .beside")).toHaveCount(2);
  await expect(next(page)).toHaveText("Play both");
  await next(page).click();
  await expect(next(page)).toHaveText("Skip the wait");
  await next(page).click();
  if ((await next(page).textContent()) === "Play on") {
    await expect(page.locator(".lesson-text .parting")).toContainText(/The same until .* Then, in the first: .*; in the second: /);
    await expect(page.locator(".stages .parts-here")).not.toHaveCount(0);
    await expect(page.locator(".came"), "neither has come to its end").toHaveCount(0);
    await next(page).click();
    await expect(next(page)).toHaveText("Skip the wait");
    await next(page).click();
  } else {
    await expect(page.locator(".lesson-text .parting")).toContainText(/different from the beginning|part at once/);
  }
  await expect(page.locator(".came")).toHaveCount(2);
}

/** Does the present step so that it can be left. `goal` reaches a goal; without it, the page shows how. */
async function doStep(page, step, goal) {
  const kind = Object.keys(step.kind)[0] ?? step.kind;
  const word = typeof step.kind === "string" ? step.kind : kind;
  switch (word) {
    case "predict":
      await expect(next(page)).toHaveAttribute("aria-disabled", "true");
      await page.locator(".choice").first().click();
      break;
    case "observe":
      await page.locator(".choice").last().click();
      await expect(page.locator(".lit")).toBeVisible();
      break;
    case "run":
      await expect(next(page)).toHaveText("Play");
      await next(page).click();
      await expect(next(page)).toHaveText("Skip the wait");
      await next(page).click();
      break;
    case "goal":
      await expect(next(page)).toHaveAttribute("aria-disabled", "true");
      await expect(page.locator("#why-not")).toContainText("Reach the goal first");
      await (goal ?? (async () => page.locator("#show-me").click()))();
      if ((await next(page).textContent()) === "Skip the wait") await next(page).click();
      break;
    case "vary":
      await compare(page);
      break;
    case "twin":
      await watchPair(page);
      break;
    case "explain":
      await page.locator("#own-words").fill("Nobody promised anything.");
      await page.locator("#compare").click();
      await expect(page.locator(".model")).toBeVisible();
      break;
    case "explore":
      break;
    default:
      throw new Error(`a step of an unknown kind: ${word}`);
  }
  await expect(next(page)).toHaveText(/^(Next|Finish)/, { timeout: 30_000 });
  await expect(next(page)).toHaveAttribute("aria-disabled", "false");
}

for (const id of ids) {
  test(`${id} is finished by mouse`, async ({ page }) => {
    test.setTimeout(240_000);
    const { steps, title } = lesson(id);
    const cut = async () => {
      for (const link of ["n1-n3", "n1-n4", "n1-n5", "n2-n3", "n2-n4", "n2-n5"]) await cutLink(page, link);
    };
    await open(page, id);
    for (const [at, step] of steps.entries()) {
      await settled(page);
      await expect(stepLine(page)).toContainText(`Step ${at + 1} of ${steps.length}`);
      await expect(page.locator("#step-title")).toHaveText(step.title);
      await doStep(page, step, id === "zombie-leader" ? cut : undefined);
      // The picture, for those who do not see it.
      if (step.kind.run || step.kind.goal || step.kind.twin) await expect(page.locator("#spoken")).toHaveText(step.alt);
      expect(await overflow(page)).toBe(0);
      await next(page).click();
    }
    await expect(page.locator("#step-title")).toHaveText(`That was ${title}`);
    await next(page).click();
    await expect(page.locator(`#${id}`)).toContainText("Done");
  });
}

/** Presses Tab until something has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the tab key does not reach ${selector}`);
}

test("quorum-arithmetic is finished by keys alone", async ({ page }) => {
  test.setTimeout(240_000);
  const { steps } = lesson("quorum-arithmetic");
  await open(page, "quorum-arithmetic");
  const press = async (selector, key = "Enter") => {
    await tabTo(page, selector);
    await page.keyboard.press(key);
  };
  for (const [at, step] of steps.entries()) {
    await settled(page);
    await expect(stepLine(page)).toContainText(`Step ${at + 1} of`);
    // After Next the heading has the focus, so that a screen reader begins there.
    if (at > 0) await expect(page.locator("#step-title")).toBeFocused();
    const { kind } = step;
    if (kind.predict || kind.observe) await press(".choice");
    if (kind.run) for (const _ of ["play", "skip"]) await press("#next");
    if (kind.goal) await press("#show-me");
    if (kind.explain) await press("#compare");
    if (kind.twin) while (!(await next(page).textContent()).startsWith("Next")) await press("#next");
    if (kind.vary) {
      await press(".option");
      await expect(next(page)).toHaveText("Skip the wait", { timeout: 30_000 });
      await press("#next");
    }
    await expect(next(page)).toHaveText(/^(Next|Finish)/, { timeout: 30_000 });
    await press("#next");
  }
  await expect(page.locator("#step-title")).toContainText("That was");
});

/** The whole run at this moment, as its link holds it: the record and the hash of everything that happened. */
async function record(page) {
  await page.locator("#share").click();
  const link = await page.locator("#share-link").inputValue();
  await page.getByRole("button", { name: "Close" }).click();
  return link.split("#")[1];
}

test("back restores the very same run", async ({ page }) => {
  const { steps } = lesson("zombie-leader");
  const seen = [];
  await open(page, "zombie-leader");
  for (const step of steps.slice(0, 5)) {
    await settled(page);
    seen.push(await record(page));
    await doStep(page, step);
    await next(page).click();
  }
  expect(new Set(seen).size, "the steps begin with different runs, a question with the one before").toBeGreaterThan(2);
  for (const before of seen.toReversed()) {
    await page.locator("#back").click();
    await settled(page);
    expect(await record(page)).toBe(before);
  }
  // And on again: what was not changed is as it was.
  await expect(stepLine(page)).toContainText("Step 1 of");
});

test("a link leads to the run that the way there leads to", async ({ page }) => {
  await open(page, "zombie-leader", "predict-read");
  const walked = await record(page);
  await open(page, "zombie-leader", "6");
  expect(await record(page)).toBe(walked);
  await expect(page.locator("#step-title")).toHaveText("Bob reads from the ghost");
});

/** Opens the link of the present step in a browser that has seen nothing, and looks at it there. */
async function elsewhere(page, look) {
  await page.locator("#share").click();
  const link = await page.locator("#share-link").inputValue();
  await page.getByRole("button", { name: "Close" }).click();
  const context = await page.context().browser().newContext();
  try {
    const other = await context.newPage();
    await other.goto(link);
    await expect(stepLine(other)).toBeVisible({ timeout: 20_000 });
    await settled(other);
    await look(other);
  } finally {
    await context.close();
  }
}

test("a link from the middle of a step leads there, with the same run", async ({ page }) => {
  await open(page, "zombie-leader", "write");
  await next(page).click();
  await page.waitForTimeout(2_500);
  await page.locator("#play").click();
  const [here, time] = [await record(page), await page.locator("output.time").textContent()];
  await elsewhere(page, async (other) => {
    await expect(other.locator("#step-title")).toHaveText("Two leaders, one of them a ghost");
    await expect(other.locator("output.time")).toHaveText(time);
    expect(await record(other)).toBe(here);
    // And it goes on from there to the end that the step has.
    await expect(next(other)).toHaveText("Play");
    await next(other).click();
    await next(other).click();
    await expect(next(other)).toHaveText("Next: look closer");
    await expect(other.locator(".changed")).toHaveCount(0);
  });
});

test("a link to one of the runs that a step compares leads to that run", async ({ page }) => {
  await open(page, "zombie-leader", "reads");
  await page.locator(".option").last().click();
  await expect(next(page)).toHaveText("Skip the wait", { timeout: 30_000 });
  await next(page).click();
  await expect(page.locator(".came")).toHaveCount(1);
  const here = await record(page);
  await elsewhere(page, async (other) => {
    await expect(other.locator(".option").last()).toHaveAttribute("aria-pressed", "true");
    await expect(other.locator(".came")).toContainText("stale read");
    expect(await record(other)).toBe(here);
  });
});

test("a link made off the rails leads off the rails", async ({ page }) => {
  await open(page, "zombie-leader", "predict-write");
  await page.locator("#roam").click();
  await page.locator("#node-n3").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Crash" }).click();
  const here = await record(page);
  await elsewhere(page, async (other) => {
    await expect(other.locator(".guide")).toContainText("You have left the rails");
    expect(await record(other)).toBe(here);
    await next(other).click();
    await settled(other);
    await expect(other.locator("#step-title")).toHaveText("What will Alice be told?");
  });
});

test("a goal that was reached is reached behind a link too", async ({ page }) => {
  await open(page, "minority-lockdown", "split");
  await page.locator("#show-me").click();
  await expect(next(page)).toHaveText(/^Next/);
  const here = await record(page);
  await elsewhere(page, async (other) => {
    await expect(other.locator(".reached")).toBeVisible();
    expect(await record(other)).toBe(here);
  });
});

test("who changes a run is told, and may take it back", async ({ page }) => {
  await open(page, "minority-lockdown", "splits");
  await page.locator(".option").nth(1).click();
  await expect(next(page)).toHaveText("Skip the wait", { timeout: 30_000 });
  await page.locator("#play").click();
  const own = await record(page);
  await page.getByRole("button", { name: "Partition…" }).click();
  for (const name of ["n1", "n2", "n3"]) await page.getByRole("group", { name, exact: true }).getByLabel("B").check();
  await page.getByRole("button", { name: "Part it" }).click();
  await expect(page.locator(".changed")).toContainText("You have changed this run");
  expect(await record(page)).not.toBe(own);
  await page.locator("#untangle").click();
  await expect(page.locator(".changed")).toHaveCount(0);
  await settled(page);
  expect(await record(page)).toBe(own);
  await expect(next(page)).toHaveText("Play on");
  await next(page).click();
  await next(page).click();
  await expect(page.locator(".came")).toContainText("the four elect another");
});

test("two runs share one clock, part where they differ, and go on from there", async ({ page }) => {
  await open(page, "zombie-leader", "unknown-means-unknown");
  await expect(page.locator(".stages .label").first()).toContainText("First: Mended after the election");
  await expect(page.locator(".stages .label").last()).toContainText("Second: Mended before the election");
  await expect(page.locator(".stages .parting")).toContainText("So far both runs are the same");
  await expect(page.locator("#node-n1")).toBeVisible();
  await expect(page.locator("#twin-node-n1")).toBeVisible();
  await next(page).click();
  // Nobody has to press anything for it to stop where the two part.
  await expect(next(page)).toHaveText("Play on", { timeout: 60_000 });
  await expect(page.locator(".lesson-text .parting")).toContainText("The same until");
  await expect(page.locator(".parts-here")).toHaveCount(1);
  await next(page).click();
  await next(page).click();
  await expect(page.locator(".came").first()).toContainText("overwritten");
  await expect(page.locator(".came").last()).toContainText("Unknown means unknown");
  // Back to before they part: both are there, and the same again.
  await page.locator("#again").click();
  await settled(page);
  await expect(page.locator(".stages .parting")).toContainText("So far both runs are the same");
  await expect(page.locator(".parts-here")).toHaveCount(0);
  // The next step has one stage.
  await page.locator("#back").click();
  await settled(page);
  await expect(page.locator(".stages.two")).toHaveCount(0);
});

test("a step opens the panels that it needs", async ({ page }) => {
  await open(page, "zombie-leader", "what-alice-saw");
  await expect(page.getByRole("tab", { name: "Log" })).toHaveAttribute("aria-selected", "true");
  await page.locator("#back").click();
  await settled(page);
  await expect(page.getByRole("tab", { name: "Readings" })).toHaveAttribute("aria-selected", "true");
  // On a phone the lesson's text keeps its place, with Next; the diagram is one tap away where the step asks for it.
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "zombie-leader", "write");
  await expect(next(page)).toBeVisible();
  await expect(page.getByRole("tab", { name: "Timeline" })).toBeVisible();
  await open(page, "quorum-arithmetic", "predict-two");
  await expect(next(page)).toBeVisible();
  await expect(page.getByRole("tab", { name: "Timeline" })).toBeHidden();
});

test("what is over is not told any more", async ({ page }) => {
  await open(page, "zombie-leader");
  await doStep(page, lesson("zombie-leader").steps[0]);
  await expect(page.locator("#caption")).not.toBeEmpty();
  await expect(page.locator(".skip")).toHaveCount(0);
  await next(page).click();
  await settled(page);
  await expect(page.locator("#step-title")).toHaveText("Cut the leader off");
  await expect(page.locator("#caption")).toBeEmpty();
});

test("a newcomer is told where to begin, and the way asks for nothing that comes later", async ({ page }) => {
  await page.goto("./?page=lessons");
  const start = page.locator(".start a");
  await expect(start).toHaveText("Start here: C or A");
  const order = await page.locator(".lessons > .card").evaluateAll((cards) => cards.map((card) => card.id));
  expect(order).toHaveLength(ids.length);
  for (const [at, id] of order.entries()) {
    for (const before of lesson(id).prereqs) expect(order.slice(0, at), `${id} after ${before}`).toContain(before);
  }
  await start.click();
  await settled(page);
  await expect(page.locator("#step-title")).toHaveText("Cut one away");
  await page.goto("./?page=lessons");
  await expect(start).toHaveText("Go on with: C or A");
  await expect(page.locator("#finished")).toHaveText(`0 of ${ids.length} done`);
});

test("a prediction hides what would give it away, and stays in sight", async ({ page }) => {
  await open(page, "zombie-leader", "predict-read");
  // It is asked with Bob's eyes.
  await expect(page.locator("#caption")).toHaveText("This is what Bob can know. The rest is faded.");
  await expect(page.locator("#node-n3")).toHaveAttribute("aria-label", "n3, nothing known");
  await expect(page.locator("#client-c2")).not.toContainText("idle");
  await expect(page.locator(".client .told").first()).not.toContainText(/ok|unknown|reads/);
  await expect(page.locator("#panel")).toContainText("Hidden until you have answered.");
  await expect(page.locator(".reading").filter({ visible: true })).toHaveCount(0);
  await expect(page.locator("#play")).toBeDisabled();
  await expect(next(page)).toHaveAttribute("aria-disabled", "true");
  await next(page).click({ force: true });
  await expect(stepLine(page)).toContainText("Step 6 of");
  await page.getByRole("button", { name: "1, an old value." }).click();
  await expect(page.locator(".client .told", { hasText: "ok" })).not.toHaveCount(0);
  await next(page).click();
  await settled(page);
  const card = page.locator(".recall");
  await expect(card).toContainText("You said: 1, an old value.");
  await expect(card).not.toContainText("What happened");
  await page.locator(".option").first().click();
  await expect(next(page)).toHaveText("Skip the wait");
  await next(page).click();
  await expect(card).toContainText("What happened: no answer.");
});

test("a run is played, not jumped over, and stops at its end", async ({ page }) => {
  await open(page, "zombie-leader");
  const times = new Set();
  await next(page).click();
  for (let looks = 0; looks < 12; looks += 1) {
    times.add(await page.locator("output.time").textContent());
    await page.waitForTimeout(200);
  }
  expect(times.size, "the clock is seen to move").toBeGreaterThan(4);
  await expect(next(page)).toHaveText("Next: your turn", { timeout: 30_000 });
  const end = await page.locator("output.time").textContent();
  await page.waitForTimeout(300);
  expect(await page.locator("output.time").textContent()).toBe(end);
});

test("what a step does not allow is not there", async ({ page }) => {
  await open(page, "zombie-leader", "cut");
  await expect(page.getByRole("button", { name: "Knife" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Crash" })).toBeHidden();
  await expect(page.locator("#play")).toBeDisabled();
  await expect(page.getByRole("tab", { name: "Settings" })).toBeHidden();
  await page.locator("#node-n1").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "See as this node" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Crash" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.locator("#roam").click();
  await expect(page.getByRole("button", { name: "Crash" })).toBeVisible();
  await page.getByRole("button", { name: "Back to the lesson" }).click();
  await settled(page);
  await expect(page.getByRole("button", { name: "Crash" })).toBeHidden();
});

test("a word is explained where it is used, and Escape closes that", async ({ page }) => {
  await open(page, "zombie-leader", "write");
  const meaning = page.locator(".meaning").first();
  await expect(meaning).toBeHidden();
  await page.getByRole("button", { name: "term", exact: true }).click();
  await expect(meaning).toBeVisible();
  await expect(meaning).toContainText("at most one leader");
  await page.keyboard.press("Escape");
  await expect(meaning).toBeHidden();
});

test("progress is kept over a reload", async ({ page }) => {
  await open(page, "zombie-leader");
  await doStep(page, lesson("zombie-leader").steps[0]);
  await next(page).click();
  await settled(page);
  await page.reload();
  await expect(page.locator("#step-title")).toHaveText("Cut the leader off");
  await page.goto("./?page=lessons");
  await expect(page.locator("#zombie-leader")).toContainText("1 of 12 steps done");
  await page.getByRole("link", { name: /Continue at step 2/ }).click();
  await expect(page.locator("#step-title")).toHaveText("Cut the leader off");
  await page.goto("./?page=lessons");
  await page.getByRole("button", { name: "Forget it" }).click();
  await expect(page.locator("#zombie-leader")).not.toContainText("steps done");
});

test("where nothing can be kept, the page says so and works", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("blocked", "SecurityError"); } });
  });
  await page.goto("./?page=lessons");
  await expect(page.getByText("Not saved here")).toBeVisible();
  await page.getByRole("link", { name: "The zombie leader" }).click();
  await settled(page);
  await doStep(page, lesson("zombie-leader").steps[0]);
  await expect(page.locator("#why-not")).toContainText("Not saved here");
  await next(page).click();
  await expect(page.locator("#step-title")).toHaveText("Cut the leader off");
});

test.describe("a lesson that is not there", () => {
  test.use({ allowed: ["404"] });

  test("says so, and leads on", async ({ page }) => {
    await page.goto("./?lesson=no-such-lesson");
    await expect(page.locator("#no-lesson")).toContainText('There is no lesson "no-such-lesson"');
    await page.getByRole("link", { name: "See all lessons" }).click();
    await expect(page.getByRole("heading", { name: "Lessons", exact: true })).toBeVisible();
  });
});

for (const [width, height] of [[390, 844], [320, 640]]) {
  test(`a lesson fits ${width} px, with Next in one place`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto("./?page=lessons");
    await expect(page.locator(".lessons .card")).toHaveCount(ids.length);
    expect(await overflow(page)).toBe(0);
    await open(page, "zombie-leader");
    const { steps } = lesson("zombie-leader");
    const places = new Set();
    for (const step of steps.slice(0, 7)) {
      await settled(page);
      expect(await overflow(page)).toBe(0);
      const { x, y, height } = await next(page).boundingBox();
      places.add(`${Math.round(x)} ${Math.round(y)}`);
      expect(height).toBeGreaterThanOrEqual(44);
      for (const choice of await page.locator(".choice").all()) {
        expect((await choice.boundingBox()).height).toBeGreaterThanOrEqual(44);
      }
      await doStep(page, step);
      expect(await overflow(page)).toBe(0);
      await next(page).click();
    }
    expect([...places], "Next stays in one place").toHaveLength(1);
  });
}
