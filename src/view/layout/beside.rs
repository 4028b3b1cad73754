//! Where a menu stands: beside what it is about, and so that it hides neither that nor its links. Pure geometry; knows no
//! menu, only a box that wants room.

use super::plane::{Point, Rect};

/// What a box should not hide.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Where the box may stand: the window, which is larger than the stage.
    pub room: Rect,
    /// The stage. Outside of it the box hides other things that people read.
    pub stage: Rect,
    /// What the box is about.
    pub thing: Rect,
    /// Lines, and how much a pixel of each matters.
    pub lines: &'a [(Point, Point, f32)],
    /// Other things on the stage.
    pub others: &'a [Rect],
}

/// Where the box stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beside {
    /// The box.
    pub rect: Rect,
    /// The pointer's end at the box, and the one at the thing.
    pub pointer: (Point, Point),
}

/// The box is no nearer to its thing than this.
const CLEAR: f32 = 12.0;

/// The places that are tried lie so far apart.
const STEP: f32 = 16.0;

/// What the box is about must be seen, whatever else is not.
const HIDES_THING: f32 = 1.0e6;

/// What a hidden square pixel costs on another thing, and outside of the stage.
const HIDES_OTHER: f32 = 0.1;
const HIDES_PANEL: f32 = 0.002;

/// What a pixel between the box and its thing costs.
const FAR: f32 = 0.5;

/// The best place for a box of some size. One that is larger than its room begins at the room's corner.
#[must_use]
pub fn beside(scene: &Scene<'_>, width: f32, height: f32) -> Beside {
    let Scene { room, thing, .. } = *scene;
    let steps = |length: f32| (length.max(0.0) / STEP) as u16;
    let (right, down) = (room.width - width, room.height - height);
    let along = |start: f32, free: f32, own: [f32; 2]| {
        let even = (0..=steps(free)).map(move |step| start + f32::from(step) * STEP);
        // Just beside the thing, and at the far edge: places that even steps would miss.
        even.chain(own).chain([start + free]).map(move |at| at.min(start + free).max(start)).collect::<Vec<f32>>()
    };
    let columns = along(room.x, right, [thing.x - CLEAR - width, thing.right() + CLEAR]);
    let rows = along(room.y, down, [thing.y - CLEAR - height, thing.bottom() + CLEAR]);
    let places = columns.iter().flat_map(|&x| rows.iter().map(move |&y| Rect::new(x, y, width, height)));
    let best = places.map(|rect| (scene.cost(rect), rect)).min_by(|one, other| one.0.total_cmp(&other.0));
    let rect = best.map_or(Rect::new(room.x, room.y, width, height), |(_, rect)| rect);
    Beside { rect, pointer: pointer(rect, thing) }
}

impl Scene<'_> {
    fn cost(&self, rect: Rect) -> f32 {
        let kept = Rect::new(
            self.thing.x - CLEAR + 1.0,
            self.thing.y - CLEAR + 1.0,
            self.thing.width + 2.0 * CLEAR - 2.0,
            self.thing.height + 2.0 * CLEAR - 2.0,
        );
        let hides = if shared(rect, kept) > 0.0 { HIDES_THING } else { 0.0 };
        let lines: f32 = self.lines.iter().map(|(from, to, weight)| within(*from, *to, rect) * weight).sum();
        let others: f32 = self.others.iter().map(|other| shared(rect, *other) * HIDES_OTHER).sum();
        let outside = (rect.width * rect.height - shared(rect, self.stage)) * HIDES_PANEL;
        let (from, to) = pointer(rect, self.thing);
        hides + lines + others + outside + from.distance(to) * FAR
    }
}

/// The shortest line from a box to a thing beside it.
fn pointer(rect: Rect, thing: Rect) -> (Point, Point) {
    let nearest = |point: Point, rect: Rect| {
        Point::new(point.x.clamp(rect.x, rect.right()), point.y.clamp(rect.y, rect.bottom()))
    };
    let from = nearest(thing.centre(), rect);
    (from, nearest(from, thing))
}

/// The area that two rectangles share.
fn shared(one: Rect, other: Rect) -> f32 {
    let width = one.right().min(other.right()) - one.x.max(other.x);
    let height = one.bottom().min(other.bottom()) - one.y.max(other.y);
    width.max(0.0) * height.max(0.0)
}

