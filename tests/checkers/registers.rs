//! Safe and regular registers, and how stale their reads are: stories, a naive checker, and event by event.

use netsplit::base::SimDuration;
use netsplit::check::{
    Ask, Datum, LiveRegisters, Model, Observed, ObservedOp, RegisterLevel, Setup, StaleRead, Staleness, Undecided,
    Verdict, register, staleness,
};
use proptest::prelude::*;

use crate::histories::{registers, setup, told};

use RegisterLevel::{Atomic, Regular, Safe};

/// The operations that break safe, regular and atomic.
fn broken_by(events: &[&str]) -> [Option<usize>; 3] {
    RegisterLevel::ALL.map(|level| {
        let verdict = register(&told(events), level, &setup(Model::Any, "nil"));
        assert!(!matches!(verdict, Verdict::Undecided(_)), "{verdict:?}");
        verdict.violation().map(|violation| violation.operation)
    })
}

#[test]
fn a_regular_register_need_not_be_atomic() {
    // W3: a write that is under way is seen by one read, and not by the next.
    let start = ["9 w x 1", "9 ok", "0 w x 2", "1 r x", "1 ok 2", "2 r x"];
    let then = |read: &'static str| [&start[..], &[read, "0 ok"]].concat();
    assert_eq!(broken_by(&then("2 ok 1")), [None, None, Some(3)]);
    assert_eq!(broken_by(&then("2 ok 2")), [None; 3], "written back before the first read returned");
}

