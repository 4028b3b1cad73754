//! Each rule that safety rests on is there for a reason: with it switched off, a committed scenario turns a monitor red,
//! and the same run with the rule on is green. The same for what is assumed of disks and clocks. `docs/assumptions.md` is
//! made from these runs: `UPDATE_GOLDEN=1 cargo test --features cli --test assumptions` writes it anew.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use netsplit::check::{Consistency, Facts, Invariant};
use netsplit::lesson::{Scenario, System, format};
use netsplit::protocol::leaderless;
use netsplit::protocol::raft::{Break, Breaks, RaftConfig, ReadPath};
use netsplit::session::{RunReport, run_scenario};
use netsplit::sim::Command;

/// What is not as it should be in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// A rule of Raft is switched off.
    Rule(Break),
    /// A rule of leaderless replication is switched off.
    Leaderless(leaderless::Break),
    /// A disk says that a write is durable, and it is not.
    LyingDisk,
    /// A server loses its disk and returns under its old name.
    WipedReturn,
    /// A clock runs further from true time than a lease allows for.
    Drift,
}

impl Fault {
    const HOSTILE: [Self; 3] = [Self::LyingDisk, Self::WipedReturn, Self::Drift];

    fn name(self) -> String {
        match self {
            Self::Rule(rule) => format!("`{rule}`"),
            Self::Leaderless(rule) => format!("`{rule}` (leaderless)"),
            Self::LyingDisk => "a lying disk".to_owned(),
            Self::WipedReturn => "a wiped server under its old name".to_owned(),
            Self::Drift => "a clock beyond the drift bound".to_owned(),
        }
    }

    fn effect(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.effect(),
            Self::Leaderless(rule) => rule.effect(),
            Self::LyingDisk => "A disk calls a write durable that a power failure still takes.",
            Self::WipedReturn => {
                "A server has lost its disk, and with it its vote and its entries, and nobody is told."
            }
            Self::Drift => "A leader's clock is slower, or a voter's faster, than the lease allows for.",
        }
    }
}

/// One scenario, with what is wrong in it and what came of it.
struct Shown {
    scenario: Scenario,
    fault: Fault,
    broken: Vec<Invariant>,
    not_linearizable: bool,
    /// What clients of sets and counters see, of which no order of writes can be asked.
    also_seen: &'static str,
}

fn is_lie(command: &Command) -> bool {
    matches!(command, Command::SetLying { flush_after: Some(_), .. })
}

fn is_wipe(command: &Command) -> bool {
    matches!(command, Command::Wipe(_))
}

fn is_beyond(bound_ppm: u32) -> impl Fn(&Command) -> bool {
    move |command| matches!(command, Command::SetDrift { drift, .. } if drift.0.unsigned_abs() > bound_ppm)
}

/// What is wrong in a scenario. More than one thing at once would show nothing.
fn fault(scenario: &Scenario) -> Option<Fault> {
    let has = |is: &dyn Fn(&Command) -> bool| scenario.world.schedule.iter().any(|(_, command)| is(command));
    let may_drift = |raft: &RaftConfig| raft.reads != ReadPath::Lease || !has(&is_beyond(raft.drift_bound_ppm));
    let beyond = scenario.system.as_raft().is_some_and(|raft| !may_drift(raft));
    let hostile = [(has(&is_lie), Fault::LyingDisk), (has(&is_wipe), Fault::WipedReturn), (beyond, Fault::Drift)];
    let rules: Vec<Fault> = match &scenario.system {
        System::Raft(raft) => raft.break_it.iter().map(Fault::Rule).collect(),
        System::Leaderless(replicas) => replicas.break_it.iter().map(Fault::Leaderless).collect(),
    };
    let found: Vec<Fault> =
        rules.into_iter().chain(hostile.into_iter().filter(|(there, _)| *there).map(|(_, fault)| fault)).collect();
    assert!(found.len() <= 1, "{}: several things are wrong at once: {found:?}", scenario.id);
    found.first().copied()
}

/// The same scenario with nothing wrong.
fn mended(scenario: &Scenario, fault: Fault) -> Scenario {
    let mut mended = scenario.clone();
    match &mut mended.system {
        System::Raft(raft) => raft.break_it = Breaks::NONE,
        System::Leaderless(replicas) => replicas.break_it = leaderless::Breaks::NONE,
    }
    match fault {
        Fault::Rule(_) | Fault::Leaderless(_) => {}
        Fault::LyingDisk => mended.world.schedule.retain(|(_, command)| !is_lie(command)),
        Fault::WipedReturn => {
            for (_, command) in &mut mended.world.schedule {
                if let Command::Wipe(node) = *command {
                    *command = Command::Crash { node, keep_some: false };
                }
            }
        }
        Fault::Drift => {
            let is_beyond = is_beyond(scenario.system.as_raft().map_or(0, |raft| raft.drift_bound_ppm));
            mended.world.schedule.retain(|(_, command)| !is_beyond(command));
        }
    }
    mended
}

fn run(scenario: &Scenario) -> RunReport {
    run_scenario(scenario, scenario.seed, scenario.until, |_| true)
}

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenarios");
    let mut files: Vec<_> =
        fs::read_dir(root).expect("the folder is there").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let source = fs::read(path).expect("a scenario can be read");
        format::parse(&source, &path.display().to_string(), None).unwrap_or_else(|problems| panic!("{problems}"))
    };
    files.iter().map(read).collect()
}

