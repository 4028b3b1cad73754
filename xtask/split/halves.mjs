// One module made two: the first holds what runs at first, the second all else, on the same memory and tables.
//
// Knows modules and nothing of why a function is in which. Before the second is there, nothing of it can be reached but
// through `$need` and `$at` in the first, which ask for it:
// - a call from the first into the second goes through a table of its own, `later`;
// - an indirect call goes where it always did, after a look whether that place of the table is filled yet.
import { bytes, functions, visit } from "./text.mjs";

/** What the two share under these names; the second imports them from the module `first`. */
const SHARED = {
  later: '"~later"',
  lent: '"~lent"',
  here: '"~here"',
  table: (at) => `"~T${at}"`,
  global: (at) => `"~G${at}"`,
};

/** Splits a module, given the functions that the first part holds; returns both. */
export function halves(module, isFirst) {
  const all = functions(module);
  const elements = module.filter((part) => part[0] === "elem");
  if (elements.length !== 1) throw new Error(`one segment of functions was expected, there are ${elements.length}`);
  const base = Number(elements[0].find((part) => part[0] === "i32.const")[1]);
  const exported = module.filter((part) => part[0] === "export" && part[2][0] === "func").map((part) => part[2][1]);
  const slots = elements[0].slice(2).filter((word) => word[0] === "$");
  const first = reach([...exported, ...slots].filter(isFirst), all, isFirst);
  const stubs = called(first, all).concat(exported).filter((name) => all.has(name) && !first.has(name));
  const later = [...new Set(stubs)];
  // What is smaller than what lending it takes is in both.
  const isLent = (name) => first.has(name) && bytes(all.get(name)) >= SMALL;
  const second = reach([...later, ...slots.filter((name) => !first.has(name))], all, (name) => !isLent(name));
  const callable = new Set(called(second, all));
  const borrowed = [...first].filter((name) => isLent(name) && callable.has(name)).sort();
  // The second first: what is in both is copied before the first's calls change.
  const rest = secondHalf(module, { all, first, second, later, borrowed, slots, base });
  return { first: firstHalf(module, { all, first, later, borrowed, slots, base, exported }), second: rest };
}

/** Bytes, about. */
const SMALL = 30;

/** The functions that are reached from some through those that may be passed. */
function reach(roots, all, may) {
  const seen = new Set(roots.filter((name) => all.has(name) && may(name)));
  for (const name of seen) for (const next of callees(all.get(name))) if (all.has(next) && may(next)) seen.add(next);
  return seen;
}

function callees(func) {
  const names = [];
  visit(func, ([head, name]) => {
    if (head === "call" || head === "ref.func") names.push(name);
  });
  return names;
}

function called(names, all) {
  return [...names].flatMap((name) => callees(all.get(name)));
}

/** A function that hands back its argument and asks for the second part if something holds. */
function look(name, test) {
  const ask = ["if", test, ["then", ["call", "$load"]]];
  return ["func", name, ["param", "$slot", "i32"], ["result", "i32"], ask, ["local.get", "$slot"]];
}

