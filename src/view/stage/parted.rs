//! The sides of a parted network in words: what each can still do.

use crate::view::describe::count;
use crate::view::sides::Side;

/// The letter of a side, by its place.
#[must_use]
pub fn side_letter(at: usize) -> char {
    char::from(b'A' + (at % 26) as u8)
}

/// The label of a side's area: "side B: 2 of 5, no quorum".
#[must_use]
pub fn side_words(side: &Side, at: usize) -> String {
    format!("side {}: {}", side_letter(at), power(side))
}

/// The same where there is less room: "B: 2 of 5", or "B: 2" where no quorum is counted.
#[must_use]
pub fn side_words_short(side: &Side, at: usize) -> String {
    let letter = side_letter(at);
    if side.of == 0 {
        format!("{letter}: {}", side.nodes.len())
    } else {
        format!("{letter}: {} of {}", side.size(), side.of)
    }
}

/// What a side can do: "2 of 5, no quorum".
pub(super) fn power(side: &Side) -> String {
    if side.of == 0 {
        return count(side.nodes.len() as u64, "node", "nodes");
    }
    let quorum = if side.is_quorum() { "quorum" } else { "no quorum" };
    format!("{} of {}, {quorum}", side.size(), side.of)
}
