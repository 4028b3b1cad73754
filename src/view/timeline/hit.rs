//! What a pointer touches in a window: a message's line, an operation's bar, or a moment. Knows nothing of events.

use super::scene::Scene;
use super::{Axis, Line};
use crate::base::{OpId, RecordId, SimTime};

/// What a pointer touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// A message.
    Message(RecordId),
    /// An operation.
    Operation(OpId),
}

/// A line is hit from so far, in pixels.
const REACH: f64 = 6.0;

/// A column draws a pointer so far, in pixels.
const DRAW: f64 = 8.0;

impl Scene {
    /// What lies at a place, in pixels from the window's left edge and from the middle of the first lane; a lane is so high.
    #[must_use]
    pub fn touched(&self, x: f64, y: f64, pitch: f64) -> Option<Touched> {
        let on_bar = |bar: &&super::OperationShape| {
            (bar.lane as f64 * pitch - y).abs() <= pitch / 2.0 && x >= bar.from - 3.0 && x <= bar.until + 3.0
        };
        // The bar is wide: a line that ends at it is found beside it.
        if let Some(bar) = self.operations.iter().rev().find(on_bar) {
            return Some(Touched::Operation(bar.op));
        }
        let far = |line: &Line| distance((x, y), (line.from.0, line.from.1 * pitch), (line.to.0, line.to.1 * pitch));
        let near = self.lines.iter().map(|line| (far(line), line.message)).filter(|(far, _)| *far <= REACH);
        near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, message)| Touched::Message(message))
    }
}

impl Axis<'_> {
    /// The time that a pointer at a place means: a column's moment if one is near.
    #[must_use]
    pub fn meant(&self, x: f64) -> SimTime {
        let (column, far) = self.nearest(x);
        if far <= DRAW { self.columns()[column].last } else { self.time_at(x) }
    }
}

fn distance(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((point.0 - from.0) * dx + (point.1 - from.1) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    libm::hypot(point.0 - from.0 - along * dx, point.1 - from.1 - along * dy)
}
