//! Siblings with dotted version vectors: each version has a name of its own, apart from what its writer had seen (Preguiça,
//! Baquero, Almeida, Fonte, Gonçalves, "Dotted Version Vectors: Logical Clocks for Optimistic Replication", 2010; "Brief
//! Announcement" at PODC 2012). One replica can so keep two writes that it took itself and that had not seen each other.

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::version_vector::{Causality, Dot, VersionVector};
use crate::base::NodeId;

/// A version: a value, its name, and what its writer had seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dotted<V> {
    /// Its name.
    pub dot: Dot,
    /// What its writer had seen: the context that the client sent with its write.
    pub past: VersionVector,
    /// What was written.
    pub value: V,
}

impl<V> Dotted<V> {
    /// Whether its writer had seen the other.
    #[must_use]
    pub fn saw(&self, other: &Self) -> bool {
        self.past.contains(other.dot)
    }

    /// How it stands to another.
    #[must_use]
    pub fn causality(&self, other: &Self) -> Causality {
        let is_same = self.dot == other.dot;
        Causality::of(is_same || self.saw(other), is_same || other.saw(self))
    }

    /// What whoever reads it has seen: its past, and itself. As a plain version vector, which its clock is drawn as.
    #[must_use]
    pub fn clock(&self) -> VersionVector {
        let mut clock = self.past.clone();
        clock.include(self.dot);
        clock
    }
}

/// The versions of one key that have not seen each other.
///
/// Replicas hand each other all versions of a key and never a single one: a name counts all earlier ones of its replica as
/// seen, so whoever hands on the third must hand on what is left of the first two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Siblings<V> {
    /// In the order of their names.
    versions: Vec<Dotted<V>>,
}

impl<V> Default for Siblings<V> {
    fn default() -> Self {
        Self { versions: Vec::new() }
    }
}

impl<V: Clone> Siblings<V> {
    /// A key that nobody has written to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The versions in the order of their names.
    #[must_use]
    pub fn versions(&self) -> &[Dotted<V>] {
        &self.versions
    }

    /// The values in the order of their names.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.versions.iter().map(|version| &version.value)
    }

    /// What whoever reads all of this has seen: to be sent with a write that follows.
    #[must_use]
    pub fn context(&self) -> VersionVector {
        let mut context = VersionVector::new();
        for version in &self.versions {
            context.join(&version.past);
            context.include(version.dot);
        }
        context
    }

    /// A replica takes a write from a client that has seen so much: the write's name, and an account of what was here.
    pub fn put(&mut self, replica: NodeId, context: VersionVector, value: V) -> (Dot, Vec<MergeNote<V>>) {
        let dot = self.context().joined(&context).next(replica);
        (dot, self.put_named(dot, context, value))
    }

    /// A replica takes a write under a name that it has never given before: an account of what was here.
    pub fn put_named(&mut self, dot: Dot, past: VersionVector, value: V) -> Vec<MergeNote<V>> {
        self.merge(&Self { versions: vec![Dotted { dot, past, value }] })
    }

    /// The values of those versions that had seen this one; none if it stands.
    fn overwritten_by(&self, version: &Dotted<V>) -> Option<Vec<V>> {
        let by: Vec<V> =
            self.versions.iter().filter(|other| other.saw(version)).map(|other| other.value.clone()).collect();
        (!by.is_empty()).then_some(by)
    }

    fn holds(&self, dot: Dot) -> bool {
        self.versions.binary_search_by_key(&dot, |version| version.dot).is_ok()
    }
}

impl<V: Clone> Merge for Siblings<V> {
    type Value = V;

