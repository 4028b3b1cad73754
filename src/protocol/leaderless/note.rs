//! What people should know of: decisions of replicas, and why. The words are in `view::describe`.

use serde::{Deserialize, Serialize};

use super::version::Content;
use crate::base::{NodeId, NodeSet, RequestId};
use crate::data::{MergeNote, Stamp};
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
    /// Somebody typed at another replica.
    Typing,
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
    /// A write is done on the copy of whoever sees to it, and goes out to the others.
    Wrote {
        /// The request.
        request: RequestId,
        /// The key.
        key: Key,
        /// What the key holds by it; none for a counter or a set, which the operation itself tells.
        content: Option<Content>,
        /// Its stamp, and the stamp of what its writer held before, where stamps decide.
        stamps: Option<(Stamp, Option<Stamp>)>,
        /// Whether the writer has a copy of its own: otherwise it knew nothing of what is there.
        has_copy: bool,
    },
    /// As many as are needed have acknowledged a write, and the client is told.
    Enough {
        /// The request.
        request: RequestId,
        /// Who has acknowledged it.
        acked: NodeSet,
        /// The replicas that the key belongs to. Whoever is none of them stands in for one.
        home: NodeSet,
    },
    /// Versions came, and something had to be decided.
    Merged {
        /// The key.
        key: Key,
        /// Who sent them.
        from: NodeId,
        /// On which way.
        way: Way,
        /// How many versions are held now.
        held: u8,
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
    /// A rule is switched off, and the hint is gone as soon as it is sent, whether or not it arrives.
    HintForgotten {
        /// For whom it was.
        home: NodeId,
        /// The key.
        key: Key,
    },
    /// The trees of two replicas differ in these many leaves.
    TreesDiffer {
        /// The other.
        with: NodeId,
        /// How many leaves.
        leaves: u32,
        /// The keys that are sent: all that are held in these leaves, as far as the limit allows.
        sent: Vec<Key>,
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
    /// Somebody typed here.
    Typed {
        /// The text.
        key: Key,
        /// How many letters were typed.
        typed: u64,
        /// How many were deleted.
        struck: u64,
    },
    /// Somebody typed here in vain: this node holds no such text.
    NoText {
        /// The key.
        key: Key,
    },
}
