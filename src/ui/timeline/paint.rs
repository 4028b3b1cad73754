//! Draws a window of the diagram. Knows how a shape looks, not what it stands for beyond its name.

use super::ABOVE;
use crate::base::{ClientId, Endpoint, NodeId, RecordId};
use crate::ui::canvas::{add_cross, dash, pen, round_rect, stroke};
use crate::ui::lab::Selected;
use crate::ui::palette::Palette;
use crate::view::chronicle::Standing;
use crate::view::describe::Names;
use crate::view::stage::SeenBy;
use crate::view::timeline::{Label, LabelKind, Lanes, Line, LineEnd, OperationShape, ReignShape, Scene, Told};
use web_sys::{CanvasRenderingContext2d as Pen, HtmlCanvasElement};

/// Where things are on this canvas.
pub(super) struct Plot {
    /// Of the canvas.
    pub(super) size: (f64, f64),
    /// The width of the names.
    pub(super) names: f64,
    /// The height of a lane.
    pub(super) pitch: f64,
    pub(super) lanes: Lanes,
    /// The cursor's place from the names on.
    pub(super) cursor: f64,
    pub(super) seen_by: SeenBy,
    /// The message under the pointer, and what is selected.
    pub(super) marked: (Option<RecordId>, Option<Selected>),
}

/// A leadership is so thick.
const REIGN: f64 = 6.0;

/// A text has so many pixels, and a letter is at most so wide on an average.
const TEXT: f64 = 12.0;
const LETTER: f64 = 7.2;

impl Plot {
    fn x(&self, x: f64) -> f64 {
        self.names + x
    }

    fn y(&self, lane: f64) -> f64 {
        ABOVE + self.pitch * (lane + 0.5)
    }

    /// Where the lanes end.
    fn bottom(&self) -> f64 {
        ABOVE + self.pitch * self.lanes.count() as f64
    }

    /// The part of a stretch that can be seen.
    fn clip(&self, from: f64, until: f64) -> (f64, f64) {
        (self.x(from.max(-20.0)), self.x(until.min(self.size.0 + 20.0)))
    }
}

/// Draws everything.
pub(super) fn paint(canvas: &HtmlCanvasElement, plot: &Plot, scene: &Scene, names: &Names<'_>, ink: &Palette) {
    let Some(pen) = pen(canvas, plot.size) else { return };
    pen.set_font(&format!("{TEXT}px {}", ink.font));
    pen.set_text_baseline("middle");
    pen.save();
    pen.begin_path();
    pen.rect(plot.names - 4.0, 0.0, plot.size.0, plot.size.1);
    pen.clip();
    ground(&pen, plot, scene, ink);
    for reign in &scene.reigns {
        draw_reign(&pen, plot, reign, ink);
    }
    draw_lines(&pen, plot, scene, ink);
    for bar in &scene.operations {
        draw_operation(&pen, plot, bar, ink);
    }
    for reign in &scene.reigns {
        draw_term(&pen, plot, reign, ink);
    }
    draw_commits(&pen, plot, scene, ink);
    draw_marked(&pen, plot, scene, ink);
    draw_axis(&pen, plot, scene, ink);
    draw_cursor(&pen, plot, ink);
    pen.restore();
    draw_names(&pen, plot, names, ink);
}

/// Shades, lanes, and what lies under everything else.
fn ground(pen: &Pen, plot: &Plot, scene: &Scene, ink: &Palette) {
    pen.set_fill_style_str(&ink.ink);
    pen.set_global_alpha(0.06);
    for &(from, until) in &scene.shades {
        let (from, until) = plot.clip(from, until);
        pen.fill_rect(from, ABOVE - 6.0, until - from, plot.bottom() - ABOVE + 6.0);
    }
    pen.set_global_alpha(1.0);
    pen.set_stroke_style_str(&ink.rule);
    pen.set_line_width(1.0);
    pen.begin_path();
    for lane in 0..plot.lanes.count() {
        pen.move_to(plot.names, plot.y(lane as f64));
        pen.line_to(plot.size.0, plot.y(lane as f64));
    }
    pen.stroke();
    for fault in &scene.faults {
        hatch(pen, plot, fault, ink);
    }
    pen.set_stroke_style_str(&ink.second);
    dash(pen, &[3.0, 4.0]);
    for &x in &scene.strokes {
        stroke(pen, (plot.x(x), ABOVE - 8.0), (plot.x(x), plot.bottom() + 4.0));
    }
    dash(pen, &[]);
}

