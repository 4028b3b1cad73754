//! The panel's own words: what a step is called, and what its buttons say.

use super::course::Phase;
use crate::lesson::{Step, StepKind, StepWord};

/// What the button says that leads to a step. It tells what is to be done there and not how it ends: titles would.
pub(super) fn leads_to(step: &Step) -> &'static str {
    match step.kind.word() {
        StepWord::Predict => "Next: a question",
        StepWord::Run => "Next: watch",
        StepWord::Observe => "Next: look closer",
        StepWord::Explain => "Next: your words",
        StepWord::Goal => "Next: your turn",
        StepWord::Vary => "Next: compare",
        StepWord::Twin => "Next: two runs",
        StepWord::Explore => "Next: explore",
    }
}

/// Why a step cannot be left yet.
pub(super) fn why_not(step: &Step, phase: &Phase) -> &'static str {
    match (phase, &step.kind) {
        (Phase::Walking, _) => "One moment: the run is made.",
        (Phase::Failed(_), _) => "This step cannot be shown.",
        (Phase::Ready | Phase::Running | Phase::Done, kind) => match kind {
            StepKind::Predict(_) => "Choose an answer first.",
            StepKind::Observe { .. } => "Choose an answer first.",
            StepKind::Goal { .. } => "Reach the goal first.",
            StepKind::Vary { .. } => "Run at least one of them first.",
            StepKind::Twin { .. } | StepKind::Run { .. } => "Watch it first.",
            StepKind::Explain { .. } | StepKind::Explore => "",
        },
    }
}
