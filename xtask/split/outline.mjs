// Takes pieces that did not run out of functions that did, and makes functions of them, which can be fetched later.
//
// Knows how to move a piece so that the function still does what it did: the piece gets the locals that it reads as
// parameters, hands back those that it writes, and says by which way it was left. The first of what it hands back is its
// result; the others travel in globals, from the end of the new function to the place where it is called.
import { exits, follow, isLast, reads, writes } from "./flow.mjs";
import { bytes, declared, firstChild, results, visit } from "./text.mjs";

const NUMBERS = new Set(["i32", "i64", "f32", "f64"]);
const WAY = "$way";
const VALUE = "$value";
const RESULT = "$result";
const DONE = "$done";
const RETURN = "$return";
const temporary = (type) => `$kept_${type}`;

/** Bytes that are not worth a call of their own, beside what it carries. */
const LEAST = 8;

/** Takes out what is worth it. Returns the new functions, and the globals that values travel in, as `[name, type]`. */
export function outline(funcs, pointsRan, least = LEAST) {
  const globals = new Map();
  const taken = [];
  for (const func of funcs) {
    const locals = new Map();
    for (const piece of pieces(func, pointsRan(func))) {
      const moved = take(func, piece, partName(func[1], taken.length), { globals, locals, least });
      if (moved) taken.push(moved);
    }
    // Last, since the pieces' places count from the function's beginning.
    func.splice(firstChild(func), 0, ...[...locals].map(([local, type]) => ["local", local, type]));
  }
  return { taken, globals: [...globals] };
}

function partName(name, number) {
  return name.endsWith('"') ? `${name.slice(0, -1)}.part${number}"` : `${name}.part${number}`;
}

/** The longest runs of instructions that did not run: children `from` to `to` of `holder`, from the back of each. */
function pieces(func, points) {
  const byHolder = grouped(points);
  const found = [];
  const search = (list, types) => {
    const here = byHolder.get(list) ?? [];
    const row = [];
    let piece;
    for (let at = 1; at < list.length; at += 1) {
      const point = here.find((other) => other.at === at);
      if (point?.ran) piece = undefined;
      else if (point && !piece) row.push((piece = { holder: list, from: at, to: at, types }));
      if (piece) piece.to = at + 1;
      else if (typeof list[at] !== "string") search(list[at], list[0] === "if" ? types : results(list[at]));
    }
    found.push(...row.reverse());
  };
  search(func, results(func));
  return found;
}

function grouped(points) {
  const groups = new Map();
  for (const point of points) groups.set(point.holder, [...(groups.get(point.holder) ?? []), point]);
  return groups;
}

/** Moves one piece into a new function and puts a call in its place; nothing when it cannot be moved or is not worth it. */
function take(func, { holder, from, to, types }, name, { globals, locals, least }) {
  const lists = holder.slice(from, to);
  const { labels, returns, carries } = exits(lists);
  const falls = !lists.some(isLast);
  const value = falls && to === holder.length ? types : [];
  const result = returns ? results(func) : [];
  if (carries || value.length > 1 || result.length > 1 || (returns && !returnsAreStatements(lists))) return undefined;

  const ways = [...(falls ? ["falls"] : []), ...labels, ...(returns ? [RETURN] : [])];
  const staying = falls || labels.length > 0;
  const { params, outs, own } = passed(func, lists, staying);
  const localTypes = new Map([...declared(func, "param"), ...declared(func, "local")]);
  const handed = [
    ...(ways.length > 1 ? [{ type: "i32", inside: WAY, outside: WAY }] : []),
    ...value.map((type) => ({ type, inside: VALUE, outside: temporary(type) })),
    ...result.map((type) => ({ type, inside: RESULT, outside: temporary(type) })),
    ...outs.map((local) => ({ type: localTypes.get(local), inside: local, outside: local })),
  ];
  const used = [...params, ...own].map((local) => localTypes.get(local));
  if (![...used, ...handed.map(({ type }) => type)].every((type) => NUMBERS.has(type))) return undefined;
  if (bytes(lists) < least + 2 * params.length + 5 * handed.length + 4 * ways.length) return undefined;

  handed.slice(1).forEach((one, at) => {
    one.global = `$carried_${one.type}_${at}`;
    globals.set(one.global, one.type);
  });
  const call = ["call", name, ...params.map((local) => ["local.get", local])];
  holder.splice(from, to - from, ...place({ call, handed, ways, falls, value, result }));
  for (const { outside, type } of handed) if (!localTypes.has(outside)) locals.set(outside, type);
  const typed = (kind) => (local) => [kind, local, localTypes.get(local)];
  const news = handed.filter(({ inside }) => [WAY, VALUE, RESULT].includes(inside));
  const extra = news.map(({ inside, type }) => ["local", inside, type]);
  return [
    "func",
    name,
    ...params.map(typed("param")),
    ...(handed.length > 0 ? [["result", handed[0].type]] : []),
    ...own.map(typed("local")),
    ...extra,
    ...body(lists, { handed, ways, falls, value, result }),
  ];
}

