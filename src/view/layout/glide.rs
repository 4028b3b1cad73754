//! Between two arrangements: where everything is while nodes go from one to the other.

use super::Layout;
use super::boxes::NodePlace;
use super::links;
use super::plane::{Point, Rect, crossing};
use crate::base::{ClientId, NodeId};

impl Layout {
    /// This layout with every node a share of the way from where another layout had it: 0 there, 1 here. Areas and labels
    /// are those of this layout; nodes that the other did not have are where they are to be.
    #[must_use]
    pub fn between(&self, from: &Self, share: f32) -> Self {
        let mut between = self.clone();
        for place in &mut between.nodes {
            if let Some(old) = from.node(place.node) {
                *place = place.moved(old.centre.minus(place.centre).times(1.0 - share));
            }
        }
        let gaps = between.links.clone();
        between.links = links::links(&between.nodes);
        for (link, old) in between.links.iter_mut().zip(gaps) {
            link.gap = old.gap;
        }
        for at in 0..between.clients.len() {
            let (client, contact) = (between.clients[at].client, between.clients[at].contact);
            between.clients[at].wire = None;
            // A wire that does not exist yet is led anew, around nodes as they stand now.
            between.clients[at].wire = between.node(contact).map(|node| between.lead(between.clients[at].card, node));
            debug_assert_eq!(between.clients[at].client, client);
        }
        between
    }

    /// Whether a stroke lies between a client's card and a node.
    #[must_use]
    pub fn separates(&self, stroke: &[Point], client: ClientId, node: NodeId) -> bool {
        let Some((client, node)) = self.client(client).zip(self.node(node)) else { return false };
        let (from, to) = (client.card.centre(), node.centre);
        let crossed = stroke.windows(2).filter(|piece| crossing(from, to, piece[0], piece[1]).is_some()).count();
        // A stroke that is crossed twice has been gone around.
        crossed % 2 == 1
    }
}

impl NodePlace {
    /// The same parts, so much further on.
    fn moved(&self, by: Point) -> Self {
        let rect = |rect: Rect| Rect { x: rect.x + by.x, y: rect.y + by.y, ..rect };
        Self {
            centre: self.centre.plus(by),
            badge: self.badge.plus(by),
            dial: self.dial.plus(by),
            role: rect(self.role),
            log: rect(self.log),
            note: rect(self.note),
            hit: rect(self.hit),
            outline: rect(self.outline),
            ..*self
        }
    }
}
