//! What people should know of a Raft server: its decisions, and why it made them.

use serde::{Deserialize, Serialize};

use super::log::{Index, LogEnd, Term};
use crate::base::{NodeId, NodeSet, RequestId};

/// One decision of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RaftNote {
    /// No leader was heard for an election timeout: it stands for election.
    BecameCandidate {
        /// The new term.
        term: Term,
    },
    /// A majority voted for it.
    BecameLeader {
        /// The term it leads.
        term: Term,
        /// Who voted for it.
        votes: NodeSet,
    },
    /// It gives up leadership or candidacy.
    SteppedDown {
        /// The term it now is in.
        term: Term,
    },
    /// It has heard the leader of its term for the first time.
    Follows {
        /// The leader.
        leader: NodeId,
        /// Its term.
        term: Term,
    },
    /// It votes for a candidate.
    VoteGranted {
        /// The candidate.
        candidate: NodeId,
        /// The term.
        term: Term,
    },
    /// It does not vote for a candidate.
    VoteRefused {
        /// The candidate.
        candidate: NodeId,
        /// The candidate's term.
        term: Term,
        /// Why not.
        why: VoteRefusal,
    },
    /// As leader, it has taken a new entry into its log.
    Appended {
        /// The entry's index.
        index: Index,
        /// Its term.
        term: Term,
        /// The attempt that brought it; none for the entry that opens a term.
        request: Option<RequestId>,
    },
    /// As follower, it has taken entries of the leader.
    Accepted {
        /// The first new index.
        first: Index,
        /// The last new index.
        last: Index,
    },
    /// Entries that the leader does not have are dropped.
    Truncated {
        /// The first dropped index.
        first: Index,
        /// The last dropped index.
        last: Index,
    },
    /// It does not take entries, since the logs do not meet.
    AppendRefused {
        /// Whose entries.
        leader: NodeId,
        /// Why not.
        why: AppendRefusal,
    },
    /// It now knows that entries up to here are committed.
    Committed {
        /// The commit index.
        index: Index,
    },
}

/// Why a vote is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoteRefusal {
    /// The candidate's term is over.
    OldTerm {
        /// The voter's term.
        current: Term,
    },
    /// It has voted for another in this term.
    AlreadyVoted {
        /// For whom.
        candidate: NodeId,
    },
    /// The candidate's log is behind its own (section 5.4.1).
    LogBehind {
        /// Where the candidate's log ends.
        theirs: LogEnd,
        /// Where the voter's log ends.
        own: LogEnd,
    },
}

/// Why an append is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppendRefusal {
    /// The sender's term is over.
    OldTerm {
        /// The follower's term.
        current: Term,
    },
    /// The log ends before the previous index.
    Missing {
        /// The previous index.
        previous: Index,
        /// The log's last index.
        last: Index,
    },
    /// The log holds an entry of another term there.
    Mismatch {
        /// Where the leader's log was expected to meet this one.
        previous: LogEnd,
        /// The term that this log holds there.
        term: Term,
    },
}
