//! The pace over whole runs: its promises about how long things are on screen, and that it plans the same however it is fed.

use netsplit::base::{ClientId, Distribution, NodeId, SimDuration, SimTime};
use netsplit::lesson::Scenario;
use netsplit::protocol::{Operation, Update, Value};
use netsplit::session::Cluster;
use netsplit::sim::{ClientConfig, Command};
use netsplit::view::chronicle::{BeatKind, Chronicle, Ending, MessageKind};
use netsplit::view::pace::{Pace, ScreenTime, Speed};

use super::runs::{chronicle, scenario, scenarios, whole};

const STORY: Speed = Speed::Story { skip_quiet: true };

fn planned(chronicle: &Chronicle, speed: Speed, from: SimTime, through: SimTime) -> Pace {
    let mut pace = Pace::new(speed, from);
    pace.plan(chronicle, through);
    pace
}

/// Five nodes on a network that an eye can follow, as lessons have it.
fn teaching(client_timeout_ms: u64) -> Scenario {
    let mut scenario = scenario("first-election");
    let between =
        |min, max| Distribution::Uniform { min: SimDuration::from_millis(min), max: SimDuration::from_millis(max) };
    scenario.world.network.between_nodes.delay = between(15, 25);
    scenario.world.network.to_clients.delay = between(15, 25);
    let raft = scenario.system.as_raft_mut().expect("the first election is one of Raft");
    raft.heartbeat_interval = SimDuration::from_millis(100);
    raft.election_timeout.min = SimDuration::from_millis(400);
    raft.election_timeout.max = SimDuration::from_millis(800);
    scenario.world.clients =
        vec![ClientConfig { timeout: SimDuration::from_millis(client_timeout_ms), ..ClientConfig::default() }];
    scenario.world.schedule.clear();
    scenario.until = SimTime::from_secs(10);
    scenario
}

fn write(contact: NodeId) -> Command {
    let operation = Operation { key: "x".into(), update: Update::Write(Value::Int(1)) };
    Command::Invoke { client: ClientId(0), operation, contact: Some(contact) }
}

fn leader(told: &Chronicle) -> NodeId {
    let leads = |beat: &netsplit::view::chronicle::Beat| match beat.what {
        BeatKind::Leads { node, .. } => Some(node),
        _ => None,
    };
    told.beats().iter().find_map(leads).expect("somebody leads")
}

fn seconds(from: ScreenTime, to: ScreenTime) -> f64 {
    (to.0 - from.0) as f64 / 1e6
}

#[test]
fn a_commit_takes_about_four_seconds() {
    let mut scenario = teaching(2_000);
    let leader = leader(&chronicle(&whole(&scenario)));
    scenario.world.schedule.push((SimTime::from_millis(3_030), write(leader)));
    let told = chronicle(&whole(&scenario));
    let pace = planned(&told, STORY, SimTime::ZERO, scenario.until);
    let bar = &told.operations()[0];
    let (ended, _) = bar.ended.as_ref().expect("it ends");
    let (invoked, committed) = (pace.screen_at(bar.invoked_at), pace.screen_at(bar.committed.expect("committed").at));
    let (to_commit, to_answer) = (seconds(invoked, committed), seconds(invoked, pace.screen_at(ended.at)));
    assert!((2.2..4.5).contains(&to_commit), "committed after {to_commit} s");
    assert!((3.2..5.5).contains(&to_answer), "answered after {to_answer} s");
}

#[test]
fn a_cut_to_unknown_takes_at_most_fifteen_seconds() {
    for timeout in [1_000, 1_500, 2_000] {
        let mut scenario = teaching(timeout);
        let leader = leader(&chronicle(&whole(&scenario)));
        let mut sides: Vec<Vec<_>> = vec![vec![leader.into(), ClientId(0).into()], Vec::new()];
        for node in (1..=5).map(NodeId).filter(|node| *node != leader) {
            let side = usize::from(sides[0].len() >= 3);
            sides[side].push(node.into());
        }
        let cut_at = SimTime::from_millis(3_000);
        scenario.world.schedule.push((cut_at, Command::Partition { groups: sides }));
        scenario.world.schedule.push((SimTime::from_millis(3_200), write(leader)));
        let told = chronicle(&whole(&scenario));
        let pace = planned(&told, STORY, SimTime::ZERO, scenario.until);
        let (ended, _) = told.operations()[0].ended.as_ref().expect("it ends");
        let took = seconds(pace.screen_at(cut_at), pace.screen_at(ended.at));
        assert!((4.0..=15.0).contains(&took), "unknown after {took} s with a timeout of {timeout} ms");
    }
}

/// How long each message of the foreground that began and ended within the plan is on screen.
fn on_screen(told: &Chronicle, pace: &Pace) -> Vec<(u64, String)> {
    let (_, through) = pace.planned_through();
    let all = told.crossings().iter().filter(|crossing| crossing.is_foreground() && crossing.sent_at >= pace.from());
    let shown = all.filter_map(|crossing| {
        let end = crossing.end.filter(|end| end.at <= through)?;
        let screen = pace.screen_at(end.at).0 - pace.screen_at(crossing.sent_at).0;
        Some((screen, format!("{} {:?} from {}", crossing.message, crossing.kind, crossing.sent_at)))
    });
    shown.collect()
}

