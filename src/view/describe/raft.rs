//! Raft in words: messages, notes with their reasons, timers and waits.

use super::words::{Names, list};
use super::{Describe, Vocabulary};
use crate::base::{TimerId, WaitId};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{
    AppendOutcome, AppendRefusal, Command, ELECTION_TIMER, Entry, HEARTBEAT_TIMER, Index, Proposal, Raft, RaftMessage,
    RaftNote, Term, VOTES_WAIT, VoteRefusal,
};

impl Vocabulary for Raft {
    fn timer(timer: TimerId) -> &'static str {
        match timer {
            ELECTION_TIMER => "election timer",
            HEARTBEAT_TIMER => "heartbeat timer",
            TimerId(_) => "timer",
        }
    }

    fn wait(wait: WaitId) -> String {
        match wait.kind {
            VOTES_WAIT => format!("votes in term {}", wait.number),
            _ => format!("acknowledgements of entry {}", wait.number),
        }
    }
}

impl Describe for RaftMessage {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::RequestVote { term, last } => format!("vote request for term {term}, {}", log_end(*last)),
            Self::Vote { term, granted: true } => format!("vote for term {term}"),
            Self::Vote { term, granted: false } => format!("no vote, its term is {term}"),
            Self::Append(append) => {
                let what = match append.entries.as_slice() {
                    [] => "heartbeat".to_owned(),
                    entries => contents(append.previous.index.next(), entries, names),
                };
                let after = match append.previous {
                    LogEnd { index: Index(0), .. } => "from the start of the log".to_owned(),
                    LogEnd { term, index } => format!("after index {index} of term {term}"),
                };
                format!("{what} of the leader of term {}, {after}, committed to {}", append.term, append.commit)
            }
            Self::AppendReply { term, outcome } => answer(*term, *outcome),
        }
    }
}

impl Describe for RaftNote {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::BecameCandidate { term } => format!("stands for election in term {term}"),
            Self::BecameLeader { term, votes } => {
                format!("becomes leader of term {term}, elected by {}", list(votes.iter()))
            }
            Self::SteppedDown { term } => format!("steps down, now in term {term}"),
            Self::Follows { leader, term } => format!("follows {leader}, the leader of term {term}"),
            Self::VoteGranted { candidate, term } => format!("votes for {candidate} in term {term}"),
            Self::VoteRefused { candidate, term, why } => {
                format!("refuses {candidate} its vote in term {term}: {}", vote_refusal(*why))
            }
            Self::Appended { index, term, request: Some(request) } => {
                let client = names.client(request.client);
                format!("appends entry {index} in term {term}, for {client} ({})", request.op)
            }
            Self::Appended { index, term, request: None } => {
                format!("appends entry {index}, empty, to open term {term}")
            }
            Self::Accepted { first, last } => format!("takes {} into its log", entries(*first, *last)),
            Self::Truncated { first, last } => {
                format!("drops {}: its leader has another entry at index {first}", entries(*first, *last))
            }
            Self::AppendRefused { leader, why } => format!("refuses what {leader} sends: {}", append_refusal(*why)),
            Self::Committed { index } => format!("knows that the log is committed up to index {index}"),
        }
    }
}

/// One entry of the log: "write x = 1, term 2".
#[must_use]
pub fn entry(entry: &Entry, names: &Names<'_>) -> String {
    let Entry { term, command } = entry;
    match command {
        Command::Noop => format!("empty, opens term {term}"),
        Command::Operation(proposal) => {
            let Proposal { request, operation, .. } = proposal.as_ref();
            format!("{operation}, of {}, term {term}", names.client(request.client))
        }
    }
}

fn contents(first: Index, entries: &[Entry], names: &Names<'_>) -> String {
    let last = Index(first.0 + entries.len() as u64 - 1);
    let label = self::entries(first, last);
    if entries.len() > SPELLED_OUT {
        return label;
    }
    let each: Vec<String> = entries.iter().map(|it| entry(it, names)).collect();
    format!("{label} ({})", each.join("; "))
}

/// A message with more entries than this only says how many they are.
const SPELLED_OUT: usize = 3;

fn answer(term: Term, outcome: AppendOutcome) -> String {
    match outcome {
        AppendOutcome::Matched(index) => format!("acknowledgement up to index {index}, term {term}"),
        AppendOutcome::Conflict { previous, retry_from } => {
            format!("refusal, the logs do not meet at index {previous}, try from {retry_from}, term {term}")
        }
        AppendOutcome::OldTerm => format!("refusal, the term is {term} by now"),
    }
}

fn vote_refusal(why: VoteRefusal) -> String {
    match why {
        VoteRefusal::OldTerm { current } => format!("that term is over, the current one is {current}"),
        VoteRefusal::AlreadyVoted { candidate } => format!("its vote of this term went to {candidate}"),
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

fn log_end(end: LogEnd) -> String {
    match end.index {
        Index(0) => "its log is empty".to_owned(),
        index => format!("its log ends at index {index} of term {}", end.term),
    }
}

fn entries(first: Index, last: Index) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}
