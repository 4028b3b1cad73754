//! The strip under a leaderless replica: what it holds of the key in view, version by version, and beside the circle its part in
//! the request that is on its way. Draws what it is given, and knows no protocol.

use crate::view::layout::{NodePlace, Rect};
use crate::view::stage::{Holding, Mark, MergeFrame, MergeLine, NodeFrame, Part, SideFate, Version, Whence};
use leptos::prelude::*;

/// So wide a letter is, in the strip's two kinds of type.
const LETTER: f32 = 7.5;
const FIXED: f32 = 7.3;
/// And one of a tag, which is bold.
const BOLD: f32 = 10.0;

/// How far the text keeps from the edge of a box.
const PAD: f32 = 7.0;

/// What versions are, for whoever points at one.
const MEANING: &str = "A version, and what it has seen: n1:3 is the third write that n1 took. Neither of two siblings has seen the other.";

/// The strip.
pub(super) fn strip(frame: Memo<Option<NodeFrame>>, place: Memo<Option<NodePlace>>) -> impl IntoView {
    let holding = Memo::new(move |_| frame.read().as_ref().and_then(|frame| frame.holding.clone()));
    let room = Memo::new(move |_| place.get().map(|place| place.log).filter(|log| log.width > 0.0));
    move || Some(boxes(&holding.get()?, room.get()?))
}

/// One version takes the whole strip; siblings stand one above the other, and of more than two the rest is counted.
fn boxes(holding: &Holding, room: Rect) -> impl IntoView + use<> {
    if let Some(merge) = &holding.merge {
        return met(merge, room).into_any();
    }
    match holding.versions.as_slice() {
        [] => ().into_any(),
        [only] => whole(only, room).into_any(),
        [first, rest @ ..] => {
            let half =
                |at: f32| Rect { y: room.y + at * (room.height / 2.0 + 1.0), height: room.height / 2.0 - 1.0, ..room };
            let below = match rest {
                [second] => row(second, half(1.0)).into_any(),
                more => counted(more.len(), half(1.0)).into_any(),
            };
            view! { {row(first, half(0.0))} {below} }.into_any()
        }
    }
}

/// A version with its value above what it has seen.
fn whole(version: &Version, room: Rect) -> impl IntoView + use<> {
    let value = fitting(&version.text, room.width - 2.0 * PAD, LETTER);
    let wide = (value.chars().count() as f32 * LETTER).max(past_width(version)) + 2.0 * PAD;
    let shown = Rect::around(room.centre(), wide.clamp(room.height, room.width), room.height);
    let (middle, line) = (shown.centre().x, shown.y + room.height * 0.42);
    view! {
        <g class=class(version)>
            <title>{MEANING}</title>
            <rect x=shown.x y=shown.y width=shown.width height=shown.height rx="5"></rect>
            <text class="value" x=middle y=line>{value}</text>
            <text class="past" x=middle y=shown.bottom() - room.height * 0.16>
                {past(version, shown.width - 2.0 * PAD)}
            </text>
        </g>
    }
}

/// A sibling in one line.
fn row(version: &Version, room: Rect) -> impl IntoView + use<> {
    // A small stage has no room for both: the value is what matters.
    let beside = past_width(version).min(room.width * 0.6);
    let is_wide = room.width > 120.0;
    let left = if is_wide { room.width - beside - 3.0 * PAD } else { room.width - 2.0 * PAD };
    let base = room.y + room.height * 0.5 + 4.2;
    let seen = is_wide.then(|| {
        view! { <text class="past ends" x=room.right() - PAD y=base>{past(version, beside + 1.0)}</text> }
    });
    view! {
        <g class=class(version)>
            <title>{MEANING}</title>
            <rect x=room.x y=room.y width=room.width height=room.height rx="4"></rect>
            <text class="value begins" x=room.x + PAD y=base>{fitting(&version.text, left, LETTER)}</text>
            {seen}
        </g>
    }
}

/// What met a moment ago: who sent it, what it is, and what became of it, one above the other in the same room.
fn met(merge: &MergeFrame, room: Rect) -> impl IntoView + use<> {
    let (first, rest) = merge.lines.split_first().expect("a merge that decided nothing is not shown");
    let most = rest.iter().find(|line| line.breaks).or_else(|| rest.last());
    let half = |at: f32| Rect { y: room.y + at * (room.height / 2.0 + 1.0), height: room.height / 2.0 - 1.0, ..room };
    view! {
        <g class="merge">
            {side(first, half(0.0), 0)}
            {most.map(|line| side(line, half(1.0), rest.len() - 1))}
        </g>
    }
}

