//! The pictures of the inspector against whole runs: what they draw is what was decided and sent.

use netsplit::base::{Endpoint, NodeId, SimTime};
use netsplit::lesson::{Scenario, System};
use netsplit::protocol::Key;
use netsplit::session::{Cluster, Session};
use netsplit::view::chronicle::{Chronicle, Crossing, MessageKind};
use netsplit::view::comparison::{Compared, exchange};
use netsplit::view::inspector::Target;
use netsplit::view::preference::{StopPart, preference};
use netsplit::view::stage::{SeenBy, StageFrame};

use super::runs::{chronicle, scenario, scenarios, whole};

fn at(scenario: &Scenario, ms: u64) -> (Session, Chronicle) {
    let mut session = Session::new(scenario, scenario.seed).expect("it can run");
    session.seek(SimTime::from_millis(ms));
    let knows = chronicle(session.cluster());
    (session, knows)
}

#[test]
fn the_walk_meets_a_keys_own_replicas_first_on_every_ring() {
    let mut looked = 0;
    for scenario in scenarios().into_iter().filter(|it| matches!(it.system, System::Leaderless(_))) {
        let cluster = whole(&scenario);
        let Cluster::Leaderless(world) = &cluster else { panic!("{} is leaderless", scenario.id) };
        for (node, slot) in world.nodes() {
            let it = preference(&cluster, node, None);
            let Some(replica) = slot.process() else {
                assert_eq!(it, None, "{}: {node} does not run", scenario.id);
                continue;
            };
            let it = it.unwrap_or_else(|| panic!("{}: {node} has a ring", scenario.id));
            for key in &it.keys {
                let it = preference(&cluster, node, Some(key)).expect("a key that is offered can be asked about");
                let home = it.stops.iter().filter_map(|stop| match stop.part {
                    StopPart::Home(number) => Some((number, stop.node)),
                    _ => None,
                });
                let own = replica.home(key).iter().enumerate().map(|(at, node)| (at as u8 + 1, *node));
                assert_eq!(home.collect::<Vec<_>>(), own.collect::<Vec<_>>(), "{}: {key}", scenario.id);
                assert!(it.stops.iter().all(|stop| stop.is_suspected != replica.alive().contains(stop.node)));
                // Each stop is the first of its node's places after the key.
                let turned = |at: u32| (at + 1_000_000 - it.stands_at) % 1_000_000;
                for stop in &it.stops {
                    let own = it.places.iter().filter(|(_, node)| *node == stop.node).map(|(at, _)| turned(*at));
                    assert_eq!(own.min(), Some(turned(stop.at)), "{}: {key} at {}", scenario.id, stop.node);
                }
                looked += 1;
            }
        }
    }
    assert!(looked > 60, "{looked} keys were looked at");
    assert_eq!(preference(&whole(&scenario("zombie-leader")), NodeId(1), None), None, "Raft has no ring");
}

#[test]
fn who_stands_in_is_told_for_whom() {
    let scenario = scenario("sloppy-stale");
    let mut told = false;
    for ms in (0..scenario.until.0 / 1_000).step_by(100) {
        let (session, _) = at(&scenario, ms);
        let Cluster::Leaderless(world) = session.cluster() else { panic!("it is leaderless") };
        for (node, slot) in world.nodes() {
            let Some(replica) = slot.process() else { continue };
            let Some(it) = preference(session.cluster(), node, None) else { continue };
            let taken = replica.ring().sloppy(it.key.as_bytes(), usize::from(it.n), replica.alive());
            for stop in &it.stops {
                let whom = taken.iter().find(|(taker, _)| *taker == stop.node).and_then(|(_, whom)| *whom);
                match stop.part {
                    StopPart::StandsInFor(other) => assert_eq!(Some(other), whom),
                    StopPart::Home(_) | StopPart::Spare | StopPart::Nothing => assert_eq!(whom, None),
                }
                if let StopPart::StandsInFor(other) = stop.part {
                    assert_eq!(it.words(stop), format!("stands in for {other}"));
                    told = true;
                }
            }
        }
    }
    assert!(told, "somebody stood in for a node that was away");
}

