//! Where a dragged node comes to rest.

use super::plane::{Point, Rect};
use super::room::nearest_free;
use super::{Layout, MARGIN};
use crate::base::NodeId;

impl Layout {
    /// Where a node comes to rest whose circle's centre is dropped at a point: as near as possible, inside the stage, on
    /// nothing else. As fractions of the stage, as [`super::Cast::places`] takes them.
    #[must_use]
    pub fn drop_at(&self, node: NodeId, point: Point) -> (f32, f32) {
        let Some(place) = self.node(node) else { return (0.5, 0.5) };
        let point = if point.x.is_finite() && point.y.is_finite() { point } else { place.centre };
        let lift = place.outline.centre().minus(place.centre);
        let mut blocked = self.closed.clone();
        let others = self.nodes.iter().filter(|other| other.node != node);
        blocked.extend(others.map(|other| other.outline.grown(self.sizes.gap, self.sizes.gap)));
        let stage = Rect::new(0.0, 0.0, self.size.width, self.size.height).grown(-MARGIN, -MARGIN);
        let size = (place.outline.width, place.outline.height);
        let middle = nearest_free(point.plus(lift), size, stage, &blocked).unwrap_or(place.outline.centre());
        let centre = middle.minus(lift);
        (fraction(centre.x, self.size.width), fraction(centre.y, self.size.height))
    }
}

/// A fraction of a length that may be nothing.
fn fraction(pixels: f32, length: f32) -> f32 {
    if length > 0.0 { pixels / length } else { 0.5 }
}
