//! Nodes around a ring: an ellipse where there is room, else rows bent like one, pushed apart until no box overlaps
//! another and no link runs through a third circle where that can be had. Knows boxes, not nodes.

use super::plane::{Point, Rect, nearest_on};
use super::sizes::Extent;
use std::f32::consts::{PI, TAU};

/// How often boxes are pushed apart before an arrangement is given up.
const ROUNDS: usize = 32;

/// The boxes that are to be arranged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boxes {
    /// One box.
    pub(super) extent: Extent,
    /// The gap between two boxes.
    pub(super) gap: f32,
    /// How far a link keeps from the centre of a circle that it does not belong to.
    pub(super) clear: f32,
}

impl Boxes {
    /// How many columns and rows of boxes a region holds.
    pub(super) fn capacity(self, region: Rect) -> (usize, usize) {
        let fit = |room: f32, size: f32| ((room + self.gap) / (size + self.gap) + 0.001).max(0.0) as usize;
        (fit(region.width, self.extent.width), fit(region.height, self.extent.height))
    }

    /// Places for so many boxes in a region, clockwise from the top: the centres of the boxes, and how often a link
    /// runs through a circle that is not its own. `None` if the region cannot hold them.
    pub(super) fn ring(self, count: usize, region: Rect) -> Option<(Vec<Point>, usize)> {
        let (columns, rows) = self.capacity(region);
        if count > columns * rows {
            return None;
        }
        let mut best: Option<(usize, Vec<Point>)> = None;
        let ellipse = std::iter::once_with(|| {
            let is_line = count > 2 && columns.min(rows) == 1;
            if is_line { self.zigzag(count, columns == 1, region) } else { self.ellipse(count, region) }
        });
        for start in ellipse.chain(bent_rows(count, columns, rows).map(|shape| self.bend(shape, region))) {
            let Some(places) = self.settle(start, region) else { continue };
            let pierced = self.pierced(&places);
            if best.as_ref().is_none_or(|(least, _)| pierced < *least) {
                best = Some((pierced, places));
            }
            if pierced == 0 {
                break;
            }
        }
        best.map(|(pierced, places)| (places, pierced))
    }

    fn inner(self, region: Rect) -> Rect {
        region.grown(-self.extent.width / 2.0, -self.extent.height / 2.0)
    }

    /// Places on an ellipse, whether or not boxes overlap there.
    pub(super) fn ellipse(self, count: usize, region: Rect) -> Vec<Point> {
        let inner = self.inner(region);
        let middle = inner.centre();
        if count == 1 {
            return vec![middle];
        }
        // Two nodes side by side on a wide stage leave the link between them the longer.
        let turn = if count == 2 && inner.width > inner.height { -PI } else { -PI / 2.0 };
        let down = inner.height / 2.0;
        let needed = count as f32 * (self.extent.width + self.gap) / 2.0;
        let across = (inner.width / 2.0).min(needed.max(down * 1.9 + self.extent.width / 2.0));
        let at = |index: usize| {
            let (sine, cosine) = libm::sincosf(turn + TAU * index as f32 / count as f32);
            (cosine, sine)
        };
        // A triangle does not reach the bottom of its circle: stretch what is used to what there is.
        let lowest = (0..count).map(|index| at(index).1).fold(f32::MIN, f32::max);
        let highest = (0..count).map(|index| at(index).1).fold(f32::MAX, f32::min);
        let stretch = if lowest - highest > 0.1 { 2.0 / (lowest - highest) } else { 1.0 };
        let shift = (lowest + highest) / 2.0;
        let place = |(x, y): (f32, f32)| middle.plus(Point::new(x * across, (y - shift) * stretch * down));
        (0..count).map(|index| place(at(index))).collect()
    }

    /// Places along a line, by turns on either side of it, so that the links between the outer ones pass the inner.
    fn zigzag(self, count: usize, is_column: bool, region: Rect) -> Vec<Point> {
        let inner = self.inner(region);
        let off = |room: f32| (room / 2.0).min(self.clear * 0.8);
        let at = |index: usize| {
            let along = index as f32 / (count - 1) as f32;
            let side = if index.is_multiple_of(2) { -1.0 } else { 1.0 };
            if is_column {
                Point::new(inner.centre().x + side * off(inner.width), inner.y + along * inner.height)
            } else {
                Point::new(inner.x + along * inner.width, inner.centre().y - side * off(inner.height))
            }
        };
        (0..count).map(at).collect()
    }

