//! The machine under a node, whatever runs on it: timers, clocks, disk, inbox.

use super::scene::{Scene, length};
use super::{Group, Piece};
use crate::base::{SimDuration, SimTime, TimerId};
use crate::protocol::Protocol;
use crate::sim::{Kind, NodeSlot, NodeStatus};
use crate::view::describe::{Vocabulary, lengths, per_cent};

/// What the process is doing, in words.
pub(super) fn status(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Up => "runs",
        NodeStatus::Paused => "frozen: it keeps its role, and what arrives waits",
        NodeStatus::Down => "down",
    }
}

/// The timers that run, with the time that is left on the node's own clock.
pub(super) fn timers<P: Vocabulary>(scene: &Scene<'_, P>, slot: &NodeSlot<P>, timers: &[TimerId]) -> Group {
    let mut group = Group::new("Timers, by its own clock");
    let reading = |at: SimTime| slot.clock(at).monotonic;
    for &timer in timers {
        if let Some((set_at, due)) = slot.timer(timer).filter(|_| slot.status() != NodeStatus::Down) {
            let left = reading(due).since(reading(scene.now));
            let of = reading(due).since(reading(set_at.min(scene.now)));
            let words = if due <= scene.now {
                "has run out, and is not handled yet".to_owned()
            } else {
                format!("{} left of {}", length(left), length(of))
            };
            group.text(P::timer(timer), words);
        }
    }
    group
}

/// What its clocks read.
pub(super) fn clocks<P: Protocol>(slot: &NodeSlot<P>, now: SimTime) -> Group {
    let mut group = Group::new("Clocks");
    let read = slot.clock(now);
    group.text("monotonic", seconds(i128::from(read.monotonic.0)));
    group.text("wall", seconds(i128::from(read.wall.0)));
    let skew = i128::from(read.wall.0) - i128::from(now.0);
    group.text(
        "skew",
        match skew {
            0 => "none".to_owned(),
            _ => format!(
                "{} {}",
                length(SimDuration(skew.unsigned_abs() as u64)),
                if skew > 0 { "ahead" } else { "behind" }
            ),
        },
    );
    group.text("drift", drift(slot, now));
    group
}

/// How fast the oscillator runs: seen over a stretch so long that rounding does not show.
fn drift<P: Protocol>(slot: &NodeSlot<P>, now: SimTime) -> String {
    const LONG: u64 = 1_000_000_000;
    let ran = slot.clock(now + SimDuration(LONG)).wall.0.saturating_sub(slot.clock(now).wall.0);
    let ppm = (ran - LONG as i64) / 1_000;
    match ppm {
        0 => "none".to_owned(),
        _ => format!("{} {}", per_cent(ppm.unsigned_abs()), if ppm > 0 { "fast" } else { "slow" }),
    }
}

/// Its disk and what waits to be handled.
pub(super) fn disk<P: Protocol>(slot: &NodeSlot<P>) -> Group {
    let mut group = Group::new("Disk and inbox");
    group.text("a write takes", lengths(slot.disk().sync()));
    group.text("not durable yet", format!("{} writes", slot.disk().unsynced()));
    if slot.disk().is_lying() {
        group.text("lies", "it calls writes durable that a crash would lose");
    }
    group.text(
        "an input takes",
        match slot.service().constant() {
            Some(SimDuration(0)) => "no time".to_owned(),
            _ => lengths(slot.service()),
        },
    );
    group.text("inputs that wait", slot.inbox_len().to_string());
    group.text("starts of its process", slot.incarnation().to_string());
    group
}

/// The latest decisions of a node, newest first.
pub(super) fn latest<P: Vocabulary>(scene: &Scene<'_, P>, node: crate::base::NodeId) -> Group {
    let mut group = Group::new("What it did last");
    let trace = scene.world.trace();
    let first = trace.len().saturating_sub(BACK);
    let is_its =
        |kind: &Kind<_, _>| matches!(kind, Kind::Note { node: by, .. } | Kind::Started { node: by, .. } if *by == node);
    let found: Vec<_> = trace.iter_from(crate::base::RecordId(first)).filter(|record| is_its(&record.kind)).collect();
    for record in found.iter().rev().take(SHOWN) {
        let mut value = vec![Piece::Moment(record.moment.time), Piece::Text(" ".to_owned())];
        value.extend(scene.pieces(&scene.describer.line(record)));
        group.row("", value);
    }
    group
}

/// So many records are looked through for the latest decisions, and so many of these are shown.
const BACK: u64 = 1_024;
const SHOWN: usize = 4;

fn seconds(us: i128) -> String {
    let sign = if us < 0 { "−" } else { "" };
    let us = us.unsigned_abs();
    format!("{sign}{}.{:06} s", us / 1_000_000, us % 1_000_000)
}
