//! The axis: a column for each moment at which something happens, at least 24 px apart, and what lies between them. Owns
//! the way from a time to a place and back; knows nothing of what happens there.

use crate::base::{SimDuration, SimTime};

/// Neighbouring columns are so far apart, in pixels, before any zoom.
pub const STEP: f64 = 24.0;

/// A stretch that is longer than this is a gap: it is wider, and says how long it is.
pub const GAP: SimDuration = SimDuration::from_millis(30);

/// So much wider is a gap, in pixels.
const GAP_EXTRA: f64 = 76.0;

/// Moments of one cell of so many microseconds share a column.
const CELL: u64 = 20;

/// A stretch of which the end is not known yet is half through its room after so long.
const HALF_WAY: f64 = 100_000.0;

/// A moment at which something happens; or some that lie so near that they count as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The first of them.
    pub first: SimTime,
    /// The last of them: then all is done that the column shows.
    pub last: SimTime,
    /// Whether it is a key moment.
    pub is_key: bool,
    /// The last record in it.
    pub(super) record: u64,
    /// How much room gaps take before it.
    extra: f64,
}

/// All columns in order. The first is the beginning of the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    all: Vec<Column>,
}

impl Default for Columns {
    fn default() -> Self {
        let start = Column { first: SimTime::ZERO, last: SimTime::ZERO, is_key: false, record: 0, extra: 0.0 };
        Self { all: vec![start] }
    }
}

impl Columns {
    pub(super) fn all(&self) -> &[Column] {
        &self.all
    }

    /// Something happens. Mostly that is the latest moment of all; rarely something has turned out to matter which was a
    /// moment ago.
    pub(super) fn add(&mut self, time: SimTime, record: u64, is_key: bool) {
        let at = self.all.partition_point(|column| column.first.0 / CELL < time.0 / CELL);
        match self.all.get_mut(at).filter(|column| column.first.0 / CELL == time.0 / CELL) {
            Some(column) => {
                column.first = column.first.min(time);
                column.last = column.last.max(time);
                column.record = column.record.max(record);
                column.is_key |= is_key;
            }
            None => self.all.insert(at, Column { first: time, last: time, is_key, record, extra: 0.0 }),
        }
        self.settle(at);
    }

    /// Finds the place of all columns from one on.
    fn settle(&mut self, from: usize) {
        for at in from.max(1)..self.all.len() {
            let before = self.all[at - 1];
            let extra = before.extra + extra(self.all[at].first.since(before.last));
            self.all[at].extra = extra;
        }
    }

    /// When the first column begins that holds a record or later ones; none if there is no such column. The beginning of
    /// the run stays whatever happens.
    pub(super) fn time_of_record(&self, record: u64) -> Option<SimTime> {
        let at = self.all.partition_point(|column| column.record < record).max(1);
        self.all.get(at).map(|column| cell_start(column.first))
    }

    /// Forgets the columns from a time on.
    pub(super) fn cut_back(&mut self, time: SimTime) {
        self.all.truncate(self.all.partition_point(|column| column.first < time).max(1));
        if time == SimTime::ZERO {
            *self = Self::default();
        }
    }
}

/// Where the cell of a time begins.
pub(super) fn cell_start(time: SimTime) -> SimTime {
    SimTime(time.0 / CELL * CELL)
}

fn extra(length: SimDuration) -> f64 {
    if length >= GAP { GAP_EXTRA } else { 0.0 }
}

/// The axis as it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Axis<'a> {
    columns: &'a [Column],
    /// How much further apart the columns are than they must be.
    zoom: f64,
    /// When the next thing will happen, where that is foreseen: so the cursor comes to its column without a leap.
    next: Option<SimTime>,
}

impl<'a> Axis<'a> {
    pub(super) fn new(columns: &'a [Column], zoom: f64, next: Option<SimTime>) -> Self {
        Self { columns, zoom: zoom.max(1.0), next }
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &'a [Column] {
        self.columns
    }

    /// Where a column is.
    #[must_use]
    pub fn x_of(&self, column: usize) -> f64 {
        self.columns.get(column).map_or(0.0, |it| STEP * self.zoom * column as f64 + it.extra)
    }

