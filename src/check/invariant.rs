//! The invariants by name: what each says, what it assumes, and what is reported when one is broken. Who watches them is
//! elsewhere: see [`super::raft`].

use serde::{Deserialize, Serialize};
use std::fmt;

use super::leaderless::LeaderlessMonitors;
use super::raft::RaftMonitors;
use crate::base::Moment;
use crate::protocol::leaderless::Leaderless;
use crate::protocol::raft::Raft;
use crate::sim::World;

/// An invariant by name. In files it goes by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Invariant {
    /// R1 (figure 3 of the Raft paper).
    #[serde(rename = "R1")]
    ElectionSafety,
    /// R2 (figure 3).
    #[serde(rename = "R2")]
    LeaderAppendOnly,
    /// R3 (figure 3; LogMatchingInv of etcdraft.tla).
    #[serde(rename = "R3")]
    LogMatching,
    /// R4 (figure 3; LeaderCompletenessInv).
    #[serde(rename = "R4")]
    LeaderCompleteness,
    /// R5 (figure 3; LogInv).
    #[serde(rename = "R5")]
    StateMachineSafety,
    /// R6 (QuorumLogInv).
    #[serde(rename = "R6")]
    CommittedNeverLost,
    /// R7 (figure 2, persistent state).
    #[serde(rename = "R7")]
    TermsAndVotes,
    /// R8 (section 5.4; ElectionSafetyInv and MoreUpToDateCorrectInv).
    #[serde(rename = "R8")]
    ElectionAndCommitRules,
    /// R9 (CommittedIsDurableInv and the match index of figure 2).
    #[serde(rename = "R9")]
    MatchIndex,
    /// R10 (thesis, 9.6 and 6.2).
    #[serde(rename = "R10")]
    PreVoteAndCheckQuorum,
    /// R11 (thesis, 6.4.1 and 4.2.3).
    #[serde(rename = "R11")]
    LeaseSafety,
    /// R12 (thesis, 6.4).
    #[serde(rename = "R12")]
    ReadSafety,
    /// R13 (section 8; thesis, 6.3).
    #[serde(rename = "R13")]
    AcknowledgedIsCommitted,
    /// D3 (section 4.7 of the Dynamo paper).
    #[serde(rename = "D3")]
    Convergence,
    /// D4 (section 4.4; Preguiça et al., 2010).
    #[serde(rename = "D4")]
    NoLostUpdate,
    /// D5 (sections 4.4 and 4.6).
    #[serde(rename = "D5")]
    NeverOlder,
    /// D6.
    #[serde(rename = "D6")]
    GraceOfTombstones,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::ElectionSafety,
        Self::LeaderAppendOnly,
        Self::LogMatching,
        Self::LeaderCompleteness,
        Self::StateMachineSafety,
        Self::CommittedNeverLost,
        Self::TermsAndVotes,
        Self::ElectionAndCommitRules,
        Self::MatchIndex,
        Self::PreVoteAndCheckQuorum,
        Self::LeaseSafety,
        Self::ReadSafety,
        Self::AcknowledgedIsCommitted,
        Self::Convergence,
        Self::NoLostUpdate,
        Self::NeverOlder,
        Self::GraceOfTombstones,
    ];

    /// Its id in scenario files and in every output.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ElectionSafety => "R1",
            Self::LeaderAppendOnly => "R2",
            Self::LogMatching => "R3",
            Self::LeaderCompleteness => "R4",
            Self::StateMachineSafety => "R5",
            Self::CommittedNeverLost => "R6",
            Self::TermsAndVotes => "R7",
            Self::ElectionAndCommitRules => "R8",
            Self::MatchIndex => "R9",
            Self::PreVoteAndCheckQuorum => "R10",
            Self::LeaseSafety => "R11",
            Self::ReadSafety => "R12",
            Self::AcknowledgedIsCommitted => "R13",
            Self::Convergence => "D3",
            Self::NoLostUpdate => "D4",
            Self::NeverOlder => "D5",
            Self::GraceOfTombstones => "D6",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ElectionSafety => "election safety",
            Self::LeaderAppendOnly => "leader append-only",
            Self::LogMatching => "log matching",
            Self::LeaderCompleteness => "leader completeness",
            Self::StateMachineSafety => "state machine safety",
            Self::CommittedNeverLost => "committed entries are never lost",
            Self::TermsAndVotes => "terms and votes",
            Self::ElectionAndCommitRules => "election and commit rules",
            Self::MatchIndex => "match index",
            Self::PreVoteAndCheckQuorum => "pre-vote and check-quorum",
            Self::LeaseSafety => "lease safety",
            Self::ReadSafety => "read safety",
            Self::AcknowledgedIsCommitted => "acknowledged is committed",
            Self::Convergence => "convergence",
            Self::NoLostUpdate => "no lost update",
            Self::NeverOlder => "never older",
            Self::GraceOfTombstones => "grace of tombstones",
        }
    }

    /// What it says.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::ElectionSafety => "At most one node leads a term, over the whole run.",
            Self::LeaderAppendOnly => "A leader never deletes or rewrites an entry of its own log.",
            Self::LogMatching => "Two logs that hold an entry of the same index and term are the same up to there.",
            Self::LeaderCompleteness => "A committed entry is in the log of every leader of a later term.",
            Self::StateMachineSafety => "No two nodes apply different entries at one index.",
            Self::CommittedNeverLost => {
                "No majority of the voters is without a committed entry on its disks, those that are down with an erased \
                 disk not counted; commit and applied indexes never fall while a process lives, nor exceed the log; a \
                 process starts with what its disk holds."
            }
            Self::TermsAndVotes => {
                "A node's term never falls, it votes at most once in a term, crashes or not, and no message carries a \
                 term above its sender's, pre-votes and their grants aside."
            }
            Self::ElectionAndCommitRules => {
                "A leader commits by counting only entries of its own term, nobody's log reaches further in a leader's \
                 term than its own, and a vote goes only to a log that is at least as up to date."
            }
            Self::MatchIndex => {
                "What a leader takes for replicated is on the follower's disk, the next index is above it, and what a \
                 leader calls committed is on the disks of a majority."
            }
            Self::PreVoteAndCheckQuorum => {
                "Asking for pre-votes raises no term, granting one changes nothing, and a leader that has not heard a \
                 majority for the minimum election timeout steps down in the same term."
            }
            Self::LeaseSafety => {
                "At most one node believes at any time that it holds a lease, and nobody votes within the minimum \
                 election timeout of hearing a leader, or of starting, unless the leader has asked for it."
            }
            Self::ReadSafety => {
                "A read that claims to be linearizable sees everything that was acknowledged or committed before it was \
                 invoked, and no leader serves one before it has committed an entry of its own term."
            }
            Self::AcknowledgedIsCommitted => {
                "What a client was told stays in the committed log and is what that log says, each request of a session \
                 counted once."
            }
            Self::Convergence => {
                "Two replicas' trees have equal roots exactly when they hold the same of the keys that both are replicas \
                 of; and once all hints are delivered and all have compared, they hold the same."
            }
            Self::NoLostUpdate => {
                "With siblings, every write that a client was told is done is on some disk, or a write is there whose \
                 writer had seen it."
            }
            Self::NeverOlder => {
                "What a replica holds of a key never becomes older; a hint ends only when the replica that it is for has \
                 acknowledged it, when it is too old, or with the disk that holds it."
            }
            Self::GraceOfTombstones => {
                "A deletion is forgotten only after its grace; where nothing older is left anywhere by then, the key does \
                 not come back."
            }
        }
    }

    /// What it rests on: with these it holds, and without them it may not.
    #[must_use]
    pub const fn assumes(self) -> &'static str {
        match self {
            Self::ElectionSafety | Self::TermsAndVotes => "No disk lies, and no wiped node returns under its old name.",
            Self::LeaderAppendOnly => "Nothing but the rule itself.",
            Self::LogMatching
            | Self::LeaderCompleteness
            | Self::StateMachineSafety
            | Self::CommittedNeverLost
            | Self::ElectionAndCommitRules
            | Self::MatchIndex => {
                "No disk lies, no wiped node returns under its old name, and the membership changes by its rules."
            }
            Self::PreVoteAndCheckQuorum => "`pre_vote` and `check_quorum`, each for its own part.",
            Self::LeaseSafety => {
                "`reads = \"lease\"` and `leader_stickiness`, each for its own part; leases also need clocks that keep \
                 within the drift bound: once one has not, nothing is said of leases."
            }
            Self::ReadSafety => {
                "Reads by read-index or lease; reads by lease need clocks that keep within the drift bound. No disk lies. \
                 Local reads at followers promise nothing."
            }
            Self::AcknowledgedIsCommitted => {
                "No disk lies, and no wiped node returns under its old name; exactly-once also needs clients' sessions."
            }
            Self::Convergence => {
                "Trees rest on nothing else; that all agree in the end also needs `anti_entropy`, and no wiped node under its old name."
            }
            Self::NoLostUpdate => {
                "No disk lies or is erased, and no stand-in drops a hint because it is old. It is said of keys with siblings \
                 that are only read and written, each value once."
            }
            Self::NeverOlder | Self::GraceOfTombstones => "No disk lies, and no wiped node returns under its old name.",
        }
    }

    /// Whether it is about a system with leaders and a log; the others are about leaderless replicas.
    #[must_use]
    pub const fn is_about_leaders(self) -> bool {
        (self as u32) < (Self::Convergence as u32)
    }

    /// The invariant of that id.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|invariant| invariant.id() == id)
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id(), self.name())
    }
}

