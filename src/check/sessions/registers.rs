//! A history of registers by session: who wrote which value, what each session has seen and written, and in what order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::observed::{Datum, Observed, ObservedOp};
use crate::check::setup::Setup;

/// A key by its place in the order of the names.
pub(super) type KeyId = usize;

/// The history, looked at as registers.
pub(super) struct Registers<'o> {
    pub(super) observed: &'o Observed,
    /// What each key holds at the start.
    initial: Vec<Datum>,
    /// Who may have written a value.
    writers: BTreeMap<(KeyId, Datum), Vec<usize>>,
    pub(super) sessions: BTreeMap<u64, Session>,
    /// Whether some key has operations that no register has. Those keys are left out.
    pub(super) has_others: bool,
}

/// What one session did.
#[derive(Default)]
pub(super) struct Session {
    /// What it saw, in the order of its operations: of several at once only one, since they have no order.
    pub(super) sights: Vec<Sight>,
    /// Its acknowledged writes, by key.
    pub(super) acknowledged: BTreeMap<KeyId, Timeline>,
}

/// An operation that returned what a register held.
pub(super) struct Sight {
    pub(super) op: usize,
    pub(super) key: KeyId,
    /// The value, or those that stood side by side.
    pub(super) values: Vec<Datum>,
    /// The events of its beginning and end.
    pub(super) call: usize,
    pub(super) returned: usize,
}

/// Operations by their ends, each with the one of all so far that began last.
#[derive(Default)]
pub(super) struct Timeline {
    ends: Vec<(usize, usize, usize)>,
}

impl Timeline {
    /// Adds an operation; to be followed by [`Timeline::close`].
    fn add(&mut self, op: usize, call: usize, returned: usize) {
        self.ends.push((returned, call, op));
    }

    fn close(&mut self) {
        self.ends.sort_unstable();
        let mut latest = (0, 0);
        for (_, call, op) in &mut self.ends {
            latest = latest.max((*call, *op));
            (*call, *op) = latest;
        }
    }

    /// Of the operations that had ended before an event, the beginning of the one that began last, and which it is.
    pub(super) fn latest_before(&self, event: usize) -> Option<(usize, usize)> {
        let count = self.ends.partition_point(|&(returned, ..)| returned < event);
        count.checked_sub(1).map(|at| (self.ends[at].1, self.ends[at].2))
    }
}

/// Where a value may have come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// It was there at the start.
    Initial,
    /// An operation wrote it.
    Write(usize),
}

impl<'o> Registers<'o> {
    pub(super) fn new(observed: &'o Observed, setup: &Setup) -> Self {
        let mut keys: BTreeMap<Option<&Arc<str>>, bool> = BTreeMap::new();
        for op in observed.ops() {
            *keys.entry(op.key.as_ref()).or_insert(true) &= op.ask.is_of_register();
        }
        let initial = keys.keys().map(|key| setup.initial(*key)).collect();
        let has_others = keys.values().any(|is_register| !is_register);
        let places: BTreeMap<Option<&Arc<str>>, KeyId> = keys
            .iter()
            .enumerate()
            .filter(|(_, (_, is_register))| **is_register)
            .map(|(at, (key, _))| (*key, at))
            .collect();
        let mut registers = Self { observed, initial, writers: BTreeMap::new(), sessions: BTreeMap::new(), has_others };
        for (at, op) in observed.ops().iter().enumerate() {
            if let Some(&key) = places.get(&op.key.as_ref()) {
                registers.note(at, op, key);
            }
        }
        for session in registers.sessions.values_mut() {
            session.acknowledged.values_mut().for_each(Timeline::close);
        }
        registers
    }

    fn note(&mut self, at: usize, op: &ObservedOp, key: KeyId) {
        let session = self.sessions.entry(op.session).or_default();
        if let (Some(value), Some(returned)) = (op.saw(), op.returned()) {
            let is_after = session.sights.last().is_none_or(|last| last.returned < op.invoked);
            if is_after {
                let values = value.alternatives().to_vec();
                session.sights.push(Sight { op: at, key, values, call: op.invoked, returned });
            }
        }
        let Some(value) = op.written() else { return };
        self.writers.entry((key, value.clone())).or_default().push(at);
        if let Some(returned) = op.returned() {
            session.acknowledged.entry(key).or_default().add(at, op.invoked, returned);
        }
    }

    /// Who may have written a value, in the order of their beginnings.
    pub(super) fn writers(&self, key: KeyId, value: &Datum) -> &[usize] {
        self.writers.get(&(key, value.clone())).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_initial(&self, key: KeyId, value: &Datum) -> bool {
        self.initial[key] == *value
    }

    /// Every source that a value can have for this operation, which is not its own.
    pub(super) fn sources(&self, sight: &Sight, value: &Datum) -> impl Iterator<Item = Source> {
        let initial = self.is_initial(sight.key, value).then_some(Source::Initial);
        let own = sight.op;
        let writers = self.writers(sight.key, value).iter().filter(move |op| **op != own);
        initial.into_iter().chain(writers.map(|&op| Source::Write(op)))
    }

    /// The only write that can have made this value; none where there are several, or it was there at the start.
    pub(super) fn only_writer(&self, sight: &Sight, value: &Datum) -> Option<usize> {
        let mut sources = self.sources(sight, value);
        match (sources.next(), sources.next()) {
            (Some(Source::Write(op)), None) => Some(op),
            _ => None,
        }
    }

    pub(super) fn op(&self, at: usize) -> &'o ObservedOp {
        &self.observed.ops()[at]
    }
}
