// What `cargo xtask` tells the tests: the browser, the built page, the native command line.

function told(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask browser-test\``);
  return value;
}

export const dist = told("NETSPLIT_DIST");
export const out = told("NETSPLIT_OUT");
/** The native command line. Asked for when a test runs it. */
export const netsplit = () => told("NETSPLIT_CLI");

/** Stock Firefox. Asked for when a test starts it, so that the others run where there is none. */
export const firefox = () => told("NETSPLIT_FIREFOX");

const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How the system's Chromium is started. Its sandbox does not work for root, as which CI runs. */
export const launchOptions = {
  executablePath: told("NETSPLIT_CHROMIUM"),
  args: process.getuid?.() === 0 ? ["--no-sandbox", ...QUIET] : QUIET,
};
