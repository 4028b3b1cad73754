//! Key moments of leaderless replicas: what a caption can say of them. What was confirmed by then is decided when the record is
//! read, so that a moment never knows of later ones.

use crate::base::{NodeId, NodeSet, OpId, RequestId};
use crate::data::MergeNote;
use crate::protocol::leaderless::{Content, Way};
use crate::protocol::{Element, Key};

/// What happened at a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicaBeat {
    /// A deletion was written in place of a value.
    Deleted {
        /// Whoever sees to it.
        node: NodeId,
        /// The key.
        key: Key,
    },
    /// As many as are needed have acknowledged a write.
    Enough {
        /// The attempt that brought it.
        request: RequestId,
        /// Who has acknowledged it.
        acked: NodeSet,
        /// The replicas that the key belongs to.
        home: NodeSet,
        /// A write of the same key, confirmed on another side of a cut that has lasted since before it was taken.
        rival: Option<OpId>,
    },
    /// A version was thrown away for one with a later stamp, whose writer and whose client had not seen it.
    Thrown {
        /// By which replica.
        node: NodeId,
        /// The key.
        key: Key,
        /// The write that is gone here.
        op: OpId,
        /// What it wrote.
        dropped: Content,
        /// What stays.
        kept: Content,
        /// Whether the replica that took the write threw it away at once.
        is_at_once: bool,
        /// Whether its client had been told ok.
        is_confirmed: bool,
    },
    /// A client is told ok for a write that was thrown away before.
    ConfirmedInVain {
        /// The write.
        op: OpId,
        /// What stays.
        kept: Content,
    },
    /// A replica holds several versions of a key.
    Siblings {
        /// Which.
        node: NodeId,
        /// The key.
        key: Key,
        /// How many.
        held: u8,
        /// Those that met.
        met: Vec<Content>,
        /// Whether clients had been told ok for all that met.
        are_confirmed: bool,
        /// Whether no replica held just these before.
        is_first: bool,
    },
    /// An element that a client had removed, and was told so, is there again by a union of lists; nobody has added it since.
    ElementBack {
        /// The replica at which lists met.
        node: NodeId,
        /// The key.
        key: Key,
        /// The removal.
        op: OpId,
        /// What is back.
        element: Element,
    },
    /// A replica that had forgotten a deletion takes the deleted value from another.
    ValueBack {
        /// Which replica.
        node: NodeId,
        /// From which.
        from: NodeId,
        /// The key.
        key: Key,
        /// The value.
        content: Content,
        /// The deletion, if its client had been told ok.
        op: Option<OpId>,
    },
    /// A replica takes what it lacked.
    Got {
        /// Which.
        node: NodeId,
        /// From which.
        from: NodeId,
        /// The key.
        key: Key,
        /// On which way.
        way: Way,
        /// What.
        content: Content,
    },
    /// Something else was decided when versions met.
    Met {
        /// By which replica.
        node: NodeId,
        /// The key.
        key: Key,
        /// What.
        note: MergeNote<Content>,
    },
    /// The last copy of a confirmed write is gone, and nobody holds a later one.
    CopyLost {
        /// The write.
        op: OpId,
    },
    /// A read has found replicas that are behind, and sends them what they lack.
    Repairs {
        /// Whoever sees to the read.
        node: NodeId,
        /// The key.
        key: Key,
        /// Who is behind.
        behind: NodeSet,
    },
    /// A hint begins or ends.
    Hint {
        /// Who keeps it.
        node: NodeId,
        /// For whom.
        home: NodeId,
        /// The key.
        key: Key,
        /// What becomes of it.
        what: HintBeat,
    },
    /// Hints are gone with the memory or the disk of their keeper.
    HintsLost {
        /// Whose.
        node: NodeId,
        /// How many.
        hints: u32,
        /// Whether the disk was erased.
        by_wipe: bool,
    },
    /// Two trees differ.
    TreesDiffer {
        /// Who has found it.
        node: NodeId,
        /// The other.
        with: NodeId,
        /// In how many leaves.
        leaves: u32,
        /// The keys that it sends.
        sent: Vec<Key>,
    },
    /// A tombstone is forgotten.
    Purged {
        /// By which replica.
        node: NodeId,
        /// The key.
        key: Key,
    },
    /// A node takes another for dead.
    Suspects {
        /// Which node.
        node: NodeId,
        /// Whom.
        whom: NodeId,
    },
    /// It has heard of it again.
    Trusts {
        /// Which node.
        node: NodeId,
        /// Of whom.
        whom: NodeId,
    },
    /// Whoever sees to a request has waited in vain.
    GaveUp {
        /// Who.
        node: NodeId,
        /// The attempt.
        request: RequestId,
        /// How many were needed.
        need: u8,
        /// Who has replied.
        replied: NodeSet,
    },
    /// A request is refused at once.
    TooFew {
        /// By whom.
        node: NodeId,
        /// The attempt.
        request: RequestId,
        /// How many are needed.
        need: u8,
        /// Who seems alive of those who could be asked.
        alive: NodeSet,
    },
    /// A read has returned what a confirmed write had certainly replaced before it began.
    Stale {
        /// The read.
        op: OpId,
        /// The first write that it should have seen.
        missed: OpId,
    },
}

/// What becomes of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintBeat {
    /// It is kept.
    Kept,
    /// The other has acknowledged what was kept for it.
    Delivered,
    /// It was too old.
    Expired,
    /// It was forgotten when it was sent.
    Forgotten,
}

impl ReplicaBeat {
    /// Whether the pace holds here.
    #[must_use]
    pub fn is_key(&self) -> bool {
        match self {
            Self::Enough { .. }
            | Self::Deleted { .. }
            | Self::Thrown { .. }
            | Self::ConfirmedInVain { .. }
            | Self::ElementBack { .. }
            | Self::ValueBack { .. }
            | Self::CopyLost { .. }
            | Self::Repairs { .. }
            | Self::HintsLost { .. }
            | Self::TreesDiffer { .. }
            | Self::GaveUp { .. }
            | Self::TooFew { .. }
            | Self::Stale { .. } => true,
            Self::Siblings { is_first, .. } => *is_first,
            Self::Hint { what, .. } => *what == HintBeat::Expired,
            Self::Got { .. } | Self::Met { .. } | Self::Purged { .. } | Self::Suspects { .. } | Self::Trusts { .. } => {
                false
            }
        }
    }
}
