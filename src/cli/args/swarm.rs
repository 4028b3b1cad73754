//! What may stand after `netsplit swarm`.

use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use netsplit::swarm::Class;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 no seed failed, 1 some did, 2 bad input, 130 Ctrl-C (what was found so far is printed)."
)]
pub(crate) struct SwarmArguments {
    /// Which faults may be drawn; may be given more than once, and is all three if it is not given
    #[arg(long, value_enum, value_name = "CLASS")]
    pub(crate) class: Vec<ClassWord>,
    /// Run the seeds from 1 to N in each class
    #[arg(long, value_name = "N", default_value_t = 2_000, conflicts_with_all = ["seed", "from", "count"])]
    pub(crate) seeds: u32,
    /// Run this seed alone
    #[arg(long, value_name = "N", conflicts_with_all = ["from", "count", "shard"])]
    pub(crate) seed: Option<u32>,
    /// The first seed
    #[arg(long, value_name = "A", requires = "count")]
    pub(crate) from: Option<u32>,
    /// How many seeds in each class
    #[arg(long, value_name = "N", requires = "from")]
    pub(crate) count: Option<u32>,
    /// Run only the i-th of n equal parts, such as 3/8
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<Shard>,
    /// How many threads; as many as the machine has if it is not given. No result depends on it
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the fingerprint of each seed's run as well
    #[arg(long)]
    pub(crate) each: bool,
    /// Write the scenario of each failure that is shown, reduced unless that is switched off, into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) write: Option<PathBuf>,
    /// Do not look for smaller scenarios that fail in the same way
    #[arg(long)]
    pub(crate) no_reduce: bool,
    /// Switch a rule of the protocol off in every seed, to see that it is found out; may be given more than once
    #[arg(long = "break", value_name = "RULE")]
    pub(crate) breaks: Vec<String>,
    /// Test leaderless replicas instead of Raft
    #[arg(long, conflicts_with = "replay")]
    pub(crate) leaderless: bool,
    /// Judge a scenario that --write has written, and run no seeds
    #[arg(long, value_name = "FILE", conflicts_with_all = ["class", "seeds", "seed", "from", "count", "shard", "breaks"])]
    pub(crate) replay: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClassWord {
    /// All faults but wiped disks, lying disks, and clocks beyond the drift bound
    Safe,
    /// The same, and servers whose disks are wiped and who are replaced under new names
    Wipe,
    /// Anything; what rests on a broken assumption is not asked for
    Hostile,
}

impl From<ClassWord> for Class {
    fn from(word: ClassWord) -> Self {
        match word {
            ClassWord::Safe => Self::Safe,
            ClassWord::Wipe => Self::Wipe,
            ClassWord::Hostile => Self::Hostile,
        }
    }
}

/// One of several equal parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shard {
    /// Which, from 0.
    pub(crate) at: u64,
    /// Of how many.
    pub(crate) of: u64,
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(at, of)| Some((at.parse::<u64>().ok()?, of.parse::<u64>().ok()?)));
    match parts {
        Some((at, of)) if (1..=of).contains(&at) => Ok(Shard { at: at - 1, of }),
        Some((at, of)) => Err(format!("there is no part {at} of {of}: the first is 1/{}", of.max(1))),
        None => Err(format!("`{text}` is no part: write 3/8")),
    }
}
