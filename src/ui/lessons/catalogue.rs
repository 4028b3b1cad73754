//! The list of lessons: by section, with what was done of each.

use super::{fetching, kept};
use crate::lesson::{LessonEntry, Level, Section};
use crate::ui::fetch::FetchError;
use kept::Done;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The list of lessons.
#[component]
pub(in crate::ui) fn CataloguePage() -> impl IntoView {
    let lessons = RwSignal::new(None::<Result<Vec<LessonEntry>, FetchError>>);
    document().set_title("Lessons – Netsplit");
    spawn_local(async move { lessons.set(Some(fetching::index().await)) });
    view! {
        <div class="catalogue">
            <header class="top">
                <a class="logo" href="./">"net"<i>"/"</i>"split"</a>
                <nav aria-label="Parts of the page"><a href="?scenario=explore">"Explore"</a></nav>
            </header>
            <main class="page">
                <h1>"Lessons"</h1>
                <p class="line">"Each is a real run that you steer. You say what will happen, then you see it."</p>
                {(!kept::is_possible()).then(|| view! {
                    <p class="card unkept" role="status">"Not saved here: this browser keeps nothing for this page. The lessons work all the same."</p>
                })}
                {move || match lessons.get() {
                    None => view! { <p role="status">"Loading …"</p> }.into_any(),
                    Some(Err(error)) => view! { <Failed error /> }.into_any(),
                    Some(Ok(lessons)) => view! { <Sections lessons /> }.into_any(),
                }}
            </main>
        </div>
    }
}

/// The list did not come.
#[component]
fn Failed(error: FetchError) -> impl IntoView {
    view! {
        <section class="trouble" role="alert">
            <p>"The list of lessons did not come: " {error.to_string()} "."</p>
            <p><a href="?page=lessons">"Try again"</a> ", or " <a href="./">"begin with the first run"</a> "."</p>
        </section>
    }
}

#[component]
fn Sections(lessons: Vec<LessonEntry>) -> impl IntoView {
    let done = RwSignal::new(kept::all());
    let sections = [Section::I, Section::II, Section::III, Section::IV, Section::V];
    let is_any = Memo::new(move |_| !done.read().is_empty());
    let titles: Vec<(String, String)> =
        lessons.iter().map(|lesson| (lesson.id.clone(), lesson.title.clone())).collect();
    let sections = sections.into_iter().filter_map(|section| {
        let own: Vec<LessonEntry> = lessons.iter().filter(|lesson| lesson.section == section).cloned().collect();
        if own.is_empty() {
            return None;
        }
        let titles = titles.clone();
        let cards = move || {
            let done = done.get();
            let card = |lesson: &LessonEntry| card(lesson, done.get(&lesson.id), &titles);
            own.iter().map(card).collect_view()
        };
        Some(view! {
            <section aria-label=section.title()>
                <h2><span class="number">{format!("{section:?}")}</span> {section.title()}</h2>
                <ul class="lessons">{cards}</ul>
            </section>
        })
    });
    view! {
        {sections.collect_view()}
        <Show when=move || is_any.get()>
            <p class="forget">
                "What you have done is kept in this browser only. "
                <button type="button" class="link" on:click=move |_| {
                    kept::forget();
                    done.set(kept::all());
                }>
                    "Forget it"
                </button>
            </p>
        </Show>
    }
}

fn card(lesson: &LessonEntry, done: Option<&Done>, titles: &[(String, String)]) -> impl IntoView + use<> {
    let count = lesson.steps.len();
    let steps = done.map_or(0, |done| lesson.steps.iter().filter(|step| done.steps.contains(*step)).count());
    let is_finished = done.is_some_and(|done| done.is_finished);
    let here = done.map(|done| done.here.clone()).filter(|here| lesson.steps.contains(here));
    let begin = format!("?lesson={}", lesson.id);
    let go_on = here.filter(|_| !is_finished).map(|here| {
        let at = lesson.steps.iter().position(|step| *step == here).unwrap_or(0) + 1;
        let title = lesson.title.clone();
        view! {
            <a class="go" href=format!("?lesson={}&step={here}", lesson.id)>
                {format!("Continue at step {at}")}<span class="unseen">": " {title}</span>
            </a>
        }
    });
    let state = match (is_finished, steps) {
        (true, _) => Some("Done".to_owned()),
        (false, 0) => None,
        (false, steps) => Some(format!("{steps} of {count} steps done")),
    };
    let before: Vec<String> = lesson
        .prereqs
        .iter()
        .filter_map(|id| titles.iter().find(|(other, _)| other == id).map(|(_, title)| title.clone()))
        .collect();
    let before = (!before.is_empty()).then(|| format!("Best after: {}", before.join(", ")));
    let bars = (state.is_some()).then(|| {
        let share = if is_finished { count } else { steps };
        view! { <div class="segments" aria-hidden="true">{(0..count).map(|at| view! { <i class:done={at < share}></i> }).collect_view()}</div> }
    });
    view! {
        <li class="card" id=lesson.id.clone()>
            <h3><a href=begin>{lesson.title.clone()}</a></h3>
            <p>{lesson.summary.clone()}</p>
            <p class="facts">
                <span>{format!("{} min", lesson.minutes)}</span>
                <span>{level(lesson.level)}</span>
                <span>{format!("{count} steps")}</span>
                {state.map(|state| view! { <span class="state" class:promised=is_finished>{state}</span> })}
            </p>
            {before.map(|before| view! { <p class="facts">{before}</p> })}
            {bars}
            {go_on}
        </li>
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Beginner => "for everybody",
        Level::Intermediate => "knows what a replica is",
        Level::Advanced => "runs such systems",
    }
}
