//! The desk: the laboratory as it is laid out, with the run that the address asks for on it.

mod caption;
mod home;
mod load;
mod places;

use super::bench;
use super::dialogs::Dialogs;
use super::header::Header;
use super::lab::Lab;
use super::lessons::{self, LessonPanel, NoLesson};
use super::panels::{Opening, Panels, Sheet, Tab};
use super::query::Query;
use super::timeline::Timeline;
use super::transport::Transport;
use super::twin::Stages;
use super::whole::use_whole;
use crate::lesson::Panel;
pub(super) use caption::CaptionLine;
use home::HomePanel;
pub(super) use home::KnifeHint;
use leptos::prelude::*;
use load::Loaded;
pub(super) use load::SavedRuns;

/// The desk.
#[component]
pub(super) fn Desk(query: Query) -> impl IntoView {
    let lab = Lab::new();
    provide_context(lab);
    if query.bench {
        bench::offer(lab);
    }
    let loaded = load::begin(lab, &query);
    provide_context(SavedRuns(loaded));
    let is_story = query.lesson.is_some() || query.scenario.is_none();
    let guide = if query.lesson.is_some() { "Lesson" } else { "Guide" };
    let sheet = Sheet::new(if is_story { Opening::Half } else { Opening::Closed }, guide);
    provide_context(sheet);
    places::follow(sheet);
    let is_half = move || sheet.is_there.get() && sheet.opening.get() == Opening::Half;
    let is_whole = move || sheet.is_there.get() && sheet.opening.get() == Opening::Whole;
    let as_tab = move |id: &'static str| move || sheet.is_there.get().then_some(id);
    let whole = use_whole();
    whole.then(move || lab.watch_invariants());
    let crumb = Signal::derive(move || lab.title());
    view! {
        <div
            class="desk"
            class:embed=query.embed
            class:in-lesson=query.lesson.is_some()
            class:sheet-half=is_half
            class:sheet-whole=is_whole
            class:no-timeline=move || !lessons::asks_for(lab, Panel::Timeline)
            class:no-legend=move || !lessons::asks_for(lab, Panel::Legend)
        >
            <Header crumb />
            <Show when=move || sheet.is_there.get()>
                <Notice />
            </Show>
            <main class="lab" id="lab">
                <GuideColumn sheet loaded />
                <Stages />
                <Panels />
                <footer class="time-row" id="time-row">
                    <Transport />
                    <div
                        class="time-panel"
                        id="time-panel"
                        role=as_tab("tabpanel")
                        aria-labelledby=as_tab("tab-timeline")
                        hidden=move || sheet.hides(Tab::Timeline)
                    >
                        <Show when=move || whole.is_here()>
                            <Timeline />
                        </Show>
                    </div>
                </footer>
            </main>
            <Show when=move || whole.is_here()>
                <Dialogs />
            </Show>
            <div role="status" class="unseen" id="spoken">{move || lab.spoken.get()}</div>
        </div>
    }
}

/// What tells the story: the home screen's words, a lesson, or what the scenario is about.
#[component]
fn GuideColumn(sheet: Sheet, loaded: RwSignal<Loaded>) -> impl IntoView {
    let as_tab = move |id: &'static str| move || sheet.is_there.get().then_some(id);
    view! {
        <aside
            class="guide"
            id="guide"
            aria-label="Guide"
            role=as_tab("tabpanel")
            tabindex=as_tab("0")
            aria-labelledby=as_tab("tab-guide")
            hidden=move || sheet.hides(Tab::Guide)
        >
            <Show when=move || !sheet.is_there.get()>
                <Notice />
            </Show>
            {move || match loaded.get() {
                Loaded::Waiting => view! { <p role="status">"Loading …"</p> }.into_any(),
                Loaded::Failed(reason) => view! { <Failed reason /> }.into_any(),
                Loaded::Home => view! { <HomePanel /> }.into_any(),
                Loaded::Scenario => view! { <About /> }.into_any(),
                Loaded::Lesson(lesson, step, linked) => view! { <LessonPanel lesson step linked /> }.into_any(),
                Loaded::NoLesson(reason) => view! { <NoLesson reason /> }.into_any(),
            }}
        </aside>
    }
}

/// What must be said.
#[component]
fn Notice() -> impl IntoView {
    let lab = expect_context::<Lab>();
    view! {
        <div role="alert" id="notice">
            {move || {
                lab.notice.get().map(|text| view! {
                    <p class="trouble">
                        {text} ". "
                        <button type="button" class="link" on:click=move |_| lab.notice.set(None)>"Dismiss"</button>
                    </p>
                })
            }}
        </div>
    }
}

/// The run did not come: why, and a way on.
#[component]
fn Failed(reason: String) -> impl IntoView {
    view! {
        <section class="trouble" id="unlisted">
            <h1>"This run cannot be shown"</h1>
            <p>{reason} "."</p>
            <p><a href="">"Try again"</a> " or " <a href="./">"begin with the first run"</a>"."</p>
        </section>
    }
}

/// What the scenario is about.
#[component]
fn About() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let (title, summary) = lab.about();
    view! {
        <h1>{title}</h1>
        <p>{summary}</p>
    }
}
