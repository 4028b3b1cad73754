//! What each read of a register has seen, event by event: how many acknowledged writes were certainly newer. The batch
//! checks follow the whole history with it, so that both agree by construction.

use imbl::{OrdMap, Vector};
use std::sync::Arc;

use super::{RegisterLevel, green};
use crate::check::observed::{Ask, Datum, End, Observed, ObservedOp};
use crate::check::setup::Setup;
use crate::check::verdict::{Verdict, Violation};

/// How old a value was that somebody read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// As new as anything that had been acknowledged before.
    Fresh,
    /// Acknowledged writes were newer: they had begun after the write of this value was acknowledged, and had ended
    /// before the read began.
    Behind {
        /// How many.
        versions: usize,
        /// Which of them was acknowledged first.
        missed: usize,
    },
    /// Nobody who can have written it had begun to when the read ended, and it was not there at the start.
    Nowhere,
}

/// A read, and how old its value was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Its place in [`Observed::ops`].
    pub op: usize,
    /// How old its value was; where several writes can explain it, by the newest.
    pub age: Age,
    /// Whether no write of another operation overlaps it.
    pub is_alone: bool,
}

/// Follows the registers of a history. A clone shares all that it holds, so that it can be kept with every checkpoint.
#[derive(Clone, Debug)]
pub struct LiveRegisters {
    setup: Arc<Setup>,
    objects: OrdMap<Option<Arc<str>>, Object>,
    /// The key of each operation that has not ended, and its place there.
    open: OrdMap<usize, (Option<Arc<str>>, usize)>,
    ops: usize,
    events: usize,
}

/// What is known of one key.
#[derive(Clone, Debug)]
struct Object {
    initial: Datum,
    /// Whether it has operations that no register has.
    is_other: bool,
    /// Each with its place in the whole history.
    ops: Vector<(usize, ObservedOp)>,
    /// Who asked to write a value, by place here, in the order of their beginnings.
    writers: OrdMap<Datum, Vector<usize>>,
    /// The beginnings of all writes that have not failed.
    begun: Vector<usize>,
    /// The acknowledged writes, in that order.
    acks: Vector<Ack>,
    /// Writes that have not ended, by place here.
    busy: OrdMap<usize, ()>,
    /// The reads that have ended, by place here, in that order.
    read: Vector<(usize, Sight)>,
    /// The first read that is wrong at the safe and at the regular level.
    broken: [Option<Violation>; 2],
}

/// An acknowledged write.
#[derive(Clone, Debug)]
struct Ack {
    returned: usize,
    invoked: usize,
    op: usize,
    /// Of all so far, when the one began that began last.
    latest: usize,
    /// Writes that were open then, by place here: those of them that end later are not newer.
    beside: Vector<usize>,
}

/// How many at the start of an ordered row are so.
fn count<T: Clone>(row: &Vector<T>, is_before: impl Fn(&T) -> bool) -> usize {
    let (mut low, mut high) = (0, row.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(&row[middle]) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

impl LiveRegisters {
    /// Before the first event.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self { setup: Arc::new(setup), objects: OrdMap::new(), open: OrdMap::new(), ops: 0, events: 0 }
    }

    /// A client begins an operation. Its number, from 0, as in [`Observed::ops`].
    pub fn invoke(&mut self, session: u64, key: Option<Arc<str>>, ask: Ask) -> usize {
        let number = self.ops;
        let initial = || self.setup.initial(key.as_ref());
        let object = self.objects.entry(key.clone()).or_insert_with(|| Object::new(initial()));
        self.open.insert(number, (key.clone(), object.ops.len()));
        object.begin(number, ObservedOp { session, key, ask, invoked: self.events, end: None });
        self.ops += 1;
        self.events += 1;
        number
    }

    /// An operation ends. One that has ended already is passed over.
    pub fn complete(&mut self, op: usize, end: End) {
        let event = self.events;
        self.events += 1;
        let Some((key, place)) = self.open.remove(&op) else { return };
        if let Some(object) = self.objects.get_mut(&key) {
            object.end(place, event, end);
        }
    }

    /// Follows a history from its first event; the verdicts on safe and regular after each.
    pub fn follow<'o>(&'o mut self, observed: &'o Observed) -> impl Iterator<Item = [Verdict; 2]> + 'o {
        observed.events().enumerate().map(move |(event, (op, is_end))| {
            let seen = &observed.ops()[op];
            match &seen.end {
                _ if !is_end => {
                    self.invoke(seen.session, seen.key.clone(), seen.ask.clone());
                }
                Some((at, end)) if *at == event => self.complete(op, end.clone()),
                _ => self.complete(op, End::Unknown),
            }
            [RegisterLevel::Safe, RegisterLevel::Regular].map(|level| self.verdict(level))
        })
    }

    /// The verdict on all so far. Atomic is not decided here, and is as regular: [`super::super::LiveLinearizability`]
    /// decides it.
    #[must_use]
    pub fn verdict(&self, level: RegisterLevel) -> Verdict {
        let at = usize::from(level != RegisterLevel::Safe);
        let registers = self.objects.values().filter(|object| !object.is_other);
        let broken = registers.filter_map(|object| object.broken[at].as_ref());
        match broken.min_by_key(|violation| violation.event) {
            Some(violation) => Verdict::Violated(violation.clone()),
            None => green(self.has_others()),
        }
    }

    /// Whether some key is no register.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.objects.values().any(|object| object.is_other)
    }

    /// The read of a key that has ended last; none if the key is no register.
    #[must_use]
    pub fn last_sight(&self, key: &Arc<str>) -> Option<Sight> {
        let object = self.objects.get(&Some(key.clone())).filter(|object| !object.is_other)?;
        object.read.last().map(|(_, sight)| *sight)
    }

    /// All reads of registers that have ended: key by key, in the order of their ends.
    pub fn sights(&self) -> impl Iterator<Item = Sight> + '_ {
        self.objects.values().filter(|object| !object.is_other).flat_map(|object| object.read.iter().map(|read| read.1))
    }
}

