//! What a run of leaderless replicas is judged by: D3 to D6 at every event, agreement and full counters in the end, progress, and,
//! where the settings promise as much, that registers are regular (D1) and that one copy of the data explains every answer (D2).
//! What rests on an assumption that the seed does not keep is not asked for.

use super::PROBE;
use super::counters::miscounted;
use super::coverage::ReplicaCoverage;
use crate::base::Drift;
use crate::check::leaderless::divergence;
use crate::check::{Consistency, Facts, History, Invariant, Verdict};
use crate::lesson::Scenario;
use crate::protocol::Update;
use crate::protocol::leaderless::{Conflicts, LeaderlessConfig, ReadRepair};
use crate::session::RunReport;
use crate::sim::Command;
use crate::swarm::coverage::Coverage;
use crate::swarm::trial::Trial;
use crate::swarm::verdict::{Failure, FailureKind};

/// What a scenario takes for granted.
#[derive(Clone, Copy, Debug)]
struct Kept {
    /// No disk lies.
    honest: bool,
    /// No node comes back without its disk.
    remembers: bool,
    /// No wall clock is wrong.
    clocks: bool,
}

fn kept(scenario: &Scenario) -> Kept {
    let mut kept = Kept { honest: true, remembers: true, clocks: true };
    let mut wiped = Vec::new();
    for (_, command) in &scenario.world.schedule {
        match command {
            Command::SetLying { flush_after: Some(_), .. } => kept.honest = false,
            Command::Wipe(node) => wiped.push(*node),
            Command::Restart(node) if wiped.contains(node) => kept.remembers = false,
            Command::SetDrift { drift, .. } if *drift != Drift(0) => kept.clocks = false,
            Command::StepWall { .. } => kept.clocks = false,
            _ => {}
        }
    }
    kept
}

pub(super) fn judge(scenario: &Scenario, report: &RunReport) -> Trial {
    let world = report.cluster.as_leaderless().expect("a swarm of leaderless replicas runs them");
    let config = world.protocol();
    let mut replicas = ReplicaCoverage::default();
    let history = History::of(world.trace().iter().inspect(|record| replicas.see(record)));
    let kept = kept(scenario);
    let mut failures = Vec::new();
    let keeps_hints = !config.sloppy || config.hint_expiry.is_none();
    for broken in report.broken.iter().filter(|broken| may_ask(broken.invariant, kept, keeps_hints)) {
        let kind = FailureKind::Invariant(broken.invariant.id().to_owned());
        failures.push(Failure { kind, at: broken.at.time, what: format!("{}: {}", broken.invariant, broken.seen) });
    }
    let at = report.end.time;
    // A replica that has forgotten which names it gave may give one twice; the two writes are then taken for one.
    if config.anti_entropy.is_some() && kept.honest && kept.remembers {
        match divergence(world) {
            Some(what) => failures.push(Failure { kind: FailureKind::Diverged, at, what }),
            None => replicas.converged += 1,
        }
        // What stood in for others and was dropped for its age is counted nowhere.
        match miscounted(world, &history).filter(|_| keeps_hints) {
            Some(what) => failures.push(Failure { kind: FailureKind::History, at, what }),
            None => replicas.counted += u64::from(config.conflicts == Conflicts::Counter),
        }
    }
    if promises_regular(scenario, config, kept, &history) {
        match report.cluster.verdict(Consistency::Regular) {
            Verdict::Satisfied(_) => replicas.histories_regular += 1,
            Verdict::Undecided(_) => {}
            Verdict::Violated(violation) => {
                let what = format!("a read returned neither the last write before it nor one beside it: {violation:?}");
                failures.push(Failure { kind: FailureKind::History, at, what });
            }
        }
    }
    if promises_one_copy(scenario, config, kept, &history) {
        match report.cluster.verdict(Consistency::Linearizable) {
            Verdict::Satisfied(_) => replicas.histories_explained += 1,
            Verdict::Undecided(_) => {}
            Verdict::Violated(violation) => {
                let what = format!("no order explains what clients were told: {violation:?}");
                failures.push(Failure { kind: FailureKind::History, at, what });
            }
        }
    }
    if let Some(halt) = report.halted {
        failures.push(Failure { kind: FailureKind::Halted, at, what: halt.to_string() });
    }
    // Only where progress is demanded is it claimed.
    if let Some(claim) = report.claims.iter().find(|claim| !claim.holds) {
        let what = format!("it is not so that {}", claim.name);
        failures.push(Failure { kind: FailureKind::NoProgress, at, what });
    }
    Trial {
        seed: scenario.seed,
        fingerprint: report.trace_hash,
        end: report.end,
        counters: report.counters,
        coverage: Coverage::default(),
        replicas,
        failures,
    }
}

/// D3 rests on nothing but the tree, the others on disks that do not lie; D4 also on disks that remember, and on stand-ins that do not
/// drop the only copies because they are old.
fn may_ask(invariant: Invariant, kept: Kept, keeps_hints: bool) -> bool {
    match invariant {
        Invariant::NoLostUpdate => kept.honest && kept.remembers && keeps_hints,
        Invariant::NeverOlder | Invariant::GraceOfTombstones => kept.honest && kept.remembers,
        _ => true,
    }
}

/// D1: strict quorums that overlap, stamps in the order of real time, nothing but reads and writes.
fn promises_regular(scenario: &Scenario, config: &LeaderlessConfig, kept: Kept, history: &History) -> bool {
    let is_plain = |update: &Update| matches!(update, Update::Read | Update::Write(_));
    let is_register = history.operations().iter().all(|recorded| is_plain(&recorded.operation.update));
    let is_careful = scenario.world.clients.iter().all(|client| client.name == PROBE || !client.retry.after_unknown);
    let is_kept = kept.honest && kept.remembers && kept.clocks;
    let is_strict = config.quorums_overlap() && !config.sloppy && config.conflicts == Conflicts::LastWriterWins;
    is_strict && is_kept && is_careful && is_register
}

/// D2: strict quorums that overlap, write-back, stamps in the order of real time, no deletion that is forgotten.
fn promises_one_copy(scenario: &Scenario, config: &LeaderlessConfig, kept: Kept, history: &History) -> bool {
    let deletes = history.operations().iter().any(|recorded| recorded.operation.update == Update::Delete);
    let is_forgotten = deletes && config.tombstone_grace.0 < scenario.until.0;
    let is_careful = scenario.world.clients.iter().all(|client| client.name == PROBE || !client.retry.after_unknown);
    let is_kept = kept.honest && kept.remembers && kept.clocks;
    is_strict(config) && is_kept && is_careful && !is_forgotten
}

/// Whether the settings make one copy of the data.
pub(super) fn is_strict(config: &LeaderlessConfig) -> bool {
    let is_last_writer = config.conflicts == Conflicts::LastWriterWins;
    config.quorums_overlap() && !config.sloppy && config.read_repair == ReadRepair::Blocking && is_last_writer
}
