//! Convergence as clients see it.

use netsplit::base::SimDuration;
use netsplit::check::{Answer, Datum, End, Model, Setup, Undecided, Verdict, convergence};

use crate::histories::{setup, told};

fn within(events: &[&str], ms: u64) -> Verdict {
    let setup = Setup { settle: SimDuration::from_millis(ms), ..setup(Model::Any, "nil") };
    convergence(&told(events), &setup)
}

const WRITTEN: [&str; 8] = ["@0", "0 w x 1", "@5", "1 w x 2", "@10", "0 ok", "@20", "1 ok"];

#[test]
fn all_late_reads_agree() {
    let reads = |events: &[&'static str]| within(&[&WRITTEN[..], events].concat(), 100);
    let early = ["@60", "2 r x", "2 ok 1", "@120", "2 r x", "2 ok 2", "@130", "3 r x", "3 ok 2"];
    assert!(reads(&early).is_satisfied(), "the first came too early to count");
    let verdict = reads(&["@120", "2 r x", "2 ok 2", "@130", "3 r x", "3 ok 1"]);
    let violation = verdict.violation().expect("they differ");
    assert_eq!((violation.operation, &violation.against[..]), (3, &[2][..]));
    assert!(reads(&["@120", "2 r x", "2 ok 1", "@130", "3 r x", "3 ok 1"]).is_satisfied(), "either may win");
    let other = ["@120", "2 r x", "2 ok 2", "2 r x", "2 ok 2", "2 r y", "2 ok nil", "3 r y", "3 ok nil"];
    assert!(reads(&other).is_satisfied(), "each key by itself");
}

#[test]
fn what_has_not_settled_is_not_judged() {
    let unsettled = Verdict::Undecided(Undecided::NotSettled);
    assert_eq!(within(&[&WRITTEN[..], &["@120", "2 r x", "2 ok 2"]].concat(), 100), unsettled, "one read");
    assert_eq!(within(&[&WRITTEN[..], &["@40", "2 r x", "2 ok 2", "2 r x", "2 ok 1"]].concat(), 100), unsettled);
    let open = ["@0", "0 w x 1", "@500", "2 r x", "2 ok 1", "2 r x", "2 ok nil"];
    assert_eq!(within(&open, 100), unsettled, "the write has never ended");
    let unknown = ["@0", "0 w x 1", "@5", "0 info", "@500", "2 r x", "2 ok 1", "2 r x", "2 ok nil"];
    assert!(within(&unknown, 100).is_violated(), "the client gave up long ago");
    let failed = ["@0", "0 w x 1", "@499", "0 fail", "@500", "2 r x", "2 ok nil", "2 r x", "2 ok nil"];
    assert!(within(&failed, 100).is_satisfied(), "nothing was written");
}

#[test]
fn times_are_needed_only_where_one_must_wait() {
    let events = ["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 r x", "1 ok nil"];
    assert_eq!(within(&events, 1), Verdict::Undecided(Undecided::NoTimes));
    assert!(within(&events, 0).is_violated());
    assert!(within(&events[..4].iter().chain(&["2 r x", "2 ok 1"]).copied().collect::<Vec<_>>(), 0).is_satisfied());
}

#[test]
fn values_side_by_side_have_no_order() {
    let read = |json: &str| End::Ok(Answer::Value(serde_json::from_str::<Datum>(json).expect("it is JSON")));
    let mut observed = told(&["0 w x 1", "1 w x 2", "0 ok", "1 ok", "2 r x", "3 r x"]);
    observed.complete(2, read("{\"siblings\":[1,2]}"));
    let mut other = observed.clone();
    observed.complete(3, read("{\"siblings\":[2,1]}"));
    other.complete(3, read("{\"siblings\":[2]}"));
    let setup = Setup { settle: SimDuration::ZERO, ..setup(Model::Any, "nil") };
    assert!(convergence(&observed, &setup).is_satisfied());
    assert!(convergence(&other, &setup).is_violated());
}
