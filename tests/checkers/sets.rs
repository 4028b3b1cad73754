//! Elements of sets that only grow: those that stay, those that are lost, those that nobody reads.

use netsplit::base::SimDuration;
use netsplit::check::{
    Datum, EventLine, Fate, LineReader, Member, Model, Observed, Reading, SetFull, Setup, Undecided, Verdict,
    causal_reverse, set_full,
};
use serde_json::Value;
use std::fs;

use crate::histories::{oracles, setup, told};

fn found(observed: &Observed) -> SetFull {
    set_full(observed, &setup(Model::Set, "nil"))
}

fn elements<'f>(fates: impl IntoIterator<Item = &'f Fate>) -> Vec<Datum> {
    fates.into_iter().map(|fate| fate.member.1.clone()).collect()
}

fn names<'m>(members: impl IntoIterator<Item = &'m Member>) -> Vec<Datum> {
    members.into_iter().map(|(_, member)| member.clone()).collect()
}

#[test]
fn each_element_has_its_fate() {
    let events = [
        "@0",
        "0 inc s 1",
        "@1",
        "0 ok",
        "@2",
        "0 inc s 2",
        "@3",
        "0 ok",
        "@4",
        "0 inc s 3",
        "@5",
        "0 info",
        "@10",
        "1 r s",
        "@11",
        "1 ok 1,",
        "@20",
        "1 r s",
        "@21",
        "1 ok 2,",
    ];
    let observed = told(&events);
    let all = found(&observed);
    assert_eq!((elements(&all.stable), elements(&all.lost)), (vec![2.into()], vec![1.into()]));
    assert_eq!(names(&all.never_read), [3.into()], "nobody knows that it was ever there");
    let stable = &all.stable[0];
    assert_eq!((stable.known, stable.last_other, stable.last, stable.is_late), (1, Some(3), 4, true));
    assert_eq!(stable.latency, Some(SimDuration::from_millis(7)), "missed 7 ms after its acknowledgement");
    assert_eq!((elements(all.stale()), all.latencies()), (vec![2.into()], vec![SimDuration::from_millis(7)]));
    let verdict = all.verdict(&observed);
    let violation = verdict.violation().expect("an element is lost");
    assert_eq!((violation.operation, &violation.against[..]), (4, &[0, 3][..]));
    let good = told(&[&events[..], &["1 r s", "1 ok 1,2"]].concat());
    assert!(found(&good).verdict(&good).is_satisfied(), "it has come back for good");
}

#[test]
fn what_a_read_makes_known_can_be_lost() {
    let unknown = told(&["0 inc s 1", "0 info", "1 r s", "1 ok 1,", "1 r s", "1 ok nil"]);
    assert_eq!(elements(&found(&unknown).lost), [1.into()], "somebody has seen it");
    let beside = told(&["1 r s", "0 inc s 1", "0 ok", "1 ok nil"]);
    let all = found(&beside);
    assert_eq!(names(&all.never_read), [1.into()], "the read had begun before");
    assert_eq!(all.verdict(&beside), Verdict::Undecided(Undecided::NothingStable));
}

#[test]
fn what_is_doubled_or_unheard_of_is_wrong() {
    let doubled = told(&["0 inc s 1", "0 ok", "1 r s", "1 ok 1,1"]);
    assert_eq!(names(found(&doubled).duplicated.keys()), [1.into()]);
    assert!(found(&doubled).verdict(&doubled).is_violated());
    let odd = told(&["0 inc s 1", "0 ok", "1 r s", "1 ok 1,7"]);
    assert_eq!(names(found(&odd).unexpected.keys()), [7.into()]);
    assert!(found(&odd).verdict(&odd).is_violated());
    let initial = set_full(&odd, &setup(Model::Set, "7,"));
    assert!(initial.verdict(&odd).is_satisfied(), "it was there at the start");
}

#[test]
fn what_may_have_been_taken_out_is_left_out() {
    let taken = told(&["0 inc s 1", "0 ok", "0 inc s 2", "0 ok", "0 exc s 1", "0 ok", "1 r s", "1 ok 2,"]);
    let all = found(&taken);
    assert_eq!((elements(&all.stable), elements(&all.lost)), (vec![2.into()], vec![]));
    assert_eq!(all.verdict(&taken), Verdict::Undecided(Undecided::NotASet));
    let register = told(&["0 w x 1", "0 ok"]);
    assert_eq!(found(&register).verdict(&register), Verdict::Undecided(Undecided::NotASet));
    let tight = Setup { budget: 1, ..setup(Model::Set, "nil") };
    assert_eq!(set_full(&taken, &tight).verdict(&taken), Verdict::Undecided(Undecided::Budget(1)));
}

