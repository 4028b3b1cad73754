// The points of a function: places from which on instructions run only if those before them did not leave.
//
// Knows which instructions leave, and nothing of what was counted there. The order is that of the text, so that
// a point of an unchanged function keeps its number when the rest of the program changes.
import { createHash } from "node:crypto";
import { firstChild, visit } from "./text.mjs";

const LEAVES = new Set(["br", "br_if", "br_table", "return", "unreachable"]);
const ARMS = new Set(["func", "then", "else"]);
const HOLDERS = new Set([...ARMS, "block", "loop"]);

/** Every point as `{ holder, at, number }`: from the child `at` of the list `holder` on. */
export function points(func) {
  const found = [];
  let number = 0;
  const leaves = (list) => {
    let leaving = LEAVES.has(list[0]);
    let pending = ARMS.has(list[0]);
    const from = HOLDERS.has(list[0]) ? firstChild(list) : list.length;
    for (let at = 1; at < list.length; at += 1) {
      if (typeof list[at] === "string") continue;
      if (pending && at >= from) found.push({ holder: list, at, number: number++ });
      const left = leaves(list[at]);
      if (at >= from) pending = left;
      leaving ||= left;
    }
    return leaving;
  };
  leaves(func);
  return found;
}

/** A short name for what is in a text. */
export function digest(text, digits) {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

/** Tells a function's instructions from others, whatever functions, types and places they name. */
export function shape(func) {
  const heads = [];
  visit(func, (list) => heads.push(list[0]));
  return digest(heads.join(" "), 4);
}
