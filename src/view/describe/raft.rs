//! Raft in words: timers, waits, entries and messages. Notes with their reasons are in `notes`.

mod notes;

pub(in crate::view) use notes::order_refusal;

use super::words::{Names, list};
use super::{Describe, Vocabulary};
use crate::base::{TimerId, WaitId};
use crate::protocol::raft::{
    Append, AppendOutcome, Ballot, CHECK_QUORUM_TIMER, Command, Configuration, ELECTION_TIMER, Entry, HEARTBEAT_TIMER,
    Index, LogEnd, PRE_VOTES_WAIT, Proposal, Raft, RaftMessage, TRANSFER_TIMER, Term, VOTES_WAIT,
};

impl Vocabulary for Raft {
    fn timer(timer: TimerId) -> &'static str {
        match timer {
            ELECTION_TIMER => "election timer",
            HEARTBEAT_TIMER => "heartbeat timer",
            CHECK_QUORUM_TIMER => "check-quorum timer",
            TRANSFER_TIMER => "transfer timer",
            TimerId(_) => "timer",
        }
    }

    fn is_routine(timer: TimerId) -> bool {
        timer == HEARTBEAT_TIMER
    }

    fn wait(wait: WaitId) -> String {
        match wait.kind {
            VOTES_WAIT => format!("votes in term {}", wait.number),
            PRE_VOTES_WAIT => format!("pre-votes for term {}", wait.number),
            _ => format!("acknowledgements of entry {}", wait.number),
        }
    }
}

impl Describe for RaftMessage {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::RequestVote { term, last, ballot: Ballot::Pre } => {
                format!("question whether it would be elected in term {term}, {}", log_end(*last))
            }
            Self::RequestVote { term, last, ballot: Ballot::Real } => {
                format!("vote request for term {term}, {}", log_end(*last))
            }
            Self::RequestVote { term, last, ballot: Ballot::Transfer } => {
                format!("vote request for term {term} at the leader's own wish, {}", log_end(*last))
            }
            Self::Vote { term, granted: true, ballot: Ballot::Pre } => format!("pre-vote for term {term}"),
            Self::Vote { term, granted: false, ballot: Ballot::Pre } => format!("no pre-vote, its term is {term}"),
            Self::Vote { term, granted: true, .. } => format!("vote for term {term}"),
            Self::Vote { term, granted: false, .. } => format!("no vote, its term is {term}"),
            Self::Append(append) => append_words(append, names),
            Self::AppendReply { term, outcome, .. } => answer(*term, *outcome),
            Self::InstallSnapshot(install) => {
                let LogEnd { term, index } = install.snapshot.last;
                format!("snapshot of the leader of term {}, of all up to index {index} of term {term}", install.term)
            }
            Self::TimeoutNow { term } => format!("wish of the leader of term {term} that it stand at once"),
            Self::ReadIndex { request, .. } => {
                format!("question how much must be applied to read, for {}", names.client(request.client))
            }
            Self::ReadIndexReply { index: Some(index), .. } => {
                format!("answer: a read needs all up to index {index}")
            }
            Self::ReadIndexReply { index: None, .. } => "refusal, it does not lead".to_owned(),
        }
    }
}

fn append_words(append: &Append, names: &Names<'_>) -> String {
    let what = match &append.entries[..] {
        [] => "heartbeat".to_owned(),
        entries => contents(append.previous.index.next(), entries, names),
    };
    let after = match append.previous {
        LogEnd { index: Index(0), .. } => "from the start of the log".to_owned(),
        LogEnd { term, index } => format!("after index {index} of term {term}"),
    };
    format!("{what} of the leader of term {}, {after}, committed to {}", append.term, append.commit)
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
        Command::Configure(next) => format!("membership {}, term {term}", membership(next)),
    }
}

/// Who belongs: "n1, n2 and n3, learning: n4".
#[must_use]
pub fn membership(configuration: &Configuration) -> String {
    let Configuration { voters, learners, .. } = configuration;
    let voters = list(voters.iter());
    if learners.is_empty() { voters } else { format!("{voters}, learning: {}", list(learners.iter())) }
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

fn log_end(end: LogEnd) -> String {
    match end.index {
        Index(0) => "its log is empty".to_owned(),
        index => format!("its log ends at index {index} of term {}", end.term),
    }
}

fn entries(first: Index, last: Index) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}
