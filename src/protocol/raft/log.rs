//! The replicated log: entries by index, from 1. Shared between copies of a node, so that a checkpoint costs no copying.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

use super::membership::Configuration;
use crate::base::{RequestId, SharedVec};
use crate::protocol::{Key, Operation, SessionStamp, Value};

/// A period with at most one leader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Term(pub u64);

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in the log, from 1; 0 is before the first entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Index(pub u64);

impl Index {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The place before this one; before the first entry there is nothing.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an entry asks the state machine to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Nothing: opens a leader's term.
    Noop,
    /// A client's operation. Shared by every log, disk and message that holds it.
    Operation(Arc<Proposal>),
    /// A new membership, which acts from the moment when the entry is in a log (thesis, 4.1).
    Configure(Arc<Configuration>),
}

/// A client's operation on its way through the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The attempt that brought it.
    pub request: RequestId,
    /// The client's session, if it keeps one.
    pub session: Option<SessionStamp>,
    /// The operation.
    pub operation: Operation,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The term in which a leader made it.
    pub term: Term,
    /// What it asks for.
    pub command: Command,
}

impl Entry {
    /// Whether it asks to write this value under a key.
    #[must_use]
    pub fn writes(&self, key: &Key, value: &Value) -> bool {
        match &self.command {
            Command::Operation(proposal) => {
                proposal.operation.key == *key && proposal.operation.update.written() == Some(value)
            }
            Command::Noop | Command::Configure(_) => false,
        }
    }
}

/// Where a log ends: what elections compare (section 5.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogEnd {
    /// The last entry's term; 0 for an empty log. It outranks the index.
    pub term: Term,
    /// The last entry's index.
    pub index: Index,
}

impl LogEnd {
    /// Whether a log that ends here is at least as up to date as one that ends there (section 5.4.1).
    #[must_use]
    pub fn is_at_least_as_up_to_date_as(self, other: Self) -> bool {
        self >= other
    }
}

/// The entries of one server, after those that its snapshot covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The last entry that the snapshot covers.
    base: LogEnd,
    entries: SharedVec<Entry>,
}

impl Log {
    /// A log of which everything up to here is covered by a snapshot.
    #[must_use]
    pub fn after(base: LogEnd) -> Self {
        Self { base, entries: SharedVec::default() }
    }

    /// The last entry that is covered by a snapshot; (0, 0) if there is none.
    #[must_use]
    pub fn base(&self) -> LogEnd {
        self.base
    }

    /// The last entry's index; 0 for an empty log.
    #[must_use]
    pub fn last_index(&self) -> Index {
        Index(self.base.index.0 + self.entries.len() as u64)
    }

    /// Where the log ends.
    #[must_use]
    pub fn end(&self) -> LogEnd {
        LogEnd { term: self.entries.last().map_or(self.base.term, |entry| entry.term), index: self.last_index() }
    }

    /// The entry at an index; none where a snapshot covers it.
    #[must_use]
    pub fn get(&self, index: Index) -> Option<&Entry> {
        self.entries.get(self.position(index)?)
    }

    /// The term of the entry at an index; 0 before the first, nothing beyond the last or within the snapshot.
    #[must_use]
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == self.base.index {
            return Some(self.base.term);
        }
        self.get(index).map(|entry| entry.term)
    }

    /// At most `limit` entries from an index on.
    #[must_use]
    pub fn from(&self, first: Index, limit: usize) -> Entries {
        let Some(start) = self.position(first).filter(|&start| start < self.entries.len()) else {
            return Entries::default();
        };
        let end = self.entries.len().min(start + limit);
        self.entries.iter_from(start).take(end - start).cloned().collect()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (Index, &Entry)> {
        let before = self.base.index.0;
        self.entries.iter().enumerate().map(move |(at, entry)| (Index(before + at as u64 + 1), entry))
    }

    /// Adds an entry; gives its index.
    pub fn push(&mut self, entry: Entry) -> Index {
        self.entries.push(entry);
        self.last_index()
    }

    /// Drops the entry at an index and all after it. What a snapshot covers stays.
    pub fn truncate_from(&mut self, first: Index) {
        let keep = self.position(first).unwrap_or(0);
        self.entries.truncate(keep);
    }

    /// Drops what a snapshot up to `last` covers. A log that does not hold that very entry is of another history, and
    /// goes as a whole (section 7).
    pub fn compact(&mut self, last: LogEnd) {
        if last.index <= self.base.index {
            return;
        }
        if self.term_at(last.index) == Some(last.term) {
            let covered = (last.index.0 - self.base.index.0) as usize;
            self.entries.drop_front(covered);
        } else {
            self.entries = SharedVec::default();
        }
        self.base = last;
    }

    /// The first index that holds the term of the entry at `index`: where a conflicting term begins.
    #[must_use]
    pub fn first_of_term_at(&self, index: Index) -> Index {
        let term = self.term_at(index);
        let mut first = index;
        while first.0 > self.base.index.0 + 1 && self.term_at(first.previous()) == term {
            first = first.previous();
        }
        first
    }

    fn position(&self, index: Index) -> Option<usize> {
        usize::try_from(index.0.checked_sub(self.base.index.0)?).ok()?.checked_sub(1)
    }
}

