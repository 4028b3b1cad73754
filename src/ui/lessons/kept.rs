//! What a learner has done, kept in the browser's storage where there is one. Text of a few hundred bytes: a line a lesson.

use crate::ui::prefs;
use std::collections::{BTreeMap, BTreeSet};

/// Its place in the storage.
const KEY: &str = "lessons";

/// What was done of one lesson. Steps go by name, since a lesson may change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// The step where the learner was last.
    pub(super) here: String,
    /// Whether the whole lesson was gone through.
    pub(super) is_finished: bool,
    /// The steps that were done.
    pub(super) steps: BTreeSet<String>,
    /// What was answered: the choice's number, none for a question that was skipped.
    pub(super) answers: BTreeMap<String, Option<usize>>,
}

impl Done {
    fn line(&self, lesson: &str) -> String {
        let steps: Vec<&str> = self.steps.iter().map(String::as_str).collect();
        let answers: Vec<String> = self
            .answers
            .iter()
            .map(|(step, answer)| {
                format!("{step}:{}", answer.map_or_else(|| "-".to_owned(), |answer| answer.to_string()))
            })
            .collect();
        let finished = if self.is_finished { "finished" } else { "open" };
        format!("{lesson}|{}|{finished}|{}|{}", self.here, steps.join(","), answers.join(","))
    }

    fn parse(line: &str) -> Option<(String, Done)> {
        let mut parts = line.split('|');
        let (lesson, here, finished) = (parts.next()?, parts.next()?, parts.next()?);
        let words = |part: Option<&str>| -> Vec<String> {
            part.unwrap_or_default().split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let steps = words(parts.next()).into_iter().collect();
        let answer = |word: String| {
            let (step, answer) = word.split_once(':')?;
            Some((step.to_owned(), answer.parse().ok()))
        };
        let answers = words(parts.next()).into_iter().filter_map(answer).collect();
        Some((lesson.to_owned(), Done { here: here.to_owned(), is_finished: finished == "finished", steps, answers }))
    }
}

/// What was done of every lesson. What cannot be read counts as not done.
pub(super) fn all() -> BTreeMap<String, Done> {
    prefs::read(KEY).unwrap_or_default().lines().filter_map(Done::parse).collect()
}

/// What was done of one.
pub(super) fn of(lesson: &str) -> Done {
    all().remove(lesson).unwrap_or_default()
}

/// Keeps what was done of one; says whether it could.
pub(super) fn keep(lesson: &str, done: &Done) -> bool {
    let mut all = all();
    all.insert(lesson.to_owned(), done.clone());
    let lines: Vec<String> = all.iter().map(|(lesson, done)| done.line(lesson)).collect();
    prefs::write(KEY, &lines.join("\n"))
}

/// Forgets all that was done.
pub(super) fn forget() {
    prefs::write(KEY, "");
}

/// Whether anything can be kept here.
pub(super) fn is_possible() -> bool {
    prefs::write("probe", "1")
}

/// What a learner wrote in own words. It never leaves the browser.
pub(super) fn own_words(lesson: &str, step: &str) -> String {
    prefs::read(&format!("words.{lesson}.{step}")).unwrap_or_default()
}

/// Keeps that; says whether it could.
pub(super) fn keep_own_words(lesson: &str, step: &str, words: &str) -> bool {
    prefs::write(&format!("words.{lesson}.{step}"), words)
}
