// The measuring itself, measured: a page whose figures are known.
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { measure } from "./bench/measure.mjs";
import { isReached, rows, table } from "./bench/report.mjs";
import { serve } from "./server.mjs";

const STUB = new URL("bench/stub/", import.meta.url).pathname;

/** The smallest module that has a memory: two pages, 131,072 bytes, which it exports. */
const MODULE = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2, 7, 10, 1, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0,
]);

async function stub() {
  const folder = await mkdtemp(join(tmpdir(), "netsplit-stub-"));
  await cp(STUB, folder, { recursive: true });
  await writeFile(join(folder, "memory.wasm"), MODULE);
  await writeFile(join(folder, "late.wasm"), MODULE);
  await mkdir(join(folder, "scenarios"));
  for (const id of ["bench-ten-minutes", "bench-flights-300", "bench-flights-3000"]) {
    await writeFile(join(folder, `scenarios/${id}.bin`), "NSP");
  }
  return folder;
}

test("the figures of a page that are known are found", async ({ browser }) => {
  const folder = await stub();
  const server = await serve(folder);
  const settings = { loads: 3, busyMs: 2_000, framesMs: 1_000, seeks: 20, growthMs: 2_000, speed: 1_000 };
  const found = await measure(browser, server.url, settings);
  await server.stop();

  const gzip = async (name) => gzipSync(await readFile(join(folder, name)), { level: 9 }).length;
  expect(found.load.bytes.gzip).toBe((await gzip("index.html")) + (await gzip("stub.js")) + (await gzip("memory.wasm")));
  expect(found.load.bytes.after.gzip, "what comes once the stage moves is counted apart").toBe(await gzip("late.wasm"));
  expect(found.load.firstPaintMs).toBeGreaterThan(0);
  expect(found.load.movingMs).toBeGreaterThan(150);
  expect(found.load.movingMs).toBeLessThan(1_500);
  // 4 ms of every 20, and what a busy machine adds to that: other tests may run beside this one.
  expect(found.busy.playing).toBeGreaterThan(0.17);
  expect(found.busy.playing).toBeLessThan(0.8);
  expect(found.busy.simulatedSeconds).toBeGreaterThan(1.5);
  expect(found.busy.paused).toBeLessThan(0.1);
  expect(found.busy.hidden).toBeLessThan(0.1);
  expect(found.crowded[300].flights).toBe(300);
  expect(found.crowded[3000].flights).toBe(3000);
  expect(found.crowded[300].aSecond).toBeGreaterThan(10);
  expect(found.long.seekMs.p50).toBeGreaterThanOrEqual(7);
  expect(found.long.seekMs.p95).toBeLessThan(100);
  expect(found.long.heap.wasm).toBe(131_072);
  // A leak of an array of 32,768 numbers every quarter of a second is seen.
  expect(found.long.growthPaused).toBeGreaterThan(500_000);

  const growth = rows(found).find((row) => row.what === "memory growth, paused");
  expect(isReached(growth)).toBe(false);
  expect(table(found)).toContain("| first load, gzip | ");
  expect(table(found).split("\n")).toHaveLength(2 + rows(found).length);
  await rm(folder, { recursive: true });
});

test("what is reached is told from what is not", () => {
  expect(isReached({ value: 9, reach: 9 })).toBe(true);
  expect(isReached({ value: 9.1, reach: 9 })).toBe(false);
  expect(isReached({ value: 59, reach: -58 })).toBe(true);
  expect(isReached({ value: 57, reach: -58 })).toBe(false);
  expect(isReached({ value: 1e9 })).toBe(true);
  expect(isReached({ value: Number.NaN, reach: 9 })).toBe(false);
});
