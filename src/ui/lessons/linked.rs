//! A step with the run of a link in the place of its own: on the rails where it is the step's own run or what its tools
//! may have made of it, and off the rails where it is anything else.

use super::course::{Course, Phase};
use super::rules::permits;
use super::walking::Goes;
use crate::lesson::{StepKind, StepWord};
use crate::session::Session;
use crate::sim::Command;
use leptos::prelude::*;

/// The run of a link, and which of the runs that a step compares it is.
pub(in crate::ui) type Linked = StoredValue<Option<(Session, Option<usize>)>, LocalStorage>;

impl Course {
    /// Goes to the first step that is shown, without taking the focus; with the run of a link, if there is one.
    pub(super) fn begin(self, linked: Linked) {
        let step = self.here.get_untracked();
        let linked = linked.try_update_value(Option::take).flatten();
        self.walk(Goes::Reach(step), move |made| {
            self.arrive(made);
            let Some((run, option)) = linked else { return };
            let is_option = |option: &usize| {
                self.with_step(
                    step,
                    |step| matches!(&step.kind, StepKind::Vary { options, .. } if *option < options.len()),
                )
            };
            match option.filter(is_option) {
                Some(option) => self.choose_then(option, move || self.adopt(run)),
                None => self.adopt(run),
            }
        });
    }

    /// Puts a run in the place of the step's own, at its moment.
    fn adopt(self, mut run: Session) {
        run.forget_ahead();
        let word = self.with_step(self.here.get_untracked(), |step| step.kind.word());
        if !self.is_of_this_step(&run) {
            self.lab.change(|playback| playback.replace(run));
            self.roam();
            return;
        }
        let is_own = !self.differs_from_own(&run);
        self.keep.update_value(|keep| keep.plan = Some(super::runs::plan_of(&run)));
        self.lab.change(|playback| playback.replace(run.clone()));
        match word {
            StepWord::Run | StepWord::Vary if !is_own => self.end_of_changed(run),
            StepWord::Run | StepWord::Vary | StepWord::Twin | StepWord::Goal => {
                self.look(self.lab.clock.get_untracked());
            }
            StepWord::Predict | StepWord::Observe | StepWord::Explain | StepWord::Explore => {}
        }
    }

    /// Finds out where a run ends that somebody has changed.
    fn end_of_changed(self, run: Session) {
        let Some(mut place) = self.keep.with_value(|keep| keep.place.clone()) else { return };
        *place.shown_mut() = run;
        self.walk(Goes::Solve(place), move |made| {
            self.is_changed.set(true);
            self.keep.update_value(|keep| keep.end = made.end);
            let end = self.end_of(0);
            self.lab.change(|playback| playback.stop_at(end));
            self.phase.set(Phase::Ready);
            self.look(self.lab.clock.get_untracked());
        });
    }

    /// Whether a run is the step's own, or has besides only what the step's tools can do.
    fn is_of_this_step(self, run: &Session) -> bool {
        let own: Vec<Command> = self.keep.with_value(|keep| {
            let place = keep.place.as_ref();
            place.map_or_else(Vec::new, |place| commands(place.shown()))
        });
        let is_same_system = self.lab.read(|playback| playback.session().scenario() == run.scenario()) == Some(true);
        is_same_system
            && self.with_step(self.here.get_untracked(), |step| {
                let is_free = matches!(step.kind, StepKind::Explore);
                let may = |command: &Command| is_free || own.contains(command) || permits(&step.allow, command);
                commands(run).iter().all(may)
            })
    }
}

fn commands(run: &Session) -> Vec<Command> {
    run.active_branch().commands().iter().map(|(_, command)| command.clone()).collect()
}
