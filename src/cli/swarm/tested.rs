//! What a swarm tests: Raft or leaderless replicas, each with some of its own rules switched off.

use netsplit::lesson::{Scenario, System};
use netsplit::protocol::{leaderless, raft};
use netsplit::swarm::{Class, Trial, draw, draw_leaderless, run_leaderless_seed, run_seed};

use crate::Failure;
use crate::args::SwarmArguments;

/// How alike two names must be for one to be offered for the other.
const ALIKE: f64 = 0.8;

/// A protocol, and which of its rules are switched off.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tested {
    Raft(raft::Breaks),
    Leaderless(leaderless::Breaks),
}

impl Tested {
    /// What the arguments ask for; each rule must be one of that protocol.
    pub(super) fn new(arguments: &SwarmArguments) -> Result<Self, Failure> {
        let names = &arguments.breaks;
        if arguments.leaderless {
            rules(names, &leaderless::Break::ALL, leaderless::Break::name).map(Self::Leaderless)
        } else {
            rules(names, &raft::Break::ALL, raft::Break::name).map(Self::Raft)
        }
    }

    /// What a scenario that was written down tests.
    pub(super) fn by(scenario: &Scenario) -> Self {
        match &scenario.system {
            System::Raft(config) => Self::Raft(config.break_it),
            System::Leaderless(config) => Self::Leaderless(config.break_it),
        }
    }

    /// The scenario of a seed.
    pub(super) fn draw(self, class: Class, seed: u32) -> Scenario {
        match self {
            Self::Raft(breaks) => draw(class, seed, breaks),
            Self::Leaderless(breaks) => draw_leaderless(class, seed, breaks),
        }
    }

    /// Runs a seed and judges it.
    pub(super) fn run(self, class: Class, seed: u32) -> Trial {
        match self {
            Self::Raft(breaks) => run_seed(class, seed, breaks),
            Self::Leaderless(breaks) => run_leaderless_seed(class, seed, breaks),
        }
    }

    pub(super) fn is_leaderless(self) -> bool {
        matches!(self, Self::Leaderless(_))
    }

    /// The rules that are switched off.
    pub(super) fn rules(self) -> Vec<&'static str> {
        match self {
            Self::Raft(breaks) => breaks.iter().map(raft::Break::name).collect(),
            Self::Leaderless(breaks) => breaks.iter().map(leaderless::Break::name).collect(),
        }
    }

    /// The one command that runs a seed again.
    pub(super) fn command(self, class: Class, seed: u32) -> String {
        let what = if self.is_leaderless() { " --leaderless" } else { "" };
        let rules: String = self.rules().iter().map(|rule| format!(" --break {rule}")).collect();
        format!("netsplit swarm{what} --class {class} --seed {seed}{rules}")
    }
}

/// The rules of these names.
fn rules<B: Copy, S: FromIterator<B>>(
    names: &[String],
    all: &[B],
    name_of: fn(B) -> &'static str,
) -> Result<S, Failure> {
    let find = |name: &String| {
        all.iter().copied().find(|&rule| name_of(rule) == name).ok_or_else(|| unknown(name, all, name_of))
    };
    names.iter().map(find).collect()
}

fn unknown<B: Copy>(name: &str, all: &[B], name_of: fn(B) -> &'static str) -> Failure {
    let likeness = |known: &&str| strsim::jaro_winkler(name, known);
    let known: Vec<&str> = all.iter().copied().map(name_of).collect();
    let near = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    Failure::Input(match near.filter(|near| likeness(near) > ALIKE) {
        Some(rule) => format!("error: --break: there is no rule `{name}`: did you mean `{rule}`?"),
        None => format!("error: --break: there is no rule `{name}`: there are {}", known.join(", ")),
    })
}
