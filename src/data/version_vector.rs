//! Version vectors: how many of each replica's updates have been seen (Parker et al., "Detection of Mutual Inconsistency in
//! Distributed Systems", IEEE TSE 1983). Owns dots, the order of causes, and the vector; knows nothing of what is updated.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;
use crate::base::NodeId;

/// One update, named by who made it and its number among theirs, from 1 (Preguiça et al., "Dotted Version Vectors", 2010).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dot {
    /// Who made it.
    pub actor: NodeId,
    /// Its number.
    pub count: u64,
}

impl fmt::Display for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.actor, self.count)
    }
}

/// How one thing stands to another in the order of causes (Lamport, "Time, Clocks, and the Ordering of Events in a
/// Distributed System", 1978).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Causality {
    /// They are the same.
    Equal,
    /// The other has seen this one, and more.
    Before,
    /// This one has seen the other, and more.
    After,
    /// Neither has seen the other.
    Concurrent,
}

impl Causality {
    /// From whether each has seen the other.
    #[must_use]
    pub fn of(saw_other: bool, seen_by_other: bool) -> Self {
        match (saw_other, seen_by_other) {
            (true, true) => Self::Equal,
            (true, false) => Self::After,
            (false, true) => Self::Before,
            (false, false) => Self::Concurrent,
        }
    }
}

/// How many of each replica's updates have been seen: the first so many, without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Sorted<NodeId, u64>")]
pub struct VersionVector {
    /// None is zero, so that equal vectors are equal values.
    counts: Sorted<NodeId, u64>,
}

impl VersionVector {
    /// Nothing has been seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing has been seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many of a replica's updates have been seen.
    #[must_use]
    pub fn get(&self, actor: NodeId) -> u64 {
        self.counts.get(&actor).copied().unwrap_or(0)
    }

    /// Whether an update has been seen.
    #[must_use]
    pub fn contains(&self, dot: Dot) -> bool {
        dot.count <= self.get(dot.actor)
    }

    /// Whether all that the other has seen has been seen.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        other.iter().all(|dot| self.contains(dot))
    }

    /// The name of a replica's next update.
    #[must_use]
    pub fn next(&self, actor: NodeId) -> Dot {
        Dot { actor, count: self.get(actor) + 1 }
    }

    /// Counts an update and all earlier ones of its replica as seen.
    pub fn include(&mut self, dot: Dot) {
        if !self.contains(dot) {
            self.counts.insert(dot.actor, dot.count);
        }
    }

    /// Counts a replica's next update as seen; its name.
    pub fn increment(&mut self, actor: NodeId) -> Dot {
        let dot = self.next(actor);
        self.include(dot);
        dot
    }

    /// Takes in all that the other has seen.
    pub fn join(&mut self, other: &Self) {
        other.iter().for_each(|dot| self.include(dot));
    }

    /// What either has seen.
    #[must_use]
    pub fn joined(mut self, other: &Self) -> Self {
        self.join(other);
        self
    }

    /// How this stands to another.
    #[must_use]
    pub fn causality(&self, other: &Self) -> Causality {
        Causality::of(self.includes(other), other.includes(self))
    }

    /// The last update seen of each replica, in the order of the replicas.
    pub fn iter(&self) -> impl Iterator<Item = Dot> + Clone + '_ {
        self.counts.iter().map(|(actor, count)| Dot { actor: *actor, count: *count })
    }
}

impl FromIterator<Dot> for VersionVector {
    fn from_iter<I: IntoIterator<Item = Dot>>(dots: I) -> Self {
        let mut vector = Self::new();
        dots.into_iter().for_each(|dot| vector.include(dot));
        vector
    }
}

impl TryFrom<Sorted<NodeId, u64>> for VersionVector {
    type Error = &'static str;

    fn try_from(counts: Sorted<NodeId, u64>) -> Result<Self, Self::Error> {
        let has_zero = counts.iter().any(|(_, count)| *count == 0);
        if has_zero { Err("a replica of whom nothing was seen has no entry") } else { Ok(Self { counts }) }
    }
}

