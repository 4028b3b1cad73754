//! Walking to where a step begins, and from there to its end, in slices between frames. What is played on the page is the
//! finished run gone back to its beginning: nothing is decided anew while somebody watches.

use super::course::{Course, Phase};
use crate::lesson::{Lesson, StepKind};
use crate::session::walk::{Place, Walk, WalkError};
use crate::ui::frame::Slice;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Events between two looks at the wall clock.
const EVENTS: u64 = 300;

/// Where to.
pub(super) enum Goes {
    /// To a step from the lesson's beginning, as a link does.
    Reach(usize),
    /// To a step from where the learner is.
    Enter(usize, Place),
    /// To where the learner was.
    Return(Place),
    /// To one of the runs of a vary step.
    Choose(usize, Place),
    /// From somewhere within a run to its end.
    Solve(Place),
    /// The same in a run that the learner has changed.
    Resume(Place),
}

/// What a walk has made.
pub(super) struct Made {
    /// Where a step, or a run in it, begins.
    pub(super) place: Place,
    /// Where it ends, if it runs.
    pub(super) end: Option<Place>,
}

impl Course {
    /// Walks, then does something with what came of it, unless another walk has begun meanwhile.
    pub(super) fn walk(self, goes: Goes, then: impl FnOnce(Made) + 'static) {
        self.walks.update_value(|walks| *walks += 1);
        let (walk, lesson) = (self.walks.get_value(), self.lesson());
        self.phase.set(Phase::Walking);
        spawn_local(async move {
            let made = make(&lesson, goes).await;
            if self.walks.try_get_value() != Some(walk) {
                return;
            }
            match made {
                Ok(made) => then(made),
                Err(error) => self.phase.set(Phase::Failed(error.to_string())),
            }
        });
    }
}

async fn make(lesson: &Arc<Lesson>, goes: Goes) -> Result<Made, WalkError> {
    let place = match goes {
        Goes::Reach(step) => finish(Walk::reach(lesson, step)?).await?,
        Goes::Enter(step, place) => finish(Walk::enter(lesson, step, place)?).await?,
        Goes::Choose(option, place) => {
            let place = finish(Walk::choose(lesson, option, place)?).await?;
            return solved(lesson, place).await;
        }
        Goes::Return(place) => place,
        Goes::Solve(place) => return solved(lesson, place).await,
        Goes::Resume(place) => {
            let place = finish(Walk::resume(lesson, place)?).await?;
            return solved(lesson, place).await;
        }
    };
    let runs = match &lesson.steps[place.step].kind {
        StepKind::Run { .. } | StepKind::Twin { .. } => true,
        StepKind::Vary { .. }
        | StepKind::Predict(_)
        | StepKind::Observe { .. }
        | StepKind::Explain { .. }
        | StepKind::Goal { .. }
        | StepKind::Explore => false,
    };
    if runs { solved(lesson, place).await } else { Ok(Made { place, end: None }) }
}

/// A place, and where its runs end.
async fn solved(lesson: &Arc<Lesson>, place: Place) -> Result<Made, WalkError> {
    let end = finish(Walk::solve(lesson, place.clone())?).await?;
    Ok(Made { place, end: Some(end) })
}

async fn finish(mut walk: Walk) -> Result<Place, WalkError> {
    let mut slice = Slice::start();
    while !walk.advance_some(EVENTS)? {
        if slice.is_over() {
            slice.next().await;
        }
    }
    Ok(walk.into_place())
}
