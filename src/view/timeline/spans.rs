//! Stretches of time in the order of their beginnings, and which of them a window touches. Owns the search; knows nothing
//! of what a stretch stands for.

use std::ops::Range;

use crate::base::SimTime;

/// For so many stretches together the latest end is kept: whoever looks into a window far from their beginnings skips them.
const BLOCK: usize = 64;

/// The end of a stretch that goes on.
pub(super) const OPEN: SimTime = SimTime(u64::MAX);

/// Stretches of time in the order of their beginnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spans {
    all: Vec<(SimTime, SimTime)>,
    /// The latest end of each block.
    latest: Vec<SimTime>,
    /// The places of those that go on.
    open: Vec<usize>,
}

impl Spans {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, at: usize) -> (SimTime, SimTime) {
        self.all[at]
    }

    /// Puts one in; what lies behind moves up.
    pub(super) fn insert(&mut self, at: usize, from: SimTime, until: SimTime) {
        self.all.insert(at, (from, until));
        for open in self.open.iter_mut().filter(|open| **open >= at) {
            *open += 1;
        }
        self.tidy(at / BLOCK);
    }

    /// Adds one that goes on, at the end.
    pub(super) fn push(&mut self, from: SimTime) {
        self.open.push(self.all.len());
        self.all.push((from, OPEN));
        self.latest.resize(self.all.len().div_ceil(BLOCK), OPEN);
        if let Some(latest) = self.latest.last_mut() {
            *latest = OPEN;
        }
    }

    pub(super) fn close(&mut self, at: usize, until: SimTime) {
        self.all[at].1 = until;
        self.open.retain(|open| *open != at);
        self.latest[at / BLOCK] = self.latest_of(at / BLOCK);
    }

    /// Forgets what began at a time or later, and opens what ended then.
    pub(super) fn cut_back(&mut self, time: SimTime) {
        self.all.truncate(self.all.partition_point(|(from, _)| *from < time));
        for (_, until) in &mut self.all {
            if *until >= time {
                *until = OPEN;
            }
        }
        self.open = (0..self.all.len()).filter(|&at| self.all[at].1 == OPEN).collect();
        self.tidy(0);
    }

    /// Keeps only some.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        let mut kept = keep.iter();
        self.all.retain(|_| kept.next().copied().unwrap_or(true));
        self.open = (0..self.all.len()).filter(|&at| self.all[at].1 == OPEN).collect();
        self.tidy(0);
    }

    /// The places of those that go on.
    pub(super) fn open(&self) -> &[usize] {
        &self.open
    }

    /// The places of those that lie within a window at least in part, both its ends included.
    pub(super) fn touching(&self, from: SimTime, until: SimTime) -> impl Iterator<Item = usize> {
        let end = self.all.partition_point(|(begin, _)| *begin <= until);
        let blocks = self.latest[..end.div_ceil(BLOCK)].iter().enumerate().filter(move |(_, latest)| **latest >= from);
        blocks
            .flat_map(move |(block, _)| block * BLOCK..((block + 1) * BLOCK).min(end))
            .filter(move |&at| self.all[at].1 >= from)
    }

    /// The places of those that begin within a window, its end excluded.
    pub(super) fn beginning(&self, from: SimTime, until: SimTime) -> Range<usize> {
        let start = self.all.partition_point(|(begin, _)| *begin < from);
        start..self.all.partition_point(|(begin, _)| *begin < until).max(start)
    }

    fn tidy(&mut self, first_block: usize) {
        let blocks = self.all.len().div_ceil(BLOCK);
        self.latest.resize(blocks, OPEN);
        for block in first_block..blocks {
            self.latest[block] = self.latest_of(block);
        }
    }

    fn latest_of(&self, block: usize) -> SimTime {
        let end = ((block + 1) * BLOCK).min(self.all.len());
        self.all[block * BLOCK..end].iter().map(|(_, until)| *until).max().unwrap_or(SimTime::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand short stretches, every hundredth of them long.
    fn many() -> Spans {
        let mut spans = Spans::default();
        for at in 0..1_000 {
            spans.push(SimTime(at * 10));
            spans.close(at as usize, SimTime(at * 10 + if at % 100 == 0 { 5_000 } else { 15 }));
        }
        spans
    }

    fn plainly(spans: &Spans, from: u64, until: u64) -> Vec<usize> {
        let touches = |at: &usize| spans.get(*at).0.0 <= until && spans.get(*at).1.0 >= from;
        (0..spans.len()).filter(touches).collect()
    }

    #[test]
    fn a_window_finds_what_a_search_through_all_would_find() {
        let mut spans = many();
        spans.insert(500, SimTime(4_995), SimTime(9_000));
        spans.push(SimTime(10_000));
        for (from, until) in [(0, 0), (4_990, 5_010), (9_999, 20_000), (6_000, 6_500)] {
            let found: Vec<usize> = spans.touching(SimTime(from), SimTime(until)).collect();
            assert_eq!(found, plainly(&spans, from, until), "{from} to {until}");
        }
        spans.cut_back(SimTime(5_000));
        // The first ended exactly then: whether it did is not known any more.
        assert_eq!(spans.open(), [0, 100, 200, 300, 400, 499, 500]);
        assert_eq!(spans.touching(SimTime(8_000), SimTime(9_000)).count(), 7);
    }
}
