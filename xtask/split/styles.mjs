// The page's stylesheets as one file: one request, and what they have in common is compressed once.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digest } from "./points.mjs";

const LINK = /[ \t]*<link rel="stylesheet" href="\.\/([^"]+)"[^>]*>\n?/g;
const COMMENT = /\/\*[^]*?\*\//g;

/** The same styles in fewer letters. No string in them holds a colon before a space, or spaces beside what ends or opens a rule. */
function tight(text) {
  const bare = text.replace(COMMENT, "").replace(/\s*([{};,])\s*/g, "$1").replace(/\n\s*/g, "\n");
  return bare.replaceAll(";}", "}").replaceAll(": ", ":").trim();
}

/** Joins the stylesheets of a built page, in their order. */
export async function joinStyles(dist) {
  const page = join(dist, "index.html");
  const html = await readFile(page, "utf8");
  const names = [...html.matchAll(LINK)].map(([, name]) => name);
  if (names.length === 0) throw new Error(`${page}: no stylesheet is named there`);
  const texts = await Promise.all(names.map((name) => readFile(join(dist, name), "utf8")));
  const text = tight(texts.join("\n"));
  const joined = `style-${digest(text, 16)}.css`;
  await Promise.all(names.map((name) => rm(join(dist, name))));
  await writeFile(join(dist, joined), `${text}\n`);
  let isFirst = true;
  const once = () => {
    const link = isFirst ? `    <link rel="stylesheet" href="./${joined}">\n` : "";
    isFirst = false;
    return link;
  };
  await writeFile(page, html.replace(LINK, once));
}
