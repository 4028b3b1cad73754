//! Histories: what clients asked for and what they were told, derived from the trace. Checkers read nothing else. Knows
//! no node and no message.

mod export;

pub use export::{Dialect, HistoryEvent, HistoryKind, HistoryValue};

use std::collections::BTreeMap;

use crate::base::{ClientId, OpId, SimDuration, SimTime};
use crate::protocol::Operation;
use crate::sim::{Kind, Outcome, Record};

/// What the clients of one run saw, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    operations: Vec<Recorded>,
    /// Beginnings and ends in the order of the trace: two at one time are still one before the other.
    steps: Vec<Step>,
}

/// One operation, as its client saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number.
    pub id: OpId,
    /// Whose it is.
    pub client: ClientId,
    /// What was asked.
    pub operation: Operation,
    /// When it was invoked.
    pub invoked_at: SimTime,
    /// When and how it ended; none while it is open.
    pub end: Option<(SimTime, Outcome)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    /// The operation's place in the list.
    at: usize,
    is_end: bool,
}

impl History {
    /// The history in a trace, whatever its messages and notes are.
    pub fn of<B, N>(records: impl IntoIterator<Item = Record<B, N>>) -> Self {
        let mut history = Self::default();
        let mut places: BTreeMap<OpId, usize> = BTreeMap::new();
        for record in records {
            let time = record.moment.time;
            match record.kind {
                Kind::Invoked { op, client, operation } => {
                    let at = history.operations.len();
                    places.insert(op, at);
                    history.operations.push(Recorded { id: op, client, operation, invoked_at: time, end: None });
                    history.steps.push(Step { at, is_end: false });
                }
                Kind::Ended { op, outcome } => {
                    if let Some(&at) = places.get(&op) {
                        history.operations[at].end = Some((time, outcome));
                        history.steps.push(Step { at, is_end: true });
                    }
                }
                _ => {}
            }
        }
        history
    }

    /// The operations in the order of their invocations.
    #[must_use]
    pub fn operations(&self) -> &[Recorded] {
        &self.operations
    }

    /// Beginnings and ends in the order of the trace: the operation's place, and whether it is its end.
    pub(super) fn steps(&self) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.steps.iter().map(|step| (step.at, step.is_end))
    }

    /// How long each operation took, in ascending order; an open one counts at its age at `now`.
    #[must_use]
    pub fn latencies(&self, now: SimTime) -> Vec<SimDuration> {
        let length =
            |operation: &Recorded| operation.end.as_ref().map_or(now, |(time, _)| *time).since(operation.invoked_at);
        let mut all: Vec<SimDuration> = self.operations.iter().map(length).collect();
        all.sort_unstable();
        all
    }
}
