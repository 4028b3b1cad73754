//! The page's program in two parts: what the first page runs, and the rest, which comes when the stage moves.
//!
//! The work is done in `xtask/split` by Node, with binaryen; this file calls it. Which function belongs where is in
//! `xtask/first-load.txt`.

use crate::paths;
use crate::process;
use crate::report::Outcome;
use crate::tools::binaryen;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The committed list of what runs first.
pub(crate) fn profile() -> PathBuf {
    paths::root().join("xtask/first-load.txt")
}

/// Makes two parts of the program of a built page.
pub(crate) fn split(dist: &Path) -> Outcome {
    node("split", dist, None)
}

/// Makes the program of a built page remember what runs of it. What is needed to read that goes into `work`.
pub(crate) fn instrument(dist: &Path, work: &Path) -> Outcome {
    node("instrument", dist, Some(work))
}

/// Writes the list anew for the program that was instrumented, from `ran.json` in `work`.
pub(crate) fn write_profile(dist: &Path, work: &Path) -> Outcome {
    node("profile", dist, Some(work))
}

fn node(task: &str, dist: &Path, work: Option<&Path>) -> Outcome {
    let mut command = Command::new("node");
    // Code nests deeper than Node's usual stack.
    command.arg("--stack-size=6000").arg(paths::root().join("xtask/split/main.mjs"));
    command.arg(task).arg(binaryen::folder()).arg(dist).arg(profile()).args(work);
    process::run(&mut command, "splitting the program")
}
