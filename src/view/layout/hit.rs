//! What lies under the pointer.

use super::Layout;
use super::links::HIT_STROKE;
use super::plane::{Point, nearest_on};
use crate::base::{ClientId, Endpoint, NodeId};

/// Something that can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A node: its circle or its log.
    Node(NodeId),
    /// A client's card.
    Client(ClientId),
    /// The link between two nodes, the smaller first, or between a client and its node.
    Link(Endpoint, Endpoint),
}

impl Layout {
    /// The topmost thing under a point: a node, else a client, else the nearest link within half a hit stroke.
    #[must_use]
    pub fn hit(&self, point: Point) -> Option<Hit> {
        if let Some(node) = self.nodes.iter().find(|node| node.hit.contains(point) || node.log.contains(point)) {
            return Some(Hit::Node(node.node));
        }
        if let Some(client) = self.clients.iter().find(|client| !client.card.is_empty() && client.card.contains(point))
        {
            return Some(Hit::Client(client.client));
        }
        let links = self.links.iter().map(|link| (link.distance(point), link.from.into(), link.to.into()));
        let wires = self.clients.iter().filter_map(|client| {
            let pieces = client.wire.as_ref()?.pieces().map(|(from, to)| nearest_on(from, to, point).distance(point));
            Some((pieces.fold(f32::MAX, f32::min), client.client.into(), client.contact.into()))
        });
        let nearest = links.chain(wires).min_by(|a, b| a.0.total_cmp(&b.0))?;
        (nearest.0 <= HIT_STROKE / 2.0).then_some(Hit::Link(nearest.1, nearest.2))
    }
}
