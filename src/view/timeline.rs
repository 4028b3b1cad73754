//! The space-time diagram: lanes for nodes and clients, columns for moments at which something happens, messages as lines
//! between lanes. An index over the part of a chronicle that may be shown, read on as the run goes on, from which the
//! visible window is drawn. Owns what lies where, in CSS pixels; knows nothing of canvases and colours.

mod axis;
mod bars;
mod follow;
mod hit;
mod labels;
mod lines;
mod overview;
mod reading;
mod scene;
mod spans;
mod track;
mod words;

pub use axis::{Axis, Column, GAP, STEP};
pub use bars::{LaneFault, OperationShape, ReignShape, Told};
pub use follow::Follower;
pub use hit::Touched;
pub use labels::{Label, LabelKind};
pub use lines::{Line, LineEnd};
pub use overview::{Overview, Stretch};
pub use scene::{Lanes, Scene, Tick, Window};
pub use words::{length, moment};

use axis::{Columns, cell_start};
use spans::Spans;
use track::Track;

use crate::base::{RecordId, SimTime};
use crate::view::chronicle::Chronicle;

/// The index that the diagram is drawn from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    columns: Columns,
    /// Messages of the foreground.
    lines: Track,
    /// Routine messages. What brought news after all is in both.
    quiet: Track,
    operations: Spans,
    reigns: Vec<ReignMark>,
    outages: Spans,
    /// How many of the chronicle's lists were read.
    read: Places,
    /// The record up to which everything may be shown, and the time up to which the run has come.
    known: u64,
    through: SimTime,
    /// When the next thing will happen, where that is foreseen.
    next: Option<SimTime>,
    /// After a cut, from when on the lists are to be read again.
    again: Option<SimTime>,
}

/// What must be remembered of a reign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ReignMark {
    at: SimTime,
    record: RecordId,
    /// The highest term that anybody had led before.
    led_before: u64,
}

/// Places in the chronicle's lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Places {
    crossings: usize,
    beats: usize,
}

impl Timeline {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many records it shows.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.known
    }

    /// Up to when the run has come.
    #[must_use]
    pub fn through(&self) -> SimTime {
        self.through
    }

    /// The columns with their places.
    #[must_use]
    pub fn axis(&self, zoom: f64) -> Axis<'_> {
        Axis::new(self.columns.all(), zoom, self.next)
    }

    /// Takes in what the chronicle has before a record, up to a time, and nothing of what it has foreseen beyond.
    pub fn read_on(&mut self, chronicle: &Chronicle, known: u64, through: SimTime) {
        if known < self.known {
            self.cut_back(known);
        }
        (self.known, self.through) = (known, through);
        if let Some(time) = self.again.take() {
            self.find_places(chronicle, time);
        }
        self.read_crossings(chronicle);
        self.close_lines(chronicle);
        self.close_quiet(chronicle);
        self.read_operations(chronicle);
        self.read_reigns(chronicle);
        self.read_outages(chronicle);
        while let Some(beat) = chronicle.beats().get(self.read.beats).filter(|beat| beat.when.record.0 < known) {
            self.read.beats += 1;
            self.columns.add(beat.when.at, beat.when.record.0, beat.what.is_key());
        }
        self.next = self.foreseen(chronicle);
    }

    /// Forgets everything from a record on, as a branch was opened there. It may forget a little more than that, which the
    /// next [`Timeline::read_on`] reads again.
    pub fn cut_back(&mut self, records: u64) {
        let record = RecordId(records);
        let reign = self.reigns.iter().find(|reign| reign.record >= record).map(|reign| reign.at);
        let columns = self.columns.time_of_record(records);
        let all = [columns, self.lines.time_of_record(record), self.quiet.time_of_record(record), reign];
        if let Some(time) = all.into_iter().flatten().min() {
            self.forget_from(time);
        }
        self.known = self.known.min(records);
    }

    /// Forgets everything from a time on.
    pub fn forget_from(&mut self, time: SimTime) {
        let time = cell_start(time);
        self.columns.cut_back(time);
        // What brought news by its end has not brought them any more.
        self.lines.take_out(&self.quiet.ended_from(time));
        self.lines.cut_back(time);
        self.quiet.cut_back(time);
        self.operations.cut_back(time);
        self.outages.cut_back(time);
        self.reigns.truncate(self.reigns.partition_point(|reign| reign.at < time));
        self.again = Some(self.again.map_or(time, |again| again.min(time)));
    }
}
