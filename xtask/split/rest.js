
// The rest of the program, which `cargo xtask build` puts behind wasm-bindgen's glue: `wasm` is the first part's exports.
const REST = new URL("./REST_FILE", import.meta.url);
let restImports;
let restIsHere = false;
let restIsComing;
let restCame;
/** The page waits for this with what its stage can do without. */
globalThis.netsplitRest ??= new Promise((resolve) => (restCame = resolve));

/** Notes what both parts import, and lets the first ask for the rest. */
function withRest(imports) {
  restImports = imports;
  imports.rest = { load: loadRestNow };
  return imports;
}

/** The first part, as a browser reads it; what went wrong is for the glue to say. */
async function unfoldAnswer(response) {
  return response.ok ? unfold(new Uint8Array(await response.arrayBuffer())) : response;
}

function placeRest(module, first) {
  if (restIsHere) return;
  const lent = {};
  for (let at = 0; at < first["~lent"].length; at += 1) lent[at] = first["~lent"].get(at);
  new WebAssembly.Instance(module, { ...restImports, first, lent });
  restIsHere = true;
  first["~here"].value = 1;
  restCame?.();
}

async function fetchRest() {
  const response = await fetch(REST);
  if (!response.ok) throw new Error(`${REST}: ${response.status}`);
  return WebAssembly.compileStreaming(response);
}

/** Somebody is faster than the network: what was just asked for waits here until the rest is there. */
function loadRestNow() {
  const request = new XMLHttpRequest();
  request.open("GET", REST, false);
  // Each byte becomes one character, since such a request can not answer with bytes.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    request.send();
    if (request.status !== 200) throw new Error(`${REST}: ${request.status}`);
    const bytes = Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 255);
    placeRest(new WebAssembly.Module(bytes), wasm);
  } catch (error) {
    document.getElementById("trouble-text").textContent =
      "A part of its program could not be loaded. Check the connection, then load the page again.";
    document.getElementById("trouble").hidden = false;
    throw error;
  }
}

/** An address that asks for more than the first page needs both parts at once, so they come side by side. */
async function restForThisAddress(first) {
  if (location.search === "" && location.hash === "") return;
  restIsComing ??= fetchRest();
  // What fails here is tried again, and told, when something needs it.
  await restIsComing.then((module) => placeRest(module, first)).catch(() => restCame?.());
}
if (location.search !== "" || location.hash !== "") restIsComing = fetchRest();

/** On the first page it comes when the stage moves, or after five seconds where none does. */
function fetchRestSoon() {
  if (restIsHere || restIsComing) return;
  restIsComing = fetchRest();
  // What fails here is tried again, and told, when something needs it: the page is let go on to that.
  restIsComing.then((module) => placeRest(module, wasm)).catch(() => restCame?.());
}
new PerformanceObserver((marks) => {
  if (marks.getEntriesByName("netsplit-moving").length === 0) return;
  if (globalThis.requestIdleCallback) requestIdleCallback(fetchRestSoon, { timeout: 1000 });
  else setTimeout(fetchRestSoon, 100);
}).observe({ entryTypes: ["mark"] });
setTimeout(fetchRestSoon, 5000);
