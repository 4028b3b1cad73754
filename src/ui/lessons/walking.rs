//! Walking to where a step begins, and from there to its end, in slices between frames. What is played on the page is the
//! finished run gone back to its beginning: nothing is decided anew while somebody watches.

use super::course::{Course, Phase};
use crate::base::SimTime;
use crate::lesson::{Lesson, StepKind};
use crate::session::walk::{self, Place, Walk, WalkError};
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
            let end = play_side(lesson, option, place.clone()).await;
            return Ok(Made { place, end: Some(end) });
        }
        Goes::Return(place) => place,
        Goes::Solve(place) => {
            let end = finish(Walk::solve(lesson, place.clone())?).await?;
            return Ok(Made { place, end: Some(end) });
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
    let end = if runs { Some(finish(Walk::solve(lesson, place.clone())?).await?) } else { None };
    Ok(Made { place, end })
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

/// Takes the chosen run of a vary step to its own end.
async fn play_side(lesson: &Lesson, option: usize, mut place: Place) -> Place {
    let Some(until) = walk::until(&lesson.steps[place.step], option) else { return place };
    let Some(side) = place.sides.first_mut() else { return place };
    let mut slice = Slice::start();
    while !walk::play(&mut side.session, &until, &side.since, SimTime(u64::MAX), EVENTS).0 {
        if slice.is_over() {
            slice.next().await;
        }
    }
    place
}
