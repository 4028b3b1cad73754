//! The verdict on the history up to the cursor. The history is checked once, event by event, as far as the cursor has ever
//! come; before the first event that goes wrong it was right, and so every earlier moment is known as well.

use std::sync::Arc;

use super::{Seen, told};
use crate::base::{Moment, OpId, RecordId, SimTime};
use crate::check::{
    Datum, End, LiveLinearizability, Model, Observed, Setup, Undecided, Verdict, asked, end_of, linearizable,
};
use crate::lesson::Scenario;
use crate::sim::Command;
use crate::view::chronicle::{BeatKind, Chronicle, OperationBar};
use crate::view::playback::Playback;

/// Whether what clients saw is consistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// The verdict.
    pub word: Word,
    /// How many operations it is about.
    pub checked: usize,
    /// Whether the system, set up as it is, promises a good verdict.
    pub is_promised: bool,
    /// Why it does not, in a sentence, if it does not.
    pub why_not: &'static str,
}

/// A verdict on a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nothing was asked yet.
    Nothing,
    /// One order of all operations explains every answer.
    Linearizable,
    /// None does.
    NotLinearizable(Offender),
    /// The checker does not know, and why.
    Undecided(String),
}

/// The operation whose answer no order explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offender {
    /// Which.
    pub op: OpId,
    /// What was asked and answered: "Bob reads x: 5".
    pub words: String,
    /// When the answer came.
    pub at: SimTime,
}

/// What was checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdicts {
    run: Option<Run>,
    now: Option<Place>,
    /// Some earlier places, to go on from when a branch parts there.
    marks: Vec<Place>,
}

/// What a run is: the same of all three gives the same records.
#[derive(Clone, Debug)]
struct Run {
    scenario: Arc<Scenario>,
    seed: u32,
    commands: Vec<(Moment, Command)>,
}

/// How far the history was read, with all that is needed to go on. A copy shares what it holds.
#[derive(Clone, Debug)]
struct Place {
    operations: usize,
    beats: usize,
    events: usize,
    /// When the last event was that was read.
    at: SimTime,
    live: LiveLinearizability,
    wrong: Option<Wrong>,
    /// From which record on the checker does not know, and why.
    lost: Option<(RecordId, Undecided)>,
}

#[derive(Clone, Copy, Debug)]
struct Wrong {
    record: RecordId,
    at: SimTime,
    op: OpId,
}

/// So many events from one mark to the next.
const MARK_EVERY: usize = 128;

impl Verdicts {
    /// Reads the history up to the cursor. What was read of another branch is forgotten.
    pub(super) fn follow(&mut self, playback: &Playback) {
        let session = playback.session();
        let commands = session.active_branch().commands();
        self.part(&session.scenario_shared(), session.seed(), commands);
        let (chronicle, seen) = (playback.chronicle(), playback.seen());
        let place = self.now.get_or_insert_with(|| Place::new(session.scenario()));
        while place.step(chronicle, seen) {
            if place.events.is_multiple_of(MARK_EVERY) {
                self.marks.push(place.clone());
            }
        }
    }

    /// Keeps what is true of this run as well: all before the first command that differs.
    fn part(&mut self, scenario: &Arc<Scenario>, seed: u32, commands: &[(Moment, Command)]) {
        let run = self.run.take().filter(|run| Arc::ptr_eq(&run.scenario, scenario) && run.seed == seed);
        let Some(mut run) = run else {
            (self.now, self.marks) = (None, Vec::new());
            self.run = Some(Run { scenario: scenario.clone(), seed, commands: commands.to_vec() });
            return;
        };
        let common = run.commands.iter().zip(commands).take_while(|(one, other)| one == other).count();
        let first =
            [run.commands.get(common), commands.get(common)].into_iter().flatten().map(|(moment, _)| moment.time).min();
        if let Some(first) = first {
            if self.now.as_ref().is_some_and(|place| place.at >= first) {
                self.marks.truncate(self.marks.partition_point(|mark| mark.at < first));
                self.now = self.marks.last().cloned();
            }
            run.commands = commands.to_vec();
        }
        self.run = Some(run);
    }

    /// The verdict at the cursor.
    pub(super) fn at(&self, seen: &Seen<'_>) -> Consistency {
        let checked = seen.operations().len();
        let place = self.now.as_ref();
        let wrong = place.and_then(|place| place.wrong).filter(|wrong| seen.has(wrong.record));
        let lost = place.and_then(|place| place.lost).filter(|(record, _)| seen.has(*record));
        let word = match (wrong, lost) {
            (Some(Wrong { op, at, .. }), _) => {
                let words = seen.chronicle.operation(op).map(|bar| told(seen, bar)).unwrap_or_default();
                Word::NotLinearizable(Offender { op, words, at })
            }
            (None, Some((_, why))) => Word::Undecided(why.to_string()),
            (None, None) if checked == 0 => Word::Nothing,
            (None, None) => Word::Linearizable,
        };
        let is_promised = seen.promises_one_copy();
        let why_not = if is_promised { "" } else { seen.why_not_promised() };
        Consistency { word, checked, is_promised, why_not }
    }
}

