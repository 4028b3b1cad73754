//! The jobs of a walk, each small or done in slices.

use std::collections::VecDeque;

use super::{Entry, Place, Progress, Side, Walk, WalkError, play};
use crate::base::{Endpoint, Moment, RecordId, SimTime};
use crate::lesson::{Act, Change, Deciding, Origin, Scenario, Until};
use crate::protocol::Protocol;
use crate::session::{Session, Visit};
use crate::sim::{Command, Kind, World};

/// Which run a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Trunk,
    Side(usize),
}

/// One thing to do.
#[derive(Clone, Debug)]
pub(super) enum Job {
    /// The learner comes to a step.
    Arrive { step: usize },
    /// The lesson's run begins anew.
    StartOver,
    /// The lesson's run is made anew with other settings.
    Change { change: Change },
    /// The step's own part begins.
    Mark { step: usize },
    /// A run beside the lesson's is made.
    MakeSide { side: usize, variant: usize, from: Origin, change: Change, keeps_commands: bool },
    /// The learner begins to watch a side.
    Begin { side: usize },
    /// Commands are carried out again at their times, then time goes on.
    Replay { who: Who, commands: VecDeque<(Moment, Command)>, until: SimTime },
    /// An act is carried out; `began` is when, if it takes time.
    Act { who: Who, act: Act, began: Option<Entry> },
    /// Acts are carried out out of sight, then the run goes back to where that began, their commands planned. After a
    /// learner's intervention a command may fail, and is left out.
    Rehearse { who: Who, acts: VecDeque<Act>, from: Option<(usize, SimTime)>, began: Option<Entry>, may_fail: bool },
    /// Back to where a side is watched from, its commands planned.
    Rewind { side: usize, applied: usize, time: SimTime },
    /// A run goes on to its end.
    Play { who: Who, until: Until },
}

impl Walk {
    /// Does a job, or a slice of it; gives back what is left.
    pub(super) fn work(&mut self, job: Job, left: &mut u64) -> Result<Option<Job>, WalkError> {
        match job {
            Job::Arrive { step } => self.place.step = step,
            Job::StartOver => self.start_over()?,
            Job::Change { change } => self.change(&change)?,
            Job::Mark { step } => self.place.trail.mark(step, Entry::of(&self.place.trunk)),
            Job::MakeSide { side, variant, from, change, keeps_commands } => {
                self.make_side((side, variant), from, &change, keeps_commands)?;
            }
            Job::Begin { side } => self.begin(side),
            Job::Replay { who, commands, until } => return Ok(self.replay(who, commands, until, left)),
            Job::Act { who, act, began } => {
                let rest = self.act(who, &act, began, left)?;
                return Ok(rest.map(|began| Job::Act { who, act, began: Some(began) }));
            }
            Job::Rehearse { who, acts, from, began, may_fail } => {
                return self.rehearse(who, acts, (from, began), may_fail, left);
            }
            Job::Rewind { side, applied, time } => self.run(Who::Side(side)).unplay(applied, time),
            Job::Play { who, until } => return Ok(self.play_to_end(who, until, left)),
        }
        Ok(None)
    }

    fn run(&mut self, who: Who) -> &mut Session {
        match who {
            Who::Trunk => &mut self.place.trunk,
            Who::Side(side) => &mut self.place.sides[side].session,
        }
    }

    fn start_over(&mut self) -> Result<(), WalkError> {
        let Place { trunk, trail, .. } = &mut self.place;
        *trunk = Session::new(&self.lesson.scenario, self.lesson.scenario.seed)?;
        *trail = super::Trail::default();
        Ok(())
    }

    /// The same cluster, workload, seed and commands with other settings, at the same time.
    fn change(&mut self, change: &Change) -> Result<(), WalkError> {
        let old = &self.place.trunk;
        let scenario = change.apply(&self.lesson.scenario);
        if change.starts_over() {
            self.place.trunk = Session::new(&scenario, old.seed())?;
            self.place.trail = super::Trail::default();
            return Ok(());
        }
        let commands = old.active_branch().commands()[..old.applied()].iter().cloned().collect();
        let until = old.now().time;
        self.place.trunk = Session::new(&scenario, old.seed())?;
        self.jobs.push_front(Job::Replay { who: Who::Trunk, commands, until });
        Ok(())
    }

    fn make_side(
        &mut self,
        (side, variant): (usize, usize),
        from: Origin,
        change: &Change,
        keeps_commands: bool,
    ) -> Result<(), WalkError> {
        let trunk = &self.place.trunk;
        let entry = match from {
            Origin::Here => Entry::of(trunk),
            Origin::Start => Entry::default(),
            Origin::Step(step) => self.place.trail.entry(step).unwrap_or_default(),
        };
        let is_same = change.is_nothing() && trunk.scenario() == &self.lesson.scenario;
        let session = if is_same {
            trunk.fork_at(entry.applied, entry.moment.time, keeps_commands)
        } else {
            let scenario: Scenario = change.apply(&self.lesson.scenario);
            self.plan_replay(side, entry, keeps_commands, change.starts_over());
            Session::new(&scenario, self.place.trunk.seed())?
        };
        let since = Entry::of(&session);
        self.place.sides.truncate(side);
        self.place.sides.push(Side { session, since, variant });
        Ok(())
    }

