//! A session: a run with a cursor. Commands go in at the cursor; going back restores exactly; acting in the past opens a
//! branch and keeps the old future.

mod rehearsal;

use std::sync::Arc;

use super::branch::{Branch, BranchId};
use super::checkpoints::{Checkpoints, Position, Spacing};
use super::cluster::Cluster;
use super::record::{RunRecord, ScenarioRef};
use super::replay::Replay;
use crate::base::{Moment, SimTime};
use crate::lesson::{Scenario, ScenarioError};
use crate::sim::{Command, CommandError};

/// A run that a person steers.
#[derive(Clone, Debug)]
pub struct Session {
    scenario: Arc<Scenario>,
    seed: u32,
    cluster: Cluster,
    at: Position,
    branches: Vec<Branch>,
    active: usize,
    undone: Vec<BranchId>,
}

/// Why a session does not do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The scenario cannot run.
    #[error("the scenario cannot run: {}", list(.0))]
    Scenario(Vec<ScenarioError>),
    /// The command cannot be carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// There is no command to take back.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Nothing was taken back, or something else was done since.
    #[error("there is nothing to redo")]
    NothingToRedo,
    /// There is no such branch.
    #[error("there is no branch {}", .0.0)]
    NoBranch(BranchId),
    /// A command of a run record cannot be carried out.
    #[error("command {number} of the record, at {at}: {error}")]
    Replay {
        /// Which, from 1.
        number: usize,
        /// When.
        at: Moment,
        /// Why not.
        error: CommandError,
    },
}

fn list(problems: &[ScenarioError]) -> String {
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    words.join("; ")
}

impl Session {
    /// A run of a scenario with a seed, before its first event.
    ///
    /// # Errors
    /// When the scenario cannot run.
    pub fn new(scenario: &Scenario, seed: u32) -> Result<Self, SessionError> {
        Self::with_spacing(scenario, seed, Spacing::default())
    }

    /// The same, with checkpoints at another distance.
    ///
    /// # Errors
    /// When the scenario cannot run.
    pub fn with_spacing(scenario: &Scenario, seed: u32, spacing: Spacing) -> Result<Self, SessionError> {
        let problems = scenario.problems();
        if !problems.is_empty() {
            return Err(SessionError::Scenario(problems));
        }
        let cluster = Cluster::new(scenario, seed);
        let first = Branch {
            id: BranchId(0),
            name: "main".to_owned(),
            parent: None,
            commands: Vec::new(),
            checkpoints: Checkpoints::new(spacing, &cluster),
            furthest: Position::default(),
            head: None,
            left_at: Position::default(),
        };
        let scenario = Arc::new(scenario.clone());
        Ok(Self { scenario, seed, cluster, at: Position::default(), branches: vec![first], active: 0, undone: vec![] })
    }

