//! Crashes and disks: what survives, what leaves when, and what a hostile disk does.

use crate::support::lab::{ALICE, Lab, N1, N2, always, crash, done, ms, op, read, setting};
use crate::support::{Fact, Word};
use netsplit::base::{ClientId, NodeId, SimDuration};
use netsplit::protocol::{Refusal, Value};
use netsplit::sim::{ClientConfig, Command, DropReason, Kind, NodeStatus, Outcome, Payload};

fn woke(lab: &Lab, node: NodeId) -> Vec<i64> {
    let facts = lab.facts(node).into_iter();
    facts.filter_map(|(_, fact)| if let Fact::Woke(number) = fact { Some(number) } else { None }).collect()
}

#[test]
fn a_crash_takes_memory_and_leaves_what_was_durable() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 5)).until(ms(10)).ask(N1, op("x", 8)).until(ms(12));
    assert_eq!((lab.greatest(N1), lab.kept(N1)), (Some(8), 5), "8 is still on its way to the disk");
    lab.apply(crash(N1));
    assert_eq!(lab.greatest(N1), None);
    lab.apply(Command::Restart(N1)).until(ms(20));
    assert_eq!((woke(&lab, N1), lab.kept(N1)), (vec![0, 5], 5));
    let stopped = lab.records().into_iter().find_map(|record| match record.kind {
        Kind::Stopped { lost_writes, .. } => Some(lost_writes),
        _ => None,
    });
    assert_eq!(stopped, Some(1));
}

#[test]
fn an_answer_leaves_only_once_its_write_is_durable() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 5)).until(ms(10));
    // 1 ms there, 2 ms on the disk, 1 ms back.
    assert_eq!(
        lab.ends().iter().map(|(time, _, outcome)| (*time, outcome.clone())).collect::<Vec<_>>(),
        [(ms(4), done())]
    );
    let records = lab.records();
    let reply = records.iter().find(|record| matches!(record.kind, Kind::Sent { payload: Payload::Reply { .. }, .. }));
    let cause = reply.and_then(|record| record.cause).expect("an answer has a cause");
    assert!(matches!(lab.record(cause).kind, Kind::Persisted { .. }), "the disk's report released it");
}

#[test]
fn what_waits_for_a_write_dies_with_the_process() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 5)).until(ms(2)).apply(crash(N1)).apply(Command::Restart(N1));
    // The next process calls its first write by the same number: that must not release what waited for the old one.
    lab.ask(N1, op("x", 3)).until(ms(300));
    let ends: Vec<_> = lab.ends().into_iter().map(|(_, op, outcome)| (op.0, outcome)).collect();
    assert_eq!(ends, [(2, done()), (1, Outcome::Unknown)]);
    let replies = lab
        .records()
        .iter()
        .filter(|record| matches!(record.kind, Kind::Sent { payload: Payload::Reply { .. }, .. }))
        .count();
    assert_eq!(replies, 1);
}

#[test]
fn a_report_for_an_earlier_process_does_not_reach_the_next() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 5)).until(ms(2)).apply(crash(N1)).apply(Command::Restart(N1));
    lab.ask(N1, op("x", 3)).until(ms(10));
    // Both processes call their first write 1. Only the second's is reported, 2 ms after it was asked for at 3 ms.
    let durable: Vec<_> = lab.facts(N1).into_iter().filter(|(_, fact)| matches!(fact, Fact::Durable(_))).collect();
    assert_eq!(durable, [(ms(5), Fact::Durable(1))]);
    assert_eq!(lab.kept(N1), 3);
}

#[test]
fn each_message_waits_for_its_own_write_and_for_no_other() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(N1, op("gate", 0)).until(ms(50));
    assert_eq!(
        lab.pings(N2),
        [(ms(2), 0), (ms(4), 1), (ms(4), 2)],
        "the send that waits for write 2 does not hold up that for write 1"
    );
}

#[test]
fn a_slower_disk_keeps_the_order_of_writes() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(Command::SetSync { node: N1, sync: always(20) }).ask(N1, op("x", 1)).until(ms(1));
    lab.apply(Command::SetSync { node: N1, sync: always(1) }).ask(N1, op("x", 2)).until(ms(50));
    let durable: Vec<_> = lab.facts(N1).into_iter().filter(|(_, fact)| matches!(fact, Fact::Durable(_))).collect();
    assert_eq!(durable, [(ms(21), Fact::Durable(1)), (ms(21), Fact::Durable(2))]);
}

#[test]
fn some_of_the_unsynced_writes_may_survive_oldest_first() {
    let mut survivors: Vec<i64> = (1..=40)
        .map(|seed| {
            let mut config = setting(1);
            config.disk.sync = always(50);
            let mut world = netsplit::sim::World::<crate::support::Gossip>::new(&config, &Default::default(), seed);
            for number in 1..=3 {
                let ask = Command::Invoke { client: ALICE, operation: op("x", number), contact: Some(N1) };
                world.apply(&ask).expect("n1 can be asked");
            }
            world.advance(ms(10));
            world.apply(&Command::Crash { node: N1, keep_some: true }).expect("n1 can crash");
            world.node(N1).expect("n1 is there").disk().durable().greatest
        })
        .collect();
    survivors.sort_unstable();
    survivors.dedup();
    assert_eq!(survivors, [0, 1, 2, 3], "none, some and all, each for some seed");
}

