//! The session guarantees on histories that anybody can follow: each with one that breaks it and one that does not.

use netsplit::check::{Guarantee, Model, Undecided, Verdict, session_guarantee};

use crate::histories::{setup, told};

use Guarantee::{MonotonicReads, MonotonicWrites, ReadYourWrites, WritesFollowReads};

/// The operation that breaks the guarantee.
fn broken_by(guarantee: Guarantee, events: &[&str]) -> Option<usize> {
    let verdict = session_guarantee(&told(events), guarantee, &setup(Model::Any, "nil"));
    assert!(!matches!(verdict, Verdict::Undecided(_)), "{verdict:?}");
    verdict.violation().map(|violation| violation.operation)
}

/// Which of the four hold.
fn holding(events: &[&str]) -> [bool; 4] {
    Guarantee::ALL
        .map(|guarantee| session_guarantee(&told(events), guarantee, &setup(Model::Any, "nil")).violation().is_none())
}

#[test]
fn a_session_reads_its_own_write() {
    // W33: writes through one node, reads from another before it has come there.
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "0 r x", "0 ok nil"]), Some(1));
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "0 r x", "0 ok 1"]), None);
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "1 r x", "1 ok nil"]), None, "another session");
    // W1: the later of two own writes loses.
    let two = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "0 r x", "0 ok 1"];
    assert_eq!(broken_by(ReadYourWrites, &two), Some(2));
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "0 w y 2", "0 ok", "0 r x", "0 ok 1"]), None);
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "0 del x", "0 ok", "0 r x", "0 ok 1"]), Some(2));
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "0 cas x nil 3", "0 ok"]), Some(1), "it found nothing");
    assert_eq!(broken_by(ReadYourWrites, &["0 r x", "0 ok 1", "0 w x 1", "0 ok"]), None);
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 2", "0 ok", "0 r x", "0 ok 1", "0 w x 1", "0 ok"]), Some(1));
}

#[test]
fn what_may_explain_a_read_is_no_violation() {
    let other = ["1 w x 5", "1 ok", "0 w x 1", "0 ok", "0 r x", "0 ok 5"];
    assert_eq!(broken_by(ReadYourWrites, &other), None, "another's write may come after");
    let unknown = ["0 w x 1", "0 info", "0 w x 2", "0 ok", "0 r x", "0 ok 1"];
    assert_eq!(broken_by(ReadYourWrites, &unknown), None, "an unknown one may come late");
    let again = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 w x 1", "1 ok", "0 r x", "0 ok 1"];
    assert_eq!(broken_by(ReadYourWrites, &again), None, "somebody wrote the same");
    let failed = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 w x 1", "1 fail", "0 r x", "0 ok 1"];
    assert_eq!(broken_by(ReadYourWrites, &failed), Some(3), "that one never was");
    assert_eq!(broken_by(ReadYourWrites, &["0 w x 1", "0 ok", "0 r x", "0 ok 9"]), None, "nobody wrote it");
}

#[test]
fn reads_do_not_go_back() {
    let both = ["0 w x 1", "0 ok", "0 w x 2", "0 ok"];
    let with = |more: &[&str]| broken_by(MonotonicReads, &[&both[..], more].concat());
    assert_eq!(with(&["1 r x", "1 ok 1", "1 r x", "1 ok 2", "1 r x", "1 ok 1"]), Some(4));
    assert_eq!(with(&["1 r x", "1 ok 1", "1 r x", "1 ok 2", "1 r x", "1 ok 2"]), None);
    assert_eq!(with(&["1 r x", "1 ok 2", "1 r x", "1 ok nil"]), Some(3), "back to the beginning");
    assert_eq!(with(&["1 r x", "1 ok nil", "1 r x", "1 ok 2"]), None);
    assert_eq!(with(&["1 r x", "1 ok 1", "2 r x", "2 ok 2", "1 r x", "1 ok 1"]), None, "two sessions");
    assert_eq!(with(&["1 r x", "1 ok 1", "1 r y", "1 ok nil", "1 r x", "1 ok 1"]), None, "two keys");
}

#[test]
fn a_value_that_was_written_twice_may_be_seen_twice() {
    let seen = ["1 r x", "1 ok 1", "1 r x", "1 ok 2", "1 r x", "1 ok 1"];
    let with = |writes: &[&str]| broken_by(MonotonicReads, &[writes, &seen[..]].concat());
    assert_eq!(with(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "0 w x 1", "0 ok"]), None);
    assert_eq!(with(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "2 w x 1", "2 info"]), None);
    assert_eq!(with(&["0 w x 1", "0 ok", "0 w x 2", "0 ok", "2 w x 1", "2 fail"]), Some(5));
    // Its own second write comes too late for a read before it.
    let own = ["0 w x 1", "0 ok", "0 w x 2", "0 ok"];
    let late = [&own[..], &seen[..], &["1 w x 1", "1 ok"]].concat();
    assert_eq!(broken_by(MonotonicReads, &late), Some(4));
    let early = [&own[..], &seen[..4], &["1 w x 1", "1 ok"], &seen[4..]].concat();
    assert_eq!(broken_by(MonotonicReads, &early), None);
}

