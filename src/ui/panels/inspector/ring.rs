//! The ring of keys as a node sees it, drawn, and as a list of whom the walk meets. What is drawn where is `view`'s.

use super::super::Beat;
use crate::protocol::Key;
use crate::ui::lab::{Selected, use_lab};
use crate::view::layout::Point;
use crate::view::preference::{Label, Preference, StopPart, at, preference};
use leptos::prelude::*;

/// The ring, if a replica is selected.
#[component]
pub(super) fn RingPicture(beat: RwSignal<Beat>) -> impl IntoView {
    let lab = use_lab();
    let chosen = RwSignal::new(None::<Key>);
    let it = Memo::new(move |_| {
        beat.get();
        let Some(Selected::Node(node)) = lab.selected.get() else { return None };
        lab.read(|playback| chosen.with(|key| preference(playback.session().cluster(), node, key.as_ref()))).flatten()
    });
    move || it.get().map(|it| shown(&it, chosen))
}

fn shown(it: &Preference, chosen: RwSignal<Option<Key>>) -> impl IntoView + use<> {
    let rows = it.stops.iter().map(|stop| {
        let words = format!("{}: {}", stop.node, it.words(stop));
        view! { <li data-node=stop.node.to_string()>{words}</li> }
    });
    view! {
        <section class="picture ring">
            <h3>"On the ring"</h3>
            {choice(it, chosen)}
            {drawing(it)}
            <p class="detail">{it.sentence()}</p>
            <ol class="walk">{rows.collect_view()}</ol>
        </section>
    }
}

/// Which key, where there are several.
fn choice(it: &Preference, chosen: RwSignal<Option<Key>>) -> Option<impl IntoView + use<>> {
    let options = it.keys.iter().map(|key| {
        let name = key.to_string();
        view! { <option value=name.clone() selected=*key == it.key>{name.clone()}</option> }
    });
    (it.keys.len() > 1).then(|| {
        view! {
            <label class="detail">
                "Key "
                <select on:change=move |event| chosen.set(Some(Key::from(event_target_value(&event).as_str())))>
                    {options.collect_view()}
                </select>
            </label>
        }
    })
}

fn drawing(it: &Preference) -> impl IntoView + use<> {
    let ticks = it.ticks().map(|tick| {
        view! { <line class="tick" data-node=tick.node.to_string() x1=tick.from.x y1=tick.from.y x2=tick.to.x y2=tick.to.y></line> }
    });
    let (walk, beyond) = it.walks();
    let (from, to) = it.pointer();
    let beyond = beyond.map(|beyond| view! { <path class="walk beyond" d=beyond></path> });
    let name = short(&it.key.to_string());
    let says = format!("The ring, and the walk from {} to {}.", it.key, list(it));
    view! {
        <svg viewBox=Preference::WINDOW role="img" aria-label=says>
            {ticks.collect_view()}
            {beyond}
            {it.labels().iter().map(label).collect_view()}
            <path class="walk" d=walk></path>
            <path class="tip" d=it.tip()></path>
            <line class="pointer" x1=from.x y1=from.y x2=to.x y2=to.y></line>
            {mark(at(it.stands_at, 34.0))}
            <text class="key" y="2">{name}</text>
            <text class="n" y="18">{format!("N {}", it.n)}</text>
        </svg>
    }
}

fn list(it: &Preference) -> String {
    let own = it.stops.iter().filter(|stop| matches!(stop.part, StopPart::Home(_)));
    own.map(|stop| stop.node.to_string()).collect::<Vec<_>>().join(", ")
}

fn mark(at: Point) -> impl IntoView {
    view! { <circle class="pointer" cx=at.x cy=at.y r="3.5"></circle> }
}

fn label(it: &Label) -> impl IntoView + use<> {
    let part = match it.part {
        StopPart::Home(_) => "stop home-stop",
        StopPart::StandsInFor(_) => "stop stands-in",
        StopPart::Spare => "stop spare",
        StopPart::Nothing => "stop spare outside",
    };
    let class = if it.is_suspected { format!("{part} suspected") } else { part.to_owned() };
    let (room, middle) = (it.room, it.room.centre());
    let line = it.line.map(|point| format!("{:.1},{:.1}", point.x, point.y)).join(" ");
    let text = if it.is_suspected { format!("{}?", it.text) } else { it.text.clone() };
    view! {
        <g class=class data-node=it.node.to_string()>
            <polyline points=line></polyline>
            <circle cx=it.meets.x cy=it.meets.y r="3.5"></circle>
            <rect x=room.x y=room.y width=room.width height=room.height rx="6"></rect>
            <text x=middle.x y=middle.y + 4.5>{text}</text>
        </g>
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= 7 { name.to_owned() } else { name.chars().take(6).chain(['…']).collect() }
}
