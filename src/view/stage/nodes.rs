//! How a node looks, in words that all protocols share.

use super::clocks::ClockFace;
use super::holding::Holding;
use crate::base::NodeId;

/// One node on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFrame {
    /// Which.
    pub id: NodeId,
    /// Its role, as shape and letter tell it.
    pub look: Look,
    /// Whether its process is frozen: it keeps its role.
    pub is_paused: bool,
    /// What it says of itself: "leader, term 7"; of one whose time is over: "says: leader, term 6".
    pub says: String,
    /// The end of its log, oldest first.
    pub cells: Vec<Cell>,
    /// How many entries come before those.
    pub earlier: u64,
    /// What it holds of the key in view; none where nodes keep logs.
    pub holding: Option<Holding>,
    /// What it waits for: "stored on 2 of 5, needs 3".
    pub waits: Option<Tally>,
    /// Its wall clock's dial, while any clock of the cluster is off.
    pub clock: Option<ClockFace>,
    /// What is odd about its machine: a skewed clock, a slow disk.
    pub oddities: Vec<String>,
    /// Whether whoever looks can know nothing of it: it is drawn faintly.
    pub is_dim: bool,
    /// Its name and state for those who cannot see it: "n1, leader, x = 5, 2 of 4 links cut".
    pub name: String,
}

/// The roles that the stage tells apart by colour, shape and letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Holds authority.
    Leader,
    /// Believes that it does; a majority has moved on.
    StaleLeader,
    /// Asks for votes.
    Candidate,
    /// Follows, or waits for a leader.
    Follower,
    /// Gets the data and has no vote.
    Learner,
    /// One of equals.
    Replica,
    /// Has no process.
    Down,
    /// Not to be known by whoever looks.
    Unknown,
}

impl Look {
    /// The letter on its badge.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Leader | Self::StaleLeader => "L",
            Self::Candidate => "C",
            Self::Follower => "F",
            Self::Learner => "N",
            Self::Replica => "R",
            Self::Down => "✕",
            Self::Unknown => "?",
        }
    }

    /// The name of its colours and shape in styles.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::StaleLeader => "leader stale",
            Self::Candidate => "candidate",
            Self::Follower => "follower",
            Self::Learner => "learner",
            Self::Replica => "replica",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }

    /// The word for the legend.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::StaleLeader => "says it leads",
            Self::Candidate => "candidate",
            Self::Follower => "follower",
            Self::Learner => "learner, no vote",
            Self::Replica => "replica",
            Self::Down => "down",
            Self::Unknown => "not known",
        }
    }
}

/// One log entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its place in the log, from 1.
    pub index: u64,
    /// Its term.
    pub term: u64,
    /// What it writes, at most four characters.
    pub text: String,
    /// What is known of it.
    pub state: CellState,
}

/// What is known of a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// This node knows that it is committed.
    Committed,
    /// This node does not know it yet.
    Uncommitted,
    /// It was overwritten just now.
    Lost,
}

/// How many of those who count have answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What is counted.
    pub of: Counted,
    /// How many so far.
    pub have: u8,
    /// Of how many in all.
    pub members: u8,
    /// How many are needed.
    pub need: u8,
}

/// What a tally counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Copies of an entry on disk.
    Copies,
    /// Votes.
    Votes,
    /// Promises of votes.
    PreVotes,
    /// Replies of replicas to a read.
    Replies,
}

impl Tally {
    /// The words under a node: "stored on 2 of 5, needs 3".
    #[must_use]
    pub fn words(&self) -> String {
        let Self { of, have, members, need } = self;
        match of {
            Counted::Copies => format!("stored on {have} of {members}, needs {need}"),
            Counted::Votes => format!("{have} of {members} votes, needs {need}"),
            Counted::Replies => format!("{have} of {members} replies, needs {need}"),
            Counted::PreVotes => format!("{have} of {members} would vote, needs {need}"),
        }
    }
}
