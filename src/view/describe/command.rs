//! Interventions in words.

use super::words::{Names, lengths, list, per_cent};
use crate::base::{Distribution, Drift, Endpoint, NodeId, SimDuration};
use crate::protocol::Typing;
use crate::sim::{Command, Direction, LinkPatch, Wire};

/// One intervention as a line.
#[must_use]
pub fn command(command: &Command, names: &Names<'_>) -> String {
    match command {
        Command::Cut(it) => format!("{} is cut", wire(*it, names)),
        Command::CutMany(wires) => format!("these links are cut: {}", all_ends(wires, names)),
        Command::HealMany(wires) => format!("these links are mended: {}", all_ends(wires, names)),
        Command::Heal(it) => format!("{} is mended", wire(*it, names)),
        Command::Partition { groups } => partition(groups, names),
        Command::HealAll => "every link is mended".to_owned(),
        Command::Isolate(endpoint) => format!("{} is cut off from everybody", names.endpoint(*endpoint)),
        Command::SetLink { wire: it, patch } => format!("{} changes: {}", wire(*it, names), changes(patch)),
        Command::Flap { wire: it, up, down } => {
            let (up, down) = (lengths(up), lengths(down));
            format!("{} begins to flap: up {up}, down {down}", wire(*it, names))
        }
        Command::Crash { node, keep_some: false } => format!("{node} crashes"),
        Command::Crash { node, keep_some: true } => format!("{node} crashes; some of its unsynced writes may survive"),
        Command::Restart(node) => format!("{node} is started"),
        Command::Wipe(node) => format!("{node} is stopped and its disk is erased"),
        Command::Pause(node) => format!("{node} freezes: it keeps its role, and what arrives waits"),
        Command::Resume(node) => format!("{node} goes on"),
        Command::SetService { node, service } if is_nothing(service) => format!("{node} is as fast as can be again"),
        Command::SetService { node, service } => {
            format!("{node} becomes slow: each input takes it {}", lengths(service))
        }
        Command::SetSync { node, sync } => format!("the disk of {node} now takes for a write {}", lengths(sync)),
        Command::SetLying { node, flush_after: None } => {
            format!("the disk of {node} is honest again, and writes out its cache")
        }
        Command::SetLying { node, flush_after: Some(length) } => {
            format!(
                "the disk of {node} begins to lie: what it calls durable stays {length} in a cache that a crash loses"
            )
        }
        Command::SetDrift { node, drift } => drifts(*node, *drift),
        Command::StepWall { node, by_us } => {
            let way = if *by_us < 0 { "back" } else { "forward" };
            format!("the wall clock of {node} steps {way} by {}", SimDuration(by_us.unsigned_abs()))
        }
        Command::Invoke { client, operation, contact: None } => {
            format!("{} is to ask: {operation}", names.client(*client))
        }
        Command::Invoke { client, operation, contact: Some(node) } => {
            format!("{} is to ask {node}: {operation}", names.client(*client))
        }
        Command::SetWorkload { client, on: true } => format!("{} begins to work", names.client(*client)),
        Command::SetWorkload { client, on: false } => format!("{} stops working", names.client(*client)),
        Command::AddNode => "a new node with an empty disk is started".to_owned(),
        Command::Order { node: None, order } => format!("the operator asks whoever leads to {order}"),
        Command::Order { node: Some(node), order } => format!("the operator asks {node} to {order}"),
        Command::Type { node, typing } => typed(*node, typing),
    }
}

fn typed(node: NodeId, typing: &Typing) -> String {
    let Typing { remove, insert, .. } = typing;
    match (*remove, insert.is_empty()) {
        (0, _) => format!("{insert:?} is typed at {node}"),
        (1, true) => format!("a letter is deleted at {node}"),
        (gone, true) => format!("{gone} letters are deleted at {node}"),
        (1, false) => format!("{insert:?} takes the place of a letter at {node}"),
        (gone, false) => format!("{insert:?} takes the place of {gone} letters at {node}"),
    }
}

fn wire(wire: Wire, names: &Names<'_>) -> String {
    let (from, to) = (names.endpoint(wire.from), names.endpoint(wire.to));
    match wire.direction {
        Direction::Both => format!("the link {from}-{to}"),
        Direction::OneWay => format!("the link {from}->{to}, this way only,"),
    }
}

/// The links of a list, each by its ends; one that is meant one way only has an arrow.
fn all_ends(wires: &[Wire], names: &Names<'_>) -> String {
    let ends = |wire: &Wire| {
        let way = match wire.direction {
            Direction::Both => "-",
            Direction::OneWay => "->",
        };
        format!("{}{way}{}", names.endpoint(wire.from), names.endpoint(wire.to))
    };
    list(wires.iter().map(ends))
}

fn partition(groups: &[Vec<Endpoint>], names: &Names<'_>) -> String {
    let side = |group: &Vec<Endpoint>| list(group.iter().map(|&endpoint| names.endpoint(endpoint)));
    let sides: Vec<String> = groups.iter().map(side).collect();
    format!("the network parts: {}", sides.join(" | "))
}

fn changes(patch: &LinkPatch) -> String {
    let LinkPatch { delay, loss_ppm, duplicate_ppm, reorder } = patch;
    let mut all = Vec::new();
    all.extend(delay.as_ref().map(|delay| format!("delay {}", lengths(delay))));
    all.extend(loss_ppm.map(|ppm| format!("loses {}", per_cent(u64::from(ppm)))));
    all.extend(duplicate_ppm.map(|ppm| format!("doubles {}", per_cent(u64::from(ppm)))));
    all.extend(reorder.map(|reorder| if reorder { "messages may overtake" } else { "keeps order" }.to_owned()));
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

fn drifts(node: impl std::fmt::Display, Drift(ppm): Drift) -> String {
    let by = per_cent(u64::from(ppm.unsigned_abs()));
    match ppm {
        0 => format!("the clock of {node} keeps true time"),
        1.. => format!("the clock of {node} runs {by} fast"),
        _ => format!("the clock of {node} runs {by} slow"),
    }
}

fn is_nothing(lengths: &Distribution) -> bool {
    lengths.constant().is_some_and(SimDuration::is_zero)
}
