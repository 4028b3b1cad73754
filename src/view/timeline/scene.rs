//! What one window of the diagram shows, as plain shapes: places across in pixels, places down in lanes. Only the visible
//! part is looked at. Knows neither colours nor how tall a lane is.

use super::bars::{LaneFault, OperationShape, ReignShape};
use super::labels::{self, Label};
use super::lines::Line;
use super::{Axis, Timeline};
use crate::base::{Endpoint, SimTime};
use crate::view::chronicle::Chronicle;
use crate::view::describe::Names;
use crate::view::stage::SeenBy;

/// Who has a lane: first the nodes, then the clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// How many nodes.
    pub nodes: u8,
    /// How many clients.
    pub clients: u8,
}

/// What part of the diagram is seen, and by whom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The place at the left edge.
    pub left: f64,
    /// How wide it is, in pixels.
    pub width: f64,
    /// How much further apart columns are than they must be; at least 1.
    pub zoom: f64,
    /// Whose knowledge is shown.
    pub seen_by: SeenBy,
}

/// A column's mark on the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub x: f64,
    /// Whether it is a key moment.
    pub is_key: bool,
}

/// One window. Places are counted from its left edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Where something is cut.
    pub shades: Vec<(f64, f64)>,
    /// When somebody intervened.
    pub strokes: Vec<f64>,
    /// Processes that are down or frozen.
    pub faults: Vec<LaneFault>,
    /// Who led or stood.
    pub reigns: Vec<ReignShape>,
    /// What clients asked.
    pub operations: Vec<OperationShape>,
    /// Routine messages.
    pub faint: Vec<Line>,
    /// The others.
    pub lines: Vec<Line>,
    /// First commits: lane and place.
    pub commits: Vec<(usize, f64)>,
    /// The columns.
    pub ticks: Vec<Tick>,
    /// The middle of each gap.
    pub gaps: Vec<f64>,
    /// What is written under the columns.
    pub labels: Vec<Label>,
}

impl Lanes {
    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        usize::from(self.nodes) + usize::from(self.clients)
    }

    /// The lane of a node or client; none for one that has no lane.
    #[must_use]
    pub fn of(self, endpoint: Endpoint) -> Option<usize> {
        match endpoint {
            Endpoint::Node(node) => (node.0 <= self.nodes).then(|| node.slot()),
            Endpoint::Client(client) => {
                (client.slot() < usize::from(self.clients)).then(|| usize::from(self.nodes) + client.slot())
            }
        }
    }
}

/// The parts of a window that every shape needs.
pub(super) struct Look<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) chronicle: &'a Chronicle,
    pub(super) axis: Axis<'a>,
    pub(super) lanes: Lanes,
    pub(super) window: Window,
    /// The times at its edges, and a little beyond.
    pub(super) from: SimTime,
    pub(super) until: SimTime,
}

impl Look<'_> {
    /// Where a time is in the window.
    pub(super) fn x(&self, time: SimTime) -> f64 {
        self.axis.x_at(time) - self.window.left
    }

    /// The stretch of something that goes on as far as is known, unless it ended.
    pub(super) fn stretch(&self, from: SimTime, until: Option<SimTime>) -> (f64, f64) {
        let until = until.unwrap_or(self.timeline.through).min(self.timeline.through);
        (self.x(from), self.x(until))
    }

    /// Whether whoever looks can know what goes on there.
    pub(super) fn is_seen(&self, place: Endpoint) -> bool {
        self.window.seen_by.is_at(place)
    }
}

impl Timeline {
    /// What a window shows.
    #[must_use]
    pub fn scene(&self, chronicle: &Chronicle, names: &Names<'_>, lanes: Lanes, window: Window) -> Scene {
        let axis = self.axis(window.zoom);
        let until = axis.time_at(window.left + window.width + 1.0).min(self.through);
        let from = axis.columns()[axis.column_before(window.left - 1.0)].first;
        let look = Look { timeline: self, chronicle, axis, lanes, window, from, until };
        let (ticks, gaps) = look.ticks();
        let interventions = look.interventions();
        Scene {
            shades: look.shades(),
            strokes: interventions.iter().map(|(x, _)| *x).collect(),
            faults: look.faults(),
            reigns: look.reigns(),
            operations: look.operations(),
            faint: look.faint_lines(),
            lines: look.lines(),
            commits: look.commits(),
            ticks,
            gaps: gaps.iter().map(|gap| gap.middle()).collect(),
            labels: labels::place(&look, names, &gaps, &interventions),
        }
    }

    /// How far the diagram goes: the place of the last moment that is known.
    #[must_use]
    pub fn width(&self, zoom: f64) -> f64 {
        self.axis(zoom).x_at(self.through)
    }
}
