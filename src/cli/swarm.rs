//! `netsplit swarm`: many seeds on many threads, and what they came to. Each seed is a run of its own, so that threads
//! and shards change nothing but the time it takes.

mod crash;
mod report;
mod tested;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use netsplit::lesson::Scenario;
use netsplit::swarm::{Class, Trial, fingerprint_of, reduce, try_scenario};

use crate::args::{Shard, SwarmArguments};
use crate::output::NewFile;
use crate::progress::Progress;
use crate::{Failure, interrupt, load, output};
use report::{Failed, Report, Smaller};
use tested::Tested;

/// So many failures are made smaller; the others are only named.
const REDUCED_MAX: usize = 3;
/// So many runs may be spent on making one failure smaller.
const REDUCTION_RUNS: u32 = 600;
/// How long to wait for the next result before looking whether somebody pressed Ctrl-C.
const GLANCE: Duration = Duration::from_millis(200);

/// What is to be run: every class with every seed of the shard.
struct Plan {
    classes: Vec<Class>,
    first: u32,
    count: u64,
    shard: Shard,
    tested: Tested,
}

impl Plan {
    fn new(arguments: &SwarmArguments) -> Result<Self, Failure> {
        let mut classes: Vec<Class> = arguments.class.iter().map(|&word| word.into()).collect();
        classes.sort_unstable();
        classes.dedup();
        if classes.is_empty() {
            classes = Class::ALL.to_vec();
        }
        let (first, count) = match (arguments.seed, arguments.from, arguments.count) {
            (Some(seed), ..) => (seed, 1),
            (None, Some(first), Some(count)) => (first, count),
            _ => (1, arguments.seeds),
        };
        if count == 0 {
            return Err(Failure::Input("error: no seeds at all: write --seeds 2000".to_owned()));
        }
        if u64::from(first) + u64::from(count) > u64::from(u32::MAX) + 1 {
            return Err(Failure::Input(format!("error: there is no seed above {}", u32::MAX)));
        }
        let shard = arguments.shard.unwrap_or(Shard { at: 0, of: 1 });
        Ok(Self { classes, first, count: u64::from(count), shard, tested: Tested::new(arguments)? })
    }

    /// How many seeds of each class fall into this shard.
    fn seeds(&self) -> u64 {
        (self.count + self.shard.of - 1 - self.shard.at) / self.shard.of
    }

    fn len(&self) -> u64 {
        self.seeds() * self.classes.len() as u64
    }

    /// The n-th job. All classes of one seed come together.
    fn job(&self, n: u64) -> Option<(Class, u32)> {
        let classes = self.classes.len() as u64;
        let seed = u64::from(self.first) + self.shard.at + n / classes * self.shard.of;
        (n < self.len()).then(|| (self.classes[(n % classes) as usize], seed as u32))
    }
}

/// Whether no seed failed.
pub(super) fn run(arguments: &SwarmArguments) -> Result<bool, Failure> {
    if let Some(path) = &arguments.replay {
        return replay(path, arguments.json);
    }
    let plan = Plan::new(arguments)?;
    if let Some(folder) = &arguments.write {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::Input(format!("error: cannot make the folder {}: {error}", folder.display())))?;
    }
    let mut report = Report::new(&plan.classes, plan.tested, arguments.each);
    let failing = run_all(&plan, arguments, &mut report);
    for (at, ((class, seed), trial)) in failing.into_iter().enumerate() {
        let mut failed = Failed::new(class, plan.tested, &trial);
        if at < REDUCED_MAX {
            show(&plan.tested.draw(class, seed), arguments, &mut failed)?;
        }
        report.failures.push(failed);
    }
    report.is_interrupted = interrupt::is_wanted();
    print(&report, arguments.json)?;
    interrupt::check()?;
    Ok(report.failures.is_empty())
}

/// Runs every job, and gives those that failed in the order of class and seed.
fn run_all(plan: &Plan, arguments: &SwarmArguments, report: &mut Report) -> BTreeMap<(Class, u32), Trial> {
    let available = thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.map_or(available, usize::from).min(plan.len().max(1) as usize);
    let (next, watch) = (AtomicU64::new(0), crash::Watch::new(threads, plan.tested));
    let mut progress = Progress::counting(plan.len(), "seeds");
    let mut failing = BTreeMap::new();
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for worker in 0..threads {
            let (sender, next, watch) = (sender.clone(), &next, &watch);
            let work = move || {
                while !interrupt::is_wanted()
                    && let Some((class, seed)) = plan.job(next.fetch_add(1, Ordering::Relaxed))
                {
                    watch.begin(worker, class, seed);
                    if sender.send((class, plan.tested.run(class, seed))).is_err() {
                        break;
                    }
                }
            };
            let named = thread::Builder::new().name(crash::name(worker)).spawn_scoped(scope, work);
            named.expect("the system can start a thread");
        }
        drop(sender);
        loop {
            match results.recv_timeout(GLANCE) {
                Ok((class, trial)) => {
                    report.add(class, &trial, fingerprint_of(class, &trial));
                    if !trial.failures.is_empty() {
                        progress.say(&format!("failed: {class} {}: {}", trial.seed, trial.failures[0].what));
                        failing.insert((class, trial.seed), trial);
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
            progress.set(report.runs());
        }
    });
    report.wall_seconds = progress.elapsed().as_secs_f64();
    failing
}

/// Makes a failure smaller, and writes it down.
fn show(scenario: &Scenario, arguments: &SwarmArguments, failed: &mut Failed) -> Result<(), Failure> {
    let mut shown = scenario.clone();
    // What makes a scenario smaller knows the settings of Raft.
    if !arguments.no_reduce
        && !arguments.leaderless
        && !interrupt::is_wanted()
        && let Some(reduced) = reduce(scenario, &failed.kind, REDUCTION_RUNS)
    {
        failed.smaller = Some(Smaller::new(&reduced));
        shown = reduced.scenario;
    }
    if let Some(folder) = &arguments.write {
        let path = folder.join(format!("{}.json", shown.id));
        let mut bytes = serde_json::to_vec(&shown).expect("a scenario is plain data");
        bytes.push(b'\n');
        let mut file = NewFile::create(&path)?;
        file.write_all(&bytes)?;
        file.finish()?;
        failed.file = Some(path.display().to_string());
    }
    Ok(())
}

/// Judges one scenario that was written down.
fn replay(path: &Path, is_json: bool) -> Result<bool, Failure> {
    let scenario = load::file(path)?;
    if scenario.faults.is_some() {
        return Err(Failure::Input(format!("error: {} was not written by a swarm", path.display())));
    }
    let progress = Progress::new(1, "running");
    let trial = try_scenario(&scenario);
    let is_of = |class: &Class| scenario.id.split('-').any(|word| word == class.name());
    let class = Class::ALL.into_iter().find(is_of).unwrap_or(Class::Safe);
    let tested = Tested::by(&scenario);
    let mut report = Report::new(&[class], tested, false);
    report.add(class, &trial, fingerprint_of(class, &trial));
    report.wall_seconds = progress.elapsed().as_secs_f64();
    if !trial.failures.is_empty() {
        let mut failed = Failed::new(class, tested, &trial);
        failed.replay = format!("netsplit swarm --replay {}", path.display());
        report.failures.push(failed);
    }
    print(&report, is_json)?;
    Ok(report.failures.is_empty())
}

fn print(report: &Report, is_json: bool) -> Result<(), Failure> {
    let mut out = output::stdout();
    if is_json {
        serde_json::to_writer(&mut out, &report.json()).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        write!(out, "{report}")?;
    }
    Ok(out.flush()?)
}
