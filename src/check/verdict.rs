//! What a checker says of a history: yes, no with the operation that shows it, or that it does not know.

use std::fmt;

/// A checker's word on a history. `W` is what it shows for a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<W = ()> {
    /// The history is as it should be, and this shows it.
    Satisfied(W),
    /// It is not.
    Violated(Violation),
    /// The checker does not know. Never to be shown as a yes.
    Undecided(Undecided),
}

/// Where a history goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The operation that cannot be explained: its place in [`super::Observed::ops`].
    pub operation: usize,
    /// The event at which that became certain.
    pub event: usize,
    /// Other operations that it contradicts, where the checker can name them.
    pub against: Vec<usize>,
}

/// Why a checker does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// So many steps of search were allowed, and they were not enough.
    Budget(u64),
    /// Values repeat, and so nobody can say which write a read has seen.
    RepeatedValues,
    /// No read shows what a key holds after its last acknowledged write.
    NoFinalRead,
    /// The guarantee is defined for registers, and some operation is of another kind.
    NotARegister,
    /// The check is of counters, and some operation is of another kind.
    NotACounter,
    /// The check is of sets that grow, and some operation is of another kind.
    NotASet,
    /// No element is known to stay.
    NothingStable,
    /// A key was not read twice after its last write had ended and the settling time had passed.
    NotSettled,
    /// The history does not say when things happened.
    NoTimes,
}

impl<W> Verdict<W> {
    /// Without what shows a yes.
    pub fn plain(self) -> Verdict {
        self.map(|_| ())
    }

    /// With something else to show for a yes.
    pub fn map<V>(self, change: impl FnOnce(W) -> V) -> Verdict<V> {
        match self {
            Self::Satisfied(shown) => Verdict::Satisfied(change(shown)),
            Self::Violated(violation) => Verdict::Violated(violation),
            Self::Undecided(why) => Verdict::Undecided(why),
        }
    }

    /// Whether it is a yes.
    #[must_use]
    pub fn is_satisfied(&self) -> bool {
        matches!(self, Self::Satisfied(_))
    }

    /// Whether it is a no.
    #[must_use]
    pub fn is_violated(&self) -> bool {
        matches!(self, Self::Violated(_))
    }

    /// Where it goes wrong, if it does.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Violated(violation) => Some(violation),
            Self::Satisfied(_) | Self::Undecided(_) => None,
        }
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Budget(steps) => write!(f, "the budget of {steps} steps of search ran out"),
            Self::RepeatedValues => f.write_str("values repeat, so that a read does not say which write it saw"),
            Self::NoFinalRead => f.write_str("no read shows what a key holds after its last acknowledged write"),
            Self::NotARegister => f.write_str("the guarantee is defined for read, write, cas and delete only"),
            Self::NotACounter => f.write_str("the bounds are defined for numbers, with read and add only"),
            Self::NotASet => f.write_str("the check is defined for sets that nothing is taken out of"),
            Self::NothingStable => f.write_str("no element was read by all reads from some point on"),
            Self::NotSettled => f.write_str("a key was not read twice after its last write had ended and settled"),
            Self::NoTimes => f.write_str("the history does not say when things happened"),
        }
    }
}