function firstHalf(module, { all, first, later, borrowed, slots, base, exported }) {
  const tables = module.filter((part) => part[0] === "table").map((part) => part[1]);
  const signatures = later.map((name) => signature(all.get(name)));
  const stub = (name, slot) => {
    const { params, result } = signatures[slot];
    const args = params.map((type, place) => ["local.get", `$${place}`]);
    const named = params.map((type, place) => ["param", `$${place}`, type]);
    return ["func", name, ...named, ...result, call(args, signatures[slot], slot)];
  };
  const call = (args, { params, result }, slot) => {
    const typed = params.length > 0 ? [["param", ...params]] : [];
    return ["call_indirect", "$later", ...typed, ...result, ...args, ["call", "$need", ["i32.const", String(slot)]]];
  };
  const kept = module.flatMap((part) => {
    if (part[0] === "elem") return runs(slots, base, (name) => first.has(name), tables[0], "$kept");
    if (part[0] !== "func") return [part];
    return first.has(part[1]) ? [part] : [];
  });
  const places = new Map(later.map((name, slot) => [name, slot]));
  const single = callCounts(first, all);
  for (const name of first) {
    visit(all.get(name), (list) => {
      if (list[0] === "call_indirect") list.push(["call", "$at", list.pop()]);
      const slot = list[0] === "call" ? places.get(list[1]) : undefined;
      if (slot === undefined || single.get(list[1]) > 1 || exported.includes(list[1])) return;
      list.splice(0, list.length, ...call(list.slice(2), signatures[slot], slot));
    });
  }
  const needed = later.filter((name) => single.get(name) !== 1 || exported.includes(name));
  return [
    ...withImports(kept, [["import", '"rest"', '"load"', ["func", "$load"]]]),
    ["table", "$later", String(later.length), String(later.length), "funcref"],
    ["global", "$here", ["mut", "i32"], ["i32.const", "0"]],
    look("$need", ["i32.eqz", ["global.get", "$here"]]),
    look("$at", ["ref.is_null", ["table.get", tables[0], ["local.get", "$slot"]]]),
    ...needed.map((name) => stub(name, places.get(name))),
    ["export", SHARED.later, ["table", "$later"]],
    ["export", SHARED.here, ["global", "$here"]],
    ...sharedGlobals(module).map(([, name], place) => ["export", SHARED.global(place), ["global", name]]),
    ...tables.map((name, place) => ["export", SHARED.table(place), ["table", name]]),
    ...lend(borrowed),
  ];
}

function secondHalf(module, { all, first, second, later, borrowed, slots, base }) {
  const tables = module.filter((part) => part[0] === "table").map((part) => part[1]);
  const shared = (name, what) => ["import", '"first"', name, what];
  const imports = [
    ...module.filter((part) => part[0] === "memory").map((part) => shared('"memory"', part)),
    ...module.filter((part) => part[0] === "table").map((part, place) => shared(SHARED.table(place), part)),
    shared(SHARED.later, ["table", "$later", String(later.length), "funcref"]),
    ...sharedGlobals(module).map((part, place) => shared(SHARED.global(place), part.slice(0, 3))),
    ...borrowed.map((name, place) => {
      const { params, result } = signature(all.get(name));
      return ["import", '"lent"', `"${place}"`, ["func", name, ...(params.length > 0 ? [["param", ...params]] : []), ...result]];
    }),
  ];
  const dropped = new Set(["memory", "table", "elem", "data", "export"]);
  const kept = module.flatMap((part) => {
    if (dropped.has(part[0]) || (part[0] === "global" && part[2][0] === "mut")) return [];
    if (part[0] !== "func") return [part];
    if (!second.has(part[1])) return [];
    return [first.has(part[1]) ? structuredClone(part) : part];
  });
  return [
    ...withImports(kept, imports),
    ["elem", "$later", ["table", "$later"], ["i32.const", "0"], "func", ...later],
    ...runs(slots, base, (name) => !first.has(name), tables[0], "$filled"),
  ];
}

/** A table of the functions that the second part calls: shorter than a name for each. */
function lend(borrowed) {
  const count = String(borrowed.length);
  return [
    ["table", "$lent", count, count, "funcref"],
    ["elem", "$lent", ["table", "$lent"], ["i32.const", "0"], "func", ...borrowed],
    ["export", SHARED.lent, ["table", "$lent"]],
  ];
}

/** The places of a table whose function is in a half, as segments: gaps of the other half are left out. */
function runs(slots, base, isHere, table, name) {
  const segments = [];
  let open;
  slots.forEach((slot, place) => {
    if (!isHere(slot)) open = undefined;
    else if (open) open.push(slot);
    else {
      open = ["elem", `${name}${place}`, ["table", table], ["i32.const", String(base + place)], "func", slot];
      segments.push(open);
    }
  });
  return segments;
}

function sharedGlobals(module) {
  return module.filter((part) => part[0] === "global" && part[2][0] === "mut");
}

function callCounts(names, all) {
  const counts = new Map();
  for (const name of called(names, all)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function signature(func) {
  const params = func.filter((part) => part[0] === "param").map((part) => part[2]);
  return { params, result: func.filter((part) => part[0] === "result") };
}

/** Imports come before everything that is defined. */
function withImports(module, imports) {
  const place = module.findIndex((part) => !["module", "type", "import"].includes(part[0]) && typeof part !== "string");
  return [...module.slice(0, place), ...imports, ...module.slice(place)];
}