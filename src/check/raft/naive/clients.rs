//! R12 and R13: what clients were told.

use super::super::super::invariant::{Invariant, Report};
use super::{Naive, State};
use crate::base::{Endpoint, NodeId, OpId, RequestId};
use crate::protocol::raft::store::Store;
use crate::protocol::raft::{Command, Entry, Index, RaftMessage, RaftNote, ReadBy};
use crate::protocol::{Reply, Value};
use crate::sim::{AttemptEnd, Kind, Outcome, Payload};

const R12: Invariant = Invariant::ReadSafety;
const R13: Invariant = Invariant::AcknowledgedIsCommitted;

/// What the log says to an attempt, and where.
type Said = (RequestId, Option<Reply>, Index);

impl Naive {
    pub(super) fn look_at_clients(&self, report: &mut Report) {
        for record in self.new_records() {
            match &record.kind {
                Kind::Note { node, note: RaftNote::ReadServed { request, index, by } } if *by != ReadBy::Follower => {
                    report.must(*index >= self.floor(request.op), R12, String::new);
                    self.check_knows(*node, report);
                }
                Kind::Sent {
                    from: Endpoint::Node(from),
                    payload: Payload::Node(RaftMessage::ReadIndexReply { index: Some(_), .. }),
                    ..
                } => self.check_knows(*from, report),
                _ => {}
            }
        }
        let (reference, said) = self.replay(report);
        self.check_answers(&said, report);
        self.check_told(report);
        let Some(reference) = reference.filter(|_| !report.is_broken(Invariant::StateMachineSafety)) else { return };
        for raft in self.now().servers.iter().filter_map(|server| server.process.as_ref()) {
            let has_all = raft.applied_index().0 == self.committed.len() as u64;
            report.must(!has_all || raft.store().iter().eq(reference.iter()), R13, String::new);
        }
    }

    fn check_knows(&self, node: NodeId, report: &mut Report) {
        let server = &self.now().servers[node.slot()];
        let Some(raft) = server.process.as_ref().filter(|_| server.leads()) else { return };
        report.must(raft.log().term_at(raft.commit_index()) == Some(raft.term()), R12, String::new);
    }

    /// What was committed or acknowledged before an operation was invoked.
    fn floor(&self, op: OpId) -> Index {
        let is_invocation = |kind: &Kind<_, _>| matches!(kind, Kind::Invoked { op: invoked, .. } if *invoked == op);
        let Some(at) = self.records.iter().position(|record| is_invocation(&record.kind)) else { return Index(0) };
        let then = self.states.iter().rev().find(|state: &&State| state.first_record <= at);
        let committed = then.map_or(0, |state| state.committed_before as u64);
        let mut acknowledged = 0;
        for (end_at, record) in self.records[..at].iter().enumerate() {
            let Kind::AttemptEnded { request, end: AttemptEnd::Answered } = &record.kind else { continue };
            let appended = self.records[..end_at].iter().rev().find_map(|record| match &record.kind {
                Kind::Note { note: RaftNote::Appended { index, request: Some(by), .. }, .. } if by == request => {
                    Some(index.0)
                }
                _ => None,
            });
            acknowledged = appended.unwrap_or(0).max(acknowledged);
        }
        Index(committed.max(acknowledged))
    }

    /// Applies the committed entries anew.
    fn replay(&self, report: &mut Report) -> (Option<Store>, Vec<Said>) {
        let data = &self.now().data;
        let mut store: Option<Store> = Some(data.iter().cloned().collect());
        let mut said: Vec<Said> = Vec::new();
        for (at, entered) in self.committed.iter().enumerate() {
            match &entered.entry {
                Some(Entry { command: Command::Operation(proposal), .. }) => {
                    let answer = store.as_mut().map(|store| store.apply_once(proposal, true));
                    let is_repeated = answer.as_ref().is_some_and(|(_, is_repeated)| *is_repeated);
                    let is_new = said.iter().all(|(request, _, _)| *request != proposal.request);
                    report.must(is_new || is_repeated, R13, String::new);
                    said.retain(|(request, _, _)| *request != proposal.request);
                    said.push((proposal.request, answer.map(|(reply, _)| reply), Index(at as u64 + 1)));
                }
                Some(_) => {}
                None if at == 0 && !data.is_empty() => {}
                None => store = None,
            }
        }
        (store, said)
    }

    fn is_read(&self, op: OpId) -> bool {
        self.records.iter().any(|record| {
            matches!(&record.kind, Kind::Invoked { op: invoked, operation, .. }
                if *invoked == op && operation.update.is_read())
        })
    }

    fn check_answers(&self, said: &[Said], report: &mut Report) {
        for record in &self.records {
            let Kind::Ended { outcome: Outcome::Ok { values, swapped }, .. } = &record.kind else { continue };
            let ended = record.cause.map(|cause| &self.records[cause.0 as usize].kind);
            let Some(Kind::AttemptEnded { request, .. }) = ended else { continue };
            let Some((_, answer, index)) = said.iter().find(|(by, _, _)| by == request) else {
                report.must(self.is_read(request.op), R13, String::new);
                continue;
            };
            report.must(!self.committed[index.0 as usize - 1].is_contradicted, R13, String::new);
            let is_right = match answer {
                Some(Reply::Done { values: right, swapped: mark, .. }) => (right, mark) == (values, swapped),
                Some(Reply::Refused(_) | Reply::GaveUp) => false,
                None => true,
            };
            report.must(is_right, R13, String::new);
        }
    }

    /// No two answers to one write differ, nor to two attempts at one write of a session.
    fn check_told(&self, report: &mut Report) {
        let has_session = |op: OpId| {
            self.records.iter().any(|record| {
                matches!(&record.kind, Kind::Sent { payload: Payload::Request(request), .. }
                    if request.id.op == op && request.session.is_some())
            })
        };
        let told = |from: usize| {
            self.records[from..].iter().filter_map(|record| match &record.kind {
                Kind::Sent {
                    from: Endpoint::Node(_),
                    payload: Payload::Reply { request, reply: Reply::Done { values, swapped, .. } },
                    ..
                } => Some((*request, values, *swapped)),
                _ => None,
            })
        };
        let differ = |a: &(RequestId, &Vec<Value>, bool), b: &(RequestId, &Vec<Value>, bool)| {
            let is_one = a.0 == b.0 || (a.0.op == b.0.op && has_session(a.0.op));
            is_one && (a.1, a.2) != (b.1, b.2) && !self.is_read(a.0.op)
        };
        for new in told(self.now().first_record) {
            report.must(!told(0).any(|old| differ(&new, &old)), R13, String::new);
        }
    }
}
