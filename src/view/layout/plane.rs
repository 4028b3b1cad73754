//! Points, rectangles and lines in CSS pixels, and the few questions that the layout asks about them. Knows nothing of
//! nodes.

/// What two edges may share before it counts as an overlap: the noise of 32-bit sums, far under a pixel.
const NOISE: f32 = 0.05;

/// A place on the stage; y grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Pixels from the stage's left edge.
    pub x: f32,
    /// Pixels from the stage's top edge.
    pub y: f32,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// This point moved by a vector.
    #[must_use]
    pub fn plus(self, by: Self) -> Self {
        Self::new(self.x + by.x, self.y + by.y)
    }

    /// The vector that leads from the other point to this one.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    /// The vector, so many times as long.
    #[must_use]
    pub fn times(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    /// The point at a fraction of the way to another.
    #[must_use]
    pub fn towards(self, other: Self, fraction: f32) -> Self {
        self.plus(other.minus(self).times(fraction))
    }

    /// The length of the vector.
    #[must_use]
    pub fn length(self) -> f32 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    /// How far away the other point is.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        self.minus(other).length()
    }

    /// The vector at length 1; to the right if it has no length, so that nothing divides by zero.
    #[must_use]
    pub fn unit(self) -> Self {
        let length = self.length();
        if length > 1e-6 { self.times(1.0 / length) } else { Self::new(1.0, 0.0) }
    }

    /// The vector turned by a quarter to the right, as seen on the screen.
    #[must_use]
    pub fn turned(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// The scalar product.
    #[must_use]
    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// The cross product: positive if the other vector points to the right of this one, as seen on the screen.
    #[must_use]
    pub fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }
}

/// A rectangle along the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub x: f32,
    /// Its top edge.
    pub y: f32,
    /// Its width, never negative.
    pub width: f32,
    /// Its height, never negative.
    pub height: f32,
}

impl Rect {
    /// A rectangle from its top left corner and its size.
    #[must_use]
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width: width.max(0.0), height: height.max(0.0) }
    }

    /// A rectangle around its centre.
    #[must_use]
    pub fn around(centre: Point, width: f32, height: f32) -> Self {
        Self::new(centre.x - width / 2.0, centre.y - height / 2.0, width, height)
    }

    /// The right edge.
    #[must_use]
    pub fn right(self) -> f32 {
        self.x + self.width
    }

    /// The bottom edge.
    #[must_use]
    pub fn bottom(self) -> f32 {
        self.y + self.height
    }

    /// The centre.
    #[must_use]
    pub fn centre(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The corners, clockwise from the top left.
    #[must_use]
    pub fn corners(self) -> [Point; 4] {
        [
            Point::new(self.x, self.y),
            Point::new(self.right(), self.y),
            Point::new(self.right(), self.bottom()),
            Point::new(self.x, self.bottom()),
        ]
    }

    /// Whether there is nothing of it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.width <= 0.0 || self.height <= 0.0
    }

    /// Whether a point lies in it or on its edge.
    #[must_use]
    pub fn contains(self, point: Point) -> bool {
        (self.x..=self.right()).contains(&point.x) && (self.y..=self.bottom()).contains(&point.y)
    }

    /// Whether the two share more than an edge. An empty rectangle overlaps nothing.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let wide = self.right().min(other.right()) - self.x.max(other.x);
        let high = self.bottom().min(other.bottom()) - self.y.max(other.y);
        wide > NOISE && high > NOISE
    }

    /// Whether all of it lies in the other.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.x >= other.x - NOISE
            && self.y >= other.y - NOISE
            && self.right() <= other.right() + NOISE
            && self.bottom() <= other.bottom() + NOISE
    }

    /// The rectangle with each edge moved outwards; inwards, as far as there is something, if the number is negative.
    #[must_use]
    pub fn grown(self, across: f32, down: f32) -> Self {
        let across = across.max(-self.width / 2.0);
        let down = down.max(-self.height / 2.0);
        Self::new(self.x - across, self.y - down, self.width + 2.0 * across, self.height + 2.0 * down)
    }

    /// The smallest rectangle around both. An empty one adds nothing.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// The nearest point of the rectangle.
    #[must_use]
    pub fn clamp(self, point: Point) -> Point {
        Point::new(point.x.min(self.right()).max(self.x), point.y.min(self.bottom()).max(self.y))
    }

    /// The width of the gap between two rectangles, measured along the axis on which it is wider; 0 if they overlap.
    #[must_use]
    pub fn gap_to(self, other: Self) -> f32 {
        let across = (other.x - self.right()).max(self.x - other.right());
        let down = (other.y - self.bottom()).max(self.y - other.bottom());
        across.max(down).max(0.0)
    }

    /// Whether a straight line from one point to another touches it.
    #[must_use]
    pub fn meets(self, from: Point, to: Point) -> bool {
        let along = to.minus(from);
        let (mut enter, mut leave) = (0.0_f32, 1.0_f32);
        for (start, step, low, high) in
            [(from.x, along.x, self.x, self.right()), (from.y, along.y, self.y, self.bottom())]
        {
            if step.abs() < 1e-6 {
                if start < low || start > high {
                    return false;
                }
                continue;
            }
            let (a, b) = ((low - start) / step, (high - start) / step);
            enter = enter.max(a.min(b));
            leave = leave.min(a.max(b));
        }
        enter <= leave
    }
}

