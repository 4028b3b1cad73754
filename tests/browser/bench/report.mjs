// The figures as a table: what was measured, what is to be reached, and whether it was.

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const bytes = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const megabytes = (value) => `${(value / 1e6).toFixed(1)} MB`;

/** Rows of what, value, its text, and the most (or, below zero, the least) that is wanted. */
export function rows({ load, busy, crowded, long }) {
  const row = (what, value, text, reach, words) => ({ what, value, text, reach, words });
  const heap = long.heap.js + long.heap.wasm;
  return [
    row("first load, gzip", load.bytes.gzip, bytes(load.bytes.gzip), 200_000, "at most 200,000"),
    row("first load, brotli", load.bytes.brotli, bytes(load.bytes.brotli)),
    row("afterwards, gzip / brotli", load.bytes.after.gzip, `${bytes(load.bytes.after.gzip)} / ${bytes(load.bytes.after.brotli)}`),
    row("first paint", load.firstPaintMs, ms(load.firstPaintMs), 200, "at most 200 ms"),
    row("until the stage moves", load.movingMs, ms(load.movingMs), 700, "at most 700 ms"),
    row("main thread, 5 nodes at real time", busy.playing, percent(busy.playing), 0.09, "at most 9 %"),
    row("main thread, paused", busy.paused, percent(busy.paused), 0.01, "under 1 %"),
    row("main thread, hidden", busy.hidden, percent(busy.hidden), 0.01, "under 1 %"),
    ...[300, 3000].map((count) => {
      const { aSecond, p95, flights } = crowded[count];
      const text = `${aSecond.toFixed(1)} a second, p95 ${ms(p95)}`;
      return row(`frames, ${bytes(flights)} messages`, aSecond, text, -58, "60 a second");
    }),
    row("seek in ten minutes, p95", long.seekMs.p95, `${ms(long.seekMs.p95)} (p50 ${ms(long.seekMs.p50)})`, 16, "at most 16 ms"),
    row("memory after ten minutes", heap, `${megabytes(heap)} (${megabytes(long.heap.wasm)} of it WASM)`),
    // A collection does not come out the same to the byte: what grows, grows by more than this in ten seconds.
    row("memory growth, paused", long.growthPaused, `${bytes(long.growthPaused)} bytes`, 65_536, "none"),
  ];
}

/** Whether a row reaches what it should; a row without a reach always does. */
export function isReached({ value, reach }) {
  if (reach === undefined) return true;
  return reach < 0 ? value >= -reach : value <= reach;
}

/** The rows as Markdown. */
export function table(found) {
  const lines = rows(found).map((row) => {
    const verdict = row.reach === undefined ? "" : isReached(row) ? "yes" : "NO";
    return `| ${row.what} | ${row.text} | ${row.words ?? ""} | ${verdict} |`;
  });
  return ["| what | measured | reach | reached |", "|---|---|---|---|", ...lines].join("\n");
}
