//! The nodes of the stage: shape, badge, role line, log strip. Each is one button; what pressing it does is not known here.

use super::gestures::Gestures;
use super::placing::Placing;
use super::strip::Strip;
use super::values;
use crate::base::NodeId;
use crate::ui::lab::{Selected, use_lab};
use crate::ui::lessons::is_marked;
use crate::view::layout::{NodePlace, Point, RoleLine};
use crate::view::stage::{ClockFace, Look, NodeFrame};
use leptos::prelude::*;
use leptos::svg::G;
use wasm_bindgen::JsCast;

/// All nodes.
#[component]
pub(super) fn Nodes() -> impl IntoView {
    let lab = use_lab();
    let ids = Memo::new(move |_| lab.frame.read().nodes.iter().map(|node| node.id).collect::<Vec<NodeId>>());
    view! {
        <g role="list" aria-label="Nodes">
            <For each=move || ids.get() key=|id| *id children=|id| view! { <Node id /> } />
        </g>
    }
}

#[component]
fn Node(id: NodeId) -> impl IntoView {
    let (lab, placing, gestures) = (use_lab(), expect_context::<Placing>(), expect_context::<Gestures>());
    let frame = Memo::new(move |_| lab.frame.read().node(id).cloned());
    let place = Memo::new(move |_| placing.layout.read().node(id).copied());
    let look = Memo::new(move |_| frame.read().as_ref().map_or(Look::Unknown, |frame| frame.look));
    let is_selected = Memo::new(move |_| lab.selected.get() == Some(Selected::Node(id)));
    let class = Memo::new(move |_| {
        let frame = frame.read();
        let (dim, frozen) = frame.as_ref().map_or((false, false), |frame| (frame.is_dim, frame.is_paused));
        let mut class = format!("node {}", look.get().class());
        let is_marked = is_marked(lab, id.into());
        for (is_so, name) in
            [(dim, " dim"), (frozen, " frozen"), (is_selected.get(), " selected"), (is_marked, " marked")]
        {
            class += if is_so { name } else { "" };
        }
        class
    });
    let at = move || place.get().map(|place| format!("translate({} {})", place.centre.x, place.centre.y));
    let name = Memo::new(move |_| frame.read().as_ref().map(|frame| frame.name.clone()));
    let clock = Memo::new(move |_| frame.read().as_ref().and_then(|frame| frame.clock));
    let is_home = Memo::new(move |_| frame.read().as_ref()?.holding.as_ref()?.home);
    view! {
        <g role="listitem" class=class data-node=id.to_string()>
            <g
                id=format!("{}node-{id}", lab.prefix)
                role="button"
                aria-haspopup="menu"
                aria-expanded=move || if gestures.has_menu(Selected::Node(id)) { "true" } else { "false" }
                aria-label=name
                tabindex=move || if gestures.is_stop(Selected::Node(id)) { "0" } else { "-1" }
                transform=at
                on:focus=move |_| gestures.focus(Selected::Node(id))
                on:click=move |event| gestures.click(Selected::Node(id), &event)
            >
                {move || place.get().map(|place| body(look.get(), &place))}
                {move || is_home.get().zip(place.get()).map(|(_, place)| view! { <circle class="home" r=place.radius + 4.5></circle> })}
                <text class="name" y="5">{id.to_string()}</text>
            </g>
            // What can be read is outside of the button, whose name says it in its own words.
            <g class="badge" aria-hidden="true" transform=at>{move || place.get().map(|place| badge(look.get(), &place))}</g>
            <g class="dial" aria-hidden="true" transform=at>{move || place.get().zip(clock.get()).map(|(place, clock)| dial(clock, &place))}</g>
            <g aria-hidden="true" transform=at>{values::part(frame, place)}</g>
            {lines(placing, frame, place)}
        </g>
    }
}

/// The shape of a role around its own centre.
fn body(look: Look, place: &NodePlace) -> impl IntoView + use<> {
    let r = place.radius;
    let shape = match look {
        Look::Leader | Look::StaleLeader => view! {
            <circle class="shape" r=r></circle>
            <circle class="inner" r=(r - 5.0).max(0.0)></circle>
        }
        .into_any(),
        Look::Candidate => view! { <path class="shape" d=hexagon(r + 2.0)></path> }.into_any(),
        Look::Down => view! {
            <circle class="shape" r=r></circle>
            <circle class="hatch" r=r fill="url(#crossed)"></circle>
        }
        .into_any(),
        Look::Follower | Look::Learner | Look::Replica | Look::Unknown => {
            view! { <circle class="shape" r=r></circle> }.into_any()
        }
    };
    view! {
        <circle class="hit" r=r.max(22.0)></circle>
        <circle class="ring" r=r + 6.0></circle>
        <circle class="ring-gap" r=r + 3.5></circle>
        {shape}
    }
}

