// WebAssembly's text as nested lists: `(call $f (local.get $0))` is `["call", "$f", ["local.get", "$0"]]`.
//
// Knows the shape of the text and nothing of what it means. Binaryen writes it and reads it again.

const TOKEN = /\(;[^]*?;\)|;;[^\n]*|[()]|\$?"(?:\\.|[^"\\])*"|[^\s()";]+/g;

/** Reads one list. */
export function parse(text) {
  const open = [[]];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "(") open.push([]);
    else if (token === ")") {
      const done = open.pop();
      open.at(-1).push(done);
    } else if (!token.startsWith("(;") && !token.startsWith(";;")) open.at(-1).push(token);
  }
  return open[0][0];
}

/** Writes a list. */
export function print(list) {
  const words = [];
  const write = (node) => {
    if (typeof node === "string") {
      words.push(node, " ");
      return;
    }
    words.push("(");
    node.forEach(write);
    words.push(")\n");
  };
  write(list);
  return words.join("");
}

/** Calls `look` with a list and every list in it, parents first. */
export function visit(list, look) {
  look(list);
  for (const child of list) if (typeof child !== "string") visit(child, look);
}

const HEADS = new Set(["type", "param", "result", "local", "export", "import"]);

/** Where the instructions of a function, a block, a loop or an arm begin. */
export function firstChild(list) {
  let at = 1;
  while (at < list.length && (typeof list[at] === "string" || HEADS.has(list[at][0]))) at += 1;
  return at;
}

/** The types that a function, a block or an `if` leaves. */
export function results(list) {
  return list.filter((part) => part[0] === "result").flatMap((part) => part.slice(1));
}

/** The parameters or the locals of a function, as `[name, type]`. */
export function declared(func, kind) {
  return func.filter((part) => part[0] === kind).map(([, name, type]) => [name, type]);
}

/** The functions of a module by name. */
export function functions(module) {
  return new Map(module.filter((part) => part[0] === "func").map((func) => [func[1], func]));
}

/** About how many bytes some lists take. */
export function bytes(lists) {
  let sum = 0;
  visit(lists, (list) => {
    sum += 1;
    for (const word of list.slice(1)) {
      if (typeof word !== "string") continue;
      sum += /^-?\d+$/.test(word) ? 1 + Math.floor(Math.log2(Math.abs(Number(word)) + 1) / 7) : 1;
    }
  });
  return sum;
}