#[test]
fn no_element_is_seen_without_one_that_was_there_before() {
    let reversed = |events: &[&str]| causal_reverse(&told(events), &setup(Model::Set, "nil"));
    let two = ["0 inc s 1", "0 ok", "0 inc s 2", "0 ok", "1 r s"];
    let verdict = reversed(&[&two[..], &["1 ok 2,"]].concat());
    let violation = verdict.violation().expect("1 was there before 2");
    assert_eq!((violation.operation, &violation.against[..]), (2, &[0, 1][..]));
    assert!(reversed(&[&two[..], &["1 ok 1,"]].concat()).is_satisfied(), "that is stale, and not reversed");
    assert!(reversed(&[&two[..], &["1 ok 1,2"]].concat()).is_satisfied());
    let beside = ["0 inc s 1", "1 inc s 2", "0 ok", "1 ok", "2 r s", "2 ok 2,"];
    assert!(reversed(&beside).is_satisfied(), "at the same time");
    let again = ["2 inc s 2", "2 info", "0 inc s 1", "0 ok", "0 inc s 2", "0 ok", "1 r s", "1 ok 2,"];
    assert!(reversed(&again).is_satisfied(), "somebody had asked for 2 before");
    assert_eq!(reversed(&["0 w x 1", "0 ok"]), Verdict::Undecided(Undecided::NotASet));
}

/// The cases of a file of Jepsen's tests, each with its id, its history of one set, and what is expected.
pub(crate) fn cases(file: &str, model: Model) -> Vec<(String, Observed, Value)> {
    let Some(path) = oracles(&format!("jepsen/{file}")) else { return Vec::new() };
    let text = fs::read_to_string(path).expect("the cases are there");
    let case = |line: &str| {
        let case: Value = serde_json::from_str(line).expect("it is a case");
        let mut reader = LineReader::new(model, Reading::Jepsen);
        for (at, event) in case["history"].as_array().expect("a history is a list").iter().enumerate() {
            let mut event = event.clone();
            event["time"] = (event["time_ms"].as_u64().expect("a time is a number") * 1_000_000).into();
            if model == Model::Set && event["f"] == "write" {
                event["f"] = "add".into();
                // There, one process has several writes open at once.
                event["process"] = format!("{}, {}", event["process"], event["value"]).into();
            }
            let line: EventLine = serde_json::from_value(event).expect("it is an event");
            reader.take(at + 1, line).expect("it fits");
        }
        (case["id"].as_str().expect("an id is text").to_owned(), reader.finish().0, case["expect"].clone())
    };
    let cases: Vec<_> = text.lines().map(case).collect();
    println!("{file}: {} cases", cases.len());
    assert!(!cases.is_empty());
    cases
}

fn list(value: &Value) -> Vec<Datum> {
    let mut list: Vec<Datum> = serde_json::from_value(value.clone()).expect("it is a list");
    list.sort_unstable();
    list
}

/// Jepsen's percentile of lengths in whole milliseconds.
fn percentile(lengths: &[SimDuration], share: f64) -> u64 {
    lengths[((lengths.len() as f64 * share) as usize).min(lengths.len() - 1)].0 / 1_000
}

#[test]
fn jepsen_s_sets_get_their_verdicts() {
    for (id, observed, expect) in cases("set_full_vectors.dev.jsonl", Model::Set) {
        let all = found(&observed);
        assert_eq!(elements(&all.lost), list(&expect["lost"]), "{id}");
        assert_eq!(elements(all.stale()), list(&expect["stale"]), "{id}");
        assert_eq!(names(&all.never_read), list(&expect["never_read"]), "{id}");
        assert_eq!(all.stable.len() as u64, expect["stable_count"], "{id}");
        let valid = match all.verdict(&observed) {
            Verdict::Satisfied(()) => true.into(),
            Verdict::Violated(_) => false.into(),
            Verdict::Undecided(_) => Value::from("unknown"),
        };
        assert_eq!(valid, expect["valid"], "{id}");
        let mut lost: Vec<SimDuration> = all.lost.iter().filter_map(|fate| fate.latency).collect();
        lost.sort_unstable();
        for (name, lengths) in [("stable_latencies", all.latencies()), ("lost_latencies", lost)] {
            for (share, ms) in expect[name].as_object().into_iter().flatten() {
                assert_eq!(percentile(&lengths, share.parse().expect("a number")), *ms, "{id}: {name} {share}");
            }
        }
    }
}

#[test]
fn jepsen_s_last_reads_get_their_verdicts() {
    for (id, observed, expect) in cases("final_set_vectors.jsonl", Model::Set) {
        let all = found(&observed);
        assert_eq!(elements(&all.stable), list(&expect["ok"]), "{id}");
        assert_eq!(elements(&all.lost), list(&expect["lost"]), "{id}");
        assert_eq!(names(all.unexpected.keys()), list(&expect["unexpected"]), "{id}");
        let is_recovered = |fate: &&Fate| observed.ops()[fate.known].ask == netsplit::check::Ask::Read;
        assert_eq!(elements(all.stable.iter().filter(is_recovered)), list(&expect["recovered"]), "{id}");
        assert_eq!(Value::from(!all.verdict(&observed).is_violated()), expect["valid"], "{id}");
    }
}

#[test]
fn jepsen_s_reversed_causes_get_their_verdicts() {
    for (id, observed, expect) in cases("causal_reverse_vectors.dev.jsonl", Model::Set) {
        let verdict = causal_reverse(&observed, &setup(Model::Set, "nil"));
        assert_eq!(Value::from(verdict.is_satisfied()), expect["valid"], "{id}: {verdict:?}");
    }
}
