//! The tools: what a click on a node does. Every tool's deed is also in the node's menu.

use crate::lesson::Tool as Asked;
use crate::ui::icon::Icon;
use crate::ui::lab::{Tool, use_lab};
use crate::ui::lessons::{has_no_tools, is_cued, offers};
use leptos::prelude::*;

const TOOLS: [(Tool, &str, &str, &str); 6] = [
    (Tool::Move, "move", "Move", "Drag nodes; drag on empty ground to cut links"),
    (Tool::Knife, "knife", "Knife", "Drag across links to cut them"),
    (Tool::Write, "write", "Write", "Click a node: a client writes through it"),
    (Tool::Crash, "power", "Crash", "Click a node: it crashes, or starts again"),
    (Tool::Freeze, "freeze", "Freeze", "Click a node: it freezes, or goes on"),
    (Tool::Clock, "clock", "Clock", "Click a node: its wall clock jumps half a second ahead"),
];

/// The tools.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let lab = use_lab();
    let tools = TOOLS.map(|(tool, icon, name, help)| {
        let is_in_hand = Memo::new(move |_| lab.tool.get() == tool);
        view! {
            <button
                type="button"
                title=help
                hidden=move || !offers(lab, tool)
                class:cue=move || is_cued(lab, tool)
                aria-pressed=move || if is_in_hand.get() { "true" } else { "false" }
                on:click=move |_| lab.tool.set(tool)
            >
                <Icon name=icon />
                <span>{name}</span>
            </button>
        }
    });
    view! {
        <div class="tools" role="group" aria-label="Tools" hidden=move || has_no_tools(lab)>
            {tools.into_iter().collect_view()}
            <button type="button" class="parts" hidden=move || !lab.allows(Asked::Partition) class:cue=move || lab.cue.get() == Some(Asked::Partition) title="Choose the sides of a partition" on:click=move |_| lab.dialog.set(Some(crate::ui::lab::Dialog::Partition))>
                <Icon name="split" />
                <span>"Partition…"</span>
            </button>
            <button type="button" title="Mend every link that is cut or flaps" hidden=move || !lab.allows(Asked::Heal) on:click=move |_| crate::ui::deeds::heal_all(lab)>
                <Icon name="heal" />
                <span>"Heal all"</span>
            </button>
        </div>
    }
}
