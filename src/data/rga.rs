//! A text that many edit at once: the replicated growable array (Roh, Jeon, Kim, Lee, "Replicated Abstract Data Types:
//! Building Blocks for Collaborative Applications", JPDC 2011). Each letter has a name and stands after the letter that it was
//! typed after; of those after the same letter the greatest name comes first; what is deleted keeps its place. Letters are
//! Unicode code points. Owns the rule and the places; who has seen what, and in which order edits come, is `text.rs`'s.
//!
//! A letter's name is greater than those that its writer had seen. The letter that another was typed after is therefore the
//! nearest one before it with a smaller name, so a text need not keep it: order and names say it all.

mod canonical;
mod run;
mod sequence;

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use crate::base::NodeId;
use run::Run;
use sequence::{Place, Sequence};

/// The name of a letter: a Lamport clock's count, and who typed it. In this order letters after the same one stand, the
/// greatest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LetterId {
    /// More than that of every letter that its writer had seen.
    pub count: u64,
    /// Who typed it.
    pub actor: NodeId,
}

impl LetterId {
    /// The name so many letters further on in the same run.
    #[must_use]
    pub fn plus(self, letters: u64) -> Self {
        Self { count: self.count + letters, ..self }
    }
}

/// Letters whose names follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Range {
    /// The name of the first.
    pub first: LetterId,
    /// How many there are.
    pub length: u64,
}

/// A change of what is shown: what a text field has to do, and how its caret moves. Places are counted in letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// Where.
    pub at: u64,
    /// How many letters are gone from there.
    pub removed: u64,
    /// What stands there now.
    pub inserted: String,
}

/// An edit that cannot be applied: it came before what it follows, or its names are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum RgaError {
    /// It refers to a letter that is not here yet: delivery was not causal.
    #[error("letter {} of {} is not here", .0.count, .0.actor)]
    Missing(LetterId),
    /// A letter's name is not greater than that of the letter that it was typed after.
    #[error("letter {} of {} stands after a greater one", .0.count, .0.actor)]
    Misnamed(LetterId),
}

/// A text.
#[derive(Clone, Debug, Default)]
pub struct Rga {
    letters: Sequence,
    /// The greatest count of any name.
    clock: u64,
}

