// Measures a page that keeps the bench's contract: opened with `?bench=1`, it offers `window.netsplitBench` with
//   ready: Promise            resolved when the page can be driven
//   moving(): boolean         whether the stage moves; the first time, the page marks `netsplit-moving`
//   time(): number            simulated microseconds at the cursor
//   play(speed), pause()      speed: simulated seconds a second
//   seek(us): number|Promise  goes there and draws; the milliseconds that it took
//   flights(): number         messages under way
//   scenario(id, seed): Promise  opens scenarios/<id>.bin
import { brotliCompressSync, gzipSync } from "node:zlib";
import { busyShare, counters, frames, median, memory, noteMemories } from "./machine.mjs";

/** How long everything takes; the harness's own test is in more of a hurry. */
export const THOROUGH = { loads: 7, busyMs: 10_000, framesMs: 5_000, seeks: 200, growthMs: 10_000, speed: 100 };

const SPAN_US = 600e6;
const VIEWPORT = { width: 1440, height: 900 };

async function visit(browser, address) {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.addInitScript(noteMemories);
  const answers = [];
  page.on("response", (response) => answers.push(response));
  await page.goto(address);
  return { context, page, answers };
}

async function open(browser, url) {
  const { context, page } = await visit(browser, `${url}?bench=1`);
  await page.waitForFunction(() => window.netsplitBench, null, { timeout: 30_000 });
  await page.evaluate(() => window.netsplitBench.ready);
  return { context, page };
}

