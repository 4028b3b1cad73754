//! What people should know of: decisions of replicas, and why. The words are in `view::describe`.

use serde::{Deserialize, Serialize};

use super::version::Content;
use crate::base::{NodeId, NodeSet, RequestId};
use crate::data::MergeNote;
use crate::protocol::Key;

/// The way on which versions come to a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A client's write.
    Write,
    /// A read writes back what it will answer with.
    WriteBack,
    /// A read has found the replica behind.
    ReadRepair,
    /// Somebody kept it.
    Handoff,
    /// Two replicas have compared what they hold.
    AntiEntropy,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeaderlessNote {
    /// A request is refused: too few replicas seem alive.
    TooFewAlive {
        /// The request.
        request: RequestId,
        /// The key.
        key: Key,
        /// How many are needed.
        need: u8,
        /// Who could be asked.
        alive: NodeSet,
    },
    /// The time for a request is over, and too few have replied. What some have taken stays with them.
    GaveUp {
        /// The request.
        request: RequestId,
        /// How many were needed.
        need: u8,
        /// Who has replied.
        replied: NodeSet,
    },
    /// Versions came, and something had to be decided.
    Merged {
        /// The key.
        key: Key,
        /// Who sent them.
        from: NodeId,
        /// On which way.
        way: Way,
        /// What was decided.
        notes: Vec<MergeNote<Content>>,
    },
    /// A read has found replicas that are behind, and sends them what it found.
    Repairs {
        /// The key.
        key: Key,
        /// Who was behind.
        behind: NodeSet,
    },
    /// A version is kept for another.
    HintKept {
        /// For whom.
        home: NodeId,
        /// The key.
        key: Key,
    },
    /// The other has it on disk: the hint is gone.
    HintDelivered {
        /// For whom it was.
        home: NodeId,
        /// The key.
        key: Key,
    },
    /// The hint is too old, and gone without having been delivered.
    HintExpired {
        /// For whom it was.
        home: NodeId,
        /// The key.
        key: Key,
    },
    /// The trees of two replicas differ in these many leaves, found with so many hashes.
    TreesDiffer {
        /// The other.
        with: NodeId,
        /// How many leaves.
        leaves: u32,
    },
    /// A tombstone was old enough to be forgotten.
    Purged {
        /// The key.
        key: Key,
    },
    /// Another node has been silent for too long.
    Suspects {
        /// Which.
        node: NodeId,
    },
    /// It was heard of again.
    Trusts {
        /// Which.
        node: NodeId,
    },
}
