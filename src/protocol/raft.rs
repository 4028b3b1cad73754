//! Raft (D. Ongaro and J. Ousterhout, "In Search of an Understandable Consensus Algorithm", extended version, 2014; called
//! the paper. D. Ongaro, "Consensus: Bridging Theory and Practice", 2014, called the thesis), as one node of it. This file
//! owns the node's state and the dispatch of its inputs; each concern has a file of its own. Decisions are pure functions:
//! [`vote`], [`log_match`], [`commit_rule`], [`quorum`]. What a node does: `election`, `replication`, `apply`, `persist`,
//! `requests`, `reads`, `lease`, `transfer`, [`membership`], [`snapshot`]. What it keeps: [`log`], [`store`], `sessions`,
//! `leadership`, [`progress`]. What can be switched off: [`breaks`].

mod apply;
pub mod breaks;
pub mod commit_rule;
mod config;
mod election;
mod leadership;
mod lease;
pub mod log;
pub mod log_match;
pub mod membership;
mod message;
mod note;
mod persist;
pub mod progress;
pub mod quorum;
mod reads;
mod replication;
mod requests;
mod sessions;
pub mod snapshot;
pub mod store;
mod transfer;
pub mod vote;

pub use breaks::{Break, Breaks};
pub use config::{FollowerReads, RaftConfig, ReadPath};
pub use election::Candidacy;
pub use leadership::Leadership;
pub use lease::Lease;
pub use log::{Command, Entries, Entry, Index, Log, LogEnd, Proposal, Term};
pub use membership::Configuration;
pub use message::{Append, AppendOutcome, InstallSnapshot, RaftMessage};
pub use note::{AppendRefusal, OrderRefusal, RaftNote, ReadBy, StepDown, VoteRefusal};
pub use persist::{RaftChange, RaftDurable};
pub use progress::{Mode, Progress};
pub use reads::{Asker, FollowerRead, PendingRead};
pub use snapshot::Snapshot;
pub use transfer::Transfer;
pub use vote::Ballot;

use std::sync::Arc;

use self::membership::Memberships;
use self::persist::Writes;
use self::store::Store;
use super::{Effects, Input, Key, Observation, Protocol, Role, Value};
use crate::base::{LocalTime, Monotonic, NodeId, NodeSet, TimerId};

/// Runs out when no leader was heard for too long.
pub const ELECTION_TIMER: TimerId = TimerId(0);
/// Runs out when a leader owes its followers a sign of life.
pub const HEARTBEAT_TIMER: TimerId = TimerId(1);
/// Runs out when a leader must look whether a majority still answers.
pub const CHECK_QUORUM_TIMER: TimerId = TimerId(2);
/// Runs out when a successor should have taken over.
pub const TRANSFER_TIMER: TimerId = TimerId(3);

/// The kind of wait that a leader has for an entry's acknowledgements; its number is the entry's index.
pub const ENTRY_WAIT: u8 = 0;
/// The kind of wait that a candidate has for votes; its number is the term.
pub const VOTES_WAIT: u8 = 1;
/// The kind of wait for pre-votes; its number is the term that they are about.
pub const PRE_VOTES_WAIT: u8 = 2;

/// One Raft server (figure 2 of the paper).
#[derive(Clone, Debug)]
pub struct Raft {
    id: NodeId,
    config: Arc<RaftConfig>,
    /// The reading of the own clock at the input that is being handled.
    now: Monotonic,
    term: Term,
    voted_for: Option<NodeId>,
    log: Log,
    snapshot: Option<Arc<Snapshot>>,
    memberships: Memberships,
    role: RaftRole,
    /// When it last heard a leader of its term; a process that has just started must assume that it did.
    heard_leader_at: Option<Monotonic>,
    commit_index: Index,
    applied_index: Index,
    store: Store,
    follower_reads: Vec<FollowerRead>,
    writes: Writes,
}

/// What a server is in its present term, with what only that role needs.
#[derive(Clone, Debug)]
pub enum RaftRole {
    /// Follows a leader, or waits to hear of one.
    Follower {
        /// The leader of this term, once it was heard.
        leader: Option<NodeId>,
    },
    /// Asks whether it would be elected.
    PreCandidate(Candidacy),
    /// Asks for votes.
    Candidate(Candidacy),
    /// Leads its term, or believes so.
    Leader(Leadership),
}

impl Protocol for Raft {
    type Config = RaftConfig;
    type Durable = RaftDurable;
    type Change = RaftChange;
    type Message = RaftMessage;
    type Note = RaftNote;

    fn new(id: NodeId, members: NodeSet, config: &RaftConfig) -> Self {
        Self {
            id,
            config: Arc::new(config.clone()),
            now: Monotonic(0),
            term: Term(0),
            voted_for: None,
            log: Log::default(),
            snapshot: None,
            memberships: Memberships::starting_with(Configuration::of(members)),
            role: RaftRole::Follower { leader: None },
            heard_leader_at: None,
            commit_index: Index(0),
            applied_index: Index(0),
            store: Store::default(),
            follower_reads: Vec::new(),
            writes: Writes::default(),
        }
    }

