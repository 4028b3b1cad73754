//! One record after the other: keeps the state that the lists are derived from, and writes the lists. What nodes say in
//! notes is in `notes`, messages are in `mail`.

use imbl::OrdMap;
use std::collections::VecDeque;
use std::sync::Arc;

use super::beats::BeatKind;
use super::book::Book;
use super::logs::LogModel;
use super::mail::Answer;
use super::mesh::Mesh;
use super::replicas::Replicas;
use super::said::{Chronicled, WaitFor};
use super::spans::{Attempt, Cell, Membership, OperationBar, Stamp, Standing};
use super::waits::Waits;
use crate::base::{Endpoint, NodeId, NodeSet, OpId, PersistToken, RecordId, SimTime};
use crate::sim::{AttemptEnd, Command, Kind, Outcome, TraceRecord, World};

/// Everything that the next record is read with. A copy is a checkpoint.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    pub(super) mesh: Mesh,
    pub(super) nodes: Vec<NodeState>,
    pub(super) handling: Handling,
    /// The entries of messages on their way.
    pub(super) cargo: OrdMap<RecordId, Arc<[Arc<Cell>]>>,
    /// The answers on their way.
    pub(super) answers: OrdMap<RecordId, Answer>,
    pub(super) waits: Waits,
    /// The membership as the leader of the latest term has it.
    pub(super) voters: NodeSet,
    pub(super) learners: NodeSet,
    pub(super) latest_term: u64,
    /// Up to which index somebody knew the log to be committed.
    pub(super) committed: u64,
    /// The membership that every new process begins with.
    members: NodeSet,
    /// What leaderless replicas have noted.
    pub(super) replicas: Replicas,
}

/// One node.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeState {
    pub(super) log: LogModel,
    pub(super) term: u64,
    /// Whether the process has shown its term since it started.
    pub(super) is_term_shown: bool,
    /// The place of its open reign.
    pub(super) reign: Option<usize>,
    pub(super) voters: NodeSet,
    pub(super) learners: NodeSet,
    /// Messages that it owes an answer to, in their order: the places of their crossings.
    pub(super) owed: VecDeque<(Endpoint, usize)>,
    is_wiping: bool,
}

/// The input that is being handled: the cause of the records that follow from it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Handling {
    /// The message, if it is one.
    pub(super) crossing: Option<usize>,
    pub(super) is_timer: bool,
}

impl Reader {
    pub(super) fn new<P: Chronicled>(world: &World<P>, book: &mut Book) -> Self {
        let config = world.config();
        let members = if P::has_majorities() { NodeSet::first(config.nodes) } else { NodeSet::EMPTY };
        let from = Stamp { record: RecordId(0), at: SimTime::ZERO };
        book.memberships.push(Membership { from, voters: members, learners: NodeSet::EMPTY });
        let preloaded = u64::from(!config.data.is_empty());
        let node = NodeState { log: LogModel::after(preloaded, 0), voters: members, ..NodeState::default() };
        let leaderless = P::leaderless(world.protocol());
        Self {
            replicas: leaderless.map(|leaderless| Replicas::new(leaderless, config)).unwrap_or_default(),
            mesh: Mesh::new(config.nodes, config.clients.len() as u8),
            nodes: vec![node; usize::from(config.nodes)],
            voters: members,
            members,
            committed: preloaded,
            ..Self::default()
        }
    }

    pub(super) fn read<P: Chronicled>(&mut self, record: TraceRecord<P>, book: &mut Book) {
        let when = Stamp { record: record.id, at: record.moment.time };
        let cause = record.cause;
        match record.kind {
            Kind::Command(command) => self.command(command, when, book),
            Kind::Started { node, .. } => self.started(node, when, book),
            Kind::Stopped { node, lost_writes } => self.stopped(node, lost_writes, when, book),
            Kind::Sent { from, to, payload } => self.sent::<P>((from, to), &payload, cause, when, book),
            Kind::Duplicated { .. } => self.duplicated(cause, when, book),
            Kind::Dropped { why, .. } => self.dropped(cause, why, when, book),
            Kind::Held { .. } => self.held(cause, when, book),
            Kind::Delivered { .. } => self.delivered(cause, when, book),
            Kind::TimerFired { node, timer } => {
                self.handling = Handling { crossing: None, is_timer: true };
                if P::is_election_timer(timer) {
                    book.beat(when, BeatKind::TimedOut { node });
                }
            }
            Kind::Persisting { node, token } => self.node(node).log.persisting(token),
            Kind::Persisted { node, token } => self.persisted(node, token),
            Kind::Note { node, note } => {
                self.note(node, P::news(&note), when, book);
                if let Some(note) = P::as_replicas(&note) {
                    let news = book.beats.len();
                    self.replicas.note(node, note, when, book);
                    self.merged(node, note, when, news, book);
                }
            }
            Kind::Awaits { node, wait, request, members, need } => {
                let counts_self = self.node(node).voters.contains(node);
                self.waits.begin(node, P::wait(wait), request, (members, need), counts_self);
            }
            Kind::Settled { node, wait } => self.waits.end(node, P::wait(wait)),
            Kind::WaitingFor { .. } => {}
            Kind::Invoked { op, client, operation } => {
                self.replicas.invoked(op, &operation, u64::from(client.0));
                let (record, invoked_at) = (when.record, when.at);
                let (attempts, ended, committed) = (Vec::new(), None, None);
                book.operations.push(OperationBar {
                    op,
                    client,
                    operation,
                    record,
                    invoked_at,
                    attempts,
                    ended,
                    committed,
                });
            }
            Kind::Attempted { request, to } => {
                if let Some(bar) = book.operation_mut(request.op) {
                    bar.attempts.push(Attempt { to, made: when, ended: None });
                }
            }
            Kind::AttemptEnded { request, end } => attempt_ended(request, end, when, book),
            Kind::Ended { op, outcome } => {
                ended(op, outcome.clone(), when, book);
                if let Some(more) = book.operation(op).and_then(|bar| self.replicas.ended(bar, &outcome)) {
                    book.beat(when, BeatKind::Replica(more));
                }
            }
            Kind::Flapped { from, to, is_up } => {
                self.mesh.flapped((from, to), is_up, when, book);
                book.beat(when, BeatKind::Flapped { from, to, is_up });
                self.look_for_quorum(when, book);
            }
            Kind::Halted(halt) => book.beat(when, BeatKind::Halted(halt)),
        }
    }

