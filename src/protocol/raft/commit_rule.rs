//! The commit rule (section 5.4.2), as a pure function: a leader commits what a majority holds, but counts only entries of
//! its own term. An older entry on a majority of disks can still be overwritten (figure 8); it is committed by a younger
//! one above it.

use super::log::{Index, Term};

/// What a leader of `term` may call committed, given what it calls committed already, the highest index that a quorum
/// holds, and the term of the entry there. None if nothing is new.
#[must_use]
pub fn newly_committed(term: Term, committed: Index, held: Index, term_of_held: Option<Term>) -> Option<Index> {
    (held > committed && term_of_held == Some(term)).then_some(held)
}
