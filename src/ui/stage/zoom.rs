//! Nearer and farther: buttons, keys, and the wheel with Ctrl. A plain wheel scrolls the page, as anywhere. What is enlarged
//! moves with the hand, with Shift and the arrows, and by itself to what gets the focus.

use super::gestures::Gestures;
use crate::ui::icon::Icon;
use crate::ui::lab::{Lab, Selected, use_lab};
use crate::view::layout::Point;
use leptos::prelude::*;
use web_sys::WheelEvent;

/// How the stage is enlarged, and which point of it is in the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) struct Zoom {
    /// So many times as large.
    pub(in crate::ui) scale: f32,
    /// The corner, in pixels of the stage as it is laid out.
    pub(in crate::ui) corner: Point,
}

impl Default for Zoom {
    fn default() -> Self {
        Self { scale: 1.0, corner: Point::new(0.0, 0.0) }
    }
}

/// Nothing is shown larger than this.
const MOST: f32 = 4.0;

/// How much a button or a key enlarges.
const STEP: f32 = 1.4;

/// What gets the focus is no nearer to an edge than this, in pixels of the stage as it is laid out.
const MARGIN: f32 = 60.0;

impl Zoom {
    /// Larger or smaller around a point, which stays where it is; never beyond the stage's edges.
    pub(super) fn around(self, point: Point, factor: f32, size: (f32, f32)) -> Self {
        let scale = (self.scale * factor).clamp(1.0, MOST);
        let kept = 1.0 - self.scale / scale;
        let corner = self.corner.plus(point.minus(self.corner).times(kept));
        Self { scale, corner }.within(size)
    }

    /// Moved by so many pixels of the screen.
    pub(super) fn moved(self, by: Point, size: (f32, f32)) -> Self {
        Self { corner: self.corner.minus(by.times(1.0 / self.scale)), ..self }.within(size)
    }

    /// Moved as little as shows a point, with some room around it.
    fn showing(self, point: Point, size: (f32, f32)) -> Self {
        let along = |corner: f32, at: f32, length: f32| {
            let seen = length / self.scale;
            let margin = MARGIN.min(seen / 2.0);
            corner.clamp(at + margin - seen, at - margin)
        };
        let corner = Point::new(along(self.corner.x, point.x, size.0), along(self.corner.y, point.y, size.1));
        Self { corner, ..self }.within(size)
    }

    fn within(self, (width, height): (f32, f32)) -> Self {
        let most = |length: f32| length - length / self.scale;
        let corner = Point::new(self.corner.x.clamp(0.0, most(width)), self.corner.y.clamp(0.0, most(height)));
        Self { corner, ..self }
    }

    /// As a transform in styles.
    pub(super) fn style(self) -> String {
        if self.scale <= 1.0 {
            return "none".to_owned();
        }
        let (x, y) = (-(self.corner.x * self.scale) as i32, -(self.corner.y * self.scale) as i32);
        let hundredths = (self.scale * 100.0) as u32;
        format!("translate({x}px, {y}px) scale({}.{:02})", hundredths / 100, hundredths % 100)
    }
}

/// The wheel: with Ctrl it zooms, without it the page scrolls.
pub(super) fn wheel(zoom: RwSignal<Zoom>, event: &WheelEvent, at: Point, size: (f32, f32)) {
    if event.ctrl_key() {
        event.prevent_default();
        let factor = if event.delta_y() < 0.0 { 1.2 } else { 1.0 / 1.2 };
        zoom.update(|zoom| *zoom = zoom.around(at, factor, size));
    }
}

impl Gestures {
    /// Larger or smaller, around what is selected, else around the middle of what is seen.
    pub(super) fn enlarge(self, lab: Lab, factor: f32) {
        let size = self.size();
        let selected = lab.selected.get_untracked().and_then(|on| self.anchor(on));
        self.zoom.update(|zoom| {
            let middle = zoom.corner.plus(Point::new(size.0, size.1).times(0.5 / zoom.scale));
            *zoom = zoom.around(selected.unwrap_or(middle), factor, size);
            if let Some(selected) = selected {
                *zoom = zoom.showing(selected, size);
            }
        });
        self.rest_hand();
    }

    /// Everything in its own place, in its own size.
    fn fit(self, lab: Lab) {
        self.zoom.set(Zoom::default());
        self.rest_hand();
        lab.places.set(Vec::new());
    }