/// One side of a merge in one line; where there is no room for all, so many more are told.
fn side(line: &MergeLine, room: Rect, more: usize) -> impl IntoView + use<> {
    let tag = match line.whence {
        Whence::Here => "here".to_owned(),
        Whence::Written => "new".to_owned(),
        Whence::Node(from) => format!("{from} ▸"),
    };
    let sender = if let Whence::Node(from) = line.whence { Some(from.to_string()) } else { None };
    let tag_width = tag.chars().count() as f32 * BOLD + PAD;
    let base = room.y + room.height * 0.5 + 4.2;
    let is_wide = room.width > 150.0;
    let fate = match (line.fate, line.breaks) {
        (SideFate::Out, true) if is_wide => "was ok’d",
        (SideFate::Held | SideFate::Removed, true) if is_wide => "back!",
        (SideFate::Held | SideFate::Out | SideFate::Removed, true) => "!",
        (SideFate::Held, false) if is_wide && more == 0 => "kept",
        (SideFate::Out, false) if is_wide => "out",
        (SideFate::Removed, false) if is_wide => "removed",
        (SideFate::Held | SideFate::Out | SideFate::Removed, false) => "",
    };
    let fate = if more > 0 { format!("+{more}") } else { fate.to_owned() };
    let fate_width = if fate.is_empty() { 0.0 } else { fate.chars().count() as f32 * LETTER + PAD };
    let text = fitting(&line.text, room.width - tag_width - fate_width - 2.0 * PAD, LETTER);
    let says = match (line.is_out(), line.breaks) {
        (true, true) => "Thrown away, although a client was told ok.",
        (true, false) => "No longer held.",
        (false, true) => "Back, although a client was told that it is gone.",
        (false, false) => "Held.",
    };
    view! {
        <g class="side" class:out=line.is_out() class:breaks=line.breaks class:written=line.whence == Whence::Written data-node=sender>
            <title>{says}</title>
            <rect x=room.x y=room.y width=room.width height=room.height rx="4"></rect>
            <text class="tag begins" x=room.x + PAD y=base>{tag}</text>
            <text class="value begins" x=room.x + PAD + tag_width y=base>{text}</text>
            <text class="fate ends" x=room.right() - PAD y=base>{fate}</text>
        </g>
    }
}

fn counted(more: usize, room: Rect) -> impl IntoView + use<> {
    let base = room.y + room.height * 0.5 + 4.2;
    view! {
        <g class="version">
            <rect x=room.x y=room.y width=room.width height=room.height rx="4"></rect>
            <text class="value" x=room.centre().x y=base>{format!("+ {more} more")}</text>
        </g>
    }
}

/// What a version has seen, each node's share in its colour, as far as there is room.
fn past(version: &Version, room: f32) -> impl IntoView + use<> {
    let mut left = (room / FIXED) as usize;
    let mut shown = Vec::new();
    for entry in &version.past {
        let length = entry.words.chars().count() + 1;
        if length > left + 1 {
            // Of the first at least its beginning is shown.
            let rest = if shown.is_empty() { fitting(&entry.words, room, FIXED) } else { "…".to_owned() };
            shown.push((entry.node.filter(|_| shown.is_empty()), rest));
            break;
        }
        left = left.saturating_sub(length);
        shown.push((entry.node, entry.words.clone()));
    }
    let count = shown.len();
    let entry = |(at, (node, words)): (usize, (Option<crate::base::NodeId>, String))| {
        let words = if at + 1 < count { format!("{words} ") } else { words };
        view! { <tspan data-node=node.map(|node| node.to_string())>{words}</tspan> }
    };
    shown.into_iter().enumerate().map(entry).collect_view()
}

fn past_width(version: &Version) -> f32 {
    let letters: usize = version.past.iter().map(|entry| entry.words.chars().count() + 1).sum();
    letters.saturating_sub(1) as f32 * FIXED
}

fn class(version: &Version) -> &'static str {
    if version.is_deleted { "version deleted" } else { "version" }
}

fn fitting(text: &str, room: f32, letter: f32) -> String {
    let most = (room / letter).max(1.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A node's part in a request: filled once it counts. It stands opposite to the badge.
pub(super) fn part(frame: Memo<Option<NodeFrame>>, place: Memo<Option<NodePlace>>) -> impl IntoView {
    let part = Memo::new(move |_| frame.read().as_ref()?.holding.as_ref()?.part);
    move || Some(mark(part.get()?, &place.get()?))
}

fn mark(part: Part, place: &NodePlace) -> impl IntoView + use<> {
    let from_badge = place.badge.minus(place.centre);
    let (x, y) = (-from_badge.x, from_badge.y);
    let (class, says) = match part.mark {
        Mark::Asked => ("part asked", "asked, has not answered"),
        Mark::Counted => ("part counted", "has answered, and counts"),
    };
    let letter = if part.writes { "W" } else { "R" };
    let sign = if part.mark == Mark::Counted { "✓" } else { "…" };
    // One text: two would stand without a space between.
    let words = format!("{letter} {sign}");
    view! {
        <g class=class>
            <title>{says}</title>
            <rect x=x - 20.0 y=y - 9.0 width="30" height="18" rx="5"></rect>
            <text x=x - 5.0 y=y + 4.3>{words}</text>
        </g>
    }
}
