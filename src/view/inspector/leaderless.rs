//! A leaderless replica laid open: what it holds, what it keeps for others, the requests that it sees to, whom it suspects.

use super::machine;
use super::scene::Scene;
use super::{Group, Piece, Sheet, Table, Target};
use crate::base::{NodeId, NodeSet, TimerId};
use crate::data::{Dotted, Wire};
use crate::protocol::leaderless::{
    ANTI_ENTROPY_TIMER, COMPACTION_TIMER, DEADLINE_TIMER, GOSSIP_TIMER, HANDOFF_TIMER, Leaderless, Phase, Versions,
    Written,
};
use crate::sim::NodeSlot;
use crate::view::chronicle::OperationBar;
use crate::view::describe::{list, merge, way_word};
use crate::view::stage::asked;

/// The timers of a replica.
const TIMERS: [TimerId; 5] = [DEADLINE_TIMER, HANDOFF_TIMER, ANTI_ENTROPY_TIMER, COMPACTION_TIMER, GOSSIP_TIMER];

/// So many keys are listed.
const KEYS: usize = 40;

/// So many merges are listed, of the latest of all nodes.
const MERGES: usize = 6;
const REACH: usize = 2_000;

pub(super) fn sheet(scene: &Scene<'_, Leaderless>, node: NodeId) -> Option<Sheet> {
    let slot = scene.world.node(node)?;
    let part = if slot.process().is_some() { "replica" } else { "down" };
    let mut sheet = Sheet::new(format!("{node}, {part}"));
    match slot.process() {
        Some(replica) => running(scene, slot, replica, &mut sheet),
        None => sheet.add(held("On its disk", slot.disk().durable().cells.iter())),
    }
    sheet.add(machine::timers(scene, slot, &TIMERS));
    sheet.add(machine::clocks(slot, scene.now));
    sheet.add(machine::disk(slot));
    sheet.add(machine::latest(scene, node));
    Some(sheet)
}

fn running(scene: &Scene<'_, Leaderless>, slot: &NodeSlot<Leaderless>, replica: &Leaderless, sheet: &mut Sheet) {
    let mut group = Group::new("Role");
    group.text("process", machine::status(slot.status()));
    let config = replica.config();
    group.text("quorums", format!("N {}, R {}, W {}", config.n, config.r, config.w));
    let all: NodeSet = replica.ring().places().iter().map(|(_, node)| *node).collect();
    let dead = all.difference(replica.alive());
    let words = if dead.is_empty() { "nobody".to_owned() } else { list(dead.iter()) };
    group.text("thinks dead", words);
    sheet.add(group);
    sheet.add(requests(scene, replica));
    sheet.add(merges(scene, replica.id()));
    sheet.add(held("Holds", replica.cells()));
    sheet.add(hints(replica));
    sheet.add(trees(replica));
}

fn requests(scene: &Scene<'_, Leaderless>, replica: &Leaderless) -> Group {
    let mut group = Group::new("Sees to");
    for open in replica.coordinations().filter(|open| !open.is_answered) {
        let (have, need, what) = match &open.phase {
            Phase::Write { acked, need, .. } => (acked.len(), *need, "acknowledgements of a write"),
            Phase::Read { replies, need, .. } => (replies.len(), *need, "replies to a read"),
            Phase::WriteBack { holders, need, .. } => (holders.len(), *need, "copies of what a read will answer with"),
            Phase::Forwarded { to, .. } => {
                group.text(open.key.to_string(), format!("handed to {to}"));
                continue;
            }
        };
        let whose = scene.names().client(open.request.client);
        let missing = list(open.waits_for().iter());
        let words = format!("{have} of {need} {what} for {whose}, waits for {missing}");
        group.text(open.key.to_string(), words);
    }
    group
}

