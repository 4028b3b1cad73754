//! What the pointer does on the stage: clicks, drags of nodes, the knife. Owns where the pointer is and what has the focus;
//! what a click does is in `deeds`.

use super::placing::Placing;
use super::zoom::{self, Zoom};
use crate::base::{Endpoint, NodeId};
use crate::lesson;
use crate::ui::deeds;
use crate::ui::lab::{Lab, Selected, Tool};
use crate::view::layout::{Hit, Point, Rect};
use leptos::prelude::*;
use leptos::svg::Svg;
use web_sys::{MouseEvent, PointerEvent, WheelEvent};

/// A drag begins after so many pixels.
const SLOP: f32 = 6.0;

/// A press that lasts so long, in milliseconds, opens the menu.
const LONG_PRESS: u64 = 550;

/// A menu keeps so far from the window's edges, in pixels.
const EDGE: f32 = 8.0;

/// What the pointer is doing.
#[derive(Clone, Debug, Default, PartialEq)]
enum Doing {
    /// Nothing.
    #[default]
    Nothing,
    /// It is down, and has not moved far.
    Pressing { at: Point, on: Option<Hit> },
    /// It drags a node; the offset is from the pointer to the circle's centre.
    Dragging { node: NodeId, offset: Point },
    /// It is a knife.
    Cutting(Vec<Point>),
    /// It moves the enlarged stage; where it was last, in the stage's pixels.
    Panning(Point),
}

/// An open menu.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) struct Opened {
    /// What it is about.
    pub(in crate::ui) on: Selected,
}

/// The pointer and the focus on the stage.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Gestures {
    lab: Lab,
    placing: Placing,
    svg: NodeRef<Svg>,
    doing: RwSignal<Doing>,
    /// Whether the click that follows belongs to a drag.
    swallow: StoredValue<bool>,
    presses: StoredValue<u32>,
    /// What the tab key reaches.
    focus: RwSignal<Option<Selected>>,
    /// How near the stage is looked at.
    pub(super) zoom: RwSignal<Zoom>,
    /// Whether a drag moves what is enlarged.
    pub(super) hand: RwSignal<bool>,
    /// The open menu.
    pub(in crate::ui) menu: RwSignal<Option<Opened>>,
    /// The node that is moved by keys or by a second click.
    pub(in crate::ui) moving: RwSignal<Option<NodeId>>,
}

impl Gestures {
    /// A pointer that does nothing yet.
    pub(in crate::ui) fn new(lab: Lab, placing: Placing, svg: NodeRef<Svg>) -> Gestures {
        Gestures {
            lab,
            placing,
            svg,
            doing: RwSignal::new(Doing::Nothing),
            swallow: StoredValue::new(false),
            presses: StoredValue::new(0),
            focus: RwSignal::new(None),
            zoom: RwSignal::new(Zoom::default()),
            hand: RwSignal::new(false),
            menu: RwSignal::new(None),
            moving: RwSignal::new(None),
        }
    }

