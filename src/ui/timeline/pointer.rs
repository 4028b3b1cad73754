//! What a pointer does on the diagram and on the strip: it goes to a moment, touches messages and operations, zooms and
//! pans. Owns where a press began.

use super::{Board, LEAD};
use crate::base::SimTime;
use crate::ui::lab::Selected;
use crate::view::timeline::Touched;
use leptos::ev::{PointerEvent, WheelEvent};
use leptos::prelude::*;
use web_sys::MouseEvent;

/// A press that moves further than this is a drag.
const SLOP: f64 = 4.0;

/// The most that can be zoomed.
const ZOOM_MAX: f64 = 8.0;

/// What the pointer is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Doing {
    /// Nothing.
    #[default]
    Nothing,
    /// It is down on something, and has not moved far.
    Pressing(Touched, f64),
    /// It drags the cursor.
    Dragging,
}

/// The pointer.
#[derive(Clone, Copy)]
pub(super) struct Pointer {
    board: Board,
    doing: StoredValue<Doing>,
}

impl Pointer {
    pub(super) fn new(board: Board) -> Pointer {
        Pointer { board, doing: StoredValue::new(Doing::Nothing) }
    }

    /// Where the pointer is in the plot, from its left edge and from the first lane.
    fn place(self, event: &MouseEvent) -> (f64, f64) {
        let board = self.board;
        (f64::from(event.offset_x()) - board.names_width(), f64::from(event.offset_y()) - board.first_lane())
    }

    fn touched(self, event: &MouseEvent) -> Option<Touched> {
        let (x, y) = self.place(event);
        let pitch = self.board.pitch();
        (x >= 0.0).then(|| self.board.drawn.with_value(|scene| scene.touched(x, y, pitch))).flatten()
    }

    pub(super) fn down(self, event: &PointerEvent) {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        if let Some(canvas) = self.board.canvas.get_untracked() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        match self.touched(event) {
            Some(touched) => self.doing.set_value(Doing::Pressing(touched, f64::from(event.offset_x()))),
            // A finger may be about to scroll the page: it seeks once it moves across or goes up.
            None if event.pointer_type() == "touch" => self.doing.set_value(Doing::Dragging),
            None => {
                self.doing.set_value(Doing::Dragging);
                self.go(event);
            }
        }
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        match self.doing.get_value() {
            Doing::Nothing => self.hover(self.touched(event)),
            Doing::Pressing(_, from) if (f64::from(event.offset_x()) - from).abs() <= SLOP => {}
            Doing::Pressing(..) | Doing::Dragging => {
                self.doing.set_value(Doing::Dragging);
                self.go(event);
            }
        }
    }

    pub(super) fn up(self, event: &PointerEvent) {
        match self.doing.get_value() {
            Doing::Nothing => {}
            Doing::Pressing(touched, _) => self.choose(touched),
            Doing::Dragging => self.go(event),
        }
        self.doing.set_value(Doing::Nothing);
    }

    pub(super) fn cancel(self) {
        self.doing.set_value(Doing::Nothing);
    }

    pub(super) fn leave(self) {
        if self.doing.get_value() == Doing::Nothing {
            self.hover(None);
        }
    }

    fn hover(self, touched: Option<Touched>) {
        let message = match touched {
            Some(Touched::Message(message)) => Some(message),
            Some(Touched::Operation(_)) | None => None,
        };
        if self.board.lab.hovered.get_untracked() != message {
            self.board.lab.hovered.set(message);
        }
        if let Some(canvas) = self.board.canvas.get_untracked() {
            let _ = canvas.class_list().toggle_with_force("on-something", touched.is_some());
        }
    }

    /// Something was clicked: it is selected, and the run goes to where it begins.
    fn choose(self, touched: Touched) {
        let lab = self.board.lab;
        let begins = lab.read(|playback| match touched {
            Touched::Message(message) => playback.chronicle().crossing(message).map(|it| it.sent_at),
            Touched::Operation(op) => playback.chronicle().operation(op).map(|it| it.invoked_at),
        });
        lab.selected.set(Some(match touched {
            Touched::Message(message) => Selected::Message(message),
            Touched::Operation(op) => Selected::Operation(op),
        }));
        if let Some(time) = begins.flatten() {
            self.board.seek(time);
        }
    }

    /// Goes to the moment under the pointer.
    fn go(self, event: &PointerEvent) {
        let (x, _) = self.place(event);
        let view = self.board.view.get_value();
        let time = self.board.follower.with_value(|it| it.timeline().axis(view.zoom).meant((view.left + x).max(0.0)));
        self.seek_if_new(time);
    }

    /// A pointer that rests does not seek again and again.
    fn seek_if_new(self, time: SimTime) {
        if self.board.lab.clock.get_untracked().time != time {
            self.board.seek(time);
        }
    }

    pub(super) fn strip_down(self, event: &PointerEvent) {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        if let Some(strip) = self.board.strip.get_untracked() {
            let _ = strip.set_pointer_capture(event.pointer_id());
        }
        self.doing.set_value(Doing::Dragging);
        self.go_on_strip(event);
    }

    pub(super) fn strip_moved(self, event: &PointerEvent) {
        if self.doing.get_value() == Doing::Dragging {
            self.go_on_strip(event);
        }
    }

    fn go_on_strip(self, event: &PointerEvent) {
        let share = (f64::from(event.offset_x()) - self.board.names_width()) / self.board.plot_width();
        let extent = self.board.follower.with_value(|follower| follower.timeline().extent());
        self.seek_if_new(SimTime((share.clamp(0.0, 1.0) * extent.0 as f64) as u64));
    }

    /// With Ctrl it zooms, with Shift or sideways it pans; else the page scrolls.
    pub(super) fn wheel(self, event: &WheelEvent) {
        let (x, _) = self.place(event);
        let (across, down) = (event.delta_x(), event.delta_y());
        if event.ctrl_key() {
            event.prevent_default();
            self.zoom(x.max(0.0), libm::exp(-down * 0.002));
        } else if event.shift_key() || across.abs() > down.abs() {
            event.prevent_default();
            let by = if across == 0.0 { down } else { across };
            self.board.look(|view| view.left = (view.left + by).max(-LEAD));
        }
    }

    /// The column under the pointer stays where it is.
    fn zoom(self, x: f64, factor: f64) {
        let board = self.board;
        let view = board.view.get_value();
        let zoom = (view.zoom * factor).clamp(1.0, ZOOM_MAX);
        let left = board.follower.with_value(|follower| {
            let timeline = follower.timeline();
            let time = timeline.axis(view.zoom).time_at((view.left + x).max(0.0));
            timeline.axis(zoom).x_at(time) - x
        });
        board.look(|view| {
            view.zoom = zoom;
            view.left = left;
        });
    }
}
