//! R1 election safety, and R7: terms and votes, over the whole run and over crashes.

use std::collections::BTreeMap;

use super::look::{Look, Seen};
use crate::base::{Endpoint, NodeId};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Ballot, RaftMessage, Term};
use crate::sim::{Kind, Payload};

const R1: Invariant = Invariant::ElectionSafety;
const R7: Invariant = Invariant::TermsAndVotes;

/// Who led which term, and who voted for whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Elections {
    leaders: BTreeMap<Term, NodeId>,
    votes: BTreeMap<(NodeId, Term), NodeId>,
    /// The highest term that a node has spoken in, saying something that rests on its disk.
    spoken: BTreeMap<NodeId, Term>,
}

/// What a message promises, which its sender's disk must not forget: the sender's term, and perhaps a vote for somebody.
/// Pre-votes and questions about reads promise nothing.
pub(super) fn promise(from: NodeId, to: NodeId, message: &RaftMessage) -> Option<(Term, Option<NodeId>)> {
    match message {
        RaftMessage::RequestVote { ballot: Ballot::Pre, .. } | RaftMessage::Vote { ballot: Ballot::Pre, .. } => None,
        RaftMessage::RequestVote { term, .. } => Some((*term, Some(from))),
        RaftMessage::Vote { term, granted, .. } => Some((*term, granted.then_some(to))),
        RaftMessage::Append(_)
        | RaftMessage::AppendReply { .. }
        | RaftMessage::InstallSnapshot(_)
        | RaftMessage::TimeoutNow { .. } => Some((message.term(), None)),
        RaftMessage::ReadIndex { .. } | RaftMessage::ReadIndexReply { .. } => None,
    }
}

impl Elections {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        for (node, was, is) in look.servers() {
            if is.has_come_to_lead(was) {
                let first = *self.leaders.entry(is.term).or_insert(node);
                report.must(first == node, R1, || format!("{first} and {node} both lead term {}", is.term));
            }
            if is.continues(was) {
                check_term(node, was, is, report);
            } else if is.runs() {
                let spoken = self.spoken.get(&node).copied().unwrap_or_default();
                report.must(is.term >= spoken, R7, || {
                    format!("{node} starts in term {}, though it has spoken in term {spoken}", is.term)
                });
            }
        }
        for record in look.records {
            let Kind::Sent { from: Endpoint::Node(from), to: Endpoint::Node(to), payload: Payload::Node(message) } =
                &record.kind
            else {
                continue;
            };
            check_sender(*from, message, look, report);
            self.hear(*from, *to, message, report);
        }
    }

    fn hear(&mut self, from: NodeId, to: NodeId, message: &RaftMessage, report: &mut Report) {
        let Some((term, vote)) = promise(from, to, message) else { return };
        let spoken = self.spoken.entry(from).or_default();
        *spoken = term.max(*spoken);
        if let Some(candidate) = vote {
            let first = *self.votes.entry((from, term)).or_insert(candidate);
            report.must(first == candidate, R7, || {
                format!("{from} votes for {first} and for {candidate}, both in term {term}")
            });
        }
    }
}

fn check_term(node: NodeId, was: &Seen, is: &Seen, report: &mut Report) {
    report.must(is.term >= was.term, R7, || format!("{node} went from term {} back to {}", was.term, is.term));
    let keeps_vote = is.term != was.term || was.vote.is_none() || is.vote == was.vote;
    report.must(keeps_vote, R7, || {
        let now = is.vote.map_or("nobody".to_owned(), |vote| vote.to_string());
        let before = was.vote.map_or("nobody".to_owned(), |vote| vote.to_string());
        format!("{node} had voted for {before} in term {}, and now for {now}", is.term)
    });
}

/// No message carries a term above its sender's. A message may have waited for the disk, so its term may be below.
fn check_sender(from: NodeId, message: &RaftMessage, look: &Look<'_>, report: &mut Report) {
    let Some(sender) = look.is.get(from.slot()).filter(|seen| seen.runs()) else { return };
    let holds = message.is_about_next_term() || message.term() <= sender.term;
    report.must(holds, R7, || {
        format!("{from} is in term {} and sends a message of term {}", sender.term, message.term())
    });
}
