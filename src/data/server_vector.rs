//! What dotted version vectors mend: siblings with a plain version vector each, one entry a server, as in Dynamo (DeCandia et
//! al., SOSP 2007, section 4.4). Right as long as each write has seen what its server holds. Of two writes that went through
//! one server and had not seen each other, the later seems to have seen the earlier, which is lost without a word.

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::version_vector::{Causality, VersionVector};
use crate::base::NodeId;

/// A version with a plain version vector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Version<V> {
    clock: VersionVector,
    value: V,
}

/// The versions of one key whose vectors do not include each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServerVectorSiblings<V> {
    /// In the order of their clocks and values.
    versions: Vec<Version<V>>,
}

impl<V> Default for ServerVectorSiblings<V> {
    fn default() -> Self {
        Self { versions: Vec::new() }
    }
}

impl<V: Clone + Ord> ServerVectorSiblings<V> {
    /// A key that nobody has written to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The versions with their clocks.
    pub fn versions(&self) -> impl Iterator<Item = (&VersionVector, &V)> {
        self.versions.iter().map(|version| (&version.clock, &version.value))
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.versions.iter().map(|version| &version.value)
    }

    /// What whoever reads all of this has seen.
    #[must_use]
    pub fn context(&self) -> VersionVector {
        self.versions.iter().fold(VersionVector::new(), |context, version| context.joined(&version.clock))
    }

    /// A server takes a write from a client that has seen so much: the write's clock is what the client has seen, and one more
    /// of this server's. That one more counts all that the server took before, which the client may never have seen.
    pub fn put(&mut self, server: NodeId, context: &VersionVector, value: V) -> Vec<MergeNote<V>> {
        let dot = self.context().joined(context).next(server);
        let mut clock = context.clone();
        clock.include(dot);
        self.merge(&Self { versions: vec![Version { clock, value }] })
    }

    fn overwritten_by(&self, version: &Version<V>) -> Option<Vec<V>> {
        let sees = |other: &&Version<V>| other.clock.causality(&version.clock) == Causality::After;
        let by: Vec<V> = self.versions.iter().filter(sees).map(|other| other.value.clone()).collect();
        (!by.is_empty()).then_some(by)
    }
}

impl<V: Clone + Ord> Merge for ServerVectorSiblings<V> {
    type Value = V;

    /// What stays is what no other version's clock includes.
    fn merge(&mut self, other: &Self) -> Vec<MergeNote<V>> {
        let was_empty = self.versions.is_empty();
        let mut notes = Vec::new();
        let (mut ours, mut theirs, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for version in &self.versions {
            if let Some(by) = other.overwritten_by(version) {
                notes.push(MergeNote::Replaced { old: version.value.clone(), by });
                continue;
            }
            if !other.versions.contains(version) {
                ours.push(version.value.clone());
            }
            kept.push(version.clone());
        }
        for version in other.versions.iter().filter(|version| !self.versions.contains(version)) {
            if let Some(by) = self.overwritten_by(version) {
                notes.push(MergeNote::Outdated { old: version.value.clone(), by });
                continue;
            }
            theirs.push(version.value.clone());
            kept.push(version.clone());
        }
        kept.sort();
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
mod tests {
    use super::super::dotted::tests::{context, unread};
    use super::super::laws::{History, Subject};
    use super::*;

    type Key = ServerVectorSiblings<u8>;

    fn merge(key: &mut Key, other: &Key) {
        key.merge(other);
    }

    fn means(key: &Key, history: &History<'_>) -> bool {
        let mut values: Vec<u8> = key.values().copied().collect();
        values.sort_unstable();
        values == unread(history)
    }

    #[test]
    fn it_is_right_while_every_writer_has_read_first() {
        let informed = |key: &mut Key, at: NodeId, number: usize, _: u8| {
            key.put(at, &key.context(), number as u8);
        };
        let means = |key: &Key, history: &History<'_>| {
            let is_read = |number| history.visible().any(|(by, _)| history.saw(by, number));
            let unread =
                history.visible().map(|(number, _)| number as u8).filter(|&number| !is_read(usize::from(number)));
            let mut values: Vec<u8> = key.values().copied().collect();
            values.sort_unstable();
            unread.eq(values)
        };
        Subject { start: Key::new(), update: informed, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn a_write_that_has_not_been_read_is_lost() {
        let update = |key: &mut Key, at: NodeId, number: usize, what: u8| {
            let context = context(what, key.context());
            key.put(at, &context, number as u8);
        };
        let broken = Subject { start: Key::new(), update, merge, means }.check().expect_err("writes are lost");
        assert!(broken.contains("history"), "it converges, but to the wrong values: {broken}");
    }

    #[test]
    fn of_two_blind_writes_at_one_server_one_is_lost() {
        let mut key = ServerVectorSiblings::new();
        key.put(NodeId(1), &VersionVector::new(), "v1");
        let read_by_peter = key.context();
        let notes = key.put(NodeId(1), &VersionVector::new(), "v2");
        assert_eq!(notes, [MergeNote::Replaced { old: "v1", by: vec!["v2"] }], "v2 had never seen v1");
        key.put(NodeId(1), &read_by_peter, "v3");
        assert_eq!(key.values().collect::<Vec<_>>(), [&"v3"], "W10: v2 is lost");
    }
}
