//! A swarm of leaderless clusters: what a seed draws, how its run is judged, and what it went through. The faults come from the
//! kernel's own random plans, so that a seed is a scenario like any other.

mod counters;
mod coverage;
mod judge;
mod settings;

pub use coverage::ReplicaCoverage;

use super::class::Class;
use super::draws::{Draws, Topic};
use super::trial::Trial;
use crate::base::{ClientId, Distribution, NodeId, SimDuration, SimTime};
use crate::lesson::{Claim, Fact, Literal, OutcomeWord, Predicate, Quantifier, SCENARIO_FORMAT, Scenario, System};
use crate::protocol::leaderless::{Breaks, Conflicts, LeaderlessConfig};
use crate::protocol::{Element, Operation, Typing, Update, Value};
use crate::session::run_scenario;
use crate::sim::plan::{FaultKinds, FaultPlan, Normal};
use crate::sim::{
    ClientConfig, Command, Contact, DiskSettings, Limits, LinkSettings, Mix, NetworkConfig, Retry, Workload,
    WorldConfig,
};

/// No seed's run is larger than this: what goes beyond it has run away.
const EVENTS_MAX: u64 = 3_000_000;
/// Who asks once all is mended.
const PROBE: &str = "Probe";
/// Names for people.
const NAMES: [&str; 3] = ["Alice", "Bob", "Carol"];

/// The scenario of a class and a seed, with some rules of the protocol switched off.
#[must_use]
pub fn draw_leaderless(class: Class, seed: u32, breaks: Breaks) -> Scenario {
    let mut draws = Draws::new(class, seed, Topic::Settings);
    let nodes = draws.pick(&[1, 2, 3, 3, 3, 4, 5, 5, 6, 7]).max(if class == Class::Wipe { 3 } else { 1 });
    let mut config = settings::leaderless(&mut draws, class, nodes, breaks);
    let link = settings::link(&mut draws);
    let mut disk = super::settings::disk(&mut draws);
    let heal_at = SimTime(draws.range(1_500_000, 4_000_000));
    if let Some(wear) = settings::wear(class, seed) {
        (config.conflicts, disk) = (wear.conflicts, wear.disk);
    }
    let mut clients = clients(&mut Draws::new(class, seed, Topic::Clients), nodes, &config, heal_at);
    let mut schedule = faults(class, seed, (nodes, &config), (&link, &disk), heal_at);
    schedule.extend(changes(
        &mut Draws::new(class, seed, Topic::Members),
        &config,
        (nodes, clients.len() as u8),
        heal_at,
    ));
    let probe = ClientId(clients.len() as u8);
    clients.push(probe_client());
    schedule.push((heal_at, ask(probe)));
    schedule.sort_by_key(|(time, _)| *time);
    let end = heal_at + patience(&config, nodes);
    let world = WorldConfig {
        nodes,
        network: NetworkConfig { between_nodes: link.clone(), to_clients: link, rules: Vec::new() },
        disk,
        clients,
        schedule,
        limits: Limits { events: EVENTS_MAX, ..Limits::default() },
        ..WorldConfig::default()
    };
    let claims = if class.demands_progress() { vec![progress(probe, heal_at, end)] } else { Vec::new() };
    Scenario {
        format: SCENARIO_FORMAT,
        id: format!("swarm-leaderless-{class}-{seed}"),
        title: format!("Swarm of leaderless replicas, class {class}, seed {seed}"),
        summary: "Drawn at random to find what breaks.".to_owned(),
        seed,
        until: end,
        system: System::Leaderless(config),
        world,
        faults: None,
        claims,
    }
}

/// Draws a seed's scenario, runs it and judges it.
#[must_use]
pub fn run_leaderless_seed(class: Class, seed: u32, breaks: Breaks) -> Trial {
    try_replicas(&draw_leaderless(class, seed, breaks))
}

