//! A Raft server laid open: role, log, what it waits for, what it knows of others.

use super::machine;
use super::scene::{Scene, length};
use super::{Group, Piece, Sheet, Table};
use crate::base::{Monotonic, NodeId, NodeSet, RecordId};
use crate::protocol::raft::progress::Mode;
use crate::protocol::raft::quorum::majority;
use crate::protocol::raft::{
    CHECK_QUORUM_TIMER, Command, ELECTION_TIMER, HEARTBEAT_TIMER, Index, Leadership, Lease, Log, Raft, RaftRole,
    ReadPath, TRANSFER_TIMER,
};
use crate::sim::{DropReason, NodeSlot};
use crate::view::chronicle::{BeatKind, Ending};
use crate::view::describe::{list, raft as words};

/// The timers of a server, in the order in which they matter.
const TIMERS: [crate::base::TimerId; 4] = [ELECTION_TIMER, HEARTBEAT_TIMER, CHECK_QUORUM_TIMER, TRANSFER_TIMER];

/// So many entries of a log are listed.
const ENTRIES: usize = 200;
/// So many keys of the state machine.
const KEYS: usize = 20;
/// So many entries that are not committed yet are explained.
const WAITS: u64 = 3;

pub(super) fn sheet(scene: &Scene<'_, Raft>, node: NodeId) -> Option<Sheet> {
    let slot = scene.world.node(node)?;
    let mut sheet = Sheet::new(format!("{node}, {}", title(node, slot)));
    match slot.process() {
        Some(raft) => running(scene, node, slot, raft, &mut sheet),
        None => stopped(slot, &mut sheet),
    }
    sheet.add(machine::timers(scene, slot, &TIMERS));
    sheet.add(machine::clocks(slot, scene.now));
    sheet.add(machine::disk(slot));
    sheet.add(machine::latest(scene, node));
    sheet.why = why(scene, node).map(|record| scene.reasons(record)).unwrap_or_default();
    Some(sheet)
}

fn title(node: NodeId, slot: &NodeSlot<Raft>) -> String {
    let Some(raft) = slot.process() else { return "down".to_owned() };
    let (term, members) = (raft.term(), raft.configuration());
    match raft.role() {
        RaftRole::Follower { .. } if members.learners.contains(node) => format!("learner in term {term}"),
        RaftRole::Follower { .. } if !members.voters.contains(node) => format!("no member, in term {term}"),
        RaftRole::Leader(_) => format!("leader of term {term}"),
        RaftRole::Candidate(_) => format!("candidate in term {term}"),
        RaftRole::PreCandidate(_) => format!("asks around in term {term}"),
        RaftRole::Follower { .. } => format!("follower in term {term}"),
    }
}

fn running(scene: &Scene<'_, Raft>, node: NodeId, slot: &NodeSlot<Raft>, raft: &Raft, sheet: &mut Sheet) {
    let now = slot.clock(scene.now).monotonic;
    let mut group = Group::new("Role");
    group.text("process", machine::status(slot.status()));
    group.text("term", raft.term().to_string());
    group.row("voted for", known(scene, raft.voted_for(), "nobody in this term"));
    match raft.role() {
        RaftRole::Follower { leader } => group.row("leader", known(scene, *leader, "knows none")),
        RaftRole::Leader(_) => group.text("leader", "itself, as it believes"),
        RaftRole::Candidate(_) | RaftRole::PreCandidate(_) => group.text("leader", "knows none"),
    }
    group.row("members", scene.pieces(&words::membership(&raft.configuration())));
    if raft.config().reads == ReadPath::Lease && matches!(raft.role(), RaftRole::Leader(_)) {
        group.text("lease", lease(raft.lease(now), now));
    }
    sheet.add(group);
    sheet.add(waits(scene, node, raft));
    sheet.add(log(scene, raft));
    sheet.add(store(raft));
    if let RaftRole::Leader(leadership) = raft.role() {
        sheet.add(followers(leadership, now));
    }
}

fn known(scene: &Scene<'_, Raft>, node: Option<NodeId>, none: &str) -> Vec<Piece> {
    vec![node.map_or_else(|| Piece::Text(none.to_owned()), |node| scene.endpoint(node.into()))]
}

