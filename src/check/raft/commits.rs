//! What processes say of commits and of each other's logs: the rest of R6, the commit rule of R8, and R9.

use super::committed::Committed;
use super::disks::{Disks, is_erased};
use super::look::{Look, Seen};
use crate::base::{NodeId, NodeSet};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Index, Log, Progress, Raft, RaftRole, Term};
use crate::sim::Kind;

const R3: Invariant = Invariant::LogMatching;
const R5: Invariant = Invariant::StateMachineSafety;
const R6: Invariant = Invariant::CommittedNeverLost;
const R8: Invariant = Invariant::ElectionAndCommitRules;
const R9: Invariant = Invariant::MatchIndex;

/// Looks at every process that runs.
pub(super) fn see(look: &Look<'_>, committed: &Committed, disks: &Disks, report: &mut Report) {
    for (node, was, is) in look.servers().filter(|(_, _, is)| is.runs()) {
        check_indexes(node, was, is, report);
        if is.continues(was) {
            check_counting(node, was, is, look, report);
            check_is_durable(node, (was, is), look, (committed, disks), report);
        } else {
            check_start(node, is, look, report);
        }
        if let Some(raft) = look.raft(node).filter(|_| is.leads()) {
            check_followers(node, raft, look, committed, report);
        }
    }
}

fn check_indexes(node: NodeId, was: &Seen, is: &Seen, report: &mut Report) {
    let (commit, applied, last) = (is.commit, is.applied, is.end.index);
    report.must(commit <= last, R6, || format!("{node} calls {commit} entries committed, its log ends at {last}"));
    report.must(applied <= commit, R6, || {
        format!("{node} has applied {applied} entries, and only {commit} are committed")
    });
    if is.continues(was) {
        let (was_at, was_applied) = (was.commit, was.applied);
        report.must(commit >= was_at, R6, || format!("{node} took its commit index back from {was_at} to {commit}"));
        report.must(applied >= was_applied, R6, || {
            format!("{node} took its applied index back from {was_applied} to {applied}")
        });
    }
}

/// A process that has started in this very event has what its disk holds.
fn check_start(node: NodeId, is: &Seen, look: &Look<'_>, report: &mut Report) {
    let now = look.world.now().events;
    let is_new = look.records.iter().any(|record| {
        record.moment.events == now && matches!(record.kind, Kind::Started { node: started, .. } if started == node)
    });
    let Some(slot) = look.world.node(node).filter(|_| is_new) else { return };
    let disk = slot.disk().durable();
    let holds =
        (is.term, is.vote) == (disk.term, disk.voted_for) && (is.base, is.end) == (disk.log.base(), disk.log.end());
    report.must(holds, R6, || {
        format!(
            "{node} starts in term {} with a log of {} entries, its disk holds term {} and {}",
            is.term,
            is.end.index,
            disk.term,
            disk.log.last_index()
        )
    });
}

/// Whether a server's commit index has grown while it led: then it has counted.
fn has_counted(was: &Seen, is: &Seen) -> bool {
    is.commit > was.commit && (is.leads() || (was.leads() && was.term == is.term))
}

fn check_counting(node: NodeId, was: &Seen, is: &Seen, look: &Look<'_>, report: &mut Report) {
    let Some(raft) = look.raft(node).filter(|_| has_counted(was, is)) else { return };
    let term = raft.log().term_at(is.commit);
    report.must(term == Some(is.term), R8, || {
        let of = term.map_or("no known term".to_owned(), |Term(term)| format!("term {term}"));
        format!("{node} leads term {} and commits entry {} of {of} by counting", is.term, is.commit)
    });
}

/// The membership may have changed in the same event, after it was counted. A voter that has acknowledged the entry, and
/// whose disk has been erased since, counts as long as it is down: it gives no vote to anybody who lacks the entry.
fn check_is_durable(
    node: NodeId,
    (was, is): (&Seen, &Seen),
    look: &Look<'_>,
    (committed, disks): (&Committed, &Disks),
    report: &mut Report,
) {
    // What is committed in two ways at once has no disks of its own: that is for R5 to say.
    if !has_counted(was, is) || report.is_broken(R5) {
        return;
    }
    let commit = is.commit.min(Index(committed.len() as u64));
    let voters = is.configuration.voters.union(was.configuration.voters);
    let is_lost = |voter: NodeId| look.world.node(voter).is_some_and(is_erased);
    let holders: NodeSet = voters.iter().filter(|voter| disks.holds(*voter) >= commit || is_lost(*voter)).collect();
    let is_durable = [was, is].into_iter().any(|seen| seen.configuration.quorum().is_reached_by(holders));
    report.must(is_durable, R9, || {
        format!(
            "{node} commits entry {commit}, which is on the disks of {holders} and not of a majority of {}",
            is.configuration.voters
        )
    });
}

fn check_followers(leader: NodeId, raft: &Raft, look: &Look<'_>, committed: &Committed, report: &mut Report) {
    let RaftRole::Leader(leadership) = raft.role() else { return };
    for (follower, progress) in leadership.followers() {
        let Progress { next, matched, .. } = *progress;
        report.must(next > matched, R9, || {
            format!("{leader} takes {matched} entries for replicated to {follower}, and sends from {next} on")
        });
        let Some(slot) = look.world.node(*follower).filter(|_| matched.0 > 0) else { continue };
        let disk = slot.disk().durable();
        let term = slot.process().map_or(disk.term, Raft::term);
        // Who has gone on to a newer term may overwrite what an old leader has had from him.
        if term == raft.term() && !agree(raft.log(), &disk.log, matched, committed, report.is_broken(R3)) {
            report.must(false, R9, || {
                format!(
                    "{leader} takes entries up to {matched} for replicated to {follower}, whose disk does not hold them"
                )
            });
        }
    }
}

/// Whether a disk holds a leader's log up to an index. By log matching it is enough to look there.
fn agree(log: &Log, disk: &Log, index: Index, committed: &Committed, looks_at_all: bool) -> bool {
    let covered = disk.base().index;
    let same = |at: Index| match (log.get(at), disk.get(at)) {
        (Some(own), Some(theirs)) => own == theirs,
        // What the leader's snapshot covers is committed.
        _ => disk.term_at(at).is_some_and(|term| Some(term) == log.term_at(at).or_else(|| committed.term_at(at))),
    };
    let first = if looks_at_all { covered.next() } else { index };
    index <= covered || (first.0..=index.0).all(|at| same(Index(at)))
}
