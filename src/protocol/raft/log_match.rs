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

#[cfg(test)]
mod tests {
    use super::super::log::{Command, Term};
    use super::*;
    use proptest::prelude::*;

    fn end(text: &str) -> LogEnd {
        let (term, index) = text.split_once(',').expect("a term and an index");
        LogEnd { term: Term(term.parse().expect("a term")), index: Index(index.parse().expect("an index")) }
    }

    fn entries(terms: &[u64]) -> Vec<Entry> {
        terms.iter().map(|&term| Entry { term: Term(term), command: Command::Noop }).collect()
    }

    fn terms(text: &str) -> Vec<u64> {
        text.split(',').filter_map(|term| term.trim().parse().ok()).collect()
    }

    fn log(base: LogEnd, terms: &[u64]) -> Log {
        let mut log = Log::after(base);
        for entry in entries(terms) {
            log.push(entry);
        }
        log
    }

    fn words(log: &Log, previous: LogEnd, sent: &[Entry]) -> String {
        let (known, retry) = (known(log, previous.index.next(), sent), retry_from(log, previous.index));
        match meeting(log, previous) {
            Meeting::Agree => format!("agree, {known} known"),
            Meeting::Covered => format!("covered, {known} known"),
            Meeting::Mismatch { term } => format!("mismatch {term}, retry {retry}"),
            Meeting::Missing { last } => format!("missing {last}, retry {retry}"),
        }
    }

    #[test]
    fn logs_meet_as_written() {
        let mut cases = 0;
        let lines = include_str!("fixtures/log_match.txt").lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (follower, rest) = line.split_once(" | after ").expect("what is sent");
            let (sent, expected) = rest.split_once("-> ").expect("an answer");
            let (previous, sent) = sent.split_once(':').expect("the terms sent");
            let (base, held) = match follower.strip_prefix("base=") {
                Some(text) => text.split_once(' ').unwrap_or((text, "")),
                None => ("0,0", follower),
            };
            let log = log(end(base), &terms(held));
            assert_eq!(words(&log, end(previous.trim()), &entries(&terms(sent))), expected, "{line}");
            cases += 1;
        }
        assert!(cases >= 20, "only {cases} cases were found");
    }

    proptest! {
        /// The naive follower keeps its whole history and walks it; the real one has dropped a covered part of it. Of what
        /// is covered, both agree with the leader, since it is committed.
        #[test]
        fn logs_meet_where_walking_finds_it(
            steps in prop::collection::vec(0_u64..2, 0..9),
            covered in 0_usize..9,
            previous in (0_u64..6, 0_u64..11),
            sent in prop::collection::vec(1_u64..6, 0..5),
        ) {
            let whole: Vec<u64> = steps.iter().scan(1, |term, step| { *term += step; Some(*term) }).collect();
            let covered = covered.min(whole.len());
            let term_of = |index: usize| if index == 0 { Some(0) } else { whole.get(index - 1).copied() };
            let base = LogEnd { term: Term(term_of(covered).unwrap_or(0)), index: Index(covered as u64) };
            let short = log(base, &whole[covered..]);
            let (term, index) = previous;
            let previous = LogEnd { term: Term(term), index: Index(index) };
            let expected = match term_of(index as usize) {
                _ if (index as usize) < covered => Meeting::Covered,
                Some(held) if held == term => Meeting::Agree,
                Some(held) => Meeting::Mismatch { term: Term(held) },
                None => Meeting::Missing { last: Index(whole.len() as u64) },
            };
            prop_assert_eq!(meeting(&short, previous), expected);

            let mut walked = 0;
            for (at, term) in sent.iter().enumerate() {
                let place = index as usize + 1 + at;
                if place > covered && term_of(place) != Some(*term) {
                    break;
                }
                walked += 1;
            }
            prop_assert_eq!(known(&short, previous.index.next(), &entries(&sent)), walked);

            if matches!(expected, Meeting::Mismatch { .. } | Meeting::Missing { .. }) {
                let mut first = (index as usize).min(whole.len() + 1);
                if (index as usize) > whole.len() {
                    first = whole.len() + 1;
                } else {
                    while first > covered + 1 && term_of(first - 1) == term_of(index as usize) {
                        first -= 1;
                    }
                }
                prop_assert_eq!(retry_from(&short, previous.index), Index(first as u64));
            }
        }
    }
}
