//! What one look at a cluster sees: each server in short, as it was and as it is, and what has happened in between.

use super::mail::Handled;
use crate::base::{Monotonic, NodeId, RecordId, SimTime};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{Configuration, Index, Raft, RaftConfig, RaftNote, RaftRole, Term};
use crate::sim::{Kind, NodeSlot, TraceRecord, World};

/// A server's part, in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Its process is gone.
    #[default]
    Down,
    /// It follows this leader, or nobody yet.
    Follower(Option<NodeId>),
    /// It asks for pre-votes.
    PreCandidate,
    /// It asks for votes.
    Candidate,
    /// It leads.
    Leader,
}

/// A server in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) incarnation: u32,
    pub(super) part: Part,
    pub(super) term: Term,
    pub(super) vote: Option<NodeId>,
    pub(super) base: LogEnd,
    pub(super) end: LogEnd,
    pub(super) commit: Index,
    pub(super) applied: Index,
    pub(super) configuration: Configuration,
}

impl Seen {
    pub(super) fn of(slot: &NodeSlot<Raft>) -> Self {
        let incarnation = slot.incarnation();
        let Some(raft) = slot.process() else { return Self { incarnation, ..Self::default() } };
        let part = match raft.role() {
            RaftRole::Follower { leader } => Part::Follower(*leader),
            RaftRole::PreCandidate(_) => Part::PreCandidate,
            RaftRole::Candidate(_) => Part::Candidate,
            RaftRole::Leader(_) => Part::Leader,
        };
        Self {
            incarnation,
            part,
            term: raft.term(),
            vote: raft.voted_for(),
            base: raft.log().base(),
            end: raft.log().end(),
            commit: raft.commit_index(),
            applied: raft.applied_index(),
            configuration: raft.configuration(),
        }
    }

    pub(super) fn runs(&self) -> bool {
        self.part != Part::Down
    }

    pub(super) fn leads(&self) -> bool {
        self.part == Part::Leader
    }

    /// Whether this is still the process that was seen before.
    pub(super) fn continues(&self, was: &Self) -> bool {
        self.runs() && was.runs() && self.incarnation == was.incarnation
    }

    /// Whether it leads a term that it did not lead when it was last seen.
    pub(super) fn has_come_to_lead(&self, was: &Self) -> bool {
        self.leads() && !(was.leads() && was.term == self.term && self.continues(was))
    }
}

/// One look.
pub(super) struct Look<'a> {
    pub(super) world: &'a World<Raft>,
    pub(super) config: &'a RaftConfig,
    pub(super) now: SimTime,
    /// The servers as they were last seen; nothing of those that are new.
    pub(super) was: &'a [Seen],
    pub(super) is: &'a [Seen],
    /// What is new in the trace.
    pub(super) records: &'a [TraceRecord<Raft>],
    /// The messages between servers that were handled.
    pub(super) handled: &'a [Handled],
}

impl<'a> Look<'a> {
    /// The servers in the order of their names: as they were, and as they are.
    pub(super) fn servers(&self) -> impl Iterator<Item = (NodeId, &'a Seen, &'a Seen)> {
        let pairs = self.was.iter().zip(self.is).enumerate();
        pairs.map(|(at, (was, is))| (NodeId::from_slot(at), was, is))
    }

    pub(super) fn leaders(&self) -> impl Iterator<Item = (NodeId, &'a Seen)> {
        self.servers().filter(|(_, _, is)| is.leads()).map(|(node, _, is)| (node, is))
    }

    pub(super) fn raft(&self, node: NodeId) -> Option<&'a Raft> {
        self.world.node(node)?.process()
    }

    /// What a node's monotonic clock reads.
    pub(super) fn reading(&self, node: NodeId) -> Monotonic {
        self.world.node(node).map_or(Monotonic(0), |slot| slot.clock(self.now).monotonic)
    }

    /// The decisions that were noted, with the record that led to each.
    pub(super) fn notes(&self) -> impl Iterator<Item = (NodeId, &'a RaftNote, Option<RecordId>)> {
        self.records.iter().filter_map(|record| match &record.kind {
            Kind::Note { node, note } => Some((*node, note, record.cause)),
            _ => None,
        })
    }
}
