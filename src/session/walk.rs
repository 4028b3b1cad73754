//! How a lesson is walked through: entering a step, playing it, solving it, reaching one from afar. Everything that takes
//! simulated time is a [`Walk`], which is done in slices, so that a page stays responsive. Knows nothing of pages.

mod job;
mod plan;

use std::collections::VecDeque;
use std::sync::Arc;

use self::job::{Job, Who};
use super::steering::{Session, SessionError};
use crate::base::{Moment, RecordId, SimDuration, SimTime};
use crate::lesson::{Act, Deciding, Lesson, Predicate, Sight, Step, StepKind, Until, epoch};

/// Where a step, or one of its runs, began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub moment: Moment,
    /// How many commands were carried out by then.
    pub applied: usize,
    /// The highest term then: elections are counted from there.
    pub epoch: u64,
    /// How many records the trace had.
    pub records: u64,
}

impl Entry {
    /// Where a run stands now.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let cluster = session.cluster();
        Self { moment: session.now(), applied: session.applied(), epoch: epoch(cluster), records: cluster.records() }
    }
}

/// Where each step was entered, in the run of the lesson as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail(Vec<Option<Entry>>);

impl Trail {
    /// Where a step was entered; none if it was not, or in a run that was given up since.
    #[must_use]
    pub fn entry(&self, step: usize) -> Option<Entry> {
        self.0.get(step).copied().flatten()
    }

    fn mark(&mut self, step: usize, entry: Entry) {
        self.0.resize(step, None);
        self.0.push(Some(entry));
    }
}

/// One of the runs that a vary or twin step shows.
#[derive(Clone, Debug)]
pub struct Side {
    /// The run.
    pub session: Session,
    /// Where the learner began to watch it.
    pub since: Entry,
    /// Which of the step's runs it is, from 0.
    pub variant: usize,
}

/// A learner within a lesson: what one step hands to the next. A clone is cheap, and is the way back.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which step, from 0.
    pub step: usize,
    /// The run of the lesson. Vary and twin steps leave it as it was.
    pub trunk: Session,
    /// The runs that are shown in its place: one after a choice in a vary step, two in a twin step, none elsewhere.
    pub sides: Vec<Side>,
    /// Where the steps were entered.
    pub trail: Trail,
    /// How many scripted acts did not see what they waited for, or could not be done again under another setting: 0 where
    /// everything went as the author meant it.
    pub missed: u32,
}

impl Place {
    /// The run that is shown: the first side if there is one.
    #[must_use]
    pub fn shown(&self) -> &Session {
        self.sides.first().map_or(&self.trunk, |side| &side.session)
    }

    /// The same, to steer it.
    pub fn shown_mut(&mut self) -> &mut Session {
        self.sides.first_mut().map_or(&mut self.trunk, |side| &mut side.session)
    }

    /// Where the last run or goal before this step began: an observe step looks at what happened since.
    #[must_use]
    pub fn observed_since(&self, lesson: &Lesson) -> Entry {
        let happened = |step: &usize| matches!(lesson.steps[*step].kind, StepKind::Run { .. } | StepKind::Goal { .. });
        let last = (0..self.step.min(lesson.steps.len())).rev().find(happened);
        last.and_then(|step| self.trail.entry(step)).unwrap_or_default()
    }

    /// Where the run that is shown began in this step.
    #[must_use]
    pub fn since(&self) -> Entry {
        self.sides.first().map_or_else(|| self.trail.entry(self.step).unwrap_or_default(), |side| side.since)
    }
}

/// Why a lesson cannot be walked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// A run does not do what the lesson asks.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// There is no such step.
    #[error("the lesson has no step {0}")]
    NoStep(usize),
    /// The step has no such run to choose.
    #[error("the step has no choice {0}")]
    NoOption(usize),
}

/// Something that is being done with a lesson's runs, slice by slice.
#[derive(Clone, Debug)]
pub struct Walk {
    lesson: Arc<Lesson>,
    jobs: VecDeque<Job>,
    place: Place,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Open,
    /// It is done.
    Reached,
    /// Its limit is over and what it waited for has not come.
    Overdue,
}

impl Walk {
    /// Begins a lesson: enters its first step with a new run.
    ///
    /// # Errors
    /// When the lesson's scenario cannot run.
    pub fn start(lesson: &Arc<Lesson>) -> Result<Self, WalkError> {
        Self::reach(lesson, 0)
    }