/** Which locals a piece gets, hands back, and keeps to itself. */
function passed(func, lists, staying) {
  const inside = reads(lists);
  const everywhere = reads([func]);
  const written = [...writes(lists)];
  const { early, always } = follow(lists);
  const readElsewhere = (local) => (everywhere.get(local) ?? 0) > (inside.get(local) ?? 0);
  const outs = staying ? written.filter((local) => readElsewhere(local) || early.has(local)) : [];
  const params = [...new Set([...early, ...outs.filter((local) => !always.has(local))])];
  const own = [...new Set([...inside.keys(), ...written])].filter((local) => !params.includes(local));
  return { params, outs, own };
}

/** The instructions of the new function: those of the piece, with its ways out caught, then what it hands back. */
function body(lists, { handed, ways, falls, value, result }) {
  if (ways.includes(RETURN)) catchReturns(lists, result);
  let inner = value.length > 0 ? [["local.set", VALUE, ["block", ["result", value[0]], ...lists]]] : lists;
  const several = ways.length > 1;
  const say = (way) => (several ? [["local.set", WAY, ["i32.const", String(way)]], ["br", DONE]] : []);
  ways.forEach((label, way) => {
    inner = falls && way === 0 ? [...inner, ...say(0)] : [["block", label, ...inner], ...say(way)];
  });
  const rest = handed.slice(1).map(({ global, inside }) => ["global.set", global, ["local.get", inside]]);
  const first = handed.slice(0, 1).map(({ inside }) => ["local.get", inside]);
  return [...(several ? [["block", DONE, ...inner]] : inner), ...rest, ...first];
}

/** What stands in place of the piece: the call, what it hands back, and the ways on. */
function place({ call, handed, ways, falls, value, result }) {
  const carried = handed.slice(1).map(({ outside, global }) => ["local.set", outside, ["global.get", global]]);
  const set = [handed.length === 0 ? call : ["local.set", handed[0].outside, call], ...carried];
  if (handed.length === 1 && value.length === 1) return [call];
  const back = ["return", ...result.map((type) => ["local.get", temporary(type)])];
  const on = ways.flatMap((label, way) => {
    if (falls && way === 0) return [];
    if (!falls && way === ways.length - 1) return [label === RETURN ? back : ["br", label]];
    const test = falls && ways.length === 2 ? ["local.get", WAY] : ["i32.eq", ["local.get", WAY], ["i32.const", String(way)]];
    return [label === RETURN ? ["if", test, ["then", back]] : ["br_if", label, test]];
  });
  const end = ways.length === 0 ? [["unreachable"]] : value.map((type) => ["local.get", temporary(type)]);
  return [...set, ...on, ...end];
}

function returnsAreStatements(lists) {
  let all = true;
  visit(lists, (list) => {
    const holds = list === lists || ["block", "loop", "then", "else"].includes(list[0]);
    if (!holds && list.some((child) => child[0] === "return")) all = false;
  });
  return all;
}

/** `return` becomes a branch to where the new function says that it returned. */
function catchReturns(lists, result) {
  visit(lists, (list) => {
    for (let at = list.length - 1; at >= 0; at -= 1) {
      if (list[at][0] !== "return" || typeof list[at] === "string") continue;
      const value = list[at].slice(1);
      list.splice(at, 1, ...result.map(() => ["local.set", RESULT, ...value]), ["br", RETURN]);
    }
  });
}
