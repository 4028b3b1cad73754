//! Raft's decisions in words, with their reasons.

use super::super::Describe;
use super::super::words::{Names, list};
use super::{entries, membership};
use crate::base::RequestId;
use crate::protocol::raft::{
    AppendRefusal, Ballot, Index, OrderRefusal, RaftNote, ReadBy, StepDown, Term, VoteRefusal,
};

impl Describe for RaftNote {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::BecamePreCandidate { term } => format!("asks whether it would be elected in term {term}"),
            Self::BecameCandidate { term } => format!("stands for election in term {term}"),
            Self::BecameLeader { term, votes } => {
                format!("becomes leader of term {term}, elected by {}", list(votes.iter()))
            }
            Self::SteppedDown { term, why } => format!("steps down, now in term {term}{}", step_down(*why)),
            Self::Follows { leader, term } => format!("follows {leader}, the leader of term {term}"),
            Self::PreVoteGranted { candidate, term } => format!("would vote for {candidate} in term {term}"),
            Self::VoteGranted { candidate, term } => format!("votes for {candidate} in term {term}"),
            Self::VoteRefused { candidate, term, ballot, why } => {
                format!("refuses {candidate} its {} in term {term}: {}", ballot_word(*ballot), vote_refusal(*why))
            }
            Self::Appended { index, term, request } => appended(*index, *term, request.as_ref(), names),
            Self::Accepted { first, last } => format!("takes {} into its log", entries(*first, *last)),
            Self::Truncated { first, last } => {
                format!("drops {}: its leader has another entry at index {first}", entries(*first, *last))
            }
            Self::AppendRefused { leader, why } => format!("refuses what {leader} sends: {}", append_refusal(*why)),
            Self::Committed { index } => format!("knows that the log is committed up to index {index}"),
            Self::SnapshotTaken { last } => {
                format!("takes a snapshot up to index {}, and drops the log so far", last.index)
            }
            Self::SnapshotInstalled { last } => {
                format!("takes over the leader's snapshot up to index {}", last.index)
            }
            Self::AppliedBefore { index, request } => {
                let whose = whose(request, names);
                format!("finds entry {index} applied before, for {whose}, and does not apply it again")
            }
            Self::ReadServed { request, index, by } => {
                let client = names.client(request.client);
                format!("answers a read of {client} from what it has applied, up to index {index}: {}", read_by(*by))
            }
            Self::ReadRefused { request } => {
                format!("refuses a read of {}: its lease is over", names.client(request.client))
            }
            Self::Configured { index, configuration } => configured(*index, &membership(configuration)),
            Self::CaughtUp { learner } => format!("finds that {learner} has caught up, and gives it a vote"),
            Self::TransferBegun { to } => format!("begins to hand leadership to {to}, and takes no requests"),
            Self::TransferFailed { to } => format!("leads on: {to} has not taken over in time"),
            Self::OrderRefused { order, why } => format!("does not {order}: {}", order_refusal(*why)),
        }
    }
}

fn ballot_word(ballot: Ballot) -> &'static str {
    match ballot {
        Ballot::Pre => "pre-vote",
        Ballot::Real | Ballot::Transfer => "vote",
    }
}

/// A client's request, as people speak of it.
fn whose(request: &RequestId, names: &Names<'_>) -> String {
    format!("{} ({})", names.client(request.client), request.op)
}

fn appended(index: Index, term: Term, request: Option<&RequestId>, names: &Names<'_>) -> String {
    match request {
        Some(request) => format!("appends entry {index} in term {term}, for {}", whose(request, names)),
        None => format!("appends entry {index} of its own in term {term}"),
    }
}

fn configured(index: Index, membership: &str) -> String {
    match index {
        Index(0) => format!("has the membership of the beginning: {membership}"),
        _ => format!("has the membership of entry {index}: {membership}"),
    }
}

fn step_down(why: StepDown) -> String {
    match why {
        StepDown::NewerTerm => String::new(),
        StepDown::HeardLeader { leader } => format!(": {leader} leads it"),
        StepDown::LostQuorum { silent_for } => format!(": it has not heard a majority for {silent_for}"),
        StepDown::Removed => ": it has no vote any more".to_owned(),
    }
}

fn read_by(by: ReadBy) -> &'static str {
    match by {
        ReadBy::ReadIndex => "a majority has answered since the read came",
        ReadBy::Lease => "its lease runs",
        ReadBy::Follower => "it follows, and has asked nobody",
        ReadBy::Nobody => "it has asked nobody",
    }
}

fn vote_refusal(why: VoteRefusal) -> String {
    match why {
        VoteRefusal::OldTerm { current } => format!("that term is over, the current one is {current}"),
        VoteRefusal::AlreadyVoted { candidate } => format!("its vote of this term went to {candidate}"),
        VoteRefusal::HeardLeader { ago } => format!("it heard a leader {ago} ago"),
        VoteRefusal::LogBehind { theirs, own } if theirs.term < own.term => {
            format!("the candidate's log is behind, last term {} < {}", theirs.term, own.term)
        }
        VoteRefusal::LogBehind { theirs, own } => {
            format!(
                "the candidate's log is behind, same last term {}, last index {} < {}",
                own.term, theirs.index, own.index
            )
        }
    }
}

fn append_refusal(why: AppendRefusal) -> String {
    match why {
        AppendRefusal::OldTerm { current } => format!("its term is over, the current one is {current}"),
        AppendRefusal::Missing { previous, last } => format!("the log ends at index {last}, before index {previous}"),
        AppendRefusal::Mismatch { previous, term } => {
            format!("at index {} the log has an entry of term {term}, not {}", previous.index, previous.term)
        }
    }
}

/// Why an order is not carried out.
pub(in crate::view) fn order_refusal(why: OrderRefusal) -> String {
    match why {
        OrderRefusal::NotLeader { hint: Some(leader) } => format!("{leader} leads"),
        OrderRefusal::NotLeader { hint: None } => "it does not lead, and knows nobody who does".to_owned(),
        OrderRefusal::Transferring => "it is handing over leadership".to_owned(),
        OrderRefusal::ChangeUnderWay { index } => {
            format!("another change of membership, entry {index}, is not committed yet")
        }
        OrderRefusal::NothingCommittedYet { term } => format!("no entry of its own term {term} is committed yet"),
        OrderRefusal::ChangesNothing => "that changes nothing".to_owned(),
        OrderRefusal::NobodyLeft => "nobody with a vote would be left".to_owned(),
        OrderRefusal::NoVoter => "it has no vote".to_owned(),
    }
}
