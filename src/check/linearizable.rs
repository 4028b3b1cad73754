//! Linearizability: every operation seems to happen at one moment between its beginning and its end (Herlihy and Wing,
//! "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990). Each key is checked alone, which is
//! enough (locality, section 3.3 there).

mod live;

pub use live::LiveLinearizability;

use super::observed::Observed;
use super::search::{Found, Task, search};
use super::setup::{Object, Setup, objects, task_op};
use super::verdict::{Undecided, Verdict, Violation};

/// Checks a history.
///
/// Operations without an answer may take effect at any time after their invocation, or never; failed ones never do;
/// reads of which nobody knows what they found are passed over. Shown for a yes: an order of all other operations that
/// took effect, as places in [`Observed::ops`], that keeps the order of real time and in which every answer is right.
///
/// A no names the first end after which the history so far is not linearizable: of all keys that go wrong, the earliest.
/// Where a key needs more steps than [`Setup::budget`] and no other key goes wrong, the answer is undecided.
#[must_use]
pub fn linearizable(observed: &Observed, setup: &Setup) -> Verdict<Vec<usize>> {
    let mut orders = Vec::new();
    let mut first: Option<Violation> = None;
    let mut is_spent = false;
    for object in objects(observed) {
        match check_object(observed, &object, setup) {
            Found::Order(order) => orders.push(order),
            Found::Spent => is_spent = true,
            Found::Nothing { reached, .. } => {
                let event = first_impossible(observed, &object, setup, reached as usize);
                if first.as_ref().is_none_or(|violation| event < violation.event) {
                    let operation = operation_of(observed, &object, event);
                    first = Some(Violation { operation, event, against: Vec::new() });
                }
            }
        }
    }
    match first {
        Some(violation) => Verdict::Violated(violation),
        None if is_spent => Verdict::Undecided(Undecided::Budget(setup.budget)),
        None => Verdict::Satisfied(merged(observed, orders)),
    }
}

fn check_object(observed: &Observed, object: &Object<'_>, setup: &Setup) -> Found {
    search_prefix(observed, object, setup, observed.len())
}

fn search_prefix(observed: &Observed, object: &Object<'_>, setup: &Setup, events: usize) -> Found {
    let ops = object.ops.iter().filter_map(|&id| {
        let op = task_op(&observed.ops()[id], setup.model, events)?;
        Some(super::search::TaskOp { id, ..op })
    });
    let initial = vec![setup.initial(object.key)];
    search(&Task { ops: ops.collect(), lanes: 1, initial }, setup.budget)
}

/// The first end of an operation after which the history so far is not linearizable.
///
/// All before `reached` is: the search got so far, and what it knew of later answers only held it back. Since what has
/// gone wrong stays wrong, steps that double and then halve find the place.
fn first_impossible(observed: &Observed, object: &Object<'_>, setup: &Setup, reached: usize) -> usize {
    let mut ends: Vec<usize> =
        object.ops.iter().filter_map(|&op| observed.ops()[op].end.as_ref().map(|(at, _)| *at)).collect();
    ends.sort_unstable();
    // Where the steps are not enough, the later place is certain and the earlier one is not.
    let is_wrong = |end: usize| matches!(search_prefix(observed, object, setup, end + 1), Found::Nothing { .. });
    let start = ends.partition_point(|&end| end < reached);
    let (mut low, mut stride) = (start, 1);
    let mut high = ends.len() - 1;
    while low < high {
        let middle = (low + stride - 1).min(high);
        if middle == high {
            break;
        }
        if is_wrong(ends[middle]) {
            high = middle;
            break;
        }
        low = middle + 1;
        stride *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if is_wrong(ends[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    ends[high]
}

fn operation_of(observed: &Observed, object: &Object<'_>, event: usize) -> usize {
    let ends_here = |&&op: &&usize| observed.ops()[op].end.as_ref().is_some_and(|(at, _)| *at == event);
    *object.ops.iter().find(ends_here).expect("the event is the end of one of the operations")
}

/// One order of all from one of each key.
///
/// An operation gets as its moment the latest beginning among those that its key has before it and its own: that is
/// before all ends that come after it, so that the order by moments keeps each key's order and that of real time.
fn merged(observed: &Observed, orders: Vec<Vec<usize>>) -> Vec<usize> {
    if orders.len() == 1 {
        return orders.into_iter().flatten().collect();
    }
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for (key, order) in orders.iter().enumerate() {
        let mut moment = 0;
        for &op in order {
            moment = moment.max(observed.ops()[op].invoked);
            all.push((moment, key, op));
        }
    }
    // The sort is stable: within a key, what has one moment stays in its order.
    all.sort_by_key(|&(moment, key, _)| (moment, key));
    all.into_iter().map(|(_, _, op)| op).collect()
}
