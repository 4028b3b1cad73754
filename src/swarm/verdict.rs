//! What a run is judged by: invariants, limits, progress, the clients' histories, and whether the servers agree. What
//! rests on an assumption that the scenario does not keep is not asked for.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::coverage::Coverage;
use super::draw::probe_of;
use super::history::{self, Judgement};
use crate::base::{NodeId, SimTime};
use crate::check::{Facts, History};
use crate::lesson::Scenario;
use crate::protocol::Key;
use crate::protocol::raft::{FollowerReads, Raft, RaftConfig, ReadPath};
use crate::session::RunReport;
use crate::sim::{Command, NodeStatus};

/// What went wrong in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of thing.
    pub kind: FailureKind,
    /// When it was seen.
    pub at: SimTime,
    /// What was seen.
    pub what: String,
}

/// Kinds of failure: a smaller scenario shows the same failure if it shows one of the same kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// An invariant was broken; its id in the list of invariants.
    Invariant(String),
    /// Clients were told what cannot be.
    History,
    /// Two servers have applied equally much and hold different data.
    Diverged,
    /// All was mended, and no write was acknowledged in time.
    NoProgress,
    /// The run stood still at a limit.
    Halted,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invariant(id) => f.write_str(id),
            Self::History => f.write_str("history"),
            Self::Diverged => f.write_str("diverged"),
            Self::NoProgress => f.write_str("no progress"),
            Self::Halted => f.write_str("halted"),
        }
    }
}

/// What a scenario takes for granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// No disk reports a write as durable that is not, and none that was wiped comes back under its old name.
    pub disks: bool,
    /// No clock runs faster or slower than the drift bound allows.
    pub clocks: bool,
}

/// The assumptions that a scenario keeps, as its commands show.
#[must_use]
pub fn assumptions(scenario: &Scenario) -> Assumptions {
    let raft = scenario.system.as_raft().expect("a swarm of Raft runs Raft");
    let mut found = Assumptions { disks: true, clocks: true };
    let mut wiped: Vec<NodeId> = Vec::new();
    for (_, command) in &scenario.world.schedule {
        match command {
            Command::SetLying { flush_after: Some(_), .. } => found.disks = false,
            Command::Wipe(node) => wiped.push(*node),
            Command::Restart(node) if wiped.contains(node) => found.disks = false,
            Command::SetDrift { drift, .. } if drift.0.unsigned_abs() > raft.drift_bound_ppm => found.clocks = false,
            _ => {}
        }
    }
    found
}

/// What each invariant rests on: honest disks that are not wiped, clocks within their bound. R2 is about one process and
/// its own log, R10 about what one process answers and counts.
const ROWS: [(&str, Assumptions); 13] = [
    ("R1", Assumptions { disks: true, clocks: false }),
    ("R2", Assumptions { disks: false, clocks: false }),
    ("R3", Assumptions { disks: true, clocks: false }),
    ("R4", Assumptions { disks: true, clocks: false }),
    ("R5", Assumptions { disks: true, clocks: false }),
    ("R6", Assumptions { disks: true, clocks: false }),
    ("R7", Assumptions { disks: true, clocks: false }),
    ("R8", Assumptions { disks: true, clocks: false }),
    ("R9", Assumptions { disks: true, clocks: false }),
    ("R10", Assumptions { disks: false, clocks: false }),
    ("R11", Assumptions { disks: true, clocks: true }),
    ("R12", Assumptions { disks: true, clocks: true }),
    ("R13", Assumptions { disks: true, clocks: false }),
];

impl Assumptions {
    /// Whether all that something rests on is kept.
    fn allow(self, rests_on: Self) -> bool {
        (self.disks || !rests_on.disks) && (self.clocks || !rests_on.clocks)
    }
}

/// What an invariant rests on; one that the table does not know rests on everything.
fn rests_on(id: &str) -> Assumptions {
    let row = ROWS.iter().find(|(known, _)| *known == id);
    row.map_or(Assumptions { disks: true, clocks: true }, |(_, rests_on)| *rests_on)
}

/// Judges a whole run. The worst comes first.
pub(super) fn judge(
    scenario: &Scenario,
    report: &RunReport,
    history: &History,
    coverage: &mut Coverage,
) -> Vec<Failure> {
    let kept = assumptions(scenario);
    let mut failures = Vec::new();
    for broken in &report.broken {
        let name = broken.invariant.to_string();
        let id = name.split(' ').next().unwrap_or_default().to_owned();
        if kept.allow(rests_on(&id)) {
            let kind = FailureKind::Invariant(id);
            failures.push(Failure { kind, at: broken.at.time, what: format!("{name}: {}", broken.seen) });
        }
    }
    if kept.disks {
        failures.extend(judge_agreement(report, history));
    }
    failures.extend(judge_history(scenario, kept, (report, history), coverage));
    if let Some(halt) = report.halted {
        failures.push(Failure { kind: FailureKind::Halted, at: report.end.time, what: halt.to_string() });
    }
    failures.extend(judge_progress(scenario, report));
    failures
}

