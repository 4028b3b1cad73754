//! What it is to merge, and what a merge says that it did. Owns the shape of the account; its words are in `view::describe`.

use serde::{Deserialize, Serialize};

use super::lww::Stamped;
use crate::base::NodeId;

/// A state that takes in another: a join of a semilattice (Shapiro, Preguiça, Baquero, Zawirski, "Conflict-free
/// Replicated Data Types", 2011, section 2.2). Order and repetition do not matter, and nothing that was learnt is forgotten.
pub trait Merge {
    /// What the account speaks of: a register's value, a set's element.
    type Value;

    /// Takes in all that the other knows. The account of it, from here: "ours" is what was here, "theirs" what came. It is
    /// empty if nothing has changed and nothing of what came was turned down.
    fn merge(&mut self, other: &Self) -> Vec<MergeNote<Self::Value>>;
}

/// One thing that a merge did, and why. Part of a run's meaning when it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeNote<V> {
    /// Nothing was here, so what came was taken.
    Took {
        /// What came.
        value: V,
    },
    /// What was here is gone: what came was written with it in view.
    Replaced {
        /// What was here.
        old: V,
        /// What had seen it. Empty if that has been overwritten too.
        by: Vec<V>,
    },
    /// What came is left out: what is here was written with it in view.
    Outdated {
        /// What came.
        old: V,
        /// What had seen it. Empty if that has been overwritten too.
        by: Vec<V>,
    },
    /// Both are kept: neither saw the other.
    KeptBoth {
        /// What was here.
        ours: Vec<V>,
        /// What came.
        theirs: Vec<V>,
    },
    /// The later stamp wins, whether or not it saw the other.
    Newer {
        /// What is here now.
        kept: Stamped<V>,
        /// What is gone.
        dropped: Stamped<V>,
        /// Whether the one that is kept is the one that came.
        has_come: bool,
    },
    /// Two writes have the same stamp, which two writers with one name make: the greater value wins.
    SameStamp {
        /// What is here now.
        kept: Stamped<V>,
        /// What is gone.
        dropped: V,
    },
    /// More of a replica's increments are known.
    Increments {
        /// Whose they are.
        by: NodeId,
        /// Their sum as it was known here.
        from: u64,
        /// Their sum as it is known now.
        to: u64,
    },
    /// More of a replica's decrements are known.
    Decrements {
        /// Whose they are.
        by: NodeId,
        /// Their sum as it was known here.
        from: u64,
        /// Their sum as it is known now.
        to: u64,
    },
    /// An element came in.
    Added {
        /// Which one.
        element: V,
    },
    /// An element is gone: the removal had seen every addition of it that was known here.
    Removed {
        /// Which one.
        element: V,
    },
    /// An element was removed on one side, but stays: the other side has an addition which the removal had not seen.
    AddWins {
        /// Which one.
        element: V,
    },
    /// An element came in, but does not appear: once removed, it stays so.
    StaysRemoved {
        /// Which one.
        element: V,
    },
    /// More of a replica's updates count as seen.
    Learnt {
        /// Whose they are.
        of: NodeId,
        /// How many were seen here.
        from: u64,
        /// How many are seen now.
        to: u64,
    },
    /// Letters came in.
    Typed {
        /// Who typed them.
        by: NodeId,
        /// How many.
        letters: u64,
    },
    /// Letters are gone that were shown here.
    Struck {
        /// How many.
        letters: u64,
    },
}

impl<V> MergeNote<V> {
    /// The same account of other values: of the words for them, or of a kind that holds several types' values.
    pub fn map<U>(self, mut f: impl FnMut(V) -> U) -> MergeNote<U> {
        fn all<V, U>(values: Vec<V>, f: impl FnMut(V) -> U) -> Vec<U> {
            values.into_iter().map(f).collect()
        }
        match self {
            Self::Took { value } => MergeNote::Took { value: f(value) },
            Self::Replaced { old, by } => MergeNote::Replaced { old: f(old), by: all(by, f) },
            Self::Outdated { old, by } => MergeNote::Outdated { old: f(old), by: all(by, f) },
            Self::KeptBoth { ours, theirs } => MergeNote::KeptBoth { ours: all(ours, &mut f), theirs: all(theirs, f) },
            Self::Newer { kept, dropped, has_come } => {
                MergeNote::Newer { kept: kept.map(&mut f), dropped: dropped.map(f), has_come }
            }
            Self::SameStamp { kept, dropped } => MergeNote::SameStamp { kept: kept.map(&mut f), dropped: f(dropped) },
            Self::Increments { by, from, to } => MergeNote::Increments { by, from, to },
            Self::Decrements { by, from, to } => MergeNote::Decrements { by, from, to },
            Self::Added { element } => MergeNote::Added { element: f(element) },
            Self::Removed { element } => MergeNote::Removed { element: f(element) },
            Self::AddWins { element } => MergeNote::AddWins { element: f(element) },
            Self::StaysRemoved { element } => MergeNote::StaysRemoved { element: f(element) },
            Self::Learnt { of, from, to } => MergeNote::Learnt { of, from, to },
            Self::Typed { by, letters } => MergeNote::Typed { by, letters },
            Self::Struck { letters } => MergeNote::Struck { letters },
        }
    }
}

/// Something that travels. Its size is what a message has of it, and what repair costs.
pub trait Wire: Serialize {
    /// How many bytes it takes in postcard's encoding.
    ///
    /// # Panics
    /// Never for the types of this layer: all can be written.
    #[must_use]
    fn wire_size(&self) -> u64 {
        postcard::experimental::serialized_size(self).expect("all that travels can be written") as u64
    }
}

impl<T: Serialize> Wire for T {}
