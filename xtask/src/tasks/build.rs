//! The release page.

use super::size;
use crate::args::Args;
use crate::dist;
use crate::parts;
use crate::paths;
use crate::process;
use crate::report::{self, Outcome};
use crate::stage::Clock;
use crate::tools::{self, Need, Toolbox};

/// What a release page is built with.
pub(super) const NEEDS: [Need; 5] = [Need::WasmTarget, Need::Node, Need::Trunk, Need::WasmBindgen, Need::Binaryen];

/// The task `build`.
pub(super) fn run(_: &Args) -> Outcome {
    let tools = tools::ensure(&NEEDS, None)?;
    page(&tools)
}

/// Builds the page into `dist/`, in two parts, gives it its policy and prints its sizes.
pub(super) fn page(tools: &Toolbox) -> Outcome {
    process::run(tools.command("trunk").args(["build", "--release"]), "trunk build")?;
    let clock = Clock::start();
    parts::split(&paths::dist())?;
    report::note(format!("the program made two parts in {}", clock.read()));
    let policy = dist::finish(&paths::dist())?;
    report::note(format!("policy (in dist/_headers, nginx.conf and Caddyfile): {policy}"));
    size::print(&size::measure(&paths::dist())?);
    Ok(())
}
