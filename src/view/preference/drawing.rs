//! Where the parts of a ring stand in its drawing, whose middle is at 0, 0: places as ticks, the walk as arcs, and a label for
//! each node that it meets. Knows lengths and angles, and no protocol.

use std::f32::consts::TAU;

use super::{Preference, StopPart};
use crate::base::NodeId;
use crate::view::layout::{Point, Rect};

/// A whole turn.
const TURN: u32 = 1_000_000;
/// Labels keep so far from each other: a twelfth of a turn.
const APART: i64 = 83_000;
/// Labels settle within so many rounds.
const ROUNDS: usize = 200;
/// The circle that the places stand on, half a tick's length, the circle of the walk, and that of the labels.
const RING: f32 = 46.0;
const TICK: f32 = 4.0;
const WALK: f32 = 57.0;
const LABELS: f32 = 80.0;
/// How long the tip of the walk is, as a part of the turn, and half its width.
const HEAD: u32 = 20_000;
const HEAD_HALF: f32 = 4.0;
/// A label's size.
const LABEL: (f32, f32) = (36.0, 19.0);

/// A place of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// Whose.
    pub node: NodeId,
    /// Its ends.
    pub from: Point,
    /// The outer one.
    pub to: Point,
}

/// A node that the walk meets.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Which.
    pub node: NodeId,
    /// "1 n3": which replica it is, and its name.
    pub text: String,
    /// Where it is written.
    pub room: Rect,
    /// The place at which the walk meets it.
    pub meets: Point,
    /// The line from there: straight out beyond the walk, and then to the label.
    pub line: [Point; 3],
    /// What it is to the key.
    pub part: StopPart,
    /// Whether it is taken for dead.
    pub is_suspected: bool,
}

/// A point so far round, in millionths of a turn, clockwise from the top.
#[must_use]
pub fn at(turn: u32, radius: f32) -> Point {
    let (sine, cosine) = libm::sincosf(TAU * turn as f32 / TURN as f32);
    Point::new(radius * sine, -radius * cosine)
}

/// The outline of an arc, clockwise.
#[must_use]
pub fn arc(from: u32, to: u32) -> String {
    let (begin, end) = (at(from, WALK), at(to, WALK));
    let is_large = u8::from((to + TURN - from) % TURN > TURN / 2);
    format!("M{:.1} {:.1}A{WALK} {WALK} 0 {is_large} 1 {:.1} {:.1}", begin.x, begin.y, end.x, end.y)
}

impl Preference {
    /// The window of the drawing: left, top, width, height.
    pub const WINDOW: &'static str = "-100 -92 200 184";

    /// All places.
    pub fn ticks(&self) -> impl Iterator<Item = Tick> + '_ {
        let tick =
            |&(turn, node): &(u32, NodeId)| Tick { node, from: at(turn, RING - TICK), to: at(turn, RING + TICK) };
        self.places.iter().map(tick)
    }

    /// Where the line from the key to the walk begins and ends.
    #[must_use]
    pub fn pointer(&self) -> (Point, Point) {
        (at(self.stands_at, RING - 3.0 * TICK), at(self.stands_at, WALK))
    }

    /// The walk to the last of the key's own replicas, and on to the last who stands or may stand in.
    #[must_use]
    pub fn walks(&self) -> (String, Option<String>) {
        let last = |is: fn(StopPart) -> bool| self.stops.iter().rev().find(|stop| is(stop.part)).map(|stop| stop.at);
        let home = last(|part| matches!(part, StopPart::Home(_))).unwrap_or(self.stands_at);
        let beyond = last(|part| matches!(part, StopPart::StandsInFor(_) | StopPart::Spare));
        (arc(self.stands_at, home), beyond.map(|beyond| arc(home, beyond)))
    }

    /// The tip of the walk: an arrow's head, pointing clockwise.
    #[must_use]
    pub fn tip(&self) -> String {
        let last = self.stops.iter().rev().find(|stop| matches!(stop.part, StopPart::Home(_)));
        let turn = last.map_or(self.stands_at, |stop| stop.at);
        let (end, back) = (at(turn, WALK), (turn + TURN - HEAD) % TURN);
        let (inner, outer) = (at(back, WALK - HEAD_HALF), at(back, WALK + HEAD_HALF));
        format!("M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z", end.x, end.y, inner.x, inner.y, outer.x, outer.y)
    }

    /// A label for each node, so that none is written over another.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        let wished: Vec<i64> = self.stops.iter().map(|stop| i64::from(stop.at)).collect();
        let label = |(stop, turn): (&super::Stop, u32)| {
            let number = match stop.part {
                StopPart::Home(number) => format!("{number} "),
                StopPart::StandsInFor(_) | StopPart::Spare | StopPart::Nothing => String::new(),
            };
            let room = Rect::around(at(turn, LABELS), LABEL.0, LABEL.1);
            let (meets, elbow) = (at(stop.at, RING), at(stop.at, WALK + TICK));
            Label {
                node: stop.node,
                text: format!("{number}{}", stop.node),
                room,
                meets,
                line: [meets, elbow, room.clamp(elbow)],
                part: stop.part,
                is_suspected: stop.is_suspected,
            }
        };
        self.stops.iter().zip(apart(&wished)).map(label).collect()
    }
}

