//! Registers as Lamport graded them ("On Interprocess Communication", 1986): safe, regular, atomic. For any number of
//! writers, in the weakest of the meanings that Shao, Welch, Pierce and Lee tell apart ("Multi-Writer Consistency
//! Conditions for Shared Memory Registers", 2011): each read is explained by itself, and two reads need not agree on the
//! order of writes that overlap.

mod live;

pub use live::{Age, LiveRegisters, Sight};

use super::linearizable::linearizable;
use super::observed::Observed;
use super::setup::Setup;
use super::verdict::{Undecided, Verdict};

/// How good a register is. Each level has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegisterLevel {
    /// A read that overlaps no write returns what a regular register would; another may return anything.
    Safe,
    /// A read returns the value of a write that overlaps it, or that had ended before it with no other write lying
    /// wholly between the two; the initial value, if no write had ended before the read began. A write without an answer
    /// overlaps all that comes later.
    Regular,
    /// Linearizable.
    Atomic,
}

impl RegisterLevel {
    /// All three, from weak to strong.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Regular, Self::Atomic];
}

/// Checks how good the registers of a history are.
///
/// Safe and regular are decided for each read by itself, exactly, also where values repeat: some write of the value must
/// explain it. Of several values side by side one will do. A compare-and-set that matched is a read and a write at once.
/// A no names the first such read, and the write that it should have seen. Keys with operations that no register has are
/// left out, and the answer is undecided if nothing else is wrong.
#[must_use]
pub fn register(observed: &Observed, level: RegisterLevel, setup: &Setup) -> Verdict {
    match level {
        RegisterLevel::Atomic => linearizable(observed, setup).plain(),
        RegisterLevel::Safe | RegisterLevel::Regular => followed(observed, setup).verdict(level),
    }
}

/// What every read of a history has seen.
pub(super) fn followed(observed: &Observed, setup: &Setup) -> LiveRegisters {
    let mut live = LiveRegisters::new(setup.clone());
    live.follow(observed).for_each(drop);
    live
}

/// Undecided where nothing is wrong and some key was left out.
pub(super) const fn green(has_others: bool) -> Verdict {
    if has_others { Verdict::Undecided(Undecided::NotARegister) } else { Verdict::Satisfied(()) }
}
