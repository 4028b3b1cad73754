// The built page as files: what Trunk called them, and what they are called when their content has changed.
//
// Knows the page's address book, `index.html`, and the few lines of wasm-bindgen's glue that the rest is tied to.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digest } from "./points.mjs";

/** What the glue gets: the way back of what is folded, and the rest of the program. */
const ADDED = ["unfold.mjs", "rest.js"].map((name) => new URL(name, import.meta.url));
/** What such a file lends to the build alone. */
const EXPORTS = /^export \{[^}]*\};\n/m;
/** Comments on lines of their own, and indentation: no string of the glue goes over lines. */
const LOOSE = /^\s*\/\*[^]*?\*\/\s*$|^\s*\/\/.*$|^[ \t]+/gm;
/** What is replaced in the glue of wasm-bindgen 0.2.129, which is pinned, and how often it is there. */
const TIES = [
  ["const imports = __wbg_get_imports();", "const imports = withRest(__wbg_get_imports());", 2],
  [
    "await __wbg_load(await module_or_path, imports);\n",
    "await __wbg_load(await unfoldAnswer(await module_or_path), imports);\n    await restForThisAddress(instance.exports);\n",
    1,
  ],
];

/** The module and the glue of a built page. */
export async function find(dist) {
  const names = await readdir(dist);
  const one = (pattern) => {
    const found = names.filter((name) => pattern.test(name));
    if (found.length !== 1) throw new Error(`${dist}: one file like ${pattern} was expected, there are ${found.length}`);
    return found[0];
  };
  return { wasm: one(/^netsplit-page-.*_bg\.wasm$/), glue: one(/^netsplit-page-.*\.js$/) };
}

const GLUE = '"./netsplit-page_bg.js"';

/** Gives what the module imports from the glue short names; returns what is to be replaced in the glue. */
export function shortenImports(lists) {
  const imports = lists.filter((part) => part[0] === "import" && part[1] === GLUE);
  return imports.map((part, at) => {
    const name = JSON.parse(part[2]);
    part[2] = `"${at.toString(36)}"`;
    return [`\n        ${name}: `, `\n        ${JSON.stringify(at.toString(36))}: `, 1];
  });
}

/** A script in fewer letters. */
function tight(text) {
  return text.replace(LOOSE, "").replace(/\n{2,}/g, "\n");
}

/** Puts two modules in place of the page's one; returns the names of all that is new. */
export async function replace(dist, { wasm, glue }, first, second, short) {
  const names = {
    first: `netsplit-page-${digest(first, 16)}_bg.wasm`,
    second: `netsplit-rest-${digest(second, 16)}.wasm`,
  };
  let text = await readFile(join(dist, glue), "utf8");
  for (const [from, to, times] of [...TIES, ...short]) {
    const found = text.split(from).length - 1;
    if (found !== times) throw new Error(`${glue}: ${JSON.stringify(from)} is there ${found} times and not ${times}`);
    text = text.replaceAll(from, to);
  }
  const added = await Promise.all(ADDED.map(async (file) => (await readFile(file, "utf8")).replace(EXPORTS, "")));
  text = tight(text + added.join("").replace("REST_FILE", names.second));
  names.glue = `netsplit-page-${digest(text, 16)}.js`;
  const index = await readFile(join(dist, "index.html"), "utf8");
  await rm(join(dist, wasm));
  await rm(join(dist, glue));
  await writeFile(join(dist, names.first), first);
  await writeFile(join(dist, names.second), second);
  await writeFile(join(dist, names.glue), text);
  await writeFile(join(dist, "index.html"), index.replaceAll(wasm, names.first).replaceAll(glue, names.glue));
  return names;
}
