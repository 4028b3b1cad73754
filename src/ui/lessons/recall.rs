//! What the learner had expected, beside what happened: it stays in sight after the run that decides it.

use super::choices::{without_yes, words};
use super::course::{Course, Phase, use_course};
use super::prose::line;
use crate::lesson::{Lesson, Question, StepKind};
use leptos::prelude::*;

/// The last prediction before a step, and the step that decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    step: usize,
    decided_by: usize,
}

fn asked_before(lesson: &Lesson, here: usize) -> Option<Asked> {
    let is_question = |step: &usize| matches!(lesson.steps[*step].kind, StepKind::Predict(_));
    let step = (0..here).rev().find(is_question)?;
    let decides = |at: &usize| {
        matches!(lesson.steps[*at].kind, StepKind::Run { .. } | StepKind::Vary { .. } | StepKind::Twin { .. })
    };
    let decided_by = (step + 1..lesson.steps.len()).find(decides)?;
    // A question is in sight until the step after the one that decided it; then it has been answered and seen.
    (here <= decided_by + 1).then_some(Asked { step, decided_by })
}

impl Course {
    /// Whether the run that decides a question was seen to its end.
    fn is_decided(self, asked: Asked) -> bool {
        if self.here.get() != asked.decided_by {
            return self.here.get() > asked.decided_by;
        }
        let watched = |side: usize| self.watched.read().contains_key(&(asked.decided_by, side));
        match self.with_step(asked.decided_by, |step| step.kind.word()) {
            crate::lesson::StepWord::Vary => watched(0),
            crate::lesson::StepWord::Twin => watched(1),
            _ => self.phase.get() == Phase::Done,
        }
    }
}

/// The card.
#[component]
pub(super) fn Recall() -> impl IntoView {
    let course = use_course();
    let lesson = course.lesson();
    let here = course.here.get_untracked();
    let asked = asked_before(&lesson, here)?;
    let StepKind::Predict(question) = lesson.steps[asked.step].kind.clone() else { return None };
    let is_decided = Memo::new(move |_| course.is_decided(asked));
    let question = StoredValue::new(question);
    let is_news = here == asked.decided_by;
    Some(move || {
        let answer = course.answer(asked.step).flatten();
        let is_decided = is_decided.get();
        question.with_value(|question| card(question, answer, is_decided, is_news))
    })
}

fn card(question: &Question, answer: Option<usize>, is_decided: bool, is_news: bool) -> impl IntoView + use<> {
    let chosen = answer.and_then(|at| question.choices.get(at));
    let said = chosen
        .map_or("You made no prediction.".to_owned(), |choice| format!("You said: {}", lower_first(&words(choice))));
    if !is_decided {
        return view! { <section class="card recall" aria-label="Your prediction"><p><strong>{said}</strong></p></section> }.into_any();
    }
    let right = question.choices.iter().find(|choice| choice.is_right);
    let verdict = match (chosen, right) {
        (Some(chosen), _) if chosen.is_right => view! {
            <p><span class="promised">"That is what happened. "</span>{line(&without_yes(&chosen.why)).into_any()}</p>
        }
        .into_any(),
        (chosen, right) => {
            let happened = right.map(|right| lower_first(&words(right)));
            // Who was wrong is told why by their own answer; who had none, by the right one.
            let why = chosen.or(right).map(|choice| line(&without_yes(&choice.why)).into_any());
            view! { <p>"What happened: " <strong>{happened}</strong> " " {why}</p> }.into_any()
        }
    };
    if is_news {
        view! { <section class="card recall news" aria-label="Your prediction" role="status"><p><strong>{said}</strong></p>{verdict}</section> }
            .into_any()
    } else {
        view! { <details class="card recall"><summary><strong>{said}</strong></summary>{verdict}</details> }.into_any()
    }
}

/// A name or a number at the beginning stays as it is.
fn lower_first(text: &str) -> String {
    let second_is_lower = text.chars().nth(1).is_some_and(|letter| letter.is_lowercase() || letter == ' ');
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let is_name = ["Alice", "Bob", "Carol"].contains(&first_word);
    match text.chars().next() {
        Some(first) if second_is_lower && !is_name => format!("{}{}", first.to_lowercase(), &text[first.len_utf8()..]),
        Some(_) | None => text.to_owned(),
    }
}