/// A process that is down has crossed hatching, one that is frozen plain hatching.
fn hatch(pen: &Pen, plot: &Plot, fault: &crate::view::timeline::LaneFault, ink: &Palette) {
    let (from, until) = plot.clip(fault.from, fault.until);
    let (top, height) = (plot.y(fault.lane as f64) - 6.0, 12.0);
    pen.save();
    pen.begin_path();
    pen.rect(from, top, until - from, height);
    pen.set_fill_style_str(&ink.raised);
    pen.fill();
    pen.clip();
    pen.set_stroke_style_str(&ink.line);
    pen.set_line_width(1.2);
    pen.begin_path();
    let mut x = libm::floor(from / 6.0) * 6.0 - height;
    while x < until {
        pen.move_to(x, top + height);
        pen.line_to(x + height, top);
        if !fault.is_paused {
            pen.move_to(x, top);
            pen.line_to(x + height, top + height);
        }
        x += 6.0;
    }
    pen.stroke();
    pen.restore();
}

/// A bar for whoever leads; dotted where somebody else has led since. A candidate's is thinner.
fn draw_reign(pen: &Pen, plot: &Plot, reign: &ReignShape, ink: &Palette) {
    let y = plot.y(reign.lane as f64);
    let (from, until) = plot.clip(reign.from, reign.until);
    pen.set_line_cap("round");
    match reign.standing {
        Standing::Leader => {
            pen.set_stroke_style_str(&ink.authority);
            pen.set_line_width(REIGN);
            let firm = reign.stale.map_or(until, |stale| plot.clip(stale, stale).0.clamp(from, until));
            if firm > from {
                stroke(pen, (from, y), (firm, y));
            }
            if firm < until {
                // The dots stay where they are while the window moves.
                pen.set_line_dash_offset(plot.x(reign.from) - from);
                dash(pen, &[0.1, 10.0]);
                stroke(pen, (firm + 5.0, y), (until, y));
                dash(pen, &[]);
                pen.set_line_dash_offset(0.0);
            }
        }
        Standing::Candidate | Standing::PreCandidate => {
            pen.set_stroke_style_str(&ink.candidate);
            pen.set_line_width(REIGN - 1.0);
            if reign.standing == Standing::PreCandidate {
                dash(pen, &[4.0, 8.0]);
            }
            stroke(pen, (from, y), (until, y));
            dash(pen, &[]);
        }
    }
    pen.set_line_cap("butt");
}

/// The number of the term, where the bar begins or comes into sight.
fn draw_term(pen: &Pen, plot: &Plot, reign: &ReignShape, ink: &Palette) {
    let y = plot.y(reign.lane as f64);
    let from = plot.x(reign.from.max(2.0));
    let room = plot.x(reign.until).min(plot.size.0) - from;
    let full = format!("term {}", reign.term);
    let text = if room >= full.len() as f64 * LETTER + 8.0 { full } else { reign.term.to_string() };
    let width = text.len() as f64 * LETTER + 8.0;
    if room < width.min(16.0) {
        return;
    }
    let (fill, on) = match reign.standing {
        Standing::Leader => (&ink.authority, &ink.on_authority),
        Standing::Candidate | Standing::PreCandidate => (&ink.candidate, &ink.on_candidate),
    };
    let is_stale = reign.stale.is_some_and(|stale| stale <= 2.0);
    round_rect(pen, (from, y - 7.5), (width, 15.0), 4.0);
    pen.set_fill_style_str(if is_stale { &ink.card } else { fill });
    pen.fill();
    pen.set_stroke_style_str(fill);
    pen.set_line_width(1.2);
    pen.stroke();
    pen.set_fill_style_str(if is_stale { fill } else { on });
    let _ = pen.fill_text(&text, from + 4.0, y + 0.5);
}

