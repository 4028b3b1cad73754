//! The runs of a step while somebody watches: played to their end, skipped, changed by the learner, reached.

use super::course::{Course, Phase};
use super::walking::Goes;
use crate::base::SimTime;
use crate::lesson::{StepKind, StepWord, Tool, Until};
use crate::session::walk::{self, Entry, Place, Progress};
use crate::session::{BranchId, Session};
use crate::ui::lab::Clock;
use leptos::prelude::*;

impl Course {
    /// Shows a run, to be played no further than to a time; without one it stands still, unless its step lets time pass.
    /// What was recorded before the step is old news. A goal is looked for at every event.
    pub(super) fn show_run(self, run: Session, end: Option<SimTime>, tells_from: u64) {
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
        self.keep.update_value(|keep| keep.plan = Some(plan_of(&run)));
        let goal = self.goal();
        lab.show(run, tells_from);
        lab.change(|playback| {
            playback.stop_at(last);
            playback.stop_when(goal);
        });
    }

    /// What a goal step waits for, and since when.
    fn goal(self) -> Option<(Until, Entry)> {
        let since = self.keep.with_value(|keep| keep.place.as_ref().map(Place::since))?;
        self.with_step(self.here.get_untracked(), |step| match step.kind {
            StepKind::Goal { .. } => walk::until(step, 0),
            _ => None,
        })
        .map(|until| (until, since))
    }

    /// From which record on captions tell.
    fn tells_from(self) -> u64 {
        self.keep.with_value(|keep| keep.place.as_ref().map_or(0, |place| place.since().records))
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
        show_stage();
        self.lab.play();
    }

    /// Goes to the end of the run that is shown, without the wait.
    pub(super) fn skip(self) {
        let run = self.keep.with_value(|keep| keep.end.as_ref().map(|end| end.shown().clone()));
        let Some(run) = run else { return };
        self.lab.cue.set(None);
        let end = run.now().time;
        self.show_run(run, Some(end), self.tells_from());
        self.phase.set(Phase::Running);
        self.look(self.lab.clock.get_untracked());
    }

    /// Makes one of the runs of a vary step, and plays it.
    pub(super) fn choose(self, option: usize) {
        self.choose_then(option, move || self.play());
    }

    /// Makes one of the runs of a vary step.
    pub(super) fn choose_then(self, option: usize, then: impl FnOnce() + 'static) {
        let place = self.keep.with_value(|keep| keep.entered.get(self.here.get_untracked()).cloned().flatten());
        let Some(place) = place else { return };
        self.lab.pause();
        self.shown.set(Some(option));
        self.walk(Goes::Choose(option, place), move |made| {
            let run = made.place.shown().clone();
            self.is_changed.set(false);
            self.keep.update_value(|keep| {
                keep.place = Some(made.place);
                keep.end = made.end;
            });
            self.show_run(run, self.end_of(0), self.tells_from());
            self.phase.set(Phase::Ready);
            self.lead_here(self.here.get_untracked(), Some(option));
            then();
        });
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
            self.show_run(run, Some(last), since.records);
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
        match self.with_step(self.here.get_untracked(), |step| step.kind.word()) {
            StepWord::Goal => self.look_at_goal(),
            StepWord::Run | StepWord::Vary => self.look_at_run(clock, &phase),
            StepWord::Twin => self.look_at_pair(clock, &phase),
            StepWord::Predict | StepWord::Observe | StepWord::Explain | StepWord::Explore => {}
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
            self.lab.change(|playback| {
                playback.pause();
                playback.stop_when(None);
            });
            self.finish();
        }
    }

    fn look_at_run(self, clock: Clock, phase: &Phase) {
        let plan = self.lab.read(|playback| plan_of(playback.session()));
        if plan != self.keep.with_value(|keep| keep.plan) {
            self.walk_anew(clock);
            return;
        }
        match self.end_of(0) {
            Some(end) if clock.time >= end => self.is_run_over(),
            Some(_) if clock.is_playing && *phase == Phase::Ready => self.phase.set(Phase::Running),
            Some(_) | None => {}
        }
    }

