// The way back from columns to code, which `cargo xtask build` puts behind wasm-bindgen's glue; `fold.mjs` goes the other way.
//
// In a file that is folded, a custom section `columns` stands for the code: instructions without their numbers, then the
// numbers, a column for each kind. What is alike stands together so, and a host's gzip or brotli makes it a sixth smaller.
const KINDS = { BLOCK: 0, BRANCH: 1, CALL: 2, TYPE: 3, TABLE: 4, LOCAL: 5, GLOBAL: 6, OFFSET: 7, INT: 8, LONG: 9, OTHER: 10 };
const RAW = 11;
const HEADS = 12;
const CODES = 13;
/** The exponents of the natural alignments of `i32.load` (0x28) to `i64.store32` (0x3e): the only ones in a folded file. */
const NATURAL = "23230011001122232301012";
const SECTION_NAME = [7, ...new TextEncoder().encode("columns")];
const CODE_SECTION = 10;
const END = 11;

/** Moves what follows a code: `number(column)` moves one number and returns it, `raw(count)` bytes. */
function moveOperands(code, { number, raw, local, align }) {
  const { BLOCK, BRANCH, CALL, TYPE, TABLE, GLOBAL, OFFSET, INT, LONG, OTHER } = KINDS;
  if (code >= 0x20 && code <= 0x22) local();
  else if (code >= 0x28 && code <= 0x3e) {
    align(+NATURAL[code - 0x28]);
    number(OFFSET);
  } else if (code >= 0x45 && code <= 0xc4) return;
  else if (code === 0x41) number(INT);
  else if (code >= 2 && code <= 4) number(BLOCK);
  else if (code === 0x0c || code === 0x0d) number(BRANCH);
  else if (code === 0x0e) for (let left = number(OTHER); left >= 0; left -= 1) number(BRANCH);
  else if (code === 0x10) number(CALL);
  else if (code === 0x11) {
    number(TYPE);
    number(TABLE);
  } else if (code === 0x23 || code === 0x24) number(GLOBAL);
  else if (code === 0x42) number(LONG);
  else if (code === 0x43) raw(4);
  else if (code === 0x44) raw(8);
  else if (code === 0x1c) for (let left = number(OTHER); left > 0; left -= 1) number(OTHER);
  else if (code === 0xfc) {
    const part = number(OTHER);
    // Saturating casts have none; copies name two things, the others one.
    if (part >= 8) number(OTHER);
    if ([8, 10, 12, 14].includes(part)) number(OTHER);
  } else if (code === 0x25 || code === 0x26 || code === 0x3f || code === 0x40 || code === 0xd0 || code === 0xd2) number(OTHER);
}

/** A place in some bytes, to read from or to write to. */
function bytesAt(bytes, at) {
  const place = { bytes, at };
  place.number = () => {
    let [value, shift, byte] = [0, 0, 128];
    for (; byte > 127; shift += 7) {
      byte = place.bytes[place.at++];
      value |= (byte & 127) << shift;
    }
    return value;
  };
  place.write = (value) => {
    for (; value > 127; value >>>= 7) place.bytes[place.at++] = (value & 127) | 128;
    place.bytes[place.at++] = value;
  };
  return place;
}

/** The module that a folded file stands for. */
function unfold(file) {
  // A network that answers with a page of its own is told from a module by its first four bytes.
  const isModule = file[0] === 0 && file[1] === 0x61 && file[2] === 0x73 && file[3] === 0x6d;
  const read = bytesAt(file, 8);
  while (isModule && read.at < file.length) {
    const start = read.at;
    const id = file[read.at++];
    const size = read.number();
    const body = read.at;
    read.at = body + size;
    if (read.at > file.length) break;
    if (id === 0 && SECTION_NAME.every((byte, place) => file[body + place] === byte)) {
      const columns = bytesAt(file, body + SECTION_NAME.length);
      const code = unfoldCode(columns);
      const module = new Uint8Array(start + code.length + file.length - read.at);
      module.set(file.subarray(0, start));
      module.set(code, start);
      module.set(file.subarray(read.at), start + code.length);
      return module;
    }
  }
  throw new Error("what came for the program is not a program, or not all of it");
}

/** Reads `size of the code, functions, pairs of codes, sizes of columns, columns` into a section of code. */
function unfoldCode(read) {
  const size = read.number();
  const count = read.number();
  const pairs = Array.from({ length: 256 });
  for (let left = read.number(); left > 0; left -= 1) {
    pairs[read.bytes[read.at]] = read.bytes.subarray(read.at + 1, (read.at += 3));
  }
  const sizes = Array.from({ length: CODES + 1 }, () => read.number());
  const columns = sizes.map((length) => {
    read.at += length;
    return bytesAt(read.bytes, read.at - length);
  });
  const section = bytesAt(new Uint8Array(size), 0);
  section.write(count);
  const one = bytesAt(new Uint8Array(size), 0);
  for (let left = count; left > 0; left -= 1) {
    one.at = 0;
    unfoldFunction(columns, pairs, one);
    section.write(one.at);
    section.bytes.set(one.bytes.subarray(0, one.at), section.at);
    section.at += one.at;
  }
  const head = bytesAt(new Uint8Array(6), 0);
  head.write(CODE_SECTION);
  head.write(section.at);
  const code = new Uint8Array(head.at + section.at);
  code.set(head.bytes.subarray(0, head.at));
  code.set(section.bytes.subarray(0, section.at), head.at);
  return code;
}

function unfoldFunction(columns, pairs, to) {
  const byte = (column) => (to.bytes[to.at++] = columns[column].bytes[columns[column].at++]);
  const number = (column) => {
    const from = columns[column];
    let [value, shift, moved] = [0, 0, 128];
    for (; moved > 127; shift += 7) {
      moved = from.bytes[from.at++];
      to.bytes[to.at++] = moved;
      value |= (moved & 127) << shift;
    }
    return value;
  };
  // Locals are numbered by how lately they were used.
  const recent = [];
  const moves = {
    number,
    raw: (count) => Array.from({ length: count }, () => byte(RAW)),
    align: (exponent) => to.write(exponent),
    local: () => {
      const rank = columns[KINDS.LOCAL].number();
      while (recent.length <= rank) recent.push(recent.length);
      const local = recent[rank];
      for (let place = rank; place > 0; place -= 1) recent[place] = recent[place - 1];
      recent[0] = local;
      to.write(local);
    },
  };
  for (let left = number(HEADS); left > 0; left -= 1) {
    number(HEADS);
    byte(HEADS);
  }
  const codes = columns[CODES];
  const waiting = [];
  for (let depth = 1; depth > 0; ) {
    const code = waiting.length > 0 ? waiting.pop() : codes.bytes[codes.at++];
    const pair = pairs[code];
    if (pair) {
      waiting.push(pair[1], pair[0]);
      continue;
    }
    to.bytes[to.at++] = code;
    if (code >= 2 && code <= 4) depth += 1;
    if (code === END) depth -= 1;
    moveOperands(code, moves);
  }
}

export { CODES, CODE_SECTION, END, HEADS, KINDS, RAW, SECTION_NAME, bytesAt, moveOperands, unfold };
