//! Format and clippy.

use crate::args::Args;
use crate::cargo::{self, NATIVE, cargo};
use crate::report::Outcome;
use crate::tools::{self, Need, WASM_TARGET};

const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// The task `fmt`: formats all of the code.
pub(super) fn format(_: &Args) -> Outcome {
    cargo::run(&mut cargo(["fmt", "--all"]))
}

/// Fails when `fmt` would change something.
pub(super) fn format_check() -> Outcome {
    cargo::run(&mut cargo(["fmt", "--all", "--check"]))
}

/// The task `lint`.
pub(super) fn run(_: &Args) -> Outcome {
    tools::ensure(&[Need::WasmTarget], None)?;
    check()
}

/// Clippy on the three ways in which the code is built: natively, for the page, and this tool. All
/// are asked, so that one sees everything at once.
pub(super) fn check() -> Outcome {
    let core = ["clippy"].into_iter().chain(NATIVE).chain(["--all-targets"]).chain(DENY);
    let page = ["clippy", "--target", WASM_TARGET, "--lib", "--bins", "--test", "web", "--test", "figures_web"];
    let own = ["clippy", "--package", "xtask", "--all-targets"];
    let core = cargo::run(&mut cargo(core));
    let page = cargo::run(&mut cargo(page.into_iter().chain(DENY)));
    let own = cargo::run(&mut cargo(own.into_iter().chain(DENY)));
    core.and(page).and(own)
}

/// Builds the documentation, where a broken link is an error.
pub(super) fn docs() -> Outcome {
    let mut command = cargo(["doc", "--no-deps"].into_iter().chain(NATIVE));
    cargo::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}
