//! A small map as one sorted row. Most of these types hold a handful of entries, are copied with every checkpoint, and are
//! told apart by what they hold: one row is the least to copy, and equal maps are equal rows, byte for byte.

use serde::{Deserialize, Serialize};

/// A map whose entries stand in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<(K, V)>", bound(deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"))]
pub(super) struct Sorted<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Ord, V> TryFrom<Vec<(K, V)>> for Sorted<K, V> {
    type Error = &'static str;

    fn try_from(entries: Vec<(K, V)>) -> Result<Self, Self::Error> {
        let ascends = entries.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if ascends { Ok(Self { entries }) } else { Err("the keys do not ascend") }
    }
}

impl<K: Ord, V> Sorted<K, V> {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    fn place(&self, key: &K) -> Result<usize, usize> {
        self.entries.binary_search_by(|(other, _)| other.cmp(key))
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|at| &self.entries[at].1)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Gives a key a value; the one that it had before.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|at| self.entries.remove(at).1)
    }

    /// The value of a key, to change it. A key that has none gets the default first.
    pub(super) fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.entries.insert(at, (key, V::default()));
            at
        });
        &mut self.entries[at].1
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&(K, V)) -> bool) {
        self.entries.retain(keep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_does_not_ascend_is_not_taken() {
        let bytes = |entries: &[(u8, u8)]| postcard::to_allocvec(entries).expect("it can be written");
        let read = |bytes: &[u8]| postcard::from_bytes::<Sorted<u8, u8>>(bytes);
        assert_eq!(read(&bytes(&[(1, 5), (2, 4)])).expect("it ascends").get(&2), Some(&4));
        assert!(read(&bytes(&[(2, 5), (1, 4)])).is_err());
        assert!(read(&bytes(&[(1, 5), (1, 5)])).is_err());
    }

    #[test]
    fn entries_stand_in_the_order_of_their_keys() {
        let mut map = Sorted::default();
        for key in [3_u8, 1, 2] {
            assert_eq!(map.insert(key, key * 10), None);
        }
        *map.entry(1) += 1;
        *map.entry(4) += 7;
        assert_eq!(map.insert(2, 9), Some(20));
        assert_eq!(map.remove(&3), Some(30));
        assert!(map.iter().map(|(key, value)| (*key, *value)).eq([(1, 11), (2, 9), (4, 7)]));
    }
}
