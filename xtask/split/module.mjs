// Modules in and out of binaryen, which checks what it reads.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withoutRelocations } from "./relocations.mjs";
import { parse, print } from "./text.mjs";

/** Makes blocks and arms out of branches, and locals that mean one thing each, so that pieces are large and need little. */
const OPEN = [
  "ssa-nomerge", "dce", "remove-unused-brs", "remove-unused-names", "merge-blocks", "simplify-locals-nostructure", "vacuum",
  "remove-unused-brs", "remove-unused-names", "merge-blocks", "vacuum", "dce",
];

/** Binaryen's library, from the folder that it was installed into. */
export async function binaryen(folder) {
  return (await import(pathToFileURL(join(folder, "node_modules/binaryen/index.js")))).default;
}

/** Reads a module as text in lists, and what it needs of a browser. */
export async function open(library, file) {
  const module = library.readBinary(withoutRelocations(await readFile(file)));
  module.runPasses(OPEN);
  const read = { lists: parse(module.emitText()), features: module.getFeatures() };
  module.dispose();
  return read;
}

/** Makes a module of lists: optimised at a level of `wasm-opt`, and without names. */
export function write(library, lists, features, [optimize, shrink]) {
  const module = library.parseText(print(lists));
  module.setFeatures(features);
  if (!module.validate()) throw new Error("binaryen finds a module invalid that was made of a valid one");
  library.setOptimizeLevel(optimize);
  library.setShrinkLevel(shrink);
  if (optimize > 0) module.optimize();
  module.runPasses(["strip-debug", "strip-producers", "strip-target-features"]);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
