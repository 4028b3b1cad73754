// What the linker says of a module's data (`--emit-relocs`): its pieces, which literals of code are their addresses, and
// which pieces hold the addresses of others.
//
// Knows the custom sections `linking` and `reloc.*` of object files (WebAssembly tool conventions, "Linking", version 2) and
// nothing of what a piece is for. wasm-bindgen moves functions and leaves data where it is, so addresses still hold; the
// places of code do not, and are not read.

/** A module's magic number and version. */
const HEAD = 8;
const DATA_SECTION = 11;
const SYMBOLS = 8;
const KIND = { data: 1, section: 3 };
const FLAG = { undefined: 0x10, named: 0x40 };
/** Kinds of relocation that hold the address of data, and all that carry a number beside their symbol. */
const ADDRESSES = new Set([3, 4, 5]);
const WITH_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23]);

/**
 * Reads a module's bytes. `pieces` are `{ address, size }`; `named` gives, for a literal of code, the numbers of the pieces
 * that it is an address of; `held` gives, for a piece, the numbers of those whose addresses are in it.
 */
export function relocations(bytes) {
  const sections = readSections(bytes);
  const segments = readSegments(bytes, sections);
  const linking = sections.find((section) => section.name === "linking");
  if (!linking) throw new Error("the module does not say what its data is: it was linked without --emit-relocs");
  const symbols = readSymbols(bytes, linking, segments);
  const pieces = [...symbols.values()];
  const number = new Map([...symbols.keys()].map((symbol, at) => [symbol, at]));
  const named = new Map();
  for (const { symbol, addend } of entries(bytes, sections, "reloc.CODE")) {
    if (symbols.has(symbol)) add(named, symbols.get(symbol).address + addend, number.get(symbol));
  }
  const held = new Map();
  const data = sections.find((section) => section.id === DATA_SECTION);
  for (const { symbol, offset } of entries(bytes, sections, "reloc.DATA")) {
    const place = addressOf(segments, data.start + offset);
    const owner = pieces.findIndex(({ address, size }) => address <= place && place < address + size);
    if (symbols.has(symbol) && owner >= 0) add(held, owner, number.get(symbol));
  }
  return { pieces, named, held };
}

/** The module without what the linker says of it, which Binaryen can not read. */
export function withoutRelocations(bytes) {
  const kept = readSections(bytes).filter(({ name }) => name !== "linking" && !name?.startsWith("reloc."));
  return Buffer.concat([bytes.subarray(0, HEAD), ...kept.map(({ from, end }) => bytes.subarray(from, end))]);
}

function add(lists, key, value) {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

/** A reader of numbers and names that remembers where it is. */
function reader(bytes, start) {
  let at = start;
  const number = () => {
    let sum = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      sum += (byte & 127) * shift;
      if (byte < 128) return sum;
    }
  };
  const signed = () => {
    const from = at;
    const sum = number();
    const bits = 7 * (at - from);
    return sum >= 2 ** (bits - 1) ? sum - 2 ** bits : sum;
  };
  const skip = (count) => (at += count);
  const name = () => {
    const length = number();
    skip(length);
    return new TextDecoder().decode(bytes.subarray(at - length, at));
  };
  return { number, signed, skip, name, byte: () => bytes[at++], place: () => at };
}

function readSections(bytes) {
  const sections = [];
  for (let from = HEAD; from < bytes.length; from = sections.at(-1).end) {
    const read = reader(bytes, from);
    const id = read.byte();
    const size = read.number();
    const start = read.place();
    const name = id === 0 ? read.name() : undefined;
    sections.push({ id, name, from, start, body: read.place(), end: start + size });
  }
  return sections;
}

/** Where each segment of data lies in the file and in memory. */
function readSegments(bytes, sections) {
  const section = sections.find(({ id }) => id === DATA_SECTION);
  const read = reader(bytes, section.start);
  return Array.from({ length: read.number() }, () => {
    const [kind, load] = [read.byte(), read.byte()];
    if (kind !== 0 || load !== 0x41) throw new Error("data was expected at a fixed address");
    const address = read.signed();
    read.skip(1);
    const size = read.number();
    const file = read.place();
    read.skip(size);
    return { address, size, file };
  });
}

function addressOf(segments, place) {
  const segment = segments.find(({ file, size }) => file <= place && place < file + size);
  return segment.address + place - segment.file;
}

/** The pieces of data by the number of their symbol. */
function readSymbols(bytes, { body, end }, segments) {
  const read = reader(bytes, body);
  const version = read.number();
  if (version !== 2) throw new Error(`the linker's symbols are of version ${version}, and 2 was expected`);
  const symbols = new Map();
  while (read.place() < end) {
    const kind = read.byte();
    const size = read.number();
    if (kind !== SYMBOLS) {
      read.skip(size);
      continue;
    }
    const count = read.number();
    for (let symbol = 0; symbol < count; symbol += 1) {
      const piece = readSymbol(read, segments);
      if (piece && piece.size > 0) symbols.set(symbol, piece);
    }
  }
  return symbols;
}

function readSymbol(read, segments) {
  const kind = read.byte();
  const flags = read.number();
  if (kind === KIND.section) {
    read.number();
  } else if (kind !== KIND.data) {
    read.number();
    if (!(flags & FLAG.undefined) || flags & FLAG.named) read.name();
  } else {
    read.name();
    if (flags & FLAG.undefined) return undefined;
    const [segment, offset, size] = [read.number(), read.number(), read.number()];
    // What is all zeros has no segment in the file.
    return segments[segment] && { address: segments[segment].address + offset, size };
  }
  return undefined;
}

/** What a section of relocations says of data. */
function entries(bytes, sections, name) {
  const section = sections.find((one) => one.name === name);
  if (!section) return [];
  const read = reader(bytes, section.body);
  read.number();
  const all = Array.from({ length: read.number() }, () => {
    const kind = read.byte();
    const [offset, symbol] = [read.number(), read.number()];
    return { kind, offset, symbol, addend: WITH_ADDEND.has(kind) ? read.signed() : 0 };
  });
  return all.filter(({ kind }) => ADDRESSES.has(kind));
}
