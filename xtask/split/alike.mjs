// What makes a module compress well and changes nothing of what it does: functions that are much alike stand side by side,
// and loads and stores hint at no other alignment than their natural one.
import { visit } from "./text.mjs";

/** So many instructions in a row, found in two functions, make them alike. */
const ROW = 6;
/** What is in more functions than this says nothing of which are alike. */
const COMMON = 60;

/** The module with its functions in another order, each followed by the one of those left that is most like it. */
export function sideBySide(module) {
  const funcs = module.filter((part) => part[0] === "func").sort(([, one], [, other]) => (one < other ? -1 : 1));
  const others = module.filter((part) => part[0] !== "func");
  const rows = funcs.map(rowsOf);
  const holders = new Map();
  rows.forEach((set, at) => set.forEach((row) => holders.set(row, [...(holders.get(row) ?? []), at])));
  const left = new Set(funcs.keys());
  const order = [];
  for (let at = 0; at !== undefined; at = mostLike(at, rows, holders, left) ?? left.values().next().value) {
    order.push(funcs[at]);
    left.delete(at);
  }
  return [...others, ...order];
}

/** Drops every hint at an alignment: without one it is the natural one. */
export function alignNaturally(module) {
  visit(module, (list) => {
    const hint = list.findIndex((word) => typeof word === "string" && word.startsWith("align="));
    if (hint > 0) list.splice(hint, 1);
  });
}

function rowsOf(func) {
  const heads = [];
  visit(func.slice(3), ([head]) => typeof head === "string" && heads.push(head));
  const rows = new Set();
  for (let at = 0; at + ROW <= heads.length; at += 1) rows.add(heads.slice(at, at + ROW).join(" "));
  return rows;
}

function mostLike(at, rows, holders, left) {
  const shared = new Map();
  for (const row of rows[at]) {
    const found = holders.get(row);
    if (found.length <= COMMON) for (const other of found) if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  let best;
  let most = 0;
  for (const [other, count] of shared) {
    const likeness = count / (rows[at].size + rows[other].size - count);
    if (likeness > most) [best, most] = [other, likeness];
  }
  return best;
}
