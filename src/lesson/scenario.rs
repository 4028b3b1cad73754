//! A scenario: everything that a run needs besides its seed and the commands of the person who steers it. System-neutral
//! but for one part. Authors write TOML; this is what it compiles to, and what the page fetches.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use crate::base::{SimTime, sort_by_key};
use crate::protocol::leaderless::LeaderlessConfig;
use crate::protocol::raft::RaftConfig;
use crate::sim::plan::{FaultPlan, Normal};
use crate::sim::{CommandError, WorldConfig};

/// The version of the compiled form. Older ones are read for ever.
pub const SCENARIO_FORMAT: u32 = 1;

/// One scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of this form: [`SCENARIO_FORMAT`].
    pub format: u32,
    /// Its name in links and file names: lower-case words with hyphens.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub summary: String,
    /// The seed that it is shown with.
    pub seed: u32,
    /// When a run ends.
    pub until: SimTime,
    /// Which protocol runs, and its settings.
    pub system: System,
    /// The cluster, its network, disks, data, clients and timed commands.
    pub world: WorldConfig,
    /// Random faults on top.
    pub faults: Option<FaultPlan>,
    /// What a run with the scenario's own seed shows.
    pub claims: Vec<Claim>,
}

/// Which protocol runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Raft.
    Raft(RaftConfig),
    /// Leaderless replication.
    Leaderless(LeaderlessConfig),
}

impl System {
    /// Its name in files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Raft(_) => "raft",
            Self::Leaderless(_) => "leaderless",
        }
    }

    /// The rules that are switched off, by name. A run without some of its rules must say so wherever it is shown.
    #[must_use]
    pub fn switched_off(&self) -> Vec<&'static str> {
        match self {
            Self::Raft(raft) => raft.break_it.iter().map(|rule| rule.name()).collect(),
            Self::Leaderless(leaderless) => leaderless.break_it.iter().map(|rule| rule.name()).collect(),
        }
    }

    /// Whether it has leaders and terms, so that claims can be about them.
    #[must_use]
    pub fn has_leaders(&self) -> bool {
        match self {
            Self::Raft(_) => true,
            Self::Leaderless(_) => false,
        }
    }

    /// Raft's settings, if Raft runs.
    #[must_use]
    pub fn as_raft(&self) -> Option<&RaftConfig> {
        match self {
            Self::Raft(raft) => Some(raft),
            Self::Leaderless(_) => None,
        }
    }

    /// Raft's settings, if Raft runs, to be changed.
    #[must_use]
    pub fn as_raft_mut(&mut self) -> Option<&mut RaftConfig> {
        match self {
            Self::Raft(raft) => Some(raft),
            Self::Leaderless(_) => None,
        }
    }
}

/// Why a compiled scenario cannot run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// Written by a newer program.
    #[error("the scenario has format {found}, and this program reads up to {SCENARIO_FORMAT}")]
    Format {
        /// Its format.
        found: u32,
    },
    /// More or fewer nodes than can be.
    #[error("a cluster has 1 to {max} nodes, not {found}", max = Scenario::NODES_MAX)]
    Nodes {
        /// How many.
        found: u8,
    },
    /// More clients than can be.
    #[error("a run has at most {max} clients, not {found}", max = Scenario::CLIENTS_MAX)]
    Clients {
        /// How many.
        found: usize,
    },
    /// Longer than can be.
    #[error("a run lasts at most {max}, not {found}", max = Scenario::UNTIL_MAX)]
    Until {
        /// How long.
        found: SimTime,
    },
    /// A timed command names something that does not exist then.
    #[error("the command at {at}: {error}")]
    Command {
        /// When.
        at: SimTime,
        /// What is wrong.
        error: CommandError,
    },
    /// An exception for a link that cannot be.
    #[error("an exception for a link: {error}")]
    LinkRule {
        /// What is wrong.
        error: CommandError,
    },
    /// A value that would make a run stand still or overflow.
    #[error("{field}: {problem}")]
    Value {
        /// Which value.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Scenario {
    /// The most nodes that a scenario may start with.
    pub const NODES_MAX: u8 = 9;
    /// The most clients.
    pub const CLIENTS_MAX: usize = 32;
    /// The longest run.
    pub const UNTIL_MAX: SimTime = SimTime::from_secs(24 * 3_600);

    /// The world of a run with a seed: timed commands and random faults in one schedule.
    #[must_use]
    pub fn world_config(&self, seed: u32) -> WorldConfig {
        let mut world = self.world.clone();
        if let Some(plan) = &self.faults {
            let normal =
                Normal { nodes: world.nodes, link: world.network.between_nodes.clone(), sync: world.disk.sync };
            world.schedule.extend(plan.commands(seed, &normal));
            sort_by_key(&mut world.schedule, |(time, _)| *time);
        }
        world
    }
}