fn judge_progress(scenario: &Scenario, report: &RunReport) -> Option<Failure> {
    probe_of(&scenario.world.clients).filter(|_| has_majority(report))?;
    let claim = report.claims.iter().find(|claim| !claim.holds)?;
    let what = format!("it is not so that {}", claim.name);
    Some(Failure { kind: FailureKind::NoProgress, at: report.end.time, what })
}

/// Whether a majority of the voters runs, whichever server one asks who the voters are. Every seed that is drawn ends so;
/// a scenario that was made smaller may not.
fn has_majority(report: &RunReport) -> bool {
    let world = report.cluster.as_raft().expect("a swarm of Raft runs Raft");
    let runs = |node: NodeId| world.node(node).is_some_and(|slot| slot.status() == NodeStatus::Up);
    let is_there = |raft: &Raft| {
        let now = raft.configuration();
        now.quorum().is_reached_by(now.voters.iter().filter(|voter| runs(*voter)).collect())
    };
    world.nodes().filter_map(|(_, slot)| slot.process()).all(is_there)
}

/// Servers that have applied equally much hold the same data.
fn judge_agreement(report: &RunReport, history: &History) -> Option<Failure> {
    let cluster = &report.cluster;
    let mut keys: Vec<&Key> = history.operations().iter().map(|recorded| &recorded.operation.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let applied = |node: NodeId| cluster.observation(node).map(|seen| (node, seen.applied_index));
    let nodes: Vec<(NodeId, u64)> = cluster.nodes().into_iter().filter_map(applied).collect();
    for (at, &(node, index)) in nodes.iter().enumerate() {
        for &(other, _) in nodes[at + 1..].iter().filter(|(_, other)| *other == index) {
            let differs = keys.iter().find(|key| cluster.values(node, key) != cluster.values(other, key));
            if let Some(key) = differs {
                let what = format!("{node} and {other} have applied {index} entries, and differ under {key}");
                return Some(Failure { kind: FailureKind::Diverged, at: report.end.time, what });
            }
        }
    }
    None
}

/// Where verdicts on the clients' history join. The checker is asked only when the scenario promises as much.
fn judge_history(
    scenario: &Scenario,
    kept: Assumptions,
    (report, history): (&RunReport, &History),
    coverage: &mut Coverage,
) -> Option<Failure> {
    let raft = scenario.system.as_raft().expect("a swarm of Raft runs Raft");
    if !promises_linearizability(scenario, raft, kept) {
        return None;
    }
    match history::judge(scenario, report, history) {
        Judgement::Explained => coverage.histories_explained += 1,
        Judgement::Undecided => coverage.histories_undecided += 1,
        Judgement::Wrong { at, what } => return Some(Failure { kind: FailureKind::History, at, what }),
    }
    None
}

/// Whether every answer must fit into one order: reads that ask somebody, clients that repeat nothing without a session,
/// honest disks, and clocks that a lease can trust.
fn promises_linearizability(scenario: &Scenario, raft: &RaftConfig, kept: Assumptions) -> bool {
    let workloads = scenario.world.clients.iter().filter(|client| client.workload.is_some());
    let is_careful = workloads.clone().all(|client| client.session || !client.retry.after_unknown);
    let clocks_matter = raft.reads == ReadPath::Lease;
    is_careful && kept.disks && (kept.clocks || !clocks_matter) && raft.follower_reads != FollowerReads::Local
}

#[cfg(test)]
mod tests {
    use super::super::{Class, draw};
    use super::*;
    use crate::protocol::raft::Breaks;

    #[test]
    fn only_the_hostile_class_breaks_assumptions() {
        let kept = |class| (0..300).map(move |seed| assumptions(&draw(class, seed, Breaks::NONE)));
        assert!(kept(Class::Safe).chain(kept(Class::Wipe)).all(|kept| kept.disks && kept.clocks));
        let hostile: Vec<Assumptions> = kept(Class::Hostile).collect();
        assert!(hostile.iter().any(|kept| !kept.disks) && hostile.iter().any(|kept| !kept.clocks));
    }

    #[test]
    fn what_rests_on_a_broken_assumption_is_not_asked_for() {
        let lying = Assumptions { disks: false, clocks: true };
        assert!(!lying.allow(rests_on("R1")) && lying.allow(rests_on("R10")) && !lying.allow(rests_on("R99")));
        let drifting = Assumptions { disks: true, clocks: false };
        assert!(drifting.allow(rests_on("R1")) && !drifting.allow(rests_on("R12")));
    }
}
