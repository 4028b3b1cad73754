//! What a person prefers, as radio buttons: each acts at once and is kept.

use crate::ui::prefs::{Theme, choice, choose, chosen, use_theme};
use leptos::prelude::*;

/// A question: its name in storage, its words, what it is about, and the answers, each by its value and its words. The first is the
/// usual one, and has no value.
type Question = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const QUESTIONS: [Question; 4] = [
    (
        choice::MOTION,
        "Motion",
        "Without it messages stand halfway until they come, and nothing plays by itself.",
        &[("", "As the system"), ("still", "None")],
    ),
    (
        choice::TEXT,
        "Letters",
        "The diagram has buttons of its own for its size.",
        &[("", "Usual"), ("large", "Large"), ("largest", "Largest")],
    ),
    (
        choice::KEYS,
        "Keys of one letter",
        "P, comma, full stop and U act while the diagram has the focus.",
        &[("", "On"), ("off", "Off")],
    ),
    (
        choice::WORDS,
        "Announcements",
        "What a screen reader is told while a run plays.",
        &[("", "All that matters"), ("outcomes", "Outcomes only")],
    ),
];

/// The dialog's content.
#[component]
pub(super) fn Preferences() -> impl IntoView {
    let theme = use_theme();
    let themes = [(Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
    let themes = themes.map(|(value, words)| {
        let is_chosen = theme.get_untracked() == value;
        radio("theme", words, is_chosen, move || theme.set(value))
    });
    let others = QUESTIONS.map(|(name, words, about, answers)| {
        let now = chosen(name);
        let answers =
            answers.iter().map(|&(value, words)| radio(name, words, now == value, move || choose(name, value)));
        question(words, about, answers.collect_view())
    });
    view! { <div class="wishes">{question("Theme", "", themes.into_iter().collect_view())} {others.into_iter().collect_view()}</div> }
}

fn question(words: &'static str, about: &'static str, answers: impl IntoView) -> impl IntoView {
    let about = (!about.is_empty()).then(|| view! { <p class="detail">{about}</p> });
    view! {
        <fieldset>
            <legend>{words}</legend>
            {answers}
            {about}
        </fieldset>
    }
}

fn radio(name: &'static str, words: &'static str, is_chosen: bool, choose: impl Fn() + 'static) -> impl IntoView {
    view! {
        <label>
            <input type="radio" name=name checked=is_chosen on:change=move |_| choose() />
            {words}
        </label>
    }
}
