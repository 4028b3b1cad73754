//! Messages, marks and countdowns, drawn on a canvas above the stage once a frame. Knows nothing of what a message means
//! beyond its shape.

use super::placing::Placing;
use crate::base::{Endpoint, RecordId};
use crate::sim::DropReason;
use crate::ui::canvas::{add_cross, pen};
use crate::ui::lab::{Lab, use_lab};
use crate::ui::palette::{Palette, use_palette};
use crate::view::chronicle::{MessageKind, Outline};
use crate::view::layout::{Layout, Point};
use crate::view::stage::{LinkState, StageFrame};
use crate::view::traffic::{Mark, Mover, Streak, Traffic};
use leptos::html::Canvas;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use web_sys::CanvasRenderingContext2d;

/// More messages than this on one link become a band with a count.
const BAND: usize = 12;

/// Half the size of a message.
const SIZE: f64 = 7.0;

/// Half the size of the cross where one died.
const CROSS: f64 = 6.0;

/// A message is touched from so far.
const TOUCH: f32 = 12.0;

/// The canvas.
#[component]
pub(super) fn Messages() -> impl IntoView {
    let (lab, placing) = (use_lab(), expect_context::<Placing>());
    let canvas = NodeRef::<Canvas>::new();
    let palette = use_palette();
    Effect::new(move |_| {
        let traffic = lab.traffic.read();
        let marked = lab.hovered.get();
        let layout = placing.layout.get();
        let Some(canvas) = canvas.get() else { return };
        let frame = lab.frame.get_untracked();
        palette.with(|ink| draw(&canvas, &layout, &traffic, (marked, &frame), ink));
    });
    view! { <canvas node_ref=canvas class="messages" aria-hidden="true"></canvas> }
}

/// The message that is nearest to a place on the stage, if one is there.
pub(super) fn mover_at(lab: Lab, layout: &Layout, at: Point) -> Option<RecordId> {
    let traffic = lab.traffic.read_untracked();
    let far = |mover: &Mover| {
        let spot = layout.message_at(mover.from, mover.to, mover.progress)?;
        Some((spot.point.distance(at), mover.message))
    };
    let near = traffic.movers.iter().filter(|mover| mover.is_foreground).filter_map(far);
    let near = near.filter(|(far, _)| *far <= TOUCH).min_by(|one, other| one.0.total_cmp(&other.0));
    near.map(|(_, message)| message)
}

fn draw(
    canvas: &web_sys::HtmlCanvasElement,
    layout: &Layout,
    traffic: &Traffic,
    (marked, cut): (Option<RecordId>, &StageFrame),
    ink: &Palette,
) {
    let size = (f64::from(layout.size.width), f64::from(layout.size.height));
    let Some(pen) = pen(canvas, size) else { return };
    for countdown in &traffic.countdowns {
        if let Some(place) = layout.node(countdown.node) {
            arc(&pen, place.centre, f64::from(place.arc), f64::from(countdown.share), &ink.second);
        }
    }
    for streak in &traffic.streaks {
        draw_streak(&pen, layout, streak, ink);
    }
    draw_movers(&pen, layout, &traffic.movers, ink);
    for mover in traffic.movers.iter().filter(|mover| marked == Some(mover.message)) {
        draw_ring(&pen, layout, mover, ink);
    }
    draw_marks(&pen, layout, &traffic.marks, cut, ink);
    pen.set_global_alpha(1.0);
}

/// What is left of a timer: an arc that shrinks to nothing when it runs out.
fn arc(pen: &CanvasRenderingContext2d, at: Point, radius: f64, share: f64, colour: &str) {
    pen.set_global_alpha(0.85);
    pen.set_stroke_style_str(colour);
    pen.set_line_width(3.0);
    pen.set_line_cap("round");
    pen.begin_path();
    let start = -TAU / 4.0;
    let _ = pen.arc(f64::from(at.x), f64::from(at.y), radius, start, start + TAU * (1.0 - share).max(0.001));
    pen.stroke();
}

