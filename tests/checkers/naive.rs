//! The checkers against one that tries every order of a tiny history.

use netsplit::check::{
    Answer, Ask, Datum, Model, Observed, Setup, Verdict, linearizable, sequential, sequential_by_search,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::histories::{after, in_session, in_time, registers, replay, setup};

/// Whether some order of some of the operations, with all that were answered, explains the history.
fn exists(observed: &Observed, setup: &Setup, is_first: &dyn Fn(usize, usize) -> bool) -> bool {
    extend(observed, setup, is_first, &mut Vec::new(), &BTreeMap::new())
}

type States = BTreeMap<Option<Arc<str>>, Datum>;

fn extend(
    observed: &Observed,
    setup: &Setup,
    is_first: &dyn Fn(usize, usize) -> bool,
    done: &mut Vec<usize>,
    states: &States,
) -> bool {
    let ops = observed.ops();
    let due: Vec<usize> = (0..ops.len()).filter(|at| ops[*at].returned().is_some() && !done.contains(at)).collect();
    if due.is_empty() {
        return true;
    }
    for (next, op) in ops.iter().enumerate() {
        let waits = due.iter().any(|&other| is_first(other, next));
        if done.contains(&next) || op.has_failed() || waits {
            continue;
        }
        let state = states.get(&op.key).cloned().or(setup.initial.clone()).unwrap_or_default();
        let Some(state) = after(setup.model, &state, &op.ask, op.answer()) else { continue };
        let mut states = states.clone();
        states.insert(op.key.clone(), state);
        done.push(next);
        if extend(observed, setup, is_first, done, &states) {
            return true;
        }
        done.pop();
    }
    false
}

fn agree(
    found: Verdict<Vec<usize>>,
    observed: &Observed,
    setup: &Setup,
    is_first: &dyn Fn(usize, usize) -> bool,
) -> Result<(), TestCaseError> {
    let expected = exists(observed, setup, is_first);
    prop_assert_eq!(found.is_satisfied(), expected, "{:?}", &found);
    prop_assert_eq!(found.is_violated(), !expected);
    if let Verdict::Satisfied(order) = found {
        let replayed = replay(observed, setup, &order, is_first);
        prop_assert!(replayed.is_ok(), "{replayed:?}");
    }
    Ok(())
}

/// The same history, with appends of its values instead of writes, and reads of what was appended.
fn appending(observed: &Observed) -> Observed {
    let mut other = Observed::new();
    let mut places = vec![0; observed.ops().len()];
    let text = |value: &Datum| match value {
        Datum::Int(0) => "ab".into(),
        Datum::Int(1) => "a".into(),
        Datum::Int(_) => "b".into(),
        _ => Datum::Nil,
    };
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        if is_end {
            let mut end = seen.end.clone().expect("it ends").1;
            if let netsplit::check::End::Ok(Answer::Value(value)) = &mut end {
                *value = text(value);
            }
            other.complete(places[op], end);
            continue;
        }
        let ask = match &seen.ask {
            Ask::Write(value) if *value == Datum::Int(0) => Ask::Write("a".into()),
            Ask::Write(value) => Ask::Append(text(value)),
            Ask::CompareAndSet { expect, value } => Ask::CompareAndSet { expect: text(expect), value: text(value) },
            same => same.clone(),
        };
        places[op] = other.invoke(seen.session, seen.key.clone(), ask);
    }
    other
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_200) })]

    #[test]
    fn linearizability_is_what_the_naive_checker_says(observed in registers(7, 1)) {
        let setup = setup(Model::Any, "0");
        agree(linearizable(&observed, &setup), &observed, &setup, &in_time(&observed))?;
    }

    #[test]
    fn linearizability_of_two_keys_is_what_the_naive_checker_says(observed in registers(7, 2)) {
        let setup = setup(Model::Any, "1");
        agree(linearizable(&observed, &setup), &observed, &setup, &in_time(&observed))?;
    }

    #[test]
    fn linearizability_of_appends_is_what_the_naive_checker_says(observed in registers(7, 1)) {
        let (observed, setup) = (appending(&observed), setup(Model::Append, ""));
        agree(linearizable(&observed, &setup), &observed, &setup, &in_time(&observed))?;
    }

    #[test]
    fn sequential_consistency_is_what_the_naive_checker_says(observed in registers(6, 2)) {
        let setup = setup(Model::Any, "0");
        agree(sequential_by_search(&observed, &setup), &observed, &setup, &in_session(&observed))?;
        agree(sequential(&observed, &setup), &observed, &setup, &in_session(&observed))?;
    }

    #[test]
    fn the_first_wrong_end_is_where_the_naive_checker_first_says_no(observed in registers(6, 2)) {
        let setup = setup(Model::Any, "0");
        let is_wrong = |events: &usize| {
            let prefix = observed.prefix(*events);
            !exists(&prefix, &setup, &in_time(&prefix))
        };
        let expected = (0..=observed.len()).find(is_wrong).map(|events| events - 1);
        let found = linearizable(&observed, &setup).violation().map(|violation| violation.event);
        prop_assert_eq!(found, expected);
    }
}
