// The splitter itself: a module in two parts does what it did, whatever is held to have run of it.
import { expect, test } from "@playwright/test";
import { alignNaturally, sideBySide } from "../../xtask/split/alike.mjs";
import { fold } from "../../xtask/split/fold.mjs";
import { halves } from "../../xtask/split/halves.mjs";
import { instrument } from "../../xtask/split/instrument.mjs";
import { binaryen, write } from "../../xtask/split/module.mjs";
import { outline } from "../../xtask/split/outline.mjs";
import { points } from "../../xtask/split/points.mjs";
import { isIdle, key, pointsRan, readProfile, writeProfile } from "../../xtask/split/profile.mjs";
import { functions, parse } from "../../xtask/split/text.mjs";
import { unfold } from "../../xtask/split/unfold.mjs";

/** Every way out that a piece can have: falling through with and without a value, branches, a loop, `return`, a trap. */
const TEXT = `(module
  (import "page" "log" (func $log (param i32)))
  (memory $0 1) (data (i32.const 0) "abc")
  (table $0 4 4 funcref) (elem $0 (table $0) (i32.const 1) func $double $square $halve)
  (global $stack (mut i32) (i32.const 100))
  (export "memory" (memory $0)) (export "run" (func $run)) (export "square" (func $square))
  (func $double (param $x i32) (result i32) (i32.mul (local.get $x) (i32.const 2)))
  (func $square (param $x i32) (result i32)
    (call $log (local.get $x)) (i32.mul (local.get $x) (local.get $x)))
  (func $deep (param $x i32) (result i32) (call $log (local.get $x)) (i32.sub (local.get $x) (i32.const 9)))
  (func $tiny (param $x i32) (result i32) (call $deep (local.get $x)))
  (func $halve (param $x i32) (result i32)
    (global.set $stack (i32.sub (global.get $stack) (i32.const 1)))
    (i32.add (call $tiny (global.get $stack)) (i32.div_s (local.get $x) (i32.const 2))))
  (func $run (param $x i32) (param $y i32) (result i32) (local $sum i32) (local $i i32) (local $wide i64) (local $late i32)
    (local.set $sum (i32.load8_u (i32.and (local.get $x) (i32.const 3))))
    (block $out
      (loop $again
        (if (i32.eq (i32.and (local.get $i) (i32.const 3)) (local.get $y))
          (then
            (local.set $wide (i64.add (local.get $wide) (i64.const 1000)))
            (local.set $late (i32.add (local.get $late) (local.get $i)))
            (br_if $out (i32.gt_s (local.get $late) (i32.const 9)))
            (local.set $sum (i32.add (local.get $sum) (call $double (local.get $late))))
            (if (i32.eq (local.get $x) (i32.const 5)) (then (return (i32.add (local.get $sum) (i32.const 7))))))
          (else
            (call $log (local.get $sum))
            (if (i32.eq (local.get $x) (i32.const 6)) (then (call $log (i32.const -1)) (unreachable)))
            (local.set $sum (i32.xor (local.get $sum) (i32.mul (local.get $i) (i32.const 77))))
            (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (local.get $sum)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.lt_s (local.get $i) (i32.const 12)))
        (if (i32.lt_s (local.get $x) (i32.const 3))
          (then
            (local.set $x (i32.add (local.get $x) (i32.const 4)))
            (local.set $i (i32.const 2))
            (br $again)))))
    (local.set $sum (i32.add (local.get $sum)
      (if (result i32) (i32.and (local.get $x) (i32.const 1))
        (then
          (call_indirect $0 (param i32) (result i32) (local.get $sum) (i32.add (i32.const 1) (i32.rem_u (local.get $y) (i32.const 3)))))
        (else
          (local.set $late (i32.sub (local.get $late) (i32.const 3)))
          (call $log (local.get $late))
          (i32.add (i32.wrap_i64 (local.get $wide)) (call $square (local.get $late)))))))
    (block $three (block $two (block $one
      (br_table $one $two $three (local.get $y)))
      (call $log (i32.const 11)) (local.set $sum (i32.add (local.get $sum) (i32.const 1))))
      (call $log (i32.const 22)) (local.set $sum (i32.mul (local.get $sum) (i32.const 3))) (br_if $three (i32.eqz (local.get $i)))
      (local.set $sum (i32.sub (local.get $sum) (i32.const 5))))
    (i32.add (call $tiny (local.get $sum)) (i32.load (i32.const 64)))))`;

/** Less than any piece has: whatever can be taken out is. */
const EVERYTHING = -1000;

const library = await binaryen(process.env.NETSPLIT_BINARYEN);

/** Binaryen's own words for the text, as the splitter gets them. */
function opened() {
  const module = library.parseText(TEXT);
  const { MutableGlobals, ReferenceTypes, BulkMemory } = library.Features;
  const read = { lists: parse(module.emitText()), features: MutableGlobals | ReferenceTypes | BulkMemory };
  module.dispose();
  return read;
}

