//! Where a menu stands: what it is about, and what it had better not hide, in pixels from the stage's corner.

use crate::base::{Endpoint, NodeId};
use crate::ui::lab::Selected;
use crate::ui::stage::Gestures;
use crate::view::layout::{Beside, Layout, MenuScene, Point, Rect, beside as best_beside};

/// How wide a menu is, and how high one of its rows, its title and its edges, in pixels.
const WIDTH: f32 = 232.0;
const ROW: f32 = 32.0;
const FRAME: f32 = 42.0;

/// A pixel of a link of what the menu is about, and one of another link.
const OWN: f32 = 4.0;
const OTHER: f32 = 0.3;

/// The place of a menu with so many entries.
pub(super) fn beside(gestures: Gestures, layout: &Layout, on: Selected, entries: usize) -> Beside {
    let (room, stage) = gestures.room();
    let seen = |rect: Rect| {
        let corner = gestures.on_screen(Point::new(rect.x, rect.y));
        let end = gestures.on_screen(Point::new(rect.right(), rect.bottom()));
        Rect::new(corner.x, corner.y, end.x - corner.x, end.y - corner.y)
    };
    let lines: Vec<(Point, Point, f32)> = layout
        .links
        .iter()
        .map(|link| {
            let weight = if belongs(on, link.from, link.to) { OWN } else { OTHER };
            (gestures.on_screen(link.start), gestures.on_screen(link.end), weight)
        })
        .collect();
    let nodes = layout.nodes.iter().filter(|node| on != Selected::Node(node.node)).map(|node| seen(node.outline));
    let cards = layout.clients.iter().filter(|client| on != Selected::Client(client.client));
    let others: Vec<Rect> = nodes.chain(cards.map(|client| seen(client.card))).collect();
    let thing = thing(layout, on).map_or(stage, seen);
    let height = (FRAME + ROW * entries as f32).min(room.height);
    let found = best_beside(&MenuScene { room, stage, thing, lines: &lines, others: &others }, WIDTH, height);
    match on {
        Selected::Node(node) => layout.node(node).map_or(found, |place| {
            // To the circle, and not to the corner of all that belongs to the node.
            let (from, centre) = (found.pointer.0, gestures.on_screen(place.centre));
            let edge = centre.distance(gestures.on_screen(place.centre.plus(Point::new(place.arc + 4.0, 0.0))));
            Beside { pointer: (from, centre.plus(from.minus(centre).unit().times(edge))), ..found }
        }),
        Selected::Link(..) | Selected::Client(_) | Selected::Message(_) | Selected::Operation(_) => found,
    }
}

/// Whether a link is one of what a menu is about.
fn belongs(on: Selected, from: NodeId, to: NodeId) -> bool {
    match on {
        Selected::Node(node) => node == from || node == to,
        Selected::Link(one, other) => {
            let (from, to) = (Endpoint::from(from), Endpoint::from(to));
            (one, other) == (from, to) || (one, other) == (to, from)
        }
        Selected::Client(_) | Selected::Message(_) | Selected::Operation(_) => false,
    }
}

/// What must stay in sight.
fn thing(layout: &Layout, on: Selected) -> Option<Rect> {
    match on {
        Selected::Node(node) => layout.node(node).map(|place| place.outline),
        Selected::Client(client) => layout.client(client).map(|place| place.card),
        Selected::Link(Endpoint::Node(from), Endpoint::Node(to)) => {
            layout.link(from, to).map(|link| Rect::around(link.stubs().cross, 24.0, 24.0))
        }
        Selected::Link(..) | Selected::Message(_) | Selected::Operation(_) => None,
    }
}
