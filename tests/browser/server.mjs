// A static server for the built page, as a plain host would serve it: right types, and the headers
// of `dist/_headers`, so that what the tests see is the policy that ships.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Reads `_headers`: a pattern on a line of its own, then its headers, indented. */
export function parseHeaders(text) {
  const rules = [];
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    if (/^\s/.test(line)) {
      const colon = line.indexOf(":");
      rules.at(-1).headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    } else {
      const pattern = line.trim().replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
      rules.push({ pattern: new RegExp(`^${pattern}$`), headers: [] });
    }
  }
  return rules;
}

/** Serves a folder on a free loopback port; resolves to its address and a way to stop it. */
export async function serve(folder) {
  const rules = parseHeaders(await readFile(join(folder, "_headers"), "utf8"));
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
    for (const rule of rules.filter((rule) => rule.pattern.test(path))) {
      rule.headers.forEach(([name, value]) => response.setHeader(name, value));
    }
    try {
      if (!file.startsWith(folder)) throw new Error("outside of the folder");
      const body = await readFile(file);
      response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end("not here");
    }
  });
  return listen(server);
}

/** Serves one page of HTML at every address, as a site of its own. */
export async function serveText(html) {
  const server = createServer((_, response) => response.setHeader("Content-Type", TYPES[".html"]).end(html));
  return listen(server);
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
