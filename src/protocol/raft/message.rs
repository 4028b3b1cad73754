//! What Raft servers say to each other (figure 2).

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::log::{Entries, Index, LogEnd, Term};
use super::snapshot::Snapshot;
use super::vote::Ballot;
use crate::base::RequestId;

/// One message. Requests and their answers are of one type, as on a wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RaftMessage {
    /// A candidate asks for a vote, or whether it would get one.
    RequestVote {
        /// The term that it would lead: its own, but for a pre-vote the next.
        term: Term,
        /// Where its log ends.
        last: LogEnd,
        /// What kind of vote.
        ballot: Ballot,
    },
    /// The answer to it.
    Vote {
        /// The voter's term; for a pre-vote that is given, the term asked about.
        term: Term,
        /// Whether it votes for the candidate.
        granted: bool,
        /// What kind of vote.
        ballot: Ballot,
    },
    /// A leader replicates, or shows that it lives.
    Append(Append),
    /// The answer to it, or to a snapshot.
    AppendReply {
        /// The follower's term.
        term: Term,
        /// Whether the logs meet.
        outcome: AppendOutcome,
        /// The round of the message that it answers.
        round: u64,
    },
    /// A leader sends what the entries that it has dropped have come to.
    InstallSnapshot(InstallSnapshot),
    /// The leader asks its successor to stand at once.
    TimeoutNow {
        /// The leader's term.
        term: Term,
    },
    /// A follower asks how much it must have applied to answer a read.
    ReadIndex {
        /// The follower's term.
        term: Term,
        /// The read.
        request: RequestId,
    },
    /// The answer to it.
    ReadIndexReply {
        /// The sender's term.
        term: Term,
        /// The read.
        request: RequestId,
        /// How much; none if the sender does not lead.
        index: Option<Index>,
    },
}

/// A snapshot on its way (section 7), in one piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallSnapshot {
    /// The leader's term.
    pub term: Term,
    /// The snapshot. Shared by all who hold it.
    pub snapshot: Arc<Snapshot>,
    /// The leader's round.
    pub round: u64,
}

/// The leader's message (AppendEntries).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Append {
    /// The leader's term.
    pub term: Term,
    /// The place before the first entry sent, which the follower must hold.
    pub previous: LogEnd,
    /// The entries; none in a heartbeat to a follower that has them all.
    pub entries: Entries,
    /// The leader's commit index.
    pub commit: Index,
    /// The leader's round: an answer shows that it led when the round began.
    pub round: u64,
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
            Self::RequestVote { term, .. }
            | Self::Vote { term, .. }
            | Self::AppendReply { term, .. }
            | Self::TimeoutNow { term }
            | Self::ReadIndex { term, .. }
            | Self::ReadIndexReply { term, .. } => *term,
            Self::Append(append) => append.term,
            Self::InstallSnapshot(install) => install.term,
        }
    }

    /// Whether it speaks of a term that has not begun, which nobody takes over.
    #[must_use]
    pub fn is_about_next_term(&self) -> bool {
        matches!(
            self,
            Self::RequestVote { ballot: Ballot::Pre, .. } | Self::Vote { ballot: Ballot::Pre, granted: true, .. }
        )
    }

    /// Whether it only says "I am here": an append with no entries. Its answers cannot be told from other answers.
    #[must_use]
    pub fn is_heartbeat(&self) -> bool {
        matches!(self, Self::Append(append) if append.entries.is_empty())
    }
}
