//! The decision to vote (sections 5.2 and 5.4.1; thesis, 4.2.3 and 9.6), as a pure function: what the voter knows and
//! what it is asked, in; a reason to refuse, or none, out.

use serde::{Deserialize, Serialize};

use super::log::{LogEnd, Term};
use super::note::VoteRefusal;
use crate::base::{NodeId, SimDuration};

/// What kind of vote is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ballot {
    /// Would it vote? A promise of nothing, for a term that has not begun (thesis, 9.6).
    Pre,
    /// A vote.
    Real,
    /// A vote for a candidate whom the leader itself has asked to stand (thesis, 3.10).
    Transfer,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who asks.
    pub candidate: NodeId,
    /// For which term.
    pub term: Term,
    /// Where its log ends.
    pub last: LogEnd,
    /// What kind of vote.
    pub ballot: Ballot,
}

/// What the one who is asked knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voter {
    /// Its term.
    pub term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// Where its log ends.
    pub last: LogEnd,
    /// How long ago it heard a leader, if it must ignore candidates because of that.
    pub bound_since: Option<SimDuration>,
}

/// Why the voter refuses, if it does. The reason that stands first in the rules is given.
#[must_use]
pub fn refusal(voter: &Voter, ask: &Ask) -> Option<VoteRefusal> {
    let is_over = match ask.ballot {
        Ballot::Pre => ask.term <= voter.term,
        Ballot::Real | Ballot::Transfer => ask.term < voter.term,
    };
    if is_over {
        return Some(VoteRefusal::OldTerm { current: voter.term });
    }
    if let Some(ago) = voter.bound_since.filter(|_| ask.ballot != Ballot::Transfer) {
        return Some(VoteRefusal::HeardLeader { ago });
    }
    let vote_of_this_term = voter.voted_for.filter(|_| ask.term == voter.term);
    if let Some(other) = vote_of_this_term.filter(|&voted| voted != ask.candidate) {
        return Some(VoteRefusal::AlreadyVoted { candidate: other });
    }
    let (theirs, own) = (ask.last, voter.last);
    (!theirs.is_at_least_as_up_to_date_as(own)).then_some(VoteRefusal::LogBehind { theirs, own })
}

#[cfg(test)]
mod tests {
    use super::super::log::Index;
    use super::*;
    use proptest::prelude::*;

    fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        text.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn term(text: &str) -> Term {
        Term(value(text, "term").expect("a term").parse().expect("a number"))
    }

    fn log_end(text: &str) -> LogEnd {
        let (term, index) = value(text, "log").and_then(|end| end.split_once(',')).expect("where the log ends");
        LogEnd { term: Term(term.parse().expect("a term")), index: Index(index.parse().expect("an index")) }
    }

    fn node(text: &str) -> Option<NodeId> {
        text.strip_prefix('n')?.parse().ok().map(NodeId)
    }

    fn words(refusal: Option<VoteRefusal>) -> String {
        match refusal {
            None => "yes".to_owned(),
            Some(VoteRefusal::OldTerm { current }) => format!("over, now {current}"),
            Some(VoteRefusal::AlreadyVoted { candidate }) => format!("voted for {candidate}"),
            Some(VoteRefusal::HeardLeader { ago }) => format!("heard a leader {} ms ago", ago.0 / 1_000),
            Some(VoteRefusal::LogBehind { .. }) => "behind".to_owned(),
        }
    }

    #[test]
    fn votes_as_written() {
        let mut cases = 0;
        for line in include_str!("fixtures/vote.txt").lines().filter(|line| line.starts_with("voter")) {
            let (voter, rest) = line.split_once(" | ").expect("who asks");
            let (ask, expected) = rest.split_once(" -> ").expect("an answer");
            let bound_since = value(voter, "heard").map(|ago| SimDuration::from_millis(ago.parse().expect("a time")));
            let voted_for = value(voter, "vote").and_then(node);
            let mut asked = ask.split_whitespace();
            let ballot = match asked.next() {
                Some("pre") => Ballot::Pre,
                Some("real") => Ballot::Real,
                _ => Ballot::Transfer,
            };
            let candidate = asked.next().and_then(node).expect("a candidate");
            let voter = Voter { term: term(voter), voted_for, last: log_end(voter), bound_since };
            let ask = Ask { candidate, term: term(ask), last: log_end(ask), ballot };
            assert_eq!(words(refusal(&voter, &ask)), expected, "{line}");
            cases += 1;
        }
        assert!(cases >= 24, "only {cases} cases were found");
    }

    /// The paper's words, one after the other: "Reply false if term < currentTerm. If votedFor is null or candidateId, and
    /// candidate's log is at least as up-to-date as receiver's log, grant vote"; votedFor is of the current term only. "If
    /// the logs have last entries with different terms, then the log with the later term is more up-to-date. If the logs
    /// end with the same term, then whichever log is longer is more up-to-date." And the thesis: "if a server receives a
    /// RequestVote request within the minimum election timeout of hearing from a current leader, it does not grant its
    /// vote", unless the request says that the leader has allowed it.
    fn naive(voter: &Voter, ask: &Ask) -> bool {
        if ask.ballot == Ballot::Pre && ask.term == voter.term || ask.term < voter.term {
            return false;
        }
        if voter.bound_since.is_some() && ask.ballot != Ballot::Transfer {
            return false;
        }
        let has_new_term = ask.term > voter.term;
        if !has_new_term && voter.voted_for.is_some() && voter.voted_for != Some(ask.candidate) {
            return false;
        }
        if ask.last.term != voter.last.term {
            ask.last.term > voter.last.term
        } else {
            ask.last.index >= voter.last.index
        }
    }

    proptest! {
        #[test]
        fn a_vote_is_given_as_the_paper_says(
            terms in (0_u64..5, 0_u64..5),
            vote in prop::option::of(1_u8..4),
            ends in ((0_u64..4, 0_u64..4), (0_u64..4, 0_u64..4)),
            heard in prop::option::of(0_u64..9),
            ballot in prop::sample::select(vec![Ballot::Pre, Ballot::Real, Ballot::Transfer]),
        ) {
            let end = |(term, index)| LogEnd { term: Term(term), index: Index(index) };
            let bound_since = heard.map(SimDuration);
            let voter = Voter { term: Term(terms.0), voted_for: vote.map(NodeId), last: end(ends.0), bound_since };
            let ask = Ask { candidate: NodeId(2), term: Term(terms.1), last: end(ends.1), ballot };
            prop_assert_eq!(refusal(&voter, &ask).is_none(), naive(&voter, &ask));
        }
    }
}