    /// A run as a record tells it, at the record's moment. Whether the hash is the same is for the caller to compare: a
    /// record of another version may differ, and runs all the same.
    ///
    /// # Errors
    /// When the scenario cannot run, or a command of the record cannot be carried out at its moment.
    pub fn replay(scenario: &Scenario, record: &RunRecord) -> Result<Self, SessionError> {
        Replay::new(scenario, record.clone())?.finish()
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The same, shared.
    #[must_use]
    pub fn scenario_shared(&self) -> Arc<Scenario> {
        self.scenario.clone()
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// The world at the cursor.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The world as far as the active branch was ever run: its trace is the timeline.
    #[must_use]
    pub fn furthest(&self) -> &Cluster {
        let branch = &self.branches[self.active];
        branch.head.as_deref().filter(|_| self.at < branch.furthest).unwrap_or(&self.cluster)
    }

    /// Where the cursor stands.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.cluster.now()
    }

    /// When the next event or command of the branch is due, if there is one.
    #[must_use]
    pub fn next_at(&mut self) -> Option<SimTime> {
        let command = self.branches[self.active].commands.get(self.at.applied).map(|(moment, _)| moment.time);
        self.cluster.next_event_at().into_iter().chain(command).min()
    }

    /// The hash of everything up to the cursor.
    #[must_use]
    pub fn trace_hash(&self) -> u64 {
        self.cluster.trace_hash()
    }

    /// Goes on to a time, events at that time included.
    pub fn advance(&mut self, until: SimTime) {
        while !self.advance_some(until, u64::MAX) {}
    }

    /// Goes on to a time by at most so many events; says whether it got there. A page keeps its frames short with it.
    pub fn advance_some(&mut self, until: SimTime, events: u64) -> bool {
        let last = self.cluster.now().events.saturating_add(events);
        while let Some(moment) = self.next_command_by(until) {
            if !self.go_to(moment, last) {
                self.arrived();
                return self.cluster.halted().is_some();
            }
            self.carry_out_next();
        }
        let is_there = self.go_until(until, last);
        if is_there {
            self.cluster.advance(until);
        }
        self.arrived();
        is_there || self.cluster.halted().is_some()
    }

    /// Takes one step: the next command of the branch if it comes before the next event, else that event. Says whether
    /// there was one.
    pub fn step(&mut self) -> bool {
        self.step_until(SimTime(u64::MAX))
    }

    /// The same, if the step is due by a time.
    pub fn step_until(&mut self, until: SimTime) -> bool {
        let next_event = self.cluster.next_event_at();
        let command = self.branches[self.active].commands.get(self.at.applied).map(|(moment, _)| *moment);
        let is_command_next = command.is_some_and(|moment| {
            moment.events <= self.now().events && next_event.is_none_or(|event| moment.time <= event)
        });
        let stepped = if is_command_next {
            let moment = command.unwrap_or_default();
            if moment.time > until || self.cluster.halted().is_some() {
                return false;
            }
            self.cluster.advance_to(moment);
            self.carry_out_next();
            true
        } else {
            self.cluster.step_until(until)
        };
        self.arrived();
        stepped
    }

    /// Takes the last event back. Says whether there was one.
    pub fn step_back(&mut self) -> bool {
        let Some(events) = self.now().events.checked_sub(1) else { return false };
        self.restore_events(events);
        true
    }

    /// Goes to a time, back or forward; events and commands at that time included.
    pub fn seek(&mut self, time: SimTime) {
        let branch = &self.branches[self.active];
        let applied = branch.commands.partition_point(|(moment, _)| moment.time <= time);
        let target = Position { moment: Moment { time, events: u64::MAX }, applied };
        let (start, _) = branch.checkpoints.before(target);
        let is_on_the_way = start <= self.at && self.now().time <= time;
        if !is_on_the_way {
            self.stash_head();
            self.restart_before(target);
        }
        self.advance(time);
    }

    /// Goes to a moment of the active branch, back or forward: before the commands that were given at that moment.
    pub fn seek_moment(&mut self, moment: Moment) {
        let commands = &self.branches[self.active].commands;
        let applied = commands.partition_point(|(at, _)| *at < moment);
        self.return_to(moment, applied);
    }

    /// Intervenes at the cursor. In the past it opens a branch; the old future stays listed.
    ///
    /// # Errors
    /// When the command names something that does not exist; nothing has changed then.
    pub fn apply(&mut self, command: &Command) -> Result<(), SessionError> {
        let before = Position { moment: self.now(), applied: self.at.applied };
        let branch = &self.branches[self.active];
        let has_future = before < branch.furthest || before.applied < branch.commands.len();
        self.cluster.apply(command)?;
        if has_future {
            self.branches[self.active].left_at = before;
            self.open_branch(before);
        }
        let branch = &mut self.branches[self.active];
        branch.commands.push((before.moment, command.clone()));
        self.at.applied += 1;
        self.undone.clear();
        self.arrived();
        Ok(())
    }

    /// Goes to just before the last command, on a new branch.
    ///
    /// # Errors
    /// When there is no command before the cursor.
    pub fn undo(&mut self) -> Result<(), SessionError> {
        let last = self.at.applied.checked_sub(1).ok_or(SessionError::NothingToUndo)?;
        let (moment, _) = self.branches[self.active].commands[last];
        let left = self.branches[self.active].id;
        self.leave();
        let before = Position { moment, applied: last };
        self.open_branch(before);
        self.restore(before);
        self.undone.push(left);
        Ok(())
    }

    /// Returns to the branch that the last undo left, at the moment at which it was left.
    ///
    /// # Errors
    /// When nothing was undone since the last command.
    pub fn redo(&mut self) -> Result<(), SessionError> {
        let branch = self.undone.pop().ok_or(SessionError::NothingToRedo)?;
        self.switch_to(branch)
    }

    /// All branches, oldest first.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The branch that the cursor is on.
    #[must_use]
    pub fn active_branch(&self) -> &Branch {
        &self.branches[self.active]
    }

    /// Gives the active branch another name.
    pub fn rename_branch(&mut self, name: &str) {
        self.branches[self.active].name = name.to_owned();
    }

    /// Goes to another branch, at the moment at which it was left.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn switch_to(&mut self, branch: BranchId) -> Result<(), SessionError> {
        let at = self.branches.iter().position(|other| other.id == branch).ok_or(SessionError::NoBranch(branch))?;
        self.leave();
        self.active = at;
        self.restore(self.branches[at].left_at);
        Ok(())
    }

    /// How many checkpoints the active branch keeps.
    #[must_use]
    pub fn checkpoints(&self) -> usize {
        self.branches[self.active].checkpoints.len()
    }

    /// The record of the active branch, with the cursor's moment and hash.
    #[must_use]
    pub fn record(&self, scenario: ScenarioRef) -> RunRecord {
        RunRecord {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            scenario,
            seed: self.seed,
            commands: self.branches[self.active].commands.clone(),
            at: self.now(),
            applied: self.at.applied as u32,
            hash: self.trace_hash(),
        }
    }