/// Every committed scenario in which something is wrong.
fn shown() -> Vec<Shown> {
    let with_fault = scenarios().into_iter().filter_map(|scenario| fault(&scenario).map(|fault| (scenario, fault)));
    with_fault
        .map(|(scenario, fault)| {
            let report = run(&scenario);
            let broken = report.broken.iter().map(|broken| broken.invariant).collect();
            let is_violated = |promise| report.cluster.verdict(promise).is_violated();
            let not_linearizable = is_violated(Consistency::Linearizable);
            let also_seen = if is_violated(Consistency::SetFull) {
                "elements are lost"
            } else if is_violated(Consistency::CounterBounds) {
                "a count is out of bounds"
            } else {
                ""
            };
            Shown { scenario, fault, broken, not_linearizable, also_seen }
        })
        .collect()
}

#[test]
fn every_rule_and_every_assumption_is_needed() {
    let shown = shown();
    // What D1 and D2 promise is about answers only: there, clients see what is wrong, and no monitor of replicas does.
    let is_seen =
        |shown: &Shown| !shown.broken.is_empty() || shown.scenario.system.as_raft().is_none() && shown.not_linearizable;
    let is_red = |fault: Fault| shown.iter().any(|shown| shown.fault == fault && is_seen(shown));
    let rules =
        Break::ALL.into_iter().map(Fault::Rule).chain(leaderless::Break::ALL.into_iter().map(Fault::Leaderless));
    for fault in rules.chain(Fault::HOSTILE) {
        assert!(is_red(fault), "no scenario shows what {} breaks", fault.name());
    }
    for invariant in Invariant::ALL {
        assert!(shown.iter().any(|shown| shown.broken.contains(&invariant)), "no scenario breaks {invariant}");
    }
}

#[test]
fn with_everything_as_it_should_be_the_same_runs_are_green() {
    for Shown { scenario, fault, .. } in shown() {
        let report = run(&mended(&scenario, fault));
        assert!(report.broken.is_empty(), "{} without {}: {:?}", scenario.id, fault.name(), report.broken);
        assert_eq!(report.halted, None, "{}", scenario.id);
        let sees_all = report.cluster.verdict(Consistency::Linearizable);
        // Without a session, a client that asks again may be served twice, whatever the servers do.
        let may_repeat = scenario.world.clients.iter().any(|client| client.retry.after_unknown && !client.session);
        // Leaderless replicas promise one copy of the data only with strict quorums that overlap, and no siblings.
        let promises_less = match &scenario.system {
            System::Raft(_) => false,
            System::Leaderless(it) => !it.quorums_overlap() || it.conflicts != leaderless::Conflicts::LastWriterWins,
        };
        assert!(
            sees_all.is_satisfied() || may_repeat || promises_less,
            "{} without {}: {sees_all:?}",
            scenario.id,
            fault.name()
        );
    }
}

fn ids(invariants: &[Invariant]) -> String {
    let mut sorted = invariants.to_vec();
    sorted.sort_unstable();
    let ids: Vec<&str> = sorted.iter().map(|invariant| invariant.id()).collect();
    if ids.is_empty() { "nothing in this run".to_owned() } else { ids.join(", ") }
}

fn link(scenario: &Scenario) -> String {
    format!("[{0}](../assets/scenarios/{0}.toml)", scenario.id)
}

fn invariants_table(shown: &[Shown]) -> String {
    let mut text = "| | says | assumes | broken by, in scenario |\n|---|---|---|---|\n".to_owned();
    for invariant in Invariant::ALL {
        let breaks = shown.iter().filter(|shown| shown.broken.contains(&invariant));
        let by: Vec<String> =
            breaks.map(|shown| format!("{}: {}", shown.fault.name(), link(&shown.scenario))).collect();
        let (meaning, assumes) = (invariant.meaning(), invariant.assumes());
        writeln!(text, "| **{invariant}** | {meaning} | {assumes} | {} |", by.join("; ")).expect("a text takes text");
    }
    text
}

fn faults_table(shown: &[Shown]) -> String {
    let mut by_fault: BTreeMap<Fault, Vec<&Shown>> = BTreeMap::new();
    for it in shown {
        by_fault.entry(it.fault).or_default().push(it);
    }
    let mut text = "| what is wrong | what it does | scenario | turns red |\n|---|---|---|---|\n".to_owned();
    for (fault, shown) in by_fault {
        for it in shown {
            let seen = if it.not_linearizable { "not linearizable" } else { it.also_seen };
            let clients = if seen.is_empty() { String::new() } else { format!("; clients see it: {seen}") };
            let (name, effect, scenario, red) = (fault.name(), fault.effect(), link(&it.scenario), ids(&it.broken));
            writeln!(text, "| {name} | {effect} | {scenario} | {red}{clients} |").expect("a text takes text");
        }
    }
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a person asks for new files through the environment")]
fn the_document_says_what_the_runs_show() {
    const BEGIN: &str = "<!-- generated from here: UPDATE_GOLDEN=1 cargo test --features cli --test assumptions -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/assumptions.md");
    let text = fs::read_to_string(&path).expect("the document can be read");
    let (by_hand, _) = text.split_once(BEGIN).expect("the document has its generated part");
    let shown = shown();
    let expected = format!(
        "{by_hand}{BEGIN}\n## Invariants\n\n{}\n## What breaks them\n\n{}",
        invariants_table(&shown),
        faults_table(&shown)
    );
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, expected).expect("a generated file can be written");
    } else {
        assert!(text == expected, "docs/assumptions.md is not current: UPDATE_GOLDEN=1 rewrites it");
    }
}