#[test]
fn writes_are_seen_in_the_order_of_their_session() {
    // W33: a through one node, then b through another; a third shows b without a.
    let across = ["0 w x 1", "0 ok", "0 w y 2", "0 ok", "1 r y", "1 ok 2", "1 r x", "1 ok nil"];
    assert_eq!(broken_by(MonotonicWrites, &across), Some(3));
    let good = ["2 r z", "2 ok nil", "0 w x 1", "0 ok", "0 w y 2", "0 ok", "1 r y", "1 ok 2", "1 r x", "1 ok 1"];
    assert_eq!(broken_by(MonotonicWrites, &good), None);
    let one_key = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 r x", "1 ok 2", "1 r x", "1 ok 1"];
    assert_eq!(broken_by(MonotonicWrites, &one_key), Some(3));
    assert_eq!(broken_by(MonotonicReads, &one_key), None, "the reader has seen each only once");
    let older = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "0 w y 3", "0 ok", "1 r y", "1 ok 3", "1 r x", "1 ok 1"];
    assert_eq!(broken_by(MonotonicWrites, &older), Some(4));
    let unknown = ["0 w x 1", "0 info", "0 w y 2", "0 ok", "1 r y", "1 ok 2", "1 r x", "1 ok nil"];
    assert_eq!(broken_by(MonotonicWrites, &unknown), None, "the first may come late");
    let before = ["0 w x 1", "0 ok", "0 w y 2", "0 ok", "1 r x", "1 ok nil", "1 r y", "1 ok 2"];
    assert_eq!(broken_by(MonotonicWrites, &before), None);
    let foreign = ["2 w x 7", "2 ok", "0 w x 1", "0 ok", "0 w y 2", "0 ok", "1 r y", "1 ok 2", "1 r x", "1 ok 7"];
    assert_eq!(broken_by(MonotonicWrites, &foreign), None, "sessions have no order between them");
}

#[test]
fn writes_follow_what_their_session_had_read() {
    // W33: reads a, writes b; a third session sees b without a.
    let across = |last: &'static str| {
        ["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 w y 2", "1 ok", "2 r y", "2 ok 2", "2 r x", last]
    };
    assert_eq!(broken_by(WritesFollowReads, &across("2 ok nil")), Some(4));
    assert_eq!(broken_by(WritesFollowReads, &across("2 ok 1")), None);
    assert_eq!(holding(&across("2 ok nil")), [true, true, true, false]);
    let one_key = ["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 w x 2", "1 ok", "2 r x", "2 ok 2", "2 r x", "2 ok 1"];
    assert_eq!(broken_by(WritesFollowReads, &one_key), Some(4));
    let after = ["0 w x 1", "0 ok", "1 w y 2", "1 ok", "1 r x", "1 ok 1", "2 r y", "2 ok 2", "2 r x", "2 ok nil"];
    assert_eq!(broken_by(WritesFollowReads, &after), None, "it was read after the write");
    let newer = [
        "0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 w y 2", "1 ok", "2 r y", "2 ok 2", "0 w x 3", "0 ok", "2 r x",
        "2 ok 3",
    ];
    assert_eq!(broken_by(WritesFollowReads, &newer), None);
}

#[test]
fn who_knows_too_little_says_so() {
    let twice = ["0 w x 1", "0 ok", "2 w x 1", "2 ok", "1 r x", "1 ok 1"];
    for guarantee in [MonotonicWrites, WritesFollowReads] {
        let verdict = session_guarantee(&told(&twice), guarantee, &setup(Model::Any, "nil"));
        assert_eq!(verdict, Verdict::Undecided(Undecided::RepeatedValues), "{guarantee:?}");
    }
    for guarantee in Guarantee::ALL {
        let verdict = session_guarantee(&told(&["0 app x 1", "0 ok"]), guarantee, &setup(Model::Any, "nil"));
        assert_eq!(verdict, Verdict::Undecided(Undecided::NotARegister));
    }
    let beside = ["0 app l 1", "0 ok", "0 w x 1", "0 ok", "0 r x", "0 ok nil"];
    assert_eq!(broken_by(ReadYourWrites, &beside), Some(2), "the other key is judged all the same");
}

#[test]
fn a_violation_names_what_it_contradicts() {
    let events = ["0 w x 1", "0 ok", "0 w y 2", "0 ok", "1 r y", "1 ok 2", "1 r x", "1 ok nil"];
    let verdict = session_guarantee(&told(&events), MonotonicWrites, &setup(Model::Any, "nil"));
    let violation = verdict.violation().expect("it is broken");
    assert_eq!((violation.event, &violation.against[..]), (7, &[0, 1, 2][..]));
}
