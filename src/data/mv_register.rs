//! The register that keeps all writes which have not seen each other (Shapiro et al., "A Comprehensive Study of Convergent and
//! Commutative Replicated Data Types", 2011, specification 10). Whoever writes has seen all that the replica holds; with clients
//! that may not have, a key has [`Siblings`] at once.

use serde::{Deserialize, Serialize};

use super::dotted::{Dotted, Siblings};
use super::merge::{Merge, MergeNote};
use super::version_vector::VersionVector;
use crate::base::NodeId;

/// A register with as many values as there are writes that have not seen each other. Equal values from such writes stay two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MvRegister<V> {
    versions: Siblings<V>,
}

impl<V> Default for MvRegister<V> {
    fn default() -> Self {
        Self { versions: Siblings::default() }
    }
}

impl<V: Clone> MvRegister<V> {
    /// A register that nobody has written to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes over all that this replica sees.
    pub fn write(&mut self, replica: NodeId, value: V) -> Vec<MergeNote<V>> {
        let context = self.versions.context();
        self.versions.put(replica, context, value).1
    }

    /// The values in the order of their names.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.versions.values()
    }

    /// The values with their names and pasts.
    #[must_use]
    pub fn versions(&self) -> &[Dotted<V>] {
        self.versions.versions()
    }

    /// What this replica has seen.
    #[must_use]
    pub fn context(&self) -> VersionVector {
        self.versions.context()
    }
}

impl<V: Clone> Merge for MvRegister<V> {
    type Value = V;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<V>> {
        self.versions.merge(&other.versions)
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    type Register = MvRegister<u8>;

    fn write(register: &mut Register, at: NodeId, number: usize, _: u8) {
        register.write(at, number as u8);
    }

    fn merge(register: &mut Register, other: &Register) {
        register.merge(other);
    }

    /// The writes that no other writer had seen.
    fn means(register: &Register, history: &History<'_>) -> bool {
        let is_seen = |number| history.visible().any(|(by, _)| history.saw(by, number));
        let unseen = history.visible().map(|(number, _)| number as u8).filter(|&number| !is_seen(usize::from(number)));
        let mut values: Vec<u8> = register.values().copied().collect();
        values.sort_unstable();
        unseen.eq(values)
    }

    #[test]
    fn it_keeps_what_no_writer_had_seen() {
        Subject { start: Register::new(), update: write, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn with_one_name_for_two_replicas_a_write_is_lost() {
        let shared = |register: &mut Register, _: NodeId, number: usize, _: u8| {
            register.write(NodeId(1), number as u8);
        };
        let broken = Subject { start: Register::new(), update: shared, merge, means }.check();
        broken.expect_err("different writes have one name");
    }

    #[test]
    fn equal_writes_that_had_not_seen_each_other_stay_two() {
        let (mut a, mut b) = (MvRegister::new(), MvRegister::new());
        a.write(NodeId(1), "x");
        b.write(NodeId(2), "x");
        assert_eq!(a.merge(&b), [MergeNote::KeptBoth { ours: vec!["x"], theirs: vec!["x"] }]);
        assert_eq!(a.values().collect::<Vec<_>>(), [&"x", &"x"], "W37");
        let both = a.wire_size();
        assert_eq!(a.write(NodeId(1), "y").len(), 2, "a write over both has seen both");
        assert_eq!((a.values().collect::<Vec<_>>(), both, a.wire_size()), (vec![&"y"], 11, 10));
    }
}
