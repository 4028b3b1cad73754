//! Which functions the first page needs: watched in headless Chromium, written to `xtask/first-load.txt`.

use super::{browser_test, build};
use crate::args::Args;
use crate::dist;
use crate::parts;
use crate::paths;
use crate::process;
use crate::report::{self, Failure, Outcome};
use crate::tools::{self, Need};
use std::fs;

/// The task `first-load`.
pub(super) fn run(_: &Args) -> Outcome {
    let needs: Vec<Need> = build::NEEDS.into_iter().chain(browser_test::NEEDS).collect();
    let tools = tools::ensure(&needs, None)?;
    let work = paths::target().join("first-load");
    let page = work.join("dist");
    fs::create_dir_all(&page).map_err(|error| Failure::Step(format!("cannot make {}: {error}", page.display())))?;
    process::run(tools.command("trunk").args(["build", "--release", "--dist"]).arg(&page), "trunk build")?;
    parts::instrument(&page, &work)?;
    dist::finish(&page)?;
    let mut watch = browser_test::script("first-load.mjs")?;
    watch.env("NETSPLIT_DIST", &page).env("NETSPLIT_RAN", work.join("ran.json"));
    process::run(&mut watch, "watching the first page")?;
    parts::write_profile(&page, &work)?;
    report::note(format!("written: {}; `cargo xtask build` goes by it", parts::profile().display()));
    Ok(())
}
