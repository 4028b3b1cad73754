//! Counters: every read must lie between the sum of what had certainly been added before it and the sum of all that may
//! have been added by its end (Jepsen's counter checker). Weaker than linearizability, and needs no search.

use imbl::{OrdMap, Vector};
use std::sync::Arc;

use super::observed::{Ask, Datum, End, Observed, ObservedOp};
use super::setup::Setup;
use super::verdict::{Undecided, Verdict, Violation};

/// A read of a counter, with its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterRead {
    /// Its place in [`Observed::ops`].
    pub op: usize,
    /// The least that it may have returned.
    pub lower: i128,
    /// What it returned; of several values side by side the greatest. None where that is no number.
    pub value: Option<i128>,
    /// The most that it may have returned.
    pub upper: i128,
}

impl CounterRead {
    /// Whether it lies within its bounds.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.value.is_some_and(|value| self.lower <= value && value <= self.upper)
    }
}

/// Follows the counters of a history. The batch check follows all of it. A clone shares what it holds.
#[derive(Clone, Debug)]
pub struct LiveCounters {
    setup: Arc<Setup>,
    counters: OrdMap<Option<Arc<str>>, Counter>,
    open: OrdMap<usize, Open>,
    ops: usize,
    events: usize,
}

#[derive(Clone, Debug)]
struct Open {
    op: ObservedOp,
    /// What had certainly been added when it began, with the signs apart.
    sure: Sums,
}

/// What was added above 0 and below.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    up: i128,
    down: i128,
}

impl Sums {
    fn add(&mut self, amount: i128) {
        self.up = self.up.saturating_add(amount.max(0));
        self.down = self.down.saturating_add(amount.min(0));
    }

    fn take_back(&mut self, amount: i128) {
        self.up = self.up.saturating_sub(amount.max(0));
        self.down = self.down.saturating_sub(amount.min(0));
    }
}

#[derive(Clone, Debug, Default)]
struct Counter {
    /// What it holds at the start; none where that is no number.
    initial: Option<i128>,
    /// Whether it has operations that no counter has.
    is_other: bool,
    /// What was acknowledged.
    sure: Sums,
    /// What was asked for and has not failed.
    possible: Sums,
    reads: Vector<CounterRead>,
    /// The events at which the reads ended.
    ends: Vector<usize>,
    broken: Option<Violation>,
}

fn number(value: &Datum) -> Option<i128> {
    match value {
        Datum::Nil => Some(0),
        Datum::Int(number) => Some(*number),
        _ => None,
    }
}

/// Checks a history. A no names the first read out of its bounds. Keys with operations that no counter has are left out,
/// and the answer is undecided if nothing else is wrong.
#[must_use]
pub fn counter_bounds(observed: &Observed, setup: &Setup) -> LiveCounters {
    let mut live = LiveCounters::new(setup.clone());
    live.follow(observed).for_each(drop);
    live
}

impl LiveCounters {
    /// Before the first event.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self { setup: Arc::new(setup), counters: OrdMap::new(), open: OrdMap::new(), ops: 0, events: 0 }
    }

    /// A client begins an operation. Its number, from 0, as in [`Observed::ops`].
    pub fn invoke(&mut self, session: u64, key: Option<Arc<str>>, ask: Ask) -> usize {
        let number_of = self.ops;
        let initial = || number(&self.setup.initial(key.as_ref()));
        let start = || Counter { initial: initial(), ..Counter::default() };
        let counter = self.counters.entry(key.clone()).or_insert_with(start);
        match &ask {
            Ask::Read => {}
            Ask::Add(amount) => counter.possible.add(*amount),
            _ => counter.is_other = true,
        }
        let sure = counter.sure;
        let op = ObservedOp { session, key, ask, invoked: self.events, end: None };
        self.open.insert(number_of, Open { op, sure });
        self.ops += 1;
        self.events += 1;
        number_of
    }

    /// An operation ends. One that has ended already is passed over.
    pub fn complete(&mut self, op: usize, end: End) {
        let event = self.events;
        self.events += 1;
        let Some(mut open) = self.open.remove(&op) else { return };
        open.op.end = Some((event, end));
        let Some(counter) = self.counters.get_mut(&open.op.key) else { return };
        match &open.op.ask {
            Ask::Add(amount) if open.op.has_failed() => counter.take_back(*amount, open.op.invoked, event),
            Ask::Add(amount) if open.op.returned().is_some() => counter.sure.add(*amount),
            _ => counter.read(op, &open, event),
        }
    }

    /// Follows a history from its first event; the verdict after each.
    pub fn follow<'o>(&'o mut self, observed: &'o Observed) -> impl Iterator<Item = Verdict> + 'o {
        observed.events().enumerate().map(move |(event, (op, is_end))| {
            let seen = &observed.ops()[op];
            match &seen.end {
                _ if !is_end => {
                    self.invoke(seen.session, seen.key.clone(), seen.ask.clone());
                }
                Some((at, end)) if *at == event => self.complete(op, end.clone()),
                _ => self.complete(op, End::Unknown),
            }
            self.verdict()
        })
    }

    /// The verdict on all so far. Once violated, it stays so, as long as the key is a counter.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let counters = self.counters.values().filter(|counter| counter.is_counter());
        match counters.filter_map(|counter| counter.broken.as_ref()).min_by_key(|violation| violation.event) {
            Some(violation) => Verdict::Violated(violation.clone()),
            None if self.counters.values().all(Counter::is_counter) => Verdict::Satisfied(()),
            None => Verdict::Undecided(Undecided::NotACounter),
        }
    }

    /// All reads of counters: key by key, in the order of their ends.
    pub fn reads(&self) -> impl Iterator<Item = &CounterRead> {
        self.counters.values().filter(|counter| counter.is_counter()).flat_map(|counter| &counter.reads)
    }
}

impl Counter {
    fn is_counter(&self) -> bool {
        !self.is_other && self.initial.is_some()
    }

    fn read(&mut self, op: usize, open: &Open, event: usize) {
        let (Some(value), Some(initial)) = (open.op.saw(), self.initial) else { return };
        let lower = initial.saturating_add(open.sure.up).saturating_add(self.possible.down);
        let upper = initial.saturating_add(self.possible.up).saturating_add(open.sure.down);
        let value = value.alternatives().iter().filter_map(number).max();
        let read = CounterRead { op, lower, value, upper };
        self.note(&read, event);
        self.reads.push_back(read);
        self.ends.push_back(event);
    }

    fn note(&mut self, read: &CounterRead, event: usize) {
        if !read.is_within() && self.broken.is_none() {
            self.broken = Some(Violation { operation: read.op, event, against: Vec::new() });
        }
    }

    /// An addition has failed: it was in the bounds of the reads that ended while it was open.
    fn take_back(&mut self, amount: i128, begun: usize, event: usize) {
        self.possible.take_back(amount);
        for at in
            (0..self.reads.len()).rev().take_while(|&at| self.ends[at] > begun).collect::<Vec<_>>().into_iter().rev()
        {
            let mut read = self.reads[at].clone();
            read.upper = read.upper.saturating_sub(amount.max(0));
            read.lower = read.lower.saturating_sub(amount.min(0));
            self.note(&read, event);
            self.reads[at] = read;
        }
    }
}