    fn handle(&mut self, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        self.now = now.monotonic;
        match input {
            Input::Start(durable) => self.on_start(durable, out),
            Input::Message { from, body } => self.on_message(from, body, out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Request(request) => self.on_request(*request, out),
            Input::Persisted(token) => self.on_persisted(token, out),
            Input::Order(order) => self.on_order(order, out),
            // A log has one order of entries and no place for letters that were typed without asking.
            Input::Typed(_) => {}
        }
    }

    fn preload(durable: &mut RaftDurable, members: NodeSet, data: &[(Key, Value)]) {
        durable.preload(members, data);
    }

    fn write(durable: &mut RaftDurable, change: RaftChange) {
        durable.write(change);
    }

    fn observe(&self) -> Observation {
        Observation {
            role: self.observed_role(),
            epoch: self.term.0,
            leader: self.known_leader(),
            last_index: self.log.last_index().0,
            commit_index: self.commit_index.0,
            applied_index: self.applied_index.0,
        }
    }

    fn values(&self, key: &Key) -> Vec<Value> {
        self.store.get(key).cloned().into_iter().collect()
    }

    fn holds(&self, key: &Key, value: &Value) -> bool {
        // What a snapshot covers is in the store alone.
        self.store.get(key) == Some(value) || self.log.iter().any(|(_, entry)| entry.writes(key, value))
    }

    fn is_heartbeat(message: &RaftMessage) -> bool {
        message.is_heartbeat()
    }
}

impl Raft {
    /// The current term.
    #[must_use]
    pub fn term(&self) -> Term {
        self.term
    }

    /// Whom this server voted for in its current term.
    #[must_use]
    pub fn voted_for(&self) -> Option<NodeId> {
        self.voted_for
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The role, with what it needs.
    #[must_use]
    pub fn role(&self) -> &RaftRole {
        &self.role
    }

    /// When it last heard a leader of its term, by its own clock.
    #[must_use]
    pub fn heard_leader_at(&self) -> Option<Monotonic> {
        self.heard_leader_at
    }

    /// The highest index known to be committed.
    #[must_use]
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// The state machine.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Up to which index its disk is known to hold the log.
    #[must_use]
    pub fn durable_index(&self) -> Index {
        self.writes.durable_index()
    }

    /// What has been applied, up to here.
    #[must_use]
    pub fn applied_index(&self) -> Index {
        self.applied_index
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &RaftConfig {
        &self.config
    }

    fn observed_role(&self) -> Role {
        match self.role {
            RaftRole::Follower { .. } if self.configuration().learners.contains(self.id) => Role::Learner,
            RaftRole::Follower { .. } => Role::Follower,
            RaftRole::PreCandidate(_) | RaftRole::Candidate(_) => Role::Candidate,
            RaftRole::Leader(_) => Role::Leader,
        }
    }

    fn on_start(&mut self, durable: RaftDurable, out: &mut Effects<Self>) {
        self.term = durable.term;
        self.voted_for = durable.voted_for;
        self.writes = Writes::all_durable(durable.log.last_index());
        self.log = durable.log;
        self.recover_snapshot(durable.snapshot);
        self.recover_memberships();
        self.heard_leader_at = (!self.config.breaks(Break::RestartForgetsLeader)).then_some(self.now);
        self.reset_election_timer(out);
    }

    fn on_timer(&mut self, timer: TimerId, out: &mut Effects<Self>) {
        match timer {
            ELECTION_TIMER => self.on_election_timeout(out),
            HEARTBEAT_TIMER => self.on_heartbeat_due(out),
            CHECK_QUORUM_TIMER => self.on_check_quorum_due(out),
            TRANSFER_TIMER => self.on_transfer_timeout(out),
            TimerId(unknown) => unreachable!("Raft sets no timer {unknown}"),
        }
    }

    /// Rules for all servers (figure 2): a newer term is adopted first; whatever comes from an older one is refused.
    /// A request for a vote is decided before its term is taken over, and a pre-vote speaks of no present term.
    fn on_message(&mut self, from: NodeId, body: RaftMessage, out: &mut Effects<Self>) {
        let decides_on_term = matches!(body, RaftMessage::RequestVote { .. }) || body.is_about_next_term();
        if body.term() > self.term && !decides_on_term {
            self.enter_term(body.term(), None, out);
        }
        match body {
            RaftMessage::RequestVote { term, last, ballot } => {
                self.on_request_vote(vote::Ask { candidate: from, term, last, ballot }, out);
            }
            RaftMessage::Vote { term, granted: true, ballot: Ballot::Pre } => self.on_pre_vote(from, term, out),
            RaftMessage::Vote { ballot: Ballot::Pre, .. } => {}
            RaftMessage::Vote { term, granted, .. } => self.on_vote(from, term, granted, out),
            RaftMessage::Append(append) => self.on_append(from, append, out),
            RaftMessage::AppendReply { term, outcome, round } => {
                self.on_append_reply(from, term, (outcome, round), out);
            }
            RaftMessage::InstallSnapshot(install) => self.on_install_snapshot(from, install, out),
            RaftMessage::TimeoutNow { term } if term == self.term => self.on_timeout_now(from, out),
            RaftMessage::TimeoutNow { .. } => {}
            RaftMessage::ReadIndex { request, .. } => self.on_read_index(from, request, out),
            RaftMessage::ReadIndexReply { term, request, index } => {
                self.on_read_index_reply(term, request, index, out);
            }
        }
    }

    fn known_leader(&self) -> Option<NodeId> {
        match self.role {
            RaftRole::Follower { leader } => leader,
            RaftRole::PreCandidate(_) | RaftRole::Candidate(_) => None,
            RaftRole::Leader(_) => Some(self.id),
        }
    }
}
