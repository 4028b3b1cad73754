//! Cargo commands on the project itself, and the counts that its tests print.

use crate::paths;
use crate::process;
use crate::report::{Failure, Outcome};
use crate::stage::Count;
use std::process::Command;

/// The features with which the core and the command line are built natively.
pub(crate) const NATIVE: [&str; 3] = ["--no-default-features", "--features", "cli"];

/// A cargo command in the checkout.
pub(crate) fn cargo<'a>(words: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new("cargo");
    command.args(words).current_dir(paths::root());
    command
}

/// Runs a cargo command whose output goes to the terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let what = describe(command);
    process::run(command, &what)
}

/// Runs `cargo test` and counts the tests by the lines that it prints.
pub(crate) fn test(command: &mut Command, count: &mut Count) -> Outcome {
    let what = describe(command);
    let status = process::watched(command, |line| count.add(read_result(line).unwrap_or_default()))?;
    if status.success() { Ok(()) } else { Err(Failure::Step(format!("{what} failed ({status})"))) }
}

fn describe(command: &Command) -> String {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    format!("cargo {}", words.join(" "))
}

/// Reads `test result: ok. 12 passed; 0 failed; ...`.
fn read_result(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?;
    let (_, rest) = rest.split_once(". ")?;
    let mut parts = rest.split("; ");
    let mut next = |word: &str| parts.next()?.strip_suffix(word)?.trim().parse().ok();
    Some(Count { passed: next("passed")?, failed: next("failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_good_and_bad_runs_are_read() {
        let good = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(read_result(good), Some(Count { passed: 12, failed: 0 }));
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(read_result(bad), Some(Count { passed: 3, failed: 2 }));
        assert_eq!(read_result("test results are in"), None);
    }
}
