//! What clients saw by several measures, one line each. Lessons, which show three readings at most, leave it away.

use super::super::Beat;
use super::{Taken, is_hidden, moment};
use crate::ui::lab::{Lab, use_lab};
use crate::view::readings::{Grade, Grades};
use leptos::prelude::*;

#[component]
pub(super) fn GradesReading(beat: RwSignal<Beat>, taken: Taken) -> impl IntoView {
    let lab = use_lab();
    let is_off = move || lab.readings.read().is_some() || is_hidden(lab);
    let grades = Memo::new(move |_| {
        beat.get();
        if is_off() { None } else { taken.grades(lab).filter(|grades| !grades.all.is_empty()) }
    });
    move || grades.get().map(|grades| shown(lab, grades))
}

fn shown(lab: Lab, grades: Grades) -> impl IntoView {
    let left_out = (grades.checked < grades.operations).then(|| {
        let words = format!("Only the first {} of {} operations are looked at.", grades.checked, grades.operations);
        view! { <p class="detail">{words}</p> }
    });
    let rows = grades.all.into_iter().map(|grade| row(lab, grade)).collect_view();
    view! {
        <section class="reading">
            <h2>"By other measures"</h2>
            <dl class="grades">{rows}</dl>
            {left_out}
        </section>
    }
}

fn row(lab: Lab, grade: Grade) -> impl IntoView {
    let verdict = match grade.is_good {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    let offender = grade.offender.map(|it| view! { " " {moment(lab, it.words, it.at, Some(it.op))} "." });
    view! {
        <dt>{grade.name} " " <span class=verdict.replace(' ', "-")>{verdict}</span></dt>
        <dd class="detail">{grade.sentence} {offender}</dd>
    }
}