impl Merge for VersionVector {
    type Value = Dot;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<Dot>> {
        let unseen = other.iter().filter(|dot| !self.contains(*dot));
        let learnt = |dot: Dot| MergeNote::Learnt { of: dot.actor, from: self.get(dot.actor), to: dot.count };
        let notes = unseen.map(learnt).collect();
        self.join(other);
        notes
    }
}

impl fmt::Display for VersionVector {
    /// As on the stage: `n1:3 n2:1`. Nothing seen is `-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("-");
        }
        for (i, dot) in self.iter().enumerate() {
            write!(f, "{}{dot}", if i > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    /// How many updates of each replica a history has.
    fn counted(vector: &VersionVector, history: &History<'_>) -> bool {
        let seen = |actor: NodeId| history.visible().filter(|(_, update)| update.at == actor).count() as u64;
        (1..=3).all(|actor| vector.get(NodeId(actor)) == seen(NodeId(actor)))
    }

    fn update(vector: &mut VersionVector, at: NodeId, _: usize, _: u8) {
        vector.increment(at);
    }

    fn join(vector: &mut VersionVector, other: &VersionVector) {
        vector.merge(other);
    }

    #[test]
    fn it_counts_what_was_seen() {
        Subject { start: VersionVector::new(), update, merge: join, means: counted }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_do_not_count_what_was_seen() {
        let shared = |vector: &mut VersionVector, _: NodeId, _, _| {
            vector.increment(NodeId(1));
        };
        let means = |vector: &VersionVector, history: &History<'_>| {
            vector.iter().map(|dot| dot.count).sum::<u64>() == history.visible().count() as u64
        };
        let start = VersionVector::new();
        let broken = Subject { start: start.clone(), update: shared, merge: join, means }.check();
        broken.expect_err("updates of the same name count once");
        Subject { start, update, merge: join, means }.check().expect("with names of their own it is their number");
    }

    #[test]
    fn adding_up_is_no_merge() {
        let sum = |vector: &mut VersionVector, other: &VersionVector| {
            for dot in other.iter() {
                let count = vector.get(dot.actor) + dot.count;
                vector.include(Dot { count, ..dot });
            }
        };
        let broken = Subject { start: VersionVector::new(), update, merge: sum, means: counted }.check();
        broken.expect_err("what comes twice must count once");
    }

    #[test]
    fn the_order_of_causes_is_partial() {
        let vector = |counts: &[(u8, u64)]| {
            counts.iter().map(|&(actor, count)| Dot { actor: NodeId(actor), count }).collect::<VersionVector>()
        };
        let (a, b) = (vector(&[(1, 2)]), vector(&[(1, 1), (2, 1)]));
        assert_eq!(a.causality(&b), Causality::Concurrent);
        assert_eq!(a.causality(&a), Causality::Equal);
        assert_eq!(a.causality(&vector(&[])), Causality::After);
        let both = a.clone().joined(&b);
        assert_eq!((a.causality(&both), both.to_string()), (Causality::Before, "n1:2 n2:1".to_owned()));
        assert_eq!(vector(&[]).to_string(), "-");
        assert_eq!(both.wire_size(), 5, "a length, and two bytes for each replica");
    }

    #[test]
    fn the_account_says_of_whom_more_is_known() {
        let mut vector: VersionVector = [Dot { actor: NodeId(1), count: 3 }].into_iter().collect();
        let other = [Dot { actor: NodeId(1), count: 2 }, Dot { actor: NodeId(2), count: 4 }].into_iter().collect();
        assert_eq!(vector.merge(&other), [MergeNote::Learnt { of: NodeId(2), from: 0, to: 4 }]);
        assert_eq!(vector.merge(&other), []);
    }

    #[test]
    fn a_vector_with_a_zero_is_not_taken() {
        let read = |bytes: &[u8]| postcard::from_bytes::<VersionVector>(bytes);
        assert!(read(&[1, 1, 5]).is_ok());
        assert!(read(&[1, 1, 0]).is_err());
    }
}
