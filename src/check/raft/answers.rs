//! R13: what a client was told is in the committed log for ever, and is what that log says, each request of a session
//! counted once. A state machine of the observer's own applies the committed entries; servers are compared with it.

use std::collections::{BTreeMap, BTreeSet};

use super::committed::Committed;
use super::look::Look;
use crate::base::{Endpoint, NodeId, OpId, RequestId};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::store::Store;
use crate::protocol::raft::{Command, Index, Proposal};
use crate::protocol::{Key, Reply, Value};
use crate::sim::{Kind, Outcome, Payload};

const R5: Invariant = Invariant::StateMachineSafety;
const R13: Invariant = Invariant::AcknowledgedIsCommitted;

/// What the log says, and what clients were told.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// What the committed entries come to; none before the first look, or where an entry is not known.
    reference: Option<Store>,
    is_begun: bool,
    /// How many committed entries were applied to it.
    counted: usize,
    /// What the log says to each attempt, and where; no answer where it is not known.
    log: BTreeMap<RequestId, (Option<Reply>, Index)>,
    /// What is known of each operation, by its number, from 1.
    operations: Vec<Asked>,
    /// What servers have answered to a write: to an attempt, or to all attempts of a session's operation.
    told: BTreeMap<(OpId, u16), (Vec<Value>, bool)>,
    /// Indexes that a client was told of.
    acknowledged: BTreeSet<Index>,
    /// What each server has applied since it was last compared.
    unverified: Vec<Unverified>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    is_read: bool,
    has_session: bool,
}

#[derive(Clone, Debug, Default)]
struct Unverified {
    all: bool,
    keys: BTreeSet<Key>,
}

impl Answers {
    pub(super) fn see(&mut self, look: &Look<'_>, committed: &Committed, report: &mut Report) {
        if !self.is_begun {
            self.is_begun = true;
            self.reference = Some(look.world.config().data.iter().cloned().collect());
        }
        self.apply_new(look, committed, report);
        for record in look.records {
            match &record.kind {
                Kind::Invoked { op, operation, .. } => {
                    let is_read = operation.update.is_read();
                    self.operations.resize(op.0 as usize, Asked { is_read, has_session: false });
                }
                Kind::Sent { payload: Payload::Request(request), .. } => {
                    let at = request.id.op.0 as usize;
                    if let Some(asked) = at.checked_sub(1).and_then(|at| self.operations.get_mut(at)) {
                        asked.has_session = request.session.is_some();
                    }
                }
                Kind::Sent { from: Endpoint::Node(node), payload: Payload::Reply { request, reply }, .. } => {
                    self.hear(*node, *request, reply, report);
                }
                Kind::Ended { outcome: Outcome::Ok { values, swapped }, .. } => {
                    let ended = look.records.iter().find(|other| Some(other.id) == record.cause);
                    if let Some(Kind::AttemptEnded { request, .. }) = ended.map(|ended| &ended.kind) {
                        self.check_answer(*request, (values, *swapped), committed, report);
                    }
                }
                _ => {}
            }
        }
        for index in committed.contradicted() {
            let was_told = self.acknowledged.contains(index);
            report.must(!was_told, R13, || {
                format!("entry {index} was acknowledged to a client, and is replaced by another")
            });
        }
        self.compare_servers(look, committed, report);
    }

    fn apply_new(&mut self, look: &Look<'_>, committed: &Committed, report: &mut Report) {
        while self.counted < committed.len() {
            self.counted += 1;
            let index = Index(self.counted as u64);
            let entry = committed.at(index).and_then(|entered| entered.entry.as_ref());
            match entry.map(|entry| &entry.command) {
                Some(Command::Noop | Command::Configure(_)) => {}
                Some(Command::Operation(proposal)) => self.apply(index, proposal, report),
                // The data that a cluster starts with are in a snapshot up to index 1.
                None if index == Index(1) && !look.world.config().data.is_empty() => {}
                None => self.reference = None,
            }
        }
    }

    fn apply(&mut self, index: Index, proposal: &Proposal, report: &mut Report) {
        let answer = self.reference.as_mut().map(|store| store.apply_once(proposal, true));
        let is_repeated = answer.as_ref().is_some_and(|(_, is_repeated)| *is_repeated);
        let request = proposal.request;
        let before = self.log.insert(request, (answer.map(|(reply, _)| reply), index));
        report.must(before.is_none() || is_repeated, R13, || {
            format!("attempt {request} is committed twice, the second time as entry {index}")
        });
    }