/// Entries on their way to a disk or to another server. Shared by all who get them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries(Option<Arc<[Entry]>>);

impl std::ops::Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let entries: Arc<[Entry]> = entries.into_iter().collect();
        Self((!entries.is_empty()).then_some(entries))
    }
}

impl From<Entry> for Entries {
    fn from(entry: Entry) -> Self {
        Self(Some(Arc::new([entry])))
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self[..].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Entry>::deserialize(deserializer).map(|entries| entries.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(terms: &[u64]) -> Log {
        let mut log = Log::default();
        for &term in terms {
            log.push(Entry { term: Term(term), command: Command::Noop });
        }
        log
    }

    #[test]
    fn a_later_term_outranks_a_longer_log() {
        let end = |term, index| LogEnd { term: Term(term), index: Index(index) };
        assert!(end(3, 1).is_at_least_as_up_to_date_as(end(2, 9)));
        assert!(!end(2, 9).is_at_least_as_up_to_date_as(end(3, 1)));
        assert!(end(2, 5).is_at_least_as_up_to_date_as(end(2, 5)));
        assert!(!end(2, 4).is_at_least_as_up_to_date_as(end(2, 5)));
    }

    #[test]
    fn indexes_start_at_one() {
        let mut log = log(&[1, 1, 2]);
        assert_eq!(log.term_at(Index(0)), Some(Term(0)));
        assert_eq!((log.term_at(Index(3)), log.term_at(Index(4))), (Some(Term(2)), None));
        assert_eq!(log.from(Index(2), 9).len(), 2);
        assert_eq!(log.from(Index(4), 9).len(), 0);
        assert_eq!(log.from(Index(1), 2).len(), 2);
        log.truncate_from(Index(2));
        assert_eq!(log.last_index(), Index(1));
        log.truncate_from(Index(7));
        assert_eq!(log.end(), LogEnd { term: Term(1), index: Index(1) });
    }

    #[test]
    fn a_conflicting_term_is_skipped_as_one() {
        let log = log(&[1, 4, 4, 4, 5]);
        assert_eq!(log.first_of_term_at(Index(4)), Index(2));
        assert_eq!(log.first_of_term_at(Index(1)), Index(1));
    }

    #[test]
    fn a_snapshot_takes_the_place_of_what_it_covers() {
        let end = |term, index| LogEnd { term: Term(term), index: Index(index) };
        let mut kept = log(&[1, 1, 2, 3]);
        kept.compact(end(2, 3));
        assert_eq!((kept.base(), kept.end()), (end(2, 3), end(3, 4)));
        assert_eq!((kept.term_at(Index(2)), kept.term_at(Index(3)), kept.get(Index(3))), (None, Some(Term(2)), None));
        assert_eq!(kept.iter().map(|(index, entry)| (index.0, entry.term.0)).collect::<Vec<_>>(), [(4, 3)]);
        kept.compact(end(1, 2));
        assert_eq!(kept.base(), end(2, 3), "an older snapshot changes nothing");
        kept.truncate_from(Index(2));
        assert_eq!(kept.end(), end(2, 3), "what is covered cannot be dropped");
        let mut other = log(&[1, 1, 1, 1]);
        other.compact(end(2, 3));
        assert_eq!((other.end(), other.iter().count()), (end(2, 3), 0), "a log of another history goes");
    }
}
