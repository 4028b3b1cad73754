//! What replicas say to each other.

use serde::{Deserialize, Serialize};

use super::gossip::Beat;
use super::note::Way;
use super::version::Versions;
use crate::base::{NodeId, RequestId};
use crate::data::{Branch, TextChange, VersionVector};
use crate::protocol::{Key, Reply, Request};

/// One message. Versions of a key always travel all together, never one of them alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeaderlessMessage {
    /// Take these versions, and say when they are on disk.
    Put {
        /// For which request.
        request: RequestId,
        /// The key.
        key: Key,
        /// What to take.
        versions: Versions,
        /// Whom the receiver stands in for, and keeps a hint for.
        hint_for: Option<NodeId>,
        /// Whether it is a write or a write-back.
        way: Way,
    },
    /// They are on disk.
    PutAck {
        /// For which request.
        request: RequestId,
    },
    /// What do you hold?
    Get {
        /// For which request.
        request: RequestId,
        /// The key.
        key: Key,
    },
    /// This.
    GetReply {
        /// For which request.
        request: RequestId,
        /// What is held; nothing if the key is not there.
        versions: Option<Versions>,
    },
    /// A read has seen that you are behind: take these.
    Repair {
        /// The key.
        key: Key,
        /// What to take.
        versions: Versions,
    },
    /// This was kept for you.
    Handoff {
        /// The key.
        key: Key,
        /// What to take.
        versions: Versions,
        /// Which state of the hint this is.
        generation: u64,
    },
    /// It is on disk.
    HandoffAck {
        /// The key.
        key: Key,
        /// Which state of the hint was taken.
        generation: u64,
    },
    /// A request for a key that is not the sender's: see to it, and tell the sender.
    Forward(Box<Request>),
    /// How it went.
    Forwarded {
        /// Which request.
        request: RequestId,
        /// What to tell the client.
        reply: Reply,
    },
    /// Hashes of branches of the sender's tree: which of them differ?
    Compare {
        /// The hashes.
        hashes: Vec<(Branch, u64)>,
    },
    /// These.
    Differ {
        /// The branches; none if all are equal.
        branches: Vec<Branch>,
    },
    /// All that the sender holds in leaves that differ.
    Sync {
        /// Which leaves.
        leaves: Vec<u32>,
        /// What is held there; in an answer only what the other lacks.
        cells: Vec<(Key, Versions)>,
        /// Whether it is the other side's part.
        is_answer: bool,
    },
    /// The latest heartbeats that the sender has heard of.
    Gossip {
        /// By node.
        beats: Vec<(NodeId, Beat)>,
    },
    /// What was typed in a text, as far as the sender does not know that the receiver has it.
    Letters {
        /// The text.
        key: Key,
        /// The changes, in an order in which none comes before what it follows.
        changes: Vec<TextChange>,
    },
    /// These changes of it are on disk.
    LettersAck {
        /// The text.
        key: Key,
        /// Which.
        seen: VersionVector,
    },
}
