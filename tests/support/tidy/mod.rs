//! The rules of `tests/tidy.rs`, one family to a file.

pub(crate) mod layers;
pub(crate) mod shape;
pub(crate) mod source;
pub(crate) mod words;

use source::Source;

/// What is wrong with a file, each with the number of its line.
pub(crate) type Rule = fn(&Source) -> Vec<(usize, String)>;

/// What the rules find in a file, as lines that an editor can open.
pub(crate) fn broken_in(source: &Source, rules: &[Rule]) -> Vec<String> {
    let found = rules.iter().flat_map(|rule| rule(source));
    found.map(|(line, problem)| format!("{}:{line}: {problem}", source.path)).collect()
}

/// What one rule finds in a text, for the tests of the rules.
#[cfg(test)]
pub(crate) fn found(rule: Rule, path: &str, text: &str) -> Vec<String> {
    broken_in(&Source::new(path, text), &[rule])
}
