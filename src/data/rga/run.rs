//! Letters that were typed one after the other by one writer, and stand so: the pieces that a text is kept in.

use super::LetterId;

/// No run that is shown is longer, so that a cut within one copies little.
const LETTERS: usize = 128;

/// Letters whose names follow each other, all shown or all deleted.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The name of the first.
    pub(super) first: LetterId,
    /// How many there are; never none but while a run is cut.
    pub(super) length: u32,
    /// The letters; none if they are deleted, since then only their names are needed.
    pub(super) letters: Option<Vec<char>>,
}

impl Run {
    /// Letters that are shown.
    pub(super) fn shown(first: LetterId, letters: Vec<char>) -> Self {
        let length = u32::try_from(letters.len()).expect("a text is shorter than four thousand million letters");
        Self { first, length, letters: Some(letters) }
    }

    /// Letters that are deleted.
    pub(super) fn deleted(first: LetterId, length: u32) -> Self {
        Self { first, length, letters: None }
    }

    /// How many letters of it are shown.
    pub(super) fn visible(&self) -> u32 {
        if self.letters.is_some() { self.length } else { 0 }
    }

    /// The place of a letter within it.
    pub(super) fn offset_of(&self, id: LetterId) -> Option<u32> {
        let offset = id.count.checked_sub(self.first.count).filter(|_| id.actor == self.first.actor)?;
        u32::try_from(offset).ok().filter(|offset| *offset < self.length)
    }

    /// Cuts it in two; the second part.
    pub(super) fn split_off(&mut self, at: u32) -> Self {
        let letters = self.letters.as_mut().map(|letters| letters.split_off(at as usize));
        let rest = Self { first: self.first.plus(u64::from(at)), length: self.length - at, letters };
        self.length = at;
        rest
    }

    /// A copy of a part of it.
    pub(super) fn piece(&self, from: u32, length: u32) -> Self {
        let letters = self.letters.as_ref().map(|letters| letters[from as usize..(from + length) as usize].to_vec());
        Self { first: self.first.plus(u64::from(from)), length, letters }
    }

    /// Whether another goes on where this one ends, and is shown or deleted as it is.
    pub(super) fn goes_on_in(&self, next: &Self) -> bool {
        let is_alike = self.letters.is_some() == next.letters.is_some();
        is_alike && self.first.plus(u64::from(self.length)) == next.first
    }

    /// Takes in the one that it goes on in.
    pub(super) fn join(&mut self, next: Self) {
        if let (Some(letters), Some(more)) = (&mut self.letters, next.letters) {
            letters.extend(more);
        }
        self.length += next.length;
    }
}

/// Adds a run to others, joined with the last where that goes on in it, and cut where it is long.
pub(super) fn push(runs: &mut Vec<Run>, run: Run) {
    // Piece by piece from the front: to split off the rest each time would copy a long paste over and over.
    let Some(letters) = run.letters.as_ref().filter(|letters| letters.len() > LETTERS) else {
        return push_short(runs, run);
    };
    let mut first = run.first;
    for piece in letters.chunks(LETTERS) {
        push_short(runs, Run::shown(first, piece.to_vec()));
        first = first.plus(piece.len() as u64);
    }
}

fn push_short(runs: &mut Vec<Run>, run: Run) {
    let fits = |last: &&mut Run| last.goes_on_in(&run) && (last.visible() + run.visible()) as usize <= LETTERS;
    match runs.last_mut().filter(fits) {
        Some(last) => last.join(run),
        None if run.length > 0 => runs.push(run),
        None => {}
    }
}
