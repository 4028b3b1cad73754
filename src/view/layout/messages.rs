//! Where a message is on its way, and which way it points.

use super::Layout;
use super::plane::Point;
use crate::base::Endpoint;

/// How far a message keeps to its own side of a link, so that requests and replies do not lie on one another.
const LANE: f32 = 5.0;

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The centre of its shape.
    pub point: Point,
    /// Which way it goes: an angle in degrees as SVG turns, 0 to the right, 90 downwards.
    pub heading: f32,
}

impl Layout {
    /// Where a message is after a fraction of its way, 0 at the sender's edge and 1 at the receiver's. `None` if one of
    /// the two is not on the stage.
    #[must_use]
    pub fn message_at(&self, from: Endpoint, to: Endpoint, progress: f32) -> Option<Spot> {
        let progress = if progress.is_finite() { progress.clamp(0.0, 1.0) } else { 0.0 };
        let (on_line, way) = match (from, to) {
            (Endpoint::Node(from), Endpoint::Node(to)) => {
                let (from, to) = (self.node(from)?, self.node(to)?);
                let way = to.centre.minus(from.centre).unit();
                let start = from.centre.plus(way.times(from.radius));
                (start.towards(to.centre.minus(way.times(to.radius)), progress), way)
            }
            (Endpoint::Client(client), Endpoint::Node(node)) => {
                let wire = self.wire(client, node)?;
                (wire.at(progress), wire.way(progress))
            }
            (Endpoint::Node(node), Endpoint::Client(client)) => {
                let wire = self.wire(client, node)?;
                (wire.at(1.0 - progress), wire.way(1.0 - progress).times(-1.0))
            }
            (Endpoint::Client(_), Endpoint::Client(_)) => return None,
        };
        let heading = libm::atan2f(way.y, way.x).to_degrees();
        Some(Spot { point: on_line.plus(way.turned().times(LANE)), heading })
    }
}
