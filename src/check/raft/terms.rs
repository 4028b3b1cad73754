//! The terms of one log as it was last seen, to find out what has changed in it. A log changes at its end, or by a
//! snapshot at its beginning; by log matching an entry is known by its index and term.

use std::collections::VecDeque;

use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{Index, Log, Term};

/// The terms of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    base: LogEnd,
    terms: VecDeque<Term>,
}

impl Terms {
    pub(super) fn last_index(&self) -> Index {
        Index(self.base.index.0 + self.terms.len() as u64)
    }

    fn end(&self) -> LogEnd {
        LogEnd { term: self.terms.back().copied().unwrap_or(self.base.term), index: self.last_index() }
    }

    /// Takes over what a log holds now. Gives the index up to which it is as it was.
    pub(super) fn update(&mut self, log: &Log) -> Index {
        if self.base == log.base() && self.end() == log.end() {
            return self.last_index();
        }
        self.rebase(log.base());
        let mut kept = self.last_index().min(log.last_index());
        while kept > self.base.index && self.at(kept) != log.term_at(kept) {
            kept = kept.previous();
        }
        self.terms.truncate((kept.0 - self.base.index.0) as usize);
        for index in kept.0 + 1..=log.last_index().0 {
            self.terms.push_back(log.term_at(Index(index)).unwrap_or_default());
        }
        kept
    }

    fn rebase(&mut self, base: LogEnd) {
        let covered = base.index.0.checked_sub(self.base.index.0);
        match covered.map(|covered| covered as usize) {
            Some(covered) if covered <= self.terms.len() => drop(self.terms.drain(..covered)),
            Some(_) | None => self.terms.clear(),
        }
        self.base = base;
    }

    fn at(&self, index: Index) -> Option<Term> {
        self.terms.get(index.0.checked_sub(self.base.index.0 + 1)? as usize).copied()
    }

    /// The greatest index that holds an entry of a term; 0 if none does. In a log whose terms are in order, the search
    /// ends where older terms begin.
    pub(super) fn greatest_of(&self, term: Term, is_in_order: bool) -> Index {
        for (at, &found) in self.terms.iter().enumerate().rev() {
            if found == term {
                return Index(self.base.index.0 + at as u64 + 1);
            }
            if is_in_order && found < term {
                return Index(0);
            }
        }
        if self.base.term == term { self.base.index } else { Index(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::raft::{Command, Entry};

    fn log(base: (u64, u64), terms: &[u64]) -> Log {
        let mut log = Log::after(LogEnd { term: Term(base.0), index: Index(base.1) });
        for &term in terms {
            log.push(Entry { term: Term(term), command: Command::Noop });
        }
        log
    }

    #[test]
    fn what_changed_is_found_from_the_end() {
        let mut terms = Terms::default();
        assert_eq!(terms.update(&log((0, 0), &[1, 1, 2])), Index(0));
        assert_eq!(terms.update(&log((0, 0), &[1, 1, 2])), Index(3));
        assert_eq!(terms.update(&log((0, 0), &[1, 1, 3, 3])), Index(2));
        assert_eq!(terms.update(&log((0, 0), &[1])), Index(1));
        assert_eq!(terms.greatest_of(Term(1), true), Index(1));
    }

    #[test]
    fn a_snapshot_takes_the_beginning_and_a_wipe_all() {
        let mut terms = Terms::default();
        terms.update(&log((0, 0), &[1, 1, 2, 2]));
        assert_eq!(terms.update(&log((2, 3), &[2, 2])), Index(4));
        assert_eq!(terms.greatest_of(Term(2), true), Index(5));
        assert_eq!(terms.greatest_of(Term(1), true), Index(0), "it is covered");
        assert_eq!(terms.update(&log((7, 9), &[])), Index(9));
        assert_eq!((terms.greatest_of(Term(7), true), terms.last_index()), (Index(9), Index(9)));
        assert_eq!(terms.update(&log((0, 0), &[])), Index(0));
    }
}
