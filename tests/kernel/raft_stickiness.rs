//! Leader stickiness (thesis, 4.2.3): who has heard a leader within the minimum election timeout ignores candidates.

use crate::support::raft_group::{Server, append, ask, disk, log_end, notes, vote_given};
use netsplit::base::{NodeId, NodeSet};
use netsplit::protocol::raft::snapshot::Snapshot;
use netsplit::protocol::raft::store::Store;
use netsplit::protocol::raft::{
    Ballot, Break, Configuration, InstallSnapshot, RaftConfig, RaftMessage, RaftNote, Term, VoteRefusal,
};
use std::sync::Arc;

fn settings() -> RaftConfig {
    RaftConfig { leader_stickiness: true, ..RaftConfig::default() }
}

/// A follower of n2 in term 1, whose start is long ago.
fn follower(config: &RaftConfig) -> Server {
    let mut server = Server::new(config);
    server.pass(1_000);
    server.hear_and_sync(2, append(1, (0, 0), &[1], 0));
    server
}

#[test]
fn whoever_heard_a_leader_not_long_ago_ignores_candidates() {
    for ballot in [Ballot::Real, Ballot::Pre] {
        let mut server = follower(&settings());
        server.pass(149);
        let effects = server.hear_and_sync(3, ask(ballot, 7, (1, 1)));
        assert_eq!(vote_given(&effects), Some(false));
        let ago = server.clock().since(netsplit::base::Monotonic(1_000_000));
        let why = VoteRefusal::HeardLeader { ago };
        assert_eq!(notes(&effects), [RaftNote::VoteRefused { candidate: NodeId(3), term: Term(7), ballot, why }]);
        assert_eq!((server.raft.term(), server.disk.term), (Term(1), Term(1)), "not even the term is taken over");
        server.pass(1);
        assert_eq!(vote_given(&server.hear_and_sync(3, ask(ballot, 7, (1, 1)))), Some(true), "the time is over");
    }
}

#[test]
fn whoever_was_asked_by_the_leader_to_stand_is_not_ignored() {
    let mut server = follower(&settings());
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Transfer, 2, (1, 1)))), Some(true));
    assert_eq!(server.raft.voted_for(), Some(NodeId(3)));
}

#[test]
fn a_leader_ignores_candidates_as_long_as_it_leads() {
    let mut server = Server::new(&settings());
    server.lead(&[2]);
    server.pass(10_000);
    assert_eq!(vote_given(&server.hear(3, ask(Ballot::Real, 9, (9, 9)))), Some(false));
    assert_eq!((server.role(), server.raft.term()), ("leader", Term(1)));
    server.hear(3, ask(Ballot::Transfer, 9, (9, 9)));
    assert_eq!((server.role(), server.raft.term()), ("follower", Term(9)), "but not its own successor");
}

#[test]
fn a_server_that_starts_again_must_assume_that_it_has_just_heard_a_leader() {
    let start = |config: &RaftConfig| Server::start(NodeId(1), NodeSet::first(3), config, disk(1, None, &[1]));
    let mut server = start(&settings());
    server.pass(149);
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 2, (1, 1)))), Some(false));
    server.pass(1);
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 2, (1, 1)))), Some(true));
    let forgetful = RaftConfig { break_it: Break::RestartForgetsLeader.into(), ..settings() };
    assert_eq!(vote_given(&start(&forgetful).hear_and_sync(3, ask(Ballot::Real, 2, (1, 1)))), Some(true));
}

#[test]
fn a_promise_outlasts_the_news_of_a_newer_term() {
    let mut server = follower(&settings());
    server.hear_and_sync(3, RaftMessage::Vote { term: Term(5), granted: false, ballot: Ballot::Real });
    assert_eq!(server.raft.term(), Term(5));
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 6, (1, 1)))), Some(false));
}

#[test]
fn a_heartbeat_that_is_refused_still_binds_and_one_of_an_older_term_does_not() {
    let mut server = follower(&settings());
    server.pass(200);
    server.hear_and_sync(2, append(1, (9, 9), &[], 0));
    assert_eq!(vote_given(&server.hear(3, ask(Ballot::Real, 2, (1, 1)))), Some(false), "its leader lives");
    server.pass(200);
    server.hear_and_sync(3, append(0, (0, 0), &[], 0));
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 2, (1, 1)))), Some(true));
}

#[test]
fn a_snapshot_is_a_sign_of_the_leader_too() {
    let mut server = follower(&settings());
    server.pass(200);
    let configuration = Configuration::of(NodeSet::first(3));
    let snapshot = Arc::new(Snapshot { last: log_end(1, 5), configuration, store: Store::default() });
    server.hear_and_sync(2, RaftMessage::InstallSnapshot(InstallSnapshot { term: Term(1), snapshot, round: 1 }));
    assert_eq!(vote_given(&server.hear(3, ask(Ballot::Real, 2, (9, 9)))), Some(false));
}

#[test]
fn it_is_a_setting_of_its_own() {
    let config = RaftConfig { pre_vote: true, check_quorum: true, ..RaftConfig::default() };
    let mut server = follower(&config);
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Pre, 2, (1, 1)))), Some(true));
    assert_eq!(vote_given(&server.hear_and_sync(3, ask(Ballot::Real, 2, (1, 1)))), Some(true));
}
