//! Log compaction (section 7): snapshots that are taken, sent, lost, repeated, late, and met by a crash.

use crate::support::raft_group::{Group, Server, append, ask, disk, log_end, outcome, sent, vote_given, write};
use netsplit::base::{ClientId, NodeId, NodeSet, OpId, RequestId};
use netsplit::protocol::raft::snapshot::Snapshot;
use netsplit::protocol::raft::store::Store;
use netsplit::protocol::raft::{
    Append, AppendOutcome, Ballot, Command, Configuration, ELECTION_TIMER, Entry, HEARTBEAT_TIMER, Index,
    InstallSnapshot, Raft, RaftConfig, RaftDurable, RaftMessage, Term,
};
use netsplit::protocol::{Context, Effect, Input, Order, Protocol, Request, Value};
use std::sync::Arc;

fn settings() -> RaftConfig {
    RaftConfig { snapshot_after: Some(3), ..RaftConfig::default() }
}

/// A snapshot in which x is the index of the last entry.
fn snapshot(term: u64, index: u64, members: u8) -> Arc<Snapshot> {
    let store: Store = [("x".into(), Value::Int(index as i64))].into_iter().collect();
    let configuration = Configuration::of(NodeSet::first(members));
    Arc::new(Snapshot { last: log_end(term, index), configuration, store })
}

fn install(term: u64, snapshot: Arc<Snapshot>) -> RaftMessage {
    RaftMessage::InstallSnapshot(InstallSnapshot { term: Term(term), snapshot, round: 1 })
}

fn snapshots_on_their_way(group: &Group) -> usize {
    group.queue.iter().filter(|(_, _, body)| matches!(body, RaftMessage::InstallSnapshot(_))).count()
}

/// n3 is cut off while the others write, and drop what they have applied.
fn left_behind() -> Group {
    let mut group = Group::new(3, &settings());
    group.campaign(1);
    group.isolate(3);
    for number in 0..8 {
        group.write(1, "x", number);
        group.settle();
    }
    group.beat(1);
    assert!(group.at(1).raft.log().base().index >= Index(7));
    group.heal();
    group
}

#[test]
fn a_follower_that_needs_what_is_gone_gets_a_snapshot() {
    let mut group = left_behind();
    group.beat(1).beat(1);
    let (leader, follower) = (group.at(1), group.at(3));
    assert_eq!(follower.raft.store(), leader.raft.store());
    assert_eq!(follower.raft.log().end(), leader.raft.log().end());
    assert_eq!(follower.disk.snapshot.as_ref().map(|it| it.last), Some(follower.raft.log().base()));
    group.write(1, "x", 99);
    group.settle();
    assert_eq!(group.at(3).raft.log().end(), group.at(1).raft.log().end(), "and then entries again");
}

#[test]
fn a_snapshot_that_was_lost_is_sent_again() {
    let mut group = left_behind();
    for _ in 0..3 {
        // Whatever carries a snapshot dies on the way.
        group.feed(1, Input::Timer(HEARTBEAT_TIMER));
        let mut lost = 0;
        while let Some(message) = group.queue.pop_front() {
            if matches!(message.2, RaftMessage::InstallSnapshot(_)) {
                lost += 1;
            } else {
                group.deliver(message);
            }
        }
        assert!(lost <= 1);
    }
    assert_eq!(group.at(3).raft.commit_index(), Index(0), "it knows of nothing yet");
    group.beat(1).beat(1);
    assert_eq!(group.at(3).raft.store(), group.at(1).raft.store());
}

/// A leader of three whose n2 answers everything, and whose n3 has not been heard.
fn leader_with_writes(count: u32) -> Server {
    let mut server = Server::new(&RaftConfig { snapshot_after: Some(4), ..RaftConfig::default() });
    server.lead(&[2]);
    write_more(&mut server, count);
    server
}

fn write_more(server: &mut Server, count: u32) {
    for _ in 0..count {
        let op = OpId(server.raft.log().last_index().0 as u32);
        let id = RequestId { client: ClientId(0), op, attempt: 1 };
        let operation = write("x", 1);
        server.feed(Input::Request(Box::new(Request { id, operation, session: None, context: Context::default() })));
        server.sync();
        let last = server.raft.log().last_index().0;
        server.acknowledge(2, last, 1);
    }
}

fn snapshots_in(effects: &[Effect<Raft>]) -> Vec<Index> {
    let last =
        |(_, body)| if let RaftMessage::InstallSnapshot(it) = body { Some(it.snapshot.last.index) } else { None };
    sent(effects).into_iter().filter_map(last).collect()
}