/// An invariant that was seen broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvariantBroken {
    /// Which.
    pub invariant: Invariant,
    /// When it was first seen.
    pub at: Moment,
    /// What was seen, naming nodes, terms and indexes.
    pub seen: String,
}

/// What was seen broken, each invariant once, in the order of its first time.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    broken: Vec<InvariantBroken>,
    bits: u32,
    now: Moment,
}

impl Report {
    /// What is reported from now on was seen at this moment.
    pub(super) fn set_moment(&mut self, now: Moment) {
        self.now = now;
    }

    pub(super) fn is_broken(&self, invariant: Invariant) -> bool {
        self.bits & invariant.bit() != 0
    }

    /// What must hold; the words are only made the first time that it does not.
    pub(super) fn must(&mut self, holds: bool, invariant: Invariant, seen: impl FnOnce() -> String) {
        if !holds && !self.is_broken(invariant) {
            self.bits |= invariant.bit();
            self.broken.push(InvariantBroken { invariant, at: self.now, seen: seen() });
        }
    }

    pub(super) fn broken(&self) -> &[InvariantBroken] {
        &self.broken
    }
}

/// Watches the invariants of one run, whatever its system is. Show it every state in order, from the first.
#[derive(Clone, Debug, Default)]
pub struct Invariants {
    raft: RaftMonitors,
    leaderless: LeaderlessMonitors,
}

