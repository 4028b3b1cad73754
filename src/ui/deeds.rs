//! What a person can do to a run, in the words of the page: each deed is one command. Menus, tools, gestures, keys and
//! dialogs all come here.

use super::lab::{Lab, Selected};
use super::stage::placing::Placing;
use crate::base::{ClientId, Distribution, Endpoint, NodeId, SimDuration};
use crate::check::Facts;
use crate::protocol::{Key, Operation, Order, Update, Value};
use crate::session::Cluster;
use crate::sim::{Command, LinkPatch, Wire};
use crate::view::layout::Point;
use crate::view::stage::{Conflict, LinkState, Look};
use leptos::prelude::*;

/// Cuts a link, or heals one that is not whole.
pub(super) fn toggle_link(lab: Lab, from: Endpoint, to: Endpoint) {
    let state = lab.frame.read_untracked().link(from, to).map(|link| link.state);
    let wire = Wire::both(from, to);
    match state {
        Some(LinkState::Cut | LinkState::OneWay | LinkState::Flapping) => lab.act(&Command::Heal(wire)),
        Some(LinkState::Up | LinkState::Lossy | LinkState::Slow) | None => lab.act(&Command::Cut(wire)),
    }
}

/// Cuts whatever a stroke crosses: links between nodes, and what clients would use beyond it.
pub(super) fn cut_across(lab: Lab, placing: Placing, stroke: &[Point]) {
    let layout = placing.now();
    let mut wires: Vec<Wire> = layout
        .crossed_by(stroke)
        .into_iter()
        .map(|(from, to)| Wire::both(from, to))
        .filter(|wire| is_up(lab, *wire))
        .collect();
    let nodes = wires.iter().filter(|wire| wire.from.node().is_some()).count();
    if nodes > 0 {
        let long = lengthened(stroke, layout.size.width + layout.size.height);
        let frame = lab.frame.get_untracked();
        for client in &frame.clients {
            for node in &frame.nodes {
                let wire = Wire::both(client.id, node.id);
                let is_beyond = layout.separates(&long, client.id, node.id);
                if is_beyond && !wires.contains(&wire) {
                    wires.push(wire);
                }
            }
        }
    }
    match wires.len() {
        0 => lab.spoken.set("The knife crossed no link".to_owned()),
        1 => lab.act(&Command::Cut(wires[0])),
        _ => lab.act(&Command::CutMany(wires)),
    }
}

/// A stroke made longer at both ends, as far as the stage goes.
fn lengthened(stroke: &[Point], by: f32) -> Vec<Point> {
    let [first, .., last] = stroke else { return stroke.to_vec() };
    // The whole stroke gives a steadier direction than its last few pixels.
    let way = last.minus(*first).unit().times(by);
    let mut long = vec![first.minus(way)];
    long.extend_from_slice(stroke);
    long.push(last.plus(way));
    long
}

fn is_up(lab: Lab, wire: Wire) -> bool {
    let frame = lab.frame.get_untracked();
    frame.link(wire.from, wire.to).is_none_or(|link| link.state != LinkState::Cut)
}

/// Mends everything.
pub(super) fn heal_all(lab: Lab) {
    lab.act(&Command::HealAll);
}

/// Mends every link of a node or client, as one deed; the others stay as they are.
pub(super) fn reconnect(lab: Lab, end: Endpoint) {
    let frame = lab.frame.get_untracked();
    let nodes = frame.nodes.iter().map(|node| Endpoint::Node(node.id));
    let clients = frame.clients.iter().map(|client| Endpoint::Client(client.id));
    // No two clients are linked.
    let is_link = |other: &Endpoint| *other != end && (end.node().is_some() || other.node().is_some());
    lab.act(&Command::HealMany(nodes.chain(clients).filter(is_link).map(|other| Wire::both(end, other)).collect()));
}

/// Parts the cluster into sides.
pub(super) fn part(lab: Lab, groups: Vec<Vec<Endpoint>>) {
    lab.act(&Command::Partition { groups });
}

/// Crashes a node, or starts it again.
pub(super) fn toggle_crash(lab: Lab, node: NodeId) {
    let is_down = lab.frame.read_untracked().node(node).is_some_and(|frame| frame.look == Look::Down);
    lab.act(&if is_down { Command::Restart(node) } else { Command::Crash { node, keep_some: false } });
}

/// Freezes a node, or lets it go on.
pub(super) fn toggle_freeze(lab: Lab, node: NodeId) {
    let is_paused = lab.frame.read_untracked().node(node).is_some_and(|frame| frame.is_paused);
    lab.act(&if is_paused { Command::Resume(node) } else { Command::Pause(node) });
}

