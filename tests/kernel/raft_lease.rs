//! The leader's lease (thesis, 6.4.1): from when it begins, when it is over, and who gives it up.

use crate::support::raft_group::{Server, answered, append, disk, notes, sent};
use netsplit::base::{ClientId, Monotonic, NodeId, NodeSet, OpId, RequestId, SimDuration};
use netsplit::protocol::raft::{
    AppendOutcome, Break, HEARTBEAT_TIMER, Lease, RaftConfig, RaftMessage, RaftNote, ReadBy, ReadPath, Term,
};
use netsplit::protocol::{Context, Effect, Input, Operation, Order, Refusal, Reply, Request, Update};

fn settings() -> RaftConfig {
    let lease_length = Some(SimDuration::from_millis(100));
    RaftConfig { leader_stickiness: true, reads: ReadPath::Lease, lease_length, ..RaftConfig::default() }
}

fn leader(size: u8, config: &RaftConfig) -> Server {
    let mut server = Server::start(NodeId(1), NodeSet::first(size), config, disk(0, None, &[]));
    server.lead(&(2..=size / 2 + 1).collect::<Vec<u8>>());
    server
}

/// Sends a heartbeat, and gives its round.
fn beat(server: &mut Server) -> u64 {
    let effects = server.feed(Input::Timer(HEARTBEAT_TIMER));
    let round =
        |(_, body): (u8, RaftMessage)| if let RaftMessage::Append(append) = body { Some(append.round) } else { None };
    sent(&effects).into_iter().find_map(round).expect("a heartbeat has a round")
}

fn read(server: &mut Server) -> Vec<Effect<netsplit::protocol::raft::Raft>> {
    let id = RequestId { client: ClientId(0), op: OpId(1), attempt: 1 };
    let operation = Operation { key: "x".into(), update: Update::Read };
    server.feed(Input::Request(Box::new(Request { id, operation, session: None, context: Context::default() })))
}

fn served_by(server: &mut Server) -> Option<ReadBy> {
    let by = |note| if let RaftNote::ReadServed { by, .. } = note { Some(by) } else { None };
    notes(&read(server)).into_iter().find_map(by)
}

const fn at(ms: u64) -> Monotonic {
    Monotonic(ms * 1_000)
}

#[test]
fn it_runs_from_the_sending_of_what_a_majority_acknowledged() {
    let mut server = leader(3, &settings());
    assert_eq!(server.raft.lease(server.clock()), Lease::None, "nobody has promised anything yet");
    server.pass(20);
    let round = beat(&mut server);
    server.pass(25);
    server.acknowledge(2, 1, round);
    assert_eq!(server.raft.lease(server.clock()), Lease::Until(at(120)), "it was sent at 20 ms, whenever it arrived");
    assert_eq!(server.raft.lease(at(119)), Lease::Until(at(120)));
    assert_eq!(server.raft.lease(at(120)), Lease::Expired);
    assert_eq!(served_by(&mut server), Some(ReadBy::Lease));
    server.acknowledge(3, 1, round);
    assert_eq!(server.raft.lease(server.clock()), Lease::Until(at(120)), "a third promise adds nothing");
}

#[test]
fn a_later_round_makes_it_longer_and_an_earlier_one_never_shorter() {
    let mut server = leader(3, &settings());
    server.pass(20);
    let first = beat(&mut server);
    server.pass(10);
    let second = beat(&mut server);
    server.pass(5);
    server.acknowledge(2, 1, second);
    assert_eq!(server.raft.lease(server.clock()), Lease::Until(at(130)));
    server.acknowledge(3, 1, first);
    assert_eq!(server.raft.lease(server.clock()), Lease::Until(at(130)));
}

#[test]
fn it_needs_a_majority_and_not_just_one() {
    let mut server = leader(5, &settings());
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    server.acknowledge(2, 1, round);
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
    server.acknowledge(4, 1, round);
    assert!(server.lease_runs());
}

