//! Random fault plans for tests: every kind of fault that Raft must survive, and what is normal around them.

use netsplit::base::{Distribution, SimDuration, SimTime};
use netsplit::sim::plan::{FaultKinds, FaultPlan, Normal};
use netsplit::sim::{Command, WorldConfig};

/// All kinds but the hostile ones.
pub(crate) const EVERY_KIND: FaultKinds = FaultKinds {
    cut: 2,
    one_way: 2,
    partition: 2,
    isolate: 1,
    loss: 2,
    duplicate: 2,
    delay: 2,
    flap: 1,
    crash: 4,
    pause: 2,
    slow: 1,
    slow_disk: 1,
    drift: 1,
    step: 1,
    lying_disk: 0,
    wipe: 0,
};

/// Faults from 0.3 s until `stop`, several at once for most of the time.
pub(crate) fn plan(stop: SimTime) -> FaultPlan {
    FaultPlan {
        start: SimTime::from_millis(300),
        stop,
        every: Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_millis(250) },
        lasts: Distribution::Exponential { min: SimDuration::from_millis(20), mean: SimDuration::from_millis(500) },
        kinds: EVERY_KIND,
    }
}

/// The setting with the plan's commands in its schedule.
pub(crate) fn with_faults(config: &WorldConfig, plan: &FaultPlan, seed: u32) -> WorldConfig {
    let mut config = config.clone();
    config.schedule.extend(commands(&config, plan, seed));
    config.schedule.sort_by_key(|(time, _)| *time);
    config
}

pub(crate) fn commands(config: &WorldConfig, plan: &FaultPlan, seed: u32) -> Vec<(SimTime, Command)> {
    let link = config.network.between_nodes.clone();
    plan.commands(seed, &Normal { nodes: config.nodes, link, sync: config.disk.sync })
}