fn draw_streak(pen: &CanvasRenderingContext2d, layout: &Layout, streak: &Streak, ink: &Palette) {
    let spot = |progress| layout.message_at(streak.from, streak.to, progress).map(|spot| spot.point);
    let Some((from, to)) = spot(0.0).zip(spot(1.0)) else { return };
    pen.set_global_alpha(0.7 * f64::from(1.0 - streak.age));
    pen.set_stroke_style_str(&ink.ink);
    pen.set_line_width(2.0);
    pen.begin_path();
    pen.move_to(f64::from(from.x), f64::from(from.y));
    pen.line_to(f64::from(to.x), f64::from(to.y));
    pen.stroke();
}

fn draw_movers(pen: &CanvasRenderingContext2d, layout: &Layout, movers: &[Mover], ink: &Palette) {
    let mut lanes: BTreeMap<(Endpoint, Endpoint), usize> = BTreeMap::new();
    for mover in movers {
        *lanes.entry((mover.from, mover.to)).or_default() += 1;
    }
    for (&(from, to), &count) in &lanes {
        if count > BAND {
            draw_band(pen, layout, (from, to), count, ink);
        }
    }
    for mover in movers {
        if lanes[&(mover.from, mover.to)] <= BAND {
            draw_mover(pen, layout, mover, ink);
        }
    }
}

fn draw_mover(pen: &CanvasRenderingContext2d, layout: &Layout, mover: &Mover, ink: &Palette) {
    let Some(spot) = layout.message_at(mover.from, mover.to, mover.progress) else { return };
    let (x, y) = (f64::from(spot.point.x), f64::from(spot.point.y));
    if mover.is_foreground {
        pen.set_global_alpha(1.0);
        shape(pen, mover.kind, (x, y), f64::from(spot.heading).to_radians(), ink);
    } else {
        pulse(pen, (x, y), f64::from(spot.heading).to_radians(), ink);
    }
}

/// The message under the pointer, here or on the timeline.
fn draw_ring(pen: &CanvasRenderingContext2d, layout: &Layout, mover: &Mover, ink: &Palette) {
    let Some(spot) = layout.message_at(mover.from, mover.to, mover.progress) else { return };
    pen.set_global_alpha(1.0);
    pen.set_stroke_style_str(&ink.ink);
    pen.set_line_width(2.0);
    pen.begin_path();
    let _ = pen.arc(f64::from(spot.point.x), f64::from(spot.point.y), 2.0 * SIZE, 0.0, TAU);
    pen.stroke();
}

/// A heartbeat is no dot: a faint piece of the line lights up and moves on.
fn pulse(pen: &CanvasRenderingContext2d, (x, y): (f64, f64), heading: f64, ink: &Palette) {
    let (dx, dy) = (10.0 * libm::cos(heading), 10.0 * libm::sin(heading));
    pen.set_global_alpha(0.3);
    pen.set_stroke_style_str(&ink.ink);
    pen.set_line_width(4.0);
    pen.set_line_cap("round");
    pen.begin_path();
    pen.move_to(x - dx, y - dy);
    pen.line_to(x + dx, y + dy);
    pen.stroke();
}

/// The shape of a message: what asks is filled, what answers is open.
fn shape(pen: &CanvasRenderingContext2d, kind: MessageKind, at: (f64, f64), heading: f64, ink: &Palette) {
    let shape = kind.shape();
    pen.begin_path();
    match shape.outline {
        Outline::Triangle => polygon(pen, at, heading, &[(SIZE + 1.0, 0.0), (-SIZE, SIZE), (-SIZE, -SIZE)]),
        Outline::Diamond => {
            let r = SIZE + 1.5;
            polygon(pen, at, 0.0, &[(r, 0.0), (0.0, r), (-r, 0.0), (0.0, -r)]);
        }
        Outline::Circle => {
            let _ = pen.arc(at.0, at.1, SIZE - 0.5, 0.0, TAU);
        }
    }
    pen.set_line_join("round");
    pen.set_stroke_style_str(if shape.is_filled { &ink.paper } else { &ink.ink });
    pen.set_fill_style_str(if shape.is_filled { &ink.ink } else { &ink.paper });
    pen.set_line_width(2.0);
    pen.fill();
    pen.stroke();
}

fn polygon(pen: &CanvasRenderingContext2d, (x, y): (f64, f64), turn: f64, corners: &[(f64, f64)]) {
    let (cos, sin) = (libm::cos(turn), libm::sin(turn));
    for (at, (dx, dy)) in corners.iter().enumerate() {
        let (px, py) = (x + dx * cos - dy * sin, y + dx * sin + dy * cos);
        if at == 0 { pen.move_to(px, py) } else { pen.line_to(px, py) }
    }
    pen.close_path();
}