#[test]
fn a_lying_disk_loses_what_it_reported_as_durable() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(Command::SetLying { node: N1, flush_after: Some(SimDuration::from_millis(30)) });
    lab.ask(N1, op("x", 5)).until(ms(10));
    assert_eq!(lab.outcomes(), [done()], "the client was told so");
    lab.apply(crash(N1)).apply(Command::Restart(N1)).until(ms(50));
    assert_eq!(woke(&lab, N1), [0, 0]);
}

#[test]
fn a_lying_disk_writes_out_its_cache_in_the_end() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(Command::SetLying { node: N1, flush_after: Some(SimDuration::from_millis(30)) });
    lab.ask(N1, op("x", 5)).until(ms(32));
    assert_eq!(lab.kept(N1), 0);
    lab.until(ms(33));
    assert_eq!(lab.kept(N1), 5, "1 ms there, 2 ms until the report, 30 ms in the cache");
}

#[test]
fn a_disk_made_honest_writes_out_its_cache_and_an_old_flush_does_not_hasten_new_lies() {
    let lie = |ms| Command::SetLying { node: N1, flush_after: Some(SimDuration::from_millis(ms)) };
    let mut lab = Lab::new(&setting(1));
    lab.apply(lie(30)).ask(N1, op("x", 5)).until(ms(10));
    lab.apply(Command::SetLying { node: N1, flush_after: None });
    assert_eq!(lab.kept(N1), 5);
    // The flush that was due at 33 ms is no longer anybody's. That of 6 is due at 14 + 30 ms.
    lab.apply(lie(30)).until(ms(11)).ask(N1, op("x", 6)).until(ms(40));
    assert_eq!((lab.greatest(N1), lab.kept(N1)), (Some(6), 5));
    lab.until(ms(44));
    assert_eq!(lab.kept(N1), 6);
}

#[test]
fn a_wiped_node_returns_with_nothing() {
    let mut config = setting(1);
    config.data = vec![("x".into(), Value::Int(3))];
    let mut lab = Lab::new(&config);
    lab.ask(N1, op("x", 5)).until(ms(10)).apply(Command::Wipe(N1));
    assert_eq!(lab.world.node(N1).map(|node| node.status()), Some(NodeStatus::Down));
    lab.apply(Command::Restart(N1)).until(ms(20));
    assert_eq!(woke(&lab, N1), [3, 0], "what was there before the run is gone too");
}

#[test]
fn a_message_to_a_node_that_is_down_dies_there() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(crash(N2)).ask(N1, op("burst", 1)).until(ms(10));
    assert_eq!(lab.drops(N1, N2), [(ms(2), DropReason::Down)]);
    assert_eq!(lab.facts(N1).len(), 1, "nodes send as over a datagram: the sender is told nothing");
}

#[test]
fn what_a_frozen_node_holds_dies_with_it_and_is_recorded() {
    let mut config = setting(2);
    config.clients.push(ClientConfig::default());
    let mut lab = Lab::new(&config);
    lab.apply(Command::Pause(N2)).ask(N1, op("burst", 2));
    lab.apply(Command::Invoke { client: ClientId(1), operation: read("x"), contact: Some(N2) }).until(ms(10));
    assert_eq!(lab.world.node(N2).map(|node| node.inbox_len()), Some(3));
    lab.apply(crash(N2)).apply(Command::Restart(N2)).until(ms(30));
    assert_eq!(lab.drops(N1, N2), [(ms(10), DropReason::Down), (ms(10), DropReason::Down)]);
    assert!(lab.pings(N2).is_empty());
    // The client's connection breaks, and it cannot know whether its request was handled before.
    assert!(lab.ends().iter().any(|(time, _, outcome)| (*time, outcome) == (ms(11), &Outcome::Unknown)));
}

#[test]
fn commands_that_change_nothing_are_no_error() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(Command::Restart(N1)).apply(Command::Resume(N1)).apply(crash(N1)).apply(crash(N1));
    lab.apply(Command::Pause(N1)).until(ms(1));
    assert_eq!(lab.world.node(N1).map(|node| (node.status(), node.incarnation())), Some((NodeStatus::Down, 1)));
    let stops = lab.records().iter().filter(|record| matches!(record.kind, Kind::Stopped { .. })).count();
    assert_eq!(stops, 1);
}

#[test]
fn an_added_node_starts_empty_and_reaches_the_others() {
    let mut config = setting(2);
    config.data = vec![("x".into(), Value::Int(3))];
    let mut lab = Lab::new(&config);
    lab.until(ms(5)).apply(Command::AddNode);
    let added = NodeId(3);
    assert_eq!((lab.kept(added), lab.greatest(added)), (0, Some(0)));
    // It is no member for the others, so they offer nothing; asked, it offers to them.
    lab.ask(added, op("everybody", 9)).until(ms(20));
    assert_eq!((lab.greatest(N1), lab.greatest(N2)), (Some(9), Some(9)));
    assert!(lab.handled(added).iter().any(|(_, payload)| *payload == Payload::Node(Word::Taken(9))));
    let refused = lab.world.apply(&crash(NodeId(4))).expect_err("there is no n4");
    assert_eq!(refused.to_string(), "there is no node n4");
}

#[test]
fn a_request_that_found_nobody_has_failed_for_certain() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(crash(N1)).ask(N1, op("x", 5)).until(ms(50));
    assert_eq!(lab.outcomes(), [Outcome::Failed(Refusal::Down)]);
}
