//! What must not be written.

use super::source::Source;

/// What says that something is not done, with whether it counts in comments too. Spelled in halves, since this file is
/// looked at as well.
const UNDONE: [(&str, bool); 6] = [
    (concat!("todo", "!"), false),
    (concat!("unimplemented", "!"), false),
    (concat!("dbg", "!"), false),
    (concat!("#[", "ignore"), false),
    (concat!("TO", "DO"), true),
    (concat!("FIX", "ME"), true),
];

/// The layers in which a run happens, where order and time must be the run's own.
const CORE: [&str; 9] = ["base", "data", "protocol", "sim", "check", "lesson", "session", "swarm", "view"];
/// What takes order or time from the machine, with what to take instead.
const AMBIENT: [(&str, &str); 6] = [
    ("HashMap", "BTreeMap"),
    ("HashSet", "BTreeSet"),
    ("RandomState", "BTreeMap"),
    ("std::time", "base::SimTime"),
    ("Instant::now", "base::SimTime"),
    ("thread_rng", "Stream"),
];

pub(crate) fn nothing_is_left_undone(source: &Source) -> Vec<(usize, String)> {
    let mut broken = Vec::new();
    for (at, (line, code)) in source.text.lines().zip(source.code.lines()).enumerate() {
        for (word, in_comments) in UNDONE {
            if has_word(if in_comments { line } else { code }, word) {
                broken.push((at + 1, format!("`{word}` must not stay")));
            }
        }
    }
    broken
}

pub(crate) fn core_is_deterministic(source: &Source) -> Vec<(usize, String)> {
    if !source.layer().is_some_and(|layer| CORE.contains(&layer)) {
        return Vec::new();
    }
    let found = source.code_lines().flat_map(|(number, line)| {
        AMBIENT.iter().filter(move |(word, _)| has_word(line, word)).map(move |entry| (number, entry))
    });
    found
        .map(|(number, (word, instead))| (number, format!("`{word}` differs from run to run: use `{instead}`")))
        .collect()
}

/// Whether the word is there, and not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let open_left = word.starts_with(|letter: char| !is_part(letter)) || !before.ends_with(is_part);
        let open_right = word.ends_with(|letter: char| !is_part(letter)) || !after.starts_with(is_part);
        open_left && open_right
    })
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn what_is_undone_is_caught() {
        let caught = |text: &str| found(nothing_is_left_undone, "src/a.rs", text).len();
        assert_eq!(caught(&format!("fn f() {{ {}() }}", UNDONE[0].0)), 1);
        assert_eq!(caught(&format!("{} = \"slow\"]", UNDONE[3].0)), 1);
        assert_eq!(caught(&format!("// {}: later", UNDONE[4].0)), 1);
        assert_eq!(caught(&format!("let text = \"{}()\";", UNDONE[2].0)), 0, "in a text it is only a word");
        assert_eq!(caught(&format!("// MAS{}", UNDONE[4].0)), 0);
    }

    #[test]
    fn ambient_order_in_the_core_is_caught() {
        let caught = |path, text| found(core_is_deterministic, path, text).len();
        assert_eq!(caught("src/sim/world.rs", "use std::collections::HashMap;\n"), 1);
        assert_eq!(caught("src/check/history.rs", "let now = std::time::Instant::now();\n"), 2);
        assert_eq!(caught("src/sim/world.rs", "// no HashMap here\nlet is_instant = 1;\nInstantly::f();\n"), 0);
        assert_eq!(caught("src/sim/world.rs", "use std::time::{Duration, SystemTime};\n"), 1);
        assert_eq!(caught("src/ui/frame.rs", "use std::time::Instant;\n"), 0);
    }
}
