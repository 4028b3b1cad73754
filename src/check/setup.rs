//! What a checker needs to know besides the history: the kind of object, what it holds at first, and how long to search.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::Model;
use super::observed::{Datum, Observed, ObservedOp};
use super::search::TaskOp;
use crate::base::SimDuration;

/// How a history is to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What kind of object every key is.
    pub model: Model,
    /// What every key holds at the start, unless `data` says otherwise; none for what the model says.
    pub initial: Option<Datum>,
    /// What some keys hold at the start.
    pub data: BTreeMap<Arc<str>, Datum>,
    /// The steps that a search may take: for each key, or for the whole history where its keys cannot be taken apart.
    pub budget: u64,
    /// How long after the last write all replicas should hold the same.
    pub settle: SimDuration,
}

impl Setup {
    /// Enough for what people produce, and it ends within seconds on what it is not enough for.
    pub const BUDGET: u64 = 5_000_000;

    /// By then, what is sent once a second has been sent, and has come.
    pub const SETTLE: SimDuration = SimDuration::from_secs(2);

    /// A setup for one kind of object, empty at the start.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self { model, initial: None, data: BTreeMap::new(), budget: Self::BUDGET, settle: Self::SETTLE }
    }

    /// The same with another start for every key.
    #[must_use]
    pub fn with_initial(mut self, initial: Datum) -> Self {
        self.initial = Some(initial);
        self
    }

    /// What a key holds at the start, as its kind of object sees it.
    pub(super) fn initial(&self, key: Option<&Arc<str>>) -> Datum {
        let own = key.and_then(|key| self.data.get(key)).or(self.initial.as_ref());
        self.model.canonical(own.unwrap_or(&self.model.initial()))
    }
}

/// The operations on one object.
#[derive(Clone, Debug)]
pub(super) struct Object<'o> {
    pub(super) key: Option<&'o Arc<str>>,
    /// Places in the history's list, in the order of their invocations.
    pub(super) ops: Vec<usize>,
}

/// The objects of a history, in the order of their names.
pub(super) fn objects(observed: &Observed) -> Vec<Object<'_>> {
    let mut all: BTreeMap<Option<&Arc<str>>, Object<'_>> = BTreeMap::new();
    for (at, op) in observed.ops().iter().enumerate() {
        let key = op.key.as_ref();
        let object = all.entry(key).or_insert_with(|| Object { key, ops: Vec::new() });
        object.ops.push(at);
    }
    all.into_values().collect()
}

/// The operation as a search takes it, when so many events have happened; none where it has no part in an order.
pub(super) fn task_op(op: &ObservedOp, model: Model, events: usize) -> Option<TaskOp> {
    let end = op.end.as_ref().filter(|(at, _)| *at < events);
    if op.invoked >= events || (end.is_some() && op.has_failed()) {
        return None;
    }
    let answer = end.and(op.answer());
    let action = model.canonical_action(&op.ask, answer);
    if action.is_idle() {
        return None;
    }
    let returned = answer.and(op.returned()).map(|at| at as u32);
    Some(TaskOp { id: 0, lane: 0, object: 0, action, call: op.invoked as u32, returned })
}