    /// Goes to a step as a link does: through all steps before it, each done as its author would.
    ///
    /// # Errors
    /// When there is no such step, or the lesson's scenario cannot run.
    pub fn reach(lesson: &Arc<Lesson>, step: usize) -> Result<Self, WalkError> {
        lesson.steps.get(step).ok_or(WalkError::NoStep(step))?;
        let trunk = Session::new(&lesson.scenario, lesson.scenario.seed)?;
        let place = Place { step: 0, trunk, sides: Vec::new(), trail: Trail::default(), missed: 0 };
        let mut walk = Self { lesson: lesson.clone(), jobs: VecDeque::new(), place };
        // Only from the last run that is begun anew: what was before it leaves no trace.
        let first = (0..=step).rev().find(|&at| lesson.steps[at].setup.start_over).unwrap_or(0);
        for before in first..step {
            walk.plan_entry(before, false);
            walk.plan_solution(before);
        }
        walk.plan_entry(step, true);
        Ok(walk)
    }

    /// Enters a step, normally the next one, from where the learner is.
    ///
    /// # Errors
    /// When there is no such step.
    pub fn enter(lesson: &Arc<Lesson>, step: usize, place: Place) -> Result<Self, WalkError> {
        lesson.steps.get(step).ok_or(WalkError::NoStep(step))?;
        let mut walk = Self { lesson: lesson.clone(), jobs: VecDeque::new(), place };
        walk.place.sides.clear();
        walk.plan_entry(step, true);
        Ok(walk)
    }

    /// Makes one of the runs of the present vary step, from 0.
    ///
    /// # Errors
    /// When the step is no vary step, or has no such run.
    pub fn choose(lesson: &Arc<Lesson>, option: usize, place: Place) -> Result<Self, WalkError> {
        let step = lesson.steps.get(place.step).ok_or(WalkError::NoStep(place.step))?;
        let StepKind::Vary { start, options } = &step.kind else { return Err(WalkError::NoOption(option)) };
        let variant = options.get(option).ok_or(WalkError::NoOption(option))?;
        let mut walk = Self { lesson: lesson.clone(), jobs: VecDeque::new(), place };
        walk.place.sides.clear();
        walk.plan_side(0, option, start, variant);
        Ok(walk)
    }

    /// Goes on with a run in which the learner has intervened: what is left of the step's script comes all the same. What
    /// the learner did that the script would have done next counts as done.
    ///
    /// # Errors
    /// When there is no such step.
    pub fn resume(lesson: &Arc<Lesson>, place: Place) -> Result<Self, WalkError> {
        let step = lesson.steps.get(place.step).ok_or(WalkError::NoStep(place.step))?;
        let script = script(step, place.sides.first().map(|side| side.variant));
        let (done, began) = carried_out(script, place.shown(), &place.since());
        let acts: VecDeque<Act> = script[done..].iter().cloned().collect();
        let who = if place.sides.is_empty() { Who::Trunk } else { Who::Side(0) };
        let mut walk = Self { lesson: lesson.clone(), jobs: VecDeque::new(), place };
        if acts.iter().any(|act| matches!(act, Act::Do(_))) {
            walk.jobs.push_back(Job::Rehearse { who, acts, from: None, began: Some(began), may_fail: true });
        }
        Ok(walk)
    }

    /// Does what the author would do in the present step: a goal's solution, a run to its end, every side to its end.
    ///
    /// # Errors
    /// When there is no such step.
    pub fn solve(lesson: &Arc<Lesson>, place: Place) -> Result<Self, WalkError> {
        lesson.steps.get(place.step).ok_or(WalkError::NoStep(place.step))?;
        let step = place.step;
        let mut walk = Self { lesson: lesson.clone(), jobs: VecDeque::new(), place };
        walk.plan_solution(step);
        walk.plan_sides_to_their_end(step);
        Ok(walk)
    }

    /// Goes on by about so many events. Says whether everything is done.
    ///
    /// # Errors
    /// When a run cannot do what the lesson asks; the walk is over then.
    pub fn advance_some(&mut self, events: u64) -> Result<bool, WalkError> {
        let mut left = events.max(1);
        while let Some(job) = self.jobs.pop_front() {
            if left == 0 {
                self.jobs.push_front(job);
                return Ok(false);
            }
            if let Some(rest) = self.work(job, &mut left)? {
                self.jobs.push_front(rest);
            }
        }
        Ok(true)
    }

    /// Goes on to the end, in one go.
    ///
    /// # Errors
    /// As [`Walk::advance_some`].
    pub fn finish(mut self) -> Result<Place, WalkError> {
        while !self.advance_some(u64::MAX)? {}
        Ok(self.place)
    }