/// How much of a line lies in a rectangle.
fn within(from: Point, to: Point, rect: Rect) -> f32 {
    let way = to.minus(from);
    let (mut first, mut last) = (0.0_f32, 1.0_f32);
    for (start, step, low, high) in [(from.x, way.x, rect.x, rect.right()), (from.y, way.y, rect.y, rect.bottom())] {
        if step.abs() < 1e-6 {
            if start < low || start > high {
                return 0.0;
            }
            continue;
        }
        let (one, other) = ((low - start) / step, (high - start) / step);
        first = first.max(one.min(other));
        last = last.min(one.max(other));
    }
    (last - first).max(0.0) * way.length()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Rect = Rect { x: -100.0, y: -50.0, width: 1_000.0, height: 800.0 };
    const STAGE: Rect = Rect { x: 0.0, y: 0.0, width: 800.0, height: 600.0 };

    fn alone(thing: Rect) -> Beside {
        beside(&Scene { room: ROOM, stage: STAGE, thing, lines: &[], others: &[] }, 200.0, 300.0)
    }

    fn node(x: f32, y: f32) -> Rect {
        Rect::around(Point::new(x, y), 60.0, 60.0)
    }

    #[test]
    fn it_stands_beside_its_thing_in_the_room_wherever_that_is() {
        for x in [0.0, 30.0, 250.0, 400.0, 790.0] {
            for y in [0.0, 40.0, 300.0, 580.0] {
                let found = alone(node(x, y));
                assert_eq!(shared(found.rect, node(x, y)), 0.0, "{x}, {y}: {found:?}");
                assert!(shared(found.rect, ROOM) > 200.0 * 300.0 - 1.0, "{x}, {y}: {found:?}");
                let (from, to) = found.pointer;
                assert!((11.0..40.0).contains(&from.distance(to)), "{x}, {y}: {found:?}");
            }
        }
    }

    #[test]
    fn it_goes_to_the_side_without_links() {
        let thing = node(400.0, 300.0);
        let lines = [(thing.centre(), Point::new(700.0, 250.0), 4.0), (thing.centre(), Point::new(700.0, 400.0), 4.0)];
        let found = beside(&Scene { room: ROOM, stage: STAGE, thing, lines: &lines, others: &[] }, 200.0, 300.0);
        for (from, to, _) in lines {
            assert_eq!(within(from, to, found.rect), 0.0, "{found:?}");
        }
    }

    #[test]
    fn a_link_in_the_middle_of_others_sends_it_away() {
        let thing = Rect::around(Point::new(400.0, 300.0), 24.0, 24.0);
        let lines = [(Point::new(300.0, 100.0), Point::new(500.0, 500.0), 4.0)];
        let others = [node(300.0, 100.0), node(500.0, 500.0), node(600.0, 200.0), node(200.0, 350.0)];
        let found = beside(&Scene { room: ROOM, stage: STAGE, thing, lines: &lines, others: &others }, 200.0, 300.0);
        assert_eq!(within(lines[0].0, lines[0].1, found.rect), 0.0);
        assert!(others.iter().all(|other| shared(found.rect, *other) == 0.0), "{found:?}");
    }

    #[test]
    fn a_box_that_is_too_large_begins_at_the_corner_of_its_room() {
        let found =
            beside(&Scene { room: ROOM, stage: STAGE, thing: node(9.0, 9.0), lines: &[], others: &[] }, 2e3, 2e3);
        assert_eq!((found.rect.x, found.rect.y), (ROOM.x, ROOM.y));
    }

    #[test]
    fn the_part_of_a_line_in_a_rectangle() {
        let rect = Rect::new(10.0, 10.0, 20.0, 20.0);
        let part = |from: (f32, f32), to: (f32, f32)| within(Point::new(from.0, from.1), Point::new(to.0, to.1), rect);
        assert!((part((0.0, 20.0), (100.0, 20.0)) - 20.0).abs() < 0.01);
        assert_eq!(part((0.0, 5.0), (100.0, 5.0)), 0.0);
        assert!((part((15.0, 0.0), (15.0, 20.0)) - 10.0).abs() < 0.01);
    }
}
