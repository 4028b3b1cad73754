//! Messages as lines from lane to lane, from their sending to their end. Knows nothing of what they say.

use super::Timeline;
use super::scene::Look;
use crate::base::{NodeSet, RecordId, SimTime};
use crate::sim::DropReason;
use crate::view::chronicle::{Crossing, Ending, MessageKind};
use crate::view::stage::SeenBy;

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

/// Of what it has sent, a party sees that it has left: a piece of the line as long as this, in lanes.
const STUB: f64 = 0.3;

/// A message that died where it was sent still leans to the side by so many pixels: else several would be one line.
const LEAN: f64 = 10.0;

/// Of routine messages there are at most so many in so many pixels; a round of them counts with its answers.
const THIN: f64 = 3.0;
const MESSAGES_A_ROUND: u64 = 8;

impl Look<'_> {
    pub(super) fn lines(&self) -> Vec<Line> {
        let all = self.timeline.lines.touching(self.from, self.until);
        all.filter_map(|message| self.line(message)).collect()
    }

    /// Signs of life have no columns of their own: they lie in the gaps. Where there are too many, whole rounds are left
    /// out, of each sender as many.
    pub(super) fn faint_lines(&self) -> Vec<Line> {
        let columns = self.axis.columns();
        let (first, last) = (self.axis.column_at(self.from), self.axis.column_at(self.until));
        let mut faint = Vec::new();
        for at in first..=last {
            let begin = columns[at].first;
            let end = columns.get(at + 1).map_or(self.timeline.through, |next| next.first);
            let sent = self.timeline.quiet.sent_within(begin, end);
            let room = (self.axis.x_at(end) - self.axis.x_of(at)) / THIN;
            let apart = libm::ceil(sent.len() as f64 / room.max(1.0)).max(1.0) as u64;
            let mut rounds = [(SimTime(u64::MAX), 0_u64); NodeSet::CAPACITY];
            for at in sent {
                let Some(crossing) = self.chronicle.crossing(self.timeline.quiet.message(at)) else { continue };
                let (Some(from), false) = (crossing.from.node(), crossing.kind.is_answer()) else { continue };
                let (latest, round) = &mut rounds[from.slot()];
                if *latest != crossing.sent_at {
                    (*latest, *round) = (crossing.sent_at, *round + 1);
                }
                if *round % apart.div_ceil(MESSAGES_A_ROUND).next_power_of_two() == 0 || apart <= MESSAGES_A_ROUND {
                    faint.extend(self.line(crossing.message));
                }
            }
        }
        faint
    }

    fn line(&self, message: RecordId) -> Option<Line> {
        let crossing = self.chronicle.crossing(message)?;
        let (from, to) = (self.lanes.of(crossing.from)? as f64, self.lanes.of(crossing.to)? as f64);
        let start = self.x(crossing.sent_at);
        let end = crossing.end.filter(|end| end.record.0 < self.timeline.known);
        let seen_by = self.window.seen_by;
        if seen_by != SeenBy::Observer {
            let has_come = end.is_some_and(|end| !matches!(end.how, Ending::Dropped(_)));
            if seen_by.is_at(crossing.from) {
                let (from, to) = ((start, from), (start + LEAN, from + (to - from).signum() * STUB));
                return Some(Line { message, kind: crossing.kind, from, to, end: LineEnd::Open });
            } else if !(seen_by.is_at(crossing.to) && has_come) {
                return None;
            }
        }
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
