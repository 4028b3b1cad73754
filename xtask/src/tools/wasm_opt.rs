//! `wasm-opt`, from binaryen's npm package, which ships the program itself.

use super::{install, node};
use crate::process;
use crate::report::{self, Outcome};
use std::path::PathBuf;
use std::process::Command;

const MAJOR: &str = "132";
const VERSION: &str = "132.0.0";

/// The folder of `wasm-opt`, or none when the right one is on `PATH`.
pub(crate) fn ensure() -> Outcome<Option<PathBuf>> {
    let found = process::first_line(Command::new("wasm-opt").arg("--version"));
    if found.is_some_and(|line| line.split_whitespace().nth(2) == Some(MAJOR)) {
        return Ok(None);
    }
    let folder = install::folder("binaryen", VERSION);
    if !folder.is_dir() {
        report::note(format!("installing binaryen {VERSION} (wasm-opt) from npm"));
        install::once(&folder, |fresh| node::npm_install("binaryen", VERSION, fresh))?;
    }
    Ok(Some(folder.join("node_modules/.bin")))
}
