//! The arrangement of a parted cluster: each side in a region of its own, so that areas never overlap, and each node as
//! near as may be to where it stood on the ring.

use super::plane::{Point, Rect};
use super::ring::Boxes;
use super::sizes::{SideText, Sizes};

/// What the sides of a cluster need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parting<'a> {
    /// The boxes of the nodes.
    pub(super) boxes: Boxes,
    /// The sizes of the look.
    pub(super) sizes: Sizes,
    /// The sides: indices of nodes.
    pub(super) sides: &'a [Vec<usize>],
    /// Where each node stands on the ring while nothing is parted.
    pub(super) home: &'a [Point],
    /// Whether sides stand one above the other (or else beside one another).
    pub(super) stacked: bool,
    /// Whether the other direction will do where this one does not.
    pub(super) either: bool,
}

/// A side's region, or the boundary between two of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Parted {
    /// The centre of each node's box.
    pub(super) places: Vec<Point>,
    /// The region of each side.
    pub(super) regions: Vec<Rect>,
    /// The lines between regions.
    pub(super) cuts: Vec<(Point, Point)>,
}

impl Parting<'_> {
    /// Regions and places for all sides, or `None` if they need more room.
    pub(super) fn arrange(&self, region: Rect, text: SideText) -> Option<Parted> {
        let all: Vec<usize> = (0..self.sides.len()).collect();
        let mut parted =
            Parted { places: self.home.to_vec(), regions: vec![Rect::default(); self.sides.len()], cuts: Vec::new() };
        self.divide(&all, region, text, &mut parted)?;
        for (side, region) in self.sides.iter().zip(&parted.regions) {
            let (slots, _) = self.boxes.ring(side.len(), self.inside(*region))?;
            self.assign(side, slots, &mut parted.places);
        }
        if self.sides.len() == 3 && self.boxes.pierced(&parted.places) > 0 {
            self.unline(text, &mut parted);
        }
        Some(parted)
    }

    /// Three sides in a row: the link between the outer two would run behind the one between them, so that nobody could see or cut
    /// it. The middle one moves to one edge of its region, and the outer ones to the other, if that is better.
    fn unline(&self, text: SideText, parted: &mut Parted) {
        let centres: Vec<Point> = parted.regions.iter().map(|region| region.centre()).collect();
        let span = |of: fn(&Point) -> f32| {
            let all = centres.iter().map(of);
            all.clone().fold(f32::MIN, f32::max) - all.fold(f32::MAX, f32::min)
        };
        let is_row = span(|point| point.x) >= span(|point| point.y);
        let mut order = [0, 1, 2];
        let along = |side: &usize| if is_row { centres[*side].x } else { centres[*side].y };
        order.sort_by(|a, b| along(a).total_cmp(&along(b)));
        let mut places = parted.places.clone();
        for side in 0..self.sides.len() {
            let inside = self.inside(parted.regions[side]);
            let extent = &self.boxes.extent;
            let boxes = self.sides[side].iter().map(|node| Rect::around(places[*node], extent.width, extent.height));
            let Some(taken) = boxes.reduce(Rect::union) else { continue };
            // The label over them moves along, and may be wider than they are.
            let taken = taken.grown(((self.sizes.side_width(text) - taken.width) / 2.0).max(0.0), 0.0);
            let is_middle = side == order[1];
            let by = match (is_row, is_middle) {
                (true, true) => Point::new(0.0, inside.bottom() - taken.bottom()),
                (true, false) => Point::new(0.0, inside.y - taken.y),
                (false, true) => Point::new(inside.right() - taken.right(), 0.0),
                (false, false) => Point::new(inside.x - taken.x, 0.0),
            };
            for node in &self.sides[side] {
                places[*node] = places[*node].plus(by);
            }
        }
        if self.boxes.pierced(&places) < self.boxes.pierced(&parted.places) {
            parted.places = places;
        }
    }

    /// The part of a region in which nodes may stand: under the label, within the area's edge.
    fn inside(&self, region: Rect) -> Rect {
        let (pad, label) = (self.sizes.side_pad, self.label_height());
        Rect::new(region.x + pad, region.y + pad + label, region.width - 2.0 * pad, region.height - 2.0 * pad - label)
    }

    fn label_height(&self) -> f32 {
        Sizes::line(self.sizes.side) + 4.0
    }

    /// Divides a region among sides: all in one direction, else in the other, else the first from the rest or the last
    /// from the rest.
    fn divide(&self, sides: &[usize], region: Rect, text: SideText, parted: &mut Parted) -> Option<()> {
        let ways = [self.stacked, !self.stacked];
        let ways = if self.either { &ways[..] } else { &ways[..1] };
        for &stacked in ways {
            if let Some(strips) = self.strips(sides, region, stacked, text) {
                for (side, strip) in &strips {
                    parted.regions[*side] = *strip;
                }
                parted.cuts.extend(strips.windows(2).map(|pair| between(pair[0].1, pair[1].1, stacked)));
                return Some(());
            }
        }
        if sides.len() < 3 || !self.either {
            return None;
        }
        for &stacked in ways {
            let order = self.along(sides, stacked);
            for at in 1..order.len() {
                let (before, after) = self.halves(&order, at, region, stacked);
                let cuts = parted.cuts.len();
                let divided = self
                    .divide(&order[..at], before, text, parted)
                    .and_then(|()| self.divide(&order[at..], after, text, parted));
                if divided.is_some() {
                    parted.cuts.push(between(before, after, stacked));
                    return Some(());
                }
                parted.cuts.truncate(cuts);
            }
        }
        None
    }

    /// Two parts of a region in proportion to the nodes in them.
    fn halves(&self, order: &[usize], at: usize, region: Rect, stacked: bool) -> (Rect, Rect) {
        let count = |sides: &[usize]| sides.iter().map(|side| self.sides[*side].len()).sum::<usize>() as f32;
        let share = (count(&order[..at]) + 1.0) / (count(order) + 2.0);
        let gap = self.sizes.side_gap;
        if stacked {
            let high = (region.height - gap) * share;
            let below = Rect::new(region.x, region.y + high + gap, region.width, region.height - gap - high);
            (Rect { height: high.max(0.0), ..region }, below)
        } else {
            let wide = (region.width - gap) * share;
            let beside = Rect::new(region.x + wide + gap, region.y, region.width - gap - wide, region.height);
            (Rect { width: wide.max(0.0), ..region }, beside)
        }
    }

    /// The sides in the order in which they come on the ring, from left to right or from top to bottom.
    fn along(&self, sides: &[usize], stacked: bool) -> Vec<usize> {
        let middle = |side: usize| {
            let members = &self.sides[side];
            let sum: f32 =
                members.iter().map(|node| if stacked { self.home[*node].y } else { self.home[*node].x }).sum();
            sum / members.len().max(1) as f32
        };
        let mut order = sides.to_vec();
        order.sort_by(|a, b| middle(*a).total_cmp(&middle(*b)));
        order
    }

    /// Strips of a region, each as wide as its side needs and a share of what is left.
    fn strips(&self, sides: &[usize], region: Rect, stacked: bool, text: SideText) -> Option<Vec<(usize, Rect)>> {
        let order = self.along(sides, stacked);
        let mut needs = Vec::with_capacity(order.len());
        for side in &order {
            needs.push(self.need(self.sides[*side].len(), region, stacked, text)?);
        }
        let length = if stacked { region.height } else { region.width };
        let gaps = self.sizes.side_gap * (order.len() - 1) as f32;
        let spare = length - gaps - needs.iter().sum::<f32>();
        if spare < 0.0 {
            return None;
        }
        let nodes = order.iter().map(|side| self.sides[*side].len()).sum::<usize>().max(1) as f32;
        let mut start = if stacked { region.y } else { region.x };
        let place = |(side, need): (&usize, f32)| {
            let share = need + spare * self.sides[*side].len() as f32 / nodes;
            let strip = if stacked {
                Rect { y: start, height: share, ..region }
            } else {
                Rect { x: start, width: share, ..region }
            };
            start += share + self.sizes.side_gap;
            (*side, strip)
        };
        Some(order.iter().zip(needs).map(place).collect())
    }

    /// How long a strip across the region must be for a side of so many nodes.
    fn need(&self, count: usize, region: Rect, stacked: bool, text: SideText) -> Option<f32> {
        let inside = self.inside(region);
        let (columns, rows) = self.boxes.capacity(inside);
        let Boxes { extent, gap, .. } = self.boxes;
        let label = self.sizes.side_width(text);
        let pad = 2.0 * self.sizes.side_pad;
        if stacked {
            let rows = count.div_ceil((columns > 0).then_some(columns)?) as f32;
            (label <= inside.width).then_some(rows * (extent.height + gap) - gap + pad + self.label_height() + 1.0)
        } else {
            let columns = count.div_ceil((rows > 0).then_some(rows)?) as f32;
            Some((columns * (extent.width + gap) - gap).max(label) + pad + 1.0)
        }
    }

    /// Gives each node of a side a slot so that they move little: swaps two as long as that shortens the ways.
    fn assign(&self, side: &[usize], mut slots: Vec<Point>, places: &mut [Point]) {
        let square = |from: Point, to: Point| {
            let way = to.minus(from);
            way.dot(way)
        };
        let mut better = true;
        while better {
            better = false;
            for first in 0..side.len() {
                for second in first + 1..side.len() {
                    let (a, b) = (self.home[side[first]], self.home[side[second]]);
                    let now = square(a, slots[first]) + square(b, slots[second]);
                    if square(a, slots[second]) + square(b, slots[first]) + 0.5 < now {
                        slots.swap(first, second);
                        better = true;
                    }
                }
            }
        }
        for (node, slot) in side.iter().zip(slots) {
            places[*node] = slot;
        }
    }
}

/// The line in the middle of the gap between two neighbours.
fn between(before: Rect, after: Rect, stacked: bool) -> (Point, Point) {
    if stacked {
        let y = (before.bottom() + after.y) / 2.0;
        (Point::new(before.x, y), Point::new(before.right().max(after.right()), y))
    } else {
        let x = (before.right() + after.x) / 2.0;
        (Point::new(x, before.y), Point::new(x, before.bottom().max(after.bottom())))
    }
}
