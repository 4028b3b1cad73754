//! Pictures of the page, for a person to look at.

use super::{browser_test, build};
use crate::args::Args;
use crate::paths;
use crate::process;
use crate::report::Outcome;
use crate::tools::{self, Need};

/// The task `screenshots`.
pub(super) fn run(_: &Args) -> Outcome {
    let needs: Vec<Need> = build::NEEDS.into_iter().chain(browser_test::CHROMIUM).collect();
    let tools = tools::ensure(&needs, None)?;
    build::page(&tools)?;
    process::run(&mut browser_test::playwright(&["--config", "screenshots.config.mjs"])?, "playwright")?;
    println!("{}", paths::target().join("screenshots").display());
    Ok(())
}
