//! Promises that were broken: writes that a client was told are done and that no log holds any more, and rules of the
//! protocol that were seen broken.

use std::collections::BTreeSet;

use super::verdicts::{Consistency, Word};
use super::{Seen, told};
use crate::base::{OpId, SimTime};
use crate::view::chronicle::Loss;
use crate::view::playback::Playback;

/// Which promises are broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promises {
    /// Acknowledged writes that are gone, oldest loss first.
    pub lost: Vec<LostWrite>,
    /// Rules that were seen broken, oldest first.
    pub rules: Vec<RuleBroken>,
    /// Whether an answer was wrong that the system promises to be right.
    pub is_answer_wrong: bool,
}

impl Promises {
    /// How many promises to clients are broken: writes that are lost, and the first wrong answer.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lost.len() + usize::from(self.is_answer_wrong)
    }

    /// Whether all is well.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0 && self.rules.is_empty()
    }
}

/// An acknowledged write that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostWrite {
    /// Which.
    pub op: OpId,
    /// What it was: "Bob writes x = 5: ok".
    pub words: String,
    /// When the last log lost it.
    pub at: SimTime,
}

/// A rule of the protocol that was seen broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleBroken {
    /// Its name: "R1 election safety".
    pub name: String,
    /// What it says.
    pub meaning: &'static str,
    /// What was seen.
    pub seen: String,
    /// When it was first seen.
    pub at: SimTime,
}

pub(super) fn promises(seen: &Seen<'_>, playback: &Playback, consistency: &Consistency) -> Promises {
    let rules = playback.broken().map(|broken| RuleBroken {
        name: broken.invariant.to_string(),
        meaning: broken.invariant.meaning(),
        seen: broken.seen.clone(),
        at: broken.at.time,
    });
    let is_answer_wrong = consistency.is_promised && matches!(consistency.word, Word::NotLinearizable(_));
    Promises { lost: lost(seen), rules: rules.collect(), is_answer_wrong }
}

fn lost(seen: &Seen<'_>) -> Vec<LostWrite> {
    let all = seen.chronicle.losses();
    let passed = &all[..all.partition_point(|loss| seen.has(loss.when.record))];
    let mut known = BTreeSet::new();
    let mut lost = Vec::new();
    for Loss { when, cells, .. } in passed {
        let broken = cells.iter().filter(|cell| cell.is_broken_promise());
        for op in broken.filter_map(|cell| cell.cell.request).map(|request| request.op) {
            if let Some(bar) = seen.chronicle.operation(op).filter(|_| known.insert(op)) {
                lost.push(LostWrite { op, words: told(seen, bar), at: when.at });
            }
        }
    }
    lost
}