fn draw_band(
    pen: &CanvasRenderingContext2d,
    layout: &Layout,
    (from, to): (Endpoint, Endpoint),
    count: usize,
    ink: &Palette,
) {
    let spot = |progress| layout.message_at(from, to, progress).map(|spot| spot.point);
    let Some(((start, middle), end)) = spot(0.0).zip(spot(0.6)).zip(spot(1.0)) else { return };
    pen.set_global_alpha(0.35);
    pen.set_stroke_style_str(&ink.line);
    pen.set_line_width(9.0);
    pen.begin_path();
    pen.move_to(f64::from(start.x), f64::from(start.y));
    pen.line_to(f64::from(end.x), f64::from(end.y));
    pen.stroke();
    pen.set_global_alpha(1.0);
    pen.set_font("600 12px system-ui, sans-serif");
    pen.set_text_align("center");
    pen.set_fill_style_str(&ink.ink);
    let _ = pen.fill_text(&count.to_string(), f64::from(middle.x), f64::from(middle.y) + 4.0);
}

/// Messages that died. A cut link has a cross of its own in its gap: those that died there make it stand out for a moment,
/// however many they are, and leave no second one beside it.
fn draw_marks(pen: &CanvasRenderingContext2d, layout: &Layout, marks: &[Mark], frame: &StageFrame, ink: &Palette) {
    let mut struck: Vec<(Point, f32)> = Vec::new();
    for mark in marks {
        match cross_of_cut(layout, frame, mark) {
            Some(at) => match struck.iter_mut().find(|(other, _)| *other == at) {
                Some((_, age)) => *age = age.min(mark.age),
                None => struck.push((at, mark.age)),
            },
            None => draw_mark(pen, layout, mark, ink),
        }
    }
    for (at, age) in struck {
        pen.set_line_width(4.0);
        draw_cross(pen, at, 1.0 - age * age, ink);
    }
}

/// Where the cross of a link stands that is cut, if a message died in its gap.
fn cross_of_cut(layout: &Layout, frame: &StageFrame, mark: &Mark) -> Option<Point> {
    if mark.why != DropReason::Cut {
        return None;
    }
    match (mark.from, mark.to) {
        (Endpoint::Node(from), Endpoint::Node(to)) => {
            let is_cut = frame.link(mark.from, mark.to)?.state == LinkState::Cut;
            layout.link(from, to).filter(|_| is_cut).map(|link| link.stubs().cross)
        }
        (Endpoint::Client(client), Endpoint::Node(node)) | (Endpoint::Node(node), Endpoint::Client(client)) => {
            let is_cut = frame.clients.iter().any(|it| it.id == client && it.contact == node && it.is_cut_off);
            layout.client(client).filter(|_| is_cut)?.wire.map(|wire| wire.at(0.5))
        }
        (Endpoint::Client(_), Endpoint::Client(_)) => None,
    }
}

/// A message that died leaves a cross where it died.
fn draw_mark(pen: &CanvasRenderingContext2d, layout: &Layout, mark: &Mark, ink: &Palette) {
    let progress = match (mark.progress, mark.from, mark.to) {
        (half, Endpoint::Node(from), Endpoint::Node(to)) if half < 1.0 => {
            let gap = layout.link(from, to).map_or(0.5, |link| link.gap);
            if from < to { gap } else { 1.0 - gap }
        }
        (progress, ..) => progress,
    };
    let Some(spot) = layout.message_at(mark.from, mark.to, progress) else { return };
    pen.set_line_width(2.5);
    draw_cross(pen, spot.point, 1.0 - mark.age * mark.age, ink);
}

fn draw_cross(pen: &CanvasRenderingContext2d, at: Point, strength: f32, ink: &Palette) {
    pen.set_global_alpha(f64::from(strength));
    pen.set_stroke_style_str(&ink.ink);
    pen.set_line_cap("round");
    pen.begin_path();
    add_cross(pen, (f64::from(at.x), f64::from(at.y)), CROSS);
    pen.stroke();
}