    /// What stays is what no other version has seen.
    fn merge(&mut self, other: &Self) -> Vec<MergeNote<V>> {
        let was_empty = self.versions.is_empty();
        let mut notes = Vec::new();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut kept = Vec::new();
        for version in &self.versions {
            match other.overwritten_by(version) {
                Some(by) => notes.push(MergeNote::Replaced { old: version.value.clone(), by }),
                None => {
                    if !other.holds(version.dot) {
                        ours.push(version.value.clone());
                    }
                    kept.push(version.clone());
                }
            }
        }
        for version in other.versions.iter().filter(|version| !self.holds(version.dot)) {
            match self.overwritten_by(version) {
                Some(by) => notes.push(MergeNote::Outdated { old: version.value.clone(), by }),
                None => {
                    theirs.push(version.value.clone());
                    kept.push(version.clone());
                }
            }
        }
        kept.sort_by_key(|version| version.dot);
        self.versions = kept;
        if was_empty {
            notes.extend(theirs.into_iter().map(|value| MergeNote::Took { value }));
        } else if !ours.is_empty() && !theirs.is_empty() {
            notes.push(MergeNote::KeptBoth { ours, theirs });
        }
        notes
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    type Key = Siblings<u8>;

    fn write(key: &mut Key, at: NodeId, number: usize, what: u8) {
        key.put(at, context(what, key.context()), number as u8);
    }

    /// A third of the writes are blind: their clients have read nothing.
    pub(in crate::data) fn context(what: u8, read: VersionVector) -> VersionVector {
        if is_blind(what) { VersionVector::new() } else { read }
    }

    fn is_blind(what: u8) -> bool {
        what.is_multiple_of(3)
    }

    fn merge(key: &mut Key, other: &Key) {
        key.merge(other);
    }

    /// Those writes of a history that none of its writers had read (D4: every write is a sibling, or below one that saw it).
    pub(in crate::data) fn unread(history: &History<'_>) -> Vec<u8> {
        let is_read = |number| history.visible().any(|(by, update)| !is_blind(update.what) && history.saw(by, number));
        history
            .visible()
            .map(|(number, _)| number)
            .filter(|number| !is_read(*number))
            .map(|number| number as u8)
            .collect()
    }

    fn means(key: &Key, history: &History<'_>) -> bool {
        let mut values: Vec<u8> = key.values().copied().collect();
        values.sort_unstable();
        values == unread(history)
    }

    #[test]
    fn what_nobody_has_read_stays() {
        Subject { start: Key::new(), update: write, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_lose_writes() {
        let shared = |key: &mut Key, _: NodeId, number: usize, what: u8| write(key, NodeId(1), number, what);
        let broken = Subject { start: Key::new(), update: shared, merge, means }.check();
        broken.expect_err("different writes have one name");
    }

    #[test]
    fn the_later_name_is_not_the_later_version() {
        let careless = |key: &mut Key, other: &Key| {
            let (ours, theirs) = (key.context(), other.context());
            if theirs > ours {
                *key = other.clone();
            }
        };
        let broken = Subject { start: Key::new(), update: write, merge: careless, means }.check();
        broken.expect_err("a greater vector has not seen the smaller one's writes");
    }

    #[test]
    fn blind_writes_stay_beside_what_they_had_not_seen() {
        let mut key = Siblings::new();
        key.put(NodeId(1), VersionVector::new(), "v1");
        let read_by_peter = key.context();
        let (_, notes) = key.put(NodeId(1), VersionVector::new(), "v2");
        assert_eq!(notes, [MergeNote::KeptBoth { ours: vec!["v1"], theirs: vec!["v2"] }]);
        let (dot, notes) = key.put(NodeId(1), read_by_peter, "v3");
        let kept = MergeNote::KeptBoth { ours: vec!["v2"], theirs: vec!["v3"] };
        assert_eq!(notes, [MergeNote::Replaced { old: "v1", by: vec!["v3"] }, kept]);
        assert_eq!((key.context().to_string(), dot.to_string()), ("n1:3".to_owned(), "n1:3".to_owned()), "W10");
        assert_eq!(key.versions()[0].causality(&key.versions()[1]), Causality::Concurrent);
        assert_eq!(key.wire_size(), 15, "two versions: a name, a past and two letters with their length each");
    }

    #[test]
    fn the_account_names_what_saw_what() {
        let mut here = Siblings::new();
        here.put(NodeId(1), VersionVector::new(), "a");
        let mut there = here.clone();
        assert_eq!(there.merge(&here), [], "nothing new");
        there.put(NodeId(2), there.context(), "b");
        let behind = here.clone();
        assert_eq!(here.merge(&there), [MergeNote::Replaced { old: "a", by: vec!["b"] }]);
        assert_eq!(here.merge(&behind), [MergeNote::Outdated { old: "a", by: vec!["b"] }]);
        assert_eq!(Siblings::new().merge(&here), [MergeNote::Took { value: "b" }]);
        assert_eq!(here.versions()[0].clock().to_string(), "n1:1 n2:1");
        assert_eq!(here.versions()[0].causality(&behind.versions()[0]), Causality::After);
    }
}
