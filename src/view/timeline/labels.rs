//! What is written under the columns: times, interventions, and how long the gaps are; nothing overlaps. Widths are
//! estimates that are rather too large, so that nobody has to measure.

use super::axis::GAP;
use super::scene::{Look, Tick};
use super::words;
use crate::base::SimDuration;
use crate::view::chronicle::MessageKind;
use crate::view::describe::Names;

/// A text under the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where it begins.
    pub x: f64,
    /// How wide it may be.
    pub width: f64,
    /// The text.
    pub text: String,
    /// What it is about.
    pub kind: LabelKind,
}

/// What a label is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// When a column is.
    Time,
    /// How long a gap is.
    Gap,
    /// What somebody did.
    Intervention,
}

/// A gap between two columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gap {
    from: f64,
    until: f64,
    length: SimDuration,
    heartbeats: usize,
}

/// So wide is a letter of 12 px at most, on an average.
const LETTER: f64 = 7.4;

/// Texts keep so far apart.
const APART: f64 = 8.0;

impl Gap {
    pub(super) fn middle(self) -> f64 {
        f64::midpoint(self.from, self.until)
    }
}

impl Look<'_> {
    /// The columns in sight, and the gaps between them.
    pub(super) fn ticks(&self) -> (Vec<Tick>, Vec<Gap>) {
        let columns = self.axis.columns();
        let (first, last) = (self.axis.column_at(self.from), self.axis.column_at(self.until));
        let place = |at: usize| self.axis.x_of(at) - self.window.left;
        let ticks = (first..=last).map(|at| Tick { x: place(at), is_key: columns[at].is_key }).collect();
        let mut gaps = Vec::new();
        for at in first..=last {
            let begin = columns[at].last;
            let (end, until) = match columns.get(at + 1) {
                Some(next) => (next.first, place(at + 1)),
                None => (self.timeline.through, self.x(self.timeline.through)),
            };
            let length = end.since(begin);
            if length >= GAP {
                let sent = self.timeline.quiet.sent_within(begin, end);
                let is_heartbeat = |at: &usize| {
                    let message = self.timeline.quiet.message(*at);
                    self.chronicle.crossing(message).is_some_and(|it| it.kind == MessageKind::Heartbeat)
                };
                // Without the observer's eyes nobody could count them.
                let is_whole = self.window.seen_by == crate::view::stage::SeenBy::Observer;
                let heartbeats = if is_whole { sent.filter(is_heartbeat).count() } else { 0 };
                gaps.push(Gap { from: place(at), until, length, heartbeats });
            }
        }
        (ticks, gaps)
    }
}

/// What has been written so far.
#[derive(Default)]
struct Row {
    labels: Vec<Label>,
}

impl Row {
    /// Writes something if there is room for it.
    fn write(&mut self, x: f64, text: String, kind: LabelKind) -> bool {
        let width = text.chars().count() as f64 * LETTER;
        let is_free = |label: &Label| x + width + APART <= label.x || label.x + label.width + APART <= x;
        let has_room = self.labels.iter().all(is_free);
        if has_room {
            self.labels.push(Label { x, width, text, kind });
        }
        has_room
    }
}

fn width(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER
}

/// Places the labels of a window, the most important first.
pub(super) fn place(look: &Look<'_>, names: &Names<'_>, gaps: &[Gap], interventions: &[(f64, String)]) -> Vec<Label> {
    let mut row = Row::default();
    let columns = look.axis.columns();
    let (first, last) = (look.axis.column_at(look.from), look.axis.column_at(look.until));
    let place = |at: usize| look.axis.x_of(at) - look.window.left;
    let in_sight = |x: f64| (0.0..look.window.width).contains(&x);
    for (x, word) in interventions {
        let time = columns[look.axis.nearest(x + look.window.left).0].first;
        let full = format!("{} {}", words::with_names(word, names), words::seconds(time));
        let _ = row.write(*x, full, LabelKind::Intervention) || row.write(*x, word.clone(), LabelKind::Intervention);
    }
    let opens = |at: &usize| *at == 0 || columns[*at].first.since(columns[at - 1].last) >= GAP;
    let mut begin = first;
    for at in (first..=last).filter(|at| opens(at) && in_sight(place(*at))) {
        row.write(place(at), words::seconds(columns[at].first), LabelKind::Time);
    }
    for gap in gaps {
        for text in [words::gap(gap.length, gap.heartbeats), words::gap(gap.length, 0)] {
            // It ends where the gap ends, or lies in its middle; it may reach over columns that have no text.
            let wanted = width(&text);
            let right = gap.until - APART - wanted;
            let middle = gap.middle() - wanted / 2.0;
            if row.write(middle, text.clone(), LabelKind::Gap) || row.write(right, text, LabelKind::Gap) {
                break;
            }
        }
    }
    for at in first..=last {
        if opens(&at) {
            begin = at;
        } else if in_sight(place(at)) {
            let since = columns[at].first.since(columns[begin].first);
            row.write(place(at), format!("+{}", words::length(since)), LabelKind::Time);
        }
    }
    row.labels.sort_unstable_by(|one, other| one.x.total_cmp(&other.x));
    row.labels
}
