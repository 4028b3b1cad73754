//! Sequential consistency of small histories.

use netsplit::check::{Model, Setup, Undecided, Verdict, linearizable, sequential, sequential_by_search};

use crate::histories::{in_session, replay, setup, told};

fn holds(events: &[&str]) -> bool {
    let (observed, setup) = (told(events), setup(Model::Any, "nil"));
    let verdicts = [sequential(&observed, &setup), sequential_by_search(&observed, &setup)];
    for verdict in &verdicts {
        if let Verdict::Satisfied(order) = verdict {
            replay(&observed, &setup, order, in_session(&observed)).expect("the order explains the history");
        }
    }
    assert_eq!(verdicts[0].is_satisfied(), verdicts[1].is_satisfied());
    assert!(verdicts.iter().all(|verdict| !matches!(verdict, Verdict::Undecided(_))));
    verdicts[0].is_satisfied()
}

#[test]
fn others_may_see_late_but_nobody_sees_backwards() {
    assert!(holds(&["0 w x 1", "0 ok", "1 r x", "1 ok nil"]));
    assert!(!holds(&["0 w x 1", "0 ok", "0 r x", "0 ok nil"]));
    assert!(!holds(&["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 r x", "1 ok nil"]));
}

#[test]
fn all_see_one_order() {
    let two = |last: &str| {
        let events = [
            "0 w x 1", "0 ok", "1 w x 2", "1 ok", "2 r x", "2 ok 1", "2 r x", "2 ok 2", "3 r x", "3 ok 2", "3 r x",
            last,
        ];
        holds(&events)
    };
    assert!(two("3 ok 2"));
    assert!(!two("3 ok 1"));
}

#[test]
fn keys_cannot_be_checked_apart() {
    // Each key alone is sequentially consistent (Herlihy and Wing 1990, section 3.3, with registers).
    let crossed = ["0 w x 1", "0 ok", "1 w y 1", "1 ok", "0 r y", "0 ok nil", "1 r x", "1 ok nil"];
    assert!(!holds(&crossed));
    assert!(holds(&["0 w x 1", "0 ok", "1 w y 1", "1 ok", "0 r y", "0 ok 1", "1 r x", "1 ok nil"]));
}

#[test]
fn a_write_that_comes_later_may_explain_an_earlier_read() {
    let future = ["0 r x", "0 ok 1", "1 w x 1"];
    assert!(holds(&future));
    assert!(!holds(&future[..2]), "the same history, cut off, is not consistent");
}

#[test]
fn after_unknown_a_session_goes_on_without_waiting() {
    // The write takes effect after the read that its client made next.
    assert!(holds(&["0 w x 1", "0 info", "0 r x", "0 ok nil", "1 r x", "1 ok 1"]));
    assert!(!holds(&["0 w x 1", "0 ok", "0 r x", "0 ok nil", "1 r x", "1 ok 1"]));
}

#[test]
fn the_operation_that_no_order_takes_in_is_named() {
    let observed = told(&["0 w x 1", "0 ok", "0 r x", "0 ok nil", "1 w x 5", "1 ok"]);
    let verdict = sequential(&observed, &setup(Model::Any, "nil"));
    assert_eq!(verdict.violation().map(|violation| violation.operation), Some(1));
}

#[test]
fn a_budget_that_runs_out_is_said() {
    let events = ["0 w x 1", "0 ok", "1 w x 2", "1 ok", "2 r x", "2 ok 2", "2 r x", "2 ok 1", "2 r x", "2 ok 2"];
    let (observed, tight) = (told(&events), Setup { budget: 3, ..setup(Model::Any, "nil") });
    assert_eq!(sequential(&observed, &tight), Verdict::Undecided(Undecided::Budget(3)));
    assert!(linearizable(&observed, &setup(Model::Any, "nil")).is_violated());
    assert!(!holds(&events));
}