/// Steps a node's wall clock.
pub(super) fn step_clock(lab: Lab, node: NodeId, by_us: i64) {
    lab.act(&Command::StepWall { node, by_us });
}

/// Makes a node slow, or as fast as can be again.
pub(super) fn set_slow(lab: Lab, node: NodeId, is_slow: bool) {
    let service = SimDuration::from_millis(if is_slow { 30 } else { 0 });
    lab.act(&Command::SetService { node, service: Distribution::Constant(service) });
}

/// Changes a link: its delay, or the chance that it loses a message.
pub(super) fn set_link(lab: Lab, from: Endpoint, to: Endpoint, patch: LinkPatch) {
    lab.act(&Command::SetLink { wire: Wire::both(from, to), patch });
}

/// Lets a link flap: each time it stays up for 650 ms and down for 450 ms on average, and never less than 50 ms.
pub(super) fn flap(lab: Lab, from: Endpoint, to: Endpoint) {
    // The mean of the draw is added to the least length.
    let some = |ms| Distribution::Exponential { min: SimDuration::from_millis(50), mean: SimDuration::from_millis(ms) };
    lab.act(&Command::Flap { wire: Wire::both(from, to), up: some(600), down: some(400) });
}

/// Asks the cluster for another leader.
pub(super) fn transfer(lab: Lab, to: NodeId) {
    order(lab, Order::Transfer { to });
}

/// Orders something of whoever leads.
pub(super) fn order(lab: Lab, order: Order) {
    lab.act(&Command::Order { node: None, order });
}

/// Lets the selected client, or one who can, write through a node.
pub(super) fn write_through(lab: Lab, node: NodeId) {
    invoke(lab, caller(lab, node), Update::Write(next_value(lab)), Some(node));
}

/// The same, reading.
pub(super) fn read_through(lab: Lab, node: NodeId) {
    invoke(lab, caller(lab, node), Update::Read, Some(node));
}

/// Lets a client write at the node that it talks to.
pub(super) fn client_writes(lab: Lab, client: ClientId) {
    invoke(lab, Some(client), Update::Write(next_value(lab)), None);
}

/// The same, reading.
pub(super) fn client_reads(lab: Lab, client: ClientId) {
    invoke(lab, Some(client), Update::Read, None);
}

/// Lets a client write one value instead of the versions that it has read: it has seen them all, so it replaces them all.
pub(super) fn settle(lab: Lab, conflict: &Conflict, value: Value) {
    let operation = Operation { key: conflict.key.clone(), update: Update::Write(value) };
    lab.act(&Command::Invoke { client: conflict.client, operation, contact: None });
}

/// Starts or stops what a client does by itself.
pub(super) fn set_workload(lab: Lab, client: ClientId, on: bool) {
    lab.act(&Command::SetWorkload { client, on });
}

fn invoke(lab: Lab, client: Option<ClientId>, update: Update, contact: Option<NodeId>) {
    let Some(client) = client else {
        lab.notice.set(Some("This run has no client who could ask".to_owned()));
        return;
    };
    lab.act(&Command::Invoke { client, operation: Operation { key: key(lab), update }, contact });
}

/// Who asks a node: the selected client, or the first that waits for nothing, rather one who can reach the node.
fn caller(lab: Lab, node: NodeId) -> Option<ClientId> {
    if let Some(Selected::Client(client)) = lab.selected.get_untracked() {
        return Some(client);
    }
    let frame = lab.frame.get_untracked();
    let reaches = |client: ClientId| {
        let ends = (Endpoint::from(client), Endpoint::from(node));
        let are_up = |cluster: &Cluster| cluster.passes(ends.0, ends.1) && cluster.passes(ends.1, ends.0);
        lab.read(|playback| are_up(playback.session().cluster())) == Some(true)
    };
    let all = || frame.clients.iter();
    let idle = || all().filter(|client| client.open == 0);
    let found = idle().find(|client| reaches(client.id)).or_else(|| idle().next()).or_else(|| all().next());
    found.map(|client| client.id)
}

/// The register that the run is about.
fn key(lab: Lab) -> Key {
    let first = lab.read(|playback| playback.session().scenario().world.data.first().map(|(key, _)| key.clone()));
    first.flatten().unwrap_or_else(|| Key::from("x"))
}

/// 101, and one more for each operation that was asked up to this moment: what people write differs from write to write.
/// What clients write by themselves is counted elsewhere, and may be the same.
fn next_value(lab: Lab) -> Value {
    let asked = lab.read(|playback| {
        let seen = playback.seen();
        playback.chronicle().operations().partition_point(|bar| bar.record.0 < seen)
    });
    Value::Int(101 + asked.unwrap_or_default() as i64)
}
