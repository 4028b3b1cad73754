// What the browser says about a page's work: time of its main thread, memory, frames. Knows nothing of what the page is.

/** The DevTools session of a page, with its counters on. */
export async function counters(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "timeTicks" });
  await session.send("HeapProfiler.enable");
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  return { session, read };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The share of wall time, from 0 to 1, in which the page's main thread had something to do. */
export async function busyShare({ read }, ms) {
  const before = await read();
  await pause(ms);
  const after = await read();
  return (after.TaskDuration - before.TaskDuration) / (after.Timestamp - before.Timestamp);
}

/** Bytes that the page keeps after a collection: JavaScript's and, where a module told its memory, WebAssembly's. */
export async function memory(page, { session, read }) {
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  const wasm = await page.evaluate(() => (window.benchMemories ?? []).reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
  return { js: (await read()).JSHeapUsedSize, wasm };
}

/** To be run in the page before its own scripts: notes the memory of every module that is started. */
export function noteMemories() {
  window.benchMemories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const start = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...words) => {
      const started = await start(...words);
      const { exports } = started.instance ?? started;
      if (exports?.memory instanceof WebAssembly.Memory) window.benchMemories.push(exports.memory);
      return started;
    };
  }
}

/** Frames over some time: how many a second, and the longest gap of the 95 % that are shortest, in ms. */
export async function frames(page, ms) {
  return page.evaluate(
    (ms) =>
      new Promise((resolve) => {
        const gaps = [];
        let first, last;
        const frame = (now) => {
          first ??= now;
          if (last !== undefined) gaps.push(now - last);
          last = now;
          if (now - first < ms) return requestAnimationFrame(frame);
          gaps.sort((a, b) => a - b);
          resolve({ aSecond: (gaps.length * 1000) / (last - first), p95: gaps[Math.floor(gaps.length * 0.95)] });
        };
        requestAnimationFrame(frame);
      }),
    ms,
  );
}

/** The middle one of some numbers. */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
