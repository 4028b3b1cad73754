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

#[cfg(test)]
mod tests {
    use super::super::quorum::Quorum;
    use super::*;
    use crate::base::NodeSet;
    use proptest::prelude::*;

    fn numbers(text: &str) -> Vec<u64> {
        text.split(',').map(|number| number.parse().expect("a number")).collect()
    }

    /// What a leader does: asks the quorum, then the rule.
    fn commit(term: u64, log: &[u64], committed: u64, held: &[u64]) -> Option<u64> {
        let quorum = Quorum::of(NodeSet::first(held.len() as u8));
        let held = quorum.reached(|voter| held[voter.slot()]).unwrap_or_default();
        let term_of_held = held.checked_sub(1).map_or(Some(0), |at| log.get(at as usize).copied());
        let index = newly_committed(Term(term), Index(committed), Index(held), term_of_held.map(Term));
        index.map(|index| index.0)
    }

    #[test]
    fn commits_as_written() {
        let mut cases = 0;
        let lines = include_str!("fixtures/commit_rule.txt").lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (given, expected) = line.split_once(" -> ").expect("an answer");
            let value = |name| {
                let word = given.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
                numbers(word.expect("every name is there"))
            };
            let found = commit(value("term")[0], &value("log"), value("committed")[0], &value("held"));
            assert_eq!(found.map_or("nothing".to_owned(), |index| index.to_string()), expected, "{line}");
            cases += 1;
        }
        assert!(cases >= 13, "only {cases} cases were found");
    }

    /// Figure 2 to the letter: an N above the commit index, with a majority of matchIndex at N or more, and log[N] of the
    /// current term.
    fn naive(term: u64, log: &[u64], committed: u64, held: &[u64]) -> Option<u64> {
        let may = |n: &u64| {
            let holders = held.iter().filter(|index| **index >= *n).count();
            2 * holders > held.len() && log[*n as usize - 1] == term
        };
        (committed + 1..=log.len() as u64).filter(may).max()
    }

    proptest! {
        /// A leader's log holds no term above its own, and terms never fall along it: then the highest index that a
        /// majority holds is the only one to look at.
        #[test]
        fn the_rule_commits_what_counting_says(
            steps in prop::collection::vec(0_u64..2, 1..12),
            above in 0_u64..2,
            held in prop::collection::vec(0_u64..12, 1..7),
            committed in 0_u64..12,
        ) {
            let log: Vec<u64> = steps.iter().scan(1, |term, step| { *term += step; Some(*term) }).collect();
            let term = log.last().copied().unwrap_or(1) + above;
            let last = log.len() as u64;
            let held: Vec<u64> = held.iter().map(|index| (*index).min(last)).collect();
            let committed = committed.min(last);
            prop_assert_eq!(commit(term, &log, committed, &held), naive(term, &log, committed, &held));
        }
    }
}
