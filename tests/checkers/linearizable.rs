//! Linearizability of small histories that anybody can follow.

use netsplit::check::{Model, Setup, Undecided, Verdict, linearizable};

use crate::histories::{in_time, replay, setup, told};

/// The event at which it goes wrong; none if it is linearizable, with an order that is then replayed.
fn wrong_at(events: &[&str], setup: &Setup) -> Option<usize> {
    let observed = told(events);
    match linearizable(&observed, setup) {
        Verdict::Satisfied(order) => {
            replay(&observed, setup, &order, in_time(&observed)).expect("the order explains the history");
            None
        }
        Verdict::Violated(violation) => Some(violation.event),
        Verdict::Undecided(why) => panic!("{why}"),
    }
}

fn any(events: &[&str]) -> Option<usize> {
    wrong_at(events, &setup(Model::Any, "nil"))
}

#[test]
fn a_stale_read_is_wrong_and_one_at_the_same_time_is_not() {
    assert_eq!(any(&["0 w x 1", "0 ok", "1 r x", "1 ok nil"]), Some(3));
    assert_eq!(any(&["0 w x 1", "1 r x", "0 ok", "1 ok nil"]), None);
    assert_eq!(any(&["0 w x 1", "1 r x", "1 ok 1", "2 r x", "0 ok", "2 ok nil"]), Some(5), "what was seen stays");
}

#[test]
fn what_is_unknown_may_happen_late_or_never() {
    assert_eq!(any(&["0 w x 1", "0 info", "1 r x", "1 ok nil", "1 r x", "1 ok 1"]), None);
    assert_eq!(any(&["0 w x 1", "0 info", "1 r x", "1 ok 1", "1 r x", "1 ok nil"]), Some(5));
    assert_eq!(any(&["0 w x 1", "1 r x", "1 ok 1"]), None, "an open one may have happened");
    let twice = ["0 w x 1", "0 info", "1 w x 2", "1 ok", "1 r x", "1 ok 1", "1 w x 3", "1 ok", "1 r x", "1 ok 1"];
    assert_eq!(any(&twice), Some(9), "it happens once");
    let two =
        ["3 w x 1", "0 w x 1", "0 info", "1 w x 2", "1 ok", "1 r x", "1 ok 1", "1 w x 3", "1 ok", "1 r x", "1 ok 1"];
    assert_eq!(any(&two), None, "two of them may happen twice");
}

#[test]
fn what_failed_did_not_happen() {
    assert_eq!(any(&["0 w x 1", "0 fail", "1 r x", "1 ok nil"]), None);
    assert_eq!(any(&["0 w x 1", "0 fail", "1 r x", "1 ok 1"]), Some(3));
    assert_eq!(any(&["0 w x 1", "1 r x", "1 ok 1", "0 fail"]), Some(3), "seen, and then said not to have been");
}

#[test]
fn a_compare_and_set_says_something_either_way() {
    assert_eq!(any(&["0 w x 1", "0 ok", "1 cas x 1 2", "1 ok", "2 r x", "2 ok 2"]), None);
    assert_eq!(any(&["0 w x 1", "0 ok", "1 cas x 2 3", "1 ok"]), Some(3));
    assert_eq!(any(&["0 w x 1", "0 ok", "1 cas x 1 3", "1 no"]), Some(3), "it would have matched");
    assert_eq!(any(&["0 cas x nil 3", "0 ok", "1 r x", "1 ok 3"]), None);
    let open = ["0 w x 1", "0 ok", "1 cas x 1 2", "2 r x", "2 ok 2", "1 no"];
    assert_eq!(any(&open), Some(5), "it was seen to have happened");
    assert_eq!(any(&["0 w x 1", "0 ok", "1 cas x 1 2", "2 w x 3", "1 no", "2 ok"]), None);
}

#[test]
fn an_early_answer_of_a_long_read_counts() {
    let late = ["0 r x", "1 w x 1", "1 ok", "1 w x 2", "1 ok", "0 ok 1"];
    assert_eq!(any(&late), None);
    assert_eq!(any(&["1 w x 1", "1 ok", "1 w x 2", "1 ok", "0 r x", "0 ok 1"]), Some(5));
}

