//! States and actions by number: each distinct one is kept once, and each step is computed once.

use std::collections::BTreeMap;

use super::memo::PairTable;
use crate::check::model::Action;
use crate::check::observed::Datum;

/// What stands for "cannot be done".
const IMPOSSIBLE: u32 = u32::MAX;

/// The states that a search meets and the actions that lead from one to another.
#[derive(Clone, Debug)]
pub(super) struct States {
    values: Vec<Datum>,
    numbers: BTreeMap<Datum, u32>,
    actions: Vec<Action>,
    action_numbers: BTreeMap<Action, u32>,
    steps: PairTable,
}

impl States {
    pub(super) fn new() -> Self {
        Self {
            values: Vec::new(),
            numbers: BTreeMap::new(),
            actions: Vec::new(),
            action_numbers: BTreeMap::new(),
            steps: PairTable::new(),
        }
    }

    /// The number of a state.
    pub(super) fn number(&mut self, value: &Datum) -> u32 {
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    /// The number of an action.
    pub(super) fn action(&mut self, action: Action) -> u32 {
        let next = self.actions.len() as u32;
        let number = *self.action_numbers.entry(action.clone()).or_insert(next);
        if number == next {
            self.actions.push(action);
        }
        number
    }

    pub(super) fn value(&self, state: u32) -> &Datum {
        &self.values[state as usize]
    }

    /// The state after an action; none if it cannot be done there.
    pub(super) fn step(&mut self, state: u32, action: u32) -> Option<u32> {
        let next = self.steps.get(state, action).unwrap_or_else(|| {
            let next = self.actions[action as usize].step(&self.values[state as usize]);
            let next = next.map_or(IMPOSSIBLE, |value| self.number(&value));
            self.steps.insert(state, action, next);
            next
        });
        (next != IMPOSSIBLE).then_some(next)
    }
}