#[test]
fn a_read_returns_the_last_write_or_one_that_overlaps_it() {
    let two = ["0 w x 1", "0 ok", "0 w x 2", "0 ok"];
    let then = |more: &[&'static str]| broken_by(&[&two[..], more].concat());
    assert_eq!(then(&["1 r x", "1 ok 1"]), [Some(2); 3], "replaced before it began");
    assert_eq!(then(&["1 r x", "1 ok nil"]), [Some(2); 3], "the beginning");
    assert_eq!(then(&["1 r x", "1 ok 7"]), [Some(2); 3], "from nowhere");
    assert_eq!(then(&["1 r x", "1 ok 2"]), [None; 3]);
    assert_eq!(then(&["1 r x", "0 w x 3", "1 ok 3", "0 ok"]), [None; 3]);
    // Beside a write, a safe register may return anything, and a regular one the last before or this.
    assert_eq!(then(&["1 r x", "0 w x 3", "1 ok 1", "0 ok"]), [None, Some(2), Some(2)]);
    assert_eq!(then(&["1 r x", "0 w x 3", "1 ok 7", "0 ok"]), [None, Some(2), Some(2)]);
    // Two writes at once: nobody says which is the last.
    let beside = ["0 w x 1", "1 w x 2", "0 ok", "1 ok", "2 r x", "2 ok 1", "2 r x", "2 ok 2", "2 r x", "2 ok 1"];
    assert_eq!(broken_by(&beside), [None, None, Some(3)], "each read by itself");
    assert_eq!(then(&["0 del x", "0 ok", "1 r x", "1 ok nil"]), [None; 3]);
    assert_eq!(then(&["0 cas x 2 3", "0 ok", "1 r x", "1 ok 2"]), [Some(3); 3]);
    assert_eq!(then(&["0 cas x 1 3", "0 ok"]), [Some(2); 3], "it found what was there before");
    assert_eq!(then(&["0 cas x 5 1", "0 no", "1 r x", "1 ok 1"]), [Some(3); 3], "a mismatch writes nothing");
}

#[test]
fn an_unknown_write_overlaps_for_ever() {
    let unknown = ["0 w x 1", "0 info", "1 w x 2", "1 ok"];
    let then = |more: &[&'static str]| broken_by(&[&unknown[..], more].concat());
    assert_eq!(then(&["2 r x", "2 ok 1"]), [None; 3]);
    assert_eq!(then(&["2 r x", "2 ok 2", "2 r x", "2 ok 1", "2 r x", "2 ok 2"]), [None, None, Some(4)]);
    assert_eq!(then(&["2 r x", "2 ok nil"]), [None, Some(2), Some(2)], "a safe read is never alone again");
    let failed = ["0 w x 1", "0 fail", "1 w x 2", "1 ok", "2 r x", "2 ok 1"];
    assert_eq!(broken_by(&failed), [Some(2); 3], "a failed one never was");
}

#[test]
fn a_write_that_fails_in_the_end_explains_nothing() {
    let events = ["0 w x 1", "1 r x", "1 ok 1", "0 fail", "2 r x", "2 ok nil"];
    let verdict = register(&told(&events), Regular, &setup(Model::Any, "nil"));
    let violation = verdict.violation().expect("it is wrong");
    assert_eq!((violation.operation, violation.event), (1, 3), "certain as soon as the write has failed");
    assert_eq!(broken_by(&events)[0], Some(1), "and then the read is alone");
}

#[test]
fn keys_of_another_kind_are_left_out() {
    let beside = ["0 app l a", "0 ok", "0 w x 1", "0 ok", "1 r x", "1 ok 1"];
    let verdict = |events: &[&str]| register(&told(events), Regular, &setup(Model::Any, "nil"));
    assert_eq!(verdict(&beside), Verdict::Undecided(Undecided::NotARegister));
    assert!(verdict(&[&beside[..], &["1 r x", "1 ok 2"]].concat()).is_violated());
    let later = ["0 w x 1", "0 ok", "1 r x", "1 ok 7", "0 app x a", "0 ok"];
    assert_eq!(verdict(&later), Verdict::Undecided(Undecided::NotARegister), "it turns out to be no register");
}

fn measured(events: &[&str]) -> Staleness {
    staleness(&told(events), &setup(Model::Any, "nil"))
}

#[test]
fn staleness_is_counted_in_versions_and_in_time() {
    let writes = ["@0", "0 w x 1", "@2", "0 ok", "@10", "0 w x 2", "@12", "0 ok", "@20", "0 w x 3", "@22", "0 ok"];
    let of = |read: &'static str| measured(&[&writes[..], &["@30", "1 r x", "@35", read]].concat());
    let stale =
        |versions, missed, ms| vec![StaleRead { op: 3, versions, missed, behind: Some(SimDuration::from_millis(ms)) }];
    assert_eq!(of("1 ok 3").stale, []);
    assert_eq!(of("1 ok 2").stale, stale(1, 2, 8));
    assert_eq!(of("1 ok 1").stale, stale(2, 1, 18));
    assert_eq!(of("1 ok nil").stale, stale(3, 0, 28));
    let found = of("1 ok 1");
    assert_eq!((found.versions_max(), found.behind_max()), (2, Some(SimDuration::from_millis(18))));
    assert_eq!([1, 2, 3].map(|k| found.within(k)), [0, 0, 1], "within k versions");
    assert_eq!((found.reads, of("1 ok 9").from_nowhere), (1, vec![3]));
}

#[test]
fn what_is_unknown_makes_nothing_stale() {
    let unknown = ["0 w x 1", "0 ok", "0 w x 2", "0 info", "1 r x", "1 ok 1"];
    assert_eq!(measured(&unknown).stale, [], "it may never have taken effect");
    let late = ["0 w x 1", "0 info", "1 w x 2", "1 ok", "1 w x 3", "1 ok", "1 r x", "1 ok 1"];
    assert_eq!(measured(&late).stale, [], "it may have taken effect only now");
    let open = ["0 w x 1", "0 ok", "0 w x 2", "1 r x", "1 ok 1", "0 ok"];
    assert_eq!(measured(&open).stale, [], "not acknowledged when the read began");
    let beside = ["0 w x 1", "1 w x 2", "0 ok", "1 ok", "2 w x 3", "2 ok", "3 r x", "3 ok 1"];
    let found = measured(&beside);
    assert_eq!((found.versions_max(), found.stale[0].missed), (1, 2), "one of two at once may be the last");
    assert_eq!(found.stale[0].behind, None, "nobody said when");
    assert!(found.verdict(&told(&beside)).is_violated());
}

/// The definition, word for word: is the read explained, and by how many writes is the newest explanation behind?
fn naive(observed: &Observed, setup: &Setup, read: &ObservedOp) -> Option<usize> {
    let own = |op: &ObservedOp| op.invoked == read.invoked;
    let made = |op: &ObservedOp| match (&op.ask, &op.end) {
        (_, Some((_, netsplit::check::End::Failed))) => None,
        (Ask::CompareAndSet { .. }, _) if op.answer() == Some(&netsplit::check::Answer::Mismatch) => None,
        (Ask::Write(value) | Ask::CompareAndSet { value, .. }, _) => Some(value.clone()),
        (Ask::Delete, _) => Some(Datum::Nil),
        _ => None,
    };
    let value = seen(read).expect("it is a read");
    let writes = || observed.ops().iter().filter(|op| op.key == read.key && made(op).is_some());
    let newer = |than: Option<&ObservedOp>| {
        writes().filter(|op| op.precedes(read) && than.is_none_or(|than| than.precedes(op))).count()
    };
    let initial = (setup.initial.clone().unwrap_or_default() == value).then(|| newer(None));
    let explaining = writes()
        .filter(|op| !own(op) && op.invoked < read.returned().expect("it ended") && made(op) == Some(value.clone()));
    explaining.map(|op| newer(Some(op))).chain(initial).min()
}

fn seen(op: &ObservedOp) -> Option<Datum> {
    match (&op.ask, op.answer()) {
        (Ask::Read, Some(netsplit::check::Answer::Value(value))) => Some(value.clone()),
        (Ask::CompareAndSet { expect, .. }, Some(netsplit::check::Answer::Done)) => Some(expect.clone()),
        _ => None,
    }
}

fn naive_holds(observed: &Observed, setup: &Setup, level: RegisterLevel) -> bool {
    let writes = |op: &ObservedOp| {
        !op.has_failed() && op.ask != Ask::Read && op.answer() != Some(&netsplit::check::Answer::Mismatch)
    };
    observed.ops().iter().filter(|op| seen(op).is_some()).all(|read| {
        let overlaps = |op: &&ObservedOp| {
            op.key == read.key && op.invoked != read.invoked && writes(op) && !op.precedes(read) && !read.precedes(op)
        };
        let is_free = level == Safe && observed.ops().iter().filter(overlaps).count() > 0;
        is_free || naive(observed, setup, read) == Some(0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn registers_are_what_the_naive_checker_says_at_every_prefix(observed in registers(12, 2)) {
        let setup = setup(Model::Any, "0");
        let mut live = LiveRegisters::new(setup.clone());
        for (event, verdicts) in live.follow(&observed).enumerate() {
            let prefix = observed.prefix(event + 1);
            for (level, verdict) in [Safe, Regular].into_iter().zip(verdicts) {
                prop_assert_eq!(&verdict, &register(&prefix, level, &setup));
                prop_assert_eq!(verdict.is_satisfied(), naive_holds(&prefix, &setup, level), "{:?} at {}", level, event);
                if let Some(violation) = verdict.violation() {
                    prop_assert!(naive_holds(&observed.prefix(violation.event), &setup, level), "not earlier");
                }
            }
        }
    }

    #[test]
    fn staleness_is_what_the_naive_count_says(observed in registers(14, 1)) {
        let setup = setup(Model::Any, "0");
        let found = staleness(&observed, &setup);
        let expected: Vec<(usize, Option<usize>)> = observed.ops().iter().enumerate()
            .filter(|(_, op)| seen(op).is_some())
            .map(|(at, op)| (at, naive(&observed, &setup, op)))
            .collect();
        prop_assert_eq!(found.reads, expected.len());
        for (at, versions) in expected {
            let stale = found.stale.iter().find(|read| read.op == at).map(|read| read.versions);
            prop_assert_eq!(stale, versions.filter(|versions| *versions > 0));
            prop_assert_eq!(found.from_nowhere.contains(&at), versions.is_none());
        }
    }

    #[test]
    fn each_level_has_what_the_weaker_ones_have(observed in registers(10, 2)) {
        let setup = setup(Model::Any, "0");
        let holds = RegisterLevel::ALL.map(|level| register(&observed, level, &setup).is_satisfied());
        prop_assert!(holds[0] || !holds[1]);
        prop_assert!(holds[1] || !holds[2]);
        prop_assert_eq!(register(&observed, Atomic, &setup), netsplit::check::linearizable(&observed, &setup).plain());
    }
}
