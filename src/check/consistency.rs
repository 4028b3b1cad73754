//! What a history can be asked to be, by the names under which people know it.

use serde::{Deserialize, Serialize};

use super::linearizable::linearizable;
use super::lost_writes::lost_writes;
use super::observed::Observed;
use super::sequential::sequential;
use super::sessions::{Guarantee, session_guarantee};
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
}

impl Consistency {
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
        }
    }
}