fn lease(lease: Lease, now: Monotonic) -> String {
    match lease {
        Lease::Until(until) => format!("runs for {} more", length(until.since(now))),
        Lease::Expired => "is over: for too long no majority has answered".to_owned(),
        Lease::None => "has none".to_owned(),
    }
}

/// A process that is down has nothing but its disk.
fn stopped(slot: &NodeSlot<Raft>, sheet: &mut Sheet) {
    let durable = slot.disk().durable();
    let mut group = Group::new("On its disk");
    group.text("process", machine::status(slot.status()));
    group.text("term", durable.term.to_string());
    group.text("voted for", durable.voted_for.map_or_else(|| "nobody".to_owned(), |node| node.to_string()));
    group.text("log ends at", format!("index {} of term {}", durable.log.end().index, durable.log.end().term));
    sheet.add(group);
}

fn log(scene: &Scene<'_, Raft>, raft: &Raft) -> Group {
    let mut group = Group::new("Log");
    let (log, committed, durable) = (raft.log(), raft.commit_index(), raft.durable_index());
    group.text("ends at", format!("index {} of term {}", log.last_index(), log.end().term));
    group.text("committed to", format!("index {committed}"));
    group.text("applied to", format!("index {}", raft.applied_index()));
    group.text("on disk to", format!("index {durable}"));
    if log.base().index > Index(0) {
        group.text("snapshot to", format!("index {} of term {}", log.base().index, log.base().term));
    }
    let state = |index: Index| match index {
        _ if index <= committed => "committed",
        _ if index <= durable => "on disk",
        _ => "in memory",
    };
    let first = log.base().index.0 + 1;
    let last = log.last_index().0;
    let from = first.max((last + 1).saturating_sub(ENTRIES as u64));
    let rows = (from..=last).rev().map(Index).filter_map(|index| {
        let entry = log.get(index)?;
        let what = match &entry.command {
            Command::Noop => "empty, opens the term".to_owned(),
            Command::Operation(proposal) => {
                format!("{}, of {}", proposal.operation, scene.names().client(proposal.request.client))
            }
            Command::Configure(next) => format!("membership {}", words::membership(next)),
        };
        Some(vec![index.to_string(), entry.term.to_string(), what, state(index).to_owned()])
    });
    let table = Table { head: vec!["index", "term", "what", "state"], rows: rows.collect(), left_out: from - first };
    group.table = Some(table);
    group
}

fn store(raft: &Raft) -> Group {
    let mut group = Group::new("Data, as applied");
    let count = raft.store().iter().count();
    for (key, value) in raft.store().iter().take(KEYS) {
        group.text(key.to_string(), value.to_string());
    }
    if count == 0 {
        group.text("", "nothing");
    } else if count > KEYS {
        group.text("", format!("and {} keys more", count - KEYS));
    }
    group
}

fn followers(leadership: &Leadership, now: Monotonic) -> Group {
    let mut group = Group::new("What it knows of the others");
    let rows = leadership.followers().iter().map(|(node, progress)| {
        let mode = match progress.mode {
            Mode::Probe => "looks for where the logs meet",
            Mode::Pipeline => "sends as entries come",
            Mode::Snapshot { .. } => "has sent a snapshot",
        };
        let heard = format!("{} ago", length(now.since(progress.heard_at)));
        vec![node.to_string(), progress.matched.to_string(), progress.next.to_string(), heard, mode.to_owned()]
    });
    group.table =
        Some(Table { head: vec!["node", "holds", "next", "heard", "how"], rows: rows.collect(), left_out: 0 });
    group
}

/// What a server waits for: acknowledgements of its entries, or votes.
fn waits(scene: &Scene<'_, Raft>, node: NodeId, raft: &Raft) -> Group {
    let mut group = Group::new("Waits for");
    let voters = raft.configuration().voters;
    let need = majority(voters.len());
    match raft.role() {
        RaftRole::Leader(leadership) => {
            let last = raft.log().last_index().0;
            let first = raft.commit_index().0 + 1;
            for index in (first..=last).take(WAITS as usize).map(Index) {
                group.row("", entry_waits(scene, (node, raft, leadership), index, (voters, need)));
            }
            if last >= first + WAITS {
                group.text("", format!("and {} entries more", last + 1 - first - WAITS));
            }
        }
        RaftRole::Candidate(candidacy) => group.row("", votes(scene, "votes", candidacy.votes(), voters, need)),
        RaftRole::PreCandidate(candidacy) => {
            group.row("", votes(scene, "promises of votes", candidacy.votes(), voters, need))
        }
        RaftRole::Follower { .. } => {}
    }
    group
}