/** The bytes of what was asked for, as a host that compresses would send them; `late` came after the first load. */
async function transfer(url, answers, late) {
  const files = [];
  for (const answer of answers.filter((answer) => answer.ok())) {
    const name = answer.url().replace(url, "").replace(/\?.*/, "") || "index.html";
    const body = await answer.body();
    files.push({ name, raw: body.length, gzip: gzipSync(body, { level: 9 }).length, brotli: brotliCompressSync(body).length });
  }
  // Scenarios and lessons are what the page is for, and each reader loads another one.
  const ofPage = files.filter(({ name }) => !/^(scenarios|lessons)\//.test(name));
  const total = (some) => {
    const sum = (key) => some.reduce((all, file) => all + file[key], 0);
    return { raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
  };
  const isLate = ({ name }) => late.includes(`${url}${name}`);
  return { files, ...total(ofPage.filter((file) => !isLate(file))), after: total(ofPage.filter(isLate)) };
}

/** The addresses that were asked for only once the stage moved. */
function askedLate(page) {
  return page.evaluate(() => {
    const [{ startTime }] = performance.getEntriesByName("netsplit-moving");
    return performance.getEntriesByType("resource").filter((entry) => entry.startTime >= startTime).map((entry) => entry.name);
  });
}

/** First paint and the moment from which the stage moves, each load with an empty cache; the middle one counts. */
async function load(browser, url, loads) {
  const paints = [];
  const moves = [];
  let bytes;
  for (let at = 0; at < loads; at += 1) {
    // The bare address: one that asks for more gets both parts of the program at once.
    const { context, page, answers } = await visit(browser, url);
    await page.waitForFunction(() => performance.getEntriesByName("netsplit-moving").length > 0, null, { timeout: 30_000 });
    if (bytes === undefined) {
      await page.waitForLoadState("networkidle");
      await page.waitForTimeout(2_000);
      bytes = await transfer(url, answers, await askedLate(page));
    }
    const [paint, moving] = await page.evaluate(() => [
      performance.getEntriesByName("first-paint")[0]?.startTime,
      performance.getEntriesByName("netsplit-moving")[0].startTime,
    ]);
    paints.push(paint ?? Number.NaN);
    moves.push(moving);
    await context.close();
  }
  return { firstPaintMs: median(paints), movingMs: median(moves), bytes };
}

async function busy(browser, url, settings) {
  const { context, page } = await open(browser, url);
  const machine = await counters(page);
  const bench = (work) => page.evaluate(work);
  await bench(() => window.netsplitBench.scenario("bench-ten-minutes", 1));
  await bench(() => window.netsplitBench.seek(5e6));
  await bench(() => window.netsplitBench.play(1));
  const before = await bench(() => window.netsplitBench.time());
  const playing = await busyShare(machine, settings.busyMs);
  const moved = (await bench(() => window.netsplitBench.time())) - before;
  const hidden = await whileHidden(page, () => busyShare(machine, settings.busyMs));
  await bench(() => window.netsplitBench.pause());
  const paused = await busyShare(machine, settings.busyMs);
  await context.close();
  return { playing, paused, hidden, simulatedSeconds: moved / 1e6 };
}

/** Headless pages are never hidden, so the page is told that it is, and gets no frames, as in a tab behind another. */
async function whileHidden(page, work) {
  await page.evaluate(() => {
    const { requestAnimationFrame } = window;
    window.benchHidden = { requestAnimationFrame, waiting: [] };
    window.requestAnimationFrame = (frame) => window.benchHidden.waiting.push(frame);
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const found = await work();
  await page.evaluate(() => {
    const { requestAnimationFrame, waiting } = window.benchHidden;
    window.requestAnimationFrame = requestAnimationFrame;
    delete document.visibilityState;
    delete document.hidden;
    document.dispatchEvent(new Event("visibilitychange"));
    waiting.forEach((frame) => requestAnimationFrame(frame));
  });
  return found;
}

/** Frames a second while about so many messages are on the stage. */
async function crowded(browser, url, count, settings) {
  const { context, page } = await open(browser, url);
  await page.evaluate((id) => window.netsplitBench.scenario(id, 1), `bench-flights-${count}`);
  // By then there is a leader, and the first answers to its heartbeats are back.
  await page.evaluate(() => window.netsplitBench.seek(90e6));
  await page.evaluate(() => window.netsplitBench.play(1));
  const flights = await page.evaluate(() => window.netsplitBench.flights());
  const found = await frames(page, settings.framesMs);
  await context.close();
  return { ...found, flights };
}

/** Seeks to random points of ten minutes, and what is kept of them, then and while the page stands still. */
async function scrub(browser, url, settings) {
  const { context, page } = await open(browser, url);
  const machine = await counters(page);
  await page.evaluate(() => window.netsplitBench.scenario("bench-ten-minutes", 1));
  await page.evaluate((speed) => window.netsplitBench.play(speed), settings.speed);
  await page.waitForFunction((end) => window.netsplitBench.time() >= end, SPAN_US, { timeout: 600_000, polling: 100 });
  await page.evaluate(() => window.netsplitBench.pause());
  const atEnd = await memory(page, machine);
  const times = await page.evaluate(
    async ([seeks, span]) => {
      const times = [];
      // The golden ratio's multiples are spread evenly, and each is far from the one before.
      for (let at = 1; at <= seeks; at += 1) {
        times.push(await window.netsplitBench.seek(Math.floor(((at * 0.6180339887) % 1) * span)));
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return times.sort((a, b) => a - b);
    },
    [settings.seeks, SPAN_US],
  );
  const before = await memory(page, machine);
  await new Promise((resolve) => setTimeout(resolve, settings.growthMs));
  const after = await memory(page, machine);
  await context.close();
  const part = (share) => times[Math.floor(share * (times.length - 1))];
  const growth = after.js + after.wasm - before.js - before.wasm;
  return { seekMs: { p50: part(0.5), p95: part(0.95), max: part(1) }, heap: atEnd, growthPaused: growth };
}

/** Everything, one after another: a second page beside the one that is measured would disturb it. */
export async function measure(browser, url, settings = THOROUGH, say = () => {}) {
  say("loads");
  const loaded = await load(browser, url, settings.loads);
  say("main thread");
  const thread = await busy(browser, url, settings);
  say("300 messages");
  const few = await crowded(browser, url, 300, settings);
  say("3,000 messages");
  const many = await crowded(browser, url, 3000, settings);
  say("ten minutes");
  const long = await scrub(browser, url, settings);
  return { load: loaded, busy: thread, crowded: { 300: few, 3000: many }, long };
}