fn draw_lines(pen: &Pen, plot: &Plot, scene: &Scene, ink: &Palette) {
    pen.set_stroke_style_str(&ink.line);
    pen.set_line_width(1.0);
    pen.set_global_alpha(0.3);
    trace(pen, plot, &scene.faint);
    pen.set_global_alpha(1.0);
    pen.set_line_width(1.5);
    trace(pen, plot, &scene.lines);
    pen.set_stroke_style_str(&ink.ink);
    pen.begin_path();
    for line in scene.lines.iter().filter(|line| line.end == LineEnd::Died) {
        add_cross(pen, (plot.x(line.to.0), plot.y(line.to.1)), 3.0);
    }
    pen.stroke();
}

/// All lines in one stroke.
fn trace(pen: &Pen, plot: &Plot, lines: &[Line]) {
    pen.begin_path();
    for line in lines {
        pen.move_to(plot.x(line.from.0), plot.y(line.from.1));
        pen.line_to(plot.x(line.to.0), plot.y(line.to.1));
    }
    pen.stroke();
}

fn draw_operation(pen: &Pen, plot: &Plot, bar: &OperationShape, ink: &Palette) {
    let (from, until) = plot.clip(bar.from, bar.until);
    let height = 14.0;
    let top = plot.y(bar.lane as f64) - height / 2.0 + if bar.is_second { 4.0 } else { 0.0 };
    let width = (until - from).max(6.0);
    round_rect(pen, (from, top), (width, height), 6.0);
    let (fill, edge) = match bar.told {
        Told::Ok => (&ink.promised_fill, &ink.promised),
        Told::Failed => (&ink.raised, &ink.line),
        Told::Unknown | Told::Nothing => (&ink.unknown_fill, &ink.unknown),
    };
    pen.set_fill_style_str(fill);
    pen.fill();
    if matches!(bar.told, Told::Unknown | Told::Nothing) {
        dash(pen, &[5.0, 3.0]);
    }
    pen.set_stroke_style_str(edge);
    pen.set_line_width(1.5);
    pen.stroke();
    dash(pen, &[]);
    let begin = from.max(plot.names);
    let room = plot.x(bar.text_until).min(plot.size.0) - begin - 10.0;
    let short = bar.told.word();
    let fits = |text: &str| text.chars().count() as f64 * LETTER <= room;
    let text = if fits(&bar.text) { &bar.text } else { short };
    if fits(text) {
        pen.set_fill_style_str(&ink.ink);
        let _ = pen.fill_text(text, begin + 6.0, top + height / 2.0 + 0.5);
    }
}

fn draw_commits(pen: &Pen, plot: &Plot, scene: &Scene, ink: &Palette) {
    for &(lane, x) in &scene.commits {
        let (x, y) = (plot.x(x), plot.y(lane as f64));
        // An edge of the ground's colour, so that it stands out from the bar.
        pen.set_fill_style_str(&ink.card);
        pen.fill_rect(x - 3.5, y - 8.0, 7.0, 16.0);
        pen.set_fill_style_str(&ink.promised);
        pen.fill_rect(x - 2.0, y - 7.0, 4.0, 14.0);
    }
}

