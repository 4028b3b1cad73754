// A module that remembers which points of its functions ran: a byte each, in a second memory, `ran`.
//
// Knows points and nothing of who reads the bytes.
import { points } from "./points.mjs";
import { functions, visit } from "./text.mjs";

const MEMORY = "$ran";
const USES_MEMORY = /^(i32|i64|f32|f64)\.(load|store)|^memory\.(copy|fill|size|grow)/;

/** Changes the module; returns where the bytes of each function begin, and how many they are. */
export function instrument(module) {
  nameTheMemory(module);
  const places = [];
  let base = 0;
  for (const [name, func] of functions(module)) {
    const found = points(func);
    // From the back, so that places before stay what they are.
    found.sort((a, b) => b.at - a.at);
    for (const { holder, at, number } of found) {
      holder.splice(at, 0, ["i32.store8", MEMORY, ["i32.const", String(base + number)], ["i32.const", "1"]]);
    }
    places.push([name, base, found.length]);
    base += found.length;
  }
  const at = module.findIndex((part) => part[0] === "memory");
  module.splice(at + 1, 0, ["memory", MEMORY, String(1 + (base >> 16))], ["export", '"ran"', ["memory", MEMORY]]);
  return places;
}

/** Where there are two memories, an instruction says which one it means. */
function nameTheMemory(module) {
  const own = module.find((part) => part[0] === "memory")[1];
  visit(module, (list) => {
    if (!USES_MEMORY.test(list[0])) return;
    list.splice(1, 0, ...(list[0] === "memory.copy" ? [own, own] : [own]));
  });
}
