//! Leaders, entries that too few disks hold, and what went over the links.

use std::collections::BTreeSet;

use super::{Seen, WINDOW};
use crate::base::{NodeId, NodeSet, RecordId, SimTime};
use crate::protocol::raft::{Index, Log, Raft, Term, quorum::majority};
use crate::session::Cluster;
use crate::sim::World;
use crate::view::chronicle::{Reign, Standing};

/// Who led.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaders {
    /// How often a leader was elected after the first.
    pub changes: usize,
    /// Those who take themselves for leaders just now, with their terms and since when, the latest term first.
    pub now: Vec<(NodeId, u64, SimTime)>,
}

pub(super) fn leaders(seen: &Seen<'_>) -> Leaders {
    let all = seen.chronicle.reigns();
    let begun = &all[..all.partition_point(|reign| seen.has(reign.from.record))];
    let led = || begun.iter().filter(|reign| reign.standing == Standing::Leader);
    let lasts = |reign: &&Reign| reign.until.is_none_or(|until| !seen.has(until.record));
    let mut now: Vec<_> = led().filter(lasts).map(|reign| (reign.node, reign.term, reign.from.at)).collect();
    now.sort_by_key(|(node, term, _)| (std::cmp::Reverse(*term), *node));
    Leaders { changes: led().count().saturating_sub(1), now }
}

/// What was sent in the last second of simulated time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Messages, copies that a link made counted.
    pub messages: u64,
    /// What they carried.
    pub bytes: u64,
}

pub(super) fn traffic(seen: &Seen<'_>) -> Traffic {
    let all = seen.chronicle.crossings();
    let sent = &all[..all.partition_point(|crossing| seen.has(crossing.message))];
    let since = seen.now.0.saturating_sub(WINDOW.0);
    let is_old = |at: SimTime| seen.now.0 > WINDOW.0 && at.0 <= since;
    let recent = &sent[sent.partition_point(|crossing| is_old(crossing.sent_at))..];
    Traffic { messages: recent.len() as u64, bytes: recent.iter().map(|crossing| u64::from(crossing.bytes)).sum() }
}

/// Entries that some log holds, and that are on the disks of fewer than a majority of the voters.
pub(super) fn short(seen: &Seen<'_>) -> u64 {
    let Some(last) = seen.records.checked_sub(1) else { return 0 };
    let voters = seen.chronicle.voters_at(RecordId(last));
    match seen.cluster {
        Cluster::Raft(world) => short_entries(world, voters),
        // There is no log, and nothing that a majority must have.
        Cluster::Leaderless(_) => 0,
    }
}

fn short_entries(world: &World<Raft>, voters: NodeSet) -> u64 {
    let mut loose: BTreeSet<(Index, Term)> = BTreeSet::new();
    let mut disks: Vec<&Log> = Vec::new();
    for (node, slot) in world.nodes() {
        if voters.contains(node) {
            disks.push(&slot.disk().durable().log);
        }
        // What a server knows to be committed is on enough disks; a process that is down knows nothing.
        let (log, committed) = match slot.process() {
            Some(raft) => (raft.log(), raft.commit_index()),
            None => (&slot.disk().durable().log, Index(0)),
        };
        let above = committed.max(log.base().index).next();
        let beyond = (above.0..=log.last_index().0).map(Index);
        loose.extend(beyond.filter_map(|index| Some((index, log.term_at(index)?))));
    }
    let needed = majority(voters.len());
    let holders = |(index, term): (Index, Term)| disks.iter().filter(|log| holds(log, index, term)).count();
    loose.into_iter().filter(|&entry| holders(entry) < needed).count() as u64
}

/// Whether a disk holds an entry, or a snapshot that stands for it: what snapshots cover is committed.
fn holds(log: &Log, index: Index, term: Term) -> bool {
    if index < log.base().index { term <= log.base().term } else { log.term_at(index) == Some(term) }
}
