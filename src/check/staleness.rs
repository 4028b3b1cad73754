//! How stale what clients read was: so many versions and so much time behind what had been acknowledged (k- and
//! t-staleness; Bailis et al., "Probabilistically Bounded Staleness for Practical Partial Quorums", PVLDB 2012, section 3).

use super::observed::Observed;
use super::registers::{Age, LiveRegisters, followed, green};
use super::setup::Setup;
use super::verdict::{Verdict, Violation};
use crate::base::{SimDuration, sort_by_key};

/// The reads of a history, and how stale they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staleness {
    /// How many reads of registers have ended.
    pub reads: usize,
    /// Those that returned what had certainly been replaced, in the order of their ends.
    pub stale: Vec<StaleRead>,
    /// Those that returned what nobody had written.
    pub from_nowhere: Vec<usize>,
    /// Whether some key is no register, and was left out.
    pub has_others: bool,
}

/// A read that returned what had certainly been replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaleRead {
    /// Its place in [`Observed::ops`].
    pub op: usize,
    /// How many acknowledged writes were newer than what it returned. A read within `k` versions (section 3.1 there) has
    /// fewer than `k`.
    pub versions: usize,
    /// The first of them to be acknowledged.
    pub missed: usize,
    /// How long before the read began that one was acknowledged: so long was not long enough (t-visibility, section 3.3
    /// there). None where the history has no times.
    pub behind: Option<SimDuration>,
}

/// Finds the stale reads of a history.
///
/// Newer than a write is one that began after it was acknowledged. It counts once it is acknowledged itself, and not while
/// it is unknown; what was written without an answer is never stale, since it may have taken effect at any time. Where
/// values repeat, a read has seen the newest that it may have. So every figure is the least that explains the history,
/// and it is exact where writes follow each other and values are written once.
#[must_use]
pub fn staleness(observed: &Observed, setup: &Setup) -> Staleness {
    Staleness::of(&followed(observed, setup), observed)
}

impl Staleness {
    /// The same from what has followed the history.
    #[must_use]
    pub fn of(live: &LiveRegisters, observed: &Observed) -> Self {
        let mut found = Self { has_others: live.has_others(), ..Self::default() };
        for sight in live.sights() {
            found.reads += 1;
            match sight.age {
                Age::Fresh => {}
                Age::Nowhere => found.from_nowhere.push(sight.op),
                Age::Behind { versions, missed } => {
                    let behind = behind(observed, sight.op, missed);
                    found.stale.push(StaleRead { op: sight.op, versions, missed, behind });
                }
            }
        }
        let ended = |op: usize| observed.ops()[op].returned();
        sort_by_key(&mut found.stale, |read| ended(read.op));
        sort_by_key(&mut found.from_nowhere, |op| ended(*op));
        found
    }

    /// How many versions the worst read was behind.
    #[must_use]
    pub fn versions_max(&self) -> usize {
        self.stale.iter().map(|read| read.versions).max().unwrap_or(0)
    }

    /// How long after an acknowledgement it was still missed, at the most.
    #[must_use]
    pub fn behind_max(&self) -> Option<SimDuration> {
        self.stale.iter().filter_map(|read| read.behind).max()
    }

    /// How many reads returned one of the `k` newest versions.
    #[must_use]
    pub fn within(&self, k: usize) -> usize {
        let older = self.stale.iter().filter(|read| read.versions >= k).count();
        self.reads - self.from_nowhere.len() - older
    }

    /// As a verdict: whether no read was stale. A no names the first.
    #[must_use]
    pub fn verdict(&self, observed: &Observed) -> Verdict {
        let stale = self.stale.first().map(|read| (read.op, vec![read.missed]));
        let nowhere = self.from_nowhere.first().map(|op| (*op, Vec::new()));
        let event = |op: usize| observed.ops()[op].returned().unwrap_or(observed.len());
        match stale.into_iter().chain(nowhere).min_by_key(|(op, _)| event(*op)) {
            Some((operation, against)) => Verdict::Violated(Violation { operation, event: event(operation), against }),
            None => green(self.has_others),
        }
    }
}

fn behind(observed: &Observed, read: usize, missed: usize) -> Option<SimDuration> {
    let began = observed.time(observed.ops()[read].invoked)?;
    let acknowledged = observed.time(observed.ops()[missed].returned()?)?;
    Some(began.since(acknowledged))
}
