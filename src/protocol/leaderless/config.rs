//! The settings of leaderless replication.

use serde::{Deserialize, Serialize};

use super::breaks::{Break, Breaks};
use crate::base::SimDuration;
use crate::protocol::Key;

/// One value for the whole cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaderlessConfig {
    /// On how many replicas a key lives: N.
    pub n: u8,
    /// How many of them a read waits for: R.
    pub r: u8,
    /// How many of them a write waits for: W.
    pub w: u8,
    /// Whether others stand in for replicas that seem dead, so that any N of the living are as good as the key's own.
    pub sloppy: bool,
    /// Who sees to a request.
    pub coordinator: Coordinator,
    /// How many replicas a read asks.
    pub read_fanout: Fanout,
    /// How long whoever sees to a request waits for the others, on its own clock.
    pub request_timeout: SimDuration,
    /// What becomes of versions that conflict.
    pub conflicts: Conflicts,
    /// Keys with a rule of their own.
    pub rules: Vec<KeyRule>,
    /// Whether a read mends replicas that are behind.
    pub read_repair: ReadRepair,
    /// Whether writes that a replica has missed are kept for it.
    pub hinted_handoff: bool,
    /// How often hints are offered to those they are for.
    pub handoff_interval: SimDuration,
    /// How long a hint is kept, by the keeper's wall clock; for ever if not set.
    pub hint_expiry: Option<SimDuration>,
    /// How replicas compare what they hold; never if not set.
    pub anti_entropy: Option<AntiEntropy>,
    /// How old a tombstone must be before it is forgotten, by the replica's wall clock.
    pub tombstone_grace: SimDuration,
    /// How often replicas look for tombstones that are old enough.
    pub compaction_interval: SimDuration,
    /// How often a node tells another whom it has heard of.
    pub gossip_interval: SimDuration,
    /// When a silent node is taken for dead.
    pub detector: Detector,
    /// Rules that are switched off.
    pub break_it: Breaks,
}

/// A key with a rule of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRule {
    /// The key.
    pub key: Key,
    /// What becomes of its versions.
    pub conflicts: Conflicts,
}

/// Who sees to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coordinator {
    /// One of the key's own replicas, whose copy counts at once: whoever is asked and is not one hands the request on.
    #[default]
    Replica,
    /// Whoever is asked, which counts no copy of its own before it was asked for like all others.
    Proxy,
}

/// How many replicas a read asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fanout {
    /// All N, and takes the first R answers (Dynamo).
    #[default]
    All,
    /// R only, those that seem alive first (Cassandra).
    Quorum,
}

/// What becomes of versions of a key that conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflicts {
    /// The write with the later stamp stays; stamps are read off the wall clock of whoever sees to the write.
    #[default]
    LastWriterWins,
    /// Versions that have not seen each other all stay, and whoever reads gets them all.
    Siblings,
    /// As siblings; a read unites their lists.
    Union,
    /// As siblings; a read takes the highest number.
    Highest,
    /// A counter of increments and decrements by replica.
    Counter,
    /// A set in which an addition wins over a removal that has not seen it.
    Set,
    /// A text that many type in at once: each letter keeps its place, and what is deleted stays so.
    Text,
}

/// Whether a read mends replicas that are behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadRepair {
    /// It does not.
    Off,
    /// After it has answered.
    #[default]
    Async,
    /// Before it answers, until W replicas hold what it answers with.
    Blocking,
}

/// How replicas compare what they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AntiEntropy {
    /// How often a replica compares with the next of the others.
    pub interval: SimDuration,
    /// How many bytes of versions it sends in a second at most; a leaf of the tree is sent whole even so.
    pub bytes_per_second: u32,
    /// How deep the trees are: 2 to the power of this many leaves.
    pub depth: u8,
}

impl Default for AntiEntropy {
    fn default() -> Self {
        Self { interval: SimDuration::from_secs(1), bytes_per_second: 100_000, depth: 6 }
    }
}

/// When a silent node is taken for dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// Never: everybody counts as alive.
    Off,
    /// After so long without news.
    Timeout(SimDuration),
    /// When a living one would be silent for so long with a chance of less than ten to the power of minus phi (phi-accrual); here
    /// a thousand times phi.
    PhiMilli(u32),
}

impl Default for LeaderlessConfig {
    /// N=3, R=2, W=2 as in the paper (section 6), with every way of mending; ten days of grace as in Cassandra.
    fn default() -> Self {
        Self {
            n: 3,
            r: 2,
            w: 2,
            sloppy: false,
            coordinator: Coordinator::Replica,
            read_fanout: Fanout::All,
            request_timeout: SimDuration::from_millis(500),
            conflicts: Conflicts::LastWriterWins,
            rules: Vec::new(),
            read_repair: ReadRepair::Async,
            hinted_handoff: true,
            handoff_interval: SimDuration::from_millis(100),
            hint_expiry: None,
            anti_entropy: Some(AntiEntropy::default()),
            tombstone_grace: SimDuration::from_secs(864_000),
            compaction_interval: SimDuration::from_secs(1),
            gossip_interval: SimDuration::from_millis(100),
            detector: Detector::Timeout(SimDuration::from_millis(600)),
            break_it: Breaks::NONE,
        }
    }
}

impl LeaderlessConfig {
    /// Whether a rule is switched off.
    #[must_use]
    pub fn breaks(&self, rule: Break) -> bool {
        self.break_it.contains(rule)
    }

    /// What becomes of versions of a key that conflict.
    #[must_use]
    pub fn conflicts_of(&self, key: &Key) -> Conflicts {
        self.rules.iter().find(|rule| rule.key == *key).map_or(self.conflicts, |rule| rule.conflicts)
    }

    /// Whether every read meets every write: R + W > N.
    #[must_use]
    pub fn quorums_overlap(&self) -> bool {
        self.r + self.w > self.n
    }
}
