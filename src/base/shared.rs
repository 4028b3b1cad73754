//! A vector and a map whose copies share what they have in common, so that a checkpoint copies pointers and not a log.
//!
//! Both are one row of pieces: a copy is a pointer, and a change after it copies the row of pointers and one piece. Deeper
//! trees would copy less for very long rows; these are a tenth of their code in the page.

use std::sync::Arc;

/// How many elements a piece of a vector holds.
const PIECE: usize = 64;

/// The most entries that a piece of a map holds; one more, and it is halved.
const ENTRIES: usize = 48;

/// A row of pieces.
type Row<T> = Arc<Vec<Arc<Vec<T>>>>;

/// A vector that grows at its end and can lose either end.
#[derive(Clone, Debug)]
pub struct SharedVec<T> {
    /// All but the last are full.
    pieces: Row<T>,
    /// How many elements at the start of the first piece were dropped.
    dropped: usize,
}

impl<T> Default for SharedVec<T> {
    fn default() -> Self {
        Self { pieces: Arc::default(), dropped: 0 }
    }
}

impl<T: Clone> SharedVec<T> {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let full = self.pieces.len().saturating_sub(1) * PIECE;
        self.pieces.last().map_or(0, |last| full + last.len() - self.dropped)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&T> {
        let at = at.checked_add(self.dropped)?;
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    /// The last element.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.get(self.len().checked_sub(1)?)
    }

    /// All elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }

    /// The elements from a place on.
    pub fn iter_from(&self, first: usize) -> impl Iterator<Item = &T> {
        let first = first.saturating_add(self.dropped);
        let pieces = self.pieces.get(first / PIECE..).unwrap_or_default();
        pieces.iter().flat_map(|piece| piece.iter()).skip(first % PIECE)
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        let pieces = Arc::make_mut(&mut self.pieces);
        match pieces.last_mut().filter(|last| last.len() < PIECE) {
            Some(last) => Arc::make_mut(last).push(element),
            None => pieces.push(Arc::new(vec![element])),
        }
    }

    /// Keeps so many elements from the start on.
    pub fn truncate(&mut self, length: usize) {
        if length >= self.len() {
            return;
        }
        if length == 0 {
            *self = Self::default();
            return;
        }
        let end = self.dropped + length;
        let pieces = Arc::make_mut(&mut self.pieces);
        pieces.truncate(end.div_ceil(PIECE));
        if let Some(last) = pieces.last_mut().filter(|_| !end.is_multiple_of(PIECE)) {
            Arc::make_mut(last).truncate(end % PIECE);
        }
    }

    /// Drops so many elements at the start.
    pub fn drop_front(&mut self, count: usize) {
        if count >= self.len() {
            *self = Self::default();
            return;
        }
        self.dropped += count;
        let whole = self.dropped / PIECE;
        if whole > 0 {
            Arc::make_mut(&mut self.pieces).drain(..whole);
            self.dropped %= PIECE;
        }
    }
}

impl<T: Clone + PartialEq> PartialEq for SharedVec<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Clone + Eq> Eq for SharedVec<T> {}

/// A map in the order of its keys.
#[derive(Clone, Debug)]
pub struct SharedMap<K, V> {
    /// None is empty, and the keys of each are below those of the next.
    pieces: Row<(K, V)>,
}

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self { pieces: Arc::default() }
    }
}

impl<K: Ord + Clone, V: Clone> SharedMap<K, V> {
    /// Whether it has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }

    /// The piece in which a key is or would be, and its place there or where it would be.
    fn find(&self, key: &K) -> (usize, Result<usize, usize>) {
        let piece = self.pieces.partition_point(|piece| piece[0].0 <= *key).saturating_sub(1);
        let place = self.pieces.get(piece).map_or(Err(0), |piece| piece.binary_search_by(|(other, _)| other.cmp(key)));
        (piece, place)
    }

    fn piece_mut(&mut self, at: usize) -> &mut Vec<(K, V)> {
        Arc::make_mut(&mut Arc::make_mut(&mut self.pieces)[at])
    }

