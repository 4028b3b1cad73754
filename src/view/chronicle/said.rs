//! What a chronicle needs to know of a protocol's messages and notes, in words that protocols can share. The impl for
//! Raft is in `raft`.

use super::beats::WhyDown;
use super::kinds::MessageKind;
use super::spans::{Cell, Standing};
use crate::base::NodeId;
use crate::base::{NodeSet, RequestId, SimDuration, TimerId, WaitId};
use crate::data::Stamp;
use crate::protocol::leaderless::{LeaderlessConfig, LeaderlessNote};
use crate::protocol::raft::OrderRefusal;
use crate::protocol::{Key, Order, Protocol};

/// A protocol whose runs can be chronicled.
pub(crate) trait Chronicled: Protocol {
    /// What a message says.
    fn said(message: &Self::Message) -> Said;

    /// What a note says.
    fn news(note: &Self::Note) -> News;

    /// Whether this is the timer that runs out when no leader was heard.
    fn is_election_timer(timer: TimerId) -> bool;

    /// Whether what a majority of all nodes holds is decided: then it matters whether one is there.
    fn has_majorities() -> bool;

    /// The settings of leaderless replication, if this is it.
    fn leaderless(config: &Self::Config) -> Option<&LeaderlessConfig>;

    /// A leaderless replica's note, if it is one.
    fn as_replicas(note: &Self::Note) -> Option<&LeaderlessNote>;

    /// The stamps of versions that a message brings, where stamps decide. Where it names no key, they are of its request's.
    fn stamps(message: &Self::Message) -> Vec<(Option<Key>, Stamp)>;

    /// What a wait is for.
    fn wait(wait: WaitId) -> WaitFor;
}

/// What a message says.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) kind: MessageKind,
    /// The term that the sender is in, if the message tells it.
    pub(crate) term: Option<u64>,
    pub(crate) about: About,
}

/// What a message is about, as far as waits and logs depend on it.
#[derive(Clone, Debug)]
pub(crate) enum About {
    /// Nothing that is waited for.
    Other,
    /// A sign that all goes its usual way.
    Routine,
    /// Entries, perhaps none.
    Entries(Vec<Cell>),
    /// A snapshot; its answer is like one to entries.
    Snapshot,
    /// The answer: up to which index the logs agree; none is a refusal.
    Answer(Option<u64>),
    /// A vote is asked for.
    Ask(WaitFor),
    /// A vote is given or refused.
    Vote(WaitFor, bool),
}

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WaitFor {
    /// Acknowledgements of an entry.
    Acks(u64),
    /// Votes in a term.
    Votes(u64),
    /// Promises of votes in a term.
    PreVotes(u64),
    /// Replicas' replies to one request, by kind and number of the wait.
    Replicas(u8, u64),
}

/// What a note says.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// Nothing that is listed.
    Other,
    /// Nothing that is listed, but its message was more than routine.
    Refusal,
    Stands {
        term: u64,
        standing: Standing,
    },
    Leads {
        term: u64,
        votes: NodeSet,
    },
    StepsDown {
        term: u64,
        why: Why,
    },
    Follows {
        term: u64,
    },
    /// It is in this term by now.
    InTerm(u64),
    /// It has heard of this term, which may be its own.
    HeardTerm(u64),
    Appended {
        index: u64,
        term: u64,
        request: Option<RequestId>,
    },
    Accepted {
        first: u64,
        last: u64,
    },
    Truncated {
        first: u64,
    },
    Committed {
        index: u64,
    },
    SnapshotTaken {
        index: u64,
        term: u64,
    },
    SnapshotInstalled {
        index: u64,
        term: u64,
    },
    Configured {
        index: u64,
        voters: NodeSet,
        learners: NodeSet,
    },
    CaughtUp {
        learner: NodeId,
    },
    OrderRefused {
        order: Order,
        why: OrderRefusal,
    },
}

/// Why a node steps down, before it is known whose message it was.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Why {
    NewerTerm,
    HeardLeader(NodeId),
    LostQuorum(SimDuration),
    Removed,
}

impl Why {
    /// With the sender of the message that is being handled.
    pub(crate) fn by(self, sender: Option<NodeId>) -> WhyDown {
        match self {
            Self::NewerTerm => WhyDown::NewerTerm(sender),
            Self::HeardLeader(leader) => WhyDown::HeardLeader(leader),
            Self::LostQuorum(length) => WhyDown::LostQuorum(length),
            Self::Removed => WhyDown::Removed,
        }
    }
}
