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
