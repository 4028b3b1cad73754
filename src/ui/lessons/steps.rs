//! What a step of each kind offers besides its text: the goal's hints, the options to compare, the two runs, the learner's
//! own words.

use super::choices::{Lit, Observation, Prediction};
use super::course::{Phase, use_course};
use super::kept;
use super::pair::Parting;
use super::prose::{blocks, line};
use crate::lesson::text::{Block, Span};
use crate::lesson::{Step, StepKind, Variant};
use leptos::prelude::*;

/// The controls of a step's kind.
pub(super) fn controls(step: &Step) -> AnyView {
    match step.kind.clone() {
        StepKind::Predict(question) => view! { <Prediction question /> }.into_any(),
        StepKind::Observe { question: Some(question), .. } => view! { <Observation question /> }.into_any(),
        StepKind::Observe { question: None, .. } => view! { <Lit /> }.into_any(),
        StepKind::Goal { .. } => view! { <Goal hints=step.hints.clone() /> }.into_any(),
        StepKind::Explain { question, model } => view! { <OwnWords question model /> }.into_any(),
        StepKind::Vary { options, .. } => view! { <Options options /> }.into_any(),
        StepKind::Twin { first, second, .. } => view! { <Twin first=*first second=*second /> }.into_any(),
        StepKind::Run { .. } | StepKind::Explore => ().into_any(),
    }
}

/// Hints one by one, and the way out.
#[component]
fn Goal(hints: Vec<Vec<Span>>) -> impl IntoView {
    let course = use_course();
    let count = hints.len();
    let hints = StoredValue::new(hints);
    let is_done = Memo::new(move |_| course.phase.get() == Phase::Done);
    view! {
        <Show when=move || is_done.get()>
            <p class="reached news" role="status"><strong class="promised">"Done. "</strong> "That is the picture that was wanted."</p>
        </Show>
        <ol class="hints" hidden=move || course.hints.get() == 0 aria-label="Hints" aria-live="polite">
            {move || hints.with_value(|hints| hints.iter().take(course.hints.get()).map(|hint| view! { <li>{line(hint)}</li> }).collect_view())}
        </ol>
        <Show when=move || !is_done.get()>
            <p class="help">
                <button
                    type="button"
                    class="quiet-key edged"
                    id="hint"
                    disabled=move || { course.hints.get() >= count }
                    on:click=move |_| course.hints.update(|hints| *hints += 1)
                >
                    {move || match course.hints.get() {
                        0 => "A hint".to_owned(),
                        told if told < count => format!("Another hint ({told} of {count})"),
                        _ => "No more hints".to_owned(),
                    }}
                </button>
                <button type="button" class="quiet-key edged" id="show-me" on:click=move |_| course.show_solution()>"Show me"</button>
            </p>
        </Show>
    }
}

/// The runs to compare. What came of each stays.
#[component]
fn Options(options: Vec<Variant>) -> impl IntoView {
    let course = use_course();
    let step = course.here.get_untracked();
    let items = options.into_iter().enumerate().map(|(at, option)| {
        let came = Memo::new(move |_| course.watched.read().get(&(step, at)).copied());
        let is_shown = Memo::new(move |_| course.shown.get() == Some(at));
        let runs = move || is_shown.get() && matches!(course.phase.get(), Phase::Running | Phase::Walking);
        let say = StoredValue::new(option.say);
        view! {
            <li class:shown=move || is_shown.get()>
                <button type="button" class="choice option" aria-pressed=move || if is_shown.get() { "true" } else { "false" } on:click=move |_| course.choose(at)>
                    <span>{option.label}</span>
                    <span class="state">
                        {move || if runs() { "runs …" } else if came.get().is_some() { "run again" } else { "run" }}
                    </span>
                </button>
                {move || came.get().map(|is_as_meant| view! {
                    <p class="came" class:news=move || is_shown.get()>{if is_as_meant { line(&say.get_value()).into_any() } else { "You have changed this run, and it went otherwise.".into_any() }}</p>
                })}
            </li>
        }
    });
    view! { <ul class="options" aria-label="Runs to compare">{items.collect_view()}</ul> }
}

/// Two runs side by side: what they are, where they part, and what came of each.
#[component]
fn Twin(first: Variant, second: Variant) -> impl IntoView {
    let course = use_course();
    let step = course.here.get_untracked();
    let sides = [(0, "First", first), (1, "Second", second)].map(|(at, name, side)| {
        let came = Memo::new(move |_| course.watched.read().get(&(step, at)).copied());
        let say = StoredValue::new(side.say);
        view! {
            <li>
                <p><b>{name} ": "</b> {side.label}</p>
                {move || came.get().map(|_| view! { <p class="came news">{line(&say.get_value())}</p> })}
            </li>
        }
    });
    let parting = Memo::new(move |_| {
        let is_told = |parting: &Parting| parting.at.is_none() || course.has_parted.get();
        course.parting.get().filter(is_told).map(|parting| parting.words)
    });
    view! {
        <ul class="options pair" aria-label="Two runs">{sides.into_iter().collect_view()}</ul>
        {move || parting.get().map(|words| view! {
            <div class="card parting news" role="status">
                <p><strong>"Where they part"</strong></p>
                <p>{words}</p>
            </div>
        })}
    }
}

/// The learner's own words first, then a model answer.
#[component]
fn OwnWords(question: Vec<Span>, model: Vec<Block>) -> impl IntoView {
    let course = use_course();
    let step = course.here.get_untracked();
    let (lesson, id) = (course.lesson().id.clone(), course.id(step));
    let written = kept::own_words(&lesson, &id);
    let is_open = RwSignal::new(false);
    let keep = move |text: String| {
        if !kept::keep_own_words(&lesson, &id, &text) {
            course.is_unkept.set(true);
        }
    };
    let answer = StoredValue::new(model);
    view! {
        <div class="own-words">
            <label for="own-words"><strong>{line(&question)}</strong></label>
            <textarea id="own-words" rows="5" prop:value=written on:change=move |event| keep(event_target_value(&event))></textarea>
            <p class="quiet">"Your words stay in this browser. Nobody else gets them."</p>
        </div>
        <Show
            when=move || is_open.get()
            fallback=move || view! {
                <button type="button" class="quiet-key edged" id="compare" on:click=move |_| {
                    is_open.set(true);
                    course.finish();
                }>
                    "Compare with a model answer"
                </button>
            }
        >
            <section class="card model news" aria-label="A model answer" role="status">{answer.with_value(|model| blocks(model))}</section>
        </Show>
    }
}
