//! What a history can be asked to be, by the names under which people know it.

use serde::{Deserialize, Serialize};

use super::causal::{CausalLevel, causality};
use super::causal_reverse::causal_reverse;
use super::convergence::convergence;
use super::counter::counter_bounds;
use super::linearizable::linearizable;
use super::lost_writes::lost_writes;
use super::observed::Observed;
use super::registers::{RegisterLevel, register};
use super::sequential::sequential;
use super::sessions::{Guarantee, session_guarantee};
use super::set_full::set_full;
use super::setup::Setup;
use super::verdict::Verdict;

/// A promise about what clients see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consistency {
    /// Every operation takes effect at one moment between its beginning and its end (Herlihy and Wing, 1990).
    Linearizable,
    /// One order of all operations explains every answer, and keeps each client's own order (Lamport, 1979).
    Sequential,
    /// Nobody misses what it has itself written (Terry et al., 1994).
    ReadYourWrites,
    /// Nobody sees time go back (Terry et al., 1994).
    MonotonicReads,
    /// Nobody sees a client's writes out of their order (Terry et al., 1994).
    MonotonicWrites,
    /// Nobody sees an answer without what it answers (Terry et al., 1994).
    WritesFollowReads,
    /// What was acknowledged is there in the end.
    AcknowledgedWrites,
    /// A read that overlaps no write returns the last one (Lamport, 1986).
    Safe,
    /// A read returns the last write that had ended, or one that overlaps it (Lamport, 1986).
    Regular,
    /// Nobody sees an effect without its cause (Bouajjani et al., 2017: CC).
    Causal,
    /// The same, and all agree on the last writer (CCv there).
    CausalConvergence,
    /// The same, and each session keeps to one order (CM there; Ahamad et al., 1995).
    CausalMemory,
    /// Elements of sets that were acknowledged or seen are not lost (Jepsen's set-full).
    SetFull,
    /// Counters are never outside what may have been added (Jepsen's counter).
    CounterBounds,
    /// Once writing has stopped, all reads of a key agree before long.
    Convergence,
    /// No element of a set is seen without one that was certainly there before it (Jepsen's causal-reverse).
    CausalReverse,
}

impl Consistency {
    /// Every one.
    pub const ALL: [Self; 16] = [
        Self::Linearizable,
        Self::Sequential,
        Self::ReadYourWrites,
        Self::MonotonicReads,
        Self::MonotonicWrites,
        Self::WritesFollowReads,
        Self::AcknowledgedWrites,
        Self::Safe,
        Self::Regular,
        Self::Causal,
        Self::CausalConvergence,
        Self::CausalMemory,
        Self::SetFull,
        Self::CounterBounds,
        Self::Convergence,
        Self::CausalReverse,
    ];

    /// Whether a history is so.
    #[must_use]
    pub fn check(self, observed: &Observed, setup: &Setup) -> Verdict {
        match self {
            Self::Linearizable => linearizable(observed, setup).plain(),
            Self::Sequential => sequential(observed, setup).plain(),
            Self::ReadYourWrites => session_guarantee(observed, Guarantee::ReadYourWrites, setup),
            Self::MonotonicReads => session_guarantee(observed, Guarantee::MonotonicReads, setup),
            Self::MonotonicWrites => session_guarantee(observed, Guarantee::MonotonicWrites, setup),
            Self::WritesFollowReads => session_guarantee(observed, Guarantee::WritesFollowReads, setup),
            Self::AcknowledgedWrites => lost_writes(observed, setup, None).verdict(),
            Self::Safe => register(observed, RegisterLevel::Safe, setup),
            Self::Regular => register(observed, RegisterLevel::Regular, setup),
            Self::Causal => causality(observed, CausalLevel::Causal, setup).verdict(observed),
            Self::CausalConvergence => causality(observed, CausalLevel::Convergent, setup).verdict(observed),
            Self::CausalMemory => causality(observed, CausalLevel::Memory, setup).verdict(observed),
            Self::SetFull => set_full(observed, setup).verdict(observed),
            Self::CounterBounds => counter_bounds(observed, setup).verdict(),
            Self::Convergence => convergence(observed, setup),
            Self::CausalReverse => causal_reverse(observed, setup),
        }
    }
}
