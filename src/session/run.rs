//! A whole run, watched: the claims of its scenario and the invariants of its system, looked at after every event.

use super::cluster::Cluster;
use crate::base::{Moment, SimTime};
use crate::check::{Invariant, InvariantBroken, Invariants, Leadership, Leaderships};
use crate::lesson::{Claim, ClaimVerdict, Scenario, Watcher};
use crate::sim::{Counters, Halt};

/// What a run came to.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The world at the end, with its trace.
    pub cluster: Cluster,
    /// Where the run ended.
    pub end: Moment,
    /// The hash of its trace.
    pub trace_hash: u64,
    /// Running counts at the end.
    pub counters: Counters,
    /// What became of the claims, in their order.
    pub claims: Vec<ClaimVerdict>,
    /// The first time that each broken invariant was seen broken.
    pub broken: Vec<InvariantBroken>,
    /// The invariants that the scenario claims to be broken.
    pub claimed_broken: Vec<Invariant>,
    /// Who led, and when.
    pub leaderships: Vec<Leadership>,
    /// Why the run stood still before its end, if it did.
    pub halted: Option<Halt>,
}

impl RunReport {
    /// Whether every claim holds, no invariant was broken but those that are claimed to be, and the run reached its end.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.claims.iter().all(|claim| claim.holds) && self.is_safe()
    }

    /// Whether no invariant was broken but those that are claimed to be, and the run reached its end.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.broken.iter().all(|broken| self.is_claimed(broken)) && self.halted.is_none()
    }

    /// Whether the scenario claims that this invariant is broken.
    #[must_use]
    pub fn is_claimed(&self, broken: &InvariantBroken) -> bool {
        self.claimed_broken.contains(&broken.invariant)
    }
}

/// Runs a scenario with a seed to a time, and watches it after every event. `progress` is told the time now and then;
/// when it says `false`, the run ends early.
pub fn run_scenario(
    scenario: &Scenario,
    seed: u32,
    until: SimTime,
    mut progress: impl FnMut(SimTime) -> bool,
) -> RunReport {
    let mut cluster = Cluster::new(scenario, seed);
    let mut watcher = Watcher::new(&scenario.claims, until);
    let mut invariants = Invariants::default();
    let mut leaderships = Leaderships::default();
    let edges = watcher.edges().into_iter().filter(|edge| *edge < until);
    let stops: Vec<SimTime> = edges.chain([until]).collect();
    // What happened before the first event, and when by each node's own clock, can only be seen now.
    cluster.show(&mut invariants);
    let mut goes_on = true;
    for stop in stops {
        while goes_on && cluster.step_until(stop) {
            watch(&cluster, &mut watcher, &mut invariants);
            leaderships.see(cluster.now().time, &cluster);
            if cluster.now().events.is_multiple_of(4_096) {
                goes_on = progress(cluster.now().time);
            }
        }
        if !goes_on {
            break;
        }
        cluster.advance(stop);
        watch(&cluster, &mut watcher, &mut invariants);
    }
    RunReport {
        end: cluster.now(),
        trace_hash: cluster.trace_hash(),
        counters: *cluster.counters(),
        claims: watcher.verdicts(),
        broken: invariants.broken().to_vec(),
        claimed_broken: scenario.claims.iter().flat_map(Claim::broken).collect(),
        leaderships: leaderships.all().to_vec(),
        halted: cluster.halted(),
        cluster,
    }
}

fn watch(cluster: &Cluster, watcher: &mut Watcher, invariants: &mut Invariants) {
    cluster.show(invariants);
    if !watcher.is_empty() {
        watcher.see(cluster.now().time, cluster, invariants);
    }
}
