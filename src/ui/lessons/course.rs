//! A learner's way through a lesson as the page holds it: which step, how far it is, what was answered. Handles only, so
//! that it is copied into every handler. The runs live outside the reactive graph, in [`Keep`].

use super::kept::{self, Done};
use super::pair::Parting;
use crate::lesson::{Lesson, Step};
use crate::session::walk::Place;
use crate::session::{BranchId, Session};
use crate::ui::lab::Lab;
use crate::view::pace::Speed;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far the present step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The run that leads to it is being made.
    Walking,
    /// It stands at its beginning.
    Ready,
    /// Its run is under way.
    Running,
    /// It is done.
    Done,
    /// It cannot be shown.
    Failed(String),
}

/// The runs behind a step.
#[derive(Default)]
pub(super) struct Keep {
    /// The place at which each step was entered: the way back.
    pub(super) entered: Vec<Option<Place>>,
    /// Where the step, or the run that was chosen in it, began.
    pub(super) place: Option<Place>,
    /// Where it will end, if it runs.
    pub(super) end: Option<Place>,
    /// The branch that is shown and how many commands it has: if they differ, the learner has intervened.
    pub(super) plan: Option<(BranchId, usize)>,
    /// The run as it was when a goal was reached.
    pub(super) reached: Option<Session>,
    /// The speed that the step asks for, if it does.
    pub(super) speed: Option<Speed>,
}

/// A learner's way through a lesson.
#[derive(Clone, Copy)]
pub(super) struct Course {
    pub(super) lab: Lab,
    pub(super) lesson: StoredValue<Arc<Lesson>>,
    pub(super) keep: StoredValue<Keep, LocalStorage>,
    /// The present step, from 0.
    pub(super) here: RwSignal<usize>,
    /// How far it is.
    pub(super) phase: RwSignal<Phase>,
    /// What was done, as it is kept.
    pub(super) done: RwSignal<Done>,
    /// Whether nothing can be kept.
    pub(super) is_unkept: RwSignal<bool>,
    /// Answers to the questions of this visit that were tried and were wrong, by step.
    pub(super) tried: RwSignal<Vec<(usize, usize)>>,
    /// The run of a vary step that is shown.
    pub(super) shown: RwSignal<Option<usize>>,
    /// The runs of vary and twin steps that were watched to their end, by step; whether it was the end that was meant.
    pub(super) watched: RwSignal<BTreeMap<(usize, usize), bool>>,
    /// How many hints of the present goal were asked for.
    pub(super) hints: RwSignal<usize>,
    /// What the deciding moment was, once it is lit.
    pub(super) lit: RwSignal<Option<String>>,
    /// Where the two runs of a twin step part.
    pub(super) parting: RwSignal<Option<Parting>>,
    /// Whether they have been seen to part.
    pub(super) has_parted: RwSignal<bool>,
    /// Whether the learner has changed the present run.
    pub(super) is_changed: RwSignal<bool>,
    /// Whether the learner has left the rails.
    pub(super) roams: RwSignal<bool>,
    /// Whether the lesson is over.
    pub(super) is_over: RwSignal<bool>,
    /// Counts arrivals at steps by the learner's doing: the heading takes the focus then.
    pub(super) arrivals: RwSignal<u32>,
    /// Counts walks, so that one that was given up is told apart.
    pub(super) walks: StoredValue<u32>,
}

impl Course {
    pub(super) fn new(lab: Lab, lesson: Arc<Lesson>, step: usize) -> Course {
        let done = kept::of(&lesson.id);
        let keep = Keep { entered: vec![None; lesson.steps.len()], ..Keep::default() };
        Course {
            lab,
            lesson: StoredValue::new(lesson),
            keep: StoredValue::new_local(keep),
            here: RwSignal::new(step),
            phase: RwSignal::new(Phase::Walking),
            done: RwSignal::new(done),
            is_unkept: RwSignal::new(false),
            tried: RwSignal::new(Vec::new()),
            shown: RwSignal::new(None),
            watched: RwSignal::new(BTreeMap::new()),
            hints: RwSignal::new(0),
            lit: RwSignal::new(None),
            parting: RwSignal::new(None),
            has_parted: RwSignal::new(false),
            is_changed: RwSignal::new(false),
            roams: RwSignal::new(false),
            is_over: RwSignal::new(false),
            arrivals: RwSignal::new(0),
            walks: StoredValue::new(0),
        }
    }

    pub(super) fn lesson(self) -> Arc<Lesson> {
        self.lesson.get_value()
    }

    /// Looks at a step.
    pub(super) fn with_step<T>(self, step: usize, look: impl FnOnce(&Step) -> T) -> T {
        self.lesson.with_value(|lesson| look(&lesson.steps[step]))
    }

    /// The name of a step, for what is kept.
    pub(super) fn id(self, step: usize) -> String {
        self.with_step(step, |step| step.id.clone())
    }

    pub(super) fn is_last(self, step: usize) -> bool {
        self.lesson.with_value(|lesson| step + 1 == lesson.steps.len())
    }

    /// What was answered to a step's question: none if nothing was, else the choice, or none if it was skipped.
    pub(super) fn answer(self, step: usize) -> Option<Option<usize>> {
        let id = self.id(step);
        self.done.read().answers.get(&id).copied()
    }

    /// Whether a step was done at any time.
    pub(super) fn is_done(self, step: usize) -> bool {
        let id = self.id(step);
        self.done.read().steps.contains(&id)
    }

    /// Notes something that was done, and keeps it.
    pub(super) fn note(self, change: impl FnOnce(&mut Done)) {
        self.done.update(change);
        let is_kept = self.lesson.with_value(|lesson| kept::keep(&lesson.id, &self.done.read_untracked()));
        self.is_unkept.set(!is_kept);
    }
}

/// The course of this page.
pub(super) fn use_course() -> Course {
    expect_context::<Course>()
}
