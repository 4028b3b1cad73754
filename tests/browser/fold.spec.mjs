// How the first part of the program is made small: its code in columns, its data without what only the second part reads.
import { expect, test } from "@playwright/test";
import { alignNaturally, sideBySide } from "../../xtask/split/alike.mjs";
import { divide } from "../../xtask/split/data.mjs";
import { fold } from "../../xtask/split/fold.mjs";
import { binaryen, write } from "../../xtask/split/module.mjs";
import { relocations, withoutRelocations } from "../../xtask/split/relocations.mjs";
import { parse } from "../../xtask/split/text.mjs";
import { unfold } from "../../xtask/split/unfold.mjs";

/** Every kind of operand that an instruction has. */
const TEXT = `(module
  (type $pair (func (result i32 i32)))
  (memory $0 1) (data $.rodata (i32.const 64) "\\00\\ffabc\\22\\5c\\t")
  (table $0 2 2 funcref) (table $1 4 funcref) (elem $0 (table $0) (i32.const 0) func $f $g)
  (global $at (mut i64) (i64.const -5)) (export "memory" (memory $0)) (export "f" (func $f)) (export "g" (func $g))
  (func $two (type $pair) (i32.const 1) (i32.const -200000))
  (func $g (param $x i32) (result i32) (i32.mul (local.get $x) (i32.const 3)))
  (func $f (param $x i32) (result i32) (local $wide i64) (local $half f32) (local $far f64) (local $ref funcref) (local $y i32)
    (local.set $wide (i64.const 0x7fffffffffffffff)) (global.set $at (local.get $wide))
    (local.set $half (f32.const 1.5)) (local.set $far (f64.const -0.1))
    (local.set $ref (select (result funcref) (table.get $0 (i32.const 1)) (ref.null func) (local.get $x)))
    (table.set $1 (i32.const 3) (local.get $ref)) (drop (table.size $1)) (drop (ref.is_null (ref.func $g)))
    (memory.fill (i32.const 8) (i32.const 7) (i32.const 4)) (memory.copy (i32.const 16) (i32.const 8) (i32.const 4))
    (drop (memory.grow (i32.const 0))) (drop (memory.size))
    (i64.store offset=4000 align=1 (i32.const 0) (i64.extend32_s (local.get $wide)))
    (local.set $y (i32.trunc_sat_f64_s (f64.promote_f32 (local.get $half))))
    (block $two (block $one (block $none (br_table $none $one $two (local.get $x))) (local.set $y (i32.const 100)))
      (loop $again (local.set $x (i32.add (local.get $x) (i32.const 1))) (br_if $again (i32.lt_s (local.get $x) (i32.const 9)))))
    (i32.add (call_indirect $0 (param i32) (result i32) (local.get $y) (i32.const 1))
      (i32.add (i32.load8_u offset=66 (i32.const 0)) (call $g (i32.load16_s align=1 (i32.const 16)))))))`;

const library = await binaryen(process.env.NETSPLIT_BINARYEN);

function read(text) {
  const module = library.parseText(text);
  const { MutableGlobals, ReferenceTypes, BulkMemory, BulkMemoryOpt, SignExt, NontrappingFPToInt, Multivalue } = library.Features;
  const features = MutableGlobals | ReferenceTypes | BulkMemory | BulkMemoryOpt | SignExt | NontrappingFPToInt | Multivalue;
  module.setFeatures(features);
  const lists = parse(module.emitText());
  module.dispose();
  return { lists, features };
}

const binary = ({ lists, features }) => Buffer.from(write(library, lists, features, [0, 0]));

function answers(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return [0, 1, 2, 8].map((x) => exports.f(x));
}

test("a folded module comes back byte for byte, and does the same in another order", () => {
  const module = read(TEXT);
  const before = answers(binary(module));
  expect(() => fold(binary(module)), "it would lose what it does not hold").toThrow("alignment");
  alignNaturally(module.lists);
  const straight = binary(module);
  expect(Buffer.from(unfold(fold(straight)))).toEqual(straight);
  expect(answers(straight)).toEqual(before);
  module.lists = sideBySide(module.lists);
  expect(answers(unfold(fold(binary(module))))).toEqual(before);
});

test("codes that often stand together are one code, and come apart again", () => {
  const lines = Array.from({ length: 400 }, (_, at) => `(global.set $at (i32.add (global.get $at) (i32.const ${at % 70})))`);
  const module = read(`(module (global $at (mut i32) (i32.const 0)) (func $f ${lines.join("\n")}) (export "f" (func $f)))`);
  const bytes = binary(module);
  const folded = fold(bytes);
  expect(folded.length).toBeLessThan(bytes.length - 900);
  expect(Buffer.from(unfold(folded))).toEqual(bytes);
});

