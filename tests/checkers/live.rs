//! The checker that follows a run against the one that reads it all, at every prefix (K1).

use netsplit::check::{LiveLinearizability, Model, Observed, Setup, Undecided, Verdict, linearizable};
use proptest::prelude::*;

use crate::histories::{registers, setup, told};
use crate::oracles::{Case, generated, knossos, porcupine};

/// Compares after every so many events, and at the first wrong one and around it.
fn compare(observed: &Observed, setup: &Setup, stride: usize) {
    let mut live = LiveLinearizability::new(setup.clone());
    let verdicts: Vec<Verdict> = live.follow(observed).collect();
    let first = verdicts.iter().position(Verdict::is_violated);
    for (event, verdict) in verdicts.iter().enumerate() {
        let is_near = first.is_some_and(|first| event.abs_diff(first) <= 2);
        if event % stride == 0 || is_near || event + 1 == observed.len() {
            let batch = linearizable(&observed.prefix(event + 1), setup).plain();
            assert_eq!(*verdict, batch, "after event {event}");
        }
        assert!(first.is_none_or(|first| event < first || verdict == &verdicts[first]), "red stays red");
    }
}

#[test]
fn recorded_histories_have_one_verdict_at_every_prefix() {
    let stride = |case: &Case| if case.observed.len() < 120 { 1 } else { 29 };
    for case in porcupine().iter().chain(&knossos()) {
        compare(&case.observed, &case.setup, stride(case));
    }
}

#[test]
fn generated_histories_have_one_verdict_at_every_prefix() {
    for vector in generated() {
        let setup = Setup::new(Model::Register).with_initial(vector.init.clone());
        compare(&vector.observed(Model::Register), &setup, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn random_histories_have_one_verdict_at_every_prefix(observed in registers(14, 2)) {
        compare(&observed, &setup(Model::Any, "0"), 1);
    }
}

#[test]
fn what_was_taken_to_have_happened_may_turn_out_otherwise() {
    let seen_early = ["0 w x 1", "0 ok", "1 cas x 1 2", "2 r x", "2 ok 2"];
    let endings = ["1 no", "1 ok", "1 fail", "1 info"];
    let wrong = endings.map(|ending| {
        let observed = told(&[&seen_early[..], &[ending, "2 r x", "2 ok 2"]].concat());
        compare(&observed, &setup(Model::Any, "nil"), 1);
        linearizable(&observed, &setup(Model::Any, "nil")).violation().map(|violation| violation.event)
    });
    assert_eq!(wrong, [Some(5), None, Some(5), None]);
}

#[test]
fn a_clone_goes_its_own_way() {
    let setup = setup(Model::Any, "nil");
    let observed = told(&["0 w x 1", "0 ok", "1 r x", "1 ok nil", "1 r x", "1 ok 1"]);
    let mut live = LiveLinearizability::new(setup.clone());
    assert!(live.follow(&observed.prefix(3)).all(|verdict| verdict.is_satisfied()));
    let mut other = live.clone();
    live.complete(1, netsplit::check::End::Ok(netsplit::check::Answer::Value(netsplit::check::Datum::Nil)));
    other.complete(1, netsplit::check::End::Ok(netsplit::check::Answer::Value(1.into())));
    assert!(live.verdict().is_violated() && other.verdict().is_satisfied());
    other.complete(1, netsplit::check::End::Failed);
    assert!(other.verdict().is_satisfied(), "a second end says nothing");
}

#[test]
fn a_budget_that_runs_out_is_said_and_only_red_can_follow() {
    let tight = Setup { budget: 2, ..setup(Model::Any, "nil") };
    let mut live = LiveLinearizability::new(tight);
    let events = ["0 w x 1", "1 w x 2", "0 ok", "1 ok", "2 r x", "2 ok 1", "2 r x", "2 ok 1", "3 r y", "3 ok 4"];
    let verdicts: Vec<Verdict> = live.follow(&told(&events)).collect();
    assert!(verdicts[4].is_satisfied());
    let lost = Verdict::Undecided(Undecided::Budget(2));
    assert_eq!(verdicts[5..9], [lost.clone(), lost.clone(), lost.clone(), lost]);
    assert!(verdicts[9].is_violated(), "another key goes wrong: {:?}", verdicts[9]);
}
