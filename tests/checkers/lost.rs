//! Acknowledged writes that are gone in the end.

use netsplit::check::{Datum, FinalState, Model, Undecided, Verdict, lost_writes};

use crate::histories::{datum, setup, told};

/// No write, and so no place in a list.
const NONE: [usize; 0] = [];

fn lost(events: &[&str]) -> Vec<usize> {
    let found = lost_writes(&told(events), &setup(Model::Any, "nil"), None);
    assert_eq!(found.undecided, None);
    assert_eq!(found.verdict().is_violated(), !found.lost.is_empty());
    found.lost
}

#[test]
fn what_was_acknowledged_and_not_replaced_is_there() {
    // W26: acknowledged by a primary that dies before it has passed it on.
    assert_eq!(lost(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 r x", "1 ok 1"]), [1]);
    assert_eq!(lost(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 r x", "1 ok 2"]), NONE);
    assert_eq!(lost(&["0 w x 1", "0 ok", "1 r x", "1 ok nil"]), [0]);
    assert_eq!(lost(&["0 w x 1", "0 ok", "0 del x", "0 ok", "1 r x", "1 ok nil"]), NONE);
    assert_eq!(lost(&["0 w x 1", "0 ok", "0 del x", "0 ok", "1 r x", "1 ok 1"]), [1], "it came back");
    assert_eq!(lost(&["0 w x 1", "0 ok", "0 cas x 1 2", "0 ok", "1 r x", "1 ok 1"]), [1]);
    assert_eq!(lost(&["0 w x 1", "0 ok", "0 cas x 3 2", "0 no", "1 r x", "1 ok 1"]), NONE);
    assert_eq!(lost(&["0 w x 1", "0 ok", "1 r x", "1 ok 9"]), [0], "nothing that was written explains the end");
    assert_eq!(
        lost(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "0 w y 1", "0 ok", "1 r x", "1 ok nil", "1 r y", "1 ok 1"]),
        [0, 1]
    );
}

#[test]
fn what_may_have_been_replaced_is_not_lost() {
    assert_eq!(lost(&["0 w x 1", "1 w x 2", "0 ok", "1 ok", "2 r x", "2 ok 1"]), NONE, "at the same time");
    assert_eq!(lost(&["0 w x 1", "0 info", "1 w x 2", "1 ok", "2 r x", "2 ok 1"]), NONE, "an unknown one came late");
    assert_eq!(lost(&["0 w x 1", "0 fail", "1 w x 2", "1 ok", "2 r x", "2 ok 1"]), [1], "a failed one did not");
    assert_eq!(lost(&["0 w x 1", "0 ok", "1 w x 2", "1 ok", "2 w x 1", "2 info", "3 r x", "3 ok 1"]), NONE);
    assert_eq!(lost(&["0 w x 1", "0 info", "1 r x", "1 ok nil"]), NONE, "nobody was told that it is done");
    assert_eq!(lost(&["1 r x", "1 ok nil"]), NONE);
}

#[test]
fn any_of_the_last_values_will_do() {
    let events = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 r x", "1 ok 1", "2 r x", "2 ok 2"];
    assert_eq!(lost(&events), NONE, "one replica has it");
    let observed = told(&events[..4]);
    let setup = setup(Model::Any, "nil");
    assert_eq!(lost_writes(&observed, &setup, None).verdict(), Verdict::Undecided(Undecided::NoFinalRead));
    let told = |values: &[&str]| {
        let finals: Vec<Datum> = values.iter().map(|word| datum(word)).collect();
        lost_writes(&observed, &setup, Some(&FinalState::from([(Some("x".into()), finals)]))).lost
    };
    assert_eq!(told(&["1"]), [1]);
    assert_eq!(told(&["1", "2"]), NONE);
    assert_eq!(told(&["nil"]), [0, 1]);
}

#[test]
fn values_side_by_side_all_count() {
    let siblings: Datum = serde_json::from_str("{\"siblings\": [2, 3]}").expect("it is JSON");
    let mut observed = told(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 r x"]);
    observed.complete(2, netsplit::check::End::Ok(netsplit::check::Answer::Value(siblings)));
    assert_eq!(lost_writes(&observed, &setup(Model::Any, "nil"), None).lost, NONE);
}

#[test]
fn appended_and_included_members_stay() {
    assert_eq!(lost(&["0 app l 1", "0 ok", "0 app l 2", "0 ok", "1 r l", "1 ok 2,"]), [0]);
    assert_eq!(lost(&["0 app l 1", "0 ok", "0 app l 2", "0 ok", "1 r l", "1 ok 2,1"]), NONE);
    assert_eq!(lost(&["0 app l 1", "0 ok", "0 app l 1", "0 ok", "1 r l", "1 ok 1,"]), [1], "one of two");
    assert_eq!(lost(&["0 app l 1", "0 ok", "0 w l 7,", "0 ok", "1 r l", "1 ok 7,"]), NONE, "replaced");
    assert_eq!(lost(&["0 w l 7,", "0 ok", "0 app l 1", "0 ok", "1 r l", "1 ok 7,"]), [1]);
    assert_eq!(lost(&["0 app t a", "0 ok", "0 app t b", "0 ok", "1 r t", "1 ok ab"]), NONE);
    assert_eq!(lost(&["0 app t a", "0 ok", "0 app t b", "0 ok", "1 r t", "1 ok a"]), [1]);
    assert_eq!(lost(&["0 w t c", "0 ok", "0 app t b", "0 ok", "1 r t", "1 ok b"]), [0], "what was appended to is gone");
    let set = |events: &[&str]| lost_writes(&told(events), &setup(Model::Set, "nil"), None).lost;
    assert_eq!(set(&["0 inc s 1", "0 ok", "0 inc s 2", "0 ok", "1 r s", "1 ok 2,"]), [0]);
    assert_eq!(set(&["0 inc s 1", "0 ok", "0 exc s 1", "0 ok", "1 r s", "1 ok nil"]), NONE);
    assert_eq!(set(&["0 inc s 1", "0 ok", "0 exc s 1", "0 ok", "1 r s", "1 ok 1,"]), [1]);
    assert_eq!(set(&["0 inc s 1", "1 exc s 1", "0 ok", "1 ok", "1 r s", "1 ok 1,"]), NONE, "at the same time");
}

#[test]
fn a_sum_is_not_short() {
    // W12: two read 5 and both write 6.
    assert_eq!(lost(&["0 add n 1", "1 add n 1", "0 ok", "1 ok", "2 r n", "2 ok 1"]), [1]);
    assert_eq!(lost(&["0 add n 1", "1 add n 1", "0 ok", "1 ok", "2 r n", "2 ok 2"]), NONE);
    assert_eq!(lost(&["0 add n 1", "1 add n 1", "0 ok", "1 info", "2 r n", "2 ok 2"]), NONE);
    assert_eq!(lost(&["0 add n -1", "0 ok", "2 r n", "2 ok nil"]), [0]);
    let mixed = told(&["0 add n 1", "0 ok", "0 add n -1", "0 ok", "2 r n", "2 ok 5"]);
    let found = lost_writes(&mixed, &setup(Model::Any, "nil"), None);
    assert_eq!(found.verdict(), Verdict::Undecided(Undecided::NotARegister));
}
