//! Pre-vote (thesis, 9.6): asking around raises no term, and saying "I would" promises nothing.

use crate::support::raft_group::{Group, Server, append, ask, disk, sent, vote_given};
use netsplit::base::{NodeId, NodeSet};
use netsplit::protocol::Effect;
use netsplit::protocol::raft::{Ballot, RaftConfig, RaftMessage, Term};

fn settings() -> RaftConfig {
    RaftConfig { pre_vote: true, ..RaftConfig::default() }
}

fn would(term: u64) -> RaftMessage {
    RaftMessage::Vote { term: Term(term), granted: true, ballot: Ballot::Pre }
}

#[test]
fn asking_around_raises_no_term_and_writes_nothing() {
    let mut server = Server::new(&settings());
    let effects = server.time_out();
    assert_eq!((server.role(), server.raft.term(), server.raft.voted_for()), ("precandidate", Term(0), None));
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Persist { .. })));
    let asked = sent(&effects);
    assert_eq!(asked, [(2, ask(Ballot::Pre, 1, (0, 0))), (3, ask(Ballot::Pre, 1, (0, 0)))], "for the next term");
    server.time_out();
    assert_eq!(server.raft.term(), Term(0), "however often it asks");
}

#[test]
fn a_grant_changes_nothing_at_the_voter() {
    let mut voter = Server::start(NodeId(1), NodeSet::first(3), &settings(), disk(3, Some(3), &[1, 2]));
    let effects = voter.hear(2, ask(Ballot::Pre, 4, (2, 2)));
    assert_eq!(sent(&effects), [(2, would(4))]);
    assert_eq!((voter.raft.term(), voter.raft.voted_for()), (Term(3), Some(NodeId(3))));
    let changes = |effect: &Effect<_>| matches!(effect, Effect::Persist { .. } | Effect::SetTimer { .. });
    assert!(!effects.iter().any(changes), "no write, and its own election timer runs on");
    assert_eq!(vote_given(&voter.hear(3, ask(Ballot::Pre, 4, (2, 2)))), Some(true), "it may say so to several");
}

#[test]
fn a_majority_that_would_vote_makes_a_candidate() {
    let mut server = Server::start(NodeId(1), NodeSet::first(5), &settings(), disk(0, None, &[]));
    server.time_out();
    server.hear(2, would(1));
    server.hear(2, would(1));
    assert_eq!(server.role(), "precandidate", "one voter is one vote");
    server.hear(3, would(2));
    assert_eq!(server.role(), "precandidate", "that was about another term");
    let effects = server.hear_and_sync(3, would(1));
    assert_eq!((server.role(), server.disk.term, server.disk.voted_for), ("candidate", Term(1), Some(NodeId(1))));
    assert!(sent(&effects).contains(&(4, ask(Ballot::Real, 1, (0, 0)))));
    server.hear(4, would(1));
    server.hear(5, would(1));
    assert_eq!(server.role(), "candidate", "who would vote has not voted");
}

#[test]
fn a_refusal_from_a_newer_term_is_believed_and_any_other_changes_nothing() {
    let no = |term| RaftMessage::Vote { term: Term(term), granted: false, ballot: Ballot::Pre };
    let mut server = Server::new(&settings());
    server.time_out();
    server.hear(2, no(0));
    server.hear(3, no(0));
    assert_eq!((server.role(), server.raft.term()), ("precandidate", Term(0)));
    server.hear_and_sync(2, no(9));
    assert_eq!((server.role(), server.raft.term(), server.disk.term), ("follower", Term(9), Term(9)));
    server.hear(3, would(1));
    assert_eq!((server.role(), server.raft.term()), ("follower", Term(9)), "a late grant makes no candidate");
}

#[test]
fn a_pre_candidate_that_hears_its_leader_follows_again() {
    let mut server = Server::new(&settings());
    server.hear_and_sync(2, append(4, (0, 0), &[4], 0));
    server.time_out();
    assert_eq!(server.role(), "precandidate");
    server.hear_and_sync(2, append(4, (4, 1), &[], 1));
    assert_eq!((server.role(), server.raft.term().0), ("follower", 4));
    server.hear(3, would(5));
    assert_eq!((server.role(), server.raft.term().0), ("follower", 4), "it has stopped asking");
}

/// One that was cut off comes back: with pre-vote nothing happens, without it the leader falls.
#[test]
fn a_server_that_returns_deposes_nobody() {
    for (pre_vote, expected) in [(true, ("leader", 1)), (false, ("follower", 8))] {
        let mut group = Group::new(3, &RaftConfig { pre_vote, ..RaftConfig::default() });
        group.campaign(1);
        group.isolate(3);
        group.write(1, "x", 1);
        group.settle();
        for _ in 0..7 {
            group.campaign(3);
        }
        let expected_term = if pre_vote { 1 } else { 8 };
        assert_eq!(group.at(3).raft.term().0, expected_term);
        group.heal().beat(1);
        assert_eq!((group.at(1).role(), group.at(1).raft.term().0), expected);
        if pre_vote {
            assert_eq!(group.at(3).role(), "follower");
        }
    }
}

#[test]
fn a_pre_vote_is_refused_to_a_log_that_is_behind() {
    let mut group = Group::new(3, &settings());
    group.campaign(1);
    group.isolate(3);
    group.write(1, "x", 1);
    group.settle();
    group.heal().campaign(3);
    assert_eq!((group.at(3).role(), group.at(3).raft.term().0), ("precandidate", 1));
    group.campaign(2);
    assert_eq!((group.at(2).role(), group.at(2).raft.term().0), ("leader", 2), "only logs are compared");
}