    pub(super) fn node(&mut self, node: NodeId) -> &mut NodeState {
        let slot = node.slot();
        if slot >= self.nodes.len() {
            let fresh = NodeState { log: LogModel::after(0, 0), voters: self.members, ..NodeState::default() };
            self.nodes.resize(slot + 1, fresh);
        }
        &mut self.nodes[slot]
    }

    pub(super) fn look_for_quorum(&mut self, when: Stamp, book: &mut Book) {
        self.mesh.look_for_quorum(self.voters, when, book);
    }

    fn command(&mut self, command: Command, when: Stamp, book: &mut Book) {
        self.handling = Handling { crossing: None, is_timer: false };
        self.mesh.command(&command, when, book);
        let mut wiped = None;
        match &command {
            Command::Wipe(node) => {
                let state = self.node(*node);
                let taken = state.log.wipe();
                state.is_wiping = true;
                self.lost_in_crash(*node, taken, when, book);
                wiped = Some(*node);
            }
            Command::SetLying { node, flush_after } => self.node(*node).log.set_lying(flush_after.is_some()),
            _ => {}
        }
        book.beat(when, BeatKind::Command(command));
        if let Some(node) = wiped {
            self.replicas.wiped(node, when, book);
        }
        self.look_for_quorum(when, book);
    }

    fn started(&mut self, node: NodeId, when: Stamp, book: &mut Book) {
        self.handling = Handling { crossing: None, is_timer: false };
        self.mesh.started(node, when, book);
        self.replicas.started(node);
        let state = self.node(node);
        state.is_term_shown = false;
        state.is_wiping = false;
        self.look_for_quorum(when, book);
    }

    fn stopped(&mut self, node: NodeId, lost_writes: u32, when: Stamp, book: &mut Book) {
        self.mesh.stopped(node, when, book);
        self.waits.forget(node);
        self.replicas.stopped(node, when, book);
        self.end_reign(node, when, book);
        let state = self.node(node);
        state.owed.clear();
        if !state.is_wiping {
            let taken = state.log.stopped(lost_writes);
            self.lost_in_crash(node, taken, when, book);
        }
        self.look_for_quorum(when, book);
    }

    fn persisted(&mut self, node: NodeId, token: PersistToken) {
        self.handling = Handling { crossing: None, is_timer: false };
        self.node(node).log.persisted(token);
    }

    pub(super) fn end_reign(&mut self, node: NodeId, when: Stamp, book: &mut Book) -> Option<(Standing, u64)> {
        let at = self.node(node).reign.take()?;
        let reign = &mut book.reigns[at];
        reign.until = Some(when);
        Some((reign.standing, reign.term))
    }

    /// Says what is short of answers.
    pub(super) fn tell_short(&self, node: NodeId, all: Vec<super::waits::Short>, book: &mut Book) {
        for short in all {
            let tally = short.tally;
            let what = match short.wait {
                WaitFor::Acks(index) => BeatKind::ShortOfAcks { node, index, request: short.request, tally },
                WaitFor::Votes(term) => BeatKind::ShortOfVotes { node, term, is_pre: false, tally },
                WaitFor::PreVotes(term) => BeatKind::ShortOfVotes { node, term, is_pre: true, tally },
                // Whoever sees to a request says itself when it gives up.
                WaitFor::Replicas(..) => continue,
            };
            book.beat(short.when, what);
        }
    }
}

fn attempt_ended(request: crate::base::RequestId, end: AttemptEnd, when: Stamp, book: &mut Book) {
    let Some(bar) = book.operation_mut(request.op) else { return };
    let Some(attempt) = bar.attempts.get_mut(usize::from(request.attempt).saturating_sub(1)) else { return };
    attempt.ended = Some((when, end));
    let node = attempt.to;
    match end {
        AttemptEnd::Answered => {}
        AttemptEnd::Refused(refusal) => book.beat(when, BeatKind::Refused { request, node, refusal }),
        AttemptEnd::TimedOut | AttemptEnd::Reset | AttemptEnd::GaveUp => {
            book.beat(when, BeatKind::Unanswered { request, node, end });
        }
    }
}

fn ended(op: OpId, outcome: Outcome, when: Stamp, book: &mut Book) {
    let Some(bar) = book.operation_mut(op) else { return };
    bar.ended = Some((when, outcome.clone()));
    let last = bar.attempts.last().and_then(|attempt| attempt.ended);
    let timed_out = matches!(last, Some((_, AttemptEnd::TimedOut)));
    let client = bar.client;
    book.beat(when, BeatKind::Ended { op, client, outcome, timed_out });
}
