//! `netsplit run`: one run, watched, and what it came to.

use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

use netsplit::base::{RecordId, SimTime};
use netsplit::check::{Dialect, History};
use netsplit::protocol::Protocol;
use netsplit::session::{Cluster, RunReport, Visit, run_scenario};
use netsplit::sim::{Command, Kind, World};

use crate::args::RunArguments;
use crate::progress::Progress;
use crate::summary::Summary;
use crate::{Failure, interrupt, load, output};

/// How many lines are written between two looks at Ctrl-C.
const LINES_AT_ONCE: usize = 4_096;

/// Whether the run was good.
pub(super) fn run(arguments: &RunArguments) -> Result<bool, Failure> {
    let scenario = load::scenario(&arguments.scenario)?;
    let seed = arguments.seed.unwrap_or(scenario.seed);
    let until = arguments.until.unwrap_or(scenario.until);
    let report = {
        let mut progress = Progress::new(until.0, "running");
        run_scenario(&scenario, seed, until, |now: SimTime| {
            progress.set(now.0);
            !interrupt::is_wanted()
        })
    };
    interrupt::check()?;
    let history = report.cluster.visit(ReadHistory);
    let switched_off = scenario.system.switched_off();
    if let Some(path) = &arguments.trace {
        output::write_to(path, |out| {
            if !switched_off.is_empty() {
                write_line(out, &json!({ "rules_switched_off": switched_off }))?;
            }
            report.cluster.visit(WriteTrace(out))
        })?;
    }
    if let Some(path) = &arguments.history {
        let clients = scenario.world.clients.len().min(usize::from(u8::MAX)) as u8;
        output::write_to(path, |out| {
            if !switched_off.is_empty() {
                // Who reads histories passes over what the nemesis does.
                let off = json!({
                    "process": "nemesis", "type": "info", "f": "rules-switched-off", "value": switched_off,
                });
                write_line(out, &off)?;
            }
            write_history(&history, arguments.dialect.into(), clients, out)
        })?;
    }
    let commands = report.cluster.visit(ReadCommands);
    let summary = Summary::new(&scenario, seed, until, &report, &history, &commands);
    let is_good = summary.good;
    // A stream that goes to the standard output stays clean, for the next program to read.
    let is_taken = [&arguments.trace, &arguments.history].into_iter().flatten().any(|path| path == Path::new("-"));
    if !is_taken {
        print(&summary, arguments.json)?;
    }
    drop_quickly(report);
    Ok(is_good)
}

fn print(summary: &Summary, is_json: bool) -> Result<(), Failure> {
    let mut out = output::stdout();
    if is_json {
        serde_json::to_writer(&mut out, summary).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        write!(out, "{summary}")?;
    }
    out.flush()?;
    Ok(())
}

/// The world of a long run has millions of parts; the program is about to end and need not take it down.
fn drop_quickly(report: RunReport) {
    std::mem::forget::<Cluster>(report.cluster);
}

struct ReadHistory;

impl Visit for ReadHistory {
    type Out = History;

    fn visit<P: Protocol>(self, world: &World<P>) -> History {
        History::of(world.trace().iter())
    }
}

struct ReadCommands;

impl Visit for ReadCommands {
    type Out = Vec<(SimTime, Command)>;

    fn visit<P: Protocol>(self, world: &World<P>) -> Self::Out {
        let command = |record: netsplit::sim::TraceRecord<P>| match record.kind {
            Kind::Command(command) => Some((record.moment.time, command)),
            _ => None,
        };
        world.trace().iter().filter_map(command).collect()
    }
}

/// One record as a line.
#[derive(Serialize)]
struct TraceLine {
    id: u64,
    cause: Option<u64>,
    time_us: u64,
    event: u64,
    /// What kind of record, in snake case.
    kind: String,
    /// What it holds.
    data: Value,
}

/// An enum variant's name and what it holds, apart, so that a reader can look for a kind.
fn kind_and_data(kind: &impl Serialize) -> Result<(String, Value), Failure> {
    let value = serde_json::to_value(kind).map_err(std::io::Error::from)?;
    let (name, data) = match value {
        Value::Object(map) => map.into_iter().next().unwrap_or_default(),
        Value::String(name) => (name, Value::Null),
        other => (String::new(), other),
    };
    let mut kind = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kind.is_empty() {
            kind.push('_');
        }
        kind.push(letter.to_ascii_lowercase());
    }
    Ok((kind, data))
}

struct WriteTrace<'o>(&'o mut dyn Write);

impl Visit for WriteTrace<'_> {
    type Out = Result<(), Failure>;

    fn visit<P: Protocol>(self, world: &World<P>) -> Self::Out {
        for (at, record) in world.trace().iter().enumerate() {
            if at.is_multiple_of(LINES_AT_ONCE) {
                interrupt::check()?;
            }
            let (kind, data) = kind_and_data(&record.kind)?;
            let line = TraceLine {
                id: record.id.0,
                cause: record.cause.map(|RecordId(cause)| cause),
                time_us: record.moment.time.0,
                event: record.moment.events,
                kind,
                data,
            };
            write_line(self.0, &line)?;
        }
        Ok(())
    }
}

fn write_history(history: &History, dialect: Dialect, clients: u8, out: &mut dyn Write) -> Result<(), Failure> {
    for (at, event) in history.events(dialect, clients).enumerate() {
        if at.is_multiple_of(LINES_AT_ONCE) {
            interrupt::check()?;
        }
        write_line(out, &event)?;
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, line: &impl Serialize) -> Result<(), Failure> {
    let mut bytes = serde_json::to_vec(line).map_err(std::io::Error::from)?;
    bytes.push(b'\n');
    out.write_all(&bytes)?;
    Ok(())
}
