//! The runs of a step while somebody watches: played to their end, skipped, changed by the learner, reached.

use super::course::{Course, Phase};
use super::walking::Goes;
use crate::base::SimTime;
use crate::lesson::{StepKind, Tool};
use crate::session::Session;
use crate::session::walk::{self, Place, Progress};
use crate::ui::lab::Clock;
use crate::ui::words;
use crate::view::decisive::decisive;
use leptos::prelude::*;

impl Course {
    /// Shows a run, to be played no further than to a time; without one it stands still, unless its step lets time pass.
    pub(super) fn show_run(self, run: Session, end: Option<SimTime>) {
        let lab = self.lab;
        let lets_play = self.with_step(self.here.get_untracked(), |step| match &step.kind {
            StepKind::Goal { .. } => step.allow.contains(&Tool::Play),
            StepKind::Explore => true,
            StepKind::Predict(_)
            | StepKind::Run { .. }
            | StepKind::Observe { .. }
            | StepKind::Explain { .. }
            | StepKind::Vary { .. }
            | StepKind::Twin { .. } => false,
        });
        let last = end.or((!lets_play).then_some(run.now().time));
        lab.floor.set(run.applied());
        let plan = (run.active_branch().id(), run.active_branch().commands().len());
        self.keep.update_value(|keep| keep.plan = Some(plan));
        lab.show(run);
        lab.change(|playback| playback.stop_at(last));
    }

    /// When a run of the present step ends.
    pub(super) fn end_of(self, side: usize) -> Option<SimTime> {
        self.keep.with_value(|keep| {
            let end = keep.end.as_ref()?;
            let run = end.sides.get(side).map_or(&end.trunk, |side| &side.session);
            Some(run.now().time)
        })
    }

    /// Plays the run that is shown.
    pub(super) fn play(self) {
        self.phase.set(Phase::Running);
        self.lab.cue.set(None);
        self.lab.play();
    }

    /// Goes to the end of the run that is shown, without the wait.
    pub(super) fn skip(self) {
        let side = self.shown.get_untracked().filter(|_| self.is_twin()).unwrap_or(0);
        let run = self.keep.with_value(|keep| {
            let end = keep.end.as_ref()?;
            Some(end.sides.get(side).map_or(&end.trunk, |side| &side.session).clone())
        });
        let Some(run) = run else { return };
        self.lab.cue.set(None);
        let end = run.now().time;
        self.show_run(run, Some(end));
        self.phase.set(Phase::Running);
        self.look(self.lab.clock.get_untracked());
    }

    /// Makes one of the runs of a vary step, and plays it.
    pub(super) fn choose(self, option: usize) {
        let place = self.keep.with_value(|keep| keep.entered.get(self.here.get_untracked()).cloned().flatten());
        let Some(place) = place else { return };
        self.lab.pause();
        self.shown.set(Some(option));
        self.walk(Goes::Choose(option, place), move |made| {
            let run = made.place.shown().clone();
            self.keep.update_value(|keep| {
                keep.place = Some(made.place);
                keep.end = made.end;
            });
            self.show_run(run, self.end_of(0));
            self.play();
        });
    }

    /// Shows the other run of a twin step: at the same moment, or from its beginning.
    pub(super) fn switch(self, side: usize, from_start: bool) {
        let was_playing = self.lab.clock.get_untracked().is_playing;
        let time = self.lab.clock.get_untracked().time;
        let (current, now) = (self.lab.read(|playback| playback.session().clone()), self.shown.get_untracked());
        let end = self.end_of(side);
        let run = self.keep.try_update_value(|keep| {
            if let (Some(current), Some(now)) = (current, now) {
                keep.sides[now] = current;
            }
            if from_start {
                let start = keep.place.as_ref().and_then(|place| place.sides.get(side));
                return start.map(|side| side.session.clone());
            }
            let run = keep.sides.get_mut(side)?;
            run.seek(time.min(end.unwrap_or(time)));
            Some(run.clone())
        });
        let Some(run) = run.flatten() else { return };
        self.shown.set(Some(side));
        self.show_run(run, end);
        if from_start || was_playing {
            self.play();
        } else if self.phase.get_untracked() != Phase::Done {
            self.phase.set(Phase::Ready);
        }
    }

    /// Does a goal as its author would, for everybody to see.
    pub(super) fn show_solution(self) {
        let place = self.keep.with_value(|keep| keep.entered.get(self.here.get_untracked()).cloned().flatten());
        let Some(place) = place else { return };
        self.lab.pause();
        self.walk(Goes::Solve(place), move |made| {
            let Some(end) = made.end else { return };
            let since = made.place.since();
            let last = end.trunk.now().time;
            let takes_time = last > since.moment.time;
            let run =
                if takes_time { end.trunk.fork_at(since.applied, since.moment.time, true) } else { end.trunk.clone() };
            self.keep.update_value(|keep| keep.end = Some(end));
            self.show_run(run, Some(last));
            self.phase.set(Phase::Running);
            self.lab.floor.set(since.applied);
            if takes_time {
                self.play();
            } else {
                self.look(self.lab.clock.get_untracked());
            }
        });
    }

