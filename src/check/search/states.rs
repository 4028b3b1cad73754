//! States and actions by number: each distinct one is kept once, and each step is computed once.

use std::collections::BTreeMap;

use super::memo::PairTable;
use crate::check::model::{Action, is_prefix};
use crate::check::observed::{Ask, Datum};

/// What stands for "cannot be done".
const IMPOSSIBLE: u32 = u32::MAX;
/// The numbers of states of which nobody will ever see what they are: texts, lists, and all else.
const UNSEEN_TEXT: u32 = 0;
const UNSEEN_LIST: u32 = 1;
const UNSEEN: u32 = 2;
/// How many there are of those.
const UNSEEN_COUNT: usize = 3;

/// The states that a search meets and the actions that lead from one to another.
///
/// A state that equals nothing with which an operation compares it, and cannot grow into such a value, is only ever
/// overwritten. All such states of one kind are one: otherwise the orders of appends that nobody reads would be as many
/// states as there are orders.
#[derive(Clone, Debug)]
pub(super) struct States {
    values: Vec<Datum>,
    numbers: BTreeMap<Datum, u32>,
    /// Each action with the object that it is done to.
    actions: Vec<(usize, Action)>,
    action_numbers: BTreeMap<(usize, Action), u32>,
    steps: PairTable,
    compared: Vec<Compared>,
}

/// The values with which an object's operations compare its state.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    /// In order.
    pub(super) values: Vec<Datum>,
    /// Whether states grow by appending.
    pub(super) grows: bool,
    /// Whether operations look at the state in other ways as well: then every state is its own.
    pub(super) is_opaque: bool,
}

impl Compared {
    /// Whether an operation may tell this state, or what it grows into, from others.
    fn is_seen(&self, state: &Datum) -> bool {
        // What begins with a text or list stands right behind it in the order.
        let next = self.values.partition_point(|value| value < state);
        let is_met = |value: &Datum| if self.grows { is_prefix(state, value) } else { value == state };
        self.is_opaque || (self.grows && *state == Datum::Nil) || self.values.get(next).is_some_and(is_met)
    }
}

impl States {
    /// For objects with these comparisons.
    pub(super) fn new(mut compared: Vec<Compared>) -> Self {
        for object in &mut compared {
            object.values.sort_unstable();
            object.values.dedup();
        }
        Self {
            values: vec![Datum::Nil; UNSEEN_COUNT],
            numbers: BTreeMap::new(),
            actions: Vec::new(),
            action_numbers: BTreeMap::new(),
            steps: PairTable::new(),
            compared,
        }
    }

    /// The number of an object's state.
    pub(super) fn number(&mut self, object: usize, value: &Datum) -> u32 {
        if !self.compared[object].is_seen(value) {
            return match value {
                Datum::Text(_) => UNSEEN_TEXT,
                Datum::List(_) => UNSEEN_LIST,
                _ => UNSEEN,
            };
        }
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    /// The number of an action on an object.
    pub(super) fn action(&mut self, object: usize, action: Action) -> u32 {
        let next = self.actions.len() as u32;
        let entry = (object, action);
        let number = *self.action_numbers.entry(entry.clone()).or_insert(next);
        if number == next {
            self.actions.push(entry);
        }
        number
    }

    /// The value of a state; none where it is one of those that nobody sees.
    pub(super) fn value(&self, state: u32) -> Option<&Datum> {
        self.values.get(state as usize).filter(|_| state as usize >= UNSEEN_COUNT)
    }

    /// The state after an action; none if it cannot be done there.
    pub(super) fn step(&mut self, state: u32, action: u32) -> Option<u32> {
        let next = self.steps.get(state, action).unwrap_or_else(|| {
            let next = self.compute(state, action).unwrap_or(IMPOSSIBLE);
            self.steps.insert(state, action, next);
            next
        });
        (next != IMPOSSIBLE).then_some(next)
    }

    fn compute(&mut self, state: u32, action: u32) -> Option<u32> {
        let (object, action) = &self.actions[action as usize];
        let object = *object;
        let next = match self.value(state) {
            Some(value) => action.step(value)?,
            None => return self.step_unseen(state, object, &action.clone()),
        };
        Some(self.number(object, &next))
    }

    /// From a state that equals nothing with which it is compared.
    fn step_unseen(&mut self, state: u32, object: usize, action: &Action) -> Option<u32> {
        match &action.ask {
            Ask::Write(value) => Some(self.number(object, value)),
            Ask::Delete => Some(self.number(object, &Datum::Nil)),
            Ask::Append(Datum::Text(_)) if state == UNSEEN_TEXT => Some(state),
            Ask::Append(_) if state == UNSEEN_LIST => Some(state),
            Ask::CompareAndSet { .. } if action.is_read_only() => Some(state),
            _ => None,
        }
    }
}