    /// Where the last column is.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.x_of(self.columns.len().saturating_sub(1))
    }

    /// The last column that begins at a time or before.
    #[must_use]
    pub fn column_at(&self, time: SimTime) -> usize {
        self.columns.partition_point(|column| column.first <= time).saturating_sub(1)
    }

    /// Where a time is.
    #[must_use]
    pub fn x_at(&self, time: SimTime) -> f64 {
        let at = self.column_at(time);
        let (here, begin) = (self.x_of(at), self.columns[at].last);
        if time <= begin {
            return here;
        }
        let passed = time.since(begin).0 as f64;
        match self.stretch_after(at) {
            (width, Some(length)) => here + width * (passed / length).min(1.0),
            (width, None) => here + width * passed / (passed + HALF_WAY),
        }
    }

    /// What time a place is. At a column it is when all is done that the column shows.
    #[must_use]
    pub fn time_at(&self, x: f64) -> SimTime {
        let at = self.column_before(x);
        let begin = self.columns[at].last;
        let share = |width: f64| ((x - self.x_of(at)) / width.max(1.0)).clamp(0.0, 1.0);
        let passed = match self.stretch_after(at) {
            (width, Some(length)) => share(width) * length,
            (width, None) => share(width).min(0.999) * HALF_WAY / (1.0 - share(width).min(0.999)),
        };
        begin + SimDuration(libm::floor(passed) as u64)
    }

    /// The column nearest to a place, and how far it is.
    #[must_use]
    pub fn nearest(&self, x: f64) -> (usize, f64) {
        let before = self.column_before(x);
        let far = |at: usize| (self.x_of(at) - x).abs();
        let after = (before + 1).min(self.columns.len() - 1);
        if far(after) < far(before) { (after, far(after)) } else { (before, far(before)) }
    }

    /// The last column that lies at a place or left of it.
    #[must_use]
    pub fn column_before(&self, x: f64) -> usize {
        let (mut low, mut high) = (0, self.columns.len());
        while low + 1 < high {
            let middle = usize::midpoint(low, high);
            if self.x_of(middle) <= x { low = middle } else { high = middle }
        }
        low
    }

    /// How wide the stretch after a column is, and how long in microseconds if its end is known or foreseen.
    fn stretch_after(&self, at: usize) -> (f64, Option<f64>) {
        let (here, step) = (self.columns[at], STEP * self.zoom);
        match (self.columns.get(at + 1), self.next) {
            (Some(next), _) => (self.x_of(at + 1) - self.x_of(at), Some(next.first.since(here.last).0.max(1) as f64)),
            // It will be part of this very column.
            (None, Some(next)) if cell_start(next) == cell_start(here.last) => (0.0, Some(1.0)),
            (None, Some(next)) if next > here.last => {
                let length = next.since(here.last);
                (step + extra(length), Some(length.0.max(1) as f64))
            }
            (None, _) => (step + GAP_EXTRA, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(times: &[u64]) -> Columns {
        let mut columns = Columns::default();
        for (record, time) in times.iter().enumerate() {
            columns.add(SimTime(*time), record as u64, false);
        }
        columns
    }

    #[test]
    fn moments_that_are_near_share_a_column_in_whatever_order_they_come() {
        let (one, other) = (columns(&[1_000, 1_015, 1_100, 90_000]), columns(&[90_000, 1_015, 1_100, 1_000]));
        let times = |it: &Columns| it.all().iter().map(|it| (it.first.0, it.last.0)).collect::<Vec<_>>();
        assert_eq!(times(&one), [(0, 0), (1_000, 1_015), (1_100, 1_100), (90_000, 90_000)]);
        assert_eq!(times(&one), times(&other));
        let axis = Axis::new(one.all(), 1.0, None);
        assert_eq!([axis.x_of(1), axis.x_of(2), axis.x_of(3)], [24.0, 48.0, 48.0 + 24.0 + GAP_EXTRA]);
    }

    #[test]
    fn places_and_times_are_each_others_inverse_at_columns_and_monotone_between() {
        let columns = columns(&[500, 1_500, 1_520, 60_000, 1_000_000]);
        for (zoom, next) in [(1.0, None), (2.5, Some(SimTime(1_500_000)))] {
            let axis = Axis::new(columns.all(), zoom, next);
            for (at, column) in axis.columns().iter().enumerate() {
                assert_eq!(axis.time_at(axis.x_of(at)), column.last);
                assert_eq!(axis.x_at(column.last), axis.x_of(at));
                assert_eq!(axis.nearest(axis.x_of(at) + 5.0).0, at);
            }
            let places: Vec<f64> = (0..2_000).map(|ms| axis.x_at(SimTime(ms * 1_000))).collect();
            assert!(places.is_sorted(), "{places:?}");
            let beyond = axis.x_at(SimTime(1_200_000));
            assert!(beyond > axis.end() && axis.time_at(beyond).0.abs_diff(1_200_000) < 20, "{beyond}");
        }
    }
}
