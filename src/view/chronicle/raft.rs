//! Raft's messages and notes, as a chronicle reads them.

use super::kinds::MessageKind;
use super::said::{About, Chronicled, News, Said, WaitFor, Why};
use super::spans::{Cell, Content, Standing};
use crate::base::{TimerId, WaitId};
use crate::data::Stamp;
use crate::protocol::Key;
use crate::protocol::leaderless::{LeaderlessConfig, LeaderlessNote};
use crate::protocol::raft::{
    Append, AppendOutcome, Ballot, Command, ELECTION_TIMER, Entry, PRE_VOTES_WAIT, Raft, RaftConfig, RaftMessage,
    RaftNote, StepDown, VOTES_WAIT, VoteRefusal,
};

impl Chronicled for Raft {
    fn said(message: &RaftMessage) -> Said {
        let (kind, about) = match message {
            RaftMessage::RequestVote { term, ballot: Ballot::Pre, .. } => {
                (MessageKind::PreVoteRequest, About::Ask(WaitFor::PreVotes(term.0)))
            }
            RaftMessage::RequestVote { term, ballot: Ballot::Real | Ballot::Transfer, .. } => {
                (MessageKind::VoteRequest, About::Ask(WaitFor::Votes(term.0)))
            }
            RaftMessage::Vote { term, granted, ballot: Ballot::Pre } => {
                (MessageKind::PreVote, About::Vote(WaitFor::PreVotes(term.0), *granted))
            }
            RaftMessage::Vote { term, granted, ballot: Ballot::Real | Ballot::Transfer } => {
                (MessageKind::Vote, About::Vote(WaitFor::Votes(term.0), *granted))
            }
            RaftMessage::Append(append) if append.entries.is_empty() => {
                (MessageKind::Heartbeat, About::Entries(Vec::new()))
            }
            RaftMessage::Append(append) => (MessageKind::Append, About::Entries(cells(append))),
            RaftMessage::AppendReply { outcome: AppendOutcome::Matched(index), .. } => {
                (MessageKind::AppendAck, About::Answer(Some(index.0)))
            }
            RaftMessage::AppendReply { .. } => (MessageKind::AppendAck, About::Answer(None)),
            RaftMessage::InstallSnapshot(_) => (MessageKind::Snapshot, About::Snapshot),
            RaftMessage::TimeoutNow { .. } => (MessageKind::TimeoutNow, About::Other),
            RaftMessage::ReadIndex { .. } => (MessageKind::ReadIndex, About::Other),
            RaftMessage::ReadIndexReply { .. } => (MessageKind::ReadIndexReply, About::Other),
        };
        let term = (!message.is_about_next_term()).then(|| message.term().0);
        Said { kind, term, about }
    }

    fn news(note: &RaftNote) -> News {
        match note {
            RaftNote::BecamePreCandidate { term } => News::Stands { term: term.0, standing: Standing::PreCandidate },
            RaftNote::BecameCandidate { term } => News::Stands { term: term.0, standing: Standing::Candidate },
            RaftNote::BecameLeader { term, votes } => News::Leads { term: term.0, votes: *votes },
            RaftNote::SteppedDown { term, why } => News::StepsDown { term: term.0, why: why_down(*why) },
            RaftNote::Follows { term, .. } => News::Follows { term: term.0 },
            RaftNote::VoteGranted { term, .. } => News::InTerm(term.0),
            RaftNote::VoteRefused { ballot: Ballot::Pre, .. }
            | RaftNote::VoteRefused { why: VoteRefusal::HeardLeader { .. } | VoteRefusal::OldTerm { .. }, .. } => {
                News::Other
            }
            RaftNote::VoteRefused { term, .. } => News::HeardTerm(term.0),
            RaftNote::Appended { index, term, request } => {
                News::Appended { index: index.0, term: term.0, request: *request }
            }
            RaftNote::Accepted { first, last } => News::Accepted { first: first.0, last: last.0 },
            RaftNote::Truncated { first, .. } => News::Truncated { first: first.0 },
            RaftNote::AppendRefused { .. } => News::Refusal,
            RaftNote::Committed { index } => News::Committed { index: index.0 },
            RaftNote::SnapshotTaken { last } => News::SnapshotTaken { index: last.index.0, term: last.term.0 },
            RaftNote::SnapshotInstalled { last } => News::SnapshotInstalled { index: last.index.0, term: last.term.0 },
            RaftNote::Configured { index, configuration } => {
                News::Configured { index: index.0, voters: configuration.voters, learners: configuration.learners }
            }
            RaftNote::PreVoteGranted { .. }
            | RaftNote::AppliedBefore { .. }
            | RaftNote::ReadServed { .. }
            | RaftNote::ReadRefused { .. }
            | RaftNote::TransferBegun { .. }
            | RaftNote::TransferFailed { .. } => News::Other,
            RaftNote::CaughtUp { learner } => News::CaughtUp { learner: *learner },
            RaftNote::OrderRefused { order, why } => News::OrderRefused { order: *order, why: *why },
        }
    }

    fn is_election_timer(timer: TimerId) -> bool {
        timer == ELECTION_TIMER
    }

    fn has_majorities() -> bool {
        true
    }

    fn leaderless(_: &RaftConfig) -> Option<&LeaderlessConfig> {
        None
    }

    fn as_replicas(_: &RaftNote) -> Option<&LeaderlessNote> {
        None
    }

    fn stamps(_: &RaftMessage) -> Vec<(Option<Key>, Stamp)> {
        Vec::new()
    }

    fn wait(wait: WaitId) -> WaitFor {
        match wait.kind {
            VOTES_WAIT => WaitFor::Votes(wait.number),
            PRE_VOTES_WAIT => WaitFor::PreVotes(wait.number),
            _ => WaitFor::Acks(wait.number),
        }
    }
}

fn why_down(why: StepDown) -> Why {
    match why {
        StepDown::NewerTerm => Why::NewerTerm,
        StepDown::HeardLeader { leader } => Why::HeardLeader(leader),
        StepDown::LostQuorum { silent_for } => Why::LostQuorum(silent_for),
        StepDown::Removed => Why::Removed,
    }
}

fn cells(append: &Append) -> Vec<Cell> {
    let first = append.previous.index.next().0;
    append.entries.iter().enumerate().map(|(at, entry)| cell(first + at as u64, entry)).collect()
}

fn cell(index: u64, entry: &Entry) -> Cell {
    let (content, request) = match &entry.command {
        Command::Noop => (Content::Opening, None),
        Command::Operation(proposal) => (Content::Operation(proposal.operation.clone()), Some(proposal.request)),
        Command::Configure(next) => (Content::Membership { voters: next.voters, learners: next.learners }, None),
    };
    Cell { index, term: entry.term.0, content, request }
}
