//! A record that is replayed in slices is the run that it was made from, whatever the slices.

use std::fs;
use std::path::Path;

use netsplit::base::{Moment, NodeId, SimTime};
use netsplit::lesson::Scenario;
use netsplit::session::{Replay, RunRecord, ScenarioRef, Session, SessionError};
use netsplit::sim::{Command, Wire};
use proptest::prelude::*;

/// A scenario that comes with the page.
pub(crate) fn named(id: &str) -> Scenario {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/compiled/{id}.json"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"))
}

fn record(session: &Session) -> RunRecord {
    session.record(ScenarioRef::Named("five-nodes-writing".to_owned()))
}

/// A run with commands, left at some time: before, between or after them.
fn steered(seed: u32, deeds: &[(u64, Command)], left_at: u64) -> Session {
    let mut session = Session::new(&named("five-nodes-writing"), seed).expect("the scenario can run");
    for (at, command) in deeds {
        session.advance(SimTime::from_millis(*at));
        session.apply(command).expect("the drawn commands name what is there");
    }
    session.seek(SimTime::from_millis(left_at));
    session
}

fn commands() -> impl Strategy<Value = Command> {
    let node = || (1_u8..=5).prop_map(NodeId);
    prop_oneof![
        (1_u8..=5, 1_u8..=4).prop_map(|(a, step)| Command::Cut(Wire::both(NodeId(a), NodeId((a - 1 + step) % 5 + 1)))),
        node().prop_map(|node| Command::Isolate(node.into())),
        Just(Command::HealAll),
        node().prop_map(Command::Pause),
        node().prop_map(Command::Resume),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn slices_of_any_size_lead_to_the_same_session(
        seed in 0_u32..20,
        mut deeds in proptest::collection::vec((0_u64..3_000, commands()), 0..6),
        left_at in 0_u64..4_000,
        slices in proptest::collection::vec(0_u64..900, 1..5),
    ) {
        deeds.sort_by_key(|(at, _)| *at);
        let whole = steered(seed, &deeds, left_at);
        let record = record(&whole);
        let mut replay = Replay::new(whole.scenario(), record.clone()).expect("the scenario can run");
        let (mut slice, mut behind) = (slices.iter().cycle(), replay.thousandths());
        while !replay.advance_some(*slice.next().expect("a cycle has no end")).expect("it was possible before") {
            prop_assert!(replay.thousandths() >= behind, "a replay of commands goes forward only");
            behind = replay.thousandths();
        }
        prop_assert_eq!(replay.thousandths(), 1_000);
        let sliced = replay.finish().expect("nothing is left to do");
        prop_assert_eq!(sliced.record(record.scenario.clone()), record.clone());
        prop_assert_eq!((sliced.now(), sliced.trace_hash()), (record.at, record.hash));
        prop_assert_eq!(sliced.branches().len(), 1, "a replay opens no branch");
    }
}

#[test]
fn a_slice_takes_no_more_events_than_it_is_given() {
    let whole = steered(3, &[(1_000, Command::Isolate(NodeId(2).into())), (2_000, Command::HealAll)], 3_000);
    let mut replay = Replay::new(whole.scenario(), record(&whole)).expect("the scenario can run");
    let mut slices = 0_u64;
    while !replay.advance_some(100).expect("it was possible before") {
        slices += 1;
    }
    let least = whole.now().events / 100;
    assert!((least..least + 4).contains(&slices), "{slices} slices of 100 for {} events", whole.now().events);
}

#[test]
fn a_replay_that_cannot_go_on_says_which_command_and_keeps_saying_so() {
    let at = Moment { time: SimTime::from_millis(10), events: 5 };
    let session = steered(1, &[], 0);
    let bad = Command::Cut(Wire::both(NodeId(1), NodeId(8)));
    let record = RunRecord { commands: vec![(at, bad)], applied: 1, at, ..record(&session) };
    let mut replay = Replay::new(session.scenario(), record).expect("the scenario can run");
    for _ in 0..2 {
        let error = replay.advance_some(1_000).expect_err("there is no n8");
        assert!(matches!(error, SessionError::Replay { number: 1, .. }), "{error}");
    }
}

#[test]
fn a_record_of_another_version_is_replayed_by_its_times() {
    let session = steered(1, &[], 0);
    let moment = |ms, events| Moment { time: SimTime::from_millis(ms), events };
    for (command_at, at) in [(moment(500, 1), moment(600, 2)), (moment(500, 1 << 40), moment(600, 1 << 41))] {
        let record = RunRecord { commands: vec![(command_at, Command::HealAll)], applied: 1, at, ..record(&session) };
        let mut replay = Replay::new(session.scenario(), record).expect("the scenario can run");
        let mut slices = 0;
        while !replay.advance_some(50).expect("links can always be healed") {
            slices += 1;
            assert!(slices < 10_000, "a replay comes to its end");
        }
        let replayed = replay.finish().expect("nothing is left to do");
        assert_eq!(replayed.now().time, at.time);
        assert_eq!(replayed.active_branch().commands().len(), 1);
    }
}
