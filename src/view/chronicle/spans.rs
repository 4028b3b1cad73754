//! What a chronicle lists: messages with their ends, operations, roles, terms, faults, losses, commits. Plain values in
//! the order of their records. Knows neither how they are found nor how they look.

use std::sync::Arc;

use super::kinds::MessageKind;
use crate::base::{ClientId, Endpoint, NodeId, NodeSet, OpId, RecordId, RequestId, SimDuration, SimTime};
use crate::data::MergeNote;
use crate::protocol::leaderless::Way;
use crate::protocol::{self, Key, Operation};
use crate::sim::{AttemptEnd, DropReason, Outcome};

/// A record and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The record.
    pub record: RecordId,
    /// When it was made.
    pub at: SimTime,
}

/// One message on its way, or one copy of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The record of its sending (or duplication), which names it.
    pub message: RecordId,
    /// Who sent it.
    pub from: Endpoint,
    /// To whom.
    pub to: Endpoint,
    /// What it is.
    pub kind: MessageKind,
    /// Whether it was sent on behalf of a client, an election or a repair.
    pub is_sent_as_foreground: bool,
    /// A routine message brought news after all: the record of what came of it.
    pub news: Option<Stamp>,
    /// When it was sent.
    pub sent_at: SimTime,
    /// How it arrived or died; none while it is on its way.
    pub end: Option<CrossingEnd>,
    /// What became of a message that was held: it was handled, or died with its receiver.
    pub released: Option<CrossingEnd>,
    /// How many bytes it carries.
    pub bytes: u32,
    /// The attempt that it is about, if it is about one.
    pub request: Option<RequestId>,
    /// What led to its sending; for a copy, the original.
    pub cause: Option<RecordId>,
}

impl Crossing {
    /// Whether it belongs to a client's operation, an election or a repair; the others only say "I am here".
    #[must_use]
    pub fn is_foreground(&self) -> bool {
        self.is_sent_as_foreground || self.news.is_some()
    }
}

/// The end of a message's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossingEnd {
    /// The record that tells it.
    pub record: RecordId,
    /// When.
    pub at: SimTime,
    /// How.
    pub how: Ending,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was handled.
    Delivered,
    /// It arrived, and waits for a receiver that is frozen or busy.
    Held,
    /// It died.
    Dropped(DropReason),
}

/// One client operation from its invocation to its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationBar {
    /// Which.
    pub op: OpId,
    /// Whose.
    pub client: ClientId,
    /// What it asks.
    pub operation: Operation,
    /// The record of its invocation.
    pub record: RecordId,
    /// When it was invoked.
    pub invoked_at: SimTime,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// How it ended for its client; none while it is open.
    pub ended: Option<(Stamp, Outcome)>,
    /// When an entry that it brought was first known to be committed.
    pub committed: Option<Stamp>,
}

impl OperationBar {
    /// Whether its client was told that it is done.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        matches!(self.ended, Some((_, Outcome::Ok { .. })))
    }
}

/// Versions came to a leaderless replica, and something was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// When.
    pub when: Stamp,
    /// At which replica.
    pub node: NodeId,
    /// Who sent them.
    pub from: NodeId,
    /// On which way.
    pub way: Way,
    /// Of which key.
    pub key: Key,
    /// What was decided.
    pub notes: Arc<[MergeNote<protocol::leaderless::Content>]>,
    /// Operations that are thrown away or undone by it, without having been seen. Their clients may be told ok before or after.
    pub undoes: Vec<OpId>,
    /// How long the message was on its way that brought them.
    pub flight: SimDuration,
}

/// One attempt at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// At which node.
    pub to: NodeId,
    /// When it was made.
    pub made: Stamp,
    /// How it ended for the client; none while it waits.
    pub ended: Option<(Stamp, AttemptEnd)>,
}

/// What a node takes itself for, other than a follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It asks whether it would be elected.
    PreCandidate,
    /// It stands for election.
    Candidate,
    /// It leads, or believes so.
    Leader,
}

/// A time in which a node took itself for a leader or a candidate. One that is cut off reigns on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reign {
    /// Which node.
    pub node: NodeId,
    /// In which term; a pre-candidate in the one that it would lead.
    pub term: u64,
    /// As what.
    pub standing: Standing,
    /// Since when.
    pub from: Stamp,
    /// Until when; none while it goes on.
    pub until: Option<Stamp>,
}

/// A node enters a term. After a restart it is only known with its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermChange {
    /// Which node.
    pub node: NodeId,
    /// Which term.
    pub term: u64,
    /// When.
    pub from: Stamp,
}

/// A fault for as long as it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// What is broken.
    pub what: Broken,
    /// The record that broke it: a command, or a flap.
    pub from: Stamp,
    /// The record that mended it; none while it lasts.
    pub until: Option<Stamp>,
}

/// What is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A process is down.
    Down(NodeId),
    /// A process is frozen.
    Paused(NodeId),
    /// No message passes this way: cut, or flapping and down.
    Link {
        /// From where.
        from: Endpoint,
        /// To where.
        to: Endpoint,
    },
    /// A partition command stands, until nothing of its cuts is left or another takes its place.
    Partition(Arc<[Vec<Endpoint>]>),
}

/// One entry of a log, as far as the trace tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its index.
    pub index: u64,
    /// Its term.
    pub term: u64,
    /// What it asks for.
    pub content: Content,
    /// The attempt that brought it.
    pub request: Option<RequestId>,
}

/// What an entry asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing: it opens a leader's term.
    Opening,
    /// A client's operation.
    Operation(Operation),
    /// A new membership.
    Membership {
        /// Who votes.
        voters: NodeSet,
        /// Who learns.
        learners: NodeSet,
    },
}

/// Entries that a node has dropped from its log, since its leader has others there; or that a crash took, if with them the
/// last copy of what a client was promised is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Whether a crash or an erased disk took them; else they were overwritten.
    pub by_crash: bool,
    /// When.
    pub when: Stamp,
    /// Whose log.
    pub node: NodeId,
    /// What was dropped, in the order of the log.
    pub cells: Vec<LostCell>,
}

/// One entry that was dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostCell {
    /// What it was.
    pub cell: Arc<Cell>,
    /// Whether its client had been told that it is done.
    pub was_acknowledged: bool,
    /// Whether no log holds it any more, nor a committed entry of the same operation.
    pub is_gone: bool,
}

impl LostCell {
    /// Whether a promise to a client is broken.
    #[must_use]
    pub fn is_broken_promise(&self) -> bool {
        self.was_acknowledged && self.is_gone
    }
}

/// An index is committed for the first time in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// When a node first knew it.
    pub when: Stamp,
    /// Which node.
    pub node: NodeId,
    /// Which index.
    pub index: u64,
    /// The entry's term.
    pub term: u64,
    /// The attempt that brought the entry.
    pub request: Option<RequestId>,
}

/// A membership acts, as the leader of the latest term has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Since when.
    pub from: Stamp,
    /// Who votes.
    pub voters: NodeSet,
    /// Who gets the log and has no vote.
    pub learners: NodeSet,
}
