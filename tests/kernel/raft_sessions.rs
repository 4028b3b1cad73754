//! Clients' sessions (section 8; thesis, 6.3): what is asked twice is done once.

use crate::support::raft_group::{Group, append_text};
use netsplit::base::{ClientId, NodeId};
use netsplit::protocol::raft::{Break, RaftConfig, RaftNote};
use netsplit::protocol::{Operation, Refusal, Reply, SessionStamp, Update, Value};

fn stamp(sequence: u32, outstanding_from: u32) -> Option<SessionStamp> {
    Some(SessionStamp { client: ClientId(0), sequence, outstanding_from })
}

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.into()))
}

/// The first leader commits "a" and goes silent; the client asks the next leader for the same.
fn retried_at_the_next_leader(config: &RaftConfig) -> Group {
    let mut group = Group::new(3, config);
    group.campaign(1);
    group.request(1, append_text("x", "a"), stamp(1, 1));
    group.settle().beat(1);
    group.isolate(1);
    group.campaign(2);
    assert_eq!(group.at(2).role(), "leader");
    let retry = group.request(2, append_text("x", "a"), stamp(1, 1));
    group.settle().heal().beat(2);
    assert_eq!(group.reply(retry), Some(&Reply::done()));
    group
}

#[test]
fn a_retry_at_another_leader_is_applied_once() {
    let group = retried_at_the_next_leader(&RaftConfig::default());
    for id in 1..=3 {
        assert_eq!(group.at(id).value("x"), text("a"), "n{id}");
    }
    assert!(group.noted(|note| matches!(note, RaftNote::AppliedBefore { .. })) >= 1);
    let without = RaftConfig { break_it: Break::NoSessions.into(), ..RaftConfig::default() };
    assert_eq!(retried_at_the_next_leader(&without).at(2).value("x"), text("aa"), "W24");
}

/// n3 was away, and knows what was done only from a snapshot. It must know who asked, too.
#[test]
fn a_snapshot_remembers_who_asked_for_what() {
    for (forgets, expected) in [(false, "a"), (true, "aa")] {
        let mut config = RaftConfig { snapshot_after: Some(3), ..RaftConfig::default() };
        if forgets {
            config.break_it = Break::SnapshotWithoutSessions.into();
        }
        let mut group = Group::new(3, &config);
        group.campaign(1);
        group.isolate(3);
        group.request(1, append_text("x", "a"), stamp(1, 1));
        group.settle();
        for number in 0..6 {
            group.write(1, "y", number);
            group.settle();
        }
        group.heal().beat(1).beat(1);
        let server = group.server(3);
        assert!(server.raft.snapshot().is_some() && server.value("x") == text("a"));
        server.restart();
        group.campaign(3);
        assert_eq!(group.at(3).role(), "leader");
        group.request(3, append_text("x", "a"), stamp(1, 1));
        group.settle();
        assert_eq!(group.at(3).value("x"), text(expected));
    }
}

#[test]
fn a_pipeline_may_arrive_in_any_order() {
    let mut group = Group::new(3, &RaftConfig::default());
    group.campaign(1);
    group.request(1, append_text("x", "c"), stamp(3, 1));
    group.request(1, append_text("x", "a"), stamp(1, 1));
    group.request(1, append_text("x", "c"), stamp(3, 1));
    group.request(1, append_text("x", "b"), stamp(2, 1));
    group.settle();
    assert_eq!(group.at(1).value("x"), text("cab"), "each once, in the order of the log");
}

#[test]
fn what_a_client_has_given_up_is_never_applied_later() {
    let mut group = Group::new(3, &RaftConfig::default());
    group.campaign(1);
    group.request(1, append_text("x", "b"), stamp(2, 2));
    let late = group.request(1, append_text("x", "a"), stamp(1, 1));
    group.settle();
    assert_eq!(group.at(1).value("x"), text("b"));
    assert_eq!(group.reply(late), Some(&Reply::Refused(Refusal::Unavailable)));
}

#[test]
fn the_second_answer_is_the_first_one_again() {
    let mut group = Group::new(3, &RaftConfig::default());
    group.campaign(1);
    let update = Update::CompareAndSet { expect: None, value: Value::Int(1) };
    let swap = Operation { key: "x".into(), update };
    let first = group.request(1, swap.clone(), stamp(1, 1));
    let second = group.request(1, swap.clone(), stamp(1, 1));
    let other = group.request(1, swap, stamp(2, 1));
    group.settle();
    assert_eq!((group.reply(first), group.reply(second)), (Some(&Reply::done()), Some(&Reply::done())));
    assert!(matches!(group.reply(other), Some(Reply::Done { swapped: false, .. })), "that is a new operation");
}

#[test]
fn sessions_of_two_clients_have_nothing_to_do_with_each_other() {
    let mut group = Group::new(1, &RaftConfig::default());
    group.campaign(1);
    let other = Some(SessionStamp { client: ClientId(1), sequence: 1, outstanding_from: 1 });
    group.request(1, append_text("x", "a"), stamp(1, 1));
    group.request(1, append_text("x", "b"), other);
    assert_eq!(group.at(1).value("x"), text("ab"));
}

#[test]
fn every_server_comes_to_the_same_sessions() {
    let group = retried_at_the_next_leader(&RaftConfig::default());
    let store = group.at(1).raft.store();
    assert!([NodeId(2), NodeId(3)].iter().all(|node| group.servers[node].raft.store() == store));
}