/// Several answers to what was sent before are under way when the first of them makes the leader send its snapshot.
#[test]
fn one_snapshot_is_on_its_way_at_a_time() {
    let mut server = leader_with_writes(6);
    let base = server.raft.log().base().index;
    assert!(base >= Index(4));
    assert_eq!(snapshots_in(&server.acknowledge(3, 1, 1)), [base]);
    for matched in [1, 2, 2] {
        assert_eq!(snapshots_in(&server.acknowledge(3, matched, 1)), []);
    }
}

#[test]
fn a_leader_that_has_gone_on_sends_the_next_snapshot_as_soon_as_the_last_has_arrived() {
    let mut server = leader_with_writes(6);
    let first = server.raft.log().base().index;
    assert_eq!(snapshots_in(&server.acknowledge(3, 1, 1)), [first]);
    write_more(&mut server, 6);
    let next = server.raft.log().base().index;
    assert!(next > first);
    assert_eq!(snapshots_in(&server.acknowledge(3, first.0, 1)), [next]);
    let effects = server.acknowledge(3, next.0, 1);
    assert!(sent(&effects).iter().any(|(to, body)| *to == 3 && matches!(body, RaftMessage::Append(_))), "and entries");
}

#[test]
fn a_snapshot_that_says_nothing_new_changes_nothing() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, append(1, (0, 0), &[1, 1, 1, 1, 1], 4));
    let before = (server.raft.log().clone(), server.raft.store().clone(), server.raft.commit_index());
    for index in [2, 4] {
        let effects = server.hear_and_sync(2, install(1, snapshot(1, index, 3)));
        assert_eq!(outcome(&effects), Some(AppendOutcome::Matched(Index(index))), "it holds as much");
        assert_eq!((server.raft.log().clone(), server.raft.store().clone(), server.raft.commit_index()), before);
    }
    let effects = server.hear_and_sync(3, install(0, snapshot(1, 9, 3)));
    assert_eq!(outcome(&effects), Some(AppendOutcome::OldTerm), "of a leader that is no more");
    assert_eq!(server.raft.commit_index(), Index(4));
}

#[test]
fn what_follows_the_snapshot_in_the_same_history_is_kept_and_any_other_history_goes() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, append(1, (0, 0), &[1, 1, 1, 1, 1], 0));
    server.hear_and_sync(2, install(1, snapshot(1, 3, 3)));
    assert_eq!((server.raft.log().base(), server.raft.log().end()), (log_end(1, 3), log_end(1, 5)));
    assert_eq!((server.raft.applied_index(), server.value("x")), (Index(3), Some(Value::Int(3))));
    assert_eq!(server.disk.log, *server.raft.log());

    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, append(1, (0, 0), &[1, 1, 1, 1, 1], 0));
    server.hear_and_sync(3, install(3, snapshot(2, 3, 3)));
    assert_eq!((server.raft.log().end(), server.log_terms()), (log_end(2, 3), vec![]));
    assert_eq!(server.disk.log, *server.raft.log());
}

#[test]
fn it_is_acknowledged_only_once_it_is_durable_and_a_crash_before_that_forgets_it() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, append(1, (0, 0), &[1, 1], 2));
    let effects = server.hear(2, install(1, snapshot(1, 9, 3)));
    let is_gated = |effect: &Effect<Raft>| {
        matches!(effect, Effect::Send { body: RaftMessage::AppendReply { .. }, after: Some(_), .. })
    };
    assert!(effects.iter().any(is_gated));
    server.restart();
    assert_eq!((server.raft.log().end(), server.raft.commit_index()), (log_end(1, 2), Index(0)));
    server.hear(2, install(1, snapshot(1, 9, 3)));
    server.sync();
    server.restart();
    assert_eq!((server.raft.log().end(), server.raft.commit_index()), (log_end(1, 9), Index(9)));
    assert_eq!(server.value("x"), Some(Value::Int(9)));
}

#[test]
fn a_snapshot_of_its_own_comes_back_after_a_crash_with_the_entries_after_it() {
    let mut group = Group::new(1, &settings());
    group.campaign(1);
    for number in 1..=5 {
        group.write(1, "x", number);
    }
    let (base, end) = (group.at(1).raft.log().base(), group.at(1).raft.log().end());
    assert_eq!((base, end), (log_end(1, 6), log_end(1, 6)));
    group.write(1, "x", 6);
    group.server(1).restart();
    let server = group.at(1);
    assert_eq!((server.raft.log().base(), server.raft.log().end()), (base, log_end(1, 7)));
    assert_eq!((server.raft.commit_index(), server.value("x")), (Index(6), Some(Value::Int(5))));
}

