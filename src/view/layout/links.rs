//! Links between nodes: their visible ends at the circles' edges, and the two stubs of one that is cut.

use super::boxes::NodePlace;
use super::plane::{Point, Rect, nearest_on};
use crate::base::NodeId;

/// How much of a cut link is missing.
pub const GAP: f32 = 0.3;

/// The width of the invisible stroke that takes clicks.
pub const HIT_STROKE: f32 = 24.0;

/// Where a link is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkPlace {
    /// The node with the smaller number.
    pub from: NodeId,
    /// The other node.
    pub to: NodeId,
    /// The visible end at the first node's circle.
    pub start: Point,
    /// The visible end at the other node's circle.
    pub end: Point,
    /// Room for the delay beside the line, if there is some.
    pub label: Option<Rect>,
    /// Where the gap of a cut has its middle, as a fraction from start to end: on the boundary between two sides.
    pub gap: f32,
}

/// What is left of a cut link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stubs {
    /// From the first node's circle to the gap.
    pub first: (Point, Point),
    /// From the gap to the other node's circle.
    pub second: (Point, Point),
    /// The middle of the gap, where the cross stands.
    pub cross: Point,
}

impl LinkPlace {
    pub(super) fn new(from: &NodePlace, to: &NodePlace) -> Self {
        let way = to.centre.minus(from.centre).unit();
        let length = from.centre.distance(to.centre);
        let (first, last) = (from.radius.min(length / 2.0), to.radius.min(length / 2.0));
        Self {
            from: from.node,
            to: to.node,
            start: from.centre.plus(way.times(first)),
            end: to.centre.minus(way.times(last)),
            label: None,
            gap: 0.5,
        }
    }

    /// The middle of the visible line.
    #[must_use]
    pub fn middle(&self) -> Point {
        self.start.towards(self.end, 0.5)
    }

    /// The stubs with the gap where the link is cut.
    #[must_use]
    pub fn stubs(&self) -> Stubs {
        self.stubs_at(self.gap)
    }

    /// The stubs with the middle of the gap at a fraction of the visible line, for instance where the knife went.
    #[must_use]
    pub fn stubs_at(&self, fraction: f32) -> Stubs {
        let middle = fraction.clamp(GAP / 2.0, 1.0 - GAP / 2.0);
        let at = |fraction| self.start.towards(self.end, fraction);
        Stubs {
            first: (self.start, at(middle - GAP / 2.0)),
            second: (at(middle + GAP / 2.0), self.end),
            cross: at(middle),
        }
    }

    /// How far a point is from the line.
    #[must_use]
    pub fn distance(&self, point: Point) -> f32 {
        nearest_on(self.start, self.end, point).distance(point)
    }
}

/// All pairs of nodes, in the order of the nodes.
pub(super) fn links(nodes: &[NodePlace]) -> Vec<LinkPlace> {
    let mut links = Vec::with_capacity(nodes.len() * nodes.len().saturating_sub(1) / 2);
    for (index, from) in nodes.iter().enumerate() {
        links.extend(nodes[index + 1..].iter().map(|to| LinkPlace::new(from, to)));
    }
    links
}