#[test]
fn a_comparison_is_told_down_to_the_key_that_differs() {
    let scenario = scenario("compare-trees");
    let (session, knows) = at(&scenario, 5_900);
    let target = Target::Node(NodeId(3));
    let it = exchange(session.cluster(), &knows, target).expect("n3 has compared");
    let leaves: Vec<u32> = it.leaves().collect();
    assert_eq!(it.keys.len(), 1);
    assert_eq!((it.keys[0].key.clone(), vec![it.keys[0].leaf]), (Key::from("x"), leaves));
    // Seven levels, and from the root down two branches were compared on each.
    assert_eq!((it.depth, it.branches.len()), (6, 13));
    let differing = it.branches.values().filter(|it| **it == Compared::Differs).count();
    assert_eq!(differing, 7);
    assert!(it.branches.values().all(|it| *it != Compared::Asked));
    assert!(!it.is_broken && it.since > 0, "{it:?}");
    // A question and an answer on each level, then the versions, once or both ways.
    assert!((15..=16).contains(&it.messages), "{}", it.messages);
    let full = it.full_copy.expect("it runs");
    assert!(full < it.bytes, "one key: all of it takes {full} of {} bytes", it.bytes);
    let words = it.sentences();
    assert_eq!(words[0], "13 of 127 branches compared: 1 of 64 leaves differs.");
    assert!(words.iter().any(|line| line.ends_with("with so few keys that is cheaper.")), "{words:?}");
}

#[test]
fn a_comparison_in_progress_tells_no_more_than_was_sent() {
    let scenario = scenario("compare-trees");
    let all = chronicle(&whole(&scenario));
    let mut states = Vec::new();
    let news = all.crossings().iter().find(|it| it.kind == MessageKind::Compared && it.is_foreground());
    let news = news.expect("trees differ").sent_at;
    let is_part = |it: &&Crossing| {
        matches!(it.kind, MessageKind::Compare | MessageKind::Compared) && it.sent_at.0.abs_diff(news.0) < 20_000
    };
    for crossing in all.crossings().iter().filter(is_part) {
        let (Some(from), Some(to)) = (crossing.from.node(), crossing.to.node()) else { panic!("nodes compare") };
        let mut session = Session::new(&scenario, scenario.seed).expect("it can run");
        session.seek(crossing.sent_at);
        let knows_so_far = chronicle(session.cluster());
        let link = Target::Link(Endpoint::Node(from), Endpoint::Node(to));
        let now = exchange(session.cluster(), &knows_so_far, link);
        assert_eq!(now, exchange(session.cluster(), &all, link), "nothing of what comes is told");
        let now = now.expect("they compare");
        states.push(now.branches.len());
        assert!(now.branches.values().filter(|it| **it == Compared::Asked).count() <= 2);
    }
    assert!(states.iter().max() == Some(&13) && states.iter().min() <= Some(&3), "{states:?}");
}

#[test]
fn trees_that_are_equal_are_compared_at_the_root_alone() {
    let scenario = scenario("cart-set");
    let mut equal = 0;
    for ms in [300, 450, 600] {
        let (session, knows) = at(&scenario, ms);
        let found = exchange(session.cluster(), &knows, Target::Node(NodeId(2)));
        if let Some(it) = found.filter(|it| it.branches.len() == 1 && it.is_equal()) {
            assert!(it.sentences()[0].starts_with("The roots are equal"));
            assert_eq!((it.picture().knots.len(), it.messages), (1, 2));
            equal += 1;
        }
    }
    assert!(equal > 0);
}

#[test]
fn only_the_observer_sees_how_far_a_clock_is_off() {
    let skewed = whole(&scenario("lww-skew"));
    let dials = |cluster: &Cluster, seen_by| {
        let frame = StageFrame::of(cluster, seen_by);
        frame.nodes.iter().map(|node| node.clock.map(|clock| clock.ahead_ms)).collect::<Vec<_>>()
    };
    let seen = dials(&skewed, SeenBy::Observer);
    let (right, off): (Vec<i64>, Vec<i64>) =
        seen.iter().map(|ahead| ahead.expect("all have one")).partition(|it| *it == 0);
    assert!(!right.is_empty() && !off.is_empty(), "some are right and some are not: {seen:?}");
    for node in (1..=seen.len() as u8).map(NodeId) {
        assert!(
            dials(&skewed, SeenBy::Node(node)).iter().all(Option::is_none),
            "{node} knows of no clock what it is worth"
        );
    }
    let right = dials(&whole(&scenario("home")), SeenBy::Observer);
    assert!(right.iter().all(Option::is_none), "where all are right there is nothing to see");
}
