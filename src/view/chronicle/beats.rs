//! Key moments: what a caption can be about, and where the pace holds.

use super::replica_beats::ReplicaBeat;
use super::spans::{Stamp, Standing};
use crate::base::{ClientId, Endpoint, NodeId, NodeSet, OpId, RequestId, SimDuration};
use crate::protocol::raft::OrderRefusal;
use crate::protocol::{Order, Refusal};
use crate::sim::{AttemptEnd, Command, Halt, Outcome};

/// One key moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// When, and the record that decided it.
    pub when: Stamp,
    /// What happened.
    pub what: BeatKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BeatKind {
    /// Somebody intervened.
    Command(Command),
    /// A flapping link turned over.
    Flapped {
        /// From where.
        from: Endpoint,
        /// To where.
        to: Endpoint,
        /// Whether messages pass now.
        is_up: bool,
    },
    /// No leader was heard for an election timeout.
    TimedOut {
        /// By which node.
        node: NodeId,
    },
    /// A node asks for votes, or whether it would get them.
    Stands {
        /// Which node.
        node: NodeId,
        /// In which term.
        term: u64,
        /// As pre-candidate or candidate.
        standing: Standing,
        /// Whether the leader had asked it to.
        is_asked: bool,
    },
    /// A node is elected.
    Leads {
        /// Which node.
        node: NodeId,
        /// Which term.
        term: u64,
        /// Who voted for it.
        votes: NodeSet,
        /// How many votes there are in all.
        voters: u8,
        /// A node that still takes itself for the leader of an older term.
        rival: Option<(NodeId, u64)>,
    },
    /// A node gives up leadership or candidacy.
    StepsDown {
        /// Which node.
        node: NodeId,
        /// What it was.
        was: Standing,
        /// In which term it was that.
        was_term: u64,
        /// The term that it is in now.
        term: u64,
        /// Why.
        why: WhyDown,
    },
    /// A leader finds that a learner has caught up, and gives it a vote.
    CaughtUp {
        /// The leader.
        node: NodeId,
        /// The learner.
        learner: NodeId,
    },
    /// A node does not do what somebody ordered.
    OrderRefused {
        /// Which node.
        node: NodeId,
        /// What was ordered.
        order: Order,
        /// Why not.
        why: OrderRefusal,
    },
    /// Votes were refused or lost, and those that can still come are not enough.
    ShortOfVotes {
        /// The candidate.
        node: NodeId,
        /// In which term.
        term: u64,
        /// Whether it only asked whether it would be elected.
        is_pre: bool,
        /// How things stand.
        tally: TallyOf,
    },
    /// Acknowledgements were refused or lost, and those that can still come are not enough.
    ShortOfAcks {
        /// The leader.
        node: NodeId,
        /// Which entry.
        index: u64,
        /// On whose behalf.
        request: Option<RequestId>,
        /// How things stand.
        tally: TallyOf,
    },
    /// Entries are committed for the first time.
    Committed {
        /// By which node.
        node: NodeId,
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
        /// The attempt that brought the last one.
        request: Option<RequestId>,
        /// By how many acknowledgements, where that is known.
        tally: Option<TallyOf>,
    },
    /// An attempt was refused; the client may try again.
    Refused {
        /// Which attempt.
        request: RequestId,
        /// By which node.
        node: NodeId,
        /// Why.
        refusal: Refusal,
    },
    /// An attempt had no answer; the client may try again.
    Unanswered {
        /// Which attempt.
        request: RequestId,
        /// By which node.
        node: NodeId,
        /// How it ended: the client's patience ran out, the connection broke, or the node gave up.
        end: AttemptEnd,
    },
    /// An operation is over for its client.
    Ended {
        /// Which.
        op: OpId,
        /// Whose.
        client: ClientId,
        /// How.
        outcome: Outcome,
        /// Whether its last attempt had no answer in time; none if it had one or the connection broke.
        timed_out: bool,
    },
    /// No node that runs reaches a majority any more.
    QuorumLost {
        /// The most voters that one of them reaches, itself counted.
        best: u8,
        /// Of how many.
        of: u8,
    },
    /// A node that runs reaches a majority again.
    QuorumRegained {
        /// How many it reaches, itself counted.
        best: u8,
        /// Of how many.
        of: u8,
    },
    /// Entries were dropped: the place in the list of losses.
    Lost(usize),
    /// Something at a leaderless replica.
    Replica(ReplicaBeat),
    /// The run stands still.
    Halted(Halt),
}

/// How many of how many, and how many are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyOf {
    /// How many there are, the asker itself counted.
    pub have: u8,
    /// How many there could be.
    pub of: u8,
    /// How many are needed.
    pub need: u8,
}

/// Why a node gives up leadership or candidacy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyDown {
    /// It has heard of a newer term, perhaps from somebody.
    NewerTerm(Option<NodeId>),
    /// It has heard the leader of its term.
    HeardLeader(NodeId),
    /// For so long no majority has answered it.
    LostQuorum(SimDuration),
    /// It has no vote any more.
    Removed,
}

impl BeatKind {
    /// Whether the pace holds here. What only explains what was seen before holds nothing up.
    #[must_use]
    pub fn is_key(&self) -> bool {
        match self {
            Self::Command(command) => !is_routine(command),
            Self::Replica(beat) => beat.is_key(),
            Self::TimedOut { .. }
            | Self::Stands { .. }
            | Self::Leads { .. }
            | Self::StepsDown { .. }
            | Self::Committed { .. }
            | Self::Ended { .. }
            | Self::Lost(_)
            | Self::QuorumLost { .. }
            | Self::QuorumRegained { .. }
            | Self::Halted(_) => true,
            Self::Flapped { .. }
            | Self::CaughtUp { .. }
            | Self::OrderRefused { .. }
            | Self::ShortOfVotes { .. }
            | Self::ShortOfAcks { .. }
            | Self::Refused { .. }
            | Self::Unanswered { .. } => false,
        }
    }
}

/// Whether a command is a client's work and no fault; its message tells enough.
fn is_routine(command: &Command) -> bool {
    matches!(command, Command::Invoke { .. } | Command::SetWorkload { .. })
}
