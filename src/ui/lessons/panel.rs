//! The panel that leads through a lesson: where one is, the text, what the step offers, and the foot.

use super::course::{Course, Phase, use_course};
use super::foot::Foot;
use super::linked::Linked;
use super::prose::{line, sources, step_text};
use super::recall::Recall;
use super::steps::controls;
use crate::lesson::{Lesson, StepKind};
use crate::ui::lab::use_lab;
use leptos::html::H1;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A lesson, from a step on; the step with the run of a link, if there is one.
#[component]
pub(in crate::ui) fn LessonPanel(lesson: Arc<Lesson>, step: usize, linked: Linked) -> impl IntoView {
    let lab = use_lab();
    document().set_title(&format!("{} – Netsplit", lesson.title));
    let course = Course::new(lab, lesson, step);
    provide_context(course);
    course.begin(linked);
    Effect::new(move |_| course.look(lab.clock.get()));
    let heading = NodeRef::<H1>::new();
    Effect::new(move |_| {
        if course.arrivals.get() > 0 {
            // After the step is drawn: its heading is another one then.
            request_animation_frame(move || {
                if let Some(heading) = heading.get_untracked() {
                    let _ = heading.focus();
                }
            });
        }
    });
    Effect::new(move |_| {
        course.phase.track();
        course.lit.track();
        course.watched.track();
        request_animation_frame(show_news);
    });
    view! {
        <section class="lesson" aria-labelledby="step-title">
            <Segments />
            {move || {
                let here = course.here.get();
                if course.is_over.get() {
                    view! { <Over heading /> }.into_any()
                } else {
                    view! { <Body here heading /> }.into_any()
                }
            }}
            <Foot />
        </section>
    }
}

/// Scrolls the text, and never the page, so far that what has just been said is seen.
fn show_news() {
    let found = |selector: &str| {
        let all = document().query_selector_all(selector).ok()?;
        all.item(all.length().checked_sub(1)?)?.dyn_into::<HtmlElement>().ok()
    };
    let (Some(text), Some(news)) = (found(".lesson-text"), found(".lesson-text .news")) else { return };
    let (frame, place) = (text.get_bounding_client_rect(), news.get_bounding_client_rect());
    let below = place.bottom() + 8.0 - frame.bottom();
    let room = (place.top() - frame.top()).max(0.0);
    if below > 0.0 {
        text.set_scroll_top(text.scroll_top() + below.min(room) as i32);
    }
}

/// How far one is: a bar for each step, and the same in words.
#[component]
fn Segments() -> impl IntoView {
    let course = use_course();
    let lesson = course.lesson();
    let count = lesson.steps.len();
    let bars = (0..count).map(|at| {
        view! { <i class:done=move || course.is_done(at) class:now=move || course.here.get() == at></i> }
    });
    let kinds: Vec<&'static str> = lesson.steps.iter().map(|step| step.kind.word().word()).collect();
    view! {
        <div class="segments" aria-hidden="true">{bars.collect_view()}</div>
        <p class="step-line" id="step-line">
            {move || format!("Step {} of {count} · {}", course.here.get() + 1, kinds[course.here.get()])}
        </p>
    }
}

/// A step.
#[component]
fn Body(here: usize, heading: NodeRef<H1>) -> impl IntoView {
    let course = use_course();
    let lesson = course.lesson();
    let step = &lesson.steps[here];
    let objectives = (here == 0).then(|| {
        let items = lesson.objectives.iter().map(|objective| view! { <li>{line(objective)}</li> }).collect_view();
        view! { <div class="objectives"><p>"Afterwards you can:"</p><ul>{items}</ul></div> }
    });
    let is_explore = matches!(step.kind, StepKind::Explore);
    view! {
        <h1 id="step-title" tabindex="-1" node_ref=heading aria-describedby="step-line">{step.title.clone()}</h1>
        <div class="lesson-text">
            {move || match course.phase.get() {
                Phase::Failed(reason) => Some(view! {
                    <div class="trouble" role="alert">
                        <p>"This step cannot be shown: " {reason} "."</p>
                        <button type="button" class="link" on:click=move |_| course.again()>"Try it again"</button>
                    </div>
                }),
                _ => None,
            }}
            {step_text(course, &step.say)}
            <Recall />
            {controls(step)}
            {move || course.is_changed.get().then(|| view! { <Changed /> })}
            {objectives}
            <Walking />
            <Aside is_explore />
            {sources(&lesson.sources, &step.sources)}
        </div>
    }
}

/// The learner has changed the run of a step.
#[component]
fn Changed() -> impl IntoView {
    let course = use_course();
    view! {
        <div class="card changed news" role="status">
            <p>"You have changed this run. What the lesson does in it still comes, and it may end otherwise."</p>
            <button type="button" class="link" id="untangle" on:click=move |_| course.untangle()>"Back to the lesson's run"</button>
        </div>
    }
}

/// The run is being made.
#[component]
fn Walking() -> impl IntoView {
    let course = use_course();
    let walks = Memo::new(move |_| course.phase.get() == Phase::Walking);
    move || walks.get().then(|| view! { <p class="quiet" role="status">"The run is made …"</p> })
}

/// Ways that are not straight on.
#[component]
fn Aside(is_explore: bool) -> impl IntoView {
    let course = use_course();
    move || {
        if course.roams.get() {
            return view! { <p class="card" role="status">"You have left the rails: everything may be done with this run. The lesson waits for you."</p> }
                .into_any();
        }
        if is_explore {
            return ().into_any();
        }
        view! {
            <p class="asides">
                <button type="button" class="link" id="again" on:click=move |_| course.again()>"This step again"</button>
                <button type="button" class="link" id="roam" on:click=move |_| course.roam()>"Explore this state"</button>
            </p>
        }
        .into_any()
    }
}

/// The lesson is over.
#[component]
fn Over(heading: NodeRef<H1>) -> impl IntoView {
    let course = use_course();
    let lesson = course.lesson();
    let objectives = lesson.objectives.iter().map(|objective| view! { <li>{line(objective)}</li> }).collect_view();
    let beliefs = lesson.misconceptions.iter().map(|belief| view! { <li>{line(belief)}</li> }).collect_view();
    view! {
        <h1 id="step-title" tabindex="-1" node_ref=heading>"That was " {lesson.title.clone()}</h1>
        <div class="lesson-text">
            <p>"Now you can:"</p>
            <ul>{objectives}</ul>
            <p>"And you have seen that these are not so:"</p>
            <ul class="beliefs">{beliefs}</ul>
            <p class="quiet">"The run is still on the stage, with all its tools."</p>
        </div>
    }
}
