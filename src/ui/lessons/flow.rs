//! Going through a lesson: on, back, off the rails and onto them again. Owns what a step sets up on the page; its runs are
//! in `runs`, what its buttons say in `foot`.

use super::course::{Course, Phase};
use super::walking::{Goes, Made};
use crate::lesson::{Step, StepKind, Tool};
use crate::session::link::{self, LinkError};
use crate::session::walk::{self, Place};
use crate::ui::lab::{Lab, Selected};
use crate::view::decisive::{About, decisive};
use crate::view::pace::{Rate, Speed};
use crate::view::playback::Playback;
use crate::view::stage::SeenBy;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

impl Course {
    /// Goes to the next step. Whoever has been there, and has changed nothing since, finds it as it was.
    pub(super) fn go_on(self) {
        let (step, kind_is_goal) = (self.here.get_untracked(), self.is_goal());
        let was_redone = kind_is_goal && self.keep.with_value(|keep| keep.reached.is_some());
        let was_changed = self.is_changed.get_untracked() || was_redone;
        self.note(|done| {
            done.steps.insert(self.id(step));
        });
        let kept = self.keep.with_value(|keep| keep.entered.get(step + 1).cloned().flatten()).filter(|_| !was_changed);
        let goes = match kept {
            Some(place) => Goes::Return(place),
            None => {
                self.keep.update_value(|keep| keep.entered.iter_mut().skip(step + 1).for_each(|place| *place = None));
                match self.leave() {
                    Some(place) => Goes::Enter(step + 1, place),
                    None => Goes::Reach(step + 1),
                }
            }
        };
        self.go(goes);
    }

    /// Goes to the step before.
    pub(super) fn go_back(self) {
        if let Some(step) = self.here.get_untracked().checked_sub(1) {
            self.go(self.way_to(step));
        }
    }

    /// Begins the present step again, exactly as it was entered; so do learners who come back to the rails.
    pub(super) fn again(self) {
        self.go(self.way_to(self.here.get_untracked()));
    }

    /// Leaves the rails: the same run, and everything may be done with it.
    pub(super) fn roam(self) {
        let lab = self.lab;
        self.roams.set(true);
        lab.pause();
        set_free(lab);
        lab.spoken.set("All tools are yours. The lesson waits.".to_owned());
    }

    /// The lesson is over.
    pub(super) fn close(self) {
        let step = self.here.get_untracked();
        self.note(|done| {
            done.steps.insert(self.id(step));
            done.is_finished = true;
        });
        self.is_over.set(true);
        self.arrivals.update(|count| *count += 1);
    }

    fn way_to(self, step: usize) -> Goes {
        let kept = self.keep.with_value(|keep| keep.entered.get(step).cloned().flatten());
        kept.map_or(Goes::Reach(step), Goes::Return)
    }

    fn go(self, goes: Goes) {
        self.lab.pause();
        self.walk(goes, move |made| {
            self.arrive(made);
            self.arrivals.update(|count| *count += 1);
        });
    }

    fn is_goal(self) -> bool {
        self.with_step(self.here.get_untracked(), |step| matches!(step.kind, StepKind::Goal { .. }))
    }

    /// Where the next step is entered from.
    fn leave(self) -> Option<Place> {
        let shown = self.lab.read(|playback| playback.session().clone());
        let step = self.here.get_untracked();
        let lesson = self.lesson();
        self.keep.with_value(|keep| {
            let place = keep.place.clone()?;
            Some(match &lesson.steps[step].kind {
                StepKind::Run { .. } => keep.end.clone().unwrap_or(place),
                StepKind::Goal { .. } => {
                    let since = place.since();
                    let is_reached = |run: &_| walk::is_reached(&lesson.steps[step], 0, run, &since);
                    let run = shown.filter(is_reached).or_else(|| keep.reached.clone());
                    Place { trunk: run.unwrap_or_else(|| place.trunk.clone()), ..place }
                }
                StepKind::Explore => Place { trunk: shown.unwrap_or_else(|| place.trunk.clone()), ..place },
                StepKind::Predict(_)
                | StepKind::Observe { .. }
                | StepKind::Explain { .. }
                | StepKind::Vary { .. }
                | StepKind::Twin { .. } => place,
            })
        })
    }

    /// The learner stands at the beginning of a step.
    pub(super) fn arrive(self, made: Made) {
        let Made { place, end } = made;
        let step = place.step;
        for signal in [self.roams, self.is_over] {
            signal.set(false);
        }
        self.hints.set(0);
        self.lit.set(None);
        self.is_changed.set(false);
        self.parting.set(None);
        self.here.set(step);
        self.shown.set(None);
        self.lab.set_twin(None);
        self.keep.update_value(|keep| {
            keep.entered[step] = Some(place.clone());
            keep.place = Some(place.clone());
            keep.end = end;
            keep.reached = None;
        });
        self.set_speed(step);
        if place.sides.len() == 2 {
            self.show_pair(&place);
        } else {
            self.show_run(place.shown().clone(), self.end_of(0), place.since().records);
        }
        self.with_step(step, |step| self.set_rails(step));
        self.phase.set(self.first_phase(step));
        // Without a question there is nothing to say before the moment is shown.
        let is_shown_at_once =
            self.with_step(step, |step| matches!(step.kind, StepKind::Observe { question: None, .. }));
        if is_shown_at_once {
            self.light();
        }
        self.note(|done| done.here = self.id(step));
        self.write_address(step);
    }

