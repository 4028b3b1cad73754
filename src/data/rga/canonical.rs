//! A text apart from how it happens to be kept: in the longest runs that there are. So it is compared and sent.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::run::Run;
use super::{LetterId, Range, Rga};
use crate::base::NodeId;
use crate::data::MergeNote;

/// A run as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    first: LetterId,
    letters: Letters,
}

/// What a run shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Letters {
    Shown(String),
    Deleted(u32),
}

/// The runs, joined wherever one goes on in the next.
fn pieces(text: &Rga) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut last: Option<&Run> = None;
    for run in text.letters.runs() {
        let goes_on = last.is_some_and(|last| last.goes_on_in(run));
        let shown = run.letters.iter().flatten();
        match pieces.last_mut().filter(|_| goes_on).map(|piece| &mut piece.letters) {
            Some(Letters::Shown(text)) => text.extend(shown),
            Some(Letters::Deleted(length)) => *length += run.length,
            None => {
                let letters = match &run.letters {
                    Some(_) => Letters::Shown(shown.collect()),
                    None => Letters::Deleted(run.length),
                };
                pieces.push(Piece { first: run.first, letters });
            }
        }
        last = Some(run);
    }
    pieces
}

impl PartialEq for Rga {
    fn eq(&self, other: &Self) -> bool {
        pieces(self) == pieces(other)
    }
}

impl Eq for Rga {}

impl Serialize for Rga {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        pieces(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rga {
    /// Any order of letters is a text, as long as none is there twice.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = Self::new();
        for Piece { first, letters } in Vec::<Piece>::deserialize(deserializer)? {
            let run = match letters {
                Letters::Shown(letters) => Run::shown(first, letters.chars().collect()),
                Letters::Deleted(length) => Run::deleted(first, length),
            };
            let last = first
                .count
                .checked_add(u64::from(run.length))
                .ok_or_else(|| D::Error::custom("a name is too great"))?;
            let is_new =
                text.letters.find(first).is_none() && text.letters.unknown_from(first) >= u64::from(run.length);
            if run.length == 0 || !is_new {
                return Err(D::Error::custom("a letter is there twice, or not at all"));
            }
            text.clock = text.clock.max(last - 1);
            text.letters.append(run);
        }
        Ok(text)
    }
}

/// The letter that one of this name was typed after, of those that stand before it: the nearest with a smaller name. Of those
/// it keeps what can still be the nearest of a later one, in an order of ever greater names.
pub(super) fn nearest_smaller(before: &mut Vec<Range>, id: LetterId) -> Option<LetterId> {
    while before.last().is_some_and(|last| last.first > id) {
        before.pop();
    }
    let last = before.last_mut()?;
    // How many names of the run are smaller.
    let smaller = id.count - last.first.count + u64::from(last.first.actor < id.actor);
    last.length = last.length.min(smaller);
    Some(last.first.plus(last.length - 1))
}

/// Adds letters to an account, together with those of the same writer.
pub(super) fn add_typed(notes: &mut Vec<MergeNote<char>>, actor: NodeId, typed: u64) {
    for note in notes.iter_mut() {
        if let MergeNote::Typed { by, letters } = note
            && *by == actor
        {
            *letters += typed;
            return;
        }
    }
    notes.push(MergeNote::Typed { by: actor, letters: typed });
}
