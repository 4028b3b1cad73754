//! Keys while something on the stage has the focus. Every drag has its twin here.

use super::gestures::Gestures;
use super::placing::Placing;
use super::zoom;
use crate::base::{Endpoint, NodeId};
use crate::ui::deeds;
use crate::ui::lab::{Lab, Selected};
use crate::ui::prefs::{self, choice};
use crate::ui::transport::{redo, undo};
use crate::view::layout::{Direction, Point};
use crate::view::playback::Playback;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// How far an arrow moves a grabbed node, in pixels; with Shift, less.
const STEP: f32 = 16.0;
const SMALL_STEP: f32 = 4.0;

/// A key was pressed on the stage.
pub(super) fn pressed(lab: Lab, placing: Placing, gestures: Gestures, event: &KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let key = event.key();
    let is_used = match gestures.moving.get_untracked() {
        Some(node) => carry(lab, placing, gestures, node, &key, event.shift_key()),
        None => {
            zoom::pressed(lab, gestures, &key, event.shift_key())
                || playback(lab, &key)
                || go(lab, placing, gestures, &key)
        }
    };
    if is_used {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Keys of the transport, which act while the diagram has the focus and nowhere else, and can be switched off (WCAG 2.1.4).
fn playback(lab: Lab, key: &str) -> bool {
    if prefs::chosen(choice::KEYS) == "off" {
        return false;
    }
    match key {
        "p" => lab.toggle(),
        "," => {
            lab.change(Playback::step_back);
        }
        "." => {
            lab.step();
        }
        "u" => undo(lab),
        "U" => redo(lab),
        _ => return false,
    }
    true
}

/// Keys while a node is grabbed.
fn carry(lab: Lab, placing: Placing, gestures: Gestures, node: NodeId, key: &str, is_small: bool) -> bool {
    let step = if is_small { SMALL_STEP } else { STEP };
    let by = match key {
        "ArrowLeft" => Point::new(-step, 0.0),
        "ArrowRight" => Point::new(step, 0.0),
        "ArrowUp" => Point::new(0.0, -step),
        "ArrowDown" => Point::new(0.0, step),
        "Enter" | " " => {
            gestures.moving.set(None);
            lab.spoken.set(format!("{node} released"));
            return true;
        }
        "Escape" => {
            gestures.moving.set(None);
            lab.places.update(|places| places.retain(|(other, ..)| *other != node));
            lab.spoken.set(format!("{node} is back where it was"));
            return true;
        }
        _ => return false,
    };
    let layout = placing.now();
    if let Some(place) = layout.node(node) {
        let (to, size) = (place.centre.plus(by), layout.size);
        gestures.carry(node, to);
        let share = |part: f32, whole: f32| (100.0 * part / whole.max(1.0)) as i32;
        lab.spoken.set(format!("{node} moved to {} %, {} %", share(to.x, size.width), share(to.y, size.height)));
    }
    true
}

/// Keys that go from one thing to another and act on it.
fn go(lab: Lab, placing: Placing, gestures: Gestures, key: &str) -> bool {
    let Some(here) = focused(gestures, lab) else { return false };
    let node = match here {
        Selected::Node(node) => node,
        Selected::Link(Endpoint::Node(from), _) => from,
        Selected::Client(_) | Selected::Link(..) | Selected::Message(_) | Selected::Operation(_) => NodeId(1),
    };
    let next = match key {
        "ArrowLeft" => placing.now().next_node(node, Direction::Left).map(Selected::Node),
        "ArrowRight" => placing.now().next_node(node, Direction::Right).map(Selected::Node),
        "ArrowUp" => placing.now().next_node(node, Direction::Up).map(Selected::Node),
        "ArrowDown" => placing.now().next_node(node, Direction::Down).or_else_client(lab),
        "Home" => Some(Selected::Node(NodeId(1))),
        "End" => lab.frame.read_untracked().nodes.last().map(|node| Selected::Node(node.id)),
        "[" => neighbour(lab, here, node, false),
        "]" => neighbour(lab, here, node, true),
        " " => return act(lab, gestures, here),
        "Enter" => return open(gestures, here),
        "Escape" => return close(lab, gestures),
        _ => return false,
    };
    if let Some(next) = next {
        focus_on(lab, next);
    }
    true
}

/// Downwards from the lowest node come the clients.
trait OrClient {
    fn or_else_client(self, lab: Lab) -> Option<Selected>;
}

impl OrClient for Option<NodeId> {
    fn or_else_client(self, lab: Lab) -> Option<Selected> {
        let client = || lab.frame.read_untracked().clients.first().map(|client| Selected::Client(client.id));
        self.map(Selected::Node).or_else(client)
    }
}

fn focused(gestures: Gestures, lab: Lab) -> Option<Selected> {
    let nodes = lab.frame.read_untracked().nodes.len();
    let is_stop = |on: &Selected| untrack(|| gestures.is_stop(*on));
    let all_nodes = (1..=nodes as u8).map(|node| Selected::Node(NodeId(node)));
    let frame = lab.frame.get_untracked();
    let links = frame.links.iter().map(|link| Selected::Link(link.from, link.to));
    let clients = frame.clients.iter().map(|client| Selected::Client(client.id));
    all_nodes.chain(links).chain(clients).find(is_stop)
}

/// The next or the previous link of a node.
fn neighbour(lab: Lab, here: Selected, node: NodeId, is_next: bool) -> Option<Selected> {
    let frame = lab.frame.get_untracked();
    let own: Vec<Selected> = frame
        .links
        .iter()
        .filter(|link| link.from == node.into() || link.to == node.into())
        .map(|link| Selected::Link(link.from, link.to))
        .collect();
    let count = own.len();
    let at = own.iter().position(|link| *link == here);
    let next = match (at, is_next) {
        (None, true) => 0,
        (None, false) => count.checked_sub(1)?,
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
    };
    own.get(next).copied()
}

/// Space: a link is cut or healed, anything else opens its actions.
fn act(lab: Lab, gestures: Gestures, here: Selected) -> bool {
    match here {
        Selected::Link(from, to) => {
            lab.selected.set(Some(here));
            deeds::toggle_link(lab, from, to);
            true
        }
        Selected::Node(_) | Selected::Client(_) => open(gestures, here),
        Selected::Message(_) | Selected::Operation(_) => false,
    }
}

fn open(gestures: Gestures, here: Selected) -> bool {
    gestures.anchor(here).map(|_| gestures.open_menu(here)).is_some()
}

fn close(lab: Lab, gestures: Gestures) -> bool {
    let was_open = gestures.menu.get_untracked().is_some();
    gestures.menu.set(None);
    if !was_open {
        lab.selected.set(None);
    }
    true
}

/// Moves the keyboard's focus to something on the stage.
pub(in crate::ui) fn focus_on(lab: Lab, on: Selected) {
    let prefix = lab.prefix;
    let id = match on {
        Selected::Node(node) => format!("{prefix}node-{node}"),
        Selected::Client(client) => format!("{prefix}client-{client}"),
        Selected::Link(from, to) => format!("{prefix}link-{from}-{to}"),
        Selected::Message(_) | Selected::Operation(_) => return,
    };
    use wasm_bindgen::JsCast;
    if let Some(element) = document().get_element_by_id(&id) {
        let _ = element.unchecked_into::<web_sys::SvgElement>().focus();
    }
}