    fn asked(&self, op: OpId) -> Asked {
        op.0.checked_sub(1).and_then(|at| self.operations.get(at as usize)).copied().unwrap_or_default()
    }

    /// A server answers; the client may hear it or not.
    fn hear(&mut self, node: NodeId, request: RequestId, reply: &Reply, report: &mut Report) {
        let asked = self.asked(request.op);
        let Reply::Done { values, swapped, .. } = reply else { return };
        if asked.is_read {
            return;
        }
        let whole = (request.op, if asked.has_session { 0 } else { request.attempt });
        let first = self.told.entry(whole).or_insert_with(|| (values.clone(), *swapped));
        report.must((&first.0, first.1) == (values, *swapped), R13, || {
            format!("{node} answers {request} otherwise than it was answered before: {}", words(values, *swapped))
        });
    }

    /// A client takes an answer.
    fn check_answer(&mut self, request: RequestId, told: (&[Value], bool), committed: &Committed, report: &mut Report) {
        let Some((answer, index)) = self.log.get(&request) else {
            let is_read = self.asked(request.op).is_read;
            return report.must(is_read, R13, || format!("{request} is acknowledged to its client, and not committed"));
        };
        self.acknowledged.insert(*index);
        let is_lost = committed.at(*index).is_some_and(|entered| entered.is_contradicted);
        report.must(!is_lost, R13, || {
            format!("{request} is acknowledged, and its entry {index} was replaced by another")
        });
        let Some(answer) = answer else { return };
        let is_right = matches!(answer, Reply::Done { values, swapped, .. } if (values.as_slice(), *swapped) == told);
        report.must(is_right, R13, || {
            let said = match answer {
                Reply::Done { values, swapped, .. } => words(values, *swapped),
                Reply::Refused(_) | Reply::GaveUp => "a refusal".to_owned(),
            };
            format!("{request} is told {}; the log, at entry {index}, says {said}", words(told.0, told.1))
        });
    }

    /// Servers that have applied everything hold what the log makes.
    fn compare_servers(&mut self, look: &Look<'_>, committed: &Committed, report: &mut Report) {
        self.unverified.resize_with(look.is.len(), Unverified::default);
        let all = committed.len() as u64;
        for (node, was, is) in look.servers().filter(|(_, _, is)| is.runs()) {
            let unverified = &mut self.unverified[node.slot()];
            if !is.continues(was) {
                unverified.all = true;
            } else if is.applied > was.applied {
                unverified.note(was.applied, is.applied, committed);
            }
            if is.applied.0 == all && (unverified.all || !unverified.keys.is_empty()) {
                let store = look.raft(node).map(|raft| raft.store());
                // Servers that have applied something else are told apart by R5.
                if let (Some(store), Some(reference), false) = (store, &self.reference, report.is_broken(R5)) {
                    unverified.check(node, store, reference, all, report);
                }
                *unverified = Unverified::default();
            }
        }
    }
}

impl Unverified {
    fn note(&mut self, was: Index, is: Index, committed: &Committed) {
        for at in was.0 + 1..=is.0 {
            match committed.at(Index(at)).and_then(|entered| entered.entry.as_ref()).map(|entry| &entry.command) {
                Some(Command::Operation(proposal)) if !proposal.operation.update.is_read() => {
                    self.keys.insert(proposal.operation.key.clone());
                }
                Some(_) => {}
                None => self.all = true,
            }
        }
    }

    fn check(&self, node: NodeId, store: &Store, reference: &Store, applied: u64, report: &mut Report) {
        let differs = |key: &&Key| store.get(key) != reference.get(key);
        let wrong = if self.all {
            let keys = reference.iter().chain(store.iter()).map(|(key, _)| key);
            if store.iter().eq(reference.iter()) { None } else { keys.into_iter().find(differs) }
        } else {
            self.keys.iter().find(differs)
        };
        if let Some(key) = wrong {
            report.must(false, R13, || {
                let show = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
                let (held, right) = (show(store.get(key)), show(reference.get(key)));
                format!(
                    "{node} holds {held} for {key} after {applied} entries; each request counted once, it is {right}"
                )
            });
        }
    }
}

fn words(values: &[Value], swapped: bool) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    let mismatch = if swapped { "" } else { ", a mismatch" };
    format!("[{}]{mismatch}", values.join(", "))
}