    /// The learner has intervened in a run: what is left of its script comes all the same, and it may end otherwise.
    fn walk_anew(self, clock: Clock) {
        let Some(run) = self.lab.read(|playback| playback.session().clone()) else { return };
        let plan = plan_of(&run);
        self.keep.update_value(|keep| keep.plan = Some(plan));
        self.is_changed.set(true);
        let Some(mut place) = self.keep.with_value(|keep| keep.place.clone()) else { return };
        *place.shown_mut() = run;
        self.lab.pause();
        self.walk(Goes::Resume(place), move |made| {
            let now = self.lab.read(|playback| plan_of(playback.session()));
            if now != Some(plan) {
                // Something was done meanwhile.
                self.walk_anew(clock);
                return;
            }
            let run = made.place.shown().clone();
            self.is_changed.set(self.differs_from_own(&run));
            self.keep.update_value(|keep| {
                keep.plan = Some(plan_of(&run));
                keep.end = made.end;
            });
            let end = self.end_of(0);
            self.lab.change(|playback| {
                playback.replace(run);
                playback.stop_at(end);
            });
            self.phase.set(Phase::Ready);
            if clock.is_playing {
                self.play();
            }
        });
    }

    /// Whether a run has other commands than the lesson's own.
    pub(super) fn differs_from_own(self, run: &Session) -> bool {
        self.keep.with_value(|keep| {
            let own = keep.place.as_ref().map(|place| place.shown().active_branch().commands());
            own != Some(run.active_branch().commands())
        })
    }

    /// Takes back everything that the learner has done to a run: the lesson's own, at the same moment.
    pub(super) fn untangle(self) {
        let Some(place) = self.keep.with_value(|keep| keep.place.clone()) else { return };
        let time = self.lab.clock.get_untracked().time;
        self.lab.pause();
        self.walk(Goes::Solve(place), move |made| {
            let run = made.place.shown().clone();
            self.is_changed.set(false);
            self.keep.update_value(|keep| keep.end = made.end);
            let end = self.end_of(0);
            self.show_run(run, end, self.tells_from());
            if self.lab.clock.get_untracked().time < time {
                self.lab.change(|playback| playback.seek(time.min(end.unwrap_or(time))));
            }
            self.phase.set(Phase::Ready);
        });
    }

    pub(super) fn was_watched(self, side: usize) -> bool {
        self.watched.read_untracked().contains_key(&(self.here.get_untracked(), side))
    }

    fn is_run_over(self) {
        let (step, shown) = (self.here.get_untracked(), self.shown.get_untracked());
        let is_as_meant = self.is_as_meant();
        if let Some(option) = shown {
            self.watched.update(|watched| {
                watched.insert((step, option), is_as_meant);
            });
        }
        self.finish();
        if !is_as_meant {
            self.lab.spoken.set("You have changed this run, and it went otherwise.".to_owned());
        }
    }

    /// Whether the run came to the end that it was meant to have.
    fn is_as_meant(self) -> bool {
        let (lesson, step) = (self.lesson(), self.here.get_untracked());
        let option = self.shown.get_untracked().unwrap_or(0);
        let until = walk::until(&lesson.steps[step], option);
        self.keep.with_value(|keep| {
            keep.end
                .as_ref()
                .zip(until)
                .is_some_and(|(end, until)| walk::progress(&until, end.shown(), &end.since()) == Progress::Reached)
        })
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
}

/// The branch of a run and how many commands it has: if they change, somebody has intervened.
pub(super) fn plan_of(run: &Session) -> (BranchId, usize) {
    let branch = run.active_branch();
    (branch.id(), branch.commands().len())
}

/// Brings the stage into sight where it stands above the text and was scrolled away: there is something to be watched.
fn show_stage() {
    let Ok(Some(stage)) = document().query_selector(".stages") else { return };
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if stage.get_bounding_client_rect().bottom() < 0.4 * height {
        stage.scroll_into_view();
    }
}