/** All that a module says and does for many arguments: results, traps, what it logs, its memory. */
function behaviour(start) {
  const said = [];
  const { run } = start({ log: (value) => said.push(`log ${value}`) });
  for (let x = 0; x < 8; x += 1) {
    for (let y = 0; y < 4; y += 1) {
      try {
        said.push(run(x, y));
      } catch (error) {
        said.push(String(error).replace(/.*RuntimeError/, "RuntimeError"));
      }
    }
  }
  return said;
}

const whole = ({ lists, features }) => {
  const module = new WebAssembly.Module(write(library, lists, features, [0, 0]));
  return behaviour((page) => new WebAssembly.Instance(module, { page }).exports);
};

/** The module in two parts, of which the second comes when it is asked for. */
function inParts({ lists, features }, isFirst, ran) {
  const { taken, globals } = outline(lists.filter((part) => part[0] === "func" && isFirst(part[1])), ran, EVERYTHING);
  for (const [name, type] of globals) lists.push(["global", name, ["mut", type], [`${type}.const`, "0"]]);
  lists.push(...taken);
  const moved = new Set(taken.map((func) => func[1]));
  const parts = halves(lists, (name) => isFirst(name) && !moved.has(name));
  alignNaturally(parts.first);
  const binary = (part) => write(library, part, features, [1, 0]);
  const first = new WebAssembly.Module(unfold(fold(binary(sideBySide(parts.first)))));
  const second = new WebAssembly.Module(binary(parts.second));
  let loads = 0;
  const said = behaviour((page) => {
    const imports = { page, rest: { load } };
    const { exports } = new WebAssembly.Instance(first, imports);
    function load() {
      loads += 1;
      const lent = Object.fromEntries([...Array(exports["~lent"].length).keys()].map((at) => [at, exports["~lent"].get(at)]));
      new WebAssembly.Instance(second, { ...imports, first: exports, lent });
      exports["~here"].value = 1;
    }
    return exports;
  });
  return { said, loads, taken: taken.length };
}

/** A coin that falls the same way every time. */
function coin(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 31 === 1;
  };
}

test("two parts do what one module did, whatever is held to have run", () => {
  const expected = whole(opened());
  expect(expected.some((word) => String(word).includes("unreachable"))).toBe(true);
  let taken = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const toss = coin(seed);
    const module = opened();
    const held = new Map([...functions(module.lists).values()].map((func) => [func, points(func).map((point) => ({ ...point, ran: point.number === 0 || toss() }))]));
    const firsts = new Set([...functions(module.lists).keys()].filter((name) => name === "$run" || toss()));
    const found = inParts(module, (name) => firsts.has(name), (func) => held.get(func));
    expect(found.said, `seed ${seed}`).toEqual(expected);
    expect(found.loads, `seed ${seed}`).toBeLessThanOrEqual(1);
    taken += found.taken;
  }
  expect(taken, "pieces were taken out at all").toBeGreaterThan(240);
});

test("a program whose functions all ran asks for nothing; one of which none did, asks once", () => {
  const all = inParts(opened(), () => true, () => []);
  expect(all.loads).toBe(0);
  const none = inParts(opened(), () => false, () => []);
  expect(none.loads).toBe(1);
  expect(none.said).toEqual(all.said);
});

test("what ran is written, read again, and no longer believed of a function that has changed", async ({ page }) => {
  const { lists, features } = opened();
  const places = instrument(lists);
  const bytes = write(library, lists, features | library.Features.MultiMemory, [0, 0]);
  // In the browser, since Node 20 knows one memory only.
  const seen = await page.evaluate(async (numbers) => {
    const { instance } = await WebAssembly.instantiate(Uint8Array.from(numbers), { page: { log: () => {} } });
    instance.exports.run(4, 9);
    return [...new Uint8Array(instance.exports.ran.buffer, 0, 1000)];
  }, [...bytes]);
  const ranPoints = new Map(places.map(([name, base, count]) => [name, new Set([...Array(count).keys()].filter((at) => seen[base + at] === 1))]));
  const fresh = functions(opened().lists);
  const text = writeProfile(fresh, ranPoints);
  const profile = readProfile(text);
  expect([...fresh.keys()].filter((name) => isIdle(profile, name))).toEqual(["$double", "$halve"]);
  const alike = readProfile(`${text}${key("$run")}\n`);
  expect(isIdle(alike, "$run"), "one that did not run has the same key").toBe(false);
  const run = fresh.get("$run");
  const ran = pointsRan(profile, run);
  expect(ran).toHaveLength(points(run).length);
  expect(ran.filter((point) => point.ran)).toHaveLength(ranPoints.get("$run").size);
  const seldom = readProfile(writeProfile(fresh, new Map(), profile));
  expect(pointsRan(seldom, run), "what ran once is held to run").toEqual(ran);
  const hashed = readProfile(text.replace(key("$run"), key("$hashbrown::run")));
  expect(pointsRan(hashed, ["func", "$hashbrown::run", ...run.slice(2)]), "what depends on addresses stays whole").toEqual([]);
  run.push(["nop"]);
  expect(pointsRan(profile, run)).toEqual([]);
  const afterwards = readProfile(writeProfile(fresh, new Map(), profile));
  expect(isIdle(afterwards, "$run"), "of a function that has changed nothing is known").toBe(true);
  expect(isIdle(profile, "$new"), "what is new may run").toBe(false);
});