    fn next_command_by(&self, until: SimTime) -> Option<Moment> {
        let next = self.branches[self.active].commands.get(self.at.applied);
        next.map(|(moment, _)| *moment).filter(|moment| moment.time <= until)
    }

    fn carry_out_next(&mut self) {
        let (_, command) = &self.branches[self.active].commands[self.at.applied];
        self.cluster.apply(command).expect("the command was carried out at this moment before");
        self.at.applied += 1;
    }

    /// Runs every event that is due by a time, but none beyond so many; keeps checkpoints on the way. Says whether
    /// nothing more is due.
    fn go_until(&mut self, time: SimTime, last_event: u64) -> bool {
        loop {
            let checkpoints = &mut self.branches[self.active].checkpoints;
            let stop = checkpoints.due_at().max(self.cluster.now().events + 1).min(last_event);
            while self.cluster.now().events < stop {
                if !self.cluster.step_until(time) {
                    return true;
                }
            }
            self.at.moment = self.cluster.now();
            checkpoints.offer(self.at, &self.cluster);
            if stop == last_event {
                return self.cluster.next_event_at().is_none_or(|next| next > time);
            }
        }
    }

    /// Goes to a moment ahead; says whether it got there.
    fn go_to(&mut self, moment: Moment, last_event: u64) -> bool {
        let last_event = last_event.min(moment.events);
        if self.cluster.now().events < last_event {
            self.go_until(moment.time, last_event);
        }
        let is_there = self.cluster.now().events == moment.events;
        if is_there {
            self.cluster.advance_to(moment);
        }
        is_there
    }

    /// Goes on to a moment of a record by at most so many events; says whether it got there. Another version may have
    /// taken other events: then the time is what is left to go by.
    pub(super) fn approach(&mut self, moment: Moment, events: u64) -> bool {
        let last = self.now().events.saturating_add(events);
        let is_there = self.go_to(moment, last);
        self.arrived();
        if is_there || (self.now().events == last && last < moment.events && self.cluster.halted().is_none()) {
            return is_there;
        }
        self.advance_some(moment.time, last - self.now().events)
    }

    /// Goes to a moment on the active branch before or after which so many of its commands were carried out.
    pub(super) fn return_to(&mut self, moment: Moment, applied: usize) {
        self.stash_head();
        self.restore(Position { moment, applied });
    }

    fn arrived(&mut self) {
        self.at.moment = self.cluster.now();
        let branch = &mut self.branches[self.active];
        if self.at >= branch.furthest {
            branch.furthest = self.at;
            branch.head = None;
        }
    }

    /// Keeps the world at the end of the branch before the cursor leaves it.
    fn stash_head(&mut self) {
        let branch = &mut self.branches[self.active];
        if self.at == branch.furthest {
            branch.head = Some(Arc::new(self.cluster.clone()));
        }
    }

    fn leave(&mut self) {
        self.stash_head();
        self.branches[self.active].left_at = self.at;
    }

    fn open_branch(&mut self, at: Position) {
        let id = BranchId(self.branches.len() as u32);
        let name = format!("branch {}", id.0);
        let fork = self.branches[self.active].fork(id, name, at);
        self.branches.push(fork);
        self.active = self.branches.len() - 1;
    }

    /// Goes to a position of the active branch, wherever the cursor is.
    fn restore(&mut self, position: Position) {
        let branch = &self.branches[self.active];
        match branch.head.as_ref().filter(|_| position == branch.furthest) {
            Some(head) => {
                self.cluster = Cluster::clone(head);
                self.at = position;
            }
            None => {
                self.restart_before(position);
                self.run_to(position);
            }
        }
    }

    fn restart_before(&mut self, position: Position) {
        let (at, cluster) = self.branches[self.active].checkpoints.before(position);
        self.cluster = cluster.clone();
        self.at = at;
    }

    /// Goes ahead to a position, carrying out the branch's commands up to it and none after.
    fn run_to(&mut self, position: Position) {
        while self.at.applied < position.applied {
            let (moment, _) = self.branches[self.active].commands[self.at.applied];
            self.go_to(moment, u64::MAX);
            self.carry_out_next();
        }
        self.go_to(position.moment, u64::MAX);
        self.arrived();
    }

    /// Goes to just after so many events, at the time of the last of them; commands that came later are taken back.
    fn restore_events(&mut self, events: u64) {
        self.stash_head();
        let branch = &self.branches[self.active];
        let applied = branch.commands.partition_point(|(moment, _)| moment.events < events);
        let (at, cluster) = branch.checkpoints.before_event(events);
        self.cluster = cluster.clone();
        self.at = at;
        while self.at.applied < applied {
            let (moment, _) = self.branches[self.active].commands[self.at.applied];
            self.go_to(moment, u64::MAX);
            self.carry_out_next();
        }
        if self.cluster.now().events < events {
            self.go_until(SimTime(u64::MAX), events);
        }
        self.arrived();
    }
}
