//! The form: which scenario, which seeds, and go.

use super::super::catalogue::Entry;
use super::super::query::Query;
use super::batch::Batch;
use super::seeds;
use leptos::prelude::*;
use std::sync::Arc;

/// The choice that stands for all scenarios.
const EVERY: &str = "*";

/// The form. What the address asks for is filled in, and run if it says so.
#[component]
pub(super) fn RunForm(batch: Batch, entries: Arc<Vec<Entry>>, query: Query) -> impl IntoView {
    let first = entries.first().map(|entry| entry.id.clone()).unwrap_or_default();
    let known = query.scenario.clone().filter(|id| id == EVERY || entries.iter().any(|entry| entry.id == *id));
    let unknown = query.scenario.filter(|_| known.is_none());
    let scenario = RwSignal::new(known.unwrap_or(first));
    let text = RwSignal::new(query.seeds.unwrap_or_else(|| own_seed(&entries, &scenario.get_untracked())));
    let problem = RwSignal::new(None::<String>);
    let entries = StoredValue::new(entries);

    let run = move || match seeds::parse(&text.get_untracked()) {
        Ok(seeds) => {
            problem.set(None);
            let chosen = scenario.get_untracked();
            batch.run(entries.with_value(|entries| wishes(entries, &chosen, &seeds)));
        }
        Err(error) => problem.set(Some(error.to_string())),
    };
    if let Some(id) = unknown {
        batch.notice.set(Some(format!("There is no scenario “{id}” here; choose one from the list")));
    } else if query.run {
        run();
    }
    let summary = move || entries.with_value(|entries| summary(entries, &scenario.get()));

    view! {
        <section aria-labelledby="run-heading">
            <h2 id="run-heading">"Run a scenario"</h2>
            <form
                class="run"
                on:submit=move |event| {
                    event.prevent_default();
                    run();
                }
            >
                <ScenarioField entries scenario text />
                <SeedsField text problem />
                <Buttons batch />
            </form>
            <p class="quiet" id="summary">{summary}</p>
        </section>
    }
}

/// Every chosen scenario with every seed.
fn wishes(entries: &[Entry], chosen: &str, seeds: &[u32]) -> Vec<(Entry, u32)> {
    let chosen = entries.iter().filter(|entry| chosen == EVERY || entry.id == chosen);
    chosen.flat_map(|entry| seeds.iter().map(|seed| (entry.clone(), *seed))).collect()
}

/// The seed that a scenario is shown with.
fn own_seed(entries: &[Entry], chosen: &str) -> String {
    entries.iter().find(|entry| entry.id == chosen).map_or_else(|| "0-9".to_owned(), |entry| entry.seed.to_string())
}

fn summary(entries: &[Entry], chosen: &str) -> String {
    match entries.iter().find(|entry| entry.id == chosen) {
        Some(entry) => entry.summary.clone(),
        None => format!("All {} scenarios, each with every seed.", entries.len()),
    }
}

#[component]
fn ScenarioField(
    entries: StoredValue<Arc<Vec<Entry>>>,
    scenario: RwSignal<String>,
    text: RwSignal<String>,
) -> impl IntoView {
    // A seed that was typed stays; the one that came with a scenario goes with it.
    let choose = move |chosen: String| {
        let own = |id: &str| entries.with_value(|entries| own_seed(entries, id));
        if text.get_untracked() == own(&scenario.get_untracked()) {
            text.set(own(&chosen));
        }
        scenario.set(chosen);
    };
    let options = entries.with_value(|entries| {
        let option = |entry: &Entry| view! { <option value=entry.id.clone()>{entry.title.clone()}</option> };
        entries.iter().map(option).collect_view()
    });
    view! {
        <div class="field wide">
            <label for="scenario">"Scenario"</label>
            <select
                id="scenario"
                aria-describedby="summary"
                prop:value=move || scenario.get()
                on:change=move |event| choose(event_target_value(&event))
            >
                {options}
                <option value=EVERY>"Every scenario"</option>
            </select>
        </div>
    }
}

#[component]
fn SeedsField(text: RwSignal<String>, problem: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <div class="field seeds">
            <label for="seeds">"Seed, or a range"</label>
            <input
                id="seeds"
                type="text"
                inputmode="text"
                autocomplete="off"
                spellcheck="false"
                aria-describedby="seeds-help"
                aria-invalid=move || problem.read().is_some().then_some("true")
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
        </div>
        <p id="seeds-help" class="help" class:wrong=move || problem.read().is_some() aria-live="polite">
            {move || problem.get().unwrap_or_else(|| "The same seed gives the same run, here and in a terminal. 0-39 runs forty.".to_owned())}
        </p>
    }
}

#[component]
fn Buttons(batch: Batch) -> impl IntoView {
    // A memo, since progress changes with every frame and the buttons do not.
    let busy = Memo::new(move |_| batch.progress.read().is_some());
    view! {
        <div class="buttons">
            <button type="submit" id="run">"Run"</button>
            <button type="button" class="second" disabled=move || !busy.get() on:click=move |_| batch.stop()>
                "Stop"
            </button>
        </div>
    }
}
