// What a piece of a function takes in and hands on: locals that it reads before it writes them, ways out of it.
//
// Knows structured control flow. All is on the safe side: what may be read counts as read, what may be left unwritten counts
// as unwritten.
import { visit } from "./text.mjs";

const SCOPES = new Set(["block", "loop"]);
const WRITES = new Set(["local.set", "local.tee"]);

/** How often each local is read in some lists. */
export function reads(lists) {
  const count = new Map();
  visit(lists, ([head, name]) => {
    if (head === "local.get") count.set(name, (count.get(name) ?? 0) + 1);
  });
  return count;
}

/** The locals that some lists write. */
export function writes(lists) {
  const names = new Set();
  visit(lists, ([head, name]) => {
    if (WRITES.has(head)) names.add(name);
  });
  return names;
}

/** The labels outside of some lists that a branch in them leads to, and what else is to know of their ways out. */
export function exits(lists) {
  const own = new Set();
  const wanted = new Set();
  let returns = false;
  let carries = false;
  visit(lists, (list) => {
    if (SCOPES.has(list[0]) && list[1]?.[0] === "$") own.add(list[1]);
    if (list[0] === "return") returns = true;
  });
  visit(lists, (list) => {
    const [labels, values] = branch(list);
    const outward = labels.filter((label) => !own.has(label));
    outward.forEach((label) => wanted.add(label));
    if (outward.length > 0 && values > 0) carries = true;
  });
  return { labels: [...wanted], returns, carries };
}

/** The labels of a branch, and how many values it takes along. */
function branch(list) {
  const labels = list.slice(1).filter((word) => typeof word === "string");
  const rest = list.length - 1 - labels.length;
  if (list[0] === "br") return [labels, rest];
  if (list[0] === "br_if" || list[0] === "br_table") return [labels, rest - 1];
  return [[], 0];
}

/** Whether nothing can come after a list. */
export function isLast(list) {
  return ["br", "br_table", "return", "unreachable"].includes(list[0]);
}

/**
 * Follows lists in the order in which they are evaluated. Resolves to `early`: locals that may be read before they are
 * written; and `always`: locals that every way out has written.
 */
export function follow(lists) {
  const early = new Set();
  const ways = new Map();
  const leave = (label, now) => ways.set(label, meet(ways.get(label) ?? null, now));
  const all = (children, now) => children.reduce((known, child) => (typeof child === "string" ? known : one(child, known)), now);
  const one = (list, now) => {
    const [head, name] = list;
    if (SCOPES.has(head)) {
      const after = all(list.slice(1), now);
      if (head === "loop" || name?.[0] !== "$") return after;
      const met = meet(after, ways.get(name) ?? null);
      ways.delete(name);
      return met;
    }
    if (head === "if") {
      const arms = list.filter((part) => part[0] === "then" || part[0] === "else");
      const before = all(list.slice(1).filter((part) => !arms.includes(part)), now);
      const ends = arms.map((arm) => all(arm.slice(1), before));
      return ends.length === 2 ? meet(...ends) : meet(ends[0], before);
    }
    const after = all(list.slice(1), now);
    if (head === "local.get" && after !== null && !after.has(name)) early.add(name);
    if (WRITES.has(head) && after !== null) return new Set(after).add(name);
    branch(list)[0].forEach((label) => leave(label, after));
    if (head === "return") leave("return", after);
    return isLast(list) ? null : after;
  };
  const end = all(lists, new Set());
  const always = [...ways.values()].reduce(meet, end) ?? new Set();
  return { early, always };
}

/** What is written on both of two ways; a way that is never taken, `null`, says nothing. */
function meet(a, b) {
  if (a === null || b === null) return a ?? b;
  return new Set([...a].filter((name) => b.has(name)));
}
