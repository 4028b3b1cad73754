//! What somebody does in a text box that stands at a replica: not a client's request, since nothing lies between them.

use serde::{Deserialize, Serialize};

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
