//! The event log: the latest lines before the cursor, newest first. Each goes to its moment and selects what it is about.

use super::{Beat, go_to};
use crate::base::Endpoint;
use crate::ui::lab::{Selected, use_lab};
use crate::ui::words;
use crate::view::log::{Class, Filter, Line, Log};
use leptos::prelude::*;

/// The log.
#[component]
pub(super) fn LogPanel(beat: RwSignal<Beat>) -> impl IntoView {
    let lab = use_lab();
    let filter = RwSignal::new(Filter::default());
    let log = StoredValue::new_local(Log::default());
    let lines = Memo::new(move |_| {
        let turn = beat.get().turn;
        let filter = Filter { seen_by: lab.seen_by.get(), ..filter.get() };
        lab.read(|playback| {
            log.try_update_value(|log| {
                log.read(playback.session().cluster(), playback.chronicle(), filter, turn);
                (log.lines().rev().cloned().collect::<Vec<Line>>(), log.has_earlier())
            })
        })
        .flatten()
        .unwrap_or_default()
    });
    let plays = Memo::new(move |_| lab.clock.get().is_playing);
    let role = move || if plays.get() { "region" } else { "log" };
    let rows = move || lines.get().0;
    let is_empty = move || lines.read().0.is_empty();
    let earlier = move || {
        lines
            .read()
            .1
            .then(|| view! { <p class="empty">"Earlier lines are not listed: go back in time to see them."</p> })
    };
    view! {
        <Filters filter />
        <div role=role aria-label="Events, newest first">
            <ul class="log-lines">
                <For each=rows key=|line| line.record children=|line| view! { <LogLine line /> } />
            </ul>
            <Show when=is_empty><p class="empty">"Nothing of that kind has happened lately."</p></Show>
            {earlier}
        </div>
    }
}

#[component]
fn Filters(filter: RwSignal<Filter>) -> impl IntoView {
    let lab = use_lab();
    let chip = move |class: Option<Class>, name: &'static str| {
        let is_on = move || filter.read().class == class;
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || if is_on() { "true" } else { "false" }
                on:click=move |_| filter.update(|it| it.class = class)
            >
                {name}
            </button>
        }
    };
    let chips = Class::ALL.map(|class| chip(Some(class), class.word())).into_iter().collect_view();
    let selected = move || match lab.selected.get() {
        Some(Selected::Node(node)) => Some(Endpoint::Node(node)),
        Some(Selected::Client(client)) => Some(Endpoint::Client(client)),
        Some(Selected::Link(..) | Selected::Message(_) | Selected::Operation(_)) | None => None,
    };
    let only = move || {
        let end = filter.read().about.or_else(selected)?;
        let name = lab
            .read(|playback| crate::view::describe::Names::new(playback.session().cluster().config()).endpoint(end))?;
        let is_on = move || filter.read().about.is_some();
        Some(view! {
            <label>
                <input
                    type="checkbox"
                    prop:checked=is_on
                    on:change=move |event| filter.update(|it| it.about = event_target_checked(&event).then_some(end))
                />
                "only " {name}
            </label>
        })
    };
    view! {
        <div class="filters" role="group" aria-label="Which events">
            {chip(None, "All")} {chips}
            {only}
            <label>
                <input
                    type="checkbox"
                    prop:checked=move || filter.read().with_routine
                    on:change=move |event| filter.update(|it| it.with_routine = event_target_checked(&event))
                />
                "heartbeats and disk writes"
            </label>
        </div>
    }
}

#[component]
fn LogLine(line: Line) -> impl IntoView {
    let lab = use_lab();
    let Line { at, words: text, target, .. } = line;
    let time = words::seconds(at);
    let go = move |_| {
        go_to(lab, at);
        if let Some(target) = target {
            lab.selected.set(Some(target.into()));
        }
    };
    view! {
        <li>
            <span class="time">{time}</span>
            <button type="button" class="what" title="Go there" on:click=go>{text}</button>
        </li>
    }
}