    /// Whether there is nothing left to do.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Where it has come to.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The same, for good.
    #[must_use]
    pub fn into_place(self) -> Place {
        self.place
    }
}

/// What is done in a run of a step while the learner watches.
fn script(step: &Step, variant: Option<usize>) -> &[Act] {
    match &step.kind {
        StepKind::Run { script, .. } => script,
        StepKind::Vary { options, .. } => variant.and_then(|at| options.get(at)).map_or(&[], |option| &option.script),
        StepKind::Twin { first, second, .. } => {
            variant.map_or(&[], |at| if at == 0 { &first.script } else { &second.script })
        }
        StepKind::Predict(_)
        | StepKind::Observe { .. }
        | StepKind::Explain { .. }
        | StepKind::Goal { .. }
        | StepKind::Explore => &[],
    }
}

/// How many acts of a script are behind a run, and where the last of their commands left it: there the next act began.
/// The script's commands stand among the run's own in their order, with the learner's between them.
fn carried_out(script: &[Act], run: &Session, since: &Entry) -> (usize, Entry) {
    let commands = &run.active_branch().commands()[..run.applied()];
    let wanted = |from: usize| {
        let act = script.iter().enumerate().skip(from).find(|(_, act)| matches!(act, Act::Do(_)));
        act.map(|(at, act)| (at, act.clone()))
    };
    let (mut done, mut last) = (0, None);
    for (place, (moment, command)) in commands.iter().enumerate().skip(since.applied) {
        if let Some((at, Act::Do(next))) = wanted(done)
            && next == *command
        {
            (done, last) = (at + 1, Some((place + 1, moment.time)));
        }
    }
    let began = last.map_or(*since, |(applied, time)| Entry::of(&run.fork_at(applied, time, false)));
    (done, began)
}

/// When the present run of a step is over; none where the learner decides. `option` is the run of a vary or twin step.
#[must_use]
pub fn until(step: &Step, option: usize) -> Option<Until> {
    match &step.kind {
        StepKind::Run { until, .. } => Some(until.clone()),
        StepKind::Goal { reach, .. } => Some(Until { holds: Some(reach.clone()), limit: SimDuration(u64::MAX) }),
        StepKind::Vary { options, .. } => options.get(option).map(|variant| variant.until.clone()),
        StepKind::Twin { first, second, .. } => {
            Some(if option == 0 { first.until.clone() } else { second.until.clone() })
        }
        StepKind::Predict(_) | StepKind::Observe { .. } | StepKind::Explain { .. } | StepKind::Explore => None,
    }
}

/// How far a run has come since it began.
#[must_use]
pub fn progress(until: &Until, session: &Session, since: &Entry) -> Progress {
    let is_over = session.now().time.since(since.moment.time) >= until.limit;
    match &until.holds {
        Some(holds) if is_so(holds, session, since) => Progress::Reached,
        Some(_) if is_over => Progress::Overdue,
        Some(_) => Progress::Open,
        None if is_over => Progress::Reached,
        None => Progress::Open,
    }
}

/// Whether the step is done: its run is over, or its goal is reached. Steps without a run are done when the learner says.
#[must_use]
pub fn is_reached(step: &Step, option: usize, session: &Session, since: &Entry) -> bool {
    until(step, option).is_none_or(|until| progress(&until, session, since) == Progress::Reached)
}

/// Whether a predicate holds where a run stands.
#[must_use]
pub fn is_so(predicate: &Predicate, session: &Session, since: &Entry) -> bool {
    predicate.holds(&Sight::plain(session.cluster(), since.epoch))
}

/// Goes on to a time by at most so many events, and stops at the very event at which the run is over. Says whether it
/// got to the time or the end, and how far it has come.
pub fn play(session: &mut Session, until: &Until, since: &Entry, to: SimTime, events: u64) -> (bool, Progress) {
    let to = to.min(since.moment.time + until.limit);
    for _ in 0..events {
        match progress(until, session, since) {
            Progress::Open => {}
            over => return (true, over),
        }
        if session.advance_some(to, 1) {
            return (true, progress(until, session, since));
        }
    }
    (false, progress(until, session, since))
}

/// The record that decides, as an observe step names it: the last one of its kind since an entry.
#[must_use]
pub fn deciding(what: Deciding, session: &Session, since: &Entry) -> Option<RecordId> {
    session.cluster().visit(job::Find { what, since: since.records })
}
