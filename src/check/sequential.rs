//! Sequential consistency: one order of all operations in which every answer is right and each session keeps its own
//! order (Lamport, "How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs", IEEE ToC 1979).
//! Time does not matter, so keys cannot be checked apart.

use std::collections::BTreeMap;

use super::linearizable::linearizable;
use super::observed::Observed;
use super::search::{Found, Task, TaskOp, search};
use super::setup::{Setup, objects, task_op};
use super::verdict::{Undecided, Verdict, Violation};

/// Checks a history. What takes effect is as for [`linearizable`], which is tried first: what is linearizable is
/// sequentially consistent, and a linearization is quickly found or refuted.
///
/// Within a session, an operation that had its answer before another began comes before it. One without an answer may
/// take effect after those that follow it.
///
/// A no names the first operation that the longest order of the search had to leave out. What is sequentially consistent
/// now may not have been before: a read may be explained by a write that comes later.
#[must_use]
pub fn sequential(observed: &Observed, setup: &Setup) -> Verdict<Vec<usize>> {
    match linearizable(observed, setup) {
        Verdict::Satisfied(order) => Verdict::Satisfied(order),
        Verdict::Violated(_) | Verdict::Undecided(_) => sequential_by_search(observed, setup),
    }
}

/// The same by nothing but its own search, for those who compare.
#[must_use]
pub fn sequential_by_search(observed: &Observed, setup: &Setup) -> Verdict<Vec<usize>> {
    let mut lanes: BTreeMap<u64, usize> = BTreeMap::new();
    for op in observed.ops() {
        let next = lanes.len();
        lanes.entry(op.session).or_insert(next);
    }
    let mut ops = Vec::new();
    let mut initial = Vec::new();
    for (number, object) in objects(observed).into_iter().enumerate() {
        initial.push(setup.initial(object.key));
        for id in object.ops {
            let op = &observed.ops()[id];
            let lane = lanes[&op.session];
            ops.extend(task_op(op, setup.model, observed.len()).map(|op| TaskOp { id, lane, object: number, ..op }));
        }
    }
    match search(&Task { ops, lanes: lanes.len(), initial }, setup.budget) {
        Found::Order(order) => Verdict::Satisfied(order),
        Found::Spent => Verdict::Undecided(Undecided::Budget(setup.budget)),
        Found::Nothing { stuck, .. } => {
            let event = observed.ops()[stuck].returned().unwrap_or(observed.len());
            Verdict::Violated(Violation { operation: stuck, event, against: Vec::new() })
        }
    }
}
