//! Every setting can be read and put back, and what cannot be is refused in words.

use super::*;
use crate::base::{NodeId, SimTime};
use crate::protocol::leaderless::LeaderlessConfig;
use crate::session::{Replay, Session};
use crate::sim::{ClientConfig, Command, Wire, WorldConfig};

fn scenario() -> Scenario {
    let clients = vec![ClientConfig::default()];
    let schedule = vec![(SimTime::from_millis(700), Command::Crash { node: NodeId(5), keep_some: false })];
    Scenario {
        format: 1,
        id: "test".to_owned(),
        title: String::new(),
        summary: String::new(),
        seed: 1,
        until: SimTime::from_secs(10),
        system: System::Raft(RaftConfig::default()),
        world: WorldConfig { nodes: 5, clients, schedule, ..WorldConfig::default() },
        faults: None,
        claims: Vec::new(),
    }
}

/// The same cluster with leaderless replicas.
fn leaderless() -> Scenario {
    Scenario { system: System::Leaderless(LeaderlessConfig { n: 4, ..LeaderlessConfig::default() }), ..scenario() }
}

/// The settings that a scenario has.
fn settings(scenario: &Scenario) -> impl Iterator<Item = Setting> {
    let system = scenario.system.clone();
    Setting::all().filter(move |setting| setting.is_of(&system))
}

#[test]
fn what_is_read_can_be_put_back_and_changes_nothing() {
    for scenario in [scenario(), leaderless()] {
        assert!(settings(&scenario).count() > 12);
        for setting in settings(&scenario) {
            let mut same = scenario.clone();
            let put = setting.set(&mut same, &setting.get(&scenario));
            put.unwrap_or_else(|error| panic!("{}: {error}", setting.name()));
            assert_eq!(same, scenario, "{}", setting.name());
        }
    }
}

#[test]
fn each_setting_changes_itself_alone() {
    for (scenario, number) in [(scenario(), "7"), (leaderless(), "3")] {
        for setting in settings(&scenario) {
            let was = setting.get(&scenario);
            let text = match setting.entry() {
                Entry::Switch if was == "on" => "off".to_owned(),
                Entry::Switch => "on".to_owned(),
                Entry::Choice(all) => all[if was == all[0].0 { all.len() - 1 } else { 0 }].0.to_owned(),
                Entry::Number(_) => number.to_owned(),
            };
            let mut other = scenario.clone();
            setting.set(&mut other, &text).unwrap_or_else(|error| panic!("{}: {error}", setting.name()));
            assert_eq!(setting.get(&other), text);
            let found = differences(&scenario, &other);
            assert!(found.iter().any(|words| words.starts_with(setting.name())), "{found:?}");
            // What is switched off takes along what it is about.
            let own = |it: &Setting| *it == setting || depends(*it, setting);
            assert_eq!(found.len(), settings(&scenario).filter(own).count(), "{found:?}");
        }
    }
}

/// Whether one setting says nothing where another is switched to something else.
fn depends(one: Setting, other: Setting) -> bool {
    use LeaderlessSetting::{AntiEntropy, CompareInterval, CompareRate, Detector, Silence};
    let (Setting::Leaderless(one), Setting::Leaderless(other)) = (one, other) else { return false };
    matches!((one, other), (CompareInterval | CompareRate, AntiEntropy) | (Silence, Detector))
}

#[test]
fn what_is_not_in_use_is_empty_and_a_number_brings_it_into_use() {
    let mut it = leaderless();
    let mut set = |setting: LeaderlessSetting, text: &str| {
        Setting::Leaderless(setting).set(&mut it, text).expect("it can be");
        Setting::Leaderless(setting).get(&it)
    };
    assert_eq!(set(LeaderlessSetting::AntiEntropy, "off"), "off");
    assert_eq!(set(LeaderlessSetting::CompareInterval, ""), "", "they do not compare");
    assert_eq!(set(LeaderlessSetting::CompareInterval, "250"), "250");
    assert_eq!(set(LeaderlessSetting::AntiEntropy, "on"), "on");
    assert_eq!(set(LeaderlessSetting::CompareInterval, ""), "250", "what was set stays");
    assert_eq!(set(LeaderlessSetting::Detector, "phi 8"), "phi 8");
    assert_eq!(set(LeaderlessSetting::Silence, ""), "");
    assert_eq!(set(LeaderlessSetting::Silence, "900"), "900");
    assert_eq!(set(LeaderlessSetting::Detector, "timeout"), "timeout");
    assert_eq!(set(LeaderlessSetting::Silence, ""), "900");
    assert_eq!(set(LeaderlessSetting::HintExpiry, "30"), "30");
    assert_eq!(set(LeaderlessSetting::HintExpiry, ""), "", "for ever");
    let error = Setting::Leaderless(LeaderlessSetting::Gossip).set(&mut it, "0").expect_err("no timer is that short");
    assert_eq!(error, "is nothing: a timer takes some time");
}

