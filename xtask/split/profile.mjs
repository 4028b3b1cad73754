// What ran while the first page came up: for each function that was there, whether it ran, and which of its points did.
//
// Knows names and numbers and nothing of instructions. The file is committed; `cargo xtask first-load` writes it. A line is
// a function that ran: its name's digest, its shape, its points as bits in hexadecimal digits. The names that did not run
// come after, many on a line. A function that is in neither is new.
import { digest, points, shape } from "./points.mjs";

const HEAD = `# What runs until the stage of the first page moves and for some seconds after; \`cargo xtask first-load\` writes this file.
# Functions that ran (digest of the name, shape, points as bits), then, after a line of dashes, those that did not.
`;
const DASHES = "-----";
const A_LINE = 16;

/** The key of a function in the file. */
export function key(name) {
  return digest(name, 7);
}

/** Reads the file. */
export function readProfile(text) {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const at = lines.indexOf(DASHES);
  const dashes = at < 0 ? lines.length : at;
  const ran = new Map(lines.slice(0, dashes).map((line) => line.split(" ")).map(([name, ...rest]) => [name, rest]));
  return { ran, idle: new Set(lines.slice(dashes + 1).flatMap((line) => line.split(" "))) };
}

/**
 * Writes the file for functions and the numbers of points that ran, by function. What runs now and then - after a late
 * frame, say - is not seen each time: what ran before, of a function that has not changed since, is held to run still.
 */
export function writeProfile(functions, ranPoints, before = readProfile("")) {
  const ran = [];
  const idle = [];
  for (const [name, func] of functions) {
    const numbers = new Set(ranPoints.get(name));
    for (const point of pointsRan(before, func)) if (point.ran) numbers.add(point.number);
    if (numbers.size === 0) idle.push(key(name));
    else ran.push(`${key(name)} ${shape(func)} ${bits(points(func).length, numbers)}`);
  }
  idle.sort();
  const rows = [];
  for (let at = 0; at < idle.length; at += A_LINE) rows.push(idle.slice(at, at + A_LINE).join(" "));
  return `${HEAD}${ran.sort().join("\n")}\n${DASHES}\n${rows.join("\n")}\n`;
}

function bits(count, numbers) {
  let digits = "";
  for (let at = 0; at < count; at += 4) {
    const digit = [0, 1, 2, 3].reduce((sum, bit) => sum + (numbers.has(at + bit) ? 1 << bit : 0), 0);
    digits += digit.toString(16);
  }
  return digits;
}

/** Whether a function is known not to run. One that is not known may, and of two with one key both do if one does. */
export function isIdle(profile, name) {
  return profile.idle.has(key(name)) && !profile.ran.has(key(name));
}

/** Tables that are hashed by address, and the allocator: which way they go depends on where in memory things lie. */
const BY_ADDRESS = /\b(hashbrown|indexmap|slotmap|dlmalloc)\b/;

/**
 * The points of a function with whether each ran; none of a function that is new or has changed, nor of one that goes
 * another way with every build.
 */
export function pointsRan(profile, func) {
  if (BY_ADDRESS.test(func[1])) return [];
  const [known, digits] = profile.ran.get(key(func[1])) ?? [];
  if (known === undefined || known !== shape(func)) return [];
  const ran = (number) => ((parseInt(digits[number >> 2], 16) >> (number & 3)) & 1) === 1;
  return points(func).map((point) => ({ ...point, ran: ran(point.number) }));
}