    /// A step may have a speed of its own; after it, the story's pace comes back, but not in place of one that the learner
    /// has chosen.
    fn set_speed(self, step: usize) {
        let wanted = self.with_step(step, |step| step.view.speed).map(|length| Speed::Fixed(Rate::per_second(length)));
        let before = self.keep.try_update_value(|keep| std::mem::replace(&mut keep.speed, wanted)).flatten();
        let is_the_steps = before == Some(self.lab.speed.get_untracked());
        if let Some(speed) = wanted.or(is_the_steps.then_some(Speed::Story { skip_quiet: true })) {
            self.lab.speed.set(speed);
        }
    }

    fn first_phase(self, step: usize) -> Phase {
        let is_answered = untrack(|| self.answer(step)).is_some();
        let was_watched = self.watched.read_untracked().keys().any(|(watched, _)| *watched == step);
        let is_done = self.with_step(step, |step| match &step.kind {
            StepKind::Predict(_) => is_answered,
            StepKind::Observe { question, .. } => question.is_none() || is_answered,
            StepKind::Explain { .. } | StepKind::Explore => true,
            StepKind::Vary { .. } => was_watched,
            StepKind::Run { .. } | StepKind::Goal { .. } | StepKind::Twin { .. } => false,
        });
        if is_done { Phase::Done } else { Phase::Ready }
    }

    /// What the page shows and offers in a step.
    fn set_rails(self, step: &Step) {
        let lab = self.lab;
        if matches!(step.kind, StepKind::Explore) {
            set_free(lab);
            return;
        }
        let asks = matches!(step.kind, StepKind::Predict(_)) && untrack(|| self.answer(self.here.get())).is_none();
        lab.readings.set(Some(step.view.readings.clone()));
        lab.panels.set(step.view.panels.clone());
        lab.cue.set(step.view.cue);
        let beside = lab.twin.get_untracked().map(|twin| twin.lab);
        for lab in beside.into_iter().chain([lab]) {
            lab.allowed.set(Some(step.allow.clone()));
            lab.hides_outcomes.set(asks);
            lab.marked.set(step.view.highlight.clone());
        }
        lab.tool.set(if step.view.cue == Some(Tool::Knife) {
            crate::ui::lab::Tool::Knife
        } else {
            crate::ui::lab::Tool::Move
        });
        lab.see_as(step.view.see_as.map_or(SeenBy::Observer, |end| match end {
            crate::base::Endpoint::Node(node) => SeenBy::Node(node),
            crate::base::Endpoint::Client(client) => SeenBy::Client(client),
        }));
    }

    /// Lights the moment that decided: goes there, and points at what happened.
    pub(super) fn light(self) {
        let (lab, lesson, step) = (self.lab, self.lesson(), self.here.get_untracked());
        let StepKind::Observe { deciding, .. } = &lesson.steps[step].kind else { return };
        let found = self.keep.with_value(|keep| {
            let place = keep.place.as_ref()?;
            let record = walk::deciding(*deciding, &place.trunk, &place.observed_since(&lesson))?;
            decisive(place.trunk.cluster(), record)
        });
        let Some(moment) = found else { return };
        lab.see_as(SeenBy::Observer);
        lab.change(|playback| playback.seek(moment.at));
        let (selected, marked) = match moment.about {
            About::Message { sent, from, to } => {
                let ends = [crate::lesson::Mark::End(from), crate::lesson::Mark::End(to)];
                let link = crate::lesson::Mark::Link(crate::sim::Wire::both(from, to));
                (Some(Selected::Message(sent)), [ends.as_slice(), &[link]].concat())
            }
            About::Operation(operation) => {
                (Some(Selected::Operation(operation)), lesson.steps[step].view.highlight.clone())
            }
            About::End(end) => (None, vec![crate::lesson::Mark::End(end)]),
            About::All => (None, Vec::new()),
        };
        lab.selected.set(selected);
        lab.marked.set(marked);
        self.lit.set(Some(format!("{}: {}.", crate::ui::words::seconds(moment.at), moment.words)));
    }

    /// What a share link says besides the run: the lesson, the step, and which of its runs is shown.
    pub(super) fn lead_here(self, step: usize, option: Option<usize>) {
        let (lesson, id) = (self.lesson.with_value(|lesson| lesson.id.clone()), self.id(step));
        let option = option.map(|option| format!("&option={}", option + 1)).unwrap_or_default();
        self.lab.address.set(format!("?lesson={lesson}&step={id}{option}"));
    }

    /// The address leads to the step, so that it can be kept and the page loaded again.
    fn write_address(self, step: usize) {
        let location = window().location();
        let Ok(words) = UrlSearchParams::new_with_str(&location.search().unwrap_or_default()) else { return };
        let (lesson, id) = (self.lesson.with_value(|lesson| lesson.id.clone()), self.id(step));
        self.lead_here(step, None);
        // One that cannot be read is a link to a run all the same.
        let has_run = location.hash().is_ok_and(|fragment| !matches!(link::decode(&fragment), Err(LinkError::NoRun)));
        if has_run && words.get("step").as_deref() == Some(&id) {
            // The link that was opened: it still leads here.
            return;
        }
        words.delete("option");
        words.set("lesson", &lesson);
        words.set("step", &id);
        let address = format!("?{}", String::from(words.to_string()));
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
        }
    }
}

/// Everything may be used, and everything is shown.
fn set_free(lab: Lab) {
    let beside = lab.twin.get_untracked().map(|twin| twin.lab);
    for lab in beside.into_iter().chain([lab]) {
        lab.allowed.set(None);
        lab.readings.set(None);
        lab.panels.set(Vec::new());
        lab.hides_outcomes.set(false);
        lab.marked.set(Vec::new());
        lab.cue.set(None);
        lab.floor.set(0);
        lab.change(|playback: &mut Playback| {
            playback.stop_at(None);
            playback.stop_when(None);
        });
        lab.see_as(SeenBy::Observer);
    }
}
