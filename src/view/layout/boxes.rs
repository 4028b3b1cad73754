//! What belongs to a node and where: circle, badge, role line, log, note, and the outline around all of it.

use super::plane::{Point, Rect};
use super::sizes::{Extent, RoleLine, Shown, Sizes};
use crate::base::NodeId;

/// Where the parts of a node are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodePlace {
    /// The node.
    pub node: NodeId,
    /// The centre of its circle.
    pub centre: Point,
    /// The radius of its circle.
    pub radius: f32,
    /// The radius of the arc around the circle that counts down to an election.
    pub arc: f32,
    /// The centre of the badge with the role's letter.
    pub badge: Point,
    /// The centre of the dial of its clock.
    pub dial: Point,
    /// The radius of the badge and of the dial.
    pub badge_radius: f32,
    /// The line under the circle; empty if it is not shown.
    pub role: Rect,
    /// The log strip; empty if it is not shown. The cells are centred in it when there are fewer.
    pub log: Rect,
    /// The side of one square cell.
    pub cell: f32,
    /// How many cells the strip holds.
    pub cells: u8,
    /// The line under the log; empty if it is not shown.
    pub note: Rect,
    /// What takes a click or a touch: at least 44 px wide and high where the stage is not too small for that.
    pub hit: Rect,
    /// Everything that belongs to the node.
    pub outline: Rect,
}

impl NodePlace {
    /// The parts of a node whose outline has this centre.
    pub(super) fn new(node: NodeId, middle: Point, extent: Extent, sizes: Sizes, shown: Shown) -> Self {
        let outline = Rect::around(middle, extent.width, extent.height);
        let centre = Point::new(middle.x, outline.y + extent.up);
        let mut top = outline.y + 2.0 * extent.up;
        let mut line = |height: f32, width: f32| {
            let rect = Rect::new(middle.x - width / 2.0, top, width, height);
            top += height;
            rect
        };
        let role = match shown.role {
            RoleLine::Full | RoleLine::Short => line(Sizes::line(sizes.role), extent.width),
            RoleLine::None => Rect::default(),
        };
        let log = if shown.cells > 0 {
            line(4.0, 0.0);
            line(sizes.cell, f32::from(shown.cells) * (sizes.cell + 2.0) - 2.0)
        } else {
            Rect::default()
        };
        let note = if shown.note {
            line(4.0, 0.0);
            line(Sizes::line(sizes.note), extent.width)
        } else {
            Rect::default()
        };
        let badge_radius = (shown.radius * 0.3).max(8.0).min(shown.radius * 0.5);
        let out = shown.radius * 0.73;
        Self {
            node,
            centre,
            radius: shown.radius,
            arc: shown.radius + sizes.halo - 2.0,
            badge: centre.plus(Point::new(out, -out)),
            dial: centre.plus(Point::new(-out, -out)),
            badge_radius,
            role,
            log,
            cell: sizes.cell,
            cells: shown.cells,
            note,
            hit: Rect::around(centre, 2.0 * extent.up, 2.0 * extent.up),
            outline,
        }
    }

    /// The left top corner of a cell, when the strip shows so many cells, counted from 0 on the left.
    #[must_use]
    pub fn cell_at(&self, index: u8, shown: u8) -> Point {
        let step = self.cell + 2.0;
        let width = f32::from(shown) * step - 2.0;
        Point::new(self.log.centre().x - width / 2.0 + f32::from(index) * step, self.log.y)
    }
}
