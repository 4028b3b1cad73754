//! Raft's settings.

use serde::{Deserialize, Serialize};

use super::breaks::{Break, Breaks};
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
    /// Whether a server asks, before it raises its term, if its log would win (thesis, 9.6). Only logs are compared.
    #[serde(default)]
    pub pre_vote: bool,
    /// Whether a server that heard a leader within the minimum election timeout ignores candidates (thesis, 4.2.3).
    #[serde(default)]
    pub leader_stickiness: bool,
    /// Whether a leader steps down when it has not heard a majority for the minimum election timeout (thesis, 6.2).
    #[serde(default)]
    pub check_quorum: bool,
    /// How a leader answers reads.
    #[serde(default)]
    pub reads: ReadPath,
    /// What a follower does with reads.
    #[serde(default)]
    pub follower_reads: FollowerReads,
    /// How long a lease lasts on the leader's clock; the longest safe one if not set.
    #[serde(default)]
    pub lease_length: Option<SimDuration>,
    /// How far a clock may run from true time, in parts per million, for a lease to be safe.
    #[serde(default = "drift_bound")]
    pub drift_bound_ppm: u32,
    /// After how many applied entries a server takes a snapshot and drops its log up to there; never if not set.
    #[serde(default)]
    pub snapshot_after: Option<u32>,
    /// Rules that are switched off, to see what breaks.
    #[serde(default)]
    pub break_it: Breaks,
}

/// How a leader answers reads (thesis, 6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadPath {
    /// Through the log, like a write.
    #[default]
    Log,
    /// From its state machine, once a round of messages has shown that it still led when the read came (read-index).
    ReadIndex,
    /// From its state machine at once, while a majority has promised by its clocks to elect nobody else (lease).
    Lease,
}

/// What a follower does with reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowerReads {
    /// Sends the client to the leader.
    #[default]
    Refuse,
    /// Asks the leader for its read index, waits until it has applied as much, and answers (thesis, 6.4).
    ReadIndex,
    /// Answers at once with what it has applied: sequentially consistent for a client that stays, not linearizable.
    Local,
}

const fn drift_bound() -> u32 {
    10_000
}

impl Default for RaftConfig {
    /// The paper's own suggestion for a data centre (section 9.3): 150 to 300 ms. Everything optional is off.
    fn default() -> Self {
        Self {
            election_timeout: TimeSpan { min: SimDuration::from_millis(150), max: SimDuration::from_millis(300) },
            heartbeat_interval: SimDuration::from_millis(50),
            noop_on_election: true,
            max_entries_per_append: 64,
            pre_vote: false,
            leader_stickiness: false,
            check_quorum: false,
            reads: ReadPath::Log,
            follower_reads: FollowerReads::Refuse,
            lease_length: None,
            drift_bound_ppm: drift_bound(),
            snapshot_after: None,
            break_it: Breaks::NONE,
        }
    }
}

impl RaftConfig {
    /// Whether a rule is switched off.
    #[must_use]
    pub fn breaks(&self, rule: Break) -> bool {
        self.break_it.contains(rule)
    }

    /// How long a lease lasts on the leader's clock, from the sending of the heartbeat that a majority acknowledged.
    #[must_use]
    pub fn lease(&self) -> SimDuration {
        if self.breaks(Break::LeaseWithoutMargin) {
            return self.election_timeout.min;
        }
        self.lease_length.unwrap_or_else(|| self.longest_safe_lease())
    }

    /// The longest lease `l` with `l / (1 - d) < t / (1 + d)`, where `t` is the minimum election timeout and `d` the
    /// drift bound: the leader's clock may be slow and a voter's fast, both by `d`, and still no voter has given up the
    /// leader before the lease is over.
    #[must_use]
    pub fn longest_safe_lease(&self) -> SimDuration {
        let drift = u64::from(self.drift_bound_ppm.min(999_999));
        let scaled = u128::from(self.election_timeout.min.0) * u128::from(1_000_000 - drift);
        let bound = scaled.div_ceil(u128::from(1_000_000 + drift));
        SimDuration((bound as u64).saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_safe_lease_is_just_below_the_bound() {
        let lease = |drift_bound_ppm, timeout| {
            let election_timeout = TimeSpan { min: SimDuration(timeout), max: SimDuration(2 * timeout) };
            RaftConfig { drift_bound_ppm, election_timeout, ..RaftConfig::default() }.longest_safe_lease().0
        };
        assert_eq!(lease(0, 1_000_000), 999_999, "equal would not be safe");
        // 1,000,000 * 0.95 / 1.05 = 904,761.9
        assert_eq!(lease(50_000, 1_000_000), 904_761);
        assert_eq!(lease(999_999, 10), 0);
        for drift in [1, 777, 50_000, 333_333] {
            let (length, timeout) = (u128::from(lease(drift, 150_000)), 150_000_u128);
            let (slow, fast) = (u128::from(1_000_000 - drift), u128::from(1_000_000 + drift));
            assert!(length * fast < timeout * slow, "safe at {drift} ppm");
            assert!((length + 1) * fast >= timeout * slow, "the longest at {drift} ppm");
        }
    }
}