/// Runs a scenario of leaderless replicas with its own seed and judges it.
pub(super) fn try_replicas(scenario: &Scenario) -> Trial {
    let report = run_scenario(scenario, scenario.seed, scenario.until, |_| true);
    judge::judge(scenario, &report)
}

/// How long replicas are given to agree once all is mended: suspicions end, hints are handed over, and everybody has compared with
/// everybody three times.
fn patience(config: &LeaderlessConfig, nodes: u8) -> SimDuration {
    let comparing = config.anti_entropy.as_ref().map_or(0, |comparing| comparing.interval.0);
    SimDuration(3_000_000 + 3 * u64::from(nodes) * comparing)
}

/// Clients that read and write by themselves. None repeats what may have been done, so that a history can be judged.
fn clients(draws: &mut Draws, nodes: u8, config: &LeaderlessConfig, heal_at: SimTime) -> Vec<ClientConfig> {
    let count = draws.range(1, NAMES.len() as u64);
    let keys = draws.range(1, 4) as u32;
    let reads = draws.range(1, 2) as u32;
    let nothing = Mix { read: reads, write: 0, cas: 0, append: 0, add: 0 };
    let mix = match config.conflicts {
        Conflicts::Counter => Mix { add: 2, ..nothing },
        Conflicts::Set | Conflicts::Text => nothing,
        Conflicts::LastWriterWins | Conflicts::Siblings | Conflicts::Union | Conflicts::Highest => {
            Mix { write: 2, ..nothing }
        }
    };
    let habits = |name: &&str| {
        let contact = match draws.range(0, 3) {
            0 => Contact::Pinned(NodeId(draws.range(1, u64::from(nodes)) as u8)),
            1 => Contact::Any,
            _ => Contact::Sticky,
        };
        let retry = Retry { attempts: draws.range(1, 4) as u16, after_unknown: false, ..Retry::default() };
        let think = draws.any_size(5_000, 100_000);
        let pace = crate::sim::Pace::Closed { think: draws.lengths(think) };
        let stop = Some(heal_at + SimDuration::from_millis(200));
        let workload = Workload { stop, pace, mix, keys, ..Workload::default() };
        let timeout = draws.any_size(50_000, 800_000);
        ClientConfig {
            name: (*name).to_owned(),
            contact,
            timeout,
            retry,
            workload: Some(workload),
            ..ClientConfig::default()
        }
    };
    NAMES[..count as usize].iter().map(habits).collect()
}

/// Deletions, and what goes into and out of sets, at random times.
fn changes(
    draws: &mut Draws,
    config: &LeaderlessConfig,
    (nodes, clients): (u8, u8),
    heal_at: SimTime,
) -> Vec<(SimTime, Command)> {
    let is_set = config.conflicts == Conflicts::Set;
    if config.conflicts == Conflicts::Text {
        return typing(draws, nodes, heal_at);
    }
    let has_any = is_set || (config.conflicts != Conflicts::Counter && draws.percent(40));
    let count = if has_any { draws.range(2, 20) } else { 0 };
    let mut all = Vec::new();
    for _ in 0..count {
        let at = draws.time(SimTime::from_millis(100), heal_at);
        let element = Element::Int(draws.range(1, 5) as i64);
        let update = match (is_set, draws.percent(50)) {
            (true, true) => Update::Include(element),
            (true, false) => Update::Exclude(element),
            (false, _) => Update::Delete,
        };
        let client = ClientId(draws.range(0, u64::from(clients) - 1) as u8);
        let key = draws.pick(&["x", "k0", "k1"]);
        all.push((at, Command::Invoke { client, operation: Operation { key: key.into(), update }, contact: None }));
    }
    all
}

