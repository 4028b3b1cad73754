//! Draws the strip: the whole branch on a straight scale, the window as a frame, the cursor. Knows nothing of lanes.

use super::STRIP;
use crate::base::SimTime;
use crate::ui::canvas::{pen, round_rect, stroke};
use crate::ui::palette::Palette;
use crate::view::chronicle::Chronicle;
use crate::view::timeline::{Stretch, Timeline, Window};
use web_sys::{CanvasRenderingContext2d as Pen, HtmlCanvasElement};

/// The band lies between these, from above.
const TOP: f64 = 4.0;
const BOTTOM: f64 = STRIP - 6.0;

/// Draws it.
pub(super) fn paint(
    canvas: &HtmlCanvasElement,
    timeline: &Timeline,
    chronicle: &Chronicle,
    now: SimTime,
    window: Window,
    ink: &Palette,
    names: f64,
) {
    let width = window.width - 8.0;
    let Some(pen) = pen(canvas, (names + window.width, STRIP)) else { return };
    let strip = timeline.overview(chronicle, width);
    let scale = width / timeline.extent().0.max(1) as f64;
    let _ = pen.translate(names, 0.0);
    round_rect(&pen, (0.0, TOP), (width, BOTTOM - TOP), 3.0);
    pen.set_stroke_style_str(&ink.rule);
    pen.set_line_width(1.0);
    pen.stroke();
    pen.set_fill_style_str(&ink.raised);
    pen.fill_rect(0.0, TOP, strip.end, BOTTOM - TOP);
    pen.set_global_alpha(0.3);
    marks(&pen, &strip.faults, &ink.line, (TOP, BOTTOM), 0.0);
    pen.set_global_alpha(1.0);
    // Above elections, in the middle commits, below what was refused: not by colour alone.
    let third = (BOTTOM - TOP) / 3.0;
    marks(&pen, &strip.elections, &ink.authority, (TOP, TOP + third), 3.0);
    marks(&pen, &strip.commits, &ink.promised, (TOP + third, TOP + 2.0 * third), 2.0);
    marks(&pen, &strip.refusals, &ink.unknown, (TOP + 2.0 * third, BOTTOM), 3.0);
    let axis = timeline.axis(window.zoom);
    let place = |x: f64| axis.time_at(x.max(0.0)).min(timeline.through()).0 as f64 * scale;
    let (from, until) = (place(window.left), place(window.left + window.width));
    round_rect(&pen, (from, TOP - 2.0), ((until - from).max(4.0), BOTTOM - TOP + 4.0), 3.0);
    pen.set_stroke_style_str(&ink.second);
    pen.set_line_width(1.5);
    pen.stroke();
    pen.set_stroke_style_str(&ink.ink);
    pen.set_line_width(2.0);
    let x = now.0 as f64 * scale;
    stroke(&pen, (x, TOP - 3.0), (x, BOTTOM + 3.0));
}

fn marks(pen: &Pen, all: &[Stretch], colour: &str, (top, bottom): (f64, f64), least: f64) {
    pen.set_fill_style_str(colour);
    for &(from, until) in all {
        pen.fill_rect(from - least / 2.0, top, (until - from).max(0.0) + least, bottom - top);
    }
}
