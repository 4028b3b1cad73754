// A module's code in columns: what `unfold.mjs` in the page turns back into the module.
//
// Knows how to find what repeats and nothing of where a module is sent. Each file that it makes it turns back itself, and
// fails if one byte differs.
import { CODES, CODE_SECTION, END, HEADS, KINDS, RAW, SECTION_NAME, bytesAt, moveOperands, unfold } from "./unfold.mjs";

/** The least number of times that a pair of codes must stand together to get a code of its own. */
const OFTEN = 200;

/** Folds a module whose loads and stores all have their natural alignment. */
export function fold(module) {
  const read = bytesAt(module, 8);
  for (;;) {
    const start = read.at;
    if (start >= module.length) throw new Error("the module has no code");
    const id = module[read.at++];
    const size = read.number();
    const body = read.at;
    read.at = body + size;
    if (id !== CODE_SECTION) continue;
    const columns = [...SECTION_NAME, ...foldCode(module.subarray(body, body + size))];
    const file = Buffer.concat([module.subarray(0, start), Buffer.from([0, ...leb(columns.length), ...columns]), module.subarray(read.at)]);
    if (Buffer.compare(unfold(file), module) !== 0) throw new Error("a folded module does not come back as it was");
    return file;
  }
}

function foldCode(section) {
  const columns = Array.from({ length: CODES + 1 }, () => []);
  const read = bytesAt(section, 0);
  const count = read.number();
  const bodies = Array.from({ length: count }, () => {
    const size = read.number();
    return foldFunction(bytesAt(section, read.at), columns, () => (read.at += size));
  });
  const pairs = pairUp(bodies);
  columns[CODES] = bodies.flat();
  const sizes = columns.flatMap((column) => leb(column.length));
  return [...leb(section.length), ...leb(count), ...leb(pairs.length), ...pairs.flat(), ...sizes, ...columns.flat()];
}

/** Puts the numbers of a function into columns, and returns its codes. */
function foldFunction(read, columns, next) {
  const end = next();
  const take = (column, count) => columns[column].push(...read.bytes.subarray(read.at, (read.at += count)));
  const number = (column) => {
    const start = read.at;
    const value = read.number();
    columns[column].push(...read.bytes.subarray(start, read.at));
    return value;
  };
  const recent = [];
  const moves = {
    number,
    raw: (count) => take(RAW, count),
    align: (exponent) => {
      if (read.number() !== exponent) throw new Error("a load or store has an alignment that is not its natural one");
    },
    local: () => {
      const local = read.number();
      while (recent.length <= local) recent.push(recent.length);
      const rank = recent.indexOf(local);
      recent.splice(rank, 1);
      recent.unshift(local);
      columns[KINDS.LOCAL].push(...leb(rank));
    },
  };
  for (let left = number(HEADS); left > 0; left -= 1) {
    number(HEADS);
    take(HEADS, 1);
  }
  const codes = [];
  while (read.at < end) {
    const code = read.bytes[read.at++];
    codes.push(code);
    moveOperands(code, moves);
  }
  if (codes.at(-1) !== END || read.at !== end) throw new Error("a function does not end where it should");
  return codes;
}

/** Gives codes that no instruction has to pairs that often stand together, the commonest first: `[code, first, second]`. */
function pairUp(bodies) {
  const used = new Set(bodies.flat());
  const free = Array.from({ length: 256 }, (_, code) => code).filter((code) => !used.has(code));
  const pairs = [];
  for (const code of free) {
    const [pair, times] = commonest(bodies);
    if (times < OFTEN) break;
    const [first, second] = [pair >> 8, pair & 255];
    bodies.forEach((codes, at) => (bodies[at] = joined(codes, first, second, code)));
    pairs.push([code, first, second]);
  }
  return pairs;
}

function commonest(bodies) {
  const counts = new Uint32Array(1 << 16);
  for (const codes of bodies) for (let at = 1; at < codes.length; at += 1) counts[(codes[at - 1] << 8) | codes[at]] += 1;
  let pair = 0;
  counts.forEach((count, at) => {
    if (count > counts[pair]) pair = at;
  });
  return [pair, counts[pair]];
}

function joined(codes, first, second, code) {
  const left = [];
  for (let at = 0; at < codes.length; at += 1) {
    const isPair = codes[at] === first && codes[at + 1] === second;
    left.push(isPair ? code : codes[at]);
    if (isPair) at += 1;
  }
  return left;
}

function leb(value) {
  const place = bytesAt([], 0);
  place.write(value);
  return place.bytes;
}
