//! A replica's copy of a text: local typing becomes changes that are sent, changes of others come in causal order, each once.
//! Owns who has seen what and the log of changes, from which a replica that was away catches up; how letters fall into place
//! is `rga.rs`'s.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;
use xxhash_rust::xxh64::xxh64;

use super::causal::{CausalBuffer, CausalOp, Delivery};
use super::merge::{Merge, MergeNote};
use super::rga::{LetterId, Patch, Range, Rga, RgaError};
use super::version_vector::{Dot, VersionVector};
use crate::base::{NodeId, SharedVec};

/// One thing that an editor does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Letters are typed, one after the other.
    Insert {
        /// The name of the first.
        first: LetterId,
        /// The letter that it stands after; none at the start.
        after: Option<LetterId>,
        /// What is typed.
        letters: String,
    },
    /// Letters are deleted.
    Delete(Range),
}

/// Edits that were made at once, as they travel.
pub type TextChange = CausalOp<Vec<Edit>>;

/// What came of a change from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// What a text field has to do, in this order.
    pub patches: Vec<Patch>,
    /// The account of it.
    pub notes: Vec<MergeNote<char>>,
    /// What must come first, if the change waits.
    pub missing: Vec<Dot>,
    /// What could not be done. Only replicas that share a name make such changes.
    pub refused: Vec<RgaError>,
}

/// A text with what is known of who has seen it.
#[derive(Clone, Debug, Default)]
pub struct Text {
    letters: Rga,
    delivery: CausalBuffer<Vec<Edit>>,
    /// All changes that were made or delivered here, in that order: a causal one.
    log: SharedVec<TextChange>,
    /// Worked out when it is asked for, since most copies are only compared with themselves.
    digest: OnceLock<u64>,
}

impl Text {
    /// The empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is shown.
    #[must_use]
    pub fn text(&self) -> String {
        self.letters.text()
    }

    /// The letters and their names.
    #[must_use]
    pub fn letters(&self) -> &Rga {
        &self.letters
    }

    /// A number that two copies have in common if they have the same letters from the same changes, in whatever order those came.
    ///
    /// # Panics
    /// Never: all that travels can be written.
    #[must_use]
    pub fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| {
            xxh64(&postcard::to_allocvec(&(self.seen(), &self.letters)).expect("a text can be written"), 0)
        })
    }

    /// Which changes were made or delivered here.
    #[must_use]
    pub fn seen(&self) -> &VersionVector {
        self.delivery.seen()
    }

    /// The changes that wait for others.
    #[must_use]
    pub fn waiting(&self) -> &[TextChange] {
        self.delivery.waiting()
    }

    /// The changes that somebody has not seen, in an order to send them in.
    pub fn since<'a>(&'a self, seen: &'a VersionVector) -> impl Iterator<Item = &'a TextChange> {
        self.log.iter().filter(|change| !seen.contains(change.dot))
    }

    /// A replica's own editor replaces so many letters that are shown from a place on. The change to send; none if nothing is
    /// changed. What lies beyond the end is cut off.
    pub fn splice(&mut self, replica: NodeId, at: u64, remove: u64, insert: &str) -> Option<TextChange> {
        let at = at.min(self.letters.len());
        let mut edits: Vec<Edit> = self.letters.strike_at(at, remove).into_iter().map(Edit::Delete).collect();
        if !insert.is_empty() {
            let (first, after) = self.letters.type_at(replica, at, insert);
            edits.push(Edit::Insert { first, after, letters: insert.to_owned() });
        }
        if edits.is_empty() {
            return None;
        }
        self.digest = OnceLock::new();
        let change = self.delivery.stamp(self.delivery.seen().next(replica), edits);
        self.log.push(change.clone());
        Some(change)
    }

    /// A change comes from elsewhere.
    pub fn receive(&mut self, change: TextChange) -> Received {
        let mut received = Received::default();
        match self.delivery.receive(change) {
            Delivery::Again => {}
            Delivery::Waits { missing } => received.missing = missing,
            Delivery::Now(changes) => {
                self.digest = OnceLock::new();
                for change in changes {
                    let done = self.apply(&change);
                    received.patches.extend(done.patches);
                    received.refused.extend(done.refused);
                    add_notes(&mut received.notes, done.notes);
                    self.log.push(change);
                }
            }
        }
        received
    }

    /// Several changes come from elsewhere. The account is one sum for each writer.
    pub fn receive_all(&mut self, changes: impl IntoIterator<Item = TextChange>) -> Received {
        let mut received = Received::default();
        for change in changes {
            let one = self.receive(change);
            received.patches.extend(one.patches);
            received.missing.extend(one.missing);
            received.refused.extend(one.refused);
            add_notes(&mut received.notes, one.notes);
        }
        received
    }

    fn apply(&mut self, change: &TextChange) -> Received {
        let mut done = Received::default();
        for edit in &change.operation {
            let patches = match edit {
                Edit::Insert { first, after, letters } => self.letters.insert(*first, *after, letters),
                Edit::Delete(range) => self.letters.delete(*range),
            };
            match patches {
                Ok(patches) => done.patches.extend(patches),
                Err(error) => done.refused.push(error),
            }
        }
        let letters = done.patches.iter().map(|patch| patch.inserted.chars().count() as u64).sum();
        let removed = done.patches.iter().map(|patch| patch.removed).sum();
        if letters > 0 {
            done.notes.push(MergeNote::Typed { by: change.dot.actor, letters });
        }
        if removed > 0 {
            done.notes.push(MergeNote::Struck { letters: removed });
        }
        done
    }
}

/// Adds an account to another: what one writer typed is one sum, and so is what is gone.
fn add_notes(notes: &mut Vec<MergeNote<char>>, more: Vec<MergeNote<char>>) {
    for note in more {
        let sum = notes.iter_mut().find_map(|other| match (other, &note) {
            (MergeNote::Typed { by, letters }, MergeNote::Typed { by: same, letters: more }) if by == same => {
                Some((letters, *more))
            }
            (MergeNote::Struck { letters }, MergeNote::Struck { letters: more }) => Some((letters, *more)),
            _ => None,
        });
        match sum {
            Some((letters, more)) => *letters += more,
            None => notes.push(note),
        }
    }
}

impl Merge for Text {
    type Value = char;

    /// Catches up from the other's log.
    fn merge(&mut self, other: &Self) -> Vec<MergeNote<char>> {
        let seen = self.seen().clone();
        self.receive_all(other.since(&seen).cloned()).notes
    }
}

impl PartialEq for Text {
    /// Two copies are equal when they have the same letters from the same changes, in whatever order those came. Letters are told
    /// apart by their digest: a long text is compared after every event of a run.
    fn eq(&self, other: &Self) -> bool {
        self.seen() == other.seen() && self.digest() == other.digest()
    }
}

impl Eq for Text {}

impl Hash for Text {
    /// Equal copies have seen the same.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.seen().hash(state);
    }
}

impl Serialize for Text {
    /// The log says it all, and what waits comes after it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut changes = serializer.serialize_seq(Some(self.log.len() + self.waiting().len()))?;
        self.log.iter().chain(self.waiting()).try_for_each(|change| changes.serialize_element(change))?;
        changes.end()
    }
}

impl<'de> Deserialize<'de> for Text {
    /// What could not be done when it came is refused here as it was then: a replica that was wiped gives names twice.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = Self::new();
        text.receive_all(Vec::<TextChange>::deserialize(deserializer)?);
        Ok(text)
    }
}

#[cfg(test)]
mod tests;