#[test]
fn reads_are_refused_when_it_is_over_until_it_runs_again() {
    let mut server = leader(3, &settings());
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    server.pass(100);
    let effects = read(&mut server);
    assert_eq!(answered(&effects), [Reply::Refused(Refusal::Unavailable)]);
    assert!(matches!(notes(&effects)[..], [RaftNote::ReadRefused { .. }]));
    let round = beat(&mut server);
    server.acknowledge(3, 1, round);
    assert_eq!(served_by(&mut server), Some(ReadBy::Lease));
}

#[test]
fn without_an_entry_of_its_own_term_a_leader_serves_nothing_from_a_lease() {
    let mut server = leader(3, &settings());
    let round = beat(&mut server);
    // n2 answers, but does not hold the leader's first entry.
    server.acknowledge(2, 0, round);
    assert!(server.lease_runs());
    assert_eq!(answered(&read(&mut server)), []);
    server.acknowledge(2, 1, round);
    assert_eq!(served_by(&mut server), Some(ReadBy::Lease));
}

#[test]
fn it_is_given_up_before_the_successor_is_asked_and_for_the_rest_of_the_term() {
    let mut server = leader(3, &settings());
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    server.acknowledge(3, 1, round);
    assert!(server.lease_runs());
    let effects = server.feed(Input::Order(Order::Transfer { to: NodeId(2) }));
    assert!(sent(&effects).contains(&(2, RaftMessage::TimeoutNow { term: Term(1) })));
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
    // Nothing comes of the transfer: it leads on, but somebody may still stand with the leader's word.
    server.pass(300);
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
    assert_eq!(answered(&read(&mut server)), [], "a read now needs a round of its own");
    let round = beat(&mut server);
    let effects = server.acknowledge(3, 1, round);
    assert_eq!(answered(&effects).len(), 1);
    let keeps = RaftConfig { break_it: Break::TransferKeepsLease.into(), ..settings() };
    let mut server = leader(3, &keeps);
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    server.feed(Input::Order(Order::Transfer { to: NodeId(2) }));
    assert!(server.lease_runs(), "with the rule off, it keeps what it should not");
}

#[test]
fn a_successor_that_is_behind_leaves_the_lease_until_it_is_asked() {
    let mut server = leader(3, &settings());
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    server.feed(Input::Order(Order::Transfer { to: NodeId(3) }));
    assert!(server.lease_runs());
    server.acknowledge(3, 1, round);
    assert!(!server.lease_runs());
}

/// n2 refuses what this server sent as leader of an older term. Were its round taken for one of the present term, rounds
/// would be confirmed that nobody has seen.
#[test]
fn a_refusal_of_what_was_sent_in_an_older_term_confirms_no_round() {
    let mut server = leader(3, &settings());
    server.pass(20);
    beat(&mut server);
    server.hear(2, RaftMessage::AppendReply { term: Term(1), outcome: AppendOutcome::OldTerm, round: 100 });
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
}

#[test]
fn a_new_leader_begins_without_one() {
    let mut server = leader(3, &settings());
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    server.hear_and_sync(2, append(2, (1, 1), &[2], 0));
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
    server.lead(&[2]);
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
}

#[test]
fn the_switches_make_it_longer_than_it_may_be() {
    let from_receipt = RaftConfig { break_it: Break::LeaseFromReceipt.into(), ..settings() };
    let mut server = leader(3, &from_receipt);
    let round = beat(&mut server);
    server.pass(30);
    server.acknowledge(2, 1, round);
    assert_eq!(server.raft.lease(server.clock()), Lease::Until(at(130)));
    let no_margin = RaftConfig { break_it: Break::LeaseWithoutMargin.into(), ..settings() };
    assert_eq!(no_margin.lease(), no_margin.election_timeout.min);
}

#[test]
fn without_the_setting_there_is_none() {
    let mut server = leader(3, &RaftConfig { reads: ReadPath::ReadIndex, ..settings() });
    let round = beat(&mut server);
    server.acknowledge(2, 1, round);
    assert_eq!(server.raft.lease(server.clock()), Lease::None);
}
