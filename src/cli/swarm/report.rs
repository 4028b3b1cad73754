//! What a swarm came to, for people and for programs.

use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;

use netsplit::base::SimTime;
use netsplit::sim::TRACE_HASH_NAME;
use netsplit::swarm::{Class, Coverage, FailureKind, Reduced, ReplicaCoverage, Trial};
use netsplit::view::describe;

use super::tested::Tested;

/// The version of the JSON form.
const REPORT_FORMAT: u32 = 1;
/// A reduced scenario with more commands than this is not printed whole.
const COMMANDS_SHOWN: usize = 40;

/// All of it.
pub(super) struct Report {
    classes: Vec<Class>,
    tested: Tested,
    totals: Totals,
    coverage: Coverage,
    /// The same of leaderless clusters, if the swarm is about those.
    replicas: Option<ReplicaCoverage>,
    each: Option<Vec<Each>>,
    pub(super) failures: Vec<Failed>,
    pub(super) wall_seconds: f64,
    pub(super) is_interrupted: bool,
}

/// Sums over all runs.
#[derive(Default)]
struct Totals {
    runs: u64,
    events: u64,
    model_us: u64,
    invoked: u64,
    ok: u64,
    failed: u64,
    unknown: u64,
    fingerprint: u64,
}

/// One run.
#[derive(Serialize)]
struct Each {
    class: Class,
    seed: u32,
    fingerprint: String,
}

/// One failure.
pub(super) struct Failed {
    class: Class,
    seed: u32,
    pub(super) kind: FailureKind,
    what: String,
    at: SimTime,
    /// What else was wrong.
    also: Vec<String>,
    pub(super) replay: String,
    pub(super) smaller: Option<Smaller>,
    pub(super) file: Option<String>,
}

/// A smaller scenario that fails in the same way.
pub(super) struct Smaller {
    runs: u32,
    commands_before: usize,
    commands: Vec<(SimTime, String)>,
    nodes: u8,
    clients: usize,
    what: String,
}

impl Failed {
    pub(super) fn new(class: Class, tested: Tested, trial: &Trial) -> Self {
        let (worst, others) = trial.failures.split_first().expect("only what failed is made one of these");
        Self {
            class,
            seed: trial.seed,
            kind: worst.kind.clone(),
            what: worst.what.clone(),
            at: worst.at,
            also: others.iter().map(|other| format!("{} at {}: {}", other.kind, other.at, other.what)).collect(),
            replay: tested.command(class, trial.seed),
            smaller: None,
            file: None,
        }
    }

    fn json(&self) -> Value {
        let Self { class, seed, kind, what, at, also, replay, smaller, file } = self;
        json!({
            "class": class, "seed": seed, "kind": kind.to_string(), "what": what, "at_us": at.0, "also": also,
            "replay": replay, "reduced": smaller.as_ref().map(Smaller::json), "file": file,
        })
    }
}

impl Smaller {
    pub(super) fn new(reduced: &Reduced) -> Self {
        let world = &reduced.scenario.world;
        let names = describe::Names::new(world);
        let shown = |(time, command): &(SimTime, _)| (*time, describe::command(command, &names));
        Self {
            runs: reduced.runs,
            commands_before: reduced.commands_before,
            commands: world.schedule.iter().map(shown).collect(),
            nodes: world.nodes,
            clients: world.clients.len(),
            what: format!("{} at {}", reduced.failure.what, reduced.failure.at),
        }
    }

    fn json(&self) -> Value {
        let command = |(time, text): &(SimTime, String)| json!({ "time_us": time.0, "text": text });
        let commands: Vec<Value> = self.commands.iter().map(command).collect();
        json!({
            "runs": self.runs, "commands_before": self.commands_before, "commands": commands, "nodes": self.nodes,
            "clients": self.clients, "what": self.what,
        })
    }
}

impl Report {
    /// What the runs went through.
    fn rows(&self) -> Vec<(&'static str, u64)> {
        self.replicas.map_or_else(|| self.coverage.rows().into_iter().collect(), |replicas| replicas.rows())
    }

    pub(super) fn new(classes: &[Class], tested: Tested, with_each: bool) -> Self {
        Self {
            classes: classes.to_vec(),
            tested,
            totals: Totals::default(),
            coverage: Coverage::default(),
            replicas: tested.is_leaderless().then(ReplicaCoverage::default),
            each: with_each.then(Vec::new),
            failures: Vec::new(),
            wall_seconds: 0.0,
            is_interrupted: false,
        }
    }

    pub(super) fn add(&mut self, class: Class, trial: &Trial, fingerprint: u64) {
        let totals = &mut self.totals;
        totals.runs += 1;
        totals.events += trial.end.events;
        totals.model_us += trial.end.time.0;
        totals.invoked += trial.counters.invoked;
        totals.ok += trial.counters.ok;
        totals.failed += trial.counters.failed;
        totals.unknown += trial.counters.unknown;
        totals.fingerprint = totals.fingerprint.wrapping_add(fingerprint);
        self.coverage += trial.coverage;
        if let Some(replicas) = &mut self.replicas {
            *replicas += trial.replicas;
        }
        if let Some(each) = &mut self.each {
            each.push(Each { class, seed: trial.seed, fingerprint: hex(trial.fingerprint) });
        }
    }

