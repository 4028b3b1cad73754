//! What a search has seen: tables that compare whole keys, with a fixed hash whose order never shows.

/// Spreads a word over 64 bits (the finaliser of SplitMix64).
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

fn hash(words: &[u64]) -> u64 {
    words.iter().fold(words.len() as u64, |hash, word| mix(hash.wrapping_add(0x9E37_79B9_7F4A_7C15) ^ word))
}

/// A map from pairs of numbers to a number.
#[derive(Clone, Debug)]
pub(super) struct PairTable {
    /// Key and value; a key of `u64::MAX` is a free place.
    slots: Vec<(u64, u32)>,
    len: usize,
}

impl PairTable {
    pub(super) fn new() -> Self {
        Self { slots: vec![(u64::MAX, 0); 64], len: 0 }
    }

    fn place(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = mix(key) as usize & mask;
        while self.slots[at].0 != u64::MAX && self.slots[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    pub(super) fn get(&self, first: u32, second: u32) -> Option<u32> {
        let key = join(first, second);
        let (found, value) = self.slots[self.place(key)];
        (found == key).then_some(value)
    }

    pub(super) fn insert(&mut self, first: u32, second: u32, value: u32) {
        if self.len * 2 >= self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![(u64::MAX, 0); old.len() * 2];
            for entry in old.into_iter().filter(|(key, _)| *key != u64::MAX) {
                let at = self.place(entry.0);
                self.slots[at] = entry;
            }
        }
        let key = join(first, second);
        let at = self.place(key);
        self.len += usize::from(self.slots[at].0 != key);
        self.slots[at] = (key, value);
    }
}

/// Neither number is ever `u32::MAX` in both halves, so that no key is that of a free place.
fn join(first: u32, second: u32) -> u64 {
    (u64::from(first) << 32) | u64::from(second)
}

/// Configurations that need not be looked at again.
///
/// A configuration is a key (what is done of that which must be, and the state) and a set of optional operations that
/// were used up on the way. One that used more than another with the same key can do nothing that the other cannot, so
/// only those matter that no other one is a part of.
#[derive(Clone, Debug)]
pub(super) struct Memo {
    /// Places in `entries`, plus one; 0 is free.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    words: Vec<u64>,
    /// Sets with the next one of the same key, plus one.
    sets: Vec<(usize, u32)>,
    set_words: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Entry {
    hash: u64,
    start: usize,
    len: u32,
    /// The first set, plus one.
    sets: u32,
}

impl Memo {
    pub(super) fn new() -> Self {
        Self { slots: vec![0; 64], entries: Vec::new(), words: Vec::new(), sets: Vec::new(), set_words: Vec::new() }
    }

    /// Notes a configuration. False if an earlier one with the same key used no more than this one.
    pub(super) fn insert(&mut self, key: &[u64], used: &[u64]) -> bool {
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(key);
        let at = self.place(hash, key);
        if self.slots[at] == 0 {
            self.entries.push(Entry { hash, start: self.words.len(), len: key.len() as u32, sets: 0 });
            self.words.extend_from_slice(key);
            self.slots[at] = self.entries.len() as u32;
        }
        let entry = self.slots[at] as usize - 1;
        let mut next = self.entries[entry].sets;
        while let Some(set) = next.checked_sub(1) {
            let (start, after) = self.sets[set as usize];
            let known = &self.set_words[start..start + used.len()];
            if known.iter().zip(used).all(|(known, used)| known & !used == 0) {
                return false;
            }
            next = after;
        }
        self.sets.push((self.set_words.len(), self.entries[entry].sets));
        self.set_words.extend_from_slice(used);
        self.entries[entry].sets = self.sets.len() as u32;
        true
    }

    fn place(&self, hash: u64, key: &[u64]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(entry) = self.slots[at].checked_sub(1) {
            let Entry { hash: other, start, len, .. } = self.entries[entry as usize];
            if other == hash && self.words[start..start + len as usize] == *key {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots = vec![0; mask + 1];
        for (number, entry) in self.entries.iter().enumerate() {
            let mut at = entry.hash as usize & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = number as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_kept_apart_through_growth() {
        let mut table = PairTable::new();
        for first in 0..100 {
            for second in 0..10 {
                table.insert(first, second, first * 10 + second);
            }
        }
        for first in 0..100 {
            for second in 0..10 {
                assert_eq!(table.get(first, second), Some(first * 10 + second));
            }
        }
        assert_eq!(table.get(100, 0), None);
        table.insert(3, 3, 7);
        assert_eq!(table.get(3, 3), Some(7));
    }

    #[test]
    fn a_configuration_is_new_once() {
        let mut memo = Memo::new();
        for key in 0..1_000_u64 {
            assert!(memo.insert(&[key, key / 2], &[]));
        }
        for key in 0..1_000_u64 {
            assert!(!memo.insert(&[key, key / 2], &[]), "{key}");
            assert!(memo.insert(&[key], &[]), "a shorter key is another one");
        }
    }

    #[test]
    fn who_used_more_can_do_no_more() {
        let mut memo = Memo::new();
        assert!(memo.insert(&[1], &[0b0110]));
        assert!(!memo.insert(&[1], &[0b0110]));
        assert!(!memo.insert(&[1], &[0b0111]));
        assert!(memo.insert(&[1], &[0b0011]), "neither is a part of the other");
        assert!(memo.insert(&[1], &[0b0010]), "it used less");
        assert!(!memo.insert(&[1], &[0b1010]));
        assert!(memo.insert(&[2], &[0b1111]), "another key");
    }
}
