//! Raft (D. Ongaro and J. Ousterhout, "In Search of an Understandable Consensus Algorithm", extended version, 2014), as
//! one node of it. This file owns the node's state and the dispatch of its inputs; each concern has a file of its own:
//! `election`, `replication`, `commit` (the commit rule), `persist`, [`quorum`], [`log`], [`store`] (the state machine).

mod commit;
mod config;
mod election;
pub mod log;
mod message;
mod note;
mod persist;
pub mod quorum;
mod replication;
mod requests;
pub mod store;

pub use config::RaftConfig;
pub use log::{Command, Entry, Index, Log, Proposal, Term};
pub use message::{Append, AppendOutcome, RaftMessage};
pub use note::{AppendRefusal, RaftNote, VoteRefusal};
pub use persist::{RaftChange, RaftDurable};

use self::election::Candidacy;
use self::persist::Writes;
use self::replication::Leadership;
use self::store::Store;
use super::{Effects, Input, Key, Observation, Protocol, Role, Value};
use crate::base::{LocalTime, NodeId, NodeSet, TimerId};

/// Runs out when no leader was heard for too long.
pub const ELECTION_TIMER: TimerId = TimerId(0);
/// Runs out when a leader owes its followers a sign of life.
pub const HEARTBEAT_TIMER: TimerId = TimerId(1);

/// The kind of wait that a leader has for an entry's acknowledgements; its number is the entry's index.
pub const ENTRY_WAIT: u8 = 0;
/// The kind of wait that a candidate has for votes; its number is the term.
pub const VOTES_WAIT: u8 = 1;

/// One Raft server (figure 2 of the paper).
#[derive(Clone, Debug)]
pub struct Raft {
    id: NodeId,
    members: NodeSet,
    config: RaftConfig,
    term: Term,
    voted_for: Option<NodeId>,
    log: Log,
    role: RaftRole,
    commit_index: Index,
    applied_index: Index,
    store: Store,
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
            members,
            config: config.clone(),
            term: Term(0),
            voted_for: None,
            log: Log::default(),
            role: RaftRole::Follower { leader: None },
            commit_index: Index(0),
            applied_index: Index(0),
            store: Store::default(),
            writes: Writes::default(),
        }
    }

    fn handle(&mut self, _now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        match input {
            Input::Start(durable) => self.on_start(durable, out),
            Input::Message { from, body } => self.on_message(from, body, out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Request(request) => self.on_request(request, out),
            Input::Persisted(token) => self.on_persisted(token, out),
        }
    }

    fn preload(durable: &mut RaftDurable, data: &[(Key, Value)]) {
        durable.preload(data);
    }

    fn write(durable: &mut RaftDurable, change: RaftChange) {
        durable.write(change);
    }

    fn observe(&self) -> Observation {
        Observation {
            role: match self.role {
                RaftRole::Follower { .. } => Role::Follower,
                RaftRole::Candidate(_) => Role::Candidate,
                RaftRole::Leader(_) => Role::Leader,
            },
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

    fn on_start(&mut self, durable: RaftDurable, out: &mut Effects<Self>) {
        self.term = durable.term;
        self.voted_for = durable.voted_for;
        self.writes = Writes::all_durable(durable.log.last_index());
        self.log = durable.log;
        self.store = durable.base;
        self.reset_election_timer(out);
    }

    fn on_timer(&mut self, timer: TimerId, out: &mut Effects<Self>) {
        match timer {
            ELECTION_TIMER => self.on_election_timeout(out),
            HEARTBEAT_TIMER => self.on_heartbeat_due(out),
            TimerId(unknown) => unreachable!("Raft sets no timer {unknown}"),
        }
    }

    /// Rules for all servers (figure 2): a newer term is adopted first; whatever comes from an older one is refused.
    fn on_message(&mut self, from: NodeId, body: RaftMessage, out: &mut Effects<Self>) {
        if body.term() > self.term {
            self.adopt_term(body.term(), out);
        }
        match body {
            RaftMessage::RequestVote { term, last } => self.on_request_vote(from, term, last, out),
            RaftMessage::Vote { term, granted } => self.on_vote(from, term, granted, out),
            RaftMessage::Append(append) => self.on_append(from, append, out),
            RaftMessage::AppendReply { term, outcome } => self.on_append_reply(from, term, outcome, out),
        }
    }

    fn known_leader(&self) -> Option<NodeId> {
        match self.role {
            RaftRole::Follower { leader } => leader,
            RaftRole::Candidate(_) => None,
            RaftRole::Leader(_) => Some(self.id),
        }
    }

    fn peers(&self) -> NodeSet {
        self.members.without(self.id)
    }
}
