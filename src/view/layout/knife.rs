//! The knife: which links a stroke of the pointer goes through.

use super::Layout;
use super::plane::{Point, crossing};
use crate::base::Endpoint;

impl Layout {
    /// The links that a stroke crosses, each once: those between nodes as (smaller, larger), then those of clients as
    /// (client, node).
    #[must_use]
    pub fn crossed_by(&self, stroke: &[Point]) -> Vec<(Endpoint, Endpoint)> {
        let crosses =
            |from: Point, to: Point| stroke.windows(2).any(|piece| crossing(from, to, piece[0], piece[1]).is_some());
        let links = self.links.iter().filter(|link| crosses(link.start, link.end));
        let mut crossed: Vec<_> = links.map(|link| (link.from.into(), link.to.into())).collect();
        for place in &self.clients {
            let Some(wire) = place.wire else { continue };
            if wire.pieces().any(|(from, to)| crosses(from, to)) {
                crossed.push((place.client.into(), place.contact.into()));
            }
        }
        crossed
    }
}