fn votes(scene: &Scene<'_, Raft>, what: &str, have: NodeSet, voters: NodeSet, need: usize) -> Vec<Piece> {
    let missing = voters.difference(have);
    scene.pieces(&format!(
        "{what} of {}; it needs {need}, and {} have not given theirs",
        list(have.iter()),
        list(missing.iter())
    ))
}

/// "entry 7: stored on n1 and n2, needs 3; waits for n3, n4 and n5: 3 messages to them died, the links are cut".
fn entry_waits(
    scene: &Scene<'_, Raft>,
    (node, raft, leadership): (NodeId, &Raft, &Leadership),
    index: Index,
    (voters, need): (NodeSet, usize),
) -> Vec<Piece> {
    let others =
        leadership.followers().iter().filter(|(other, progress)| voters.contains(*other) && progress.matched >= index);
    let mut have: NodeSet = others.map(|(other, _)| *other).collect();
    if voters.contains(node) && raft.durable_index() >= index {
        have.insert(node);
    }
    let missing = voters.difference(have);
    let since = appended_at(scene, node, raft.log(), index);
    let mut text =
        format!("entry {index}: stored on {}, needs {need}; waits for {}", list(have.iter()), list(missing.iter()));
    text += &deaths(scene, node, missing, since);
    scene.pieces(&text)
}

/// The record from which on the entry can have been sent: the attempt that brought it, or the beginning of the reign.
fn appended_at(scene: &Scene<'_, Raft>, node: NodeId, log: &Log, index: Index) -> RecordId {
    let request = match log.get(index).map(|entry| &entry.command) {
        Some(Command::Operation(proposal)) => Some(proposal.request),
        Some(Command::Noop | Command::Configure(_)) | None => None,
    };
    let attempt = request.and_then(|request| {
        let bar = scene.chronicle.operation(request.op)?;
        bar.attempts.get(usize::from(request.attempt).checked_sub(1)?)
    });
    let reign = scene.chronicle.reigns().iter().rev().find(|reign| reign.node == node && scene.has(reign.from.record));
    attempt.map(|attempt| attempt.made.record).or(reign.map(|reign| reign.from.record)).unwrap_or(RecordId(0))
}

fn deaths(scene: &Scene<'_, Raft>, from: NodeId, to: NodeSet, since: RecordId) -> String {
    let all = scene.crossings();
    let sent = &all[all.partition_point(|crossing| crossing.message < since)..];
    let between = sent
        .iter()
        .filter(|crossing| crossing.from == from.into() && crossing.to.node().is_some_and(|node| to.contains(node)));
    let mut reasons: Vec<DropReason> = between
        .filter_map(|crossing| match scene.end(crossing)?.how {
            Ending::Dropped(why) => Some(why),
            Ending::Delivered | Ending::Held => None,
        })
        .collect();
    let count = reasons.len();
    reasons.sort_unstable();
    reasons.dedup();
    let each: Vec<&str> = reasons.into_iter().map(super::message::died).collect();
    match count {
        0 => String::new(),
        1 => format!(": 1 message to them died ({})", each.join(", ")),
        _ => format!(": {count} messages to them died ({})", each.join(", ")),
    }
}

/// What made the server what it is: the latest change of its role.
fn why(scene: &Scene<'_, Raft>, of: NodeId) -> Option<RecordId> {
    let beats = scene.chronicle.beats();
    let passed = &beats[..beats.partition_point(|beat| scene.has(beat.when.record))];
    let made_it = |kind: &BeatKind| match kind {
        BeatKind::Stands { node, .. } | BeatKind::Leads { node, .. } | BeatKind::StepsDown { node, .. } => *node == of,
        _ => false,
    };
    let own = passed.iter().rev().find(|beat| made_it(&beat.what)).map(|beat| beat.when.record);
    let terms = scene.chronicle.terms();
    let entered = terms[..terms.partition_point(|change| scene.has(change.from.record))]
        .iter()
        .rev()
        .find(|change| change.node == of);
    own.max(entered.map(|change| change.from.record))
}
