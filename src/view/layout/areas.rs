//! The areas of a parted cluster: a rounded shape around the nodes of each side that never covers a node of another side
//! nor meets another side's area. Where places by hand make that impossible with one shape, a side gets several.

use super::boxes::NodePlace;
use super::plane::{Point, Rect, crossing};
use super::sizes::{SideText, Sizes};
use crate::base::NodeSet;
use std::fmt::Write;

/// Where the area of a side is.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaPlace {
    /// Which of the sides that the layout was asked for.
    pub side: usize,
    /// Its closed outlines, clockwise; more than one if other nodes stand between its own.
    pub shapes: Vec<Vec<Point>>,
    /// Room for its label, if there is some.
    pub label: Option<AreaLabel>,
    /// How far corners are rounded.
    pub rounding: f32,
}

/// Where the label of an area is, and how much of it there is room for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaLabel {
    /// Its room; the text is centred in it.
    pub rect: Rect,
    /// How much is written.
    pub text: SideText,
}

impl AreaPlace {
    /// The shapes as SVG path data with rounded corners.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for shape in &self.shapes {
            for (index, corner) in shape.iter().enumerate() {
                let before = shape[(index + shape.len() - 1) % shape.len()];
                let after = shape[(index + 1) % shape.len()];
                let (enter, leave) = (round(*corner, before, self.rounding), round(*corner, after, self.rounding));
                let letter = if index == 0 { 'M' } else { 'L' };
                let (x, y) = (corner.x, corner.y);
                let drawn =
                    write!(path, "{letter}{:.1} {:.1}Q{x:.1} {y:.1} {:.1} {:.1}", enter.x, enter.y, leave.x, leave.y);
                drawn.expect("a string takes any text");
            }
            path.push('Z');
        }
        path
    }

    /// Whether a point lies in one of its shapes, corners not rounded.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.shapes.iter().any(|shape| holds(shape, point))
    }

    /// Where a line first meets the area after a fraction of it, as a fraction of the line.
    pub(super) fn entry(&self, from: Point, to: Point, after: f32) -> Option<f32> {
        let crossings = self.shapes.iter().flat_map(|shape| edges(shape)).filter_map(|(a, b)| crossing(from, to, a, b));
        crossings.filter(|at| *at > after).min_by(f32::total_cmp)
    }

    /// Where the line from a point inside leaves the area for good, as a fraction of the line.
    pub(super) fn exit(&self, from: Point, to: Point) -> Option<f32> {
        let crossings = self.shapes.iter().flat_map(|shape| edges(shape)).filter_map(|(a, b)| crossing(from, to, a, b));
        crossings.max_by(f32::total_cmp)
    }
}

/// Where a rounded corner begins on the way to the next one.
fn round(corner: Point, towards: Point, rounding: f32) -> Point {
    let length = corner.distance(towards);
    let cut = rounding.min(length / 2.0);
    corner.plus(towards.minus(corner).unit().times(cut))
}

fn edges(shape: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    (0..shape.len()).map(move |index| (shape[index], shape[(index + 1) % shape.len()]))
}

/// Whether a point lies in a convex shape whose corners go clockwise on the screen.
fn holds(shape: &[Point], point: Point) -> bool {
    shape.len() > 2 && edges(shape).all(|(a, b)| b.minus(a).cross(point.minus(a)) >= 0.0)
}

/// Whether two convex shapes share a point: no edge of either separates them.
pub(super) fn meet(first: &[Point], second: &[Point]) -> bool {
    let separates = |shape: &[Point], other: &[Point]| {
        edges(shape).any(|(a, b)| other.iter().all(|point| b.minus(a).cross(point.minus(a)) <= 0.0))
    };
    !separates(first, second) && !separates(second, first)
}

