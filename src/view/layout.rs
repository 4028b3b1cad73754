//! Where things are on the stage, in CSS pixels from its top left: pure geometry, the same for the same input. Owns
//! places, shapes and hit tests; knows nothing of roles, messages' meaning, colours and the DOM.
//!
//! [`Layout::new`] tries the details that the look would like to show from the richest to the barest
//! ([`Shown`] says what was taken) until everything stands on the stage and nothing overlaps.

mod areas;
mod arrange;
mod beside;
mod boxes;
mod clients;
mod glide;
mod hit;
mod knife;
mod labels;
mod links;
mod messages;
mod neighbours;
mod nudge;
mod plane;
mod ring;
mod room;
mod sides;
mod sizes;

#[cfg(test)]
mod drawing;
#[cfg(test)]
mod tests;

pub use areas::{AreaLabel, AreaPlace};
pub use beside::{Beside, Scene as MenuScene, beside};
pub use boxes::NodePlace;
pub use clients::{ClientPlace, Wire};
pub use hit::Hit;
pub use links::{GAP, HIT_STROKE, LinkPlace, Stubs};
pub use messages::Spot;
pub use neighbours::Direction;
pub use plane::{Point, Rect};
pub use sizes::{Look, RoleLine, Shown, SideText, Sizes};

use crate::base::{ClientId, NodeId, NodeSet};
use arrange::Arrangement;
use labels::Field;

/// The free edge of the stage.
const MARGIN: f32 = 8.0;

/// The size of the stage in CSS pixels; 0 x 0 while the page is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageSize {
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
}

/// The stage before anything stands on it.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'a> {
    /// The design to follow.
    pub look: Look,
    /// Its size.
    pub size: StageSize,
    /// The room of overlays that nothing may stand under: tools, legend, "see as", caption.
    pub reserved: &'a [Rect],
}

/// A client and the nodes that matter to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client.
    pub client: ClientId,
    /// The node near which its card stands. It should not change while the client tries one node after another, or the
    /// card moves about.
    pub near: NodeId,
    /// The node to which its wire leads.
    pub contact: NodeId,
}

/// Who is on the stage.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cast<'a> {
    /// The nodes, in the order in which they go round, `n1` first.
    pub nodes: &'a [NodeId],
    /// The clients.
    pub clients: &'a [Caller],
    /// Where a person has put nodes: centres of circles as fractions of the stage, what was moved last at the end.
    pub places: &'a [(NodeId, f32, f32)],
    /// The sides while the cluster is parted.
    pub sides: &'a [NodeSet],
    /// How many cells of each log to show where there is room.
    pub log_cells: u8,
}

/// The boundary between two sides that were moved apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutLine {
    /// Its left or upper end.
    pub from: Point,
    /// Its other end.
    pub to: Point,
}

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The design.
    pub look: Look,
    /// The size of the stage.
    pub size: StageSize,
    /// The sizes of text and parts.
    pub sizes: Sizes,
    /// What there was room for.
    pub shown: Shown,
    /// The nodes, in the order of the cast.
    pub nodes: Vec<NodePlace>,
    /// The links between all pairs of nodes.
    pub links: Vec<LinkPlace>,
    /// The clients, in the order of the cast.
    pub clients: Vec<ClientPlace>,
    /// The areas of the sides of a parted cluster.
    pub areas: Vec<AreaPlace>,
    /// The boundaries between sides, where the sides stand apart.
    pub cuts: Vec<CutLine>,
    /// The room of overlays.
    reserved: Vec<Rect>,
    /// Overlays and the row of cards, with the gap that nodes keep to them.
    closed: Vec<Rect>,
}

impl Layout {
    /// Arranges a cast on a stage.
    #[must_use]
    pub fn new(stage: &Stage<'_>, cast: &Cast<'_>) -> Self {
        let arrangement = Arrangement::new(stage, cast);
        let mut layout = Self {
            look: stage.look,
            size: arrangement.size,
            sizes: arrangement.sizes,
            shown: arrangement.shown,
            links: links::links(&arrangement.nodes),
            nodes: arrangement.nodes,
            clients: Vec::with_capacity(cast.clients.len()),
            areas: Vec::new(),
            cuts: arrangement.cuts,
            reserved: stage.reserved.to_vec(),
            closed: arrangement.closed,
        };
        layout.seat(cast, arrangement.row);
        layout.part(cast, &arrangement.titles);
        layout.label(cast);
        layout
    }

