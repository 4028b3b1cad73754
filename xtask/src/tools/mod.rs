//! The tools that tasks need, each pinned: found on `PATH` when the right version is there, else
//! in the per-user cache, else installed into it.

pub(crate) mod binaryen;
pub(crate) mod browser;
mod cargo_tool;
mod install;
mod node;
mod wasm_target;

use cargo_tool::CargoTool;
pub(crate) use node::npm_ci;
pub(crate) use wasm_target::TARGET as WASM_TARGET;

use crate::environment::variable;
use crate::locked;
use crate::report::{self, Outcome};
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Something a task cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Rust's standard library for `wasm32-unknown-unknown`.
    WasmTarget,
    /// Trunk, which builds and serves the page.
    Trunk,
    /// `wasm-bindgen` and its test runner, of exactly the locked version.
    WasmBindgen,
    /// Binaryen, for release pages only.
    Binaryen,
    /// Node.js with npm.
    Node,
    /// Chromium and its driver.
    Browser,
    /// Stock Firefox.
    Firefox,
}

/// Trunk's version. 0.22 needs a newer Rust than this project's.
const TRUNK: &str = "0.21.14";

/// Installs what is missing and returns where the tools are.
///
/// Building the two Rust tools is most of a first run, and each leaves a core idle for part of the
/// time, so they are built side by side, and `meanwhile` (if given) after the shorter one.
pub(crate) fn ensure(needs: &[Need], meanwhile: Option<fn() -> Outcome>) -> Outcome<Toolbox> {
    let mut folders = Vec::new();
    if needs.contains(&Need::WasmTarget) {
        wasm_target::ensure()?;
    }
    if needs.contains(&Need::Node) || needs.contains(&Need::Binaryen) {
        node::check()?;
    }
    if needs.contains(&Need::Browser) {
        browser::ensure_chromium()?;
    }
    if needs.contains(&Need::Firefox) {
        browser::ensure_firefox()?;
    }
    folders.extend(cargo_tool::ensure_all(&wanted(needs)?, meanwhile)?);
    if needs.contains(&Need::Binaryen) {
        binaryen::ensure()?;
    }
    Ok(Toolbox { folders })
}

fn wanted(needs: &[Need]) -> Outcome<Vec<CargoTool>> {
    let mut tools = Vec::new();
    if needs.contains(&Need::Trunk) {
        tools.push(CargoTool { package: "trunk", programs: &["trunk"], version: TRUNK.to_owned() });
    }
    if needs.contains(&Need::WasmBindgen) {
        let version = locked::version_of("wasm-bindgen")?;
        let programs = &["wasm-bindgen", "wasm-bindgen-test-runner"];
        tools.push(CargoTool { package: "wasm-bindgen-cli", programs, version });
    }
    Ok(tools)
}

/// The folders of the tools that are not on the caller's own `PATH`.
#[derive(Debug, Default)]
pub(crate) struct Toolbox {
    folders: Vec<PathBuf>,
}

impl Toolbox {
    /// A command that finds the tools first.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", self.path()).current_dir(crate::paths::root());
        command
    }

    /// `PATH` with the tools' folders in front.
    pub(crate) fn path(&self) -> OsString {
        let old = variable("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&old));
        env::join_paths(folders).unwrap_or_else(|_| {
            report::note("a tool's folder has a character that PATH cannot hold; going on without it");
            old.clone()
        })
    }
}
