//! Which jobs it takes to enter a step, to do it as its author would, and to make its side runs.

use super::Walk;
use super::job::{Job, Who};
use crate::lesson::{Act, Start, StepKind, Until, Variant};

impl Walk {
    /// Everything up to the moment at which the learner looks. Side runs are only made for a step that is looked at.
    pub(super) fn plan_entry(&mut self, step: usize, is_looked_at: bool) {
        let lesson = self.lesson.clone();
        let this = &lesson.steps[step];
        self.jobs.push_back(Job::Arrive { step });
        if this.setup.start_over {
            self.jobs.push_back(Job::StartOver);
        }
        if !this.setup.change.is_nothing() {
            self.jobs.push_back(Job::Change { change: this.setup.change.clone() });
        }
        self.plan_acts(Who::Trunk, &this.setup.acts);
        self.jobs.push_back(Job::Mark { step });
        match &this.kind {
            StepKind::Run { script, .. } => self.plan_script(Who::Trunk, script),
            StepKind::Twin { start, first, second } if is_looked_at => {
                self.plan_side(0, 0, start, first);
                self.plan_side(1, 1, start, second);
            }
            StepKind::Twin { .. }
            | StepKind::Vary { .. }
            | StepKind::Goal { .. }
            | StepKind::Predict(_)
            | StepKind::Observe { .. }
            | StepKind::Explain { .. }
            | StepKind::Explore => {}
        }
    }

    /// What the author would do on the lesson's own run.
    pub(super) fn plan_solution(&mut self, step: usize) {
        let lesson = self.lesson.clone();
        match &lesson.steps[step].kind {
            StepKind::Run { until, .. } => self.plan_until(Who::Trunk, until),
            StepKind::Goal { reach, solution, limit } => {
                self.plan_acts(Who::Trunk, solution);
                self.plan_until(Who::Trunk, &Until { holds: Some(reach.clone()), limit: *limit });
            }
            StepKind::Twin { .. }
            | StepKind::Vary { .. }
            | StepKind::Predict(_)
            | StepKind::Observe { .. }
            | StepKind::Explain { .. }
            | StepKind::Explore => {}
        }
    }

    /// Every side run that there is, to its end.
    pub(super) fn plan_sides_to_their_end(&mut self, step: usize) {
        let lesson = self.lesson.clone();
        let variants: Vec<usize> = self.place.sides.iter().map(|side| side.variant).collect();
        for (side, variant) in variants.into_iter().enumerate() {
            if let Some(until) = super::until(&lesson.steps[step], variant) {
                self.plan_until(Who::Side(side), &until);
            }
        }
    }

    /// One of the runs of a vary or twin step.
    pub(super) fn plan_side(&mut self, side: usize, variant: usize, start: &Start, run: &Variant) {
        let keeps_commands = run.script.is_empty() && start.before.is_empty();
        let (from, change) = (start.from, run.change.clone());
        self.jobs.push_back(Job::MakeSide { side, variant, from, change, keeps_commands });
        self.plan_acts(Who::Side(side), &start.before);
        self.jobs.push_back(Job::Begin { side });
        self.plan_script(Who::Side(side), &run.script);
    }

    fn plan_acts(&mut self, who: Who, acts: &[Act]) {
        for act in acts {
            self.jobs.push_back(Job::Act { who, act: act.clone(), began: None });
        }
    }

    /// Commands at the beginning are carried out; later ones are rehearsed, then stay planned while the learner watches.
    fn plan_script(&mut self, who: Who, script: &[Act]) {
        let now = script.iter().take_while(|act| matches!(act, Act::Do(_))).count();
        let (now, later) = script.split_at(now);
        self.plan_acts(who, now);
        if later.iter().any(|act| matches!(act, Act::Do(_))) {
            let acts = later.iter().cloned().collect();
            self.jobs.push_back(Job::Rehearse { who, acts, from: None, began: None, may_fail: false });
        }
    }

    fn plan_until(&mut self, who: Who, until: &Until) {
        self.jobs.push_back(Job::Play { who, until: until.clone() });
    }
}