/// What is typed at replicas and deleted there, in bursts and on all sides of whatever is cut.
fn typing(draws: &mut Draws, nodes: u8, heal_at: SimTime) -> Vec<(SimTime, Command)> {
    let mut all = Vec::new();
    for _ in 0..draws.range(5, 40) {
        let at = draws.time(SimTime::from_millis(100), heal_at);
        // Which replicas hold the text is not known here: whoever does not says so, and types nothing.
        let node = NodeId(draws.range(1, u64::from(nodes)) as u8);
        let insert: String = draws.pick(&["", "a", "b", "cd", "é", "word "]).into();
        let key = draws.pick(&["x", "k0"]).into();
        let typing = Typing { key, at: draws.range(0, 12), remove: draws.range(0, 2), insert };
        all.push((at, Command::Type { node, typing }));
    }
    all
}

/// Some kinds of fault out of all that the class allows. In the class of wiped disks one node loses its own, and stays away.
fn faults(
    class: Class,
    seed: u32,
    (nodes, config): (u8, &LeaderlessConfig),
    (link, disk): (&LinkSettings, &DiskSettings),
    heal_at: SimTime,
) -> Vec<(SimTime, Command)> {
    let mut mood = Draws::new(class, seed, Topic::Mood);
    let is_hostile = class == Class::Hostile;
    let mut weight = |is_allowed: bool| if is_allowed && mood.percent(45) { 1 } else { 0 };
    let kinds = FaultKinds {
        cut: weight(true),
        one_way: weight(true),
        partition: weight(true),
        isolate: weight(true),
        loss: weight(true),
        duplicate: weight(true),
        delay: weight(true),
        flap: weight(true),
        crash: weight(true),
        pause: weight(true),
        slow: weight(true),
        slow_disk: weight(true),
        // Where stamps must follow real time, clocks are true.
        drift: weight(!judge::is_strict(config)),
        step: weight(!judge::is_strict(config)),
        lying_disk: weight(is_hostile),
        wipe: weight(is_hostile),
    };
    let mut mean = |min, max| Distribution::Exponential {
        min: SimDuration(min),
        mean: mood.length(SimDuration(min), SimDuration(max)),
    };
    let (every, lasts) = (mean(20_000, 600_000), mean(20_000, 900_000));
    let usual = FaultPlan { start: SimTime::from_millis(200), stop: heal_at, every, lasts, kinds };
    let plan = match settings::wear(class, seed) {
        Some(wear) => {
            FaultPlan { every: wear.every, lasts: wear.lasts, kinds: FaultKinds { crash: 12, ..kinds }, ..usual }
        }
        None => usual,
    };
    let normal = Normal { nodes, link: link.clone(), sync: disk.sync };
    let mut all = plan.commands(seed, &normal);
    if class == Class::Wipe {
        let at = mood.time(SimTime::from_millis(400), heal_at);
        let gone = NodeId(mood.range(1, u64::from(nodes)) as u8);
        all.retain(|(time, command)| *time < at || !is_about_process(command, gone));
        all.push((at, Command::Wipe(gone)));
    }
    all
}

fn is_about_process(command: &Command, node: NodeId) -> bool {
    match command {
        Command::Crash { node: of, .. } | Command::Restart(of) | Command::Pause(of) | Command::Resume(of) => {
            *of == node
        }
        _ => false,
    }
}

fn ask(client: ClientId) -> Command {
    let operation = Operation { key: "probe".into(), update: Update::Write(Value::Int(1)) };
    Command::Invoke { client, operation, contact: None }
}

/// A client that makes many short attempts and does not give up.
fn probe_client() -> ClientConfig {
    let retry = Retry {
        attempts: u16::MAX,
        after_unknown: true,
        backoff_max: SimDuration::from_millis(50),
        ..Retry::default()
    };
    ClientConfig { name: PROBE.to_owned(), timeout: SimDuration::from_millis(200), retry, ..ClientConfig::default() }
}

fn progress(probe: ClientId, from: SimTime, until: SimTime) -> Claim {
    let fact = Fact::LastOutcome { client: probe, is: OutcomeWord::Ok };
    Claim {
        name: "once all is mended, a new write is acknowledged".to_owned(),
        quantifier: Quantifier::Sometimes,
        predicate: Predicate::All(vec![Literal { holds: true, fact }]),
        from,
        until: Some(until),
    }
}
