// The native command line, which the page is compared with: both run the scenarios of the built page.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { dist, netsplit } from "./environment.mjs";

const run = promisify(execFile);

/** The trace hashes of scenarios with seeds such as `0-9`, as `scenario seed` to hash. */
export async function nativeHashes(ids, seeds) {
  const files = ids.map((id) => join(dist, "scenarios", `${id}.json`));
  const words = ["hashes", ...files, "--seeds", seeds, "--json"];
  const { stdout } = await run(netsplit(), words, { maxBuffer: 1 << 26 });
  const { runs } = JSON.parse(stdout);
  return Object.fromEntries(runs.map((run) => [`${run.scenario} ${run.seed}`, run.trace_hash]));
}

/** The trace hash that `netsplit run` prints, at the scenario's end or a time. Its exit code says what became of claims, which is not asked here. */
export async function nativeHash(id, seed, until) {
  const words = ["run", join(dist, "scenarios", `${id}.json`), "--seed", String(seed), "--json"];
  if (until) words.push("--until", until);
  const { stdout } = await run(netsplit(), words, { maxBuffer: 1 << 26 }).catch((error) => {
    if (error.code === 1) return error;
    throw error;
  });
  return JSON.parse(stdout).trace_hash;
}
