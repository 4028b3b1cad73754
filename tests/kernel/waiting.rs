//! Who waits for whom: an attempt in vain names exactly the members that have not answered, and what died between.

use crate::support::Gossip;
use crate::support::lab::{ALICE, BOB, Lab, N1, N2, N3, crash, ms, op, setting};
use netsplit::base::{Endpoint, NodeId, NodeSet, RecordId, SimTime};
use netsplit::sim::{Command, Kind, TraceRecord, Wire};

struct Waited {
    time: SimTime,
    party: Endpoint,
    members: NodeSet,
    drops: Vec<RecordId>,
}

fn waited(lab: &Lab) -> Vec<Waited> {
    let found = |record: TraceRecord<Gossip>| match record.kind {
        Kind::WaitingFor { party, members, drops } => Some(Waited { time: record.moment.time, party, members, drops }),
        _ => None,
    };
    lab.records().into_iter().filter_map(found).collect()
}

fn set(nodes: &[NodeId]) -> NodeSet {
    nodes.iter().copied().collect()
}

#[test]
fn silence_names_the_members_that_did_not_answer_and_what_died() {
    let mut lab = Lab::new(&setting(3));
    lab.apply(Command::Cut(Wire::both(N1, N3))).ask(N1, op("everybody", 5)).until(ms(200));
    let waits = waited(&lab);
    assert_eq!(waits.len(), 2);
    let [client, node] = &waits[..] else { unreachable!("two parties wait") };
    assert_eq!((client.time, client.party, client.members), (ms(100), ALICE.into(), set(&[N1])));
    assert!(client.drops.is_empty(), "nothing died between Alice and n1");
    assert_eq!((node.party, node.members), (N1.into(), set(&[N3])), "n2 has answered");
    let died: Vec<_> = node.drops.iter().map(|&drop| lab.record(drop).kind).collect();
    assert!(
        matches!(&died[..], [Kind::Dropped { from, to, .. }] if (*from, *to) == (N1.into(), N3.into())),
        "{died:?}"
    );
}

#[test]
fn an_answer_that_died_is_named_like_a_question() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::Cut(Wire::one_way(N2, N1))).ask(N1, op("everybody", 5)).until(ms(200));
    let waits = waited(&lab);
    let drops: Vec<_> = waits[1].drops.iter().map(|&drop| lab.record(drop).kind).collect();
    assert!(matches!(&drops[..], [Kind::Dropped { from, .. }] if *from == N2.into()), "{drops:?}");
}

#[test]
fn a_request_or_answer_that_died_is_the_client_s_to_name() {
    for wire in [Wire::one_way(ALICE, N1), Wire::one_way(N1, ALICE)] {
        let mut lab = Lab::new(&setting(1));
        lab.apply(Command::Cut(wire)).ask(N1, op("x", 5)).until(ms(200));
        let waits = waited(&lab);
        assert_eq!(waits.len(), 1);
        let died: Vec<_> = waits[0].drops.iter().map(|&drop| lab.record(drop).kind).collect();
        assert!(matches!(&died[..], [Kind::Dropped { from, to, .. }] if (*from, *to) == (wire.from, wire.to)));
    }
}

#[test]
fn another_client_s_losses_are_not_named() {
    let mut config = setting(1);
    config.clients.push(config.clients[0].clone());
    let mut lab = Lab::new(&config);
    lab.apply(Command::Cut(Wire::both(BOB, N1))).ask(N1, op("silence", 0));
    lab.apply(Command::Invoke { client: BOB, operation: op("x", 1), contact: Some(N1) }).until(ms(200));
    let alice = waited(&lab).into_iter().find(|wait| wait.party == ALICE.into()).expect("Alice waits");
    assert!(alice.drops.is_empty());
}

#[test]
fn who_was_answered_in_full_waits_no_longer() {
    let mut lab = Lab::new(&setting(3));
    lab.ask(N1, op("everybody", 5)).until(ms(200));
    let node = waited(&lab).into_iter().find(|wait| wait.party == N1.into()).expect("the node never settled");
    assert_eq!(node.members, NodeSet::EMPTY, "all have answered, and Alice was not told");
}

#[test]
fn an_answer_to_a_later_wait_answers_the_earlier_ones() {
    let mut lab = Lab::new(&setting(3));
    lab.apply(Command::Cut(Wire::both(N1, N3))).ask(N1, op("everybody", 5)).until(ms(50));
    lab.apply(Command::HealAll).apply(Command::Cut(Wire::both(N1, N2))).ask(N1, op("everybody", 6)).until(ms(300));
    let node: Vec<_> = waited(&lab).into_iter().filter(|wait| wait.party == N1.into()).collect();
    assert_eq!(node[0].members, NodeSet::EMPTY, "n2 took 5; n3 took 6, which is more");
    assert_eq!(node[1].members, set(&[N2]));
}

#[test]
fn what_died_on_the_way_to_those_who_have_answered_is_not_named() {
    let mut lab = Lab::new(&setting(3));
    lab.apply(Command::Cut(Wire::both(N1, N3))).ask(N1, op("everybody", 5)).until(ms(50));
    lab.apply(Command::Cut(Wire::both(N1, N2))).ask(N1, op("burst", 3)).until(ms(200));
    let node = waited(&lab).into_iter().find(|wait| wait.party == N1.into()).expect("n1 waits for n3");
    let receivers = node.drops.iter().map(|&drop| match lab.record(drop).kind {
        Kind::Dropped { to, .. } => to,
        other => panic!("{other:?} is no drop"),
    });
    assert_eq!(receivers.collect::<Vec<_>>(), [Endpoint::from(N3); 4], "the offer and three pings");
}

#[test]
fn a_crash_ends_the_waiting() {
    let mut lab = Lab::new(&setting(3));
    lab.apply(Command::Cut(Wire::both(N1, N3))).ask(N1, op("everybody", 5)).until(ms(50));
    lab.apply(crash(N1)).until(ms(200));
    assert!(waited(&lab).iter().all(|wait| wait.party == ALICE.into()), "the process that waited is gone");
}

#[test]
fn of_many_drops_the_latest_are_named() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::Cut(Wire::both(N1, N2))).ask(N1, op("everybody", 5)).until(ms(10));
    lab.ask(N1, op("burst", 20)).until(ms(300));
    let node = waited(&lab).into_iter().find(|wait| wait.party == N1.into()).expect("n1 waits");
    assert_eq!(node.drops.len(), 8);
    assert!(node.drops.is_sorted());
    let died = lab.records().into_iter().rfind(|record| matches!(record.kind, Kind::Dropped { .. }));
    assert_eq!(node.drops.last().copied(), died.map(|record| record.id));
}
