//! A light model of one node's log, built from what the trace says: what is in memory, and what the disk would give back.
//! Owns no list of the chronicle.

use imbl::Vector;
use std::collections::VecDeque;
use std::sync::Arc;

use super::spans::Cell;
use crate::base::PersistToken;

/// The log of one node.
#[derive(Clone, Debug, Default)]
pub(super) struct LogModel {
    now: Image,
    /// What the disk holds after each write, oldest first. The first is durable; the others are lost in a crash, or not.
    journal: VecDeque<(PersistToken, Image)>,
    /// The last index that the disk has reported as durable.
    reported: u64,
    is_lying: bool,
}

/// A log at one moment. Copies share their cells.
#[derive(Clone, Debug, Default)]
struct Image {
    /// Index and term of the last entry that a snapshot covers.
    base: (u64, u64),
    cells: Vector<Arc<Cell>>,
}

/// A disk that lies keeps at most so many states in mind.
const JOURNAL: usize = 4_096;

impl LogModel {
    /// A log of which everything up to an index is covered by a snapshot on disk.
    pub(super) fn after(index: u64, term: u64) -> Self {
        let now = Image { base: (index, term), cells: Vector::new() };
        let journal = VecDeque::from([(PersistToken(0), now.clone())]);
        Self { now, journal, reported: index, is_lying: false }
    }

    /// Index and term of the last entry that a snapshot covers.
    pub(super) fn base(&self) -> (u64, u64) {
        self.now.base
    }

    /// The entries after the snapshot.
    pub(super) fn cells(&self) -> &Vector<Arc<Cell>> {
        &self.now.cells
    }

    pub(super) fn get(&self, index: u64) -> Option<&Arc<Cell>> {
        self.now.get(index)
    }

    pub(super) fn term_at(&self, index: u64) -> Option<u64> {
        self.now.term_at(index)
    }

    /// Whether it holds an entry, or a snapshot that covers its index.
    pub(super) fn covers(&self, index: u64, term: u64) -> bool {
        index <= self.now.base.0 || self.now.term_at(index) == Some(term)
    }

    /// The last index that the disk has reported as durable.
    pub(super) fn reported(&self) -> u64 {
        self.reported
    }

    pub(super) fn push(&mut self, cell: Arc<Cell>) {
        self.now.cells.push_back(cell);
    }

    /// Puts another cell in the place of the last, of which more is known now.
    pub(super) fn amend(&mut self, index: u64, amend: impl FnOnce(&Cell) -> Cell) {
        if let Some(at) = self.now.position(index).filter(|&at| at < self.now.cells.len()) {
            let cell = Arc::new(amend(&self.now.cells[at]));
            self.now.cells.set(at, cell);
        }
    }

    /// Drops an index and all after it; gives what was dropped.
    pub(super) fn truncate(&mut self, first: u64) -> Vec<Arc<Cell>> {
        let keep = self.now.position(first).unwrap_or(0);
        if keep >= self.now.cells.len() {
            return Vec::new();
        }
        self.reported = self.reported.min(first.saturating_sub(1));
        self.now.cells.split_off(keep).into_iter().collect()
    }

    /// A snapshot takes the place of what it covers; a log of another history goes as a whole.
    pub(super) fn compact(&mut self, index: u64, term: u64) {
        if index <= self.now.base.0 {
            return;
        }
        let is_same = self.term_at(index) == Some(term);
        let covered = (index - self.now.base.0) as usize;
        self.now.cells = if is_same { self.now.cells.skip(covered) } else { Vector::new() };
        self.now.base = (index, term);
    }

    /// A write begins that makes the disk hold what memory holds.
    pub(super) fn persisting(&mut self, token: PersistToken) {
        self.journal.push_back((token, self.now.clone()));
        if self.journal.len() > JOURNAL {
            self.journal.pop_front();
        }
    }

    /// The disk reports a write as durable. If it lies, nothing is sure.
    pub(super) fn persisted(&mut self, token: PersistToken) {
        if let Ok(at) = self.journal.binary_search_by_key(&token, |(written, _)| *written) {
            // What was truncated since is of a log that is gone.
            let written = self.journal[at].1.last();
            let kept = self.journal.iter().skip(at + 1).map(|(_, image)| image.last()).min().unwrap_or(written);
            self.reported = written.min(kept);
        }
        while !self.is_lying && self.journal.len() > 1 && self.journal[1].0 <= token {
            self.journal.pop_front();
        }
    }

    pub(super) fn set_lying(&mut self, is_lying: bool) {
        self.is_lying = is_lying;
    }

    /// The process is gone, and with it so many of the last writes: what is left is what it will start with. Gives the
    /// entries that are gone.
    pub(super) fn stopped(&mut self, lost_writes: u32) -> Vec<Arc<Cell>> {
        let keep = self.journal.len().saturating_sub(lost_writes as usize).max(1);
        self.journal.truncate(keep);
        let before = match self.journal.pop_back() {
            Some((_, image)) => std::mem::replace(&mut self.now, image),
            None => self.now.clone(),
        };
        self.journal = VecDeque::from([(PersistToken(0), self.now.clone())]);
        self.reported = self.now.last();
        before.beyond(&self.now)
    }

    /// The disk is erased. Gives the entries that are gone.
    pub(super) fn wipe(&mut self) -> Vec<Arc<Cell>> {
        let before = std::mem::replace(self, Self { is_lying: self.is_lying, ..Self::after(0, 0) });
        before.now.beyond(&self.now)
    }
}

impl Image {
    /// The entries at the end that another does not hold.
    fn beyond(&self, other: &Self) -> Vec<Arc<Cell>> {
        let is_other = |cell: &&Arc<Cell>| cell.index > other.base.0 && other.term_at(cell.index) != Some(cell.term);
        let mut gone: Vec<Arc<Cell>> = self.cells.iter().rev().take_while(is_other).cloned().collect();
        gone.reverse();
        gone
    }

    fn last(&self) -> u64 {
        self.base.0 + self.cells.len() as u64
    }

    fn position(&self, index: u64) -> Option<usize> {
        index.checked_sub(self.base.0 + 1).map(|at| at as usize)
    }

    fn get(&self, index: u64) -> Option<&Arc<Cell>> {
        self.cells.get(self.position(index)?)
    }

    fn term_at(&self, index: u64) -> Option<u64> {
        if index == self.base.0 { Some(self.base.1) } else { self.get(index).map(|cell| cell.term) }
    }
}