/// The message under the pointer and the one that is selected.
fn draw_marked(pen: &Pen, plot: &Plot, scene: &Scene, ink: &Palette) {
    let (hovered, selected) = plot.marked;
    let chosen = match selected {
        Some(Selected::Message(message)) => Some(message),
        Some(Selected::Operation(op)) => {
            for bar in scene.operations.iter().filter(|bar| bar.op == op) {
                let (from, until) = plot.clip(bar.from, bar.until);
                round_rect(pen, (from - 2.5, plot.y(bar.lane as f64) - 9.5), (until - from + 5.0, 19.0), 8.0);
                pen.set_stroke_style_str(&ink.ink);
                pen.set_line_width(1.5);
                pen.stroke();
            }
            None
        }
        Some(Selected::Node(_) | Selected::Link(..) | Selected::Client(_)) | None => None,
    };
    pen.set_stroke_style_str(&ink.ink);
    pen.set_fill_style_str(&ink.ink);
    pen.set_line_width(2.5);
    for line in scene.lines.iter().filter(|line| [hovered, chosen].contains(&Some(line.message))) {
        let (from, to) = ((plot.x(line.from.0), plot.y(line.from.1)), (plot.x(line.to.0), plot.y(line.to.1)));
        stroke(pen, from, to);
        pen.begin_path();
        let _ = pen.arc(from.0, from.1, 3.5, 0.0, std::f64::consts::TAU);
        pen.fill();
    }
}

fn draw_axis(pen: &Pen, plot: &Plot, scene: &Scene, ink: &Palette) {
    let y = plot.bottom() + 2.0;
    pen.set_stroke_style_str(&ink.line);
    pen.set_line_width(1.0);
    pen.begin_path();
    for tick in &scene.ticks {
        let length = if tick.is_key { 6.0 } else { 3.5 };
        pen.move_to(plot.x(tick.x), y - 2.0);
        pen.line_to(plot.x(tick.x), y - 2.0 + length);
    }
    pen.stroke();
    for label in &scene.labels {
        draw_label(pen, plot, label, ink);
    }
}

fn draw_label(pen: &Pen, plot: &Plot, label: &Label, ink: &Palette) {
    if label.x < -2.0 {
        return;
    }
    pen.set_fill_style_str(match label.kind {
        LabelKind::Intervention => &ink.ink,
        LabelKind::Time | LabelKind::Gap => &ink.second,
    });
    let _ = pen.fill_text(&label.text, plot.x(label.x), plot.bottom() + 14.0);
}

/// What lies ahead of the cursor is paler.
fn draw_cursor(pen: &Pen, plot: &Plot, ink: &Palette) {
    let x = plot.x(plot.cursor);
    pen.set_fill_style_str(&ink.card);
    pen.set_global_alpha(0.3);
    pen.fill_rect(x, 0.0, (plot.size.0 - x).max(0.0), plot.bottom() + 1.0);
    pen.set_global_alpha(1.0);
    pen.set_stroke_style_str(&ink.ink);
    pen.set_fill_style_str(&ink.ink);
    pen.set_line_width(2.0);
    stroke(pen, (x, 6.0), (x, plot.bottom() + 4.0));
    pen.begin_path();
    let _ = pen.arc(x, 7.0, 5.0, 0.0, std::f64::consts::TAU);
    pen.fill();
}

/// The names of the lanes. Who sees with other eyes sees the others' lanes faintly.
fn draw_names(pen: &Pen, plot: &Plot, names: &Names<'_>, ink: &Palette) {
    pen.set_fill_style_str(&ink.second);
    for lane in 0..plot.lanes.count() {
        let end: Endpoint = match lane.checked_sub(usize::from(plot.lanes.nodes)) {
            None => NodeId::from_slot(lane).into(),
            Some(client) => ClientId(client as u8).into(),
        };
        let is_known = plot.seen_by.is_at(end);
        pen.set_global_alpha(if is_known { 1.0 } else { 0.45 });
        let name = names.endpoint(end);
        let letters = ((plot.names - 20.0) / 7.0) as usize;
        let shown = if name.chars().count() > letters {
            name.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
        } else {
            name
        };
        let _ = pen.fill_text(&shown, 14.0, plot.y(lane as f64) + 0.5);
    }
    pen.set_global_alpha(1.0);
}
