//! The built page in headless Chromium, and a smoke run in Firefox, through Playwright, under the policy that it ships with.

use super::{build, cli};
use crate::args::Args;
use crate::paths;
use crate::process;
use crate::report::{Failure, Outcome};
use crate::stage::Count;
use crate::tools::{self, Need, binaryen, browser};
use std::process::Command;

/// What these tests run with, besides the page itself.
pub(super) const NEEDS: [Need; 4] = [Need::Node, Need::Browser, Need::Firefox, Need::Binaryen];

/// What a script of the tests' folder runs with that asks Chromium alone.
pub(super) const CHROMIUM: [Need; 3] = [Need::Node, Need::Browser, Need::Binaryen];

/// The task `browser-test`: builds the page first, so that what is tested is what is written.
pub(super) fn run(args: &Args) -> Outcome {
    let needs: Vec<Need> = build::NEEDS.into_iter().chain(NEEDS).collect();
    let tools = tools::ensure(&needs, None)?;
    build::page(&tools)?;
    let words: Vec<&str> = args.last("--grep").map_or_else(Vec::new, |words| vec!["--grep", words]);
    check(&words, &mut Count::default())
}

/// Runs the tests on what is in `dist/`.
pub(super) fn check(words: &[&str], count: &mut Count) -> Outcome {
    let mut command = playwright(words)?;
    let status = process::watched(&mut command, |line| count.add(read_result(line).unwrap_or_default()))?;
    if status.success() { Ok(()) } else { Err(Failure::Step(format!("playwright failed ({status})"))) }
}

/// Playwright's own runner.
pub(super) fn playwright(words: &[&str]) -> Outcome<Command> {
    let mut command = node("node_modules/@playwright/test/cli.js")?;
    command.arg("test").args(words);
    Ok(command)
}

/// A script of the tests' folder that also needs the native command line.
pub(super) fn node(name: &str) -> Outcome<Command> {
    let mut command = script(name)?;
    // The tests compare the page's hashes with those of the native command line.
    command.env("NETSPLIT_CLI", cli::build()?);
    Ok(command)
}

/// A script of the tests' folder, with their packages installed and the browsers named.
pub(super) fn script(name: &str) -> Outcome<Command> {
    let folder = paths::root().join("tests/browser");
    tools::npm_ci(&folder)?;
    let chromium = browser::chromium().ok_or_else(|| Failure::Missing("Chromium is gone".to_owned()))?;
    let mut command = Command::new("node");
    command.arg(name).current_dir(folder);
    command.env("NETSPLIT_CHROMIUM", chromium).env("NETSPLIT_DIST", paths::dist());
    command.env("NETSPLIT_OUT", paths::target());
    command.env("NETSPLIT_BINARYEN", binaryen::folder());
    if let Some(firefox) = browser::firefox() {
        command.env("NETSPLIT_FIREFOX", firefox);
    }
    Ok(command)
}

/// Reads Playwright's `  12 passed (3.4s)`, `  1 flaky` (it passed in a fresh browser) and `  1 failed`.
fn read_result(line: &str) -> Option<Count> {
    let mut words = line.split_whitespace();
    let number: u32 = words.next()?.parse().ok()?;
    match (words.next()?, words.next()) {
        ("passed", Some(time)) if time.starts_with('(') => Some(Count { passed: number, failed: 0 }),
        ("flaky", None) => Some(Count { passed: number, failed: 0 }),
        ("failed" | "interrupted", None) => Some(Count { passed: 0, failed: number }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_playwright_are_counted_and_nothing_else() {
        assert_eq!(read_result("  12 passed (3.4s)"), Some(Count { passed: 12, failed: 0 }));
        assert_eq!(read_result("  1 failed"), Some(Count { passed: 0, failed: 1 }));
        assert_eq!(read_result("  2 flaky"), Some(Count { passed: 2, failed: 0 }));
        assert_eq!(read_result("  3 passed of the seeds that were asked for"), None);
        assert_eq!(read_result("Running 12 tests using 1 worker"), None);
    }
}
