//! The list of the scenarios that come with the page: what it fetches first.

use serde::{Deserialize, Serialize};

/// The version of the list.
pub const INDEX_FORMAT: u32 = 1;

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its version: [`INDEX_FORMAT`].
    pub format: u32,
    /// The scenarios, by id.
    pub scenarios: Vec<Entry>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The name in links.
    pub id: String,
    /// The name for people.
    pub title: String,
    /// What happens in it, in a sentence.
    pub summary: String,
    /// The seed that it is shown with.
    pub seed: u32,
    /// When a run ends.
    pub until_us: u64,
    /// The compiled file beside the list, as JSON; packed, it has the ending `.bin`.
    pub file: String,
}
