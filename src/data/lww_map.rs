//! A map in which each key is a register whose last writer wins, and a removal is a write too: it leaves a tombstone, since a
//! key that was forgotten could not be told from one that never was. Cassandra's rows are such maps.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::lww::{LwwRegister, Stamp, Stamped};
use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;
use crate::base::Wall;

/// What a key has: what the account of a merge speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot<K, V> {
    /// The key.
    pub key: K,
    /// Its value; none if it was removed.
    pub value: Option<V>,
}

impl<K: fmt::Display, V: fmt::Display> fmt::Display for Slot<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value}", self.key),
            None => write!(f, "{} removed", self.key),
        }
    }
}

/// A map of last-writer-wins registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"))]
pub struct LwwMap<K, V> {
    registers: Sorted<K, LwwRegister<Option<V>>>,
}

impl<K, V> Default for LwwMap<K, V> {
    fn default() -> Self {
        Self { registers: Sorted::default() }
    }
}

impl<K: Clone + Ord, V: Clone + Ord> LwwMap<K, V> {
    /// A map that nobody has written to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What a key has.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.registers.get(key)?.value()?.as_ref()
    }

    /// The keys that have values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.registers.iter().filter_map(|(key, register)| Some((key, register.value()?.as_ref()?)))
    }

    /// Writes a key.
    pub fn set(&mut self, stamp: Stamp, key: K, value: V) -> Option<MergeNote<Slot<K, V>>> {
        self.write(stamp, key, Some(value))
    }

    /// Removes a key: its tombstone stays.
    pub fn remove(&mut self, stamp: Stamp, key: K) -> Option<MergeNote<Slot<K, V>>> {
        self.write(stamp, key, None)
    }

    fn write(&mut self, stamp: Stamp, key: K, value: Option<V>) -> Option<MergeNote<Slot<K, V>>> {
        let note = self.registers.entry(key.clone()).write(stamp, value)?;
        Some(note.map(|value| Slot { key: key.clone(), value }))
    }

    /// The keys whose tombstones are kept, with the tombstones' stamps.
    pub fn tombstones(&self) -> impl Iterator<Item = (&K, Stamp)> {
        let all = self.registers.iter().filter_map(|(key, register)| Some((key, register.newest()?)));
        all.filter(|(_, newest)| newest.value.is_none()).map(|(key, newest)| (key, newest.stamp))
    }

    /// Forgets tombstones of before this time; how many. No merge: where an older write is still about, the key comes back.
    pub fn purge(&mut self, before: Wall) -> usize {
        let count = self.registers.len();
        let is_old = |newest: &Stamped<Option<V>>| newest.value.is_none() && newest.stamp.wall < before;
        self.registers.retain(|(_, register)| !register.newest().is_some_and(is_old));
        count - self.registers.len()
    }
}

impl<K: Clone + Ord, V: Clone + Ord> Merge for LwwMap<K, V> {
    type Value = Slot<K, V>;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<Slot<K, V>>> {
        let theirs = other.registers.iter().filter_map(|(key, register)| Some((key, register.newest()?)));
        theirs.filter_map(|(key, newest)| self.write(newest.stamp, key.clone(), newest.value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::super::merge::Wire;
    use super::*;
    use crate::base::NodeId;

    type Map = LwwMap<u8, u8>;

    fn stamp(wall: i64, writer: u8) -> Stamp {
        Stamp { wall: Wall(wall), writer: NodeId(writer) }
    }

    /// Two keys, written and removed, with clocks that are ahead or behind.
    fn change(map: &mut Map, at: NodeId, number: usize, what: u8) {
        let stamp = stamp(number as i64 + 5 * i64::from(at.0), at.0);
        drop(if what >= 8 { map.remove(stamp, what % 2) } else { map.set(stamp, what % 2, number as u8) });
    }

    fn merge(map: &mut Map, other: &Map) {
        map.merge(other);
    }

    fn latest(map: &Map, history: &History<'_>) -> bool {
        (0..2).all(|key| {
            let writes = history.visible().filter(|(_, update)| update.what % 2 == key);
            let last = writes.max_by_key(|(number, update)| (number + 5 * usize::from(update.at.0), update.at));
            let value = last.filter(|(_, update)| update.what < 8).map(|(number, _)| number);
            map.get(&key).map(|value| usize::from(*value)) == value
        })
    }

    #[test]
    fn each_key_is_a_register() {
        Subject { start: Map::new(), update: change, merge, means: latest }.check().expect("the laws hold");
    }

    #[test]
    fn a_removed_key_still_takes_room() {
        let mut map = Map::new();
        let empty = map.wire_size();
        drop(map.set(stamp(1, 1), 0, 9));
        let one = map.wire_size();
        drop(map.remove(stamp(2, 1), 0));
        assert_eq!(
            (empty, one, map.wire_size()),
            (1, 7, 6),
            "a count; a key, a stamp, the key again and a value; no value"
        );
    }

    #[test]
    fn a_removal_without_a_tombstone_is_undone() {
        let forgetful = |map: &mut Map, at: NodeId, number: usize, what: u8| {
            change(map, at, number, what);
            map.purge(Wall(i64::MAX));
        };
        let broken = Subject { start: Map::new(), update: forgetful, merge, means: latest }.check();
        broken.expect_err("W8: the key comes back");
    }

    #[test]
    fn a_purged_tombstone_brings_the_key_back() {
        let mut here = LwwMap::new();
        here.set(stamp(1, 1), "x", 1);
        let away = here.clone();
        here.remove(stamp(5, 1), "x");
        assert_eq!((here.purge(Wall(5)), here.purge(Wall(6))), (0, 1));
        assert_eq!(here.merge(&away), [MergeNote::Took { value: Slot { key: "x", value: Some(1) } }]);
        assert_eq!(here.iter().collect::<Vec<_>>(), [(&"x", &1)]);
    }

    #[test]
    fn a_removal_by_a_slow_clock_does_nothing() {
        let mut map = LwwMap::new();
        map.set(stamp(200, 1), "x", 1);
        let note = map.remove(stamp(110, 2), "x");
        assert!(matches!(note, Some(MergeNote::Newer { has_come: false, .. })), "W9: {note:?}");
        assert_eq!((map.get(&"x"), map.tombstones().count()), (Some(&1), 0));
        map.remove(stamp(3_600_000, 2), "x");
        map.set(stamp(600_000, 1), "x", 2);
        assert_eq!((map.get(&"x"), map.tombstones().count()), (None, 1), "and a fast one eats later writes");
    }
}
