//! What a step lets a learner use, and what it points at: the lesson's words for tools, told to the stage.

use crate::base::Endpoint;
use crate::lesson::{Mark, Panel, Tool};
use crate::protocol::Update;
use crate::sim::Command;
use crate::ui::lab::{Lab, Tool as InHand};
use leptos::prelude::*;

/// The lesson's word for a tool of the stage; none for what no lesson asks for.
fn word(tool: InHand) -> Option<Tool> {
    match tool {
        InHand::Knife => Some(Tool::Knife),
        InHand::Write => Some(Tool::Write),
        InHand::Crash => Some(Tool::Crash),
        InHand::Freeze => Some(Tool::Pause),
        InHand::Move | InHand::Clock => None,
    }
}

/// Whether the stage offers a tool.
pub(in crate::ui) fn offers(lab: Lab, tool: InHand) -> bool {
    match word(tool) {
        Some(word) => lab.allows(word),
        None => tool == InHand::Move || lab.allowed.read().is_none(),
    }
}

/// Whether a lesson points at a tool of the stage.
pub(in crate::ui) fn is_cued(lab: Lab, tool: InHand) -> bool {
    lab.cue.get().is_some_and(|cue| word(tool) == Some(cue))
}

/// Whether a step wants something to be seen for which there may be no room. Whoever may go to any moment needs the
/// diagram to do it.
pub(in crate::ui) fn asks_for(lab: Lab, panel: Panel) -> bool {
    let is_free = lab.allowed.read().is_none();
    is_free || lab.panels.read().contains(&panel) || panel == Panel::Timeline && lab.allows(Tool::Timeline)
}

/// Whether the stage has nothing to offer but moving nodes.
pub(in crate::ui) fn has_no_tools(lab: Lab) -> bool {
    let on_stage = [Tool::Knife, Tool::Write, Tool::Crash, Tool::Pause, Tool::Partition, Tool::Heal];
    !on_stage.into_iter().any(|tool| lab.allows(tool))
}

/// Whether a node or client is pointed at.
pub(in crate::ui) fn is_marked(lab: Lab, end: Endpoint) -> bool {
    lab.marked.read().contains(&Mark::End(end))
}

/// Whether a link is pointed at.
pub(in crate::ui) fn is_link_marked(lab: Lab, one: Endpoint, other: Endpoint) -> bool {
    lab.marked.read().iter().any(|mark| match mark {
        Mark::Link(wire) => (wire.from, wire.to) == (one, other) || (wire.to, wire.from) == (one, other),
        Mark::End(_) => false,
    })
}

/// Whether one of some tools does this.
pub(in crate::ui) fn permits(tools: &[Tool], command: &Command) -> bool {
    let any = |wanted: &[Tool]| wanted.iter().any(|tool| tools.contains(tool));
    match command {
        Command::Cut(_) => any(&[Tool::Links, Tool::Knife]),
        Command::CutMany(_) => any(&[Tool::Knife]),
        Command::Heal(_) => any(&[Tool::Links, Tool::Heal, Tool::Isolate]),
        Command::HealMany(_) => any(&[Tool::Heal, Tool::Isolate]),
        Command::HealAll => any(&[Tool::Heal]),
        Command::Partition { .. } => any(&[Tool::Partition]),
        Command::Isolate(_) => any(&[Tool::Isolate]),
        Command::SetLink { .. } | Command::Flap { .. } => any(&[Tool::LinkSettings]),
        Command::Crash { .. } => any(&[Tool::Crash]),
        // Whoever may crash a process by a click may take that back by another.
        Command::Restart(_) => any(&[Tool::Restart, Tool::Crash]),
        Command::Pause(_) | Command::Resume(_) => any(&[Tool::Pause]),
        Command::Invoke { operation, .. } => {
            any(&[if operation.update == Update::Read { Tool::Read } else { Tool::Write }])
        }
        Command::SetWorkload { .. } => any(&[Tool::Write]),
        Command::AddNode => any(&[Tool::Nodes]),
        Command::Wipe(_)
        | Command::SetService { .. }
        | Command::SetSync { .. }
        | Command::SetLying { .. }
        | Command::SetDrift { .. }
        | Command::StepWall { .. }
        | Command::Order { .. } => false,
        Command::Type { .. } => any(&[Tool::Write]),
    }
}
