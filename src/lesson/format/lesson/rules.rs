//! Rules about a lesson as a whole: what must be there, in which order, and how long it takes to read.

use std::ops::Range;

use crate::lesson::format::reader::Reader;
use crate::lesson::text::{words, words_in_line};
use crate::lesson::{Question, Step, StepKind, StepWord};

/// How many words are read in a minute.
const WORDS_A_MINUTE: usize = 200;
/// The most words that a step says.
pub(super) const SAY_MAX: usize = 60;

/// Checks the steps that could be read, each with the place of its heading.
pub(super) fn check(steps: &[(Range<usize>, Step)], minutes: Option<(u8, Range<usize>)>, reader: &mut Reader) {
    let Some((last_at, last)) = steps.last() else { return };
    let has = |word| steps.iter().any(|(_, step)| step.kind.word() == word);
    if last.kind.word() != StepWord::Explore {
        reader.problem(last_at.clone(), "a lesson ends with a step `{explore}`, which opens the same state");
    }
    for (word, why) in [
        (StepWord::Predict, "who has said beforehand what will happen sees it better"),
        (StepWord::Goal, "the learner makes something happen"),
        (StepWord::Vary, "the learner changes something and compares"),
    ] {
        if !has(word) {
            reader.problem(last_at.clone(), format!("a lesson has a step `{{{}}}`: {why}", word.word()));
        }
    }
    check_order(steps, reader);
    if let Some((minutes, at)) = minutes {
        let needed = needed(steps);
        if usize::from(minutes) * 60 < needed {
            let needed = needed.div_ceil(60);
            reader.problem(at, format!("to read this and to do its steps takes {needed} minutes at least"));
        }
    }
}

/// What is predicted is shown next; what is observed was shown before.
fn check_order(steps: &[(Range<usize>, Step)], reader: &mut Reader) {
    for (at, (heading, step)) in steps.iter().enumerate() {
        let next = steps.get(at + 1).map(|(_, step)| step.kind.word());
        let is_shown = matches!(next, Some(StepWord::Run | StepWord::Vary | StepWord::Twin));
        if step.kind.word() == StepWord::Predict && !is_shown {
            let message = "a prediction is decided by the step after it: `{run}`, `{vary}` or `{twin}`";
            reader.problem(heading.clone(), message);
        }
        let happened = |(_, step): &(Range<usize>, Step)| matches!(step.kind.word(), StepWord::Run | StepWord::Goal);
        if step.kind.word() == StepWord::Observe && !steps[..at].iter().any(happened) {
            reader.problem(heading.clone(), "there is nothing to observe before a step `{run}` or `{goal}`");
        }
    }
}

/// How many seconds it takes to read everything and to do the steps.
fn needed(steps: &[(Range<usize>, Step)]) -> usize {
    let read: usize = steps.iter().map(|(_, step)| step_words(step)).sum();
    let done: usize = steps.iter().map(|(_, step)| screen_seconds(step.kind.word())).sum();
    (read * 60).div_ceil(WORDS_A_MINUTE) + done
}

/// How many seconds a step of a kind takes besides reading it.
fn screen_seconds(word: StepWord) -> usize {
    match word {
        StepWord::Predict | StepWord::Observe => 5,
        StepWord::Run => 15,
        StepWord::Explain | StepWord::Goal | StepWord::Twin => 20,
        StepWord::Vary => 30,
        StepWord::Explore => 0,
    }
}

fn step_words(step: &Step) -> usize {
    let own = match &step.kind {
        StepKind::Predict(question) => question_words(question),
        StepKind::Observe { question, .. } => question.as_ref().map_or(0, question_words),
        StepKind::Explain { question, model } => words_in_line(question) + words(model),
        StepKind::Vary { options, .. } => options.iter().map(|option| words_in_line(&option.say)).sum(),
        StepKind::Twin { first, second, .. } => words_in_line(&first.say) + words_in_line(&second.say),
        StepKind::Run { .. } | StepKind::Goal { .. } | StepKind::Explore => 0,
    };
    words(&step.say) + own
}

/// Who answers reads one of the explanations.
fn question_words(question: &Question) -> usize {
    let choices: usize = question.choices.iter().map(|choice| words_in_line(&choice.text)).sum();
    let why = question.choices.iter().map(|choice| words_in_line(&choice.why)).max().unwrap_or(0);
    words_in_line(&question.text) + choices + why
}
