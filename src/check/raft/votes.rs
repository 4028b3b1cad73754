//! Who may get a vote: R8 (the candidate's log is at least as up to date), R10 (asking for pre-votes raises no term, and
//! granting one changes nothing), R11 (nobody votes soon after hearing a leader).

use std::collections::BTreeMap;

use super::look::{Look, Part, Seen};
use super::mail::Letter;
use crate::base::{Monotonic, NodeId, RecordId};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{Ballot, RaftNote, Term};
use crate::sim::Kind;

const R8: Invariant = Invariant::ElectionAndCommitRules;
const R10: Invariant = Invariant::PreVoteAndCheckQuorum;
const R11: Invariant = Invariant::LeaseSafety;

/// When each server last heard a leader of its term, on its own clock.
#[derive(Clone, Debug, Default)]
pub(super) struct Votes {
    heard: BTreeMap<NodeId, Monotonic>,
}

impl Votes {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        for (node, note, cause) in look.notes() {
            match *note {
                RaftNote::BecamePreCandidate { term } => check_asking(node, term, look, report),
                RaftNote::PreVoteGranted { candidate, term } => {
                    check_nothing_changed(node, candidate, look, report);
                    self.check_vote(node, (candidate, term), cause, look, report);
                }
                RaftNote::VoteGranted { candidate, term } => {
                    self.check_vote(node, (candidate, term), cause, look, report);
                }
                _ => {}
            }
        }
        self.listen(look);
    }

    /// A process that has just started may have promised a leader its patience: it counts as having heard one.
    fn listen(&mut self, look: &Look<'_>) {
        if !look.config.leader_stickiness {
            return;
        }
        for record in look.records {
            if let Kind::Started { node, .. } = record.kind
                && let Some(slot) = look.world.node(node)
            {
                self.heard.insert(node, slot.clock(record.moment.time).monotonic);
            }
        }
        for handled in look.handled {
            let Letter::Lead { term } = handled.letter else { continue };
            if look.is.get(handled.to.slot()).is_some_and(|seen| seen.runs() && seen.term == term) {
                self.heard.insert(handled.to, look.reading(handled.to));
            }
        }
    }

    fn check_vote(
        &self,
        voter: NodeId,
        (candidate, term): (NodeId, Term),
        cause: Option<RecordId>,
        look: &Look<'_>,
        report: &mut Report,
    ) {
        let asked = look.handled.iter().find(|handled| Some(handled.record) == cause);
        let Some(Letter::Ask { last, ballot, .. }) = asked.map(|handled| handled.letter) else { return };
        let seen = &look.is[voter.slot()];
        let own = seen.end;
        report.must(is_up_to_date(last, own), R8, || {
            format!(
                "{voter} votes for {candidate} in term {term}: the candidate's log ends with term {} at index {}, its \
                 own with term {} at index {}",
                last.term, last.index, own.term, own.index
            )
        });
        if look.config.leader_stickiness && ballot != Ballot::Transfer {
            self.check_patience(voter, (candidate, term), look, report);
        }
    }

    fn check_patience(&self, voter: NodeId, vote: (NodeId, Term), look: &Look<'_>, report: &mut Report) {
        let (candidate, term) = vote;
        let led = look.was[voter.slot()].leads() && look.is[voter.slot()].continues(&look.was[voter.slot()]);
        report.must(!led, R11, || format!("{voter} leads, and votes for {candidate} in term {term}"));
        let Some(&heard) = self.heard.get(&voter) else { return };
        let (ago, patience) = (look.reading(voter).since(heard), look.config.election_timeout.min);
        report.must(ago >= patience, R11, || {
            format!("{voter} votes for {candidate} in term {term}, {ago} after it heard a leader or started, less than {patience}")
        });
    }
}

/// Section 5.4.1: the later last term, or the longer log where the last terms are the same.
fn is_up_to_date(theirs: LogEnd, own: LogEnd) -> bool {
    theirs.term > own.term || (theirs.term == own.term && theirs.index >= own.index)
}

/// Who asks for pre-votes asks about the term after its own, and stays in its own.
fn check_asking(node: NodeId, asked: Term, look: &Look<'_>, report: &mut Report) {
    let (was, is) = (&look.was[node.slot()], &look.is[node.slot()]);
    if !is.continues(was) {
        return;
    }
    let stays = is.part != Part::PreCandidate || is.term == was.term;
    let holds = stays && asked.0 == was.term.0 + 1;
    report.must(holds, R10, || {
        format!(
            "{node} was in term {} and asks for pre-votes about term {asked}; it is in term {} now",
            was.term, is.term
        )
    });
}

fn check_nothing_changed(node: NodeId, candidate: NodeId, look: &Look<'_>, report: &mut Report) {
    let (was, is) = (&look.was[node.slot()], &look.is[node.slot()]);
    let state = |seen: &Seen| (seen.term, seen.vote, seen.part, seen.end, seen.commit);
    report.must(!is.continues(was) || state(is) == state(was), R10, || {
        format!("{node} grants {candidate} a pre-vote, and is not as it was: term {} then, {} now", was.term, is.term)
    });
}
