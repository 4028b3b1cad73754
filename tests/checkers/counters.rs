//! Counters within their bounds.

use netsplit::check::{
    Answer, Ask, CounterRead, Datum, End, LiveCounters, Model, Observed, Undecided, Verdict, counter_bounds,
};
use proptest::prelude::*;

use crate::histories::{registers, setup, told};
use crate::sets::cases;

/// Each read with its bounds, and which is the first that is out of them.
fn bounds(events: &[&str], initial: &str) -> (Vec<[i128; 3]>, Option<usize>) {
    let found = counter_bounds(&told(events), &setup(Model::Any, initial));
    let verdict = found.verdict();
    assert!(!matches!(verdict, Verdict::Undecided(_)), "{verdict:?}");
    let reads = found.reads().map(|read| [read.lower, read.value.expect("it is a number"), read.upper]);
    (reads.collect(), verdict.violation().map(|violation| violation.operation))
}

#[test]
fn a_read_lies_between_what_is_sure_and_what_may_be() {
    // W12: two nodes read 5 and write 6. A counter that merges has 7.
    let both = ["0 add n 1", "1 add n 1", "0 ok", "1 ok", "2 r n"];
    assert_eq!(bounds(&[&both[..], &["2 ok 6"]].concat(), "5"), (vec![[7, 6, 7]], Some(2)));
    assert_eq!(bounds(&[&both[..], &["2 ok 7"]].concat(), "5"), (vec![[7, 7, 7]], None));
    let beside = ["0 add n 1", "0 ok", "2 r n", "0 add n 5", "2 ok 3", "0 ok"];
    assert_eq!(bounds(&beside, "nil"), (vec![[1, 3, 6]], None), "between its parts nothing is said");
    assert_eq!(bounds(&["0 add n 1", "0 info", "2 r n", "2 ok 2"], "0"), (vec![[0, 2, 1]], Some(1)));
    assert_eq!(bounds(&["0 add n 1", "0 info", "2 r n", "2 ok 0"], "0"), (vec![[0, 0, 1]], None), "unknown");
    assert_eq!(bounds(&["0 add n 1", "0 fail", "2 r n", "2 ok 1"], "0"), (vec![[0, 1, 0]], Some(1)), "failed");
}

#[test]
fn additions_of_both_signs_have_their_bounds_too() {
    let both = ["0 add n 5", "0 ok", "0 add n -2", "0 info", "1 r n"];
    for (read, is_wrong) in [("1 ok 5", false), ("1 ok 3", false), ("1 ok 2", true), ("1 ok 6", true)] {
        let (_, wrong) = bounds(&[&both[..], &[read]].concat(), "0");
        assert_eq!(wrong.is_some(), is_wrong, "{read}");
    }
    let sure = ["0 add n -2", "0 ok", "1 r n", "1 ok 0"];
    assert_eq!(bounds(&sure, "0"), (vec![[-2, 0, -2]], Some(1)));
}

#[test]
fn an_addition_that_fails_in_the_end_was_never_there() {
    let events = ["0 add n 1", "1 r n", "1 ok 1", "0 fail"];
    let verdict = counter_bounds(&told(&events), &setup(Model::Any, "nil")).verdict();
    let violation = verdict.violation().expect("nobody had added it");
    assert_eq!((violation.operation, violation.event), (1, 3));
}

#[test]
fn what_is_no_counter_is_left_out() {
    let verdict = |events: &[&str], initial| counter_bounds(&told(events), &setup(Model::Any, initial)).verdict();
    let undecided = Verdict::Undecided(Undecided::NotACounter);
    assert_eq!(verdict(&["0 w x 1", "0 ok", "1 r x", "1 ok 7"], "nil"), undecided);
    assert_eq!(verdict(&["0 add n 1", "0 ok"], "a"), undecided, "it begins as text");
    assert!(verdict(&["0 w x 1", "0 ok", "0 add n 1", "0 ok", "1 r n", "1 ok 7"], "nil").is_violated());
    assert!(verdict(&["0 add n 1", "0 ok", "1 r n", "1 ok a"], "nil").is_violated(), "that is no number");
}

#[test]
fn jepsen_s_counters_get_their_verdicts() {
    for (id, observed, expect) in cases("counter_bounds_vectors.dev.jsonl", Model::Any) {
        let found = counter_bounds(&observed, &setup(Model::Any, "0"));
        let shown = |read: &CounterRead| [read.lower, read.value.expect("it is a number"), read.upper];
        let reads: Vec<[i128; 3]> = found.reads().map(shown).collect();
        let errors: Vec<[i128; 3]> = found.reads().filter(|read| !read.is_within()).map(shown).collect();
        let listed = |name: &str| -> Vec<[i128; 3]> { serde_json::from_value(expect[name].clone()).expect("bounds") };
        assert_eq!((reads, errors), (listed("reads"), listed("errors")), "{id}");
        assert_eq!(found.verdict().is_satisfied(), expect["valid"], "{id}");
    }
}

/// The same history with additions for writes.
fn counting(observed: &Observed) -> Observed {
    let mut other = Observed::new();
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        if is_end {
            let end = match seen.end.clone().expect("it ends").1 {
                End::Ok(Answer::Mismatch) => End::Ok(Answer::Done),
                same => same,
            };
            other.complete(op, end);
            continue;
        }
        let ask = match &seen.ask {
            Ask::Read => Ask::Read,
            Ask::Write(Datum::Int(amount)) => Ask::Add(*amount),
            Ask::CompareAndSet { .. } => Ask::Add(2),
            _ => Ask::Add(-1),
        };
        other.invoke(seen.session, seen.key.clone(), ask);
    }
    other
}

/// By trying every part of what may have been added: is there one sum below and one above? For each read alone.
fn naive(observed: &Observed) -> bool {
    observed.ops().iter().all(|read| {
        let (Ask::Read, Some(Answer::Value(value))) = (&read.ask, read.answer()) else { return true };
        let value = if let Datum::Int(number) = value { *number } else { 0 };
        let mut sums = vec![0];
        for op in observed.ops().iter().filter(|op| op.key == read.key && !op.has_failed()) {
            let Ask::Add(amount) = op.ask else { continue };
            if op.precedes(read) {
                sums.iter_mut().for_each(|sum| *sum += amount);
            } else if !read.precedes(op) {
                sums.extend(sums.clone().iter().map(|sum| sum + amount));
            }
        }
        sums.iter().any(|sum| *sum <= value) && sums.iter().any(|sum| *sum >= value)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn bounds_are_what_all_sums_say_at_every_prefix(observed in registers(12, 2)) {
        let observed = counting(&observed);
        let setup = setup(Model::Any, "0");
        let mut live = LiveCounters::new(setup.clone());
        for (event, verdict) in live.follow(&observed).enumerate() {
            let prefix = observed.prefix(event + 1);
            prop_assert_eq!(&verdict, &counter_bounds(&prefix, &setup).verdict());
            prop_assert_eq!(verdict.is_satisfied(), naive(&prefix), "after event {}", event);
            if netsplit::check::linearizable(&prefix, &setup).is_satisfied() {
                prop_assert!(verdict.is_satisfied(), "what is linearizable is within its bounds");
            }
        }
    }
}