#[test]
fn appending_deleting_and_adding() {
    let append = |events: &[&str]| wrong_at(events, &setup(Model::Append, ""));
    assert_eq!(append(&["0 r k", "0 ok nil", "0 app k a", "0 ok", "0 r k", "0 ok a"]), None);
    let both = ["0 app k a", "1 app k b", "0 ok", "1 ok", "2 r k", "2 ok ba", "2 app k c", "2 ok", "2 r k", "2 ok bac"];
    assert_eq!(append(&both), None);
    assert_eq!(append(&["0 app k a", "0 ok", "1 app k b", "1 ok", "2 r k", "2 ok ba"]), Some(5));
    assert_eq!(append(&["0 app k a", "0 ok", "0 w k z", "0 ok", "0 app k b", "1 r k", "0 ok", "1 ok zb"]), None);
    assert_eq!(append(&["0 app k a", "0 ok", "0 w k z", "1 r k", "0 ok", "1 ok az"]), Some(5));
    assert_eq!(any(&["0 app l 1", "0 ok", "0 app l 2", "0 ok", "0 r l", "0 ok 1,2"]), None);
    assert_eq!(any(&["0 app l 1", "0 ok", "0 app l 2", "0 ok", "0 r l", "0 ok 2,1"]), Some(5));
    assert_eq!(any(&["0 add n 2", "1 add n 3", "0 ok", "1 ok", "2 r n", "2 ok 5"]), None);
    assert_eq!(any(&["0 add n 2", "1 add n 3", "0 ok", "1 ok", "2 r n", "2 ok 3"]), Some(5), "an addition is lost");
    assert_eq!(any(&["0 w x 1", "0 ok", "0 del x", "0 ok", "0 r x", "0 ok nil"]), None);
    assert_eq!(any(&["0 w x 1", "0 ok", "0 del x", "0 ok", "0 r x", "0 ok 1"]), Some(5));
}

#[test]
fn members_of_a_set_have_no_order() {
    let set = |events: &[&str]| {
        let observed = told(events);
        linearizable(&observed, &setup(Model::Set, "nil")).violation().map(|violation| violation.event)
    };
    assert_eq!(set(&["0 inc s 2", "0 ok", "0 inc s 1", "0 ok", "0 r s", "0 ok 2,1"]), None);
    assert_eq!(set(&["0 inc s 2", "0 ok", "0 exc s 2", "0 ok", "0 r s", "0 ok nil"]), None);
    assert_eq!(set(&["0 inc s 2", "0 ok", "0 inc s 1", "0 ok", "0 r s", "0 ok 1,"]), Some(5));
}

#[test]
fn keys_are_checked_apart_and_the_first_wrong_one_is_named() {
    let events = ["0 w x 1", "0 ok", "0 w y 1", "0 ok", "1 r y", "2 r x", "2 ok nil", "1 ok nil"];
    let observed = told(&events);
    let verdict = linearizable(&observed, &setup(Model::Any, "nil"));
    let violation = verdict.violation().expect("both are wrong");
    assert_eq!((violation.event, violation.operation), (6, 3));
    let good = ["0 w x 1", "1 w y 1", "0 ok", "2 r y", "1 ok", "2 ok 1", "2 r x", "2 ok 1"];
    assert_eq!(any(&good), None, "and the orders of both make one");
}

#[test]
fn what_a_key_holds_at_first_can_be_told() {
    let events = ["0 r x", "0 ok 7"];
    assert_eq!(any(&events), Some(1));
    assert_eq!(wrong_at(&events, &setup(Model::Any, "7")), None);
    let mut own = setup(Model::Any, "nil");
    own.data.insert("x".into(), 7.into());
    assert!(linearizable(&told(&events), &own).is_satisfied());
}

#[test]
fn a_budget_that_runs_out_is_said() {
    let events = ["0 w x 1", "1 w x 2", "2 r x", "0 ok", "1 ok", "2 ok 1", "0 r x", "0 ok 2"];
    let tight = Setup { budget: 3, ..setup(Model::Any, "nil") };
    assert_eq!(linearizable(&told(&events), &tight), Verdict::Undecided(Undecided::Budget(3)));
    assert!(linearizable(&told(&events), &setup(Model::Any, "nil")).is_satisfied());
    let other = ["0 w x 1", "1 w x 2", "2 r x", "0 ok", "1 ok", "2 ok 1", "3 r y", "3 ok 5"];
    let verdict = linearizable(&told(&other), &Setup { budget: 4, ..setup(Model::Any, "nil") });
    assert!(verdict.is_violated(), "a key that goes wrong decides: {verdict:?}");
}
