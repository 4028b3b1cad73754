//! The native command line, as the page's build uses it: it compiles the scenarios.

use crate::args::Args;
use crate::cargo::{self, NATIVE, cargo};
use crate::paths;
use crate::process;
use crate::report::{Failure, Outcome};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const BUILD: [&str; 6] = ["build", "--quiet", "--profile", "test", "--bin", "netsplit"];

/// The task `scenarios`, which is also Trunk's hook before each build: one JSON file a scenario
/// and an index, in the folder that Trunk copies.
pub(super) fn run(_: &Args) -> Outcome {
    let sources = sources()?;
    let site = paths::site().join("scenarios");
    let fresh = paths::site().join(format!("scenarios.new-{}", std::process::id()));
    let failed = |error: std::io::Error| Failure::Step(format!("cannot write {}: {error}", site.display()));
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh).map_err(failed)?;
    let mut netsplit = Command::new(build()?);
    netsplit.args(["scenario", "build"]).args(sources).arg("--out").arg(&fresh).current_dir(paths::root());
    // What it says names the folder aside, which is about to be renamed.
    process::output(&mut netsplit, "netsplit scenario build")?;
    let _ = fs::remove_dir_all(&site);
    fs::rename(&fresh, &site).map_err(failed)
}

/// Builds the command line and returns where it is.
///
/// The profile is that of the native tests, so that what one has built serves the other; it is
/// optimised a little, and the kernel wants that.
pub(super) fn build() -> Outcome<PathBuf> {
    cargo::run(&mut build_command())?;
    Ok(paths::target().join("debug").join(format!("netsplit{EXE_SUFFIX}")))
}

/// What `build` runs.
pub(super) fn build_command() -> Command {
    cargo(BUILD.into_iter().chain(NATIVE))
}

/// The scenario sources, in an order that does not depend on the file system.
fn sources() -> Outcome<Vec<PathBuf>> {
    let folder = paths::root().join("assets/scenarios");
    let files = fs::read_dir(&folder)
        .map_err(|error| Failure::Missing(format!("cannot read {}: {error}", folder.display())))?;
    let mut files: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == "toml"));
    files.sort();
    Ok(files)
}
