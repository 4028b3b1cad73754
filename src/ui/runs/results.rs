//! What came of the runs: progress while they go, the last one in full, and a line for each.

use super::batch::{Batch, Done};
use leptos::prelude::*;

/// The results.
#[component]
pub(super) fn Results(batch: Batch) -> impl IntoView {
    let wanted = Memo::new(move |_| batch.progress.read().map(|progress| progress.wanted));
    // The first of many must not flash up as the only one.
    let single = Memo::new(move |_| match batch.done.read().as_slice() {
        [one] if wanted.get().is_none_or(|wanted| wanted == 1) => Some(one.clone()),
        _ => None,
    });
    let many = Memo::new(move |_| batch.done.read().len() > 1);
    view! {
        <Notice batch />
        <Progress batch />
        {move || single.get().map(|done| view! { <Single done /> })}
        <Show when=move || many.get()>
            <Table batch />
        </Show>
    }
}

/// What went wrong, if something did.
#[component]
fn Notice(batch: Batch) -> impl IntoView {
    view! {
        <div role="alert" id="notice">
            {move || batch.notice.get().map(|text| view! { <p class="trouble">{text} "."</p> })}
        </div>
    }
}

#[component]
fn Progress(batch: Batch) -> impl IntoView {
    // Said at the start and at the end only: a screen reader cannot follow every frame.
    let state = Memo::new(move |_| match (batch.progress.read().is_some(), batch.done.read().len()) {
        (true, _) => "Running …".to_owned(),
        (false, 0) => String::new(),
        (false, 1) => "One run is done.".to_owned(),
        (false, count) => format!("{count} runs are done."),
    });
    let running = Memo::new(move |_| batch.progress.read().is_some());
    let now = move || batch.progress.get().unwrap_or_default();
    view! {
        <div class="progress">
            <p role="status" id="state">{state}</p>
            <Show when=move || running.get()>
                <progress max="1" aria-label="Progress of the runs" prop:value=move || now().share></progress>
                <span class="quiet" aria-hidden="true">
                    {move || format!("{} of {}", now().done, now().wanted)}
                </span>
            </Show>
        </div>
    }
}

/// One run in full.
#[component]
fn Single(done: Done) -> impl IntoView {
    let outcome = done.outcome;
    view! {
        <section aria-labelledby="result-heading" class="result">
            <h2 id="result-heading">{done.title} ", seed " {done.seed}</h2>
            {(!outcome.switched_off.is_empty()).then(|| view! { <SwitchedOff rules=outcome.switched_off.clone() /> })}
            <dl>
                <div class="hash">
                    <dt>"Trace hash"</dt>
                    <dd id="trace-hash">{outcome.hash}</dd>
                </div>
                <div>
                    <dt>"Simulated time"</dt>
                    <dd id="time">{outcome.time}</dd>
                </div>
                <div>
                    <dt>"Events"</dt>
                    <dd id="events">{grouped(outcome.events)}</dd>
                </div>
                <div>
                    <dt><span class="mark ok" aria-hidden="true">"✓"</span> "Operations ok"</dt>
                    <dd id="ok">{grouped(outcome.ok)}</dd>
                </div>
                <div>
                    <dt><span class="mark failed" aria-hidden="true">"✕"</span> "Operations failed"</dt>
                    <dd id="failed">{grouped(outcome.failed)}</dd>
                </div>
                <div>
                    <dt><span class="mark unknown" aria-hidden="true">"?"</span> "Operations unknown"</dt>
                    <dd id="unknown">{grouped(outcome.unknown)}</dd>
                </div>
            </dl>
            {outcome.halted.map(|reason| view! { <p class="trouble">"The run stopped before its end: " {reason} "."</p> })}
            <p class="quiet">
                "The same in a terminal: "
                <code>{format!("netsplit run {} --seed {}", done.scenario, done.seed)}</code>
            </p>
        </section>
    }
}

/// Says that rules were switched off, so that nobody takes the run for the protocol.
#[component]
fn SwitchedOff(rules: Vec<&'static str>) -> impl IntoView {
    let names = rules.into_iter().map(|rule| view! { <code>{rule}</code> " " }).collect_view();
    view! { <p class="trouble" id="switched-off"><strong>"Rules switched off: "</strong> {names}</p> }
}

/// Many runs, a line each.
#[component]
fn Table(batch: Batch) -> impl IntoView {
    let rows = move || batch.done.get().into_iter().enumerate();
    view! {
        <section aria-labelledby="table-heading">
            <h2 id="table-heading">"Results"</h2>
            <div class="scroll" tabindex="0" role="region" aria-labelledby="table-heading">
                <table id="runs">
                    <thead>
                        <tr>
                            <th scope="col">"Scenario"</th>
                            <th scope="col" class="number">"Seed"</th>
                            <th scope="col">"Trace hash"</th>
                            <th scope="col" class="number">"Events"</th>
                            <th scope="col" class="number">"Ok"</th>
                            <th scope="col" class="number">"Failed"</th>
                            <th scope="col" class="number">"Unknown"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=rows key=|(place, done)| (done.call, *place) children=|(_, done)| view! { <Row done /> } />
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Row(done: Done) -> impl IntoView {
    let outcome = done.outcome;
    view! {
        <tr data-scenario=done.scenario data-seed=done.seed>
            <th scope="row">
                {done.title}
                {(!outcome.switched_off.is_empty())
                    .then(|| view! { <strong class="off">" rules switched off: " {outcome.switched_off.join(", ")}</strong> })}
            </th>
            <td class="number">{done.seed}</td>
            <td class="hash">{outcome.hash}</td>
            <td class="number">{grouped(outcome.events)}</td>
            <td class="number">{grouped(outcome.ok)}</td>
            <td class="number">{grouped(outcome.failed)}</td>
            <td class="number">{grouped(outcome.unknown)}</td>
        </tr>
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
