//! `netsplit hashes`: the trace hash of many runs, to be compared with that of another build or of the page.

use serde::Serialize;
use std::io::Write;

use netsplit::base::SimTime;
use netsplit::lesson::Scenario;
use netsplit::session::Cluster;
use netsplit::sim::TRACE_HASH_NAME;

use crate::args::HashesArguments;
use crate::progress::Progress;
use crate::{Failure, interrupt, load, output};

#[derive(Serialize)]
struct Hashes {
    hash: &'static str,
    runs: Vec<Run>,
}

#[derive(Serialize)]
struct Run {
    scenario: String,
    seed: u32,
    trace_hash: String,
    events: u64,
    records: u64,
}

/// Prints them all.
pub(super) fn run(arguments: &HashesArguments) -> Result<bool, Failure> {
    let scenarios: Vec<Scenario> =
        arguments.scenarios.iter().map(|name| load::scenario(name)).collect::<Result<_, _>>()?;
    let seeds = arguments.seeds.first..=arguments.seeds.last;
    let mut progress = Progress::new(scenarios.len() as u64 * seeds.clone().count() as u64, "hashing");
    let mut out = output::stdout();
    let mut runs = Vec::new();
    let mut done = 0;
    for scenario in &scenarios {
        for seed in seeds.clone() {
            let run = hash(scenario, seed)?;
            if arguments.json {
                runs.push(run);
            } else {
                writeln!(out, "{} {} {}", run.scenario, run.seed, run.trace_hash)?;
            }
            done += 1;
            progress.set(done);
        }
        out.flush()?;
    }
    if arguments.json {
        serde_json::to_writer(&mut out, &Hashes { hash: TRACE_HASH_NAME, runs }).map_err(std::io::Error::from)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(true)
}

/// Runs in slices, so that Ctrl-C need not wait for the end. Slices do not show in the hash.
fn hash(scenario: &Scenario, seed: u32) -> Result<Run, Failure> {
    const SLICES: u64 = 64;
    let mut cluster = Cluster::new(scenario, seed);
    for slice in 1..=SLICES {
        interrupt::check()?;
        let until = u128::from(scenario.until.0) * u128::from(slice) / u128::from(SLICES);
        cluster.advance(SimTime(until as u64));
    }
    Ok(Run {
        scenario: scenario.id.clone(),
        seed,
        trace_hash: format!("{:016x}", cluster.trace_hash()),
        events: cluster.now().events,
        records: cluster.records(),
    })
}
