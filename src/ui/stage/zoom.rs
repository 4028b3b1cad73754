//! Nearer and farther: buttons, and the wheel with Ctrl. A plain wheel scrolls the page, as anywhere.

use crate::ui::lab::use_lab;
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

/// The buttons.
#[component]
pub(super) fn ZoomKeys(zoom: RwSignal<Zoom>) -> impl IntoView {
    let lab = use_lab();
    let placing = expect_context::<super::placing::Placing>();
    let by = move |factor: f32| {
        let size = placing.size.get_untracked();
        let (width, height) = (size.width, size.height);
        zoom.update(|zoom| {
            let middle = zoom.corner.plus(Point::new(width, height).times(0.5 / zoom.scale));
            *zoom = zoom.around(middle, factor, (width, height));
        });
    };
    let is_near = Memo::new(move |_| zoom.get().scale > 1.0);
    view! {
        <div class="zoom" role="group" aria-label="Size of the diagram">
            <button type="button" aria-label="Larger" title="Larger" on:click=move |_| by(1.4)>"+"</button>
            <button type="button" aria-label="Smaller" title="Smaller" disabled=move || !is_near.get() on:click=move |_| by(1.0 / 1.4)>"−"</button>
            <button
                type="button"
                aria-label="Fit, with every node in its own place"
                title="Fit, with every node in its own place"
                on:click=move |_| {
                    zoom.set(Zoom::default());
                    lab.places.set(Vec::new());
                }
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
    fn nothing_beyond_the_edges_is_shown() {
        let size = (800.0, 600.0);
        let near = Zoom::default().around(Point::new(0.0, 0.0), 2.0, size).moved(Point::new(9_000.0, -9_000.0), size);
        assert_eq!(near.corner, Point::new(0.0, 300.0));
    }
}
