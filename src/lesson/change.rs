//! What a step changes about a scenario, and what is done in its run: typed, compiled from the keys of scenario files.

use serde::{Deserialize, Serialize};

use super::claim::Predicate;
use super::scenario::{Scenario, System};
use crate::base::SimDuration;
use crate::sim::{Command, NetworkConfig};

/// Another setting of the same cluster. It makes a new run: same workload, seed and commands, replayed to the same time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// Another number of nodes. Such a run starts over, without the commands so far.
    pub nodes: Option<u8>,
    /// Other settings of the system, whole: what the step does not name is as in the lesson's scenario.
    pub system: Option<System>,
    /// Other links.
    pub network: Option<NetworkConfig>,
}

impl Change {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the commands so far mean nothing in the changed run.
    #[must_use]
    pub fn starts_over(&self) -> bool {
        self.nodes.is_some()
    }

    /// The scenario with what changes.
    #[must_use]
    pub fn apply(&self, scenario: &Scenario) -> Scenario {
        let mut changed = scenario.clone();
        changed.world.nodes = self.nodes.unwrap_or(changed.world.nodes);
        if let Some(system) = &self.system {
            changed.system = system.clone();
        }
        if let Some(network) = &self.network {
            changed.world.network = network.clone();
        }
        changed
    }
}

/// One act of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Carries out a command.
    Do(Command),
    /// Lets time pass.
    Wait(SimDuration),
    /// Lets time pass until something holds, but no longer than a limit.
    Until(Until),
}

/// When something is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// What must hold; without it, the limit alone decides.
    pub holds: Option<Predicate>,
    /// No more time passes than this.
    pub limit: SimDuration,
}
