//! Back and Next: always there, always in the same place. The one button says what it does now, or why it does nothing.

use super::course::{Course, Phase, use_course};
use super::words::{leads_to, why_not};
use crate::lesson::StepKind;
use leptos::prelude::*;

/// What the one button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Nothing,
    Play,
    Skip,
    /// The two runs of a twin step.
    PlayPair,
    GoOn,
    Close,
    /// Back onto the rails.
    Return,
    /// To the list of lessons.
    Leave,
}

/// The one button.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Next {
    says: &'static str,
    does: Does,
    why_not: &'static str,
}

impl Course {
    fn next(self) -> Next {
        let (phase, here) = (self.phase.get(), self.here.get());
        let open = |says, does| Next { says, does, why_not: "" };
        if self.is_over.get() {
            return open("All lessons", Does::Leave);
        }
        if self.roams.get() {
            return open("Back to the lesson", Does::Return);
        }
        let shut =
            self.with_step(here, |step| Next { says: "Next", does: Does::Nothing, why_not: why_not(step, &phase) });
        let onward = || match self.is_last(here) {
            true => open("Finish", Does::Close),
            false => open(self.with_step(here + 1, leads_to), Does::GoOn),
        };
        match phase {
            Phase::Walking | Phase::Failed(_) => shut,
            Phase::Running => open("Skip the wait", Does::Skip),
            Phase::Done => onward(),
            Phase::Ready => match self.with_step(here, |step| step.kind.word()) {
                crate::lesson::StepWord::Run => open("Play", Does::Play),
                crate::lesson::StepWord::Twin => self.next_of_twin(),
                // A chosen run stands still before its end: the learner has changed it, or has taken that back.
                crate::lesson::StepWord::Vary if self.shown.get().is_some() => open("Play on", Does::Play),
                // Whoever has done it before, and has only come back to look, may go on.
                _ if self.is_done(here) => onward(),
                _ => shut,
            },
        }
    }

    fn next_of_twin(self) -> Next {
        let says = if self.is_at_parting() { "Play on" } else { "Play both" };
        Next { says, does: Does::PlayPair, why_not: "" }
    }

    fn press(self) {
        match untrack(|| self.next()).does {
            Does::Nothing => {}
            Does::Play => self.play(),
            Does::PlayPair => self.play_pair(),
            Does::Skip if self.is_twin() => self.skip_pair(),
            Does::Skip => self.skip(),
            Does::GoOn => self.go_on(),
            Does::Close => self.close(),
            Does::Return => self.again(),
            Does::Leave => {
                let _ = window().location().set_href("?page=lessons");
            }
        }
    }
}

/// The foot of the panel.
#[component]
pub(super) fn Foot() -> impl IntoView {
    let course = use_course();
    let next = Memo::new(move |_| course.next());
    let is_shut = move || next.read().does == Does::Nothing;
    let is_first = move || course.here.get() == 0;
    // It pulses once when a step is done that the learner had to watch or to reach.
    let pulses = move || course.phase.get() == Phase::Done && has_an_end(course);
    view! {
        <footer class="lesson-foot">
            <p class="why-not" id="why-not">
                {move || next.read().why_not}
                {move || course.is_unkept.get().then_some(" Not saved here: this browser keeps nothing for this page.")}
            </p>
            <div class="go-keys">
                <button
                    type="button"
                    class="go plain"
                    id="back"
                    aria-disabled=move || if is_first() { "true" } else { "false" }
                    on:click=move |_| if course.is_over.get_untracked() { course.again() } else { course.go_back() }
                >
                    "Back"
                </button>
                <button
                    type="button"
                    class="go"
                    class:pulse=pulses
                    class:plain=move || next.read().does == Does::Skip
                    id="next"
                    aria-disabled=move || if is_shut() { "true" } else { "false" }
                    aria-describedby="why-not"
                    on:click=move |_| course.press()
                >
                    {move || next.read().says}
                </button>
            </div>
        </footer>
    }
}

fn has_an_end(course: Course) -> bool {
    course.with_step(course.here.get(), |step| {
        matches!(
            step.kind,
            StepKind::Run { .. } | StepKind::Goal { .. } | StepKind::Twin { .. } | StepKind::Vary { .. }
        )
    })
}
