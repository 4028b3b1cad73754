//! The consistency check of an append (section 5.3), as pure functions: a log and what a leader sends, in; whether the
//! logs meet, where to try next, and what is new, out.

use super::log::{Entry, Index, Log, LogEnd, Term};

/// Whether a log holds the entry before those that a leader sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// It does: the logs are the same up to there (log matching).
    Agree,
    /// The place is within what a snapshot covers. What is covered is committed, so the logs agree up to its end.
    Covered,
    /// It holds an entry of another term there.
    Mismatch {
        /// Of this term.
        term: Term,
    },
    /// It ends before.
    Missing {
        /// At this index.
        last: Index,
    },
}

/// Whether the logs meet at `previous`.
#[must_use]
pub fn meeting(log: &Log, previous: LogEnd) -> Meeting {
    match log.term_at(previous.index) {
        _ if previous.index < log.base().index => Meeting::Covered,
        Some(term) if term == previous.term => Meeting::Agree,
        Some(term) => Meeting::Mismatch { term },
        None => Meeting::Missing { last: log.last_index() },
    }
}

/// From where a leader should try next after its entry at `previous` was refused: after the end of a log that is too
/// short, or where the conflicting term begins, so that each conflicting term costs one message and not each entry.
#[must_use]
pub fn retry_from(log: &Log, previous: Index) -> Index {
    if previous > log.last_index() { log.last_index().next() } else { log.first_of_term_at(previous) }
}

/// How many of the entries sent, the first of which has the index `first`, the log holds already or covers by a
/// snapshot. The next one, if there is one, is new or conflicts.
#[must_use]
pub fn known(log: &Log, first: Index, entries: &[Entry]) -> usize {
    let holds = |(at, entry): &(usize, &Entry)| {
        let index = Index(first.0 + *at as u64);
        index <= log.base().index || log.term_at(index) == Some(entry.term)
    };
    entries.iter().enumerate().take_while(holds).count()
}
