// Keeps the bench's contract with figures that its test knows: a fifth of the time is work while it plays, a seek takes
// 7 ms, the stage moves after 150 ms, after which a file is fetched, and it keeps a quarter of a megabyte more every quarter
// of a second.
(() => {
  const WORK_MS = 4;
  let time = 0;
  let speed = 0;
  let last;
  let flights = 0;
  const kept = [];
  const work = (ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };
  const timer = () => {
    const now = performance.now();
    if (speed > 0 && document.visibilityState !== "hidden") {
      time += (now - (last ?? now)) * 1000 * speed;
      work(WORK_MS);
    }
    last = now;
  };
  const start = async () => {
    await WebAssembly.instantiateStreaming(fetch("memory.wasm"));
    setInterval(timer, 20);
    setInterval(() => kept.push(new Array(1 << 15).fill(kept.length)), 250);
    setTimeout(() => {
      performance.mark("netsplit-moving");
      setTimeout(() => fetch("late.wasm"), 50);
    }, 150);
  };
  window.netsplitBench = {
    ready: start(),
    moving: () => speed > 0,
    time: () => time,
    play: (to) => (speed = to),
    pause: () => (speed = 0),
    flights: () => flights,
    seek: (us) => {
      const from = performance.now();
      work(7);
      time = us;
      return performance.now() - from;
    },
    scenario: async (id) => {
      const answer = await fetch(`scenarios/${id}.bin`);
      if (!answer.ok) throw new Error(`no ${id}`);
      flights = Number(/\d+$/.exec(id)?.[0] ?? 0);
      time = 0;
    },
  };
})();