    /// A run with other settings has to live through everything again.
    fn plan_replay(&mut self, side: usize, entry: Entry, keeps_commands: bool, starts_over: bool) {
        if starts_over {
            return;
        }
        let trunk = &self.place.trunk;
        let (applied, until) =
            if keeps_commands { (trunk.applied(), trunk.now().time) } else { (entry.applied, entry.moment.time) };
        let commands = trunk.active_branch().commands()[..applied].iter().cloned().collect();
        if keeps_commands {
            self.jobs.push_front(Job::Rewind { side, applied: entry.applied, time: entry.moment.time });
        }
        self.jobs.push_front(Job::Replay { who: Who::Side(side), commands, until });
    }

    fn begin(&mut self, side: usize) {
        let side = &mut self.place.sides[side];
        side.since = Entry::of(&side.session);
    }

    fn replay(
        &mut self,
        who: Who,
        mut commands: VecDeque<(Moment, Command)>,
        until: SimTime,
        left: &mut u64,
    ) -> Option<Job> {
        let mut missed = 0;
        let run = self.run(who);
        while let Some((moment, command)) = commands.front() {
            if !advance(run, moment.time, left) {
                self.place.missed += missed;
                return Some(Job::Replay { who, commands, until });
            }
            // What the changed run cannot do is left out: a person's own commands may be anything.
            let is_done = run.apply(command).is_ok();
            commands.pop_front();
            missed += u32::from(!is_done);
        }
        let is_there = advance(run, until, left);
        self.place.missed += missed;
        (!is_there).then_some(Job::Replay { who, commands, until })
    }

    /// Does an act, or a slice of it; gives back when it began if something is left.
    fn act(&mut self, who: Who, act: &Act, began: Option<Entry>, left: &mut u64) -> Result<Option<Entry>, WalkError> {
        let run = self.run(who);
        let began = began.unwrap_or_else(|| Entry::of(run));
        let is_done = match act {
            Act::Do(command) => {
                run.apply(command)?;
                true
            }
            Act::Wait(length) => advance(run, began.moment.time + *length, left),
            Act::Until(until) => {
                let (is_over, progress) = play_some(run, until, &began, left);
                self.place.missed += u32::from(is_over && progress == Progress::Overdue);
                is_over
            }
        };
        Ok((!is_done).then_some(began))
    }

    fn rehearse(
        &mut self,
        who: Who,
        mut acts: VecDeque<Act>,
        (from, mut began): (Option<(usize, SimTime)>, Option<Entry>),
        may_fail: bool,
        left: &mut u64,
    ) -> Result<Option<Job>, WalkError> {
        let run = self.run(who);
        let from = from.unwrap_or_else(|| (run.applied(), run.now().time));
        while let Some(act) = acts.front() {
            began = match self.act(who, act, began, left) {
                Err(_) if may_fail => {
                    self.place.missed += 1;
                    None
                }
                other => other?,
            };
            if began.is_some() {
                return Ok(Some(Job::Rehearse { who, acts, from: Some(from), began, may_fail }));
            }
            acts.pop_front();
        }
        self.run(who).unplay(from.0, from.1);
        Ok(None)
    }

    fn play_to_end(&mut self, who: Who, until: Until, left: &mut u64) -> Option<Job> {
        let since = match who {
            Who::Trunk => self.place.trail.entry(self.place.step).unwrap_or_default(),
            Who::Side(side) => self.place.sides[side].since,
        };
        let (is_over, progress) = play_some(self.run(who), &until, &since, left);
        self.place.missed += u32::from(is_over && progress == Progress::Overdue);
        (!is_over).then_some(Job::Play { who, until })
    }
}

/// Takes a run to a time, as far as the slice allows; says whether it got there.
fn advance(run: &mut Session, until: SimTime, left: &mut u64) -> bool {
    let before = run.now().events;
    let is_there = run.advance_some(until, *left);
    *left = left.saturating_sub((run.now().events - before).max(1));
    is_there
}

fn play_some(run: &mut Session, until: &Until, since: &Entry, left: &mut u64) -> (bool, Progress) {
    let before = run.now().events;
    let played = play(run, until, since, SimTime(u64::MAX), *left);
    *left = left.saturating_sub((run.now().events - before).max(1));
    played
}

/// Looks for the record that decides.
pub(super) struct Find {
    pub(super) what: Deciding,
    pub(super) since: u64,
}

impl Visit for Find {
    type Out = Option<RecordId>;

    fn visit<P: Protocol>(self, world: &World<P>) -> Self::Out {
        let Self { what, since } = self;
        let is_it = |op_client: &dyn Fn(crate::base::OpId) -> bool, kind: &Kind<_, _>| match (what, kind) {
            (Deciding::Ended(_), Kind::Ended { op, .. }) => op_client(*op),
            (Deciding::WaitedInVain(wanted), Kind::WaitingFor { party, .. }) => *party == wanted,
            (Deciding::Dropped { from, to, why }, Kind::Dropped { from: sender, to: receiver, why: reason }) => {
                let is_meant = |wanted: Option<Endpoint>, end: &Endpoint| wanted.is_none_or(|wanted| wanted == *end);
                is_meant(from, sender) && is_meant(to, receiver) && why.is_none_or(|why| why == *reason)
            }
            (Deciding::Stopped(wanted), Kind::Stopped { node, .. }) => *node == wanted,
            (Deciding::Command, Kind::Command(_)) => true,
            _ => false,
        };
        let mut own = Vec::new();
        let mut found = None;
        for record in world.trace().iter() {
            if let (Kind::Invoked { op, client, .. }, Deciding::Ended(wanted)) = (&record.kind, what)
                && *client == wanted
            {
                own.push(*op);
            }
            if record.id.0 >= since && is_it(&|op| own.contains(&op), &record.kind) {
                found = Some(record.id);
            }
        }
        found
    }
}
