//! R12 read safety: a read that claims to be linearizable sees what was acknowledged or committed before it was invoked.

use std::collections::BTreeMap;

use super::committed::Committed;
use super::look::Look;
use crate::base::{Endpoint, NodeId, OpId, RequestId};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Index, RaftMessage, RaftNote, ReadBy};
use crate::sim::{AttemptEnd, Kind, Payload};

const R12: Invariant = Invariant::ReadSafety;

/// What each operation must see at least.
#[derive(Clone, Debug, Default)]
pub(super) struct Reads {
    /// By the number of the operation, from 1.
    floors: Vec<Index>,
    /// Where the attempts that wait for an answer are in their leader's log.
    appended: BTreeMap<RequestId, Index>,
    /// The highest index that any client was told of.
    acknowledged: Index,
}

impl Reads {
    /// What is invoked now must see what was committed before; so this comes before commits are looked at.
    pub(super) fn note_invocations(&mut self, look: &Look<'_>, committed: &Committed) {
        for record in look.records {
            match &record.kind {
                Kind::Invoked { op, .. } => {
                    let floor = self.acknowledged.max(Index(committed.len() as u64));
                    self.floors.resize(op.0 as usize, floor);
                }
                Kind::Note { note: RaftNote::Appended { index, request: Some(request), .. }, .. } => {
                    self.appended.insert(*request, *index);
                }
                Kind::AttemptEnded { request, end } => {
                    let index = self.appended.remove(request).filter(|_| *end == AttemptEnd::Answered);
                    self.acknowledged = self.acknowledged.max(index.unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    pub(super) fn see(&self, look: &Look<'_>, report: &mut Report) {
        for record in look.records {
            match &record.kind {
                Kind::Note { node, note: RaftNote::ReadServed { request, index, by } } if *by != ReadBy::Follower => {
                    self.check_read(*node, *request, *index, look, report);
                }
                Kind::Sent {
                    from: Endpoint::Node(from),
                    payload: Payload::Node(RaftMessage::ReadIndexReply { index: Some(_), request, .. }),
                    ..
                } => check_leader(*from, *request, look, report),
                _ => {}
            }
        }
    }

    fn floor(&self, op: OpId) -> Index {
        op.0.checked_sub(1).and_then(|at| self.floors.get(at as usize)).copied().unwrap_or_default()
    }

    fn check_read(&self, node: NodeId, request: RequestId, index: Index, look: &Look<'_>, report: &mut Report) {
        let floor = self.floor(request.op);
        report.must(index >= floor, R12, || {
            format!(
                "{node} answers read {request} from entry {index}, and entry {floor} was done before it was invoked"
            )
        });
        check_leader(node, request, look, report);
    }
}

/// A leader knows what is committed only when an entry of its own term is.
fn check_leader(node: NodeId, request: RequestId, look: &Look<'_>, report: &mut Report) {
    let (Some(seen), Some(raft)) = (look.is.get(node.slot()), look.raft(node)) else { return };
    let knows = !seen.leads() || raft.log().term_at(seen.commit) == Some(seen.term);
    report.must(knows, R12, || {
        format!("{node} serves read {request} in term {}, before it has committed an entry of that term", seen.term)
    });
}
