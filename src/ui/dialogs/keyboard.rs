//! The keys, in words.

use leptos::prelude::*;

const KEYS: [(&str, &[(&str, &str)]); 5] = [
    (
        "Move in the diagram",
        &[
            ("Tab", "to the diagram, and on to what follows"),
            ("← ↑ → ↓", "to the nearest node that way"),
            ("[ ]", "through the links of this node"),
            ("Home, End", "to the first or the last node"),
        ],
    ),
    (
        "Cut, heal, act",
        &[
            ("Space on a link", "cuts it, or heals it"),
            ("Enter or Space on a node", "opens its actions"),
            ("Move… in the actions", "arrows move the node, Shift a little, Enter drops it, Esc takes it back"),
        ],
    ),
    (
        "Nearer and farther, while the diagram has the focus",
        &[
            ("+ and −", "larger, around what is selected, and smaller"),
            ("0", "all of it"),
            ("Shift and an arrow", "moves what is enlarged"),
            ("Shift and a drag", "the same; so does the hand beside +"),
        ],
    ),
    (
        "Playback, while the diagram has the focus",
        &[("P", "plays or pauses"), (", and .", "one event back, one event on"), ("U, Shift+U", "undo, redo")],
    ),
    ("Anywhere", &[("Esc", "closes what is open")]),
];

/// The list of keys.
#[component]
pub(super) fn Keyboard() -> impl IntoView {
    KEYS.map(|(title, keys)| {
        let rows =
            keys.iter().map(|(key, words)| view! { <dt><kbd>{*key}</kbd></dt> <dd>{*words}</dd> }).collect_view();
        view! { <h3>{title}</h3> <dl class="key-list">{rows}</dl> }
    })
    .into_iter()
    .collect_view()
}
