//! The direction of the arrows: a layer uses only what is below it.

use super::source::Source;

/// From the bottom up. A layer may use those before it.
const LAYERS: [&str; 9] = ["base", "data", "protocol", "sim", "check", "lesson", "session", "swarm", "view"];
/// On top of all layers, beside each other.
const TOPS: [&str; 2] = ["cli", "ui"];
/// Only `ui` and its entry point know a browser.
const BROWSER: [&str; 9] = [
    "leptos",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "gloo_timers",
    "serde_wasm_bindgen",
    "console_error_panic_hook",
    "leptos_use",
];
/// Concrete protocols, which the kernel must not know.
const PROTOCOLS: [&str; 5] = ["raft", "leaderless", "dynamo", "primary_backup", "gossip"];

/// The layers that a line of code names, by `crate::x`, `netsplit::x`, or as one of `crate::{x, y}`.
fn named_layers(line: &str) -> Vec<String> {
    let mut named = Vec::new();
    for root in ["crate::", "netsplit::"] {
        for (at, _) in line.match_indices(root) {
            let is_whole_word = !line[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            if is_whole_word {
                named.extend(heads(&line[at + root.len()..]));
            }
        }
    }
    named
}

/// The first words of a path, or of each path in braces.
fn heads(path: &str) -> Vec<String> {
    let word =
        |text: &str| text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let mut depth = 0_u32;
    let mut all = vec![String::new()];
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => all.push(String::new()),
            _ if depth == 0 => all.last_mut().expect("there is always a last").push(letter),
            _ => {}
        }
    }
    all.iter().map(|part| word(part.trim())).collect()
}

/// Statements of code, each on one line with the number of its first, so that a `use` of many lines is seen as one.
fn statements(source: &Source) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    for (number, line) in source.code_lines() {
        let trimmed = line.trim();
        if is_open {
            let (_, statement) = all.last_mut().expect("an open statement is the last one");
            statement.push_str(trimmed);
        } else {
            all.push((number, trimmed.to_owned()));
        }
        let begins_use = trimmed.starts_with("use ") || trimmed.starts_with("pub use ") || trimmed.starts_with("pub(");
        is_open = (is_open || (begins_use && trimmed.contains("use "))) && !trimmed.contains(';');
    }
    all
}

pub(crate) fn uses_only_lower_layers(source: &Source) -> Vec<(usize, String)> {
    let Some(layer) = source.layer() else { return Vec::new() };
    let height = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let is_top = TOPS.contains(&layer);
    let Some(own) = height(layer).or(is_top.then_some(LAYERS.len())) else { return Vec::new() };
    let mut broken = Vec::new();
    for (number, statement) in statements(source) {
        for named in named_layers(&statement) {
            let above = match height(&named) {
                Some(other) => other > own,
                None => TOPS.contains(&named.as_str()) && named != layer,
            };
            if above {
                broken.push((number, format!("`{layer}` is below `{named}` and must not use it")));
            }
        }
    }
    broken
}

pub(crate) fn keeps_the_browser_out(source: &Source) -> Vec<(usize, String)> {
    let Some(layer) = source.layer() else { return Vec::new() };
    if layer == "ui" || layer == "main" {
        return Vec::new();
    }
    let names = |line: &str, name: &str| words(line).any(|word| word == name);
    let found = source.code_lines().flat_map(|(number, line)| {
        BROWSER.iter().filter(move |name| names(line, name)).map(move |name| (number, name))
    });
    found.map(|(number, name)| (number, format!("only `ui` and main.rs may name `{name}`"))).collect()
}

pub(crate) fn keeps_protocols_out_of_the_kernel(source: &Source) -> Vec<(usize, String)> {
    if !matches!(source.layer(), Some("sim" | "base")) {
        return Vec::new();
    }
    let mut broken = Vec::new();
    for (number, line) in source.code_lines() {
        for word in words(line) {
            let snake = word.to_lowercase();
            if PROTOCOLS.iter().any(|protocol| snake == *protocol || snake.starts_with(&format!("{protocol}_"))) {
                broken.push((number, format!("the kernel knows no concrete protocol, and this names `{word}`")));
            }
        }
    }
    broken
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn an_arrow_upwards_is_caught() {
        let caught = found(uses_only_lower_layers, "src/protocol/raft.rs", "use crate::sim::World;\n");
        assert_eq!(caught, ["src/protocol/raft.rs:1: `protocol` is below `sim` and must not use it"]);
        let caught = |text| found(uses_only_lower_layers, "src/sim/world.rs", text).len();
        assert_eq!(caught("fn f() {\n    crate::check::verdict();\n}"), 1, "not only in `use` lines");
        assert_eq!(caught("use crate::{\n    base::SimTime,\n    view::{describe, other},\n};"), 1, "over many lines");
        assert_eq!(caught("pub(crate) use crate::session::Session;"), 1);
        assert_eq!(caught("use crate::ui::App;"), 1);
        assert_eq!(found(uses_only_lower_layers, "src/cli/run.rs", "use netsplit::ui::App;").len(), 1);
    }

    #[test]
    fn arrows_down_and_sideways_are_free() {
        let caught = |path, text| found(uses_only_lower_layers, path, text).len();
        assert_eq!(caught("src/sim/world.rs", "use crate::base::SimTime;\nuse crate::sim::Clock;\n"), 0);
        assert_eq!(caught("src/ui/app.rs", "use netsplit::view::describe;\nuse crate::ui::lab;\n"), 0);
        assert_eq!(caught("src/base/ids.rs", "// as in crate::sim\nlet text = \"crate::view\";\n"), 0);
        assert_eq!(caught("src/lib.rs", "pub use crate::ui;\n"), 0);
        assert_eq!(caught("tests/kernel/main.rs", "use netsplit::view::describe;\n"), 0);
    }

    #[test]
    fn a_browser_below_the_page_is_caught() {
        let caught = |path| found(keeps_the_browser_out, path, "use leptos::prelude::*;\n").len();
        assert_eq!((caught("src/view/frame.rs"), caught("src/ui/app.rs"), caught("src/main.rs")), (1, 0, 0));
        assert_eq!(found(keeps_the_browser_out, "src/session.rs", "let now = web_sys::window();\n").len(), 1);
    }

    #[test]
    fn a_protocol_in_the_kernel_is_caught() {
        let caught = |text| found(keeps_protocols_out_of_the_kernel, "src/sim/world.rs", text).len();
        assert_eq!(caught("use crate::protocol::raft::Raft;\n"), 2, "the module and the type");
        assert_eq!(caught("use crate::protocol::Protocol;\nlet draft = 1;\n// like raft\n"), 0);
        assert_eq!(found(keeps_protocols_out_of_the_kernel, "src/session/cluster.rs", "Raft(World<Raft>)").len(), 0);
    }
}
