//! The built page, measured in headless Chromium: what a reader waits for, and what the page costs the machine.

use super::{browser_test, build, cli};
use crate::args::Args;
use crate::paths;
use crate::process;
use crate::report::Outcome;
use crate::tools::{self, Need};

/// The task `bench-page`. Its table goes to standard output, all figures to a file beside the pictures.
pub(super) fn run(_: &Args) -> Outcome {
    let needs: Vec<Need> = build::NEEDS.into_iter().chain(browser_test::CHROMIUM).collect();
    let tools = tools::ensure(&needs, None)?;
    build::page(&tools)?;
    let scenarios = paths::target().join("bench-scenarios");
    cli::compile_scenarios("benches/page", &scenarios)?;
    let mut command = browser_test::node("bench/main.mjs")?;
    process::run(command.env("NETSPLIT_BENCH_SCENARIOS", scenarios), "the page's bench")
}
