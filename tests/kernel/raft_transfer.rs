//! Leadership transfer (thesis, 3.10).

use crate::support::raft_group::{Group, Server, answered, append, disk, notes, sent};
use netsplit::base::{ClientId, NodeId, NodeSet, OpId, RequestId};
use netsplit::protocol::raft::{Ballot, Configuration, OrderRefusal, RaftConfig, RaftMessage, RaftNote, Term};
use netsplit::protocol::{Context, Input, Operation, Order, Refusal, Reply, Request, Update};

const N2: NodeId = NodeId(2);
const N3: NodeId = NodeId(3);

fn leader() -> Server {
    let mut server = Server::new(&RaftConfig::default());
    server.lead(&[2]);
    server.acknowledge(2, 1, 1);
    server
}

fn hand_over(server: &mut Server, to: NodeId) -> Vec<netsplit::protocol::Effect<netsplit::protocol::raft::Raft>> {
    server.feed(Input::Order(Order::Transfer { to }))
}

fn is_asked(effects: &[netsplit::protocol::Effect<netsplit::protocol::raft::Raft>], id: u8) -> bool {
    sent(effects).contains(&(id, RaftMessage::TimeoutNow { term: Term(1) }))
}

fn request() -> Input<netsplit::protocol::raft::Raft> {
    let id = RequestId { client: ClientId(0), op: OpId(1), attempt: 1 };
    let operation = Operation { key: "x".into(), update: Update::Read };
    Input::Request(Box::new(Request { id, operation, session: None, context: Context::default() }))
}

fn refusal(server: &mut Server, order: Order) -> Option<OrderRefusal> {
    let why = |note| if let RaftNote::OrderRefused { why, .. } = note { Some(why) } else { None };
    notes(&server.feed(Input::Order(order))).into_iter().find_map(why)
}

#[test]
fn a_successor_that_has_everything_is_asked_at_once() {
    assert!(is_asked(&hand_over(&mut leader(), N2), 2));
}

#[test]
fn a_successor_that_is_behind_is_brought_up_to_date_first() {
    let mut server = leader();
    let effects = hand_over(&mut server, N3);
    assert!(!is_asked(&effects, 3));
    assert!(sent(&effects).iter().any(|(to, body)| *to == 3 && matches!(body, RaftMessage::Append(_))));
    assert!(!is_asked(&server.acknowledge(3, 0, 1), 3));
    assert!(!is_asked(&server.acknowledge(2, 1, 1), 2), "another server that is ready is not meant");
    assert!(is_asked(&server.acknowledge(3, 1, 1), 3));
    assert!(!is_asked(&server.acknowledge(3, 1, 1), 3), "once is enough");
}

#[test]
fn requests_are_refused_meanwhile_with_the_successor_s_name() {
    let mut server = leader();
    hand_over(&mut server, N3);
    let hint = Some(N3);
    assert_eq!(answered(&server.feed(request())), [Reply::Refused(Refusal::NotLeader { hint })]);
    assert_eq!(refusal(&mut server, Order::RemoveServer(N2)), Some(OrderRefusal::Transferring));
    assert_eq!(refusal(&mut server, Order::Transfer { to: N2 }), Some(OrderRefusal::Transferring));
}

#[test]
fn if_nothing_comes_of_it_the_leader_leads_on() {
    let mut server = leader();
    hand_over(&mut server, N3);
    server.pass(299);
    assert_eq!(refusal(&mut server, Order::Transfer { to: N2 }), Some(OrderRefusal::Transferring));
    let effects = server.pass(1);
    assert!(notes(&effects).contains(&RaftNote::TransferFailed { to: N3 }));
    assert_eq!(answered(&server.feed(request())), [], "the request is in the log");
    assert!(!is_asked(&server.acknowledge(3, 2, 1), 3), "the order is over");
    assert!(server.leads());
}

#[test]
fn only_a_voter_that_is_another_server_can_succeed() {
    let mut server = leader();
    assert_eq!(refusal(&mut server, Order::Transfer { to: NodeId(1) }), Some(OrderRefusal::ChangesNothing));
    assert_eq!(refusal(&mut server, Order::Transfer { to: NodeId(9) }), Some(OrderRefusal::NoVoter));
    server.feed(Input::Order(Order::AddLearner(NodeId(4))));
    assert_eq!(refusal(&mut server, Order::Transfer { to: NodeId(4) }), Some(OrderRefusal::NoVoter));
    let mut follower = Server::new(&RaftConfig::default());
    follower.hear_and_sync(2, append(1, (0, 0), &[], 0));
    let hint = Some(N2);
    assert_eq!(refusal(&mut follower, Order::Transfer { to: N3 }), Some(OrderRefusal::NotLeader { hint }));
}

#[test]
fn the_successor_stands_at_once_whatever_others_have_promised() {
    let config = RaftConfig { pre_vote: true, leader_stickiness: true, check_quorum: true, ..RaftConfig::default() };
    let mut group = Group::new(3, &config);
    group.pass_all(200);
    group.campaign(1).beat(1);
    let end = group.at(1).raft.log().end();
    group.order(1, Order::Transfer { to: N2 }).settle();
    assert_eq!((group.at(2).role(), group.at(2).raft.term()), ("leader", Term(2)));
    assert_eq!((group.at(1).role(), group.at(3).role()), ("follower", "follower"));
    assert!(group.at(2).raft.log().end() > end && group.at(1).raft.log().end() == group.at(2).raft.log().end());
    assert_eq!(group.noted(|note| matches!(note, RaftNote::BecamePreCandidate { .. })), 1, "only n1, at the beginning");
}

#[test]
fn only_the_leader_of_the_present_term_can_ask() {
    let asked = |from: u8, term: u64, config: &Configuration| {
        let mut server = Server::start(NodeId(1), config.voters, &RaftConfig::default(), disk(0, None, &[]));
        server.hear_and_sync(2, append(3, (0, 0), &[3], 0));
        let effects = server.hear(from, RaftMessage::TimeoutNow { term: Term(term) });
        let ballots = sent(&effects);
        ballots.iter().any(|(_, body)| matches!(body, RaftMessage::RequestVote { ballot: Ballot::Transfer, .. }))
    };
    let all = Configuration::of(NodeSet::first(3));
    assert!(asked(2, 3, &all));
    assert!(!asked(2, 2, &all), "of a term that is over");
    assert!(!asked(3, 3, &all), "by one that does not lead");
    assert!(!asked(3, 4, &all), "by one of whom it has not heard");
    let others = Configuration::of([N2, N3].into_iter().collect());
    assert!(!asked(2, 3, &others), "by the leader, but it has no vote");
}

#[test]
fn a_leader_that_has_handed_over_follows_its_successor() {
    let mut server = leader();
    hand_over(&mut server, N2);
    let ask = RaftMessage::RequestVote { term: Term(2), last: server.raft.log().end(), ballot: Ballot::Transfer };
    server.hear_and_sync(2, ask);
    assert_eq!((server.role(), server.raft.voted_for()), ("follower", Some(N2)));
    server.pass(1_000);
    assert_eq!(server.role(), "follower", "its timers as leader are stopped");
}
