//! What checkers read: operations with process, key, and the places of their beginnings and ends. It comes from our own
//! trace or from a file. Knows no node, no message and no file.

mod access;
mod datum;
mod lines;

pub use datum::Datum;
pub use lines::{BadLine, EventLine, EventType, LineReader, Reading};

use std::fmt;
use std::sync::Arc;

use super::history::History;
use crate::base::SimTime;
use crate::protocol::{Operation, Update};
use crate::sim::Outcome;

/// What a client asked for, as checkers see it: an operation of one universal object, which holds one [`Datum`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// Returns the state.
    Read,
    /// Replaces the state.
    Write(Datum),
    /// Replaces the state if it is as expected.
    CompareAndSet {
        /// The state that it needs.
        expect: Datum,
        /// The state that it makes.
        value: Datum,
    },
    /// Appends text to text, or a member to a list.
    Append(Datum),
    /// Adds to a number; nothing counts as 0.
    Add(i128),
    /// Makes the state nothing.
    Delete,
    /// Puts a member into a set.
    Include(Datum),
    /// Takes a member out of a set.
    Exclude(Datum),
    /// Takes a free lock.
    Acquire,
    /// Frees a held lock.
    Release,
    /// Reads and writes several registers at once; the state is a map of them.
    Transact(Arc<[Access]>),
}

/// One step of a transaction on several registers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Reads a register; without a value it may find anything.
    Read(Arc<str>, Option<Datum>),
    /// Replaces what a register holds.
    Write(Arc<str>, Datum),
}

/// What a client was told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is done.
    Done,
    /// This was read.
    Value(Datum),
    /// Something was read, and the history does not say what.
    Unsaid,
    /// The compare-and-set found another value and has changed nothing.
    Mismatch,
    /// What a transaction did, with what it read.
    Transacted(Arc<[Access]>),
}

/// How an operation ended for its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It took effect between its beginning and this end.
    Ok(Answer),
    /// It took no effect and never will.
    Failed,
    /// It may have taken effect, or may yet.
    Unknown,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedOp {
    /// Whose it is: a client of ours, or a process of a history from elsewhere.
    pub session: u64,
    /// The object that it is about; none where a history has only one.
    pub key: Option<Arc<str>>,
    /// What was asked.
    pub ask: Ask,
    /// The number of the event at which it was invoked.
    pub invoked: usize,
    /// The number of the event at which it ended, and how; none while it is open.
    pub end: Option<(usize, End)>,
}

/// A history: operations and the order of their beginnings and ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    ops: Vec<ObservedOp>,
    /// Which operation each event belongs to. The first event of an operation is its invocation.
    events: Vec<usize>,
    /// When each event was, where the history says it.
    times: Vec<Option<SimTime>>,
    /// The time of the next event.
    now: Option<SimTime>,
}

impl ObservedOp {
    /// The event at which it took effect at the latest; none where it need not have taken effect at all.
    #[must_use]
    pub fn returned(&self) -> Option<usize> {
        self.end.as_ref().and_then(|(at, end)| matches!(end, End::Ok(_)).then_some(*at))
    }

    /// The answer that the client got.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        match &self.end {
            Some((_, End::Ok(answer))) => Some(answer),
            Some((_, End::Failed | End::Unknown)) | None => None,
        }
    }

    /// Whether it took no effect, for certain.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self.end, Some((_, End::Failed)))
    }

    /// Whether the client had its answer before the other operation was invoked.
    #[must_use]
    pub fn precedes(&self, other: &Self) -> bool {
        self.returned().is_some_and(|returned| returned < other.invoked)
    }
}

