//! The core as WebAssembly, tested in headless Chromium.

use crate::args::Args;
use crate::cargo::{self, cargo};
use crate::report::{Failure, Outcome};
use crate::stage::Count;
use crate::tools::{self, Need, Toolbox, WASM_TARGET, browser};
use std::process::Command;

/// What these tests run with.
pub(super) const NEEDS: [Need; 3] = [Need::WasmTarget, Need::WasmBindgen, Need::Browser];

/// The task `web-test`.
pub(super) fn run(_: &Args) -> Outcome {
    let tools = tools::ensure(&NEEDS, None)?;
    check(&tools, &mut Count::default())
}

/// Runs `tests/web.rs`.
pub(super) fn check(tools: &Toolbox, count: &mut Count) -> Outcome {
    cargo::test(&mut command(tools, &["--test", "web"])?, count)
}

/// `cargo test` for WebAssembly with the browser set up. It is built without the page: what is
/// looked at is that the core does the same here as natively.
pub(super) fn command(tools: &Toolbox, words: &[&str]) -> Outcome<Command> {
    let driver = browser::driver().ok_or_else(|| Failure::Missing("chromedriver is gone".to_owned()))?;
    let mut command = cargo(["test", "--target", WASM_TARGET, "--no-default-features"]);
    command.args(words).env("PATH", tools.path()).env("CHROMEDRIVER", driver);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    Ok(command)
}
