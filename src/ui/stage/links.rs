//! The links of the stage: each is a button that cuts or heals, with a wide stroke to hit.

use super::gestures::Gestures;
use super::placing::Placing;
use crate::base::{Endpoint, NodeId};
use crate::ui::lab::{Lab, Selected, use_lab};
use crate::ui::lessons::is_link_marked;
use crate::view::layout::{LinkPlace, Look, Point};
use crate::view::stage::{LinkFrame, LinkState};
use leptos::prelude::*;

/// All links between nodes.
#[component]
pub(super) fn Links() -> impl IntoView {
    let lab = use_lab();
    let ends = Memo::new(move |_| {
        let frame = lab.frame.read();
        frame.links.iter().filter_map(|link| link.from.node().zip(link.to.node())).collect::<Vec<(NodeId, NodeId)>>()
    });
    view! {
        <g role="list" aria-label="Links">
            <For each=move || ends.get() key=|ends| *ends children=|(from, to)| view! { <Link from to /> } />
        </g>
    }
}

#[component]
fn Link(from: NodeId, to: NodeId) -> impl IntoView {
    let (lab, placing, gestures) = (use_lab(), expect_context::<Placing>(), expect_context::<Gestures>());
    let which = Selected::Link(from.into(), to.into());
    let frame = Memo::new(move |_| lab.frame.read().link(from.into(), to.into()).cloned());
    let place = Memo::new(move |_| placing.layout.read().link(from, to).copied());
    let state = Memo::new(move |_| frame.read().as_ref().map_or(LinkState::Up, |link| link.state));
    let name = move || {
        let frame = frame.read();
        let link = frame.as_ref()?;
        Some(format!("{}. {}", link.name, if link.state == LinkState::Cut { "Heal" } else { "Cut" }))
    };
    let is_selected = Memo::new(move |_| lab.selected.get() == Some(which));
    // Where many links are on a small stage, one that is whole and idle is not drawn: it would hide the others.
    let is_idle = Memo::new(move |_| {
        let is_crowded = {
            let layout = placing.layout.read();
            matches!(layout.look, Look::Phone | Look::Tiny) && layout.nodes.len() >= CROWD
        };
        is_crowded && state.get() == LinkState::Up && !is_selected.get() && !is_busy(lab, from.into(), to.into())
    });
    let class = move || {
        let idle = if is_idle.get() { " idle" } else { "" };
        let is_dim = frame.read().as_ref().is_some_and(|link| link.is_dim);
        let selected = if is_selected.get() { " selected" } else { "" };
        let marked = if is_link_marked(lab, from.into(), to.into()) { " marked" } else { "" };
        format!("{}{selected}{marked}{idle}{}", state.get().class(), if is_dim { " dim" } else { "" })
    };
    view! {
        <g role="listitem" class=class>
            <g
                id=format!("{}link-{from}-{to}", lab.prefix)
                role="button"
                aria-label=name
                tabindex=move || if gestures.is_stop(which) { "0" } else { "-1" }
                on:focus=move |_| gestures.focus(which)
                on:click=move |event| gestures.click(which, &event)
            >
                {move || place.get().zip(frame.get()).map(|(place, frame)| body(&place, &frame))}
            </g>
            {move || {
                let is_told = is_selected.get();
                place.get().zip(frame.get()).map(|(place, frame)| label(&place, &frame, is_told))
            }}
        </g>
    }
}

/// From so many nodes on a small stage has no room for all links.
const CROWD: usize = 7;

/// Whether a message that matters is on a link.
fn is_busy(lab: Lab, one: Endpoint, other: Endpoint) -> bool {
    let joins = |from: Endpoint, to: Endpoint| (from, to) == (one, other) || (from, to) == (other, one);
    lab.traffic.read().movers.iter().any(|mover| mover.is_foreground && joins(mover.from, mover.to))
}

/// What is written beside a link. What every link takes is no news: only what sets one apart is.
fn label(place: &LinkPlace, frame: &LinkFrame, is_told: bool) -> impl IntoView + use<> {
    let says = is_told || !matches!(frame.state, LinkState::Up | LinkState::Cut);
    place.label.filter(|_| says).map(|label| {
        let centre = label.centre();
        view! { <text class="delay" x=centre.x y=centre.y + 4.0 aria-hidden="true">{words(frame)}</text> }
    })
}

/// The line and its mark.
fn body(place: &LinkPlace, frame: &LinkFrame) -> impl IntoView + use<> {
    let whole = line(place.start, place.end);
    let visible = match frame.state {
        LinkState::Cut => {
            let stubs = place.stubs();
            format!("{}{}", line(stubs.first.0, stubs.first.1), line(stubs.second.0, stubs.second.1))
        }
        LinkState::Up | LinkState::OneWay | LinkState::Flapping | LinkState::Lossy | LinkState::Slow => whole.clone(),
    };
    let mark = match frame.state {
        LinkState::Cut => cross(place.stubs().cross),
        LinkState::OneWay => arrow(place, frame.there),
        LinkState::Up | LinkState::Flapping | LinkState::Lossy | LinkState::Slow => String::new(),
    };
    view! {
        <path class="hit" d=whole.clone()></path>
        <path class="ring" d=whole></path>
        <path class="wire" d=visible></path>
        <path class="mark" d=mark></path>
    }
}

fn words(frame: &LinkFrame) -> String {
    match frame.state {
        LinkState::Up | LinkState::OneWay => frame.delay.clone(),
        LinkState::Cut => "cut".to_owned(),
        LinkState::Slow => format!("delay {}", frame.delay),
        LinkState::Lossy => frame.loss.clone(),
        LinkState::Flapping => "flapping".to_owned(),
    }
}

fn line(from: Point, to: Point) -> String {
    format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y)
}

/// A cross at a point.
pub(super) fn cross(at: Point) -> String {
    format!("M{:.1} {:.1}l10 10m0 -10l-10 10", at.x - 5.0, at.y - 5.0)
}

/// An arrowhead in the middle of a link that passes messages one way only.
fn arrow(place: &LinkPlace, is_there: bool) -> String {
    let (from, to) = if is_there { (place.start, place.end) } else { (place.end, place.start) };
    let (way, tip) = (to.minus(from).unit(), from.towards(to, 0.56));
    let side = way.turned().times(6.0);
    let base = tip.minus(way.times(12.0));
    let (one, other) = (base.plus(side), base.minus(side));
    format!("M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}", one.x, one.y, tip.x, tip.y, other.x, other.y)
}

/// The ends of a link in the order in which frames name it.
pub(in crate::ui) fn ordered(one: Endpoint, other: Endpoint) -> Selected {
    if one <= other { Selected::Link(one, other) } else { Selected::Link(other, one) }
}