    /// Moves what is enlarged by a part of what is seen: 1 is as much as is seen.
    fn pan_by(self, across: f32, down: f32) {
        let size = self.size();
        self.zoom.update(|zoom| *zoom = zoom.moved(Point::new(-across * size.0, -down * size.1), size));
    }

    /// Shows what has got the focus.
    pub(super) fn show(self, on: Selected) {
        if let Some(at) = self.anchor(on).filter(|_| self.zoom.get_untracked().scale > 1.0) {
            let size = self.size();
            self.zoom.update(|zoom| *zoom = zoom.showing(at, size));
        }
    }

    /// Where all is seen there is nothing to move.
    fn rest_hand(self) {
        if self.zoom.get_untracked().scale <= 1.0 {
            self.hand.set(false);
        }
    }
}

/// Keys that change how near the stage is looked at; says whether one was meant.
pub(super) fn pressed(lab: Lab, gestures: Gestures, key: &str, is_shifted: bool) -> bool {
    match (key, is_shifted) {
        ("+" | "=", _) => gestures.enlarge(lab, STEP),
        ("-", _) => gestures.enlarge(lab, 1.0 / STEP),
        ("0", _) => gestures.zoom.set(Zoom::default()),
        ("ArrowLeft", true) => gestures.pan_by(-0.25, 0.0),
        ("ArrowRight", true) => gestures.pan_by(0.25, 0.0),
        ("ArrowUp", true) => gestures.pan_by(0.0, -0.25),
        ("ArrowDown", true) => gestures.pan_by(0.0, 0.25),
        _ => return false,
    }
    true
}

/// The buttons.
#[component]
pub(super) fn ZoomKeys() -> impl IntoView {
    let (lab, gestures) = (use_lab(), expect_context::<Gestures>());
    let is_near = Memo::new(move |_| gestures.zoom.get().scale > 1.0);
    view! {
        <div class="zoom" role="group" aria-label="Size of the diagram">
            <button
                type="button"
                aria-label="Hand: drag what is enlarged"
                title="Drag what is enlarged"
                hidden=move || !is_near.get()
                aria-pressed=move || if gestures.hand.get() { "true" } else { "false" }
                on:click=move |_| gestures.hand.update(|hand| *hand = !*hand)
            >
                <Icon name="hand" />
            </button>
            <button type="button" aria-label="Larger" title="Larger" on:click=move |_| gestures.enlarge(lab, STEP)>"+"</button>
            <button type="button" aria-label="Smaller" title="Smaller" disabled=move || !is_near.get() on:click=move |_| gestures.enlarge(lab, 1.0 / STEP)>"−"</button>
            <button
                type="button"
                aria-label="Fit, with every node in its own place"
                title="Fit, with every node in its own place"
                on:click=move |_| gestures.fit(lab)
            >
                "⤢"
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_under_the_pointer_stays() {
        let (size, at) = ((800.0, 600.0), Point::new(200.0, 150.0));
        let near = Zoom::default().around(at, 2.0, size);
        assert_eq!(near.scale, 2.0);
        let on_screen = at.minus(near.corner).times(near.scale);
        assert!(on_screen.distance(at) < 0.01, "{on_screen:?}");
        assert_eq!(near.around(at, 0.01, size), Zoom::default());
    }

    #[test]
    fn what_gets_the_focus_is_seen() {
        let (size, near) = ((800.0, 600.0), Zoom { scale: 4.0, corner: Point::new(0.0, 0.0) });
        let moved = near.showing(Point::new(500.0, 80.0), size);
        assert_eq!(moved.corner, Point::new(360.0, 0.0));
        assert_eq!(moved.showing(Point::new(450.0, 80.0), size), moved, "what is seen moves nothing");
        assert_eq!(near.showing(Point::new(799.0, 599.0), size).corner, Point::new(600.0, 450.0));
    }

    #[test]
    fn nothing_beyond_the_edges_is_shown() {
        let size = (800.0, 600.0);
        let near = Zoom::default().around(Point::new(0.0, 0.0), 2.0, size).moved(Point::new(9_000.0, -9_000.0), size);
        assert_eq!(near.corner, Point::new(0.0, 300.0));
    }
}
