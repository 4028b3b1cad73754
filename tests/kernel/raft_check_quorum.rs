//! Check-quorum (thesis, 6.2): a leader that no majority has answered for the minimum election timeout steps down.

use crate::support::raft_group::{Group, Server, append_text, disk, notes, outcome};
use netsplit::base::{NodeId, NodeSet, SimDuration};
use netsplit::protocol::Order;
use netsplit::protocol::raft::{AppendOutcome, Break, RaftConfig, RaftMessage, RaftNote, StepDown, Term};

fn settings() -> RaftConfig {
    RaftConfig { check_quorum: true, ..RaftConfig::default() }
}

fn leader_of(size: u8, config: &RaftConfig) -> Server {
    let mut server = Server::start(NodeId(1), NodeSet::first(size), config, disk(0, None, &[]));
    let voters: Vec<u8> = (2..=size / 2 + 1).collect();
    server.lead(&voters);
    server
}

/// Of five, the leader needs two others. n2 is heard last at 10 ms, n3 at 40 ms, n4 at 70 ms: with n3 the majority goes.
#[test]
fn it_counts_from_the_answer_that_made_the_last_majority() {
    let mut server = leader_of(5, &settings());
    for (at, follower) in [(10, 2), (40, 3), (70, 4)] {
        server.pass(at - server.clock().0 / 1_000);
        server.acknowledge(follower, 1, 1);
    }
    server.pass(119);
    assert!(server.leads(), "at 189 ms");
    let effects = server.pass(1);
    assert_eq!((server.role(), server.raft.term()), ("follower", Term(1)), "at 190 ms, and the term stays");
    let why = StepDown::LostQuorum { silent_for: SimDuration::from_millis(150) };
    assert!(notes(&effects).contains(&RaftNote::SteppedDown { term: Term(1), why }));
}

#[test]
fn any_answer_is_a_sign_of_life_even_a_refusal_of_entries() {
    let mut server = leader_of(3, &settings());
    server.pass(100);
    let outcome = AppendOutcome::Conflict {
        previous: server.raft.log().last_index(),
        retry_from: server.raft.log().last_index(),
    };
    server.hear_and_sync(2, RaftMessage::AppendReply { term: Term(1), outcome, round: 1 });
    server.pass(149);
    assert!(server.leads());
    server.pass(1);
    assert!(!server.leads());
}

/// n2 refuses what this leader sent in an earlier term: that says nothing of the present one.
#[test]
fn an_answer_to_an_older_term_is_no_sign_of_life() {
    let mut server = leader_of(3, &settings());
    server.pass(100);
    server.hear(2, RaftMessage::AppendReply { term: Term(1), outcome: AppendOutcome::OldTerm, round: 9 });
    server.pass(50);
    assert!(!server.leads());
}

#[test]
fn whoever_is_alone_is_a_majority() {
    let mut server = Server::start(NodeId(1), NodeSet::first(1), &settings(), disk(0, None, &[]));
    server.lead(&[]);
    server.pass(10_000);
    assert!(server.leads());
}

#[test]
fn of_two_both_are_needed() {
    let mut server = leader_of(2, &settings());
    server.pass(149);
    assert!(server.leads());
    server.pass(1);
    assert!(!server.leads());
}

#[test]
fn without_it_a_leader_that_nobody_answers_leads_on() {
    let mut server = leader_of(3, &RaftConfig::default());
    server.pass(10_000);
    assert!(server.leads());
}

#[test]
fn a_learner_is_no_part_of_a_majority() {
    let mut group = Group::new(3, &settings());
    group.join(4);
    group.campaign(1);
    group.order(1, Order::AddLearner(NodeId(4))).settle().beat(1).beat(1);
    assert_eq!(group.at(4).raft.log().last_index(), group.at(1).raft.log().last_index());
    for voter in [2, 3] {
        group.isolate(voter);
    }
    group.pass_all(200);
    assert_eq!(group.at(1).role(), "follower");
}

#[test]
fn what_was_asked_of_it_is_refused_afterwards() {
    let mut group = Group::new(3, &settings());
    group.campaign(1);
    group.isolate(1);
    let lost = group.request(1, append_text("x", "a"), None);
    group.pass(1, 150);
    assert_eq!(group.at(1).role(), "follower");
    assert_eq!(group.reply(lost), None, "it may still be committed: nobody knows");
    let late = group.write(1, "x", 1);
    assert!(group.reply(late).is_some(), "it knows no leader");
}

#[test]
fn to_take_sending_for_hearing_is_a_break() {
    let config = RaftConfig { break_it: Break::CheckQuorumCountsSends.into(), ..settings() };
    let mut server = leader_of(3, &config);
    server.pass(10_000);
    assert!(server.leads());
}

#[test]
fn a_deposed_leader_answers_its_old_followers_no_more() {
    let mut server = leader_of(3, &settings());
    server.pass(150);
    let effects = server.acknowledge(2, 1, 1);
    assert!(outcome(&effects).is_none() && !server.leads());
    assert_eq!(server.raft.commit_index().0, 0, "it counts nothing any more");
}
