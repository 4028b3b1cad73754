//! What may stand on the command line. The comments here are the help texts.

mod swarm;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

use netsplit::base::{SimDuration, SimTime};
use netsplit::check::{Dialect, Reading, Setup};
use netsplit::lesson::{Scenario, format};

pub(super) use swarm::{Shard, SwarmArguments};

/// Pull the cable and see what your database does: a deterministic simulator of replication protocols.
///
/// The same scenario with the same seed gives the same run everywhere, here and in a browser; the trace hash proves it.
#[derive(Debug, Parser)]
#[command(name = "netsplit", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 good, 1 a claim, an invariant or a check failed, 2 bad input, 3 undecided, 130 Ctrl-C."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) task: Task,
}

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Run a scenario and print what it came to
    ///
    /// The summary shows who led and when, how the operations ended and how long they took, the commands, the claims,
    /// the invariants, and the trace hash.
    ///
    /// The claims of a scenario are about its own seed and its whole length. With another --seed or --until they are
    /// shown, and do not decide the exit code; invariants always do, and so does a run that reaches one of its limits.
    Run(RunArguments),
    /// Check histories of clients' operations against a model of consistency
    ///
    /// A history is a file of JSON lines, as `run --history` writes it, with the fields of Jepsen's operations:
    /// {"process": 0, "type": "invoke", "f": "write", "key": "x", "value": 1}, and later the same with "ok", "fail" or
    /// "info". Keys are independent objects. docs/checking.md says what each model means and how to read a verdict.
    Check(CheckArguments),
    /// Check and compile scenario files
    Scenario {
        #[command(subcommand)]
        task: ScenarioTask,
    },
    /// Check, prove and compile lessons
    Lesson {
        #[command(subcommand)]
        task: LessonTask,
    },
    /// Print the trace hash of scenarios with many seeds
    ///
    /// One line each: scenario, seed, hash. Each run has the scenario's own length. Compare the lines with those of
    /// another build or of the page: they must be the same.
    Hashes(HashesArguments),
    /// Test Raft, or leaderless replicas, at random: many seeds, each with a cluster, clients and faults of its own
    ///
    /// Each seed draws a cluster, its settings, its clients, and some kinds of fault out of all there are. Then
    /// everything is mended, and a new write must be acknowledged in time. A seed fails when an invariant is broken, when
    /// clients were told what cannot be, or when that write is not acknowledged. A failure is printed with the one
    /// command that has it again, and with a smaller scenario that fails in the same way.
    ///
    /// What a seed comes to depends on its class and number alone, never on threads, shards or order.
    Swarm(SwarmArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 good, 1 a claim or an invariant failed or the run reached a limit, 2 bad input.")]
pub(super) struct RunArguments {
    /// A scenario: a .toml file, a compiled .json file, or the id of one in assets/scenarios
    pub(super) scenario: String,
    /// Another seed than the scenario's own
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: Option<u32>,
    /// Another end than the scenario's own, such as 500ms, 90s or 1h
    #[arg(long, value_name = "T", value_parser = time)]
    pub(super) until: Option<SimTime>,
    /// Print the summary as one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Write the trace as JSON lines, one record a line; `-` is the standard output
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// Write the history of the clients' operations as JSON lines, with the fields of Jepsen's operations; `-` is the standard output
    #[arg(long, value_name = "FILE")]
    pub(super) history: Option<PathBuf>,
    /// How the history says that a compare-and-set found another value
    #[arg(long, value_enum, value_name = "DIALECT", default_value = "jepsen")]
    pub(super) dialect: DialectWord,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum DialectWord {
    /// As a `fail` with the error `mismatch`, as Jepsen's register workloads do
    Jepsen,
    /// As an `ok` with `swapped: false`, as the simulator itself says it
    Plain,
}

impl From<DialectWord> for Dialect {
    fn from(word: DialectWord) -> Self {
        match word {
            DialectWord::Jepsen => Self::Jepsen,
            DialectWord::Plain => Self::Plain,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 satisfied, 1 violated, 2 bad input, 3 undecided; of several files the worst: \
                        bad input, then violated, then undecided.")]
pub(super) struct CheckArguments {
    /// The histories; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What the histories should be
    #[arg(long, value_enum, value_name = "MODEL")]
    pub(super) model: ModelWord,
    /// How to read what writers mean differently; porcupine for `etcd-cas-register` and `kv-append`, or else jepsen
    #[arg(long, value_enum, value_name = "DIALECT")]
    pub(super) dialect: Option<ReadingWord>,
    /// What every key holds at the start, as JSON or a plain word; `nil` is nothing
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(super) init: Option<String>,
    /// What one key holds at the start, as the scenario's [data] does; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) data: Vec<String>,
    /// How many steps a search may take for one key before it gives up
    #[arg(long, value_name = "STEPS", default_value_t = Setup::BUDGET)]
    pub(super) budget: u64,
    /// How long after the last write of a key its reads should agree, for `convergence`
    #[arg(long, value_name = "TIME", value_parser = format::duration, default_value = "2s")]
    pub(super) settle: SimDuration,
    /// Print the verdicts as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ModelWord {
    /// Linearizable: read and write
    Register,
    /// Linearizable: read, write and cas (compare-and-set)
    CasRegister,
    /// The same, as in the logs of Jepsen's tests of etcd that Porcupine uses
    EtcdCasRegister,
    /// Linearizable: get, put and append, of text or of lists
    Append,
    /// The same, as in Porcupine's logs of a key-value store
    KvAppend,
    /// Linearizable: a set with add, remove and read
    Set,
    /// Linearizable: a lock with acquire and release
    Mutex,
    /// Linearizable: transactions `txn` on several registers
    MultiRegister,
    /// Linearizable: any of read, write, cas, append, add and delete
    #[value(alias = "atomic")]
    Linearizable,
    /// Sequentially consistent: any of those
    Sequential,
    /// Sessions read what they wrote
    ReadYourWrites,
    /// Sessions never read backwards
    MonotonicReads,
    /// Nobody sees a session's writes in another order
    MonotonicWrites,
    /// Nobody sees a write without what its session had read before
    WritesFollowReads,
    /// Nothing that was acknowledged is gone in the end
    AcknowledgedWrites,
    /// Reads that overlap no write return the last one
    Safe,
    /// Reads return the last write that had ended, or one that overlaps them
    Regular,
    /// The same, with how many versions and how long each read is behind
    Staleness,
    /// Nobody sees an effect without its cause (CC)
    Causal,
    /// The same, and all agree on the last writer (CCv)
    CausalConvergence,
    /// Causal, and each session keeps to one order of writes (CM)
    CausalMemory,
    /// Sets with add and read: no element is lost that was acknowledged or seen
    SetFull,
    /// Sets with add and read: no element is seen without one that was there before it
    CausalReverse,
    /// Counters with add and read: no read is outside what may have been added
    Counter,
    /// After the last write and `--settle`, all reads of a key agree
    Convergence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReadingWord {
    /// `fail` did not happen; a read of `null` may have found anything, unless the line says `absent`
    Jepsen,
    /// A `fail` of a cas found another value; `null` is an absent key
    Porcupine,
    /// As `run --dialect plain` writes it: `swapped` says what a cas did; `null` is an absent key
    Plain,
}

impl From<ReadingWord> for Reading {
    fn from(word: ReadingWord) -> Self {
        match word {
            ReadingWord::Jepsen => Self::Jepsen,
            ReadingWord::Porcupine => Self::Porcupine,
            ReadingWord::Plain => Self::Plain,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ScenarioTask {
    /// Read scenario files and report everything that is wrong with them
    Check {
        /// The .toml files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Compile scenario files to JSON, with an index, as the page reads them
    ///
    /// Writes one <id>.json a scenario and an index.json. Files that would not change are left alone, and nothing is
    /// written when anything is wrong.
    Build {
        /// The .toml files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The folder to write to; it is made if it is not there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Print the JSON Schema of scenario files, for editors
    Schema,
}

#[derive(Debug, Subcommand)]
pub(super) enum LessonTask {
    /// Read lessons, report everything that is wrong with them, and prove by simulation what they say
    ///
    /// Each lesson is walked as its author would, with the seed that it ships: every prediction's right answer must be
    /// what happens and the others not, every goal must be reached by its solution and not by waiting, every run must
    /// come to its end, twins must differ, and every claim must hold. docs/lessons.md says how to write one.
    #[command(after_help = "Exit codes: 0 good, 1 something that a lesson says is not so, 2 bad input.")]
    Check {
        /// The .md files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Check lessons and compile them to JSON, with an index, as the page reads them
    ///
    /// Writes one <id>.json a lesson and an index.json. Files that would not change are left alone, and nothing is
    /// written when anything is wrong.
    Build {
        /// The .md files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The folder to write to; it is made if it is not there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct HashesArguments {
    /// Scenarios: files or ids, as for `run`
    #[arg(required = true)]
    pub(super) scenarios: Vec<String>,
    /// The seeds, from the first to the last: 1-200
    #[arg(long, value_name = "A-B", value_parser = seeds)]
    pub(super) seeds: Seeds,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// Seeds from the first to the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seeds {
    pub(super) first: u32,
    pub(super) last: u32,
}

/// More runs than this at once are a mistake.
const SEEDS_MAX: u32 = 1_000_000;

fn seeds(text: &str) -> Result<Seeds, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |digits: &str| digits.trim().parse::<u32>().map_err(|_| format!("`{digits}` is no seed: write 1-200"));
    let seeds = Seeds { first: number(first)?, last: number(last)? };
    match seeds.last.checked_sub(seeds.first) {
        None => Err("the last seed is before the first".to_owned()),
        Some(SEEDS_MAX..) => Err(format!("these are more than {SEEDS_MAX} seeds")),
        Some(_) => Ok(seeds),
    }
}

fn time(text: &str) -> Result<SimTime, String> {
    let time = format::duration(text).map(|SimDuration(us)| SimTime(us))?;
    if time == SimTime::ZERO || time > Scenario::UNTIL_MAX {
        return Err(format!("a run lasts more than nothing and at most {}", SimDuration(Scenario::UNTIL_MAX.0)));
    }
    Ok(time)
}