    /// What a key has.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        let (piece, place) = self.find(key);
        place.ok().map(|place| &self.pieces[piece][place].1)
    }

    /// What a key has, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (piece, place) = self.find(key);
        place.ok().map(|place| &mut self.piece_mut(piece)[place].1)
    }

    /// Gives a key a value; gives back what it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (piece, place) = self.find(&key);
        match place {
            Ok(place) => Some(std::mem::replace(&mut self.piece_mut(piece)[place].1, value)),
            Err(place) => {
                self.add(piece, place, (key, value));
                None
            }
        }
    }

    /// The value of a key, to change it. A key that has none gets one first.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let (piece, place) = self.find(&key);
        let (piece, place) = match place {
            Ok(place) => (piece, place),
            Err(place) => self.add(piece, place, (key, value())),
        };
        &mut self.piece_mut(piece)[place].1
    }

    /// Adds an entry at a place. Says where it is then, since a piece that is full is halved.
    fn add(&mut self, piece: usize, place: usize, entry: (K, V)) -> (usize, usize) {
        if self.is_empty() {
            Arc::make_mut(&mut self.pieces).push(Arc::default());
        }
        let full = self.piece_mut(piece);
        full.insert(place, entry);
        if full.len() <= ENTRIES {
            return (piece, place);
        }
        let half = full.len() / 2;
        let upper = full.split_off(half);
        Arc::make_mut(&mut self.pieces).insert(piece + 1, Arc::new(upper));
        if place < half { (piece, place) } else { (piece + 1, place - half) }
    }

    /// Takes a key out; gives its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let (piece, place) = self.find(key);
        let place = place.ok()?;
        let entries = self.piece_mut(piece);
        let (_, value) = entries.remove(place);
        if entries.is_empty() {
            Arc::make_mut(&mut self.pieces).remove(piece);
        }
        Some(value)
    }

    /// The entry with the lowest key.
    #[must_use]
    pub fn first(&self) -> Option<(&K, &V)> {
        let (key, value) = self.pieces.first()?.first()?;
        Some((key, value))
    }

    /// The entry with the highest key that is not above this one.
    #[must_use]
    pub fn floor(&self, key: &K) -> Option<(&K, &V)> {
        let (piece, place) = self.find(key);
        let place = place.or_else(|place| place.checked_sub(1).ok_or(())).ok()?;
        let (key, value) = &self.pieces[piece][place];
        Some((key, value))
    }

    /// The entry with the lowest key that is above this one.
    #[must_use]
    pub fn above(&self, key: &K) -> Option<(&K, &V)> {
        let (piece, place) = self.find(key);
        let place = place.map_or_else(|place| place, |place| place + 1);
        let (key, value) = self.pieces.get(piece)?.get(place).or_else(|| self.pieces.get(piece + 1)?.first())?;
        Some((key, value))
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pieces.iter().flat_map(|piece| piece.iter()).map(|(key, value)| (key, value))
    }

    /// The entries that may differ from those of another map of which one is an earlier copy of the other: all but those in pieces
    /// that both share.
    pub fn unshared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a K, &'a V)> {
        let is_shared = |piece: &Arc<Vec<(K, V)>>| other.pieces.iter().any(|it| Arc::ptr_eq(it, piece));
        let is_whole = Arc::ptr_eq(&self.pieces, &other.pieces);
        let own = self.pieces.iter().filter(move |piece| !is_whole && !is_shared(piece));
        own.flat_map(|piece| piece.iter()).map(|(key, value)| (key, value))
    }
}

impl<K: Ord + Clone, V: Clone + PartialEq> PartialEq for SharedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pieces, &other.pieces) || self.iter().eq(other.iter())
    }
}

impl<K: Ord + Clone, V: Clone + Eq> Eq for SharedMap<K, V> {}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for SharedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        entries.into_iter().for_each(|(key, value)| {
            map.insert(key, value);
        });
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Change {
        Push(usize),
        Truncate(usize),
        DropFront(usize),
        Copy,
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            4 => (1_usize..150).prop_map(Change::Push),
            2 => (0_usize..400).prop_map(Change::Truncate),
            2 => (0_usize..200).prop_map(Change::DropFront),
            1 => Just(Change::Copy),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn a_vector_and_each_copy_of_it_is_a_plain_vector(changes in proptest::collection::vec(change(), 1..30)) {
            let (mut shared, mut plain) = (SharedVec::default(), Vec::new());
            let mut copies = Vec::new();
            for change in changes {
                match change {
                    Change::Push(count) => (0..count).for_each(|number| {
                        shared.push(number);
                        plain.push(number);
                    }),
                    Change::Truncate(length) => {
                        shared.truncate(length);
                        plain.truncate(length);
                    }
                    Change::DropFront(count) => {
                        shared.drop_front(count);
                        plain.drain(..count.min(plain.len()));
                    }
                    Change::Copy => copies.push((shared.clone(), plain.clone())),
                }
                copies.push((shared.clone(), plain.clone()));
            }
            for (shared, plain) in copies {
                prop_assert_eq!((shared.len(), shared.last(), shared.is_empty()), (plain.len(), plain.last(), plain.is_empty()));
                prop_assert!(shared.iter().eq(plain.iter()));
                for at in [0, 1, PIECE - 1, PIECE, plain.len() / 2, plain.len()] {
                    prop_assert_eq!(shared.get(at), plain.get(at));
                    prop_assert!(shared.iter_from(at).eq(plain.iter().skip(at)));
                }
                let mut again = SharedVec::default();
                plain.iter().for_each(|number| again.push(*number));
                prop_assert_eq!(&again, &shared, "however it came to be");
            }
        }

        #[test]
        fn a_map_and_each_copy_of_it_is_a_plain_map(
            changes in proptest::collection::vec((0_u8..4, 0_u16..400), 1..700),
        ) {
            let (mut shared, mut plain) = (SharedMap::default(), BTreeMap::new());
            let mut copies = Vec::new();
            for (number, (what, key)) in changes.into_iter().enumerate() {
                match what {
                    0 => prop_assert_eq!(shared.remove(&key), plain.remove(&key)),
                    1 if plain.contains_key(&key) => {
                        *shared.get_mut(&key).expect("it is there") += number;
                        *plain.entry(key).or_default() += number;
                    }
                    1 => {
                        prop_assert!(shared.get_mut(&key).is_none());
                        *shared.get_or_insert_with(key, || 7) += number;
                        *plain.entry(key).or_insert(7) += number;
                    }
                    _ => {
                        shared.insert(key, number);
                        plain.insert(key, number);
                    }
                }
                prop_assert_eq!(shared.get(&key), plain.get(&key));
                prop_assert_eq!(shared.floor(&key), plain.range(..=key).next_back());
                prop_assert_eq!(shared.above(&key), plain.range(key + 1..).next());
                if number % 50 == 0 {
                    copies.push((shared.clone(), plain.clone()));
                }
            }
            copies.push((shared, plain));
            for (shared, plain) in copies {
                prop_assert_eq!((shared.len(), shared.is_empty()), (plain.len(), plain.is_empty()));
                prop_assert!(shared.iter().eq(plain.iter()));
                prop_assert_eq!(shared.first(), plain.first_key_value());
                prop_assert_eq!(plain.into_iter().rev().collect::<SharedMap<_, _>>(), shared);
            }
        }
    }
}
