//! What Raft servers say to each other (figure 2).

use serde::{Deserialize, Serialize};

use super::log::{Entry, Index, LogEnd, Term};

/// One message. Requests and their answers are of one type, as on a wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RaftMessage {
    /// A candidate asks for a vote.
    RequestVote {
        /// The candidate's term.
        term: Term,
        /// Where its log ends.
        last: LogEnd,
    },
    /// The answer to it.
    Vote {
        /// The voter's term.
        term: Term,
        /// Whether it votes for the candidate.
        granted: bool,
    },
    /// A leader replicates, or shows that it lives.
    Append(Append),
    /// The answer to it.
    AppendReply {
        /// The follower's term.
        term: Term,
        /// Whether the logs meet.
        outcome: AppendOutcome,
    },
}

/// The leader's message (AppendEntries).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Append {
    /// The leader's term.
    pub term: Term,
    /// The place before the first entry sent, which the follower must hold.
    pub previous: LogEnd,
    /// The entries; none in a heartbeat to a follower that has them all.
    pub entries: Vec<Entry>,
    /// The leader's commit index.
    pub commit: Index,
}

/// What a follower made of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppendOutcome {
    /// The logs agree up to this index, and the follower's disk holds it.
    Matched(Index),
    /// The follower does not hold the previous entry.
    Conflict {
        /// The previous index that did not match.
        previous: Index,
        /// From where to try next: the log's end, or the beginning of the conflicting term (section 5.3).
        retry_from: Index,
    },
    /// The sender's term is over.
    OldTerm,
}

impl RaftMessage {
    /// The sender's term, which every message carries.
    #[must_use]
    pub fn term(&self) -> Term {
        match self {
            Self::RequestVote { term, .. } | Self::Vote { term, .. } | Self::AppendReply { term, .. } => *term,
            Self::Append(append) => append.term,
        }
    }

    /// Whether it only says "I am here": an append with no entries. Its answers cannot be told from other answers.
    #[must_use]
    pub fn is_heartbeat(&self) -> bool {
        matches!(self, Self::Append(append) if append.entries.is_empty())
    }
}