/// Where on the first line, as a fraction of it, the second line crosses it.
#[must_use]
pub(super) fn crossing(from: Point, to: Point, other_from: Point, other_to: Point) -> Option<f32> {
    let (along, other) = (to.minus(from), other_to.minus(other_from));
    let turn = along.cross(other);
    if turn.abs() < 1e-9 {
        return None;
    }
    let between = other_from.minus(from);
    let (at, other_at) = (between.cross(other) / turn, between.cross(along) / turn);
    ((0.0..=1.0).contains(&at) && (0.0..=1.0).contains(&other_at)).then_some(at)
}

/// The point of a straight line that is nearest to a point.
#[must_use]
pub(super) fn nearest_on(from: Point, to: Point, point: Point) -> Point {
    let along = to.minus(from);
    let square = along.dot(along);
    if square < 1e-9 {
        return from;
    }
    from.plus(along.times((point.minus(from).dot(along) / square).clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_overlap_only_beyond_their_edges() {
        let left = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert!(!left.overlaps(Rect::new(10.0, 0.0, 5.0, 5.0)));
        assert!(left.overlaps(Rect::new(9.0, 9.0, 5.0, 5.0)));
        assert!(!left.overlaps(Rect::new(5.0, 5.0, 0.0, 0.0)));
        assert!((left.gap_to(Rect::new(14.0, 2.0, 1.0, 1.0)) - 4.0).abs() < 1e-6);
    }

    #[test]
    fn a_line_meets_a_rectangle_that_holds_none_of_its_ends() {
        let rect = Rect::new(4.0, 4.0, 2.0, 2.0);
        assert!(rect.meets(Point::new(0.0, 0.0), Point::new(10.0, 10.0)));
        assert!(!rect.meets(Point::new(0.0, 0.0), Point::new(10.0, 2.0)));
        assert!(!rect.meets(Point::new(0.0, 0.0), Point::new(3.0, 3.0)));
    }

    #[test]
    fn lines_cross_where_both_are() {
        let at = crossing(Point::new(0.0, 0.0), Point::new(4.0, 0.0), Point::new(1.0, -1.0), Point::new(1.0, 1.0));
        assert!((at.expect("they cross") - 0.25).abs() < 1e-6);
        let beside = crossing(Point::new(0.0, 0.0), Point::new(4.0, 0.0), Point::new(5.0, -1.0), Point::new(5.0, 1.0));
        assert_eq!(beside, None);
    }
}