    pub(super) fn runs(&self) -> u64 {
        self.totals.runs
    }

    fn seeds_per_second(&self) -> f64 {
        if self.wall_seconds > 0.0 { self.totals.runs as f64 / self.wall_seconds } else { 0.0 }
    }

    fn each_in_order(&self) -> Vec<&Each> {
        let mut each: Vec<&Each> = self.each.iter().flatten().collect();
        each.sort_by_key(|run| (run.class, run.seed));
        each
    }

    pub(super) fn json(&self) -> Value {
        let totals = &self.totals;
        let coverage: Map<String, Value> =
            self.rows().into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
        let failures: Vec<Value> = self.failures.iter().map(Failed::json).collect();
        let mut report = json!({
            "format": REPORT_FORMAT,
            "classes": self.classes,
            "break": self.tested.rules(),
            "seeds": totals.runs,
            "failed": failures.len(),
            "events": totals.events,
            "model_seconds": totals.model_us as f64 / 1e6,
            "operations": {
                "invoked": totals.invoked, "ok": totals.ok, "failed": totals.failed, "unknown": totals.unknown,
            },
            "wall_seconds": self.wall_seconds,
            "seeds_per_second": self.seeds_per_second(),
            "hash": TRACE_HASH_NAME,
            "fingerprint": hex(totals.fingerprint),
            "coverage": coverage,
            "failures": failures,
            "interrupted": self.is_interrupted,
        });
        if self.each.is_some() {
            report["each"] = json!(self.each_in_order());
        }
        report
    }
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn hex(number: u64) -> String {
    format!("{number:016x}")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.tested.rules();
        if !rules.is_empty() {
            writeln!(f, "RULES SWITCHED OFF: {}", rules.join(", "))?;
        }
        for Each { class, seed, fingerprint } in self.each_in_order() {
            writeln!(f, "{class} {seed} {fingerprint}")?;
        }
        for failed in &self.failures {
            failed.fmt(f)?;
        }
        let totals = &self.totals;
        let classes: Vec<&str> = self.classes.iter().map(|class| class.name()).collect();
        writeln!(f, "classes     {}", classes.join(", "))?;
        let (failed, word) = (self.failures.len(), if self.is_interrupted { ", interrupted" } else { "" });
        writeln!(f, "seeds       {}, {failed} failed{word}", totals.runs)?;
        let model_seconds = totals.model_us as f64 / 1e6;
        writeln!(f, "events      {} in {model_seconds:.0} s of simulated time", totals.events)?;
        let Totals { invoked, ok, failed, unknown, .. } = totals;
        writeln!(f, "operations  {invoked}: {ok} ok, {failed} failed, {unknown} unknown")?;
        writeln!(f, "wall time   {:.1} s, {:.0} seeds a second", self.wall_seconds, self.seeds_per_second())?;
        let rows: Vec<String> = self.rows().into_iter().map(|(name, n)| format!("{name} {n}")).collect();
        for (at, line) in rows.chunks(5).enumerate() {
            writeln!(
                f,
                "{}{}",
                if at == 0 { "coverage    " } else { "            " },
                line.join(", ").replace('_', " ")
            )?;
        }
        writeln!(f, "fingerprint {} (sum over {TRACE_HASH_NAME})", hex(totals.fingerprint))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "failed: {} {}: {} at {}: {}", self.class, self.seed, self.kind, self.at, self.what)?;
        for other in &self.also {
            writeln!(f, "  also: {other}")?;
        }
        writeln!(f, "  replay: {}", self.replay)?;
        if let Some(smaller) = &self.smaller {
            smaller.fmt(f)?;
        }
        if let Some(file) = &self.file {
            writeln!(f, "  written: {file}")?;
            writeln!(f, "  see it:  netsplit run {file} --seed {}", self.seed)?;
            writeln!(f, "  judge it: netsplit swarm --replay {file}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Smaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, commands_before, commands, nodes, clients, what } = self;
        writeln!(
            f,
            "  reduced: {commands_before} timed commands to {} in {runs} runs, {}, {}: {what}",
            commands.len(),
            counted(usize::from(*nodes), "server"),
            counted(*clients, "client"),
        )?;
        for (time, text) in commands.iter().take(COMMANDS_SHOWN) {
            writeln!(f, "    {:<14} {text}", time.to_string())?;
        }
        if commands.len() > COMMANDS_SHOWN {
            writeln!(f, "    and {} more", commands.len() - COMMANDS_SHOWN)?;
        }
        Ok(())
    }
}