impl Place {
    fn new(scenario: &Scenario) -> Self {
        let live = LiveLinearizability::new(setup(scenario));
        Self { operations: 0, beats: 0, events: 0, at: SimTime::ZERO, live, wrong: None, lost: None }
    }

    /// Reads the next beginning or end of an operation, if there is one before the cursor.
    fn step(&mut self, chronicle: &Chronicle, seen: u64) -> bool {
        let begun = chronicle.operations().get(self.operations).filter(|bar| bar.record.0 < seen);
        // The same run, taken back, may not be known as far as it was read: then there is nothing new in it.
        let beats = chronicle.beats().get(self.beats..).unwrap_or_default();
        let passed = beats.iter().take_while(|beat| !matches!(beat.what, BeatKind::Ended { .. })).count();
        let ended = beats.get(passed).filter(|beat| beat.when.record.0 < seen);
        match (begun, ended) {
            (Some(bar), beat) if beat.is_none_or(|beat| bar.record < beat.when.record) => self.begin(bar),
            (_, Some(beat)) => {
                self.beats += passed + 1;
                if let BeatKind::Ended { op, outcome, .. } = &beat.what
                    && let Some(bar) = chronicle.operation(*op)
                {
                    self.end(bar, end_of(&bar.operation.update, Some(outcome)), (beat.when.record, beat.when.at));
                }
            }
            (None | Some(_), None) => return false,
        }
        self.events += 1;
        true
    }

    fn begin(&mut self, bar: &OperationBar) {
        self.operations += 1;
        self.at = bar.invoked_at;
        let operation = &bar.operation;
        self.live.invoke(u64::from(bar.client.0), Some(operation.key.name().clone()), asked(&operation.update));
    }

    fn end(&mut self, bar: &OperationBar, end: End, (record, at): (RecordId, SimTime)) {
        self.at = at;
        // Operations are numbered from 1 as they are invoked.
        self.live.complete(bar.op.0 as usize - 1, end);
        match self.live.verdict() {
            Verdict::Violated(violation) if self.wrong.is_none() => {
                self.wrong = Some(Wrong { record, at, op: OpId(violation.operation as u32 + 1) });
            }
            Verdict::Undecided(why) if self.lost.is_none() => self.lost = Some((record, why)),
            Verdict::Satisfied(()) | Verdict::Violated(_) | Verdict::Undecided(_) => {}
        }
    }
}

/// An order of all operations before the cursor that explains every answer, if there is one.
pub(super) fn order(seen: &Seen<'_>) -> Option<Vec<OpId>> {
    let bars = seen.operations();
    match linearizable(&observed(seen, bars.len()), &setup(seen.scenario)) {
        Verdict::Satisfied(order) => Some(order.into_iter().map(|at| bars[at].op).collect()),
        Verdict::Violated(_) | Verdict::Undecided(_) => None,
    }
}

/// The history before the cursor, of so many operations at most.
pub(super) fn observed(seen: &Seen<'_>, most: usize) -> Observed {
    let bars = seen.operations();
    let bars = &bars[..bars.len().min(most)];
    let mut events: Vec<(RecordId, usize, Option<SimTime>)> = Vec::with_capacity(2 * bars.len());
    for (at, bar) in bars.iter().enumerate() {
        events.push((bar.record, at, None));
        let ended = bar.ended.as_ref().map(|(stamp, _)| *stamp).filter(|stamp| seen.has(stamp.record));
        events.extend(ended.map(|stamp| (stamp.record, at, Some(stamp.at))));
    }
    events.sort_unstable();
    let mut observed = Observed::new();
    for (_, at, ended) in events {
        let bar = &bars[at];
        let update = &bar.operation.update;
        observed.pass(Some(ended.unwrap_or(bar.invoked_at)));
        if ended.is_some() {
            observed.complete(at, end_of(update, bar.ended.as_ref().map(|(_, outcome)| outcome)));
        } else {
            observed.invoke(u64::from(bar.client.0), Some(bar.operation.key.name().clone()), asked(update));
        }
    }
    observed
}

/// How the histories of a scenario's runs are checked.
pub(super) fn setup(scenario: &Scenario) -> Setup {
    let mut setup = Setup::new(Model::Any);
    setup.data = scenario.world.data.iter().map(|(key, value)| (key.name().clone(), Datum::from(value))).collect();
    setup.budget = LiveLinearizability::BUDGET;
    setup
}