#[test]
fn an_election_compares_what_a_snapshot_covers_as_well() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, install(2, snapshot(2, 9, 3)));
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 3, (2, 8)))), Some(false));
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 3, (2, 9)))), Some(true));
}

#[test]
fn a_late_append_into_what_is_covered_is_taken_for_what_it_adds() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, install(2, snapshot(2, 5, 3)));
    let effects = server.hear_and_sync(2, append(2, (1, 3), &[1, 2], 5));
    assert_eq!(outcome(&effects), Some(AppendOutcome::Matched(Index(5))));
    let effects = server.hear_and_sync(2, append(2, (1, 3), &[1, 2, 2], 6));
    assert_eq!(outcome(&effects), Some(AppendOutcome::Matched(Index(6))));
    assert_eq!((server.raft.log().end(), server.raft.commit_index()), (log_end(2, 6), Index(6)));
    assert_eq!(server.disk.log, *server.raft.log());
    let effects = server.hear_and_sync(2, append(2, (0, 0), &[], 6));
    assert_eq!(outcome(&effects), Some(AppendOutcome::Matched(Index(0))));
    assert_eq!(server.raft.log().end(), log_end(2, 6));
}

#[test]
fn a_snapshot_brings_the_membership_of_its_time() {
    let mut server = Server::start(NodeId(3), NodeSet::first(3), &RaftConfig::default(), disk(0, None, &[]));
    server.hear_and_sync(1, install(4, snapshot(4, 9, 5)));
    assert_eq!(server.raft.configuration(), Configuration::of(NodeSet::first(5)));
    server.restart();
    assert_eq!(server.raft.configuration(), Configuration::of(NodeSet::first(5)), "it is on disk");
    server.hear_and_sync(1, install(4, snapshot(4, 12, 2)));
    assert!(!server.has_timer(ELECTION_TIMER), "it belongs no more, and knows");
    server.time_out();
    assert_eq!(server.role(), "follower");
}

#[test]
fn a_snapshot_holds_the_membership_that_it_covers_and_not_a_later_one() {
    let mut server = Server::new(&settings());
    server.hear_and_sync(2, append(1, (0, 0), &[1, 1, 1], 0));
    let next = Configuration { learners: NodeSet::EMPTY.with(NodeId(4)), ..server.raft.configuration() };
    let entry = Entry { term: Term(1), command: Command::Configure(Arc::new(next)) };
    let previous = log_end(1, 3);
    let body = Append { term: Term(1), previous, entries: entry.into(), commit: Index(3), round: 1 };
    server.hear_and_sync(2, append(1, (1, 3), &[], 0));
    server.hear_and_sync(2, RaftMessage::Append(Append { commit: Index(0), ..body }));
    server.hear_and_sync(2, append(1, (1, 3), &[], 3));
    let taken = server.raft.snapshot().expect("three entries are applied");
    assert_eq!((taken.last, taken.configuration), (log_end(1, 3), Configuration::of(NodeSet::first(3))));
    assert_eq!(server.raft.configuration(), next, "the later one acts, and is not covered");
    server.restart();
    assert_eq!(server.raft.configuration(), next);
    // It is overwritten after the snapshot was taken: then the one in the snapshot acts again.
    server.hear_and_sync(3, append(2, (1, 3), &[2], 3));
    assert_eq!(server.raft.configuration(), Configuration::of(NodeSet::first(3)));
}

#[test]
fn data_of_the_beginning_reach_a_server_that_joins() {
    let members = NodeSet::first(3);
    let mut disk = RaftDurable::default();
    Raft::preload(&mut disk, members, &[("x".into(), Value::Int(5))]);
    let mut group = Group::starting_with(3, &RaftConfig::default(), &disk);
    group.join(4);
    assert_eq!(group.at(1).value("x"), Some(Value::Int(5)));
    group.campaign(1);
    group.order(1, Order::AddServer(NodeId(4))).settle();
    for _ in 0..4 {
        group.beat(1);
    }
    assert_eq!(group.at(4).value("x"), Some(Value::Int(5)));
    assert!(group.at(1).raft.configuration().voters.contains(NodeId(4)));
    assert_eq!(snapshots_on_their_way(&group), 0);
}
