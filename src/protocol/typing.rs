//! What somebody does in a text box that stands at a replica: not a client's request, since nothing lies between them.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::Key;

/// Letters that are shown are replaced by others. Letters are Unicode code points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// Which text.
    pub key: Key,
    /// Behind how many of the letters that the replica shows.
    pub at: u64,
    /// How many letters from there are deleted; what lies beyond the end is cut off.
    pub remove: u64,
    /// What is typed there.
    pub insert: String,
}

impl Typing {
    /// No more letters than this are typed or pasted at once.
    pub const LETTERS_MAX: usize = 20_000;
}

impl fmt::Display for Typing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, at, remove, insert } = self;
        let letters = |count: u64| if count == 1 { "1 letter".to_owned() } else { format!("{count} letters") };
        match (*remove, insert.is_empty()) {
            (0, _) => write!(f, "type {insert:?} at {at} of {key}"),
            (gone, true) => write!(f, "delete {} at {at} of {key}", letters(gone)),
            (gone, false) => write!(f, "replace {} at {at} of {key} by {insert:?}", letters(gone)),
        }
    }
}
