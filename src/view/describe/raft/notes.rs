//! Raft's decisions in words, with their reasons.

use super::super::Describe;
use super::super::words::{Names, list};
use super::{entries, membership};
use crate::protocol::raft::{AppendRefusal, Ballot, Index, OrderRefusal, RaftNote, ReadBy, StepDown, VoteRefusal};

impl Describe for RaftNote {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::BecamePreCandidate { .. }
            | Self::BecameCandidate { .. }
            | Self::BecameLeader { .. }
            | Self::SteppedDown { .. }
            | Self::Follows { .. }
            | Self::PreVoteGranted { .. }
            | Self::VoteGranted { .. }
            | Self::VoteRefused { .. } => election(self),
            Self::Appended { .. }
            | Self::Accepted { .. }
            | Self::Truncated { .. }
            | Self::AppendRefused { .. }
            | Self::Committed { .. }
            | Self::SnapshotTaken { .. }
            | Self::SnapshotInstalled { .. } => replication(self, names),
            Self::AppliedBefore { .. } | Self::ReadServed { .. } | Self::ReadRefused { .. } => clients(self, names),
            Self::Configured { .. }
            | Self::CaughtUp { .. }
            | Self::TransferBegun { .. }
            | Self::TransferFailed { .. }
            | Self::OrderRefused { .. } => orders(self),
        }
    }
}

fn election(note: &RaftNote) -> String {
    match note {
        RaftNote::BecamePreCandidate { term } => format!("asks whether it would be elected in term {term}"),
        RaftNote::BecameCandidate { term } => format!("stands for election in term {term}"),
        RaftNote::BecameLeader { term, votes } => {
            format!("becomes leader of term {term}, elected by {}", list(votes.iter()))
        }
        RaftNote::SteppedDown { term, why } => format!("steps down, now in term {term}{}", step_down(*why)),
        RaftNote::Follows { leader, term } => format!("follows {leader}, the leader of term {term}"),
        RaftNote::PreVoteGranted { candidate, term } => format!("would vote for {candidate} in term {term}"),
        RaftNote::VoteGranted { candidate, term } => format!("votes for {candidate} in term {term}"),
        RaftNote::VoteRefused { candidate, term, ballot, why } => {
            let what = if *ballot == Ballot::Pre { "pre-vote" } else { "vote" };
            format!("refuses {candidate} its {what} in term {term}: {}", vote_refusal(*why))
        }
        _ => unreachable!("not about elections"),
    }
}

fn replication(note: &RaftNote, names: &Names<'_>) -> String {
    match note {
        RaftNote::Appended { index, term, request: Some(request) } => {
            let client = names.client(request.client);
            format!("appends entry {index} in term {term}, for {client} ({})", request.op)
        }
        RaftNote::Appended { index, term, request: None } => format!("appends entry {index} of its own in term {term}"),
        RaftNote::Accepted { first, last } => format!("takes {} into its log", entries(*first, *last)),
        RaftNote::Truncated { first, last } => {
            format!("drops {}: its leader has another entry at index {first}", entries(*first, *last))
        }
        RaftNote::AppendRefused { leader, why } => format!("refuses what {leader} sends: {}", append_refusal(*why)),
        RaftNote::Committed { index } => format!("knows that the log is committed up to index {index}"),
        RaftNote::SnapshotTaken { last } => {
            format!("takes a snapshot up to index {}, and drops the log so far", last.index)
        }
        RaftNote::SnapshotInstalled { last } => format!("takes over the leader's snapshot up to index {}", last.index),
        _ => unreachable!("not about replication"),
    }
}

fn clients(note: &RaftNote, names: &Names<'_>) -> String {
    match note {
        RaftNote::AppliedBefore { index, request } => {
            let client = names.client(request.client);
            format!("finds entry {index} applied before, for {client} ({}), and does not apply it again", request.op)
        }
        RaftNote::ReadServed { request, index, by } => {
            let client = names.client(request.client);
            format!("answers a read of {client} from what it has applied, up to index {index}: {}", read_by(*by))
        }
        RaftNote::ReadRefused { request } => {
            format!("refuses a read of {}: its lease is over", names.client(request.client))
        }
        _ => unreachable!("not about clients"),
    }
}

fn orders(note: &RaftNote) -> String {
    match note {
        RaftNote::Configured { index: Index(0), configuration } => {
            format!("has the membership of the beginning: {}", membership(configuration))
        }
        RaftNote::Configured { index, configuration } => {
            format!("has the membership of entry {index}: {}", membership(configuration))
        }
        RaftNote::CaughtUp { learner } => format!("finds that {learner} has caught up, and gives it a vote"),
        RaftNote::TransferBegun { to } => format!("begins to hand leadership to {to}, and takes no requests"),
        RaftNote::TransferFailed { to } => format!("leads on: {to} has not taken over in time"),
        RaftNote::OrderRefused { order, why } => format!("does not {order}: {}", order_refusal(*why)),
        _ => unreachable!("not about orders"),
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

fn order_refusal(why: OrderRefusal) -> String {
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
