//! Raft's settings.

use serde::{Deserialize, Serialize};

use crate::base::{SimDuration, TimeSpan};

/// One value for the whole cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaftConfig {
    /// How long a follower waits for a leader before it stands for election; drawn anew at each reset.
    pub election_timeout: TimeSpan,
    /// How often a leader shows that it lives.
    pub heartbeat_interval: SimDuration,
    /// Whether a new leader opens its term with an empty entry, so that older entries can commit (thesis, 6.4).
    pub noop_on_election: bool,
    /// How many entries one message may carry.
    pub max_entries_per_append: u32,
}

impl Default for RaftConfig {
    /// The paper's own suggestion for a data centre (section 9.3): 150 to 300 ms.
    fn default() -> Self {
        Self {
            election_timeout: TimeSpan { min: SimDuration::from_millis(150), max: SimDuration::from_millis(300) },
            heartbeat_interval: SimDuration::from_millis(50),
            noop_on_election: true,
            max_entries_per_append: 64,
        }
    }
}