impl Observed {
    /// A history without events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the clients of a run saw. A session is a client; an answer that holds siblings is one value of its own kind.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let mut observed = Self::new();
        let mut places = vec![0; history.operations().len()];
        for (at, is_end) in history.steps() {
            let recorded = &history.operations()[at];
            if is_end {
                observed.now = recorded.end.as_ref().map(|(time, _)| *time);
                let outcome = recorded.end.as_ref().map(|(_, outcome)| outcome);
                observed.complete(places[at], end_of(&recorded.operation.update, outcome));
            } else {
                observed.now = Some(recorded.invoked_at);
                let Operation { key, update } = &recorded.operation;
                places[at] = observed.invoke(u64::from(recorded.client.0), Some(key.name().clone()), asked(update));
            }
        }
        observed
    }

    /// Says when the events that follow happen, until it is said anew.
    pub fn pass(&mut self, now: Option<SimTime>) {
        self.now = now;
    }

    /// When an event was, if the history says it.
    #[must_use]
    pub fn time(&self, event: usize) -> Option<SimTime> {
        self.times.get(event).copied().flatten()
    }

    /// Adds the beginning of an operation, after all that is there; its place in [`Observed::ops`].
    pub fn invoke(&mut self, session: u64, key: Option<Arc<str>>, ask: Ask) -> usize {
        let at = self.ops.len();
        self.ops.push(ObservedOp { session, key, ask, invoked: self.events.len(), end: None });
        self.events.push(at);
        self.times.push(self.now);
        at
    }

    /// Adds the end of an operation, after all that is there. A second end of one operation says nothing.
    ///
    /// # Panics
    /// When there is no such operation.
    pub fn complete(&mut self, op: usize, end: End) {
        let event = self.events.len();
        self.ops[op].end.get_or_insert((event, end));
        self.events.push(op);
        self.times.push(self.now);
    }

    /// The operations in the order of their invocations.
    #[must_use]
    pub fn ops(&self) -> &[ObservedOp] {
        &self.ops
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is no event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Each event's operation, with whether it is the end of it.
    pub fn events(&self) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.events.iter().enumerate().map(|(event, &op)| (op, self.ops[op].invoked != event))
    }

    /// The history as it was after so many events: what had not ended is open.
    #[must_use]
    pub fn prefix(&self, events: usize) -> Self {
        let kept = self.ops.iter().filter(|op| op.invoked < events).cloned();
        let cut = |mut op: ObservedOp| {
            op.end = op.end.filter(|(at, _)| *at < events);
            op
        };
        Self {
            ops: kept.map(cut).collect(),
            events: self.events.iter().take(events).copied().collect(),
            times: self.times.iter().take(events).copied().collect(),
            now: self.now,
        }
    }
}

/// What an operation asks for, as checkers see it.
#[must_use]
pub fn asked(update: &Update) -> Ask {
    let optional = |value: &Option<_>| value.as_ref().map_or(Datum::Nil, Datum::from);
    match update {
        Update::Read => Ask::Read,
        Update::Write(value) => Ask::Write(value.into()),
        Update::CompareAndSet { expect, value } => Ask::CompareAndSet { expect: optional(expect), value: value.into() },
        Update::Append(element) => Ask::Append(element.into()),
        Update::Add(amount) => Ask::Add((*amount).into()),
        Update::Delete => Ask::Delete,
        Update::Include(element) => Ask::Include(element.into()),
        Update::Exclude(element) => Ask::Exclude(element.into()),
    }
}

/// How an operation ended, as checkers see it.
#[must_use]
pub fn end_of(update: &Update, outcome: Option<&Outcome>) -> End {
    match outcome {
        Some(Outcome::Ok { values, .. }) if update.is_read() => End::Ok(Answer::Value(Datum::siblings(values))),
        Some(Outcome::Ok { swapped: false, .. }) if matches!(update, Update::CompareAndSet { .. }) => {
            End::Ok(Answer::Mismatch)
        }
        Some(Outcome::Ok { .. }) => End::Ok(Answer::Done),
        Some(Outcome::Failed(_)) => End::Failed,
        Some(Outcome::Unknown) | None => End::Unknown,
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("read"),
            Self::Write(value) => write!(f, "write {value}"),
            Self::CompareAndSet { expect, value } => write!(f, "cas {expect} -> {value}"),
            Self::Append(value) => write!(f, "append {value}"),
            Self::Add(amount) => write!(f, "add {amount:+}"),
            Self::Delete => f.write_str("delete"),
            Self::Include(value) => write!(f, "include {value}"),
            Self::Exclude(value) => write!(f, "exclude {value}"),
            Self::Acquire => f.write_str("acquire"),
            Self::Release => f.write_str("release"),
            Self::Transact(accesses) => write!(f, "txn of {}", accesses.len()),
        }
    }
}

/// The operation with its answer, in few words: `read x -> 3`, `cas x 1 -> 2: mismatch`.
impl fmt::Display for ObservedOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ask.fmt(f)?;
        if let Some(key) = &self.key {
            write!(f, " on {key}")?;
        }
        match &self.end {
            None => f.write_str(": open"),
            Some((_, End::Failed)) => f.write_str(": failed"),
            Some((_, End::Unknown)) => f.write_str(": unknown"),
            Some((_, End::Ok(Answer::Done))) => f.write_str(": ok"),
            Some((_, End::Ok(Answer::Value(value)))) => write!(f, ": returned {value}"),
            Some((_, End::Ok(Answer::Unsaid))) => f.write_str(": ok, value not said"),
            Some((_, End::Ok(Answer::Mismatch))) => f.write_str(": found another value"),
            Some((_, End::Ok(Answer::Transacted(accesses)))) => {
                for (at, access) in accesses.iter().enumerate() {
                    let (name, word, value) = match access {
                        Access::Read(name, value) => (name, "read", value.as_ref()),
                        Access::Write(name, value) => (name, "wrote", Some(value)),
                    };
                    let value = value.map_or("unsaid".to_owned(), Datum::to_string);
                    write!(f, "{} {word} {name} = {value}", if at > 0 { "," } else { ":" })?;
                }
                Ok(())
            }
        }
    }
}
