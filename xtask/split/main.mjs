// What `cargo xtask` asks for: `main.mjs TASK BINARYEN DIST PROFILE [WORK]`.
//   split       makes two parts of the module of the page in DIST, as PROFILE says, the first of them folded, and one
//               stylesheet of all
//   instrument  makes the page in DIST remember what runs; writes where it does to WORK
//   profile     writes PROFILE for the module kept in WORK and what ran of it
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { alignNaturally, sideBySide } from "./alike.mjs";
import { divide } from "./data.mjs";
import { fold } from "./fold.mjs";
import { halves } from "./halves.mjs";
import { instrument } from "./instrument.mjs";
import { binaryen, open, write } from "./module.mjs";
import { outline } from "./outline.mjs";
import { find, replace, shortenImports } from "./page.mjs";
import { isIdle, pointsRan, readProfile, writeProfile } from "./profile.mjs";
import { relocations } from "./relocations.mjs";
import { joinStyles } from "./styles.mjs";
import { functions } from "./text.mjs";

const [task, folder, dist, profileFile, work] = process.argv.slice(2);
const library = await binaryen(folder);
const MODULE = "module.wasm";

async function split() {
  await joinStyles(dist);
  const page = await find(dist);
  const { lists, features } = await open(library, join(dist, page.wasm));
  const profile = readProfile(await readFile(profileFile, "utf8"));
  const ran = [...functions(lists)].filter(([name]) => !isIdle(profile, name)).map(([, func]) => func);
  const { taken, globals } = outline(ran, (func) => pointsRan(profile, func));
  const isFirst = new Set(ran.map((func) => func[1]));
  for (const [name, type] of globals) lists.push(["global", name, ["mut", type], [`${type}.const`, "0"]]);
  lists.push(...taken);
  const short = shortenImports(lists);
  const { first, second } = halves(lists, (name) => isFirst.has(name));
  divide(first, second, relocations(await readFile(join(dist, page.wasm))));
  alignNaturally(first);
  const folded = fold(write(library, sideBySide(first), features, [1, 0]));
  await replace(dist, page, folded, write(library, second, features, [2, 2]), short);
}

async function instrumentPage() {
  const { wasm } = await find(dist);
  const file = join(dist, wasm);
  await copyFile(file, join(work, MODULE));
  const { lists, features } = await open(library, file);
  await writeFile(join(work, "places.json"), JSON.stringify(instrument(lists)));
  await writeFile(file, write(library, lists, features | library.Features.MultiMemory, [0, 0]));
}

async function profile() {
  const places = JSON.parse(await readFile(join(work, "places.json"), "utf8"));
  const ran = new Set(JSON.parse(await readFile(join(work, "ran.json"), "utf8")));
  const numbers = ([, base, count]) => new Set([...Array(count).keys()].filter((number) => ran.has(base + number)));
  const { lists } = await open(library, join(work, MODULE));
  const byName = new Map(places.map((place) => [place[0], numbers(place)]));
  // The first time there is none.
  const before = await readFile(profileFile, "utf8").catch(() => "");
  await writeFile(profileFile, writeProfile(functions(lists), byName, readProfile(before)));
}

await { split, instrument: instrumentPage, profile }[task]();
