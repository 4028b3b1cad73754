//! The list of lessons: in the order in which they build on each other, with where to begin and what was done of each.

use super::{fetching, kept};
use crate::lesson::{LessonEntry, Level};
use crate::ui::fetch::FetchError;
use kept::Done;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// What was done, by lesson.
type Kept = BTreeMap<String, Done>;

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
                    Some(Ok(lessons)) => view! { <Path lessons /> }.into_any(),
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
fn Path(lessons: Vec<LessonEntry>) -> impl IntoView {
    let done = RwSignal::new(kept::all());
    let is_any = Memo::new(move |_| !done.read().is_empty());
    let titles: Vec<(String, String)> =
        lessons.iter().map(|lesson| (lesson.id.clone(), lesson.title.clone())).collect();
    let count = lessons.len();
    let finished = {
        let ids: Vec<String> = lessons.iter().map(|lesson| lesson.id.clone()).collect();
        Memo::new(move |_| {
            let done = done.read();
            ids.iter().filter(|id| done.get(*id).is_some_and(|done| done.is_finished)).count()
        })
    };
    let listed = lessons.clone();
    let cards = move || {
        let done = done.get();
        let card = |(at, lesson): (usize, &LessonEntry)| card(at + 1, lesson, &done, &titles);
        listed.iter().enumerate().map(card).collect_view()
    };
    view! {
        {move || start(&lessons, &done.read())}
        <section aria-labelledby="path">
            <h2 id="path">"All lessons, each after those that it builds on"</h2>
            <Show when=move || is_any.get()>
                <p class="facts" id="finished">{move || format!("{} of {count} done", finished.get())}</p>
            </Show>
            <ol class="lessons">{cards}</ol>
        </section>
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

/// Where to begin, or to go on: the first lesson that is not finished; one that was begun comes before one that was not.
fn start(lessons: &[LessonEntry], done: &Kept) -> AnyView {
    let is_finished = |lesson: &&LessonEntry| done.get(&lesson.id).is_some_and(|done| done.is_finished);
    let is_begun = |lesson: &&LessonEntry| done.contains_key(&lesson.id) && !is_finished(lesson);
    let next = lessons.iter().find(is_begun).or_else(|| lessons.iter().find(|lesson| !is_finished(lesson)));
    let Some(next) = next else {
        return view! {
            <section class="card start" aria-label="Where to go on">
                <p>"You have done them all. Now make a cluster do something that you did not expect."</p>
                <a class="go" href="?scenario=explore">"Explore"</a>
            </section>
        }
        .into_any();
    };
    let here = done.get(&next.id).map(|done| done.here.clone()).filter(|here| next.steps.contains(here));
    let (lead, address) = match (done.is_empty(), here) {
        (true, _) => ("Start here: ", format!("?lesson={}", next.id)),
        (false, Some(here)) => ("Go on with: ", format!("?lesson={}&step={here}", next.id)),
        (false, None) => ("Next: ", format!("?lesson={}", next.id)),
    };
    let about = match done.is_empty() {
        true => format!("{} It takes about {} minutes and needs nothing.", next.summary, next.minutes),
        false => next.summary.clone(),
    };
    view! {
        <section class="card start" aria-label="Where to begin">
            <p>{about}</p>
            <a class="go" href=address>{lead} {next.title.clone()}</a>
        </section>
    }
    .into_any()
}

fn card(number: usize, lesson: &LessonEntry, all: &Kept, titles: &[(String, String)]) -> impl IntoView + use<> {
    let done = all.get(&lesson.id);
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
        .filter(|id| !all.get(*id).is_some_and(|done| done.is_finished))
        .filter_map(|id| titles.iter().find(|(other, _)| other == id).map(|(_, title)| title.clone()))
        .collect();
    let before = (!before.is_empty()).then(|| format!("Best after: {}", before.join(", ")));
    let section = format!("{:?} · {}", lesson.section, lesson.section.title());
    let bars = (state.is_some()).then(|| {
        let share = if is_finished { count } else { steps };
        view! { <div class="segments" aria-hidden="true">{(0..count).map(|at| view! { <i class:done={at < share}></i> }).collect_view()}</div> }
    });
    view! {
        <li class="card" id=lesson.id.clone()>
            <p class="facts">{section}</p>
            <h3><span class="number">{number} "."</span> " " <a href=begin>{lesson.title.clone()}</a></h3>
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
