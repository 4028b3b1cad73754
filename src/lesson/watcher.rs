//! The watcher of claims: sees every state of a run in order, and says in the end which claims are true of it.

use serde::Serialize;

use super::claim::{Claim, Quantifier, Sight, epoch};
use crate::base::SimTime;
use crate::check::{Facts, Invariants};

/// Watches the claims of one run. Show it every state in order, then ask for the verdicts.
#[derive(Clone, Debug)]
pub struct Watcher {
    watched: Vec<Watched>,
    /// When the run ends.
    end: SimTime,
}

#[derive(Clone, Debug)]
struct Watched {
    claim: Claim,
    /// The highest term when its span began.
    epoch: Option<u64>,
    first_hold: Option<SimTime>,
    first_miss: Option<SimTime>,
    holds_now: bool,
}

/// What became of one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimVerdict {
    /// The claim, in words.
    pub name: String,
    /// Whether it is true of the run.
    pub holds: bool,
    /// When that was decided, if one moment decided it: the first at which `sometimes` held, or `always` or `never` was
    /// broken.
    pub decided_at: Option<SimTime>,
}

impl Watcher {
    /// Watches claims from the start of a run to its end.
    #[must_use]
    pub fn new(claims: &[Claim], end: SimTime) -> Self {
        let watch = |claim: &Claim| Watched {
            claim: claim.clone(),
            epoch: None,
            first_hold: None,
            first_miss: None,
            holds_now: false,
        };
        Self { watched: claims.iter().map(watch).collect(), end }
    }

    /// Whether there is anything to watch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.watched.is_empty()
    }

    /// The times at which claims begin or end: the run must be shown there too, events or not.
    #[must_use]
    pub fn edges(&self) -> Vec<SimTime> {
        let mut edges: Vec<SimTime> =
            self.watched.iter().flat_map(|watched| [Some(watched.claim.from), watched.claim.until]).flatten().collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Looks at the state of the run at a time.
    pub fn see(&mut self, now: SimTime, facts: &dyn Facts, invariants: &Invariants) {
        for watched in &mut self.watched {
            if now >= watched.claim.from {
                watched.epoch.get_or_insert_with(|| epoch(facts));
            }
            let until = watched.claim.until.unwrap_or(self.end);
            let is_early = match watched.claim.quantifier {
                Quantifier::Eventually => now < until,
                Quantifier::Always | Quantifier::Sometimes | Quantifier::Never => now < watched.claim.from,
            };
            if is_early || now > until {
                continue;
            }
            watched.holds_now = watched.claim.predicate.holds(&Sight {
                facts,
                invariants: Some(invariants),
                epoch: watched.epoch.unwrap_or(0),
            });
            let first = if watched.holds_now { &mut watched.first_hold } else { &mut watched.first_miss };
            first.get_or_insert(now);
        }
    }

    /// What became of the claims, in their order. A claim whose time never came is not true.
    #[must_use]
    pub fn verdicts(&self) -> Vec<ClaimVerdict> {
        self.watched.iter().map(Watched::verdict).collect()
    }
}

impl Watched {
    fn verdict(&self) -> ClaimVerdict {
        let was_seen = self.first_hold.is_some() || self.first_miss.is_some();
        let (holds, decided_at) = match self.claim.quantifier {
            Quantifier::Always => (was_seen && self.first_miss.is_none(), self.first_miss),
            Quantifier::Sometimes => (self.first_hold.is_some(), self.first_hold),
            Quantifier::Eventually => (self.holds_now, None),
            Quantifier::Never => (was_seen && self.first_hold.is_none(), self.first_hold),
        };
        ClaimVerdict { name: self.claim.name.clone(), holds, decided_at }
    }
}
