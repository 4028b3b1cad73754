//! What a run came to, as data and as text.

mod text;

use serde::Serialize;

use netsplit::base::{SimDuration, SimTime};
use netsplit::check::{History, Leadership};
use netsplit::lesson::Scenario;
use netsplit::session::RunReport;
use netsplit::sim::{Command, Counters, TRACE_HASH_NAME, WorldConfig};
use netsplit::view::describe;

/// Everything that is said of a run.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    scenario: String,
    title: String,
    seed: u32,
    /// Whether the claims are about this very run.
    is_claimed: bool,
    /// The rules of the system that are switched off.
    break_it: Vec<&'static str>,
    until_us: u64,
    /// Where the run ended: before its end if it reached a limit.
    time_us: u64,
    halted: Option<String>,
    events: u64,
    records: u64,
    trace_hash: String,
    hash: &'static str,
    leaders: Vec<Led>,
    operations: Operations,
    latency: Latency,
    messages: Messages,
    commands: Vec<Commanded>,
    claims: Vec<Claimed>,
    invariants: Vec<Broken>,
    pub(super) good: bool,
    #[serde(skip)]
    own: Own,
}

/// What the scenario itself says, for those who ran it otherwise.
#[derive(Debug)]
struct Own {
    seed: u32,
    until: SimTime,
}

#[derive(Debug, Serialize)]
struct Led {
    node: String,
    term: u64,
    from_us: u64,
    until_us: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Operations {
    invoked: u64,
    ok: u64,
    failed: u64,
    unknown: u64,
    open: u64,
}

/// From invocation to end; an open operation counts at its age.
#[derive(Debug, Serialize)]
struct Latency {
    p50_us: Option<u64>,
    /// Only from a hundred operations on.
    p99_us: Option<u64>,
    max_us: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Messages {
    sent: u64,
    delivered: u64,
    dropped: u64,
}

#[derive(Debug, Serialize)]
struct Commanded {
    time_us: u64,
    text: String,
    command: Command,
}

#[derive(Debug, Serialize)]
struct Claimed {
    name: String,
    holds: bool,
    decided_at_us: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Broken {
    /// As in `R4`.
    id: &'static str,
    name: String,
    /// Whether the scenario claims that it is broken; it does not make the run a bad one then.
    is_claimed: bool,
    time_us: u64,
    seen: String,
}

/// Below this, the maximum stands for the 99th percentile.
const PERCENTILE_MIN: usize = 100;

impl Summary {
    /// Gathers it.
    pub(super) fn new(
        scenario: &Scenario,
        seed: u32,
        until: SimTime,
        report: &RunReport,
        history: &History,
        commands: &[(SimTime, Command)],
    ) -> Self {
        let is_claimed = seed == scenario.seed && until == scenario.until;
        let claims: Vec<Claimed> = report.claims.iter().map(claimed).collect();
        Self {
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            seed,
            is_claimed,
            break_it: scenario.system.switched_off(),
            until_us: until.0,
            time_us: report.end.time.0,
            halted: report.halted.map(|halt| halt.to_string()),
            events: report.end.events,
            records: report.cluster.records(),
            trace_hash: format!("{:016x}", report.trace_hash),
            hash: TRACE_HASH_NAME,
            leaders: report.leaderships.iter().map(led).collect(),
            operations: operations(&report.counters),
            latency: latency(history, report.end.time),
            messages: messages(&report.counters),
            commands: commanded(&scenario.world, commands),
            good: report.is_safe() && (!is_claimed || claims.iter().all(|claim| claim.holds)),
            claims,
            invariants: report.broken.iter().map(|broken| shown(broken, report)).collect(),
            own: Own { seed: scenario.seed, until: scenario.until },
        }
    }
}

fn claimed(verdict: &netsplit::lesson::ClaimVerdict) -> Claimed {
    let decided_at_us = verdict.decided_at.map(|SimTime(us)| us);
    Claimed { name: verdict.name.clone(), holds: verdict.holds, decided_at_us }
}

fn shown(broken: &netsplit::check::InvariantBroken, report: &RunReport) -> Broken {
    Broken {
        id: broken.invariant.id(),
        name: broken.invariant.to_string(),
        is_claimed: report.is_claimed(broken),
        time_us: broken.at.time.0,
        seen: broken.seen.clone(),
    }
}

fn led(leadership: &Leadership) -> Led {
    let Leadership { node, term, from, until } = *leadership;
    Led { node: node.to_string(), term, from_us: from.0, until_us: until.map(|SimTime(us)| us) }
}

fn operations(counters: &Counters) -> Operations {
    let Counters { invoked, ok, failed, unknown, .. } = *counters;
    Operations { invoked, ok, failed, unknown, open: invoked.saturating_sub(ok + failed + unknown) }
}

fn messages(counters: &Counters) -> Messages {
    Messages { sent: counters.sent, delivered: counters.delivered, dropped: counters.dropped }
}

fn latency(history: &History, end: SimTime) -> Latency {
    let all = history.latencies(end);
    // The nearest rank: the least value that so many per cent do not exceed.
    let rank = |percent: usize| {
        let at = (all.len() * percent).div_ceil(100).saturating_sub(1);
        all.get(at).map(|SimDuration(us)| *us)
    };
    Latency {
        p50_us: rank(50),
        p99_us: rank(99).filter(|_| all.len() >= PERCENTILE_MIN),
        max_us: all.last().map(|SimDuration(us)| *us),
    }
}

fn commanded(world: &WorldConfig, commands: &[(SimTime, Command)]) -> Vec<Commanded> {
    let names = describe::Names::new(world);
    let shown = |(time, command): &(SimTime, Command)| Commanded {
        time_us: time.0,
        text: describe::command(command, &names),
        command: command.clone(),
    };
    commands.iter().map(shown).collect()
}
