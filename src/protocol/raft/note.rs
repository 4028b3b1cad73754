//! What people should know of a Raft server: its decisions, and why it made them.

use serde::{Deserialize, Serialize};

use super::log::{Index, LogEnd, Term};
use super::membership::Configuration;
use super::vote::Ballot;
use crate::base::{NodeId, NodeSet, RequestId, SimDuration};
use crate::protocol::Order;

/// One decision of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RaftNote {
    /// No leader was heard for an election timeout: it asks whether it would be elected.
    BecamePreCandidate {
        /// The term that it would stand in.
        term: Term,
    },
    /// It stands for election.
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
        /// Why.
        why: StepDown,
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
    /// It would vote for a candidate.
    PreVoteGranted {
        /// The candidate.
        candidate: NodeId,
        /// The term that it would stand in.
        term: Term,
    },
    /// It does not vote for a candidate.
    VoteRefused {
        /// The candidate.
        candidate: NodeId,
        /// The term asked about.
        term: Term,
        /// What kind of vote.
        ballot: Ballot,
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
    /// It had applied the same request before, and answers as it did then.
    AppliedBefore {
        /// The entry that brought it again.
        index: Index,
        /// The attempt that brought it again.
        request: RequestId,
    },
    /// It answers a read that did not go through the log.
    ReadServed {
        /// The attempt.
        request: RequestId,
        /// What it has applied.
        index: Index,
        /// What the answer rests on.
        by: ReadBy,
    },
    /// It refuses a read, since its lease is over.
    ReadRefused {
        /// The attempt.
        request: RequestId,
    },
    /// It has put what it has applied into a snapshot, and dropped the log up to there.
    SnapshotTaken {
        /// The last entry that it covers.
        last: LogEnd,
    },
    /// It has taken over the leader's snapshot.
    SnapshotInstalled {
        /// The last entry that it covers.
        last: LogEnd,
    },
    /// A membership acts from now on: a new one, or an older one again.
    Configured {
        /// The index of its entry; 0 for that of the beginning.
        index: Index,
        /// Who belongs.
        configuration: Configuration,
    },
    /// A learner holds what there is.
    CaughtUp {
        /// Which.
        learner: NodeId,
    },
    /// It begins to hand over leadership.
    TransferBegun {
        /// To whom.
        to: NodeId,
    },
    /// The successor did not take over in time: it leads on.
    TransferFailed {
        /// Who did not.
        to: NodeId,
    },
    /// It does not carry out an order.
    OrderRefused {
        /// Which.
        order: Order,
        /// Why not.
        why: OrderRefusal,
    },
}

/// Why a server gives up leadership or candidacy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepDown {
    /// It has heard of a newer term.
    NewerTerm,
    /// It has heard the leader of its term.
    HeardLeader {
        /// Who leads.
        leader: NodeId,
    },
    /// For too long no majority has answered it.
    LostQuorum {
        /// For how long, on its own clock.
        silent_for: SimDuration,
    },
    /// It has no vote any more.
    Removed,
}

/// What an answer to a read rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadBy {
    /// A majority has answered since the read came: nobody else led.
    ReadIndex,
    /// A majority has promised to elect nobody else yet.
    Lease,
    /// On what this follower happens to have applied.
    Follower,
    /// On nothing: it takes itself for the leader, and has asked nobody.
    Nobody,
}

/// Why an order is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderRefusal {
    /// Another server leads.
    NotLeader {
        /// Who, if it knows.
        hint: Option<NodeId>,
    },
    /// It is handing over leadership.
    Transferring,
    /// A change of membership is not yet committed.
    ChangeUnderWay {
        /// The index of its entry.
        index: Index,
    },
    /// No entry of its own term is committed yet (Ongaro's correction of 2015).
    NothingCommittedYet {
        /// Its term.
        term: Term,
    },
    /// All is as the order wants it.
    ChangesNothing,
    /// The cluster would have no voter left.
    NobodyLeft,
    /// The successor has no vote.
    NoVoter,
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
    /// It has heard a leader not long ago (thesis, 4.2.3).
    HeardLeader {
        /// How long ago, on its own clock.
        ago: SimDuration,
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