/// Moves angles that are too near to each other apart. They come in the order of the ring, from any of them on.
fn apart(wished: &[i64]) -> Vec<u32> {
    let turn = i64::from(TURN);
    let count = wished.len();
    let apart = APART.min(turn / count.max(1) as i64);
    // Counted on past a whole turn, so that each is greater than the one before.
    let mut angles: Vec<i64> = Vec::with_capacity(count);
    for angle in wished {
        let last = angles.last().copied().unwrap_or(*angle);
        angles.push(last + (angle - last).rem_euclid(turn));
    }
    for _ in 0..ROUNDS {
        for at in 0..count {
            let next = (at + 1) % count;
            let round = if next == 0 { turn } else { 0 };
            let lacks = apart - (angles[next] + round - angles[at]);
            if lacks > 0 && next != at {
                angles[at] -= (lacks + 1) / 2;
                angles[next] += (lacks + 1) / 2;
            }
        }
    }
    angles.into_iter().map(|angle| angle.rem_euclid(turn) as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeSet;
    use crate::data::{Position, Ring};
    use crate::protocol::Key;
    use crate::view::preference::Stop;

    fn preference(nodes: u8, n: usize, key: &str) -> Preference {
        let ring = Ring::new(NodeSet::first(nodes), 16);
        let stands_at = Position::of_key(key.as_bytes());
        let stops = ring.stops(stands_at).enumerate().map(|(at, (position, node))| {
            let part = if at < n { StopPart::Home(at as u8 + 1) } else { StopPart::Spare };
            Stop { node, at: position.turn_ppm() as u32, part, is_suspected: false }
        });
        Preference {
            by: NodeId(1),
            key: Key::from(key),
            keys: vec![Key::from(key)],
            n: n as u8,
            stands_at: stands_at.turn_ppm() as u32,
            places: ring.places().iter().map(|(at, node)| (at.turn_ppm() as u32, *node)).collect(),
            stops: stops.collect(),
        }
    }

    #[test]
    fn no_label_lies_over_another_or_leaves_the_window() {
        let window = Rect::new(-100.0, -92.0, 200.0, 184.0);
        for nodes in 1..=9 {
            for key in ["x", "cart", "a", "b", "c", "likes", "k17", "k18", "k19", "k20"] {
                let labels = preference(nodes, 3, key).labels();
                assert_eq!(labels.len(), usize::from(nodes));
                for (at, label) in labels.iter().enumerate() {
                    assert!(label.room.is_within(window), "{nodes} {key} {label:?}");
                    let others = labels.iter().skip(at + 1);
                    let over = others.filter(|other| other.room.overlaps(label.room)).count();
                    assert_eq!(over, 0, "{nodes} nodes, {key}: {labels:?}");
                }
            }
        }
    }

    #[test]
    fn the_walk_goes_clockwise_from_the_key() {
        let it = preference(5, 3, "x");
        let (home, beyond) = it.walks();
        let begin = at(it.stands_at, WALK);
        assert!(home.starts_with(&format!("M{:.1} {:.1}", begin.x, begin.y)), "{home}");
        let joint = at(it.stops[2].at, WALK);
        assert!(home.ends_with(&format!(" {:.1} {:.1}", joint.x, joint.y)), "{home}");
        let beyond = beyond.expect("two more may stand in");
        assert!(beyond.starts_with(&format!("M{:.1} {:.1}", joint.x, joint.y)), "{beyond}");
        assert!(arc(900_000, 100_000).contains(" 0 0 1 "), "a fifth of a turn over the top is the short way");
        assert!(arc(100_000, 900_000).contains(" 0 1 1 "), "four fifths are the long way");
    }
}