    /// Looks at how far the step is: after every frame in which something moved, and after everything that is done.
    pub(super) fn look(self, clock: Clock) {
        let phase = self.phase.get_untracked();
        if self.roams.get_untracked() || !matches!(phase, Phase::Ready | Phase::Running) {
            return;
        }
        let kind = self.with_step(self.here.get_untracked(), |step| match &step.kind {
            StepKind::Goal { .. } => Some(true),
            StepKind::Run { .. } | StepKind::Vary { .. } | StepKind::Twin { .. } => Some(false),
            StepKind::Predict(_) | StepKind::Observe { .. } | StepKind::Explain { .. } | StepKind::Explore => None,
        });
        match kind {
            Some(true) => self.look_at_goal(),
            Some(false) => self.look_at_run(clock, &phase),
            None => {}
        }
    }

    fn look_at_goal(self) {
        let (lesson, step) = (self.lesson(), self.here.get_untracked());
        let Some(since) = self.keep.with_value(|keep| keep.place.as_ref().map(Place::since)) else { return };
        let reached = self.lab.read(|playback| {
            let run = playback.session();
            walk::is_reached(&lesson.steps[step], 0, run, &since).then(|| run.clone())
        });
        if let Some(run) = reached.flatten() {
            self.keep.update_value(|keep| keep.reached = Some(run));
            self.lab.pause();
            self.finish();
        }
    }

    fn look_at_run(self, clock: Clock, phase: &Phase) {
        let plan = self.lab.read(|playback| {
            let branch = playback.session().active_branch();
            (branch.id(), branch.commands().len())
        });
        if plan != self.keep.with_value(|keep| keep.plan) {
            self.walk_anew(clock);
            return;
        }
        let side = self.shown.get_untracked().filter(|_| self.is_twin()).unwrap_or(0);
        match self.end_of(side) {
            // A run of two that stands at its end has been told of: looking again says nothing new.
            Some(end) if clock.time >= end && (*phase == Phase::Running || !self.was_watched(side)) => {
                self.is_run_over()
            }
            Some(_) if clock.is_playing && *phase == Phase::Ready => self.phase.set(Phase::Running),
            Some(_) | None => {}
        }
    }

    /// The learner has intervened in a run: what is left of it is another now.
    fn walk_anew(self, clock: Clock) {
        let Some(run) = self.lab.read(|playback| playback.session().clone()) else { return };
        let plan = (run.active_branch().id(), run.active_branch().commands().len());
        self.keep.update_value(|keep| keep.plan = Some(plan));
        self.remark.set(Some("You have changed this run: it may end otherwise than it was meant."));
        let place = self.keep.with_value(|keep| keep.place.clone()).map(|mut place| {
            *place.shown_mut() = run;
            place
        });
        let Some(place) = place.filter(|_| !self.is_twin()) else { return };
        self.lab.pause();
        self.walk(Goes::Solve(place), move |made| {
            self.keep.update_value(|keep| keep.end = made.end);
            let end = self.end_of(0);
            self.lab.change(|playback| playback.stop_at(end));
            self.phase.set(Phase::Ready);
            if clock.is_playing {
                self.play();
            }
        });
    }

    fn was_watched(self, side: usize) -> bool {
        self.watched.read_untracked().contains_key(&(self.here.get_untracked(), side))
    }

    fn is_run_over(self) {
        let (step, shown) = (self.here.get_untracked(), self.shown.get_untracked());
        let lesson = self.lesson();
        if let Some(option) = shown {
            let is_as_meant = self.keep.with_value(|keep| {
                let side = if self.is_twin() { option } else { 0 };
                let side = keep.end.as_ref().and_then(|end| end.sides.get(side));
                let until = walk::until(&lesson.steps[step], option);
                side.zip(until).is_some_and(|(side, until)| {
                    walk::progress(&until, &side.session, &side.since) == Progress::Reached
                })
            });
            self.watched.update(|watched| {
                watched.insert((step, option), is_as_meant);
            });
        }
        let both = [0, 1].map(|side| self.watched.read_untracked().contains_key(&(step, side)));
        if self.is_twin() && both != [true, true] {
            self.phase.set(Phase::Ready);
            self.lab.pause();
        } else {
            self.finish();
        }
    }

    /// The step is done: it is kept, and said to those who do not see the picture.
    pub(super) fn finish(self) {
        let step = self.here.get_untracked();
        self.phase.set(Phase::Done);
        self.lab.cue.set(None);
        self.note(|done| {
            done.steps.insert(self.id(step));
        });
        self.lab.spoken.set(self.with_step(step, |step| step.alt.clone()));
    }

    pub(super) fn is_twin(self) -> bool {
        self.with_step(self.here.get_untracked(), |step| matches!(step.kind, StepKind::Twin { .. }))
    }

    /// Finds the first record in which the two runs of a twin step differ.
    pub(super) fn find_parting(self) {
        let said = self.keep.with_value(|keep| {
            let [one, other] = keep.end.as_ref()?.sides.as_slice() else { return None };
            let since = one.since.moment.time;
            let (first, second) = (one.session.cluster(), other.session.cluster());
            let parting = first.first_difference(second)?;
            let at = parting.first.into_iter().chain(parting.second).min()?;
            if at < since {
                return Some("A setting differs: the two runs are different from the beginning.".to_owned());
            }
            let tell =
                |cluster| decisive(cluster, parting.record).map_or("it is over".to_owned(), |moment| moment.words);
            Some(format!(
                "The same until {}. Then, in the first: {}; in the second: {}.",
                words::seconds(at),
                tell(first),
                tell(second)
            ))
        });
        self.parting.set(said);
    }
}
