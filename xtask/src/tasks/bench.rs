//! The benchmarks: criterion natively, and the same figures natively and in Chromium, in one run.

use super::web_test;
use crate::args::Args;
use crate::cargo::{self, NATIVE, cargo};
use crate::report::{self, Outcome};
use crate::stage::Count;
use crate::tools::{self, Toolbox};

/// The task `bench`. Absolute figures move with the machine, so what is compared is measured here
/// and now, one after the other.
pub(super) fn run(args: &Args) -> Outcome {
    let tools = tools::ensure(&web_test::NEEDS, None)?;
    if !args.has("--figures") {
        report::heading("criterion, native");
        let filter = args.last("--filter").map_or_else(Vec::new, |words| vec!["--", words]);
        let benches = ["bench", "--bench", "kernel", "--bench", "checkers"];
        cargo::run(&mut cargo(benches.into_iter().chain(NATIVE).chain(filter)))?;
    }
    report::heading("figures, native");
    cargo::run(&mut cargo(["bench", "--bench", "figures"].into_iter().chain(NATIVE)))?;
    report::heading("figures, Chromium");
    browser(&tools)
}

/// The figures as WebAssembly, optimised as in the page that ships.
fn browser(tools: &Toolbox) -> Outcome {
    let mut command = web_test::command(tools, &["--profile", "page", "--test", "figures_web"])?;
    // The runner gives up after 20 s unless told otherwise, and prints only when told to.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "900").args(["--", "--nocapture"]);
    cargo::test(&mut command, &mut Count::default())
}
