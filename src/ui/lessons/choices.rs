//! Questions with choices: large buttons. What a prediction came to is told later, after the run; what was observed, at once.

use super::course::{Course, Phase, use_course};
use super::prose::line;
use crate::lesson::text::{Span, plain};
use crate::lesson::{Choice, Question};
use leptos::prelude::*;

/// A question that is answered before anything is seen.
#[component]
pub(super) fn Prediction(question: Question) -> impl IntoView {
    let course = use_course();
    let step = course.here.get_untracked();
    let answer = Memo::new(move |_| course.answer(step));
    let heading = line(&question.text).into_any();
    let choices = question.choices.iter().enumerate().map(|(at, choice)| {
        let text = line(&choice.text).into_any();
        let is_chosen = move || answer.get() == Some(Some(at));
        view! {
            <button
                type="button"
                class="choice"
                aria-pressed=move || if is_chosen() { "true" } else { "false" }
                on:click=move |_| course.predict(step, Some(at))
            >
                <span>{text}</span>
            </button>
        }
    });
    let choices = choices.collect_view();
    view! {
        <section class="question" aria-labelledby="question">
            <p id="question"><strong>{heading}</strong></p>
            <div class="choices" role="group" aria-labelledby="question">{choices}</div>
            {move || match answer.get() {
                None => view! {
                    <button type="button" class="link" on:click=move |_| course.predict(step, None)>"Skip the question"</button>
                }
                .into_any(),
                Some(Some(_)) => view! { <p class="quiet">"Noted. Now see what happens; until then you may choose another."</p> }.into_any(),
                Some(None) => view! { <p class="quiet">"Skipped. You may still choose."</p> }.into_any(),
            }}
        </section>
    }
}

/// A question about what was seen.
#[component]
pub(super) fn Observation(question: Question) -> impl IntoView {
    let course = use_course();
    let step = course.here.get_untracked();
    let heading = line(&question.text).into_any();
    let right = question.choices.iter().position(|choice| choice.is_right);
    let choices = question.choices.into_iter().enumerate().map(|(at, choice)| {
        let was_tried = Memo::new(move |_| course.tried.read().contains(&(step, at)));
        let is_found = move || was_tried.get() && Some(at) == right;
        let text = line(&choice.text).into_any();
        let why = StoredValue::new(choice);
        view! {
            <button
                type="button"
                class="choice"
                class:was-wrong=move || was_tried.get() && !is_found()
                aria-pressed=move || if was_tried.get() { "true" } else { "false" }
                on:click=move |_| course.observe(step, at, Some(at) == right)
            >
                <span>{text}</span>
            </button>
            {move || was_tried.get().then(|| why.with_value(said_at_once))}
        }
    });
    let choices = choices.collect_view();
    view! {
        <section class="question" aria-labelledby="question">
            <p id="question"><strong>{heading}</strong></p>
            <div class="choices" role="group" aria-labelledby="question">{choices}</div>
            {move || course.lit.get().is_none().then(|| view! {
                <button type="button" class="link" on:click=move |_| course.observe_nothing(step)>"Show me the moment"</button>
            })}
        </section>
        <Lit />
    }
}

fn said_at_once(choice: &Choice) -> impl IntoView + use<> {
    let is_right = choice.is_right;
    let why = line(&without_yes(&choice.why)).into_any();
    view! {
        <p class="why" role="status">
            <strong class:promised=is_right>{if is_right { "That is so. " } else { "Not so. " }}</strong>
            {why}
        </p>
    }
}

/// The moment that decided, once it is lit.
#[component]
pub(super) fn Lit() -> impl IntoView {
    let course = use_course();
    move || {
        course.lit.get().map(|words| {
            view! {
                <div class="card lit news" role="status">
                    <p><strong>"The moment that decided"</strong></p>
                    <p>{words}</p>
                    <button type="button" class="link" on:click=move |_| course.light()>"Show it on the stage"</button>
                </div>
            }
        })
    }
}

/// An explanation without the "Yes." that begins those of right answers: the page says that itself.
pub(super) fn without_yes(why: &[Span]) -> Vec<Span> {
    let mut why = why.to_vec();
    if let Some(Span::Plain(first)) = why.first_mut()
        && let Some(rest) = first.strip_prefix("Yes. ").or_else(|| first.strip_prefix("Yes."))
    {
        *first = rest.to_owned();
    }
    why
}

impl Course {
    /// Keeps a prediction, or that it was skipped.
    fn predict(self, step: usize, answer: Option<usize>) {
        self.note(|done| {
            done.answers.insert(self.id(step), answer);
            done.steps.insert(self.id(step));
        });
        self.phase.set(Phase::Done);
        self.lab.hides_outcomes.set(false);
        self.lab.spoken.set("Noted. Next shows what happens.".to_owned());
    }

    /// Keeps what was observed first, and shows the moment that decided.
    fn observe(self, step: usize, choice: usize, is_right: bool) {
        self.tried.update(|tried| tried.push((step, choice)));
        if untrack(|| self.answer(step)).is_none() {
            self.note(|done| {
                done.answers.insert(self.id(step), Some(choice));
            });
        }
        self.light();
        self.finish();
        self.lab.spoken.set(if is_right { "That is so." } else { "Not so." }.to_owned());
    }

    fn observe_nothing(self, step: usize) {
        self.note(|done| {
            done.answers.insert(self.id(step), None);
        });
        self.light();
        self.finish();
    }
}

/// The words of a choice.
pub(super) fn words(choice: &Choice) -> String {
    plain(&choice.text)
}