/// What became of versions that met here, the latest first.
fn merges(scene: &Scene<'_, Leaderless>, node: NodeId) -> Group {
    let mut group = Group::new("What came, and what became of it");
    let all = scene.chronicle.merges();
    let passed = &all[..all.partition_point(|merge| scene.has(merge.when.record))];
    for it in passed.iter().rev().take(REACH).filter(|it| it.node == node).take(MERGES) {
        let mut value = vec![Piece::Moment(it.when.at)];
        if it.from == node {
            value.push(Piece::Text(format!(" {}, written here", it.key)));
        } else {
            value.push(Piece::Text(format!(" {} from ", it.key)));
            value.push(scene.endpoint(it.from.into()));
            value.push(Piece::Text(format!(", {}", way_word(it.way))));
        }
        value.push(Piece::Text(format!(": {}.", merge::merge(&it.notes).join("; "))));
        let is_told = |bar: &&OperationBar| bar.ended.as_ref().is_some_and(|(stamp, _)| scene.has(stamp.record));
        let undone = it.undoes.iter().filter_map(|op| scene.chronicle.operation(*op));
        for bar in undone.filter(|bar| bar.is_acknowledged()).filter(is_told) {
            value.push(Piece::Text(" Broken: ".to_owned()));
            let whose = format!("{} {}", scene.names().client(bar.client), asked(&bar.operation));
            value.push(Piece::Mention(whose, Target::Operation(bar.op)));
            value.push(Piece::Text(", and was told ok.".to_owned()));
        }
        group.row("", value);
    }
    group
}

fn held<'a>(title: &'static str, cells: impl Iterator<Item = (&'a crate::protocol::Key, &'a Versions)>) -> Group {
    let mut group = Group::new(title);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (key, versions) in cells {
        // What a message has of it, and repair costs: all versions and what they have seen, together.
        let bytes = versions.wire_size();
        for (at, (value, clock)) in lines(versions).into_iter().enumerate() {
            let bytes = if at == 0 { bytes.to_string() } else { String::new() };
            rows.push(vec![key.to_string(), value, clock, bytes]);
        }
    }
    let left_out = rows.len().saturating_sub(KEYS) as u64;
    rows.truncate(KEYS);
    group.table = Some(Table { head: vec!["key", "value", "written", "bytes"], rows, left_out });
    group
}

/// Each version with its clock or stamp.
fn lines(versions: &Versions) -> Vec<(String, String)> {
    match versions {
        Versions::Lww(register) => {
            let line = |it: &crate::data::Stamped<crate::protocol::leaderless::Content>| {
                let when = match it.stamp.wall.0 {
                    i64::MIN => "before the run".to_owned(),
                    wall => format!("{}.{:03} ms by {}", wall / 1_000, (wall % 1_000).abs(), it.stamp.writer),
                };
                (it.value.to_string(), when)
            };
            register.newest().map(line).into_iter().collect()
        }
        Versions::Siblings(siblings) => {
            let line = |it: &Dotted<Written>| (it.value.content.to_string(), it.clock().to_string());
            siblings.versions().iter().map(line).collect()
        }
        Versions::ServerVectors(siblings) => {
            siblings.versions().map(|(clock, it)| (it.content.to_string(), clock.to_string())).collect()
        }
        Versions::Text(text) => {
            let (all, deleted) = text.letters().counts();
            let letters = format!("{} letters, {deleted} of {all} deleted; seen: {}", all - deleted, text.seen());
            let start = text.letters().start(EXCERPT);
            let more = if (start.chars().count() as u64) < text.letters().len() { "…" } else { "" };
            vec![(format!("{start:?}{more}"), letters)]
        }
        Versions::Counter(_) | Versions::Set(_) => {
            versions.contents().iter().map(|content| (content.to_string(), String::new())).collect()
        }
    }
}

/// So many letters of a text are shown.
const EXCERPT: usize = 120;

fn hints(replica: &Leaderless) -> Group {
    let mut group = Group::new("Keeps for others");
    for (home, key, _) in replica.hints() {
        group.text(home.to_string(), format!("what it holds of {key}"));
    }
    group
}

fn trees(replica: &Leaderless) -> Group {
    let mut group = Group::new("Roots of trees");
    let all: NodeSet = replica.ring().places().iter().map(|(_, node)| *node).collect();
    for other in all.without(replica.id()).iter() {
        if let Some(tree) = replica.tree(other) {
            group.text(format!("shared with {other}"), format!("{:016x}", tree.root()));
        }
    }
    group
}
