//! Causal consistency of registers, in the three meanings that Bouajjani, Enea, Guerraoui and Hamza tell apart ("On
//! Verifying Causal Consistency", POPL 2017), by the bad patterns which they prove to be all there are (tables 2 and 3,
//! theorems 3 to 5 there).

mod bits;
mod order;
mod patterns;

use std::fmt;

use super::observed::Observed;
use super::setup::Setup;
use super::verdict::{Undecided, Verdict, Violation};
use order::{Order, Stop};

/// What causal consistency may mean. Nothing is said of real time between sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CausalLevel {
    /// Nobody sees an effect without its cause. Each read may order writes that know nothing of each other as it likes
    /// (CC).
    Causal,
    /// All agree on one order of such writes: the last of them wins everywhere (CCv).
    Convergent,
    /// Each session keeps to one order of them, and two sessions need not agree (CM; Ahamad et al., "Causal memory:
    /// definitions, implementation, and programming", 1995).
    Memory,
}

impl CausalLevel {
    /// All three. The last two do not contain each other, and both contain the first.
    pub const ALL: [Self; 3] = [Self::Causal, Self::Convergent, Self::Memory];
}

/// A shape that no causally consistent history has. A write comes causally before what its session did later and before
/// the reads that saw it, and so on along such steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BadPattern {
    /// A read returned what nobody wrote.
    ThinAirRead,
    /// Operations are causes of each other.
    CyclicCo,
    /// A read returned the initial value, though a write of its key comes causally before it.
    WriteCoInitRead,
    /// A read returned a write, though another write of its key comes causally between the two.
    WriteCoRead,
    /// Reads show that each of some writes was replaced by the next of them, round in a circle.
    CyclicCf,
    /// A read returned the initial value, though its session's earlier reads show that a write had come before.
    WriteHbInitRead,
    /// The reads of one session cannot be explained by one order of the writes that they depend on.
    CyclicHb,
}

impl BadPattern {
    /// Its name in the paper.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThinAirRead => "ThinAirRead",
            Self::CyclicCo => "CyclicCO",
            Self::WriteCoInitRead => "WriteCOInitRead",
            Self::WriteCoRead => "WriteCORead",
            Self::CyclicCf => "CyclicCF",
            Self::WriteHbInitRead => "WriteHBInitRead",
            Self::CyclicHb => "CyclicHB",
        }
    }

    /// What it says, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::ThinAirRead => "It returned what nobody wrote.",
            Self::CyclicCo => {
                "These operations are causes of each other: each has seen, or follows in its session, the next."
            }
            Self::WriteCoInitRead => "It returned the initial value, though the write below comes causally before it.",
            Self::WriteCoRead => {
                "It returned a write that another had replaced, and the other comes causally before it."
            }
            Self::CyclicCf => {
                "What these reads saw orders the writes in a circle: each was replaced by the next, and no last writer can win."
            }
            Self::WriteHbInitRead => {
                "It returned the initial value, though earlier reads of its session show that the write below had come before."
            }
            Self::CyclicHb => {
                "No single order of these writes explains what this session read, one read after another."
            }
        }
    }
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a history has of bad patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causality {
    /// A pattern that it has, with its operations: the read that shows it, and then the others.
    pub broken: Option<(BadPattern, Vec<usize>)>,
    /// Why it is not known whether it has one, if none was found.
    pub undecided: Option<Undecided>,
}

/// Looks for bad patterns.
///
/// A session's operation comes before another of it if it had its answer before the other began; one without an answer
/// comes before nothing. A compare-and-set that matched is a read, and then a write. Reads that may have seen more than
/// one write show nothing, and where there are any and nothing else is wrong, the answer is undecided. Of a read of several
/// values side by side, all were seen; it is wrong only if all of them had been replaced. Keys with operations that no
/// register has are left out.
///
/// Needs the whole history: a write that begins later may explain a read, so that what is wrong now need not stay so.
#[must_use]
pub fn causality(observed: &Observed, level: CausalLevel, setup: &Setup) -> Causality {
    let mut steps = setup.budget;
    let order = match Order::new(observed, setup, &mut steps) {
        Ok(order) => order,
        Err(stop) => return Causality::stopped(stop, setup),
    };
    if let Err(stop) = patterns::find(&order, level, &mut steps) {
        return Causality::stopped(stop, setup);
    }
    let undecided = match (order.has_others, order.is_ambiguous) {
        (true, _) => Some(Undecided::NotARegister),
        (_, true) => Some(Undecided::RepeatedValues),
        (false, false) => None,
    };
    Causality { broken: None, undecided }
}

impl Causality {
    fn stopped(stop: Stop, setup: &Setup) -> Self {
        match stop {
            Stop::Bad(pattern, ops) => Self { broken: Some((pattern, ops)), undecided: None },
            Stop::Spent => Self { broken: None, undecided: Some(Undecided::Budget(setup.budget)) },
        }
    }

    /// As a verdict; a no names the read, and the other operations of the pattern.
    #[must_use]
    pub fn verdict(&self, observed: &Observed) -> Verdict {
        let Some((_, ops)) = &self.broken else {
            return self.undecided.map_or(Verdict::Satisfied(()), Verdict::Undecided);
        };
        let known = |&op: &usize| observed.ops()[op].returned().unwrap_or(observed.ops()[op].invoked);
        let event = ops.iter().map(known).max().unwrap_or(0);
        let operation = ops.first().copied().unwrap_or(0);
        Verdict::Violated(Violation { operation, event, against: ops.iter().skip(1).copied().collect() })
    }
}
