//! Messages as lines from lane to lane, from their sending to their end. Knows nothing of what they say.

use super::Timeline;
use super::scene::Look;
use crate::base::{RecordId, SimTime};
use crate::sim::DropReason;
use crate::view::chronicle::{Crossing, Ending, MessageKind};

/// A message as a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The record of its sending.
    pub message: RecordId,
    /// What it is.
    pub kind: MessageKind,
    /// Where it begins: across, and down in lanes.
    pub from: (f64, f64),
    /// Where it ends, or has come to.
    pub to: (f64, f64),
    /// How it ends.
    pub end: LineEnd,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// At its receiver.
    Arrived,
    /// It is on its way.
    Open,
    /// It died there.
    Died,
}

/// A message that died where it was sent still leans to the side by so many pixels: else several would be one line.
const LEAN: f64 = 10.0;

/// Routine messages nearer than so many pixels are not all drawn.
const THIN: f64 = 3.0;

impl Look<'_> {
    pub(super) fn lines(&self) -> Vec<Line> {
        let all = self.timeline.lines.touching(self.from, self.until);
        all.filter_map(|message| self.line(message)).collect()
    }

    /// Signs of life have no columns of their own: they lie in the gaps.
    pub(super) fn faint_lines(&self) -> Vec<Line> {
        let columns = self.axis.columns();
        let (first, last) = (self.axis.column_at(self.from), self.axis.column_at(self.until));
        let mut faint = Vec::new();
        for at in first..=last {
            let begin = columns[at].first;
            let end = columns.get(at + 1).map_or(self.timeline.through, |next| next.first);
            let sent = self.timeline.quiet.sent_within(begin, end.max(begin));
            let room = (self.axis.x_at(end) - self.axis.x_of(at)) / THIN;
            // Whole rounds are left out, and always the same ones.
            let apart = (sent.len() as f64 / room.max(1.0)).ceil().max(1.0) as usize;
            let apart = if apart > 1 { apart.next_power_of_two() } else { 1 };
            let shown = sent.filter(|at| at % apart == 0);
            faint.extend(shown.filter_map(|at| self.line(self.timeline.quiet.message(at))));
        }
        faint
    }

    fn line(&self, message: RecordId) -> Option<Line> {
        let crossing = self.chronicle.crossing(message)?;
        if !self.is_seen(crossing.from, crossing.to) {
            return None;
        }
        let (from, to) = (self.lanes.of(crossing.from)? as f64, self.lanes.of(crossing.to)? as f64);
        let start = self.x(crossing.sent_at);
        let end = crossing.end.filter(|end| end.record.0 < self.timeline.known);
        let (to, end) = match end.map(|end| (end.at, end.how)) {
            Some((at, Ending::Delivered | Ending::Held)) => ((self.x(at), to), LineEnd::Arrived),
            Some((at, Ending::Dropped(why))) => {
                let x = self.x(at);
                let x = if x - start < LEAN { start + LEAN } else { x };
                ((x, died_at(from, to, why)), LineEnd::Died)
            }
            None => {
                let share = self.timeline.share(crossing);
                ((self.x(self.timeline.through).max(start), from + (to - from) * share), LineEnd::Open)
            }
        };
        Some(Line { message, kind: crossing.kind, from: (start, from), to, end })
    }
}

/// Where a message died, down in lanes. One that died on its way lies between two lanes: no node there had a part in it.
fn died_at(from: f64, to: f64, why: DropReason) -> f64 {
    let lanes = (to - from).abs();
    match why {
        DropReason::Cut | DropReason::Lost => {
            let far = (libm::ceil(lanes / 2.0) - 0.5).max(0.5);
            from + far.min(lanes) * (to - from).signum()
        }
        DropReason::Down | DropReason::Full => to,
    }
}

impl Timeline {
    /// How much of its way a message has behind it.
    fn share(&self, crossing: &Crossing) -> f64 {
        let passed = self.through.since(crossing.sent_at).0 as f64;
        let whole = crossing.end.map_or(SimTime(u64::MAX), |end| end.at);
        let length = whole.since(crossing.sent_at).0 as f64;
        if crossing.end.is_none() || length <= 0.0 { 0.5 } else { (passed / length).clamp(0.0, 1.0) }
    }
}
