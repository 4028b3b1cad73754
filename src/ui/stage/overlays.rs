//! What lies over the stage: whose eyes it is seen with, and how much of the run a second shows.

use crate::base::{ClientId, NodeId};
use crate::ui::lab::use_lab;
use crate::ui::words;
use crate::view::stage::SeenBy;
use leptos::prelude::*;

/// The choice of eyes.
#[component]
pub(super) fn SeeAs() -> impl IntoView {
    let lab = use_lab();
    let who = Memo::new(move |_| {
        let frame = lab.frame.read();
        let nodes = frame.nodes.iter().map(|node| (format!("n{}", node.id.0), node.id.to_string()));
        let clients = frame.clients.iter().map(|client| (format!("c{}", client.id.0), client.name.clone()));
        nodes.chain(clients).collect::<Vec<_>>()
    });
    let now = move || match lab.seen_by.get() {
        SeenBy::Observer => "observer".to_owned(),
        SeenBy::Node(node) => format!("n{}", node.0),
        SeenBy::Client(client) => format!("c{}", client.0),
    };
    view! {
        <label class="see-as">
            <span>"see as"</span>
            <select prop:value=now on:change=move |event| lab.see_as(eyes(&event_target_value(&event)))>
                <option value="observer">"observer"</option>
                {move || who.get().into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()}
            </select>
        </label>
    }
}

fn eyes(value: &str) -> SeenBy {
    let number = |rest: &str| rest.parse::<u8>().ok();
    match value.split_at_checked(1) {
        Some(("n", rest)) => number(rest).map_or(SeenBy::Observer, |number| SeenBy::Node(NodeId(number))),
        Some(("c", rest)) => number(rest).map_or(SeenBy::Observer, |number| SeenBy::Client(ClientId(number))),
        _ => SeenBy::Observer,
    }
}

/// How much of the run a second of the screen shows.
#[component]
pub(super) fn PaceLine() -> impl IntoView {
    let lab = use_lab();
    let rate = Memo::new(move |_| {
        let clock = lab.clock.get();
        if clock.is_playing { clock.rate.map(|rate| rate.to_string()) } else { None }
    });
    let skip = Memo::new(move |_| lab.clock.get().skip);
    view! {
        <p class="pace" aria-hidden="true">{move || rate.get()}</p>
        <p class="skipping" aria-hidden="true" class:on=move || skip.get().is_some()>{move || skip.get().map(skip_words)}</p>
    }
}

fn skip_words(skip: crate::view::pace::Skip) -> String {
    let beats = match skip.heartbeats {
        0 => String::new(),
        1 => ", 1 heartbeat".to_owned(),
        count => format!(", {count} heartbeats"),
    };
    format!("+{}{beats}", words::length(skip.length))
}