test("functions that are alike stand side by side", () => {
  const body = (what, n) => Array.from({ length: 8 }, (_, at) => `(drop (${what} (local.get $x) (i32.const ${at + n})))`).join("");
  const funcs = ["i32.add", "i32.mul", "i32.xor"].flatMap((what, kind) => [0, 1].map((n) => `(func $${n}${kind} (param $x i32) ${body(what, n)})`));
  const { lists } = read(`(module ${funcs.join("")})`);
  const order = sideBySide(lists).filter((part) => part[0] === "func").map((func) => func[1]);
  expect(order).toEqual(["$00", "$10", "$01", "$11", "$02", "$12"]);
});

for (const [what, file] of [
  ["a page instead of the program", Buffer.from("<!doctype html><title>Sign in to this network</title>")],
  ["nothing", Buffer.alloc(0)],
  ["a program that is not folded", Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  ["half of the program", fold(binary(read("(module (func $f (drop (i32.const 1)) (drop (i32.const 2))))"))).subarray(0, 30)],
]) {
  test(`${what} is told from the program`, () => {
    expect(() => unfold(file)).toThrow("not a program");
  });
}

const BASE = 1024;

/** Data as a linker lays it out and tells of it: `first` holds the address of `held`; code names `first`, and `other` in its middle. */
function linked() {
  const section = (id, ...body) => [id, body.length, ...body];
  const name = (text) => [text.length, ...Buffer.from(text)];
  const custom = (text, ...body) => section(0, ...name(text), ...body);
  const data = [1, 0, 0x41, 0x80, 0x08, 0x0b, 12, ...[4, 4, 0, 0], ...Buffer.from("heldothe")];
  const symbol = (text, offset) => [1, 0, ...name(text), 0, offset, 4];
  // A function of another module, then three pieces.
  const symbols = [4, 0, 0x10, 9, ...symbol("first", 0), ...symbol("held", 4), ...symbol("other", 8)];
  return Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(11, ...data),
    ...custom("linking", 2, 5, 1, 0, 8, symbols.length, ...symbols),
    // In code two addresses, the second of them with 2 to be added, and a function; in data one address.
    ...custom("reloc.CODE", 0, 3, 4, 10, 1, 0, 4, 20, 3, 2, 0, 30, 0),
    ...custom("reloc.DATA", 1, 1, 5, data.length - 12, 2, 0),
    ...custom("kept", 7),
  ]);
}

test("what the linker says of data is read, and taken away", () => {
  const { pieces, named, held } = relocations(linked());
  expect(pieces).toEqual([0, 4, 8].map((offset) => ({ address: BASE + offset, size: 4 })));
  expect([...named]).toEqual([[BASE, [0]], [BASE + 10, [2]]]);
  expect([...held]).toEqual([[0, [1]]]);
  const bare = withoutRelocations(linked());
  expect(bare.includes("kept")).toBe(true);
  expect(bare.includes("linking") || bare.includes("reloc")).toBe(false);
  expect(() => relocations(bare)).toThrow("--emit-relocs");
});

const MODULE = (code) => parse(`(module (memory $0 1) (data $.rodata (i32.const ${BASE}) "\\04\\04\\00\\00heldothe") (func $f ${code}))`);

/** What memory holds when the first part is there, and when both are. */
function filled(code) {
  const first = MODULE(code);
  const second = ["module", ["memory", "$0", "1"]];
  divide(first, second, relocations(linked()));
  const memory = new Uint8Array(2048);
  const states = [first, second].map((module) => {
    for (const part of module) {
      if (part[0] !== "data") continue;
      const bytes = [...part[3].matchAll(/\\([0-9a-f]{2})/g)].map(([, byte]) => parseInt(byte, 16));
      memory.set(bytes, Number(part[2][1]));
    }
    return Buffer.from(memory.subarray(BASE, BASE + 12)).toString("latin1");
  });
  return { states, segments: second.filter((part) => part[0] === "data").length };
}

const ALL = "\x04\x04\0\0heldothe";
for (const [what, code, states, segments] of [
  ["what is named stays, and what it holds", `(drop (i32.const ${BASE}))`, ["\x04\x04\0\0held\0\0\0\0", ALL], 1],
  ["an offset names a piece too, and so does an address within it", `(drop (i32.load offset=${BASE + 10} (i32.const 0)))`, ["\0\0\0\0\0\0\0\0othe", ALL], 1],
  ["what nobody names goes", "(nop)", ["\0".repeat(12), ALL], 1],
  ["where all is named nothing goes", `(drop (i32.const ${BASE})) (drop (i32.const ${BASE + 10}))`, [ALL, ALL], 0],
]) {
  test(`data: ${what}`, () => {
    expect(filled(code)).toEqual({ states, segments });
  });
}