impl Object {
    fn new(initial: Datum) -> Self {
        Self {
            initial,
            is_other: false,
            ops: Vector::new(),
            writers: OrdMap::new(),
            begun: Vector::new(),
            acks: Vector::new(),
            busy: OrdMap::new(),
            read: Vector::new(),
            broken: [None, None],
        }
    }

    fn begin(&mut self, number: usize, op: ObservedOp) {
        let place = self.ops.len();
        self.is_other |= !op.ask.is_of_register();
        if let Some(value) = op.ask.leaves() {
            self.writers.entry(value.clone()).or_default().push_back(place);
            self.begun.push_back(op.invoked);
            self.busy.insert(place, ());
        }
        self.ops.push_back((number, op));
    }

    fn end(&mut self, place: usize, event: usize, end: End) {
        self.busy.remove(&place);
        let (number, op) = &mut self.ops[place];
        op.end = Some((event, end));
        let (number, op) = (*number, op.clone());
        if op.ask.leaves().is_some() {
            if op.written().is_none() {
                self.begun.remove(count(&self.begun, |&invoked| invoked < op.invoked));
                self.judge_anew(op.invoked, event);
            } else if op.returned().is_some() {
                let latest = self.acks.last().map_or(0, |last| last.latest).max(op.invoked);
                let beside = self.busy.keys().copied().collect();
                self.acks.push_back(Ack { returned: event, invoked: op.invoked, op: number, latest, beside });
            }
        }
        if op.saw().is_some() {
            let sight = self.judge(place, event);
            self.note(&sight, event);
            self.read.push_back((place, sight));
        }
    }

    /// A write has failed: it explains nothing that was read while it was open.
    fn judge_anew(&mut self, begun: usize, event: usize) {
        let ended = |place: usize| self.ops[place].1.returned().unwrap_or(usize::MAX);
        for at in count(&self.read, |(place, _)| ended(*place) < begun)..self.read.len() {
            let place = self.read[at].0;
            let sight = self.judge(place, self.ops[place].1.returned().unwrap_or(event));
            self.note(&sight, event);
            self.read[at].1 = sight;
        }
    }

    fn note(&mut self, sight: &Sight, event: usize) {
        let against = match sight.age {
            Age::Fresh => return,
            Age::Behind { missed, .. } => vec![missed],
            Age::Nowhere => Vec::new(),
        };
        let violation = Violation { operation: sight.op, event, against };
        for (level, broken) in self.broken.iter_mut().enumerate() {
            if broken.is_none() && (level == 1 || sight.is_alone) {
                *broken = Some(violation.clone());
            }
        }
    }

    /// How old the value of a read was that ended at `returned`.
    fn judge(&self, place: usize, returned: usize) -> Sight {
        let (number, op) = &self.ops[place];
        let known = count(&self.acks, |ack| ack.returned < op.invoked);
        let own = usize::from(op.written().is_some());
        let begun = count(&self.begun, |&invoked| invoked < returned);
        let value = op.saw().unwrap_or(&Datum::Nil);
        let alternatives = value.alternatives().iter().filter(|one| *one != value);
        let ages = [value].into_iter().chain(alternatives).flat_map(|one| self.ages(one, place, returned, known));
        let age = ages.min_by_key(|age| match age {
            Age::Fresh => 0,
            Age::Behind { versions, .. } => *versions,
            Age::Nowhere => usize::MAX,
        });
        Sight { op: *number, age: age.unwrap_or(Age::Nowhere), is_alone: begun == known + own }
    }

    /// How old a value was, by each of the writes that can explain it, when so many had been acknowledged.
    fn ages(&self, value: &Datum, read: usize, returned: usize, known: usize) -> impl Iterator<Item = Age> {
        let initial = (self.initial == *value).then(|| match known {
            0 => Age::Fresh,
            versions => Age::Behind { versions, missed: self.acks[0].op },
        });
        let is_possible = move |place: &&usize| {
            let op = &self.ops[**place].1;
            **place != read && op.invoked < returned && op.written().is_some()
        };
        let writers = self.writers.get(value).into_iter().flatten().filter(is_possible);
        initial.into_iter().chain(writers.map(move |&place| self.age_of(place, known)))
    }

    fn age_of(&self, write: usize, known: usize) -> Age {
        let Some(returned) = self.ops[write].1.returned() else { return Age::Fresh };
        let is_newest = known.checked_sub(1).is_none_or(|last| self.acks[last].latest < returned);
        let own = count(&self.acks, |ack| ack.returned < returned);
        if is_newest || own >= known {
            return Age::Fresh;
        }
        let last = self.acks[known - 1].returned;
        let is_counted = |place: &&usize| {
            let op = &self.ops[**place].1;
            op.written().is_some() && op.returned().is_some_and(|ended| ended <= last)
        };
        let beside = self.acks[own].beside.iter().filter(is_counted).count();
        let newer = (own + 1..known).map(|at| &self.acks[at]).find(|ack| ack.invoked > returned);
        match (known - own - 1 - beside, newer) {
            (0, _) | (_, None) => Age::Fresh,
            (versions, Some(first)) => Age::Behind { versions, missed: first.op },
        }
    }
}
