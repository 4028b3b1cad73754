//! One seed: drawn, run, watched and judged.

use super::class::Class;
use super::coverage::Coverage;
use super::draw::draw;
use super::leaderless::{ReplicaCoverage, try_replicas};
use super::verdict::{Failure, judge};
use crate::base::{Moment, SimTime};
use crate::check::History;
use crate::lesson::{Scenario, System};
use crate::protocol::raft::Breaks;
use crate::session::{RunReport, run_scenario};
use crate::sim::Counters;

/// What one seed came to.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The seed.
    pub seed: u32,
    /// The hash of its trace: the same wherever, whenever and beside whatever else it is run.
    pub fingerprint: u64,
    /// How far it went.
    pub end: Moment,
    /// Running counts.
    pub counters: Counters,
    /// What it went through.
    pub coverage: Coverage,
    /// The same of a leaderless cluster.
    pub replicas: ReplicaCoverage,
    /// What went wrong, the worst first.
    pub failures: Vec<Failure>,
}

/// Draws a seed's scenario and runs it.
#[must_use]
pub fn run_seed(class: Class, seed: u32, breaks: Breaks) -> Trial {
    try_scenario(&draw(class, seed, breaks))
}

/// Runs a scenario with its own seed and judges it.
#[must_use]
pub fn try_scenario(scenario: &Scenario) -> Trial {
    match &scenario.system {
        System::Raft(_) => try_servers(scenario),
        System::Leaderless(_) => try_replicas(scenario),
    }
}

/// A scenario of Raft. Where progress is demanded and comes early, as it nearly always does, the long time that was allowed for it
/// is not waited out.
fn try_servers(scenario: &Scenario) -> Trial {
    let run = |until| run_scenario(scenario, scenario.seed, until, |_| true);
    let mut report = run(soon_enough(scenario));
    if report.claims.iter().any(|claim| !claim.holds) && report.end.time < scenario.until && report.halted.is_none() {
        report = run(scenario.until);
    }
    sum_up(scenario, &report)
}

/// When most runs have shown what they must.
fn soon_enough(scenario: &Scenario) -> SimTime {
    let claimed = scenario.claims.first().and_then(|claim| Some((claim.from, claim.until?)));
    claimed.map_or(scenario.until, |(from, until)| SimTime(from.0 + until.since(from).0 / 6).min(scenario.until))
}

fn sum_up(scenario: &Scenario, report: &RunReport) -> Trial {
    let mut coverage = Coverage::default();
    let world = report.cluster.as_raft().expect("a swarm of Raft runs Raft");
    let history = History::of(world.trace().iter().inspect(|record| coverage.see(record)));
    let failures = judge(scenario, report, &history, &mut coverage);
    Trial {
        seed: scenario.seed,
        fingerprint: report.trace_hash,
        end: report.end,
        counters: report.counters,
        coverage,
        replicas: ReplicaCoverage::default(),
        failures,
    }
}

/// One number for many trials, whatever their order and however they are dealt out: the sums of shards add up to the
/// sum of all.
#[must_use]
pub fn fingerprint_of(class: Class, trial: &Trial) -> u64 {
    let class = class as u64;
    let mixed = (u64::from(trial.seed) | class << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ trial.fingerprint).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}