    /// What a press would do, as styles name it: a hand moves what is enlarged, a knife cuts, and while the run stands a message
    /// under the pointer would be laid open.
    pub(super) fn in_hand(self) -> &'static str {
        let takes = self.lab.hovered.get().is_some() && !self.lab.clock.with(|clock| clock.is_playing);
        match (self.hand.get(), self.is_cutting(), takes) {
            (true, ..) => "hand",
            (false, true, _) => "knife",
            (false, false, true) => "takes",
            (false, false, false) => "",
        }
    }

    /// Whether the knife is in hand.
    fn is_cutting(self) -> bool {
        matches!(&*self.doing.read(), Doing::Cutting(_)) || self.lab.tool.get() == Tool::Knife
    }

    /// The knife's way so far.
    pub(super) fn stroke_path(self) -> String {
        let doing = self.doing.read();
        let Doing::Cutting(points) = &*doing else { return String::new() };
        let mut path = String::new();
        for (at, point) in points.iter().enumerate() {
            path += &format!("{}{:.1} {:.1}", if at == 0 { "M" } else { "L" }, point.x, point.y);
        }
        path
    }

    /// The pointer goes down.
    pub(super) fn down(self, event: &PointerEvent) {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        self.swallow.set_value(false);
        let at = self.point(event);
        let on = self.placing.now().hit(at);
        self.doing.set(Doing::Pressing { at, on });
        if event.pointer_type() == "touch" {
            self.expect_long_press(on);
        }
    }

    /// The pointer moves.
    pub(super) fn moved(self, event: &PointerEvent) {
        let at = self.point(event);
        let doing = self.doing.get_untracked();
        match doing {
            Doing::Nothing => self.hover(self.message_at(at)),
            Doing::Pressing { at: from, on } => {
                if from.distance(at) > SLOP {
                    self.begin_drag((from, at), on, event.shift_key());
                    self.capture(event);
                }
            }
            Doing::Dragging { node, offset } => self.carry(node, at.plus(offset)),
            Doing::Panning(from) => self.pan(from, at),
            Doing::Cutting(_) => self.doing.update(|doing| {
                if let Doing::Cutting(points) = doing {
                    points.push(at);
                }
            }),
        }
    }

    /// The pointer is on a message, or on none.
    pub(super) fn hover(self, message: Option<crate::base::RecordId>) {
        if self.lab.hovered.get_untracked() != message {
            self.lab.hovered.set(message);
        }
    }

    /// The pointer goes up.
    pub(super) fn up(self, event: &PointerEvent) {
        let doing = self.doing.get_untracked();
        self.doing.set(Doing::Nothing);
        self.presses.update_value(|presses| *presses += 1);
        match doing {
            Doing::Nothing => {}
            Doing::Pressing { at, .. } if self.takes_message(at) => self.swallow.set_value(true),
            Doing::Pressing { at, on: None } => {
                self.menu.set(None);
                if let Some(node) = self.moving.get_untracked() {
                    self.moving.set(None);
                    self.carry(node, at);
                } else {
                    self.lab.selected.set(None);
                }
            }
            Doing::Pressing { on: Some(Hit::Link(from, to)), .. } => {
                // Only the wide stroke was hit, or nothing of the link at all: the click that follows may not reach it.
                if event.target().is_some_and(|target| self.is_ground(&target)) {
                    self.press(super::links::ordered(from, to));
                }
            }
            Doing::Pressing { .. } => {}
            Doing::Panning(_) => self.swallow.set_value(true),
            Doing::Dragging { node, offset } => {
                self.swallow.set_value(true);
                self.carry(node, self.point(event).plus(offset));
            }
            Doing::Cutting(points) => {
                self.swallow.set_value(true);
                deeds::cut_across(self.lab, self.placing, &points);
            }
        }
    }

    /// While the run stands, a press takes the message under it; while messages fly, what they fly along is meant.
    fn takes_message(self, at: Point) -> bool {
        let is_playing = self.lab.clock.with_untracked(|clock| clock.is_playing);
        if is_playing || self.moving.get_untracked().is_some() {
            return false;
        }
        let message = self.message_at(at);
        if let Some(message) = message {
            self.menu.set(None);
            self.lab.selected.set(Some(Selected::Message(message)));
        }
        message.is_some()
    }

    /// The message under a point; what leaves a node or comes to one is under it.
    fn message_at(self, at: Point) -> Option<crate::base::RecordId> {
        let layout = self.placing.now();
        let is_covered = matches!(layout.hit(at), Some(Hit::Node(_) | Hit::Client(_)));
        if is_covered { None } else { super::messages::mover_at(self.lab, &layout, at) }
    }

    /// The browser has taken the pointer for something else, as a scroll.
    pub(super) fn cancel(self) {
        self.presses.update_value(|presses| *presses += 1);
        self.doing.set(Doing::Nothing);
    }

    /// The wheel zooms with Ctrl.
    pub(super) fn wheel(self, event: &WheelEvent) {
        zoom::wheel(self.zoom, event, self.point(event), self.size());
    }

    /// How large the stage is laid out.
    pub(super) fn size(self) -> (f32, f32) {
        let size = self.placing.size.get_untracked();
        (size.width, size.height)
    }

    /// What a hand has moved glides again once effects have run.
    fn let_go(self) {
        let placing = self.placing;
        set_timeout(
            move || {
                placing.is_in_hand.try_update_value(|is_in_hand| *is_in_hand = false);
            },
            std::time::Duration::ZERO,
        );
    }

    /// A right click opens the menu of what is there.
    pub(super) fn context_menu(self, event: &MouseEvent) {
        let at = self.point(event);
        if let Some(hit) = self.placing.now().hit(at) {
            event.prevent_default();
            self.doing.set(Doing::Nothing);
            self.open_menu(selected(hit));
        }
    }

    /// Something was clicked, or pressed by a screen reader.
    pub(super) fn click(self, on: Selected, event: &MouseEvent) {
        event.stop_propagation();
        if self.swallow.get_value() {
            self.swallow.set_value(false);
            return;
        }
        self.press(on);
    }

    /// Does what the tool in hand does with something.
    fn press(self, on: Selected) {
        if let Some(node) = self.moving.get_untracked() {
            self.moving.set(None);
            if let Some(place) = self.anchor(on) {
                self.carry(node, place);
            }
            return;
        }
        self.lab.selected.set(Some(on));
        match (self.lab.tool.get_untracked(), on) {
            // Whatever is in hand: no other tool does anything with a link.
            (_, Selected::Link(from, to)) if untrack(|| self.lab.allows(lesson::Tool::Links)) => {
                deeds::toggle_link(self.lab, from, to)
            }
            (Tool::Write, Selected::Node(node)) => deeds::write_through(self.lab, node),
            (Tool::Crash, Selected::Node(node)) => deeds::toggle_crash(self.lab, node),
            (Tool::Freeze, Selected::Node(node)) => deeds::toggle_freeze(self.lab, node),
            (Tool::Clock, Selected::Node(node)) => deeds::step_clock(self.lab, node, 500_000),
            _ => {
                if self.anchor(on).is_some() {
                    self.open_menu(on);
                }
            }
        }
    }

    /// Opens the menu of something.
    pub(super) fn open_menu(self, on: Selected) {
        self.lab.selected.set(Some(on));
        self.focus.set(Some(on));
        self.menu.set(Some(Opened { on }));
    }

    /// Whether something's menu is open.
    pub(super) fn has_menu(self, on: Selected) -> bool {
        self.menu.get().is_some_and(|menu| menu.on == on)
    }

    /// Something has the focus now.
    pub(super) fn focus(self, on: Selected) {
        self.focus.set(Some(on));
        self.show(on);
    }

    /// Whether the tab key reaches this: what had the focus last, or the first node.
    pub(super) fn is_stop(self, on: Selected) -> bool {
        match self.focus.get() {
            Some(focus) => focus == on,
            None => on == Selected::Node(NodeId(1)),
        }
    }

    /// Where something is that can be acted on.
    pub(in crate::ui) fn anchor(self, on: Selected) -> Option<Point> {
        let layout = self.placing.now();
        match on {
            Selected::Node(node) => layout.node(node).map(|place| place.centre),
            Selected::Client(client) => layout.client(client).map(|place| place.card.centre()),
            Selected::Link(Endpoint::Node(from), Endpoint::Node(to)) => layout.link(from, to).map(|link| link.middle()),
            Selected::Link(..) | Selected::Message(_) | Selected::Operation(_) => None,
        }
    }

    /// A point of the stage as it is seen, in pixels from the stage's corner.
    pub(in crate::ui) fn on_screen(self, point: Point) -> Point {
        let zoom = self.zoom.get_untracked();
        point.minus(zoom.corner).times(zoom.scale)
    }

    /// The window, and the stage in it, in pixels from the stage's corner. A menu may stand on all of the window.
    pub(in crate::ui) fn room(self) -> (Rect, Rect) {
        let size = self.placing.size.get_untracked();
        let stage = Rect::new(0.0, 0.0, size.width, size.height);
        let Some(svg) = self.svg.get_untracked() else { return (stage, stage) };
        let corner = self.on_screen(Point::default());
        let rect = svg.get_bounding_client_rect();
        let (left, top) = (rect.x() as f32 - corner.x, rect.y() as f32 - corner.y);
        let length = |length: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>, or: f32| {
            length.ok().and_then(|length| length.as_f64()).map_or(or, |length| length as f32)
        };
        let (width, height) =
            (length(window().inner_width(), size.width), length(window().inner_height(), size.height));
        let room = Rect::new(EDGE - left, EDGE - top, width - 2.0 * EDGE, height - 2.0 * EDGE);
        (room, stage)
    }

    /// Puts a node somewhere; the layout keeps it clear of others.
    pub(in crate::ui) fn carry(self, node: NodeId, to: Point) {
        self.placing.is_in_hand.set_value(true);
        self.let_go();
        let (x, y) = self.placing.now().drop_at(node, to);
        self.lab.places.update(|places| {
            places.retain(|(other, ..)| *other != node);
            places.push((node, x, y));
        });
    }

    fn begin_drag(self, (from, at): (Point, Point), on: Option<Hit>, is_shifted: bool) {
        self.presses.update_value(|presses| *presses += 1);
        self.menu.set(None);
        let tool = self.lab.tool.get_untracked();
        match on {
            Some(Hit::Node(node)) if tool != Tool::Knife && !self.hand.get_untracked() => {
                let centre = self.placing.now().node(node).map_or(from, |place| place.centre);
                self.doing.set(Doing::Dragging { node, offset: centre.minus(from) });
            }
            _ if is_shifted || self.hand.get_untracked() => self.doing.set(Doing::Panning(at)),
            _ => self.doing.set(Doing::Cutting(vec![from, at])),
        }
    }

    /// Moves the enlarged stage with the pointer, which stays on the same point of it.
    fn pan(self, from: Point, at: Point) {
        let size = self.size();
        self.zoom.update(|zoom| *zoom = zoom.moved(at.minus(from).times(zoom.scale), size));
    }

    fn expect_long_press(self, on: Option<Hit>) {
        let Some(hit) = on else { return };
        let press = self.presses.get_value();
        let wait = std::time::Duration::from_millis(LONG_PRESS);
        set_timeout(
            move || {
                if self.presses.try_get_value() == Some(press) {
                    self.swallow.set_value(true);
                    self.doing.set(Doing::Nothing);
                    self.open_menu(selected(hit));
                }
            },
            wait,
        );
    }

    fn capture(self, event: &PointerEvent) {
        if let Some(svg) = self.svg.get_untracked() {
            let _ = svg.set_pointer_capture(event.pointer_id());
        }
    }

    fn is_ground(self, target: &web_sys::EventTarget) -> bool {
        use wasm_bindgen::JsCast;
        target.dyn_ref::<web_sys::Element>().is_some_and(|element| element.tag_name() == "svg")
    }

    fn point(self, event: &MouseEvent) -> Point {
        let Some(svg) = self.svg.get_untracked() else { return Point::default() };
        let rect = svg.get_bounding_client_rect();
        let scale = f64::from(self.zoom.get_untracked().scale);
        let along = |client: i32, edge: f64| ((f64::from(client) - edge) / scale) as f32;
        Point::new(along(event.client_x(), rect.x()), along(event.client_y(), rect.y()))
    }
}

fn selected(hit: Hit) -> Selected {
    match hit {
        Hit::Node(node) => Selected::Node(node),
        Hit::Client(client) => Selected::Client(client),
        Hit::Link(from, to) => super::links::ordered(from, to),
    }
}