    /// Places of a shape in rows: the middle of the upper and of the lower row stands out, as in an ellipse.
    fn bend(self, shape: Rows, region: Rect) -> Vec<Point> {
        let inner = self.inner(region);
        let middle = inner.centre();
        let (across, down) = (inner.width / 2.0, inner.height / 2.0);
        let bow = if shape.rows > 1 { (down * 0.4).min(self.clear * 1.6) } else { down.min(self.clear * 1.6) };
        let row = |count: usize, index: usize, y: f32, outwards: f32| {
            let half = match (count, shape.rows) {
                (1, _) => 0.0,
                (2, 3..) => (across * 0.55).max((self.extent.width + self.gap) / 2.0),
                _ => across,
            };
            let x = if count == 1 { 0.0 } else { 2.0 * index as f32 / (count - 1) as f32 - 1.0 };
            middle.plus(Point::new(x * half, y - outwards * bow * x * x * if count > 2 { 1.0 } else { 0.0 }))
        };
        let mut places: Vec<Point> = (0..shape.top).map(|index| row(shape.top, index, -down, -1.0)).collect();
        let sides = shape.rows.saturating_sub(2);
        let level = |index: usize| -down + 2.0 * down * (index + 1) as f32 / (shape.rows - 1) as f32;
        places.extend((0..sides).map(|index| middle.plus(Point::new(across, level(index)))));
        places.extend((0..shape.bottom).rev().map(|index| row(shape.bottom, index, down, 1.0)));
        places.extend((0..sides).rev().map(|index| middle.plus(Point::new(-across, level(index)))));
        places.rotate_left(shape.top.saturating_sub(1) / 2);
        places
    }

    /// Pushes boxes apart and circles off the links of others; `None` if boxes still overlap after that.
    fn settle(self, mut places: Vec<Point>, region: Rect) -> Option<Vec<Point>> {
        let inner = self.inner(region);
        let mut least = f32::MAX;
        for round in 0..ROUNDS {
            let apart = self.push_boxes(&mut places, inner);
            let missing = self.push_links(&mut places, inner);
            if apart && missing == 0.0 {
                return Some(places);
            }
            // Where pushing leads nowhere, another shape will do better.
            if round % 6 == 5 {
                if missing > least * 0.8 {
                    break;
                }
                least = missing;
            }
        }
        (0..ROUNDS).any(|_| self.push_boxes(&mut places, inner)).then_some(places)
    }

    fn push_boxes(self, places: &mut [Point], inner: Rect) -> bool {
        let (wide, high) = (self.extent.width + self.gap, self.extent.height + self.gap);
        let mut apart = true;
        for first in 0..places.len() {
            for second in first + 1..places.len() {
                let between = places[second].minus(places[first]);
                let (across, down) = (wide - between.x.abs(), high - between.y.abs());
                if across <= 0.01 || down <= 0.01 {
                    continue;
                }
                apart = false;
                let push = if across < down {
                    Point::new((across / 2.0 + 0.01).copysign(between.x), 0.0)
                } else {
                    Point::new(0.0, (down / 2.0 + 0.01).copysign(between.y))
                };
                places[first] = inner.clamp(places[first].minus(push));
                // What the edge of the region took from the first is the second's to go.
                let moved = inner.clamp(places[second].plus(push));
                places[second] = moved;
            }
        }
        apart
    }

    /// Says how much room between circles and the links of others was missing.
    fn push_links(self, places: &mut [Point], inner: Rect) -> f32 {
        let mut sum = 0.0;
        for first in 0..places.len() {
            for second in first + 1..places.len() {
                for other in 0..places.len() {
                    if other == first || other == second || !self.is_close(places, first, second, other) {
                        continue;
                    }
                    let off = places[other].minus(nearest_on(places[first], places[second], places[other]));
                    let missing = self.clear - off.length();
                    if missing <= 0.01 {
                        continue;
                    }
                    sum += missing;
                    let push = off.unit().times(missing * 0.4 + 0.1);
                    places[other] = inner.clamp(places[other].plus(push));
                    places[first] = inner.clamp(places[first].minus(push.times(0.5)));
                    places[second] = inner.clamp(places[second].minus(push.times(0.5)));
                }
            }
        }
        sum
    }

    /// Whether a circle is near the endless line through two others: a cheap test that most pass by.
    fn is_close(self, places: &[Point], first: usize, second: usize, other: usize) -> bool {
        let along = places[second].minus(places[first]);
        let off = along.cross(places[other].minus(places[first]));
        off * off < self.clear * self.clear * along.dot(along)
    }

    /// How many circles have a link of others running through them.
    pub(super) fn pierced(self, places: &[Point]) -> usize {
        let mut pierced = 0;
        for first in 0..places.len() {
            for second in first + 1..places.len() {
                pierced += (0..places.len())
                    .filter(|other| *other != first && *other != second)
                    .filter(|other| self.is_close(places, first, second, *other))
                    .map(|other| nearest_on(places[first], places[second], places[other]).distance(places[other]))
                    .filter(|far| *far < self.clear - 2.0)
                    .count();
            }
        }
        pierced
    }
}

/// A ring in rows: the upper and the lower row have so many boxes, each row between them has two.
#[derive(Clone, Copy, Debug)]
struct Rows {
    rows: usize,
    top: usize,
    bottom: usize,
}

/// The shapes in which a number of boxes fits into columns and rows, few rows last.
fn bent_rows(count: usize, columns: usize, rows: usize) -> impl Iterator<Item = Rows> {
    (1..=rows.min(count)).rev().flat_map(move |rows| {
        let ends = count.saturating_sub(2 * rows.saturating_sub(2));
        let tops = if rows == 1 { count..=count } else { (ends / 2).saturating_sub(1).max(1)..=ends / 2 + 1 };
        tops.filter_map(move |top| {
            let bottom = ends.checked_sub(top)?;
            let fits = top.max(bottom) <= columns && (rows < 3 || columns >= 2) && (rows == 1 || bottom > 0);
            fits.then_some(Rows { rows, top, bottom })
        })
    })
}