/// The letter of a role.
fn badge(look: Look, place: &NodePlace) -> impl IntoView + use<> {
    let at = place.badge.minus(place.centre);
    view! {
        <circle cx=at.x cy=at.y r=place.badge_radius></circle>
        <text x=at.x y=at.y + 4.5>{look.letter()}</text>
    }
}

/// A clock whose hand points straight up where it is right; what lies between the top and the hand is how far it is off.
fn dial(clock: ClockFace, place: &NodePlace) -> impl IntoView + use<> {
    let (at, r) = (place.dial.minus(place.centre), place.badge_radius);
    let turned = clock.degrees();
    let (sin, cos) = libm::sincosf(turned.to_radians());
    let (inner, sweep) = (r - 2.5, u8::from(turned > 0.0));
    let off = format!("M0 0V{}A{inner} {inner} 0 0 {sweep} {} {}Z", -inner, inner * sin, -inner * cos);
    view! {
        <g class:off=turned != 0.0 transform=format!("translate({} {})", at.x, at.y)>
            <circle r=r></circle>
            <path class="wedge" d=off></path>
            <path class="top" d=format!("M0 {}V{}", -r, 3.5 - r)></path>
            <path class="hand" d=format!("M0 0L{} {}", inner * sin, -inner * cos)></path>
        </g>
    }
}

fn hexagon(r: f32) -> String {
    let (half, high) = (r / 2.0, r * 0.866);
    format!("M{r} 0L{half} {high}L-{half} {high}L-{r} 0L-{half} -{high}L{half} -{high}Z")
}

/// What stands under the circle: its role in words, its log, and what it waits for or what is odd about it.
fn lines(placing: Placing, frame: Memo<Option<NodeFrame>>, place: Memo<Option<NodePlace>>) -> impl IntoView {
    let shown = Memo::new(move |_| placing.layout.read().shown.role);
    let words = Memo::new(move |_| frame.read().as_ref().map(|frame| role_words(frame, shown.get())));
    let note = Memo::new(move |_| frame.read().as_ref().map(note_words));
    let waits = Memo::new(move |_| frame.read().as_ref().is_some_and(|frame| frame.waits.is_some()));
    let keeps = Memo::new(move |_| !waits.get() && frame.read().as_ref().is_some_and(keeps_hints));
    let role_at = move || place.get().map(|place| place.role.centre());
    let note_at = move || place.get().filter(|place| place.note.width > 0.0).map(|place| place.note.centre());
    let log = NodeRef::<G>::new();
    let strip = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(group) = log.get() else { return };
        let (place, frame) = (place.get(), frame.read());
        let Some((place, frame)) = place.zip(frame.as_ref()) else { return };
        strip.update_value(|strip| strip.get_or_insert_with(|| Strip::new(group.unchecked_into())).show(&place, frame));
    });
    view! {
        <g class="lines" aria-hidden="true">
            <text class="role" x=move || role_at().map(|at| at.x) y=move || role_at().map(|at| at.y + 4.5)>{words}</text>
            <g node_ref=log></g>
            {values::strip(frame, place)}
            {move || note_at().filter(|_| keeps.get()).map(|at| pill(at, &note.get().unwrap_or_default()))}
            <text
                class="note"
                class:waits=waits
                class:keeps=keeps
                x=move || note_at().map(|at| at.x)
                y=move || note_at().map(|at| at.y + 4.0)
            >
                {move || note_at().and_then(|_| note.get())}
            </text>
        </g>
    }
}

/// Whether its note begins with those for whom it keeps versions.
fn keeps_hints(frame: &NodeFrame) -> bool {
    frame.holding.as_ref().is_some_and(|holding| !holding.pocket.is_empty())
}

/// The pocket in which versions for others wait: an edge around the note.
fn pill(at: Point, words: &str) -> impl IntoView + use<> {
    let wide = words.chars().count() as f32 * 6.6 + 20.0;
    view! { <rect class="pill" x=at.x - wide / 2.0 y=at.y - 9.0 width=wide height="18" rx="9"></rect> }
}

/// The role in words, as far as there is room.
fn role_words(frame: &NodeFrame, room: RoleLine) -> String {
    match room {
        RoleLine::Full => frame.says.clone(),
        RoleLine::Short => frame.says.rsplit(", ").next().unwrap_or_default().to_owned(),
        RoleLine::None => String::new(),
    }
}

/// So many letters of a note fit between two nodes.
const NOTE_MOST: usize = 26;

/// What it waits for; else what is odd about it, as much as there is room for.
fn note_words(frame: &NodeFrame) -> String {
    if let Some(tally) = frame.waits {
        return tally.words();
    }
    let mut words = String::new();
    for odd in &frame.oddities {
        let comma = if words.is_empty() { "" } else { ", " };
        if !words.is_empty() && words.chars().count() + comma.len() + odd.chars().count() > NOTE_MOST {
            return words + " …";
        }
        words = words + comma + odd;
    }
    words
}