#[test]
fn a_comparison_of_trees_that_goes_down_many_levels_takes_a_few_seconds() {
    let scenario = scenario("cart-union");
    let told = chronicle(&whole(&scenario));
    let pace = planned(&told, STORY, SimTime::ZERO, scenario.until);
    let is_of = |kind, from: SimTime| told.crossings().iter().find(move |it| it.kind == kind && it.sent_at > from);
    let healed = SimTime::from_millis(1_500);
    let news = told.crossings().iter().find(|it| it.kind == MessageKind::Compared && it.is_foreground());
    let news = news.expect("trees differ").sent_at;
    assert!(news > healed, "it is about what the cut has kept apart");
    let versions = is_of(MessageKind::Version, news).expect("versions are sent");
    let took = seconds(pace.screen_at(news), pace.screen_at(versions.end.expect("they arrive").at));
    assert!((1.5..5.0).contains(&took), "the comparison takes {took} s");
}

#[test]
fn no_message_that_matters_flits_by_in_any_scenario() {
    for scenario in scenarios() {
        let told = chronicle(&whole(&scenario));
        let pace = planned(&told, STORY, SimTime::ZERO, scenario.until);
        let shown = on_screen(&told, &pace);
        let wrong = shown.iter().find(|(screen, _)| (120_000..600_000).contains(screen));
        assert!(wrong.is_none(), "{}: {wrong:?}", scenario.id);
        assert!(
            pace.planned_through().1 > SimTime(scenario.until.0 / 20),
            "{}: {:?}",
            scenario.id,
            pace.planned_through()
        );
    }
}

#[test]
fn in_a_teaching_network_messages_last_between_six_tenths_and_one_and_a_half_seconds() {
    let mut scenario = teaching(2_000);
    let leader = leader(&chronicle(&whole(&scenario)));
    for ms in [3_030, 4_500, 6_000] {
        scenario.world.schedule.push((SimTime::from_millis(ms), write(leader)));
    }
    let told = chronicle(&whole(&scenario));
    let pace = planned(&told, STORY, SimTime::from_millis(2_500), scenario.until);
    let mut shown: Vec<u64> = on_screen(&told, &pace).into_iter().map(|(screen, _)| screen).collect();
    shown.sort_unstable();
    assert!(shown.len() >= 30);
    let (median, longest) = (shown[shown.len() / 2], shown[shown.len() - 1]);
    assert!((800_000..=1_100_000).contains(&median), "median {median} us");
    // A message that is on its way while a key moment is held stands still for that time as well.
    assert!(longest <= 2_400_000, "longest {longest} us");
}

#[test]
fn a_plan_does_not_depend_on_how_it_was_fed_and_never_changes() {
    for id in ["minority-cut", "zombie-leader", "five-nodes-writing", "flapping-link", "slow-disk", "three-nodes-quiet"]
    {
        let scenario = scenario(id);
        for from in [SimTime::ZERO, SimTime(scenario.until.0 / 3 + 137)] {
            let at_once = planned(&chronicle(&whole(&scenario)), STORY, from, scenario.until);
            let mut cluster = Cluster::new(&scenario, scenario.seed);
            let (mut told, mut pace) = (Chronicle::new(), Pace::new(STORY, from));
            let mut last = (ScreenTime(0), from);
            for step in 1..=97 {
                let known = SimTime(scenario.until.0 * step / 97);
                cluster.advance(known);
                told.read_on(&cluster);
                pace.plan(&told, known);
                assert_eq!(pace.sim_at(last.0), last.1, "{id}: what was planned has changed");
                last = pace.planned_through();
            }
            assert_eq!(pace.planned_through(), at_once.planned_through(), "{id} from {from}");
            for ms in 0..last.0.0 / 50_000 {
                let screen = ScreenTime(ms * 50_000);
                assert_eq!(pace.sim_at(screen), at_once.sim_at(screen), "{id} from {from} at {screen:?}");
            }
        }
    }
}

#[test]
fn key_moments_are_held_and_the_quiet_is_told() {
    let scenario = scenario("zombie-leader");
    let told = chronicle(&whole(&scenario));
    let pace = planned(&told, STORY, SimTime::ZERO, scenario.until);
    let through = pace.planned_through().1;
    let partition = SimTime::from_secs(1);
    let held = pace.screen_at(partition);
    assert_eq!(pace.sim_at(ScreenTime(held.0 + 599_999)), partition, "a cut is held");
    let skips: Vec<_> =
        (0..pace.planned_through().0.0 / 50_000).filter_map(|at| pace.skip_at(ScreenTime(at * 50_000))).collect();
    assert!(skips.iter().any(|skip| skip.heartbeats > 0 && skip.length.0 > 100_000), "{through}");
}

#[test]
fn whoever_wants_no_quiet_skipped_sees_it_at_the_pace_of_what_was_before() {
    let mut scenario = teaching(1_000);
    scenario.until = SimTime::from_secs(4);
    let told = chronicle(&whole(&scenario));
    let slow = planned(&told, Speed::Story { skip_quiet: false }, SimTime::ZERO, scenario.until);
    let quick = planned(&told, STORY, SimTime::ZERO, scenario.until);
    let (slow_end, quick_end) = (slow.planned_through(), quick.planned_through());
    assert_eq!(slow_end.1, quick_end.1);
    assert!(slow_end.0.0 > 3 * quick_end.0.0 && slow.skip_at(ScreenTime(slow_end.0.0 / 2)).is_none());
}

#[test]
fn a_message_that_is_on_its_way_where_the_plan_begins_is_shown_from_there() {
    let scenario = teaching(1_000);
    let told = chronicle(&whole(&scenario));
    let asks = told.crossings().iter().find(|crossing| crossing.is_foreground()).expect("an election");
    let end = asks.end.filter(|end| end.how == Ending::Delivered).expect("it arrives").at;
    let from = SimTime(asks.sent_at.0.midpoint(end.0));
    let pace = planned(&told, STORY, from, scenario.until);
    let shown = pace.screen_at(end).0;
    assert!((200_000..1_500_000).contains(&shown), "half of its way takes {shown} us");
}
