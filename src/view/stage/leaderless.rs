//! Leaderless replicas on the stage: what each holds, what it keeps for others, whom it suspects.

use super::SeenBy;
use super::clients::unanswered;
use super::clocks::face;
use super::holding::{self, Holding, Part};
use super::nodes::{Counted, Look, NodeFrame, Tally};
use super::raft::{blank, cut_links, down, oddities};
use crate::base::{Endpoint, NodeId, NodeSet};
use crate::protocol::leaderless::{Leaderless, Phase};
use crate::protocol::{Key, Value};
use crate::sim::{LinkHealth, NodeSlot, NodeStatus, World};
use crate::view::describe::list;
use crate::view::sides::{self, Side};

/// So many keys are written out under a node.
const KEYS: usize = 2;

/// All nodes.
pub(super) fn nodes(world: &World<Leaderless>, seen_by: SeenBy) -> Vec<NodeFrame> {
    let key = holding::in_view(world);
    let parts = key.as_ref().map(|key| holding::parts(world, key)).unwrap_or_default();
    let part = |id: NodeId| parts.iter().find(|(node, _)| *node == id).map(|(_, part)| *part);
    world.nodes().map(|(id, slot)| node(world, id, slot, seen_by, (key.as_ref(), part(id)))).collect()
}

/// The sides of a parted network; none while it is whole. What a side can do is up to each key's replicas, so nothing is said of
/// quorums.
pub(super) fn sides(world: &World<Leaderless>) -> Vec<Side> {
    let all: NodeSet = world.nodes().map(|(node, _)| node).collect();
    let runs = world.nodes().filter(|(_, slot)| slot.status() == NodeStatus::Up).map(|(node, _)| node).collect();
    let up: Vec<(Endpoint, Endpoint)> =
        world.links().filter(|(_, _, link)| link.health() == LinkHealth::Up).map(|(from, to, _)| (from, to)).collect();
    let sides = sides::sides(all, NodeSet::EMPTY, runs, |from, to| up.contains(&(from.into(), to.into())));
    if sides.len() > 1 { sides } else { Vec::new() }
}

fn node(
    world: &World<Leaderless>,
    id: NodeId,
    slot: &NodeSlot<Leaderless>,
    seen_by: SeenBy,
    (key, part): (Option<&Key>, Option<Part>),
) -> NodeFrame {
    if !seen_by.is_at(id.into()) {
        let says = belief(world, id, seen_by).unwrap_or_default();
        let name = if says.is_empty() { format!("{id}, nothing known") } else { format!("{id}, {says}") };
        return NodeFrame { is_dim: true, ..blank(id, Look::Unknown, says, name) };
    }
    let Some(replica) = slot.process() else { return down(world, id, seen_by) };
    let is_paused = slot.status() == NodeStatus::Paused;
    let all = says(replica);
    let part = part.filter(|_| seen_by == SeenBy::Observer);
    let holding = key.map(|key| holding::of(replica, key, part));
    let mut says = holding.as_ref().map_or_else(|| all.clone(), role);
    if is_paused {
        says = format!("frozen, {says}");
    }
    let waits = waits(replica);
    let mut odd: Vec<String> = pocket(replica).into_iter().collect();
    let clock = face(world, id, seen_by);
    odd.extend(oddities(slot, clock));
    odd.extend(suspicions(replica));
    let mut name = format!("{id}, replica, {}{all}", if is_paused { "frozen, " } else { "" });
    if let Some(tally) = waits {
        name += &format!(", {}", tally.words());
    }
    for words in &odd {
        name += &format!(", {words}");
    }
    name += &cut_links(world, id, seen_by);
    NodeFrame { is_paused, waits, clock, oddities: odd, holding, ..blank(id, Look::Replica, says, name) }
}

/// What a node believes of another.
fn belief(world: &World<Leaderless>, other: NodeId, seen_by: SeenBy) -> Option<String> {
    let eyes = match seen_by {
        SeenBy::Node(eyes) => eyes,
        SeenBy::Client(client) => return unanswered(world, other, client),
        SeenBy::Observer => return None,
    };
    let replica = world.node(eyes)?.process()?;
    Some(if replica.is_alive(other) { "seems alive" } else { "seems dead" }.to_owned())
}

/// What it holds: "x = 1", with siblings "x = a | b".
fn says(replica: &Leaderless) -> String {
    let shown: Vec<String> = replica
        .cells()
        .take(KEYS)
        .map(|(key, versions)| {
            let held: Vec<String> = versions
                .contents()
                .iter()
                .map(|content| content.value().map_or_else(|| "deleted".to_owned(), short))
                .collect();
            format!("{key} = {}", held.join(" | "))
        })
        .collect();
    let more = replica.cells().count().saturating_sub(KEYS);
    let mut words = if shown.is_empty() { "empty".to_owned() } else { shown.join(", ") };
    if more > 0 {
        words += &format!(", +{more}");
    }
    words
}

/// The line under the circle: the key that the strip is about, and what is special about it here.
fn role(holding: &Holding) -> String {
    let key = &holding.key;
    match (holding.home, holding.versions.len()) {
        (None, 0) => format!("{key}, no home"),
        (None, _) => format!("{key}, stand-in"),
        (Some(_), 0) => format!("{key}, nothing yet"),
        (Some(_), 1) => key.to_string(),
        (Some(_), count) => format!("{key}, {count} siblings"),
    }
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.to_string(),
        Value::Int(_) | Value::Bytes(_) | Value::List(_) => value.to_string(),
    };
    if text.chars().count() <= 12 { text } else { text.chars().take(11).chain(['…']).collect() }
}

/// The hints that it keeps.
fn pocket(replica: &Leaderless) -> Option<String> {
    let homes: NodeSet = replica.hints().map(|(home, ..)| home).collect();
    (!homes.is_empty()).then(|| format!("hint for {}", list(homes.iter())))
}

fn suspicions(replica: &Leaderless) -> Option<String> {
    let all: NodeSet = replica.ring().places().iter().map(|(_, node)| *node).collect();
    let dead = all.difference(replica.alive());
    (!dead.is_empty()).then(|| format!("thinks {} dead", list(dead.iter())))
}

/// The first request that it still owes an answer to.
fn waits(replica: &Leaderless) -> Option<Tally> {
    let open = replica.coordinations().find(|open| !open.is_answered)?;
    let count = |nodes: NodeSet| nodes.len() as u8;
    match &open.phase {
        Phase::Write { targets, acked, need, .. } => {
            let members = targets.len() as u8;
            Some(Tally { of: Counted::Copies, have: count(*acked), members, need: *need })
        }
        Phase::Read { asked, replies, need } => {
            Some(Tally { of: Counted::Replies, have: replies.len() as u8, members: count(*asked), need: *need })
        }
        Phase::WriteBack { holders, need, .. } => {
            let members = replica.config().n;
            Some(Tally { of: Counted::Copies, have: count(*holders), members, need: *need })
        }
        Phase::Forwarded { .. } => None,
    }
}