    /// The place of a node.
    #[must_use]
    pub fn node(&self, node: NodeId) -> Option<&NodePlace> {
        self.nodes.iter().find(|place| place.node == node)
    }

    /// The place of a client.
    #[must_use]
    pub fn client(&self, client: ClientId) -> Option<&ClientPlace> {
        self.clients.iter().find(|place| place.client == client)
    }

    /// The place of the link between two nodes, in either order.
    #[must_use]
    pub fn link(&self, one: NodeId, other: NodeId) -> Option<&LinkPlace> {
        let joins = |link: &&LinkPlace| (link.from, link.to) == (one, other) || (link.to, link.from) == (one, other);
        self.links.iter().find(joins)
    }

    /// The wire from a client's card to a node, also to one that it is not talking to at the moment.
    #[must_use]
    pub fn wire(&self, client: ClientId, node: NodeId) -> Option<Wire> {
        let place = self.client(client)?;
        if place.contact == node {
            return place.wire;
        }
        Some(self.lead(place.card, self.node(node)?))
    }

    fn seat(&mut self, cast: &Cast<'_>, row: Rect) {
        let cards = clients::cards(cast.clients, &self.nodes, row, self.sizes);
        let seat = |(caller, card): (&Caller, Rect)| ClientPlace {
            client: caller.client,
            contact: caller.contact,
            card,
            wire: None,
        };
        self.clients = cast.clients.iter().zip(cards).map(seat).collect();
        for index in 0..self.clients.len() {
            let place = self.clients[index];
            self.clients[index].wire = self.node(place.contact).map(|node| self.lead(place.card, node));
        }
    }

    fn part(&mut self, cast: &Cast<'_>, titles: &[Option<Rect>]) {
        if cast.sides.len() < 2 {
            return;
        }
        self.areas = areas::areas(&self.nodes, cast.sides, titles, self.sizes);
        for area in &mut self.areas {
            let rect = titles.get(area.side).copied().flatten();
            area.label = rect.map(|rect| AreaLabel { rect, text: self.shown.side_text });
        }
        let areas = &self.areas;
        for link in &mut self.links {
            let side = |node: NodeId| areas.iter().find(|area| cast.sides[area.side].contains(node));
            let (Some(from), Some(to)) = (side(link.from), side(link.to)) else { continue };
            if from.side == to.side {
                continue;
            }
            // The gap lies before the first foreign area, so that a third side that stands between has no crosses.
            let leave = from.exit(link.start, link.end).unwrap_or(0.0);
            let others = areas.iter().filter(|area| area.side != from.side);
            let enter = others.filter_map(|area| area.entry(link.start, link.end, leave)).min_by(f32::total_cmp);
            link.gap = (leave + enter.unwrap_or(1.0)) / 2.0;
        }
    }

    fn label(&mut self, cast: &Cast<'_>) {
        let field = self.field();
        let mut taken = self.taken();
        let nodes = &self.nodes;
        let own = |side: usize| {
            let members = nodes.iter().filter(|node| cast.sides[side].contains(node.node));
            members.map(|node| node.outline).collect()
        };
        labels::label_areas(&mut self.areas, &own, &mut taken, &field);
        if self.shown.link_labels {
            // A link between two sides is cut: what it took while it was up would only fill the gap.
            let is_up =
                |link: &LinkPlace| !cast.sides.iter().any(|side| side.contains(link.from) != side.contains(link.to));
            labels::label_links(&mut self.links, &is_up, &mut taken, &field);
        }
    }

    /// Room for the delay beside one link, whether or not all links are labelled.
    #[must_use]
    pub fn delay_label(&self, one: NodeId, other: NodeId) -> Option<Rect> {
        let link = self.link(one, other)?;
        let lines: Vec<(Point, Point)> = self.links.iter().map(|link| (link.start, link.end)).collect();
        link.label.or_else(|| labels::room_beside(link, &lines, &self.taken(), &self.field()))
    }

    fn field(&self) -> Field {
        let stage = Rect::new(0.0, 0.0, self.size.width, self.size.height);
        Field { stage, sizes: self.sizes, side_text: self.shown.side_text }
    }

    /// Everything on which no label may lie.
    fn taken(&self) -> Vec<Rect> {
        let mut taken: Vec<Rect> = self.nodes.iter().map(|node| node.outline).collect();
        taken.extend(self.clients.iter().map(|client| client.card));
        taken.extend(&self.reserved);
        taken.extend(self.areas.iter().filter_map(|area| area.label).map(|label| label.rect));
        taken.extend(self.links.iter().filter_map(|link| link.label));
        taken
    }
}
