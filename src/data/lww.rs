//! The register in which the last writer wins: "last" by the stamps that the writers' own clocks gave (Johnson, Thomas, "The
//! Maintenance of Duplicate Databases", RFC 677, 1975; as a lattice: Shapiro et al., "A Comprehensive Study of Convergent and
//! Commutative Replicated Data Types", 2011, specification 8). It always converges, and forgets the rest without an error.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

use super::merge::{Merge, MergeNote};
use crate::base::{NodeId, Wall};

/// When a write was made, by its writer's clock, and by whom: where clocks agree, the higher name wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// What the writer's clock read.
    pub wall: Wall,
    /// The writer.
    pub writer: NodeId,
}

/// A value with its stamp. Of two with the same stamp, which a clock that stood still makes or two writers with one name, the
/// greater value is the later, as in Cassandra: replicas agree even then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamped<V> {
    /// When and by whom it was written.
    pub stamp: Stamp,
    /// What was written.
    pub value: V,
}

impl<V> Stamped<V> {
    /// Another value with the same stamp.
    pub fn map<U>(self, f: impl FnOnce(V) -> U) -> Stamped<U> {
        Stamped { stamp: self.stamp, value: f(self.value) }
    }
}

/// A register that keeps the write with the latest stamp.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LwwRegister<V> {
    newest: Option<Stamped<V>>,
}

impl<V> Default for LwwRegister<V> {
    fn default() -> Self {
        Self { newest: None }
    }
}

impl<V: Clone + Ord> LwwRegister<V> {
    /// A register that nobody has written to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> Option<&V> {
        self.newest.as_ref().map(|newest| &newest.value)
    }

    /// The value with its stamp.
    #[must_use]
    pub fn newest(&self) -> Option<&Stamped<V>> {
        self.newest.as_ref()
    }

    /// Writes. If what is here has a later stamp, the write does nothing, and only the account says so.
    pub fn write(&mut self, stamp: Stamp, value: V) -> Option<MergeNote<V>> {
        let came = Stamped { stamp, value };
        let Some(here) = &mut self.newest else {
            self.newest = Some(came.clone());
            return Some(MergeNote::Took { value: came.value });
        };
        let (dropped, has_come) = match came.cmp(here) {
            Ordering::Equal => return None,
            Ordering::Less => (came, false),
            Ordering::Greater => (std::mem::replace(here, came), true),
        };
        let kept = here.clone();
        Some(if kept.stamp == dropped.stamp {
            MergeNote::SameStamp { kept, dropped: dropped.value }
        } else {
            MergeNote::Newer { kept, dropped, has_come }
        })
    }
}

impl<V: Clone + Ord> Merge for LwwRegister<V> {
    type Value = V;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<V>> {
        let Some(theirs) = other.newest.as_ref().filter(|theirs| self.newest.as_ref() != Some(theirs)) else {
            // Most of what is merged is here already.
            return Vec::new();
        };
        self.write(theirs.stamp, theirs.value.clone()).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    type Register = LwwRegister<u8>;

    fn stamp(wall: i64, writer: u8) -> Stamp {
        Stamp { wall: Wall(wall), writer: NodeId(writer) }
    }

    /// Stamps with little choice, so that clocks agree and go backwards.
    fn write(register: &mut Register, at: NodeId, number: usize, what: u8) {
        // The value says all there is: two writes are told apart by it.
        register.write(stamp(i64::from(what % 4), at.0), number as u8);
    }

    fn merge(register: &mut Register, other: &Register) {
        register.merge(other);
    }

    /// The write with the latest stamp of all that were seen, and of those with the same stamp the greatest value.
    fn latest(register: &Register, history: &History<'_>) -> bool {
        let latest = history.visible().max_by_key(|(number, update)| (update.what % 4, update.at, *number));
        register.value().map(|value| usize::from(*value)) == latest.map(|(number, _)| number)
    }

    #[test]
    fn the_latest_stamp_wins_everywhere() {
        Subject { start: Register::new(), update: write, merge, means: latest }.check().expect("the laws hold");
    }

    #[test]
    fn without_a_rule_for_equal_stamps_replicas_stay_apart() {
        let careless = |register: &mut Register, other: &Register| {
            let stamp_of = |register: &Register| register.newest().map(|newest| newest.stamp.wall);
            if stamp_of(other) > stamp_of(register) {
                *register = other.clone();
            }
        };
        let broken = Subject { start: Register::new(), update: write, merge: careless, means: latest }.check();
        broken.expect_err("each keeps its own");
    }

    #[test]
    fn last_is_by_the_writers_clocks_and_not_by_who_saw_whom() {
        let seen_wins = |register: &Register, history: &History<'_>| {
            let is_overwritten = |number| history.visible().any(|(by, _)| history.saw(by, number));
            register.value().is_none_or(|value| !is_overwritten(usize::from(*value)))
        };
        let broken = Subject { start: Register::new(), update: write, merge, means: seen_wins }.check();
        broken.expect_err("a write that saw another loses to it");
    }

    #[test]
    fn a_clock_that_is_fast_wins_over_a_later_write() {
        let mut register = LwwRegister::new();
        assert_eq!(register.write(stamp(100_000, 1), "a"), Some(MergeNote::Took { value: "a" }));
        let (kept, dropped) =
            (Stamped { stamp: stamp(100_000, 1), value: "a" }, Stamped { stamp: stamp(50_000, 2), value: "b" });
        let note = register.write(dropped.stamp, dropped.value);
        assert_eq!(
            note,
            Some(MergeNote::Newer { kept, dropped, has_come: false }),
            "W1: an acknowledged write is lost"
        );
        assert_eq!(register.value(), Some(&"a"));
        assert_eq!(
            register.wire_size(),
            7,
            "one for being there, three of the clock, one of the name, two of the text"
        );
    }

    #[test]
    fn a_count_in_a_register_loses_increments() {
        let five = |wall, writer, value| {
            let mut register = LwwRegister::new();
            register.write(stamp(0, 1), 5);
            register.write(stamp(wall, writer), value);
            register
        };
        let (mut a, b) = (five(1, 1, 6), five(1, 2, 6));
        a.merge(&b);
        assert_eq!(a.value(), Some(&6), "W12: two increments of 5, and one is lost");
    }

    #[test]
    fn an_equal_stamp_is_accounted_for() {
        let mut register = LwwRegister::new();
        register.write(stamp(1, 1), "a");
        assert_eq!(register.write(stamp(1, 1), "a"), None, "the same write again");
        let kept = Stamped { stamp: stamp(1, 1), value: "b" };
        assert_eq!(register.write(stamp(1, 1), "b"), Some(MergeNote::SameStamp { kept, dropped: "a" }));
    }
}