/// The convex hull of points, clockwise on the screen.
fn hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut hull: Vec<Point> = Vec::with_capacity(points.len());
    for half in [points.clone(), points.into_iter().rev().collect()] {
        let kept = hull.len();
        for point in half {
            while hull.len() >= kept + 2 {
                let (a, b) = (hull[hull.len() - 2], hull[hull.len() - 1]);
                if b.minus(a).cross(point.minus(a)) > 0.01 {
                    break;
                }
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
    }
    hull
}

/// The shape of a group: the rectangle around it and its label if that keeps clear of the others, else the hull.
fn shape(group: &[Rect], others: &[Vec<Point>]) -> Option<Vec<Point>> {
    let around = group.iter().fold(Rect::default(), |sum, rect| sum.union(*rect)).corners().to_vec();
    let hull = || hull(group.iter().flat_map(|rect| rect.corners()).collect());
    let is_clear = |shape: &Vec<Point>| !others.iter().any(|other| meet(shape, other));
    if is_clear(&around) { Some(around) } else { Some(hull()).filter(is_clear) }
}

/// The areas of the sides, without labels. `titles` are the rooms for labels that the arrangement has kept free, and a
/// part of their areas.
pub(super) fn areas(nodes: &[NodePlace], sides: &[NodeSet], titles: &[Option<Rect>], sizes: Sizes) -> Vec<AreaPlace> {
    let pad = padding(nodes, sides, sizes.side_pad);
    let mut groups: Vec<(usize, Vec<Rect>)> = Vec::new();
    for (side, members) in sides.iter().enumerate() {
        let own = nodes.iter().filter(|place| members.contains(place.node));
        groups.extend(own.map(|place| (side, vec![place.outline.grown(pad, pad)])));
    }
    let mut shapes: Vec<Vec<Point>> = groups.iter().map(|(_, group)| group[0].corners().to_vec()).collect();
    for side in 0..sides.len() {
        merge(side, titles.get(side).copied().flatten(), &mut groups, &mut shapes);
    }
    (0..sides.len())
        .map(|side| {
            let own = groups.iter().zip(&shapes).filter(|((of, _), _)| *of == side);
            AreaPlace { side, shapes: own.map(|(_, shape)| shape.clone()).collect(), label: None, rounding: 2.0 * pad }
        })
        .filter(|area| !area.shapes.is_empty())
        .collect()
}

/// Joins groups of a side as long as the joint shape keeps clear of everything of other sides: all of them at once if
/// that is possible, else pair by pair.
fn merge(side: usize, title: Option<Rect>, groups: &mut Vec<(usize, Vec<Rect>)>, shapes: &mut Vec<Vec<Point>>) {
    let others: Vec<Vec<Point>> =
        groups.iter().zip(shapes.iter()).filter(|((of, _), _)| *of != side).map(|(_, shape)| shape.clone()).collect();
    let own = |groups: &[(usize, Vec<Rect>)]| (0..groups.len()).filter(|index| groups[*index].0 == side).collect();
    let members: Vec<usize> = own(groups);
    let mut all: Vec<Rect> = members.iter().flat_map(|index| groups[*index].1.clone()).collect();
    all.extend(title);
    if let Some(joint) = shape(&all, &others).filter(|_| !members.is_empty()) {
        for index in members.iter().rev() {
            groups.remove(*index);
            shapes.remove(*index);
        }
        groups.push((side, all));
        shapes.push(joint);
        return;
    }
    loop {
        let members: Vec<usize> = own(groups);
        let pairs = members.iter().enumerate().flat_map(|(at, a)| members[at + 1..].iter().map(move |b| (*a, *b)));
        let joint = pairs
            .filter_map(|(a, b)| {
                let both: Vec<Rect> = groups[a].1.iter().chain(&groups[b].1).copied().collect();
                let far =
                    groups[a].1.iter().flat_map(|x| groups[b].1.iter().map(|y| x.gap_to(*y))).fold(f32::MAX, f32::min);
                shape(&both, &others).map(|shape| (far, a, b, both, shape))
            })
            .min_by(|x, y| x.0.total_cmp(&y.0));
        let Some((_, a, b, both, joint)) = joint else { return };
        groups[a].1 = both;
        shapes[a] = joint;
        groups.remove(b);
        shapes.remove(b);
    }
}

/// The room between nodes and their area's edge: what the nearest two nodes of different sides leave, at most the wish.
fn padding(nodes: &[NodePlace], sides: &[NodeSet], wish: f32) -> f32 {
    let side_of = |place: &NodePlace| sides.iter().position(|side| side.contains(place.node));
    let mut least = f32::MAX;
    for (index, first) in nodes.iter().enumerate() {
        for second in &nodes[index + 1..] {
            if side_of(first) != side_of(second) {
                least = least.min(first.outline.gap_to(second.outline));
            }
        }
    }
    wish.min(least / 2.0 - 1.0).max(0.0)
}
