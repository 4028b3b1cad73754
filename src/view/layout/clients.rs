//! Clients: a row of cards under the nodes, and the dotted wire from each card to the node that it talks to, led around
//! the nodes that it does not talk to.

use super::boxes::NodePlace;
use super::plane::{Point, Rect};
use super::sizes::Sizes;
use super::{Caller, Layout};
use crate::base::{ClientId, NodeId};

/// A curve from a client's card to a node's circle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wire {
    /// On the card's edge.
    pub start: Point,
    /// The first control point of a cubic curve.
    pub first: Point,
    /// The second control point.
    pub second: Point,
    /// On the edge of the node's circle.
    pub end: Point,
}

impl Wire {
    /// A point of the curve: 0 at the card, 1 at the node.
    #[must_use]
    pub fn at(&self, fraction: f32) -> Point {
        let rest = 1.0 - fraction;
        let weigh = |weight: f32, point: Point| point.times(weight);
        weigh(rest * rest * rest, self.start)
            .plus(weigh(3.0 * rest * rest * fraction, self.first))
            .plus(weigh(3.0 * rest * fraction * fraction, self.second))
            .plus(weigh(fraction * fraction * fraction, self.end))
    }

    /// The direction of the curve from the card to the node, at length 1.
    #[must_use]
    pub fn way(&self, fraction: f32) -> Point {
        let (before, after) = ((fraction - 0.02).max(0.0), (fraction + 0.02).min(1.0));
        self.at(after).minus(self.at(before)).unit()
    }

    /// The curve as SVG path data.
    #[must_use]
    pub fn path(&self) -> String {
        let Self { start, first, second, end } = self;
        format!(
            "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            start.x, start.y, first.x, first.y, second.x, second.y, end.x, end.y
        )
    }

    /// The curve in straight pieces.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (Point, Point)> {
        const PIECES: u8 = 16;
        let at = |step: u8| self.at(f32::from(step) / f32::from(PIECES));
        (0..PIECES).map(move |step| (at(step), at(step + 1)))
    }
}

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClientPlace {
    /// The client.
    pub client: ClientId,
    /// The node that it talks to.
    pub contact: NodeId,
    /// Its card; empty on a stage without room for it.
    pub card: Rect,
    /// The wire to the node that it talks to, if that node is on the stage.
    pub wire: Option<Wire>,
}

/// The row for the cards and the width of one card.
pub(super) fn card_width(row: Rect, count: usize, sizes: Sizes) -> f32 {
    let count = count.max(1) as f32;
    ((row.width - (count - 1.0) * sizes.gap) / count).min(sizes.card_width).max(0.0)
}

/// Cards in a row, each as near as possible to the column of the node that its client belongs to. The order of cards
/// changes only when nodes do.
pub(super) fn cards(callers: &[Caller], nodes: &[NodePlace], row: Rect, sizes: Sizes) -> Vec<Rect> {
    if row.is_empty() {
        return vec![Rect::default(); callers.len()];
    }
    let width = card_width(row, callers.len(), sizes);
    let column = |caller: &Caller| {
        let near = nodes.iter().find(|place| place.node == caller.near);
        near.map_or(row.centre().x, |place| place.centre.x)
    };
    let mut order: Vec<usize> = (0..callers.len()).collect();
    order.sort_by(|a, b| column(&callers[*a]).total_cmp(&column(&callers[*b])));
    let mut lefts = vec![row.x; callers.len()];
    let mut least = row.x;
    for &index in &order {
        lefts[index] = (column(&callers[index]) - width / 2.0).max(least);
        least = lefts[index] + width + sizes.gap;
    }
    let mut most = row.right() - width;
    for &index in order.iter().rev() {
        lefts[index] = lefts[index].min(most);
        most = lefts[index] - width - sizes.gap;
    }
    lefts.into_iter().map(|left| Rect::new(left, row.y, width, row.height)).collect()
}

impl Layout {
    /// The wire from a card to a node: of several bends the one that runs through the least.
    pub(super) fn lead(&self, card: Rect, node: &NodePlace) -> Wire {
        let bends = [0.0, 48.0, -48.0, 96.0, -96.0, 150.0, -150.0, 220.0, -220.0];
        let mut best = (f32::MAX, bend(card, node, 0.0));
        let scale = (self.size.width / 860.0).clamp(0.4, 1.0);
        for bow in bends.map(|bow: f32| bow * scale) {
            let wire = bend(card, node, bow);
            let cost = bow.abs() * 0.02 + self.trouble(&wire, card, node);
            if cost < best.0 {
                best = (cost, wire);
            }
        }
        best.1
    }

    /// What a wire runs through: other circles weigh most, then cards and texts.
    fn trouble(&self, wire: &Wire, card: Rect, node: &NodePlace) -> f32 {
        let stage = Rect::new(0.0, 0.0, self.size.width, self.size.height);
        let mut trouble = 0.0;
        for step in 1..=11_u8 {
            let at = wire.at(f32::from(step) / 12.0);
            for other in &self.nodes {
                if other.node == node.node {
                    trouble += if other.role.contains(at) || other.log.contains(at) { 3.0 } else { 0.0 };
                } else if at.distance(other.centre) < other.arc + 4.0 {
                    trouble += 40.0;
                } else if other.outline.contains(at) {
                    trouble += 6.0;
                }
            }
            trouble += if stage.contains(at) { 0.0 } else { 60.0 };
            let in_other = |client: &&ClientPlace| client.card != card && client.card.contains(at);
            trouble += 10.0 * self.clients.iter().filter(in_other).count() as f32;
            trouble += 3.0 * self.reserved.iter().filter(|rect| rect.contains(at)).count() as f32;
        }
        trouble
    }
}

/// A wire that leaves the card upwards and comes to the node from the side of its bow.
fn bend(card: Rect, node: &NodePlace, bow: f32) -> Wire {
    let inset = (card.width / 2.0).min(24.0);
    let aim = node.centre.x + bow * 0.5;
    let x = aim.clamp(card.x + inset, (card.right() - inset).max(card.x + inset));
    let start = Point::new(x, card.y);
    let rise = (start.y - node.centre.y).abs().max(40.0);
    let first = Point::new(x + bow * 0.9, start.y - rise * 0.35);
    let second = Point::new(node.centre.x + bow * 1.25, node.centre.y + rise * 0.2);
    let out = second.minus(node.centre);
    let out = if out.length() < 1.0 { Point::new(0.0, 1.0) } else { out.unit() };
    Wire { start, first, second, end: node.centre.plus(out.times(node.radius)) }
}