impl Rga {
    /// The empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many letters are shown.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.letters.visible()
    }

    /// Whether none is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is shown.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.len() as usize);
        self.letters.runs().filter_map(|run| run.letters.as_ref()).for_each(|letters| text.extend(letters));
        text
    }

    /// The first so many letters of what is shown.
    #[must_use]
    pub fn start(&self, letters: usize) -> String {
        self.letters.runs().filter_map(|run| run.letters.as_ref()).flatten().take(letters).collect()
    }

    /// How many letters were ever typed, and how many of them are deleted.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let all = self.letters.runs().map(|run| u64::from(run.length)).sum();
        (all, all - self.len())
    }

    /// Every letter that was ever typed, in order, with whether it is shown.
    pub fn ids(&self) -> impl Iterator<Item = (LetterId, bool)> + '_ {
        self.letters
            .runs()
            .flat_map(|run| (0..run.length).map(|at| (run.first.plus(u64::from(at)), run.letters.is_some())))
    }

    /// The name that the next letter gets from this writer.
    #[must_use]
    pub fn next_id(&self, actor: NodeId) -> LetterId {
        LetterId { count: self.clock + 1, actor }
    }

    /// The name of the letter that is shown at a place: something to hold on to while others edit.
    #[must_use]
    pub fn id_at(&self, at: u64) -> Option<LetterId> {
        self.letters.shown_at(at).map(|place| self.letters.id(place))
    }

    /// Where a letter is shown, or the next one that is if it is deleted.
    #[must_use]
    pub fn place_of(&self, id: LetterId) -> Option<u64> {
        self.letters.find(id).map(|place| self.letters.shown_before(place))
    }

    /// An editor of this replica types before the letter that is shown at a place, or at the end. The name of the first letter,
    /// and of the one that it stands after. No rule is needed: a new name is greater than all others, and stands at once.
    pub fn type_at(&mut self, actor: NodeId, at: u64, text: &str) -> (LetterId, Option<LetterId>) {
        let first = self.next_id(actor);
        let place = at.min(self.len()).checked_sub(1).and_then(|before| self.letters.shown_at(before));
        let after = place.map(|place| self.letters.id(place));
        let letters: Vec<char> = text.chars().collect();
        if !letters.is_empty() {
            self.clock += letters.len() as u64;
            self.letters.insert_after(place, Run::shown(first, letters));
        }
        (first, after)
    }

    /// An editor of this replica deletes so many letters that are shown from a place on: their names.
    pub fn strike_at(&mut self, at: u64, length: u64) -> Vec<Range> {
        let mut ranges: Vec<Range> = Vec::new();
        let mut left = length;
        while left > 0
            && let Some(place) = self.letters.shown_at(at)
        {
            let run = self.letters.run(place);
            let length = u64::from(run.length - place.offset).min(left);
            let first = run.first.plus(u64::from(place.offset));
            match ranges.last_mut().filter(|last| last.first.plus(last.length) == first) {
                Some(last) => last.length += length,
                None => ranges.push(Range { first, length }),
            }
            self.letters.strike(place, length as u32);
            left -= length;
        }
        ranges
    }

    /// Letters come in that were typed one after the other, the first after this letter, or at the start. What is here already
    /// is passed over. What is shown then: nothing new if all was here.
    ///
    /// # Errors
    /// When the letter to stand after is not here, or the names are too small.
    pub fn insert(&mut self, first: LetterId, after: Option<LetterId>, text: &str) -> Result<Vec<Patch>, RgaError> {
        if after.is_some_and(|after| after >= first) {
            return Err(RgaError::Misnamed(first));
        }
        let letters: Vec<char> = text.chars().collect();
        let mut patches = Vec::new();
        let (mut done, mut after) = (0, after);
        while done < letters.len() {
            let id = first.plus(done as u64);
            let known = self.known_from(id);
            if known > 0 {
                done += usize::try_from(known).unwrap_or(usize::MAX);
                after = Some(first.plus((done as u64).min(letters.len() as u64) - 1));
                continue;
            }
            let new = usize::try_from(self.letters.unknown_from(id)).unwrap_or(usize::MAX).min(letters.len() - done);
            let shown = letters[done..done + new].to_vec();
            let at = self.integrate(after, Run::shown(id, shown.clone()))?;
            patches.push(Patch { at, removed: 0, inserted: shown.into_iter().collect() });
            done += new;
            after = Some(first.plus(done as u64 - 1));
        }
        Ok(patches)
    }

    /// Letters are deleted. Those that are deleted already are passed over.
    ///
    /// # Errors
    /// When a letter is not here. Those before it are deleted then.
    pub fn delete(&mut self, range: Range) -> Result<Vec<Patch>, RgaError> {
        let mut patches = Vec::new();
        let mut done = 0;
        while done < range.length {
            let id = range.first.plus(done);
            let place = self.letters.find(id).ok_or(RgaError::Missing(id))?;
            let run = self.letters.run(place);
            let length = u64::from(run.length - place.offset).min(range.length - done);
            if run.letters.is_some() {
                let at = self.letters.shown_before(place);
                self.letters.strike(place, length as u32);
                patches.push(Patch { at, removed: length, inserted: String::new() });
            }
            done += length;
        }
        Ok(patches)
    }

    /// How many letters from this name on are here, as far as one run goes.
    fn known_from(&self, id: LetterId) -> u64 {
        self.letters.find(id).map_or(0, |place| u64::from(self.letters.run(place).length - place.offset))
    }

    /// The rule: a run stands after its letter, and after all that follows there with greater names, which are the greater ones
    /// after the same letter with all that stands after those. Where it is shown.
    fn integrate(&mut self, after: Option<LetterId>, run: Run) -> Result<u64, RgaError> {
        let mut place: Option<Place> = match after {
            None => None,
            Some(id) => Some(self.letters.find(id).ok_or(RgaError::Missing(id))?),
        };
        while let Some(next) = self.letters.letter_after(place).filter(|next| self.letters.id(*next) > run.first) {
            // The rest of a run has still greater names.
            place = Some(self.letters.end_of_run(next));
        }
        self.clock = self.clock.max(run.first.count + u64::from(run.length) - 1);
        let at = place.map_or(0, |place| self.letters.shown_upto(place));
        self.letters.insert_after(place, run);
        Ok(at)
    }
}

impl Merge for Rga {
    type Value = char;

    /// Takes in the other's letters in their order, each after the one that it was typed after, and what is deleted there.
    fn merge(&mut self, other: &Self) -> Vec<MergeNote<char>> {
        let mut notes = Vec::new();
        let mut struck = 0;
        // Runs before the present one with ever greater names: the nearest smaller name is in one of them.
        let mut smaller: Vec<Range> = Vec::new();
        for run in other.letters.runs() {
            let mut after = canonical::nearest_smaller(&mut smaller, run.first);
            smaller.push(Range { first: run.first, length: u64::from(run.length) });
            let (mut done, mut typed) = (0, 0);
            while done < run.length {
                let id = run.first.plus(u64::from(done));
                let known = self.known_from(id);
                let whole = if known > 0 { known } else { self.letters.unknown_from(id) };
                let length = u32::try_from(whole).unwrap_or(u32::MAX).min(run.length - done);
                let range = Range { first: id, length: u64::from(length) };
                if known == 0 {
                    let piece = run.piece(done, length);
                    typed += piece.letters.as_ref().map_or(0, |letters| letters.len() as u64);
                    self.integrate(after, piece)
                        .expect("what it was typed after stands before it there, and came first");
                } else if run.letters.is_none() {
                    let patches = self.delete(range).expect("its letters are here");
                    struck += patches.iter().map(|patch| patch.removed).sum::<u64>();
                }
                done += length;
                after = Some(run.first.plus(u64::from(done) - 1));
            }
            if typed > 0 {
                canonical::add_typed(&mut notes, run.first.actor, typed);
            }
        }
        notes.extend((struck > 0).then_some(MergeNote::Struck { letters: struck }));
        notes
    }
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
