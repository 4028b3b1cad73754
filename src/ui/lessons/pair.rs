//! The two runs of a twin step: side by side on one clock, first to the event in which they part, then on to the end of
//! both. Owns where they stop; the clock is the laboratory's.

use super::course::{Course, Phase};
use crate::base::SimTime;
use crate::lesson::StepKind;
use crate::session::walk::{self, Place, Progress};
use crate::ui::lab::{Clock, Twin};
use crate::ui::words;
use crate::view::decisive::decisive;
use leptos::prelude::*;

/// Where the two runs of a step part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parting {
    /// When; none if they differ already where the learner begins to look.
    pub(super) at: Option<SimTime>,
    /// What happens then, in both.
    pub(super) words: String,
}

impl Course {
    /// Puts the two runs of a twin step side by side, where the first of them begins.
    pub(super) fn show_pair(self, place: &Place) {
        let [one, other] = place.sides.as_slice() else { return };
        let lab = self.lab;
        let labels = self.with_step(place.step, |step| match &step.kind {
            StepKind::Twin { first, second, .. } => Some((first.label.clone(), second.label.clone())),
            _ => None,
        });
        let Some((own, difference)) = labels else { return };
        let start = one.since.moment.time.min(other.since.moment.time);
        let begin = |side: &walk::Side| {
            let mut run = side.session.clone();
            if run.now().time > start {
                run.seek(start);
            }
            run
        };
        self.parting.set(self.find_parting(start));
        self.has_parted.set(false);
        let twin = lab.beside();
        twin.show(begin(other), other.since.records);
        self.show_run(begin(one), None, one.since.records);
        lab.change(|playback| playback.stop_at(self.stop_of_pair()));
        let lesson = Some(start);
        lab.set_twin(Some(Twin {
            lab: twin,
            own: format!("First: {own}"),
            difference: format!("Second: {difference}"),
            lesson,
        }));
    }

    /// Where the two stop next: where they part, then at the end of both.
    pub(super) fn stop_of_pair(self) -> Option<SimTime> {
        let end = self.end_of(0).max(self.end_of(1))?;
        let parting = self.parting.get_untracked().and_then(|parting| parting.at);
        Some(parting.filter(|at| *at < end && !self.has_parted.get_untracked()).unwrap_or(end))
    }

    /// Whether the two stand where they have parted, and their ends are still to come.
    pub(super) fn is_at_parting(self) -> bool {
        self.has_parted.get() && self.parting.read().as_ref().is_some_and(|parting| parting.at.is_some())
    }

    /// Plays the two on; from their beginning if they stand at the end.
    pub(super) fn play_pair(self) {
        let is_at_end =
            self.end_of(0).max(self.end_of(1)).is_some_and(|end| self.lab.clock.get_untracked().time >= end);
        if is_at_end {
            self.again();
        } else {
            self.play();
        }
    }

    /// Goes to the next stop of the two without the wait.
    pub(super) fn skip_pair(self) {
        let Some(stop) = self.stop_of_pair() else { return };
        self.phase.set(Phase::Running);
        self.lab.change(|playback| {
            playback.pause();
            playback.seek(stop);
        });
        self.look(self.lab.clock.get_untracked());
    }

    /// Looks at how far the two are.
    pub(super) fn look_at_pair(self, clock: Clock, phase: &Phase) {
        let step = self.here.get_untracked();
        for side in [0, 1] {
            if self.end_of(side).is_some_and(|end| clock.time >= end) && !self.was_watched(side) {
                let is_as_meant = self.is_pair_as_meant(side);
                self.watched.update(|watched| {
                    watched.insert((step, side), is_as_meant);
                });
            }
        }
        let is_at_stop = self.stop_of_pair().is_some_and(|stop| clock.time >= stop);
        let is_at_end = self.end_of(0).max(self.end_of(1)).is_some_and(|end| clock.time >= end);
        if is_at_end {
            self.lab.pause();
            self.finish();
        } else if is_at_stop {
            self.has_parted.set(true);
            self.phase.set(Phase::Ready);
            let words = self.parting.get_untracked().map(|parting| parting.words);
            self.lab.spoken.set(words.unwrap_or_default());
            let end = self.stop_of_pair();
            self.lab.change(|playback| {
                playback.pause();
                playback.stop_at(end);
            });
        } else if clock.is_playing && *phase == Phase::Ready {
            self.phase.set(Phase::Running);
        }
    }

    fn is_pair_as_meant(self, side: usize) -> bool {
        let lesson = self.lesson();
        let until = walk::until(&lesson.steps[self.here.get_untracked()], side);
        self.keep.with_value(|keep| {
            let side = keep.end.as_ref().and_then(|end| end.sides.get(side));
            side.zip(until)
                .is_some_and(|(side, until)| walk::progress(&until, &side.session, &side.since) == Progress::Reached)
        })
    }

    /// Finds the first record in which the two runs differ.
    fn find_parting(self, start: SimTime) -> Option<Parting> {
        self.keep.with_value(|keep| {
            let [one, other] = keep.end.as_ref()?.sides.as_slice() else { return None };
            let (first, second) = (one.session.cluster(), other.session.cluster());
            let parting = first.first_difference(second)?;
            let at = parting.first.into_iter().chain(parting.second).min()?;
            if at < start {
                let words = "A setting differs: the two runs are different from the beginning.".to_owned();
                return Some(Parting { at: None, words });
            }
            let tell =
                |cluster| decisive(cluster, parting.record).map_or("it is over".to_owned(), |moment| moment.words);
            let both = format!("in the first: {}; in the second: {}.", tell(first), tell(second));
            if at == start {
                return Some(Parting { at: None, words: format!("They part at once, {both}") });
            }
            Some(Parting { at: Some(at), words: format!("The same until {}. Then, {both}", words::seconds(at)) })
        })
    }
}
