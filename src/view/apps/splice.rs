//! What was done to a text between two looks at it, and where carets and later changes come to stand then. Places are counted in
//! letters, which are Unicode code points; a text field of a browser counts in units of UTF-16.

/// Some letters of a text gave way to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// Behind how many letters.
    pub at: u64,
    /// How many letters are gone.
    pub remove: u64,
    /// What stands there now.
    pub insert: String,
}

impl Splice {
    /// What somebody did who typed, with the caret where they left it: behind it nothing has changed. None if nothing has.
    #[must_use]
    pub fn typed(old: &str, new: &str, caret: u64) -> Option<Self> {
        let tail = new.chars().count().saturating_sub(usize::try_from(caret).unwrap_or(usize::MAX));
        Self::with_tail(old, new, tail)
    }

    /// The least change that makes one text of the other, as early in it as can be. None if they are equal.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Option<Self> {
        Self::with_tail(old, new, usize::MAX)
    }

    /// The same; no more than so many letters at the end are taken for what was there before.
    fn with_tail(old: &str, new: &str, tail: usize) -> Option<Self> {
        if old == new {
            return None;
        }
        let (before, after): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        let same = |pair: &(&char, &char)| pair.0 == pair.1;
        let tail = before.iter().rev().zip(after.iter().rev()).take(tail).take_while(same).count();
        let (before, after) = (&before[..before.len() - tail], &after[..after.len() - tail]);
        let head = before.iter().zip(after).take_while(same).count();
        Some(Self { at: head as u64, remove: (before.len() - head) as u64, insert: after[head..].iter().collect() })
    }

    /// The same change in pieces, each of which types at most so many letters behind the one before.
    pub fn pieces(self, letters: usize) -> impl Iterator<Item = Self> {
        let all: Vec<char> = self.insert.chars().collect();
        let count = all.len().div_ceil(letters).max(1);
        (0..count).map(move |piece| {
            let typed = all.iter().skip(piece * letters).take(letters).collect();
            let remove = if piece == 0 { self.remove } else { 0 };
            Self { at: self.at + (piece * letters) as u64, remove, insert: typed }
        })
    }

    /// The same change of a text that another has changed in the meantime.
    #[must_use]
    pub fn after(self, other: &Self) -> Self {
        let (start, end) = (other.moves(self.at), other.moves(self.at + self.remove));
        Self { at: start, remove: end - start, ..self }
    }

    /// Where a place in the text comes to stand by this change: what is typed just there stands behind it.
    #[must_use]
    pub fn moves(&self, place: u64) -> u64 {
        if place <= self.at {
            place
        } else if place >= self.at + self.remove {
            place - self.remove + self.insert.chars().count() as u64
        } else {
            self.at
        }
    }
}

/// How many letters stand before a place that is counted in units of UTF-16.
#[must_use]
pub fn letters_before(text: &str, units: u32) -> u64 {
    let mut seen = 0;
    let before = |letter: &char| {
        seen += letter.len_utf16() as u32;
        seen <= units
    };
    text.chars().take_while(before).count() as u64
}

/// The same the other way round.
#[must_use]
pub fn units_before(text: &str, letters: u64) -> u32 {
    let letters = usize::try_from(letters).unwrap_or(usize::MAX);
    text.chars().take(letters).map(|letter| letter.len_utf16() as u32).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn applied(text: &str, splice: &Splice) -> String {
        let letters: Vec<char> = text.chars().collect();
        let (at, end) = (splice.at as usize, (splice.at + splice.remove) as usize);
        letters[..at].iter().copied().chain(splice.insert.chars()).chain(letters[end..].iter().copied()).collect()
    }

    fn typed(old: &str, new: &str, caret: u64) -> (u64, u64, String) {
        let splice = Splice::typed(old, new, caret).expect("something has changed");
        (splice.at, splice.remove, splice.insert)
    }

    #[test]
    fn the_caret_tells_which_of_equal_letters_was_typed() {
        assert_eq!(typed("aa", "aaa", 1), (0, 0, "a".to_owned()));
        assert_eq!(typed("aa", "aaa", 2), (1, 0, "a".to_owned()));
        assert_eq!(typed("aaa", "aa", 0), (0, 1, String::new()), "the delete key takes what is behind the caret");
        assert_eq!(typed("aaa", "aa", 2), (2, 1, String::new()));
        assert_eq!(typed("the cat", "the dog", 7), (4, 3, "dog".to_owned()));
    }

    #[test]
    fn places_are_counted_in_letters() {
        assert_eq!(typed("a🐈b", "a🐈🐈b", 3), (2, 0, "🐈".to_owned()));
        assert_eq!([0, 1, 2, 3, 4].map(|units| letters_before("a🐈b", units)), [0, 1, 1, 2, 3]);
        assert_eq!([0, 1, 2, 3].map(|letters| units_before("a🐈b", letters)), [0, 1, 3, 4]);
    }

    #[test]
    fn a_caret_stays_at_its_letter() {
        let elsewhere = Splice::between("the cat", "oh, the cat").expect("they differ");
        assert_eq!([0, 4, 7].map(|place| elsewhere.moves(place)), [0, 8, 11]);
        let gone = Splice::between("the cat sat", "the sat").expect("they differ");
        assert_eq!(gone.moves(6), 3, "where it stood nothing is left");
    }

    #[test]
    fn what_one_typed_goes_where_it_was_typed_though_another_typed_before() {
        let mine = Splice::typed("the cat", "the big cat", 8).expect("they differ");
        let theirs = Splice::between("the cat", "oh, the cat").expect("they differ");
        assert_eq!(applied("oh, the cat", &mine.after(&theirs)), "oh, the big cat");
    }

    #[test]
    fn a_long_paste_in_pieces_comes_to_the_same() {
        let whole = Splice::between("one three", "one two and a half three").expect("they differ");
        let pieces: Vec<Splice> = whole.clone().pieces(4).collect();
        assert_eq!(pieces.iter().map(|piece| piece.insert.as_str()).collect::<Vec<_>>().concat(), whole.insert);
        assert!(pieces.iter().all(|piece| piece.insert.chars().count() <= 4));
        let text = pieces.iter().fold("one three".to_owned(), |text, piece| applied(&text, piece));
        assert_eq!(text, "one two and a half three");
        let gone = Splice::between("one two", "one").expect("they differ");
        assert_eq!(gone.clone().pieces(4).collect::<Vec<_>>(), [gone], "what only takes away is one piece");
    }

    #[test]
    fn one_letter_more_or_less_is_no_more_than_that() {
        let words = || prop::collection::vec(prop::sample::select(vec!['a', 'b', 'é', '🐈']), 0..12);
        let cases = (words(), words(), 0_usize..13);
        let test = |(old, new, caret): (Vec<char>, Vec<char>, usize)| {
            let (old, new): (String, String) = (old.into_iter().collect(), new.into_iter().collect());
            let caret = caret.min(new.chars().count()) as u64;
            for splice in [Splice::typed(&old, &new, caret), Splice::between(&old, &new)] {
                match splice {
                    None => prop_assert_eq!(&old, &new),
                    Some(splice) => prop_assert_eq!(applied(&old, &splice), new.clone()),
                }
            }
            Ok(())
        };
        proptest::test_runner::TestRunner::deterministic()
            .run(&cases, test)
            .expect("a splice makes the new text of the old");
    }
}
