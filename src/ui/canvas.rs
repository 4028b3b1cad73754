//! A pen on a canvas, and the few shapes that are drawn with it. Knows nothing of what they stand for.

use std::f64::consts::TAU;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A pen on a canvas that is cleared and as sharp as the screen; none if the browser gives none.
pub(super) fn pen(canvas: &HtmlCanvasElement, (width, height): (f64, f64)) -> Option<CanvasRenderingContext2d> {
    let ratio = leptos::prelude::window().device_pixel_ratio().max(1.0);
    let (w, h) = ((width * ratio) as u32, (height * ratio) as u32);
    if canvas.width() != w || canvas.height() != h {
        canvas.set_width(w);
        canvas.set_height(h);
    }
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok().flatten()?.unchecked_into();
    let _ = pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    pen.clear_rect(0.0, 0.0, width, height);
    Some(pen)
}

/// A straight stroke.
pub(super) fn stroke(pen: &CanvasRenderingContext2d, from: (f64, f64), to: (f64, f64)) {
    pen.begin_path();
    pen.move_to(from.0, from.1);
    pen.line_to(to.0, to.1);
    pen.stroke();
}

/// Adds a cross to the path.
pub(super) fn add_cross(pen: &CanvasRenderingContext2d, (x, y): (f64, f64), half: f64) {
    pen.move_to(x - half, y - half);
    pen.line_to(x + half, y + half);
    pen.move_to(x + half, y - half);
    pen.line_to(x - half, y + half);
}

/// A path around a rectangle with round corners.
pub(super) fn round_rect(pen: &CanvasRenderingContext2d, (x, y): (f64, f64), (width, height): (f64, f64), radius: f64) {
    let r = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    pen.begin_path();
    let _ = pen.arc(x + r, y + r, r, TAU / 2.0, TAU * 0.75);
    let _ = pen.arc(x + width - r, y + r, r, TAU * 0.75, TAU);
    let _ = pen.arc(x + width - r, y + height - r, r, 0.0, TAU / 4.0);
    let _ = pen.arc(x + r, y + height - r, r, TAU / 4.0, TAU / 2.0);
    pen.close_path();
}

/// Dashes; none makes lines whole again.
pub(super) fn dash(pen: &CanvasRenderingContext2d, lengths: &[f64]) {
    let array: js_sys::Array = lengths.iter().map(|length| wasm_bindgen::JsValue::from_f64(*length)).collect();
    let _ = pen.set_line_dash(&array);
}
