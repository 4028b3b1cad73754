//! The facts that lessons brought: each is seen to hold and not to hold in a run in which that is plain.

use netsplit::base::{ClientId, Endpoint, NodeId, SimTime};
use netsplit::lesson::{Comparison, Fact, OutcomeWord, Sight, epoch};
use netsplit::protocol::{Key, Value};
use netsplit::session::Session;
use netsplit::sim::{Command, Wire};

const ALICE: ClientId = ClientId(0);

fn n(number: u8) -> NodeId {
    NodeId(number)
}

/// The run of the lesson of the zombie leader, once n1 leads.
fn session() -> Session {
    let lesson = super::read(&super::root().join("assets/lessons/zombie-leader.md")).expect("the lesson can be read");
    let mut session = Session::new(&lesson.scenario, lesson.scenario.seed).expect("the scenario can run");
    session.advance(SimTime::from_secs(1));
    assert!(is(&session, &Fact::Leads(n(1))));
    session
}

fn is(session: &Session, fact: &Fact) -> bool {
    fact.holds(&Sight::plain(session.cluster(), 0))
}

fn apply(session: &mut Session, command: &Command) {
    session.apply(command).expect("the command can be carried out");
}

fn sides(groups: &[&[u8]]) -> Vec<Vec<NodeId>> {
    groups.iter().map(|group| group.iter().copied().map(NodeId).collect()).collect()
}

fn partition(groups: &[&[u8]]) -> Command {
    let ends = |group: Vec<NodeId>| group.into_iter().map(Endpoint::Node).collect();
    Command::Partition { groups: sides(groups).into_iter().map(ends).collect() }
}

fn write(session: &mut Session, value: i64) {
    let update = netsplit::protocol::Update::Write(Value::Int(value));
    let operation = netsplit::protocol::Operation { key: Key::from("x"), update };
    apply(session, &Command::Invoke { client: ALICE, operation, contact: None });
}

fn later(session: &mut Session, ms: u64) {
    let to = SimTime(session.now().time.0 + ms * 1_000);
    session.advance(to);
}

#[test]
fn sides_are_exactly_who_reaches_whom() {
    let mut session = session();
    let two_and_three = Fact::Sides(sides(&[&[1, 2], &[3, 4, 5]]));
    assert!(is(&session, &Fact::Sides(sides(&[&[1, 2, 3, 4, 5]]))));
    assert!(!is(&session, &two_and_three));
    apply(&mut session, &partition(&[&[1, 2], &[3, 4, 5]]));
    assert!(is(&session, &two_and_three));
    assert!(is(&session, &Fact::Sides(sides(&[&[5, 3, 4], &[2, 1]]))), "order does not matter");
    assert!(!is(&session, &Fact::Sides(sides(&[&[1], &[2], &[3, 4, 5]]))), "finer");
    assert!(!is(&session, &Fact::Sides(sides(&[&[1, 2, 3, 4, 5]]))), "coarser");
    assert!(is(&session, &Fact::SideSizes(vec![3, 2])));
    assert!(!is(&session, &Fact::SideSizes(vec![4, 1])));
    apply(&mut session, &Command::Heal(Wire::one_way(n(1), n(3))));
    assert!(!is(&session, &two_and_three), "one direction of one link is enough to be no side");
    apply(&mut session, &Command::Cut(Wire::one_way(n(1), n(3))));
    apply(&mut session, &Command::Cut(Wire::one_way(n(4), n(5))));
    assert!(!is(&session, &two_and_three), "a side must be whole both ways");
    assert!(!is(&session, &Fact::SideSizes(vec![3, 2])));
}

#[test]
fn a_cut_and_an_isolated_endpoint_are_seen_in_each_direction() {
    let mut session = session();
    let both = Fact::Cut(Wire::both(n(1), n(2)));
    apply(&mut session, &Command::Cut(Wire::one_way(n(1), n(2))));
    assert!(is(&session, &Fact::Cut(Wire::one_way(n(1), n(2)))));
    assert!(!is(&session, &Fact::Cut(Wire::one_way(n(2), n(1)))));
    assert!(!is(&session, &both));
    apply(&mut session, &Command::Cut(Wire::one_way(n(2), n(1))));
    assert!(is(&session, &both));
    for end in [Endpoint::Node(n(4)), Endpoint::Client(ALICE)] {
        assert!(!is(&session, &Fact::Isolated(end)));
        apply(&mut session, &Command::Isolate(end));
        assert!(is(&session, &Fact::Isolated(end)));
    }
    apply(&mut session, &Command::Heal(Wire::one_way(n(4), n(5))));
    assert!(!is(&session, &Fact::Isolated(Endpoint::Node(n(4)))), "one direction of one link is enough");
}

#[test]
fn operations_are_told_apart_by_number() {
    let mut session = session();
    let outcome = |nth, is| Fact::Outcome { client: ALICE, nth, is };
    assert!(!is(&session, &outcome(1, OutcomeWord::Open)), "not invoked");
    write(&mut session, 1);
    assert!(is(&session, &outcome(1, OutcomeWord::Open)));
    later(&mut session, 500);
    assert!(is(&session, &outcome(1, OutcomeWord::Ok)) && !is(&session, &outcome(1, OutcomeWord::Open)));
    apply(&mut session, &partition(&[&[1, 2], &[3, 4, 5]]));
    write(&mut session, 2);
    later(&mut session, 500);
    assert!(is(&session, &outcome(2, OutcomeWord::Unknown)) && is(&session, &outcome(1, OutcomeWord::Ok)));
    assert!(!is(&session, &outcome(2, OutcomeWord::Ok)) && !is(&session, &outcome(3, OutcomeWord::Open)));
}

#[test]
fn an_update_is_held_before_it_is_committed_and_until_it_is_overwritten() {
    let mut session = session();
    let held = |node: Option<u8>| Fact::Holds { node: node.map(NodeId), key: Key::from("x"), value: Value::Int(2) };
    apply(&mut session, &partition(&[&[1, 2], &[3, 4, 5]]));
    assert!(!is(&session, &held(None)));
    write(&mut session, 2);
    later(&mut session, 200);
    assert!(is(&session, &held(Some(1))) && is(&session, &held(Some(2))) && is(&session, &held(None)));
    assert!(!is(&session, &held(Some(3))));
    later(&mut session, 2_000);
    apply(&mut session, &Command::HealAll);
    later(&mut session, 2_000);
    assert!(!is(&session, &held(None)), "overwritten");
}

#[test]
fn elections_are_counted_from_where_the_span_began_and_processes_as_they_run() {
    let mut session = session();
    let began = epoch(session.cluster());
    let elections = |session: &Session, count| {
        Fact::Elections(Comparison::exactly(count)).holds(&Sight::plain(session.cluster(), began))
    };
    let running = |count| Fact::Running(Comparison::exactly(count));
    assert!(elections(&session, 0) && is(&session, &running(5)));
    apply(&mut session, &Command::Crash { node: n(1), keep_some: false });
    assert!(is(&session, &running(4)));
    apply(&mut session, &Command::Pause(n(2)));
    assert!(is(&session, &running(3)), "a frozen process does not run");
    later(&mut session, 3_000);
    assert!(!elections(&session, 0));
    assert!(is(&session, &Fact::Elections(Comparison { at_least: Some(2), at_most: None })), "counted from 0 here");
}
