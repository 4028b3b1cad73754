// The data of a module made two: the first part holds what its functions can reach, the second fills in the rest.
//
// Knows literals and what they are addresses of. A piece is reached when a function of the first part names its address, or
// a piece that is reached holds it.
import { visit } from "./text.mjs";

const ESCAPE = /\\([0-9a-fA-F]{2}|.)/g;
const PLAIN = { t: 9, n: 10, r: 13, '"': 34, "'": 39, "\\": 92 };
/** A gap of so many bytes is cheaper in one segment than between two. */
const GAP = 12;

/** Divides the data between two halves of one module, as `relocations` describe it. */
export function divide(first, second, { pieces, named, held }) {
  const reached = new Set();
  for (const literal of literals(first)) for (const piece of named.get(literal) ?? []) reached.add(piece);
  for (const piece of reached) for (const next of held.get(piece) ?? []) reached.add(next);
  const stays = pieces.filter((piece, number) => reached.has(number));
  const goes = pieces.filter((piece, number) => !reached.has(number));
  first.forEach((part, at) => {
    if (part[0] !== "data" || part[1] !== READ_ONLY) return;
    const base = Number(part[2][1]);
    const data = decode(part[3]);
    // Two pieces may share bytes: what one keeps stays.
    const gone = new Uint8Array(data.length);
    for (const { address, size } of goes) gone.fill(1, address - base, address - base + size);
    for (const { address, size } of stays) gone.fill(0, address - base, address - base + size);
    for (const [from, to] of runs(gone)) {
      second.push(["data", `$filled${from}`, ["i32.const", String(base + from)], encode(data.subarray(from, to))]);
    }
    const left = data.map((byte, place) => (gone[place] ? 0 : byte));
    first[at] = [...part.slice(0, 3), encode(left)];
  });
}

/** The segment of what no function changes. */
const READ_ONLY = "$.rodata";

function literals(module) {
  const found = new Set();
  for (const part of module) {
    if (part[0] !== "func") continue;
    visit(part, (list) => {
      for (const word of list) {
        if (typeof word !== "string") continue;
        const literal = /^(?:offset=)?(\d+)$/.exec(word);
        if (literal) found.add(Number(literal[1]));
      }
    });
  }
  return found;
}

/** Where bytes go, as `[from, to]`; a short gap between two goes along. */
function runs(gone) {
  const found = [];
  gone.forEach((goes, at) => {
    if (!goes) return;
    const last = found.at(-1);
    if (last && at - last[1] < GAP) last[1] = at + 1;
    else found.push([at, at + 1]);
  });
  return found;
}

/** The bytes of a string of the text format. */
function decode(word) {
  const bytes = [];
  const text = word.slice(1, -1);
  let from = 0;
  const plain = (to) => bytes.push(...new TextEncoder().encode(text.slice(from, to)));
  for (const match of text.matchAll(ESCAPE)) {
    plain(match.index);
    bytes.push(match[1].length === 2 ? parseInt(match[1], 16) : PLAIN[match[1]]);
    from = match.index + match[0].length;
  }
  plain(text.length);
  return Uint8Array.from(bytes);
}

function encode(bytes) {
  return `"${Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("")}"`;
}