impl Invariants {
    /// Looks at a Raft cluster after an event.
    pub fn see_raft(&mut self, world: &World<Raft>) {
        self.raft.see(world);
    }

    /// Looks at leaderless replicas after an event.
    pub fn see_leaderless(&mut self, world: &World<Leaderless>) {
        self.leaderless.see(world);
    }

    /// What was seen broken, in the order of its first time. A run has one system, and the monitors of others see nothing.
    #[must_use]
    pub fn broken(&self) -> &[InvariantBroken] {
        if self.raft.broken().is_empty() { self.leaderless.broken() } else { self.raft.broken() }
    }

    /// Whether an invariant has been seen broken by now.
    #[must_use]
    pub fn is_broken(&self, invariant: Invariant) -> bool {
        self.raft.is_broken(invariant) || self.leaderless.is_broken(invariant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_order_and_are_what_files_say() {
        for (at, invariant) in Invariant::ALL.into_iter().enumerate() {
            let id = if at < 13 { format!("R{}", at + 1) } else { format!("D{}", at - 10) };
            assert_eq!(invariant.id(), id);
            assert_eq!(Invariant::of_id(invariant.id()), Some(invariant));
            assert_eq!(serde_json::to_value(invariant).expect("a word"), invariant.id());
            assert_eq!(invariant as usize, at);
        }
        assert_eq!(Invariant::of_id("R14"), None);
    }
}
