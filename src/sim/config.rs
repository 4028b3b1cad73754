//! How a world is set up, apart from its protocol. Plain data: scenario files compile to it.

use serde::{Deserialize, Serialize};

use super::command::LinkPatch;
use super::workload::Workload;
use super::{Command, Wire};
use crate::base::{Distribution, NodeId, SimDuration, SimTime};
use crate::protocol::{Key, Value};

/// Everything that a world needs to know besides its protocol's settings and the seed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorldConfig {
    /// How many nodes start: `n1` to `n{nodes}`.
    pub nodes: u8,
    /// The links.
    pub network: NetworkConfig,
    /// Every node's disk at the start.
    pub disk: DiskSettings,
    /// What every disk holds before the first start.
    pub data: Vec<(Key, Value)>,
    /// The clients, in the order of their ids.
    pub clients: Vec<ClientConfig>,
    /// Interventions that are known beforehand. At one time they come before anything else, in this order.
    pub schedule: Vec<(SimTime, Command)>,
    /// Where a run stops growing.
    pub limits: Limits,
}

/// The links between all endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// Between nodes.
    pub between_nodes: LinkSettings,
    /// Between a client and a node.
    pub to_clients: LinkSettings,
    /// Exceptions, applied in order.
    pub rules: Vec<LinkRule>,
}

/// An exception for one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRule {
    /// Which link.
    pub wire: Wire,
    /// What differs there.
    pub patch: LinkPatch,
}

/// How a directed link treats messages while it is up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkSettings {
    /// How long a message takes, one way.
    pub delay: Distribution,
    /// The chance that a message is lost, in parts per million.
    pub loss_ppm: u32,
    /// The chance that a message arrives twice, in parts per million.
    pub duplicate_ppm: u32,
    /// Whether a message may overtake an earlier one.
    pub reorder: bool,
}

impl Default for LinkSettings {
    /// A quiet data centre: 0.4 to 0.6 ms one way, in order, nothing lost.
    fn default() -> Self {
        let delay = Distribution::Uniform { min: SimDuration(400), max: SimDuration(600) };
        Self { delay, loss_ppm: 0, duplicate_ppm: 0, reorder: false }
    }
}

impl LinkSettings {
    /// Takes over what a patch changes.
    pub fn apply(&mut self, patch: &LinkPatch) {
        let LinkPatch { delay, loss_ppm, duplicate_ppm, reorder } = patch;
        self.delay = delay.unwrap_or(self.delay);
        self.loss_ppm = loss_ppm.unwrap_or(self.loss_ppm);
        self.duplicate_ppm = duplicate_ppm.unwrap_or(self.duplicate_ppm);
        self.reorder = reorder.unwrap_or(self.reorder);
    }
}

/// How a disk behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiskSettings {
    /// How long it takes to make a write durable.
    pub sync: Distribution,
}

impl Default for DiskSettings {
    /// A solid-state disk with a write cache that survives power loss.
    fn default() -> Self {
        Self { sync: Distribution::Constant(SimDuration(200)) }
    }
}

/// One client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientConfig {
    /// Its name, as people read it.
    pub name: String,
    /// Which node it talks to.
    pub contact: Contact,
    /// How long it waits for an answer to one attempt.
    pub timeout: SimDuration,
    /// What it does when an attempt has failed.
    pub retry: Retry,
    /// Whether it keeps a session, so that its operations have names and a retry can be told from a new one.
    pub session: bool,
    /// What it does by itself; none leaves it to commands.
    pub workload: Option<Workload>,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            name: "Alice".to_owned(),
            contact: Contact::default(),
            timeout: SimDuration::from_secs(1),
            retry: Retry::default(),
            session: false,
            workload: None,
        }
    }
}

/// Which node a client talks to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// Stays with a node that answers, follows hints to the leader, and moves on to the next node when one fails.
    #[default]
    Sticky,
    /// Only ever this node, hints or not.
    Pinned(NodeId),
    /// Draws a node for each attempt.
    Any,
}

/// What a client does when an attempt has failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// How many attempts an operation gets in all.
    pub attempts: u16,
    /// Whether it also tries again after an attempt whose outcome is unknown; without sessions that may apply twice.
    pub after_unknown: bool,
    /// The first wait between attempts.
    pub backoff: SimDuration,
    /// How much longer each further wait is, in per cent: 200 doubles it.
    pub growth_percent: u32,
    /// No wait is longer.
    pub backoff_max: SimDuration,
    /// What is drawn.
    pub jitter: Jitter,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 8,
            after_unknown: false,
            backoff: SimDuration::from_millis(20),
            growth_percent: 200,
            backoff_max: SimDuration::from_secs(1),
            jitter: Jitter::Full,
        }
    }
}

impl Retry {
    /// The longest wait before the attempt with this number (2 is the first retry).
    #[must_use]
    pub fn backoff_before(&self, attempt: u16) -> SimDuration {
        let mut wait = self.backoff.0.min(self.backoff_max.0);
        for _ in 2..attempt {
            let grown = u128::from(wait) * u128::from(self.growth_percent) / 100;
            wait = u64::try_from(grown).unwrap_or(u64::MAX).min(self.backoff_max.0);
            if wait == self.backoff_max.0 {
                break;
            }
        }
        SimDuration(wait)
    }
}

/// How a wait between attempts is drawn (M. Brooker, "Exponential Backoff And Jitter", 2015).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jitter {
    /// The whole wait, always.
    None,
    /// Between half of it and all of it.
    Equal,
    /// Between nothing and all of it.
    #[default]
    Full,
}

/// Where a run stops growing. What it would go beyond is said, and the run stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Messages in flight at once.
    pub messages_in_flight: u32,
    /// Operations open at once, over all clients.
    pub open_operations: u32,
    /// Inputs that wait at one node; more messages are dropped, as by a full socket buffer.
    pub inbox: u32,
    /// Bytes of trace.
    pub trace_bytes: u64,
    /// Events.
    pub events: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages_in_flight: 100_000,
            open_operations: 10_000,
            inbox: 10_000,
            trace_bytes: 1 << 30,
            events: 200_000_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_cap() {
        let retry = Retry { backoff_max: SimDuration::from_millis(100), ..Retry::default() };
        let waits: Vec<u64> = (2..8).map(|attempt| retry.backoff_before(attempt).0 / 1_000).collect();
        assert_eq!(waits, [20, 40, 80, 100, 100, 100]);
    }
}