#[test]
fn a_setting_of_another_system_is_refused() {
    for (mut scenario, other) in [(scenario(), leaderless()), (leaderless(), scenario())] {
        let before = scenario.clone();
        for setting in settings(&other).filter(|setting| !setting.is_of(&before.system)) {
            assert!(setting.set(&mut scenario, "1").is_err(), "{}", setting.name());
        }
        assert_eq!(scenario, before);
    }
}

#[test]
fn nonsense_is_refused_in_words() {
    let mut it = scenario();
    let mut refused = |setting: Setting, text: &str| setting.set(&mut it, text).expect_err("it is nonsense");
    assert_eq!(refused(Setting::Nodes, "10"), "is not from 1 to 9");
    assert_eq!(refused(Setting::Heartbeat, "fast"), "is not a number");
    assert_eq!(refused(Setting::Heartbeat, "0.0001"), "has more than 3 decimals");
    assert_eq!(refused(Setting::Loss, "101"), "is above 100 %");
    assert_eq!(it, scenario(), "nothing has changed");
}

#[test]
fn a_problem_belongs_to_a_setting() {
    let mut it = scenario();
    Setting::ElectionMin.set(&mut it, "500").expect("a number");
    Setting::Reads.set(&mut it, "lease").expect("a choice");
    for problem in it.problems() {
        assert!(Setting::all().any(|setting| setting.is_about(&problem)), "{problem}");
    }
    assert_eq!(it.problems().len(), 2);
}

#[test]
fn a_preset_is_recognised_and_can_run() {
    for preset in PRESETS {
        let mut it = scenario();
        preset.set(&mut it);
        assert!(preset.is_set(&it));
        assert_eq!(it.problems(), []);
        assert_eq!(PRESETS.iter().filter(|other| other.is_set(&it)).count(), 1);
    }
}

/// A session with two things done, at 2 s.
fn session() -> Session {
    let mut session = Session::new(&scenario(), 1).expect("it can run");
    session.advance(SimTime::from_millis(1_000));
    session.apply(&Command::Cut(Wire::both(NodeId(1), NodeId(5)))).expect("the link is there");
    session.advance(SimTime::from_millis(1_500));
    session.apply(&Command::Pause(NodeId(2))).expect("n2 is there");
    session.advance(SimTime::from_secs(2));
    session
}

#[test]
fn a_rerun_gives_every_command_at_its_time_and_stands_where_the_run_stood() {
    let session = session();
    let mut next = session.scenario().clone();
    Setting::Heartbeat.set(&mut next, "20").expect("a number");
    let again = rerun(&session, next).expect("it can run");
    assert!(again.left_out.is_empty(), "{:?}", again.left_out);
    let mut replay = Replay::new(&again.scenario, again.record).expect("it can run");
    while !replay.advance_some(100).expect("each command can be carried out") {}
    let run = replay.finish().expect("it is done");
    assert_eq!(run.now().time, again.now);
    let times = |session: &Session| -> Vec<_> {
        session.active_branch().commands().iter().map(|(moment, command)| (moment.time, command.clone())).collect()
    };
    assert_eq!(times(&run), times(&session));
    // The same from the beginning by hand.
    let mut by_hand = Session::new(&again.scenario, 1).expect("it can run");
    for (time, command) in times(&session) {
        by_hand.advance(time);
        by_hand.apply(&command).expect("it can be carried out");
    }
    by_hand.advance(again.now);
    assert_eq!(run.trace_hash(), by_hand.trace_hash());
}

#[test]
fn what_names_a_node_that_is_gone_is_left_out_and_said() {
    let session = session();
    let mut next = session.scenario().clone();
    Setting::Nodes.set(&mut next, "3").expect("a number");
    let again = rerun(&session, next).expect("it can run");
    assert_eq!(again.left_out, ["n5 crashes", "the link n1-n5 is cut"]);
    assert_eq!(again.record.commands.len(), 1);
    let mut wrong = session.scenario().clone();
    Setting::ElectionMin.set(&mut wrong, "900").expect("a number");
    assert!(rerun(&session, wrong).is_err());
}
