//! Clients at the stage's edge: what each asked, what it was told, and after how long.

use super::gestures::Gestures;
use super::links::cross;
use super::placing::Placing;
use crate::base::{ClientId, SimTime};
use crate::ui::lab::{Selected, use_lab};
use crate::ui::lessons::is_marked;
use crate::ui::words;
use crate::view::layout::ClientPlace;
use crate::view::stage::{Answer, Told, last_answer};
use leptos::prelude::*;

/// All clients.
#[component]
pub(super) fn Clients() -> impl IntoView {
    let lab = use_lab();
    let ids = Memo::new(move |_| lab.frame.read().clients.iter().map(|client| client.id).collect::<Vec<ClientId>>());
    view! {
        <g role="list" aria-label="Clients">
            <For each=move || ids.get() key=|id| *id children=|id| view! { <Client id /> } />
        </g>
    }
}

/// What a card says.
#[derive(Clone, PartialEq)]
struct Said {
    asked: String,
    told: String,
    class: &'static str,
}

#[component]
fn Client(id: ClientId) -> impl IntoView {
    let (lab, placing, gestures) = (use_lab(), expect_context::<Placing>(), expect_context::<Gestures>());
    let which = Selected::Client(id);
    let frame = Memo::new(move |_| lab.frame.read().clients.iter().find(|client| client.id == id).cloned());
    let place = Memo::new(move |_| placing.layout.read().client(id).cloned());
    let is_cut_off = Memo::new(move |_| frame.read().as_ref().is_some_and(|frame| frame.is_cut_off));
    let name = move || frame.read().as_ref().map(|frame| frame.name.clone()).unwrap_or_default();
    let said = Memo::new(move |_| {
        let time = lab.clock.get().time;
        let frame = frame.read();
        let frame = frame.as_ref()?;
        let last = lab.read(|playback| last_answer(playback.chronicle(), id, playback.seen())).flatten();
        if lab.hides_outcomes.get() {
            return Some(Said { asked: String::new(), told: "what do you expect?".to_owned(), class: "idle" });
        }
        Some(said(frame.waits.clone(), time, last))
    });
    let class = move || {
        let is_dim = frame.read().as_ref().is_some_and(|frame| frame.is_dim);
        let told = said.read().as_ref().map_or("", |said| said.class);
        let selected = if lab.selected.get() == Some(which) { " selected" } else { "" };
        let marked = if is_marked(lab, id.into()) { " marked" } else { "" };
        format!("client {told}{selected}{marked}{}", if is_dim { " dim" } else { "" })
    };
    let spoken = move || match said.get() {
        Some(said) => {
            let cut_off = if is_cut_off.get() { "cut off from its server".to_owned() } else { String::new() };
            let parts = [name(), said.asked, said.told, cut_off];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        }
        None => name(),
    };
    view! {
        <g role="listitem" class=class>
            <path class="lead" class:cut=move || is_cut_off.get() d=move || place.get().and_then(|place| place.wire).map(|wire| wire.path())></path>
            <path class="cross" d=move || place.get().filter(|_| is_cut_off.get()).and_then(|place| place.wire).map(|wire| cross(wire.at(0.5)))></path>
            <g
                id=format!("{}client-{id}", lab.prefix)
                role="button"
                aria-haspopup="menu"
                aria-expanded=move || if gestures.has_menu(which) { "true" } else { "false" }
                aria-label=spoken
                tabindex=move || if gestures.is_stop(which) { "0" } else { "-1" }
                on:focus=move |_| gestures.focus(which)
                on:click=move |event| gestures.click(which, &event)
            >
                {move || {
                    place.get().map(|place| {
                        let card = place.card;
                        view! {
                            <rect class="card" x=card.x y=card.y width=card.width height=card.height rx="10"></rect>
                            <text class="who" x=card.x + 12.0 y=card.y + leading(&place).0>{name}</text>
                        }
                    })
                }}
            </g>
            // What can be read is outside of the button, whose name says it in its own words.
            <g class="lines" aria-hidden="true">
                {move || place.get().map(|place| lines(&place, &name(), said))}
            </g>
        </g>
    }
}

/// What was asked, where there is room for it, and what was told.
fn lines(place: &ClientPlace, name: &str, said: Memo<Option<Said>>) -> impl IntoView + use<> {
    let card = place.card;
    let indent = 22.0 + 8.2 * name.chars().count() as f32;
    let room = ((card.width - 20.0) / 7.3).max(1.0) as usize;
    let (high, low) = leading(place);
    let beside = ((card.width - indent - 8.0) / 7.2).max(0.0) as usize;
    let asked = move || said.get().map(|said| said.asked).filter(|asked| asked.chars().count() <= beside);
    view! {
        <text class="asked" x=card.x + indent y=card.y + high>{asked}</text>
        <text class="told" x=card.x + 12.0 y=card.bottom() - low>
            {move || said.get().map(|said| fitting(&said.told, room))}
        </text>
    }
}

/// What fits into so many characters: all of it, else what comes before the comma, else its beginning.
fn fitting(told: &str, room: usize) -> String {
    let first = told.split(", ").next().unwrap_or_default();
    match (told.chars().count(), first.chars().count()) {
        (whole, _) if whole <= room => told.to_owned(),
        (_, part) if part <= room => first.to_owned(),
        _ => told.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// How far the first line stands below the card's top, and the second above its bottom: less where there is little room.
fn leading(place: &ClientPlace) -> (f32, f32) {
    match place.card.height {
        height if height < 36.0 => (14.0, 5.0),
        height if height < 48.0 => (16.0, 7.0),
        _ => (21.0, 11.0),
    }
}

fn said(waits: Option<(String, SimTime)>, now: SimTime, last: Option<Answer>) -> Said {
    if let Some((asked, since)) = waits {
        let told = format!("no answer yet, {}", words::tenths(now.since(since)));
        return Said { asked, told, class: Told::Nothing.class() };
    }
    match last {
        Some(answer) => {
            let after = words::length(answer.after);
            let told = match answer.told {
                Told::Ok => format!("{} in {after}", answer.words),
                Told::Failed | Told::Unknown | Told::Nothing => format!("{}, after {after}", answer.words),
            };
            Said { asked: answer.asked, told, class: answer.told.class() }
        }
        None => Said { asked: String::new(), told: "idle".to_owned(), class: "idle" },
    }
}
