//! Reads that do not go through the log (thesis, 6.4): by read-index at the leader and at followers, and locally.

use crate::support::raft_group::{Group, Server, answered, append, disk, notes, sent};
use netsplit::base::{ClientId, NodeId, NodeSet, OpId, RequestId};
use netsplit::protocol::raft::{
    AppendOutcome, Break, FollowerReads, HEARTBEAT_TIMER, Index, RaftConfig, RaftMessage, RaftNote, ReadBy, ReadPath,
    Term,
};
use netsplit::protocol::{Context, Input, Operation, Refusal, Reply, Request, Update, Value};

fn settings() -> RaftConfig {
    RaftConfig { reads: ReadPath::ReadIndex, follower_reads: FollowerReads::ReadIndex, ..RaftConfig::default() }
}

fn leader(size: u8, config: &RaftConfig) -> Server {
    let mut server = Server::start(NodeId(1), NodeSet::first(size), config, disk(0, None, &[]));
    server.lead(&(2..=size / 2 + 1).collect::<Vec<u8>>());
    server
}

fn request(number: u32) -> Request {
    let id = RequestId { client: ClientId(0), op: OpId(number), attempt: 1 };
    let operation = Operation { key: "x".into(), update: Update::Read };
    Request { id, operation, session: None, context: Context::default() }
}

fn round_of(messages: &[(u8, RaftMessage)]) -> u64 {
    let round =
        |(_, body): &(u8, RaftMessage)| if let RaftMessage::Append(append) = body { Some(append.round) } else { None };
    messages.iter().find_map(round).expect("a round was begun")
}

#[test]
fn a_read_waits_for_a_round_that_began_after_it() {
    let mut server = leader(3, &settings());
    server.acknowledge(2, 1, 1);
    let earlier = round_of(&sent(&server.feed(Input::Timer(HEARTBEAT_TIMER))));
    let effects = server.feed(Input::Request(Box::new(request(1))));
    assert_eq!(answered(&effects), []);
    let round = round_of(&sent(&effects));
    assert!(round > earlier);
    assert_eq!(answered(&server.acknowledge(2, 1, earlier)), [], "that was asked before the read came");
    let effects = server.acknowledge(2, 1, round);
    assert_eq!(answered(&effects), [Reply::read(None)]);
    assert!(matches!(notes(&effects)[..], [RaftNote::ReadServed { by: ReadBy::ReadIndex, index: Index(1), .. }]));
}

#[test]
fn a_refusal_confirms_the_leader_as_well_as_a_match() {
    let mut server = leader(3, &settings());
    server.acknowledge(3, 1, 1);
    let round = round_of(&sent(&server.feed(Input::Request(Box::new(request(1))))));
    let outcome = AppendOutcome::Conflict { previous: Index(1), retry_from: Index(1) };
    let effects = server.hear(2, RaftMessage::AppendReply { term: Term(1), outcome, round });
    assert_eq!(answered(&effects).len(), 1, "n2 lacks entries, but knows this leader and no newer one");
}

#[test]
fn a_majority_must_answer_and_not_one_twice() {
    let mut server = leader(5, &settings());
    server.acknowledge(2, 1, 1);
    server.acknowledge(3, 1, 1);
    let round = round_of(&sent(&server.feed(Input::Request(Box::new(request(1))))));
    assert_eq!(answered(&server.acknowledge(2, 1, round)), []);
    assert_eq!(answered(&server.acknowledge(2, 1, round + 1)), []);
    assert_eq!(answered(&server.acknowledge(5, 1, round)).len(), 1);
}

/// n2 refuses what this server sent as leader of an older term, in a round with a high number.
#[test]
fn a_refusal_of_an_older_term_confirms_nothing() {
    let mut server = leader(3, &settings());
    server.acknowledge(2, 1, 1);
    server.feed(Input::Request(Box::new(request(1))));
    let stale = RaftMessage::AppendReply { term: Term(1), outcome: AppendOutcome::OldTerm, round: 100 };
    assert_eq!(answered(&server.hear(3, stale)), []);
}

#[test]
fn a_new_leader_serves_no_read_before_it_has_committed_in_its_own_term() {
    let mut server = Server::start(NodeId(1), NodeSet::first(3), &settings(), disk(1, None, &[1, 1]));
    server.lead(&[2]);
    let round = round_of(&sent(&server.feed(Input::Request(Box::new(request(1))))));
    assert_eq!(answered(&server.acknowledge(2, 2, round)), [], "it leads, but does not know what is committed");
    let effects = server.acknowledge(2, 3, round);
    assert_eq!(answered(&effects).len(), 1);

    let hasty = RaftConfig { break_it: Break::ReadIndexBeforeOwnTerm.into(), ..settings() };
    let mut server = Server::start(NodeId(1), NodeSet::first(3), &hasty, disk(1, None, &[1, 1]));
    server.lead(&[2]);
    let round = round_of(&sent(&server.feed(Input::Request(Box::new(request(1))))));
    assert_eq!(answered(&server.acknowledge(2, 2, round)).len(), 1, "with the rule off, a stale answer");
}

#[test]
fn a_deposed_leader_never_answers_with_a_value() {
    let mut server = leader(3, &settings());
    server.acknowledge(2, 1, 1);
    let round = round_of(&sent(&server.feed(Input::Request(Box::new(request(1))))));
    let effects = server.hear_and_sync(3, append(2, (1, 1), &[2], 1));
    assert_eq!(answered(&effects), [Reply::Refused(Refusal::NotLeader { hint: None })]);
    assert_eq!(answered(&server.acknowledge(2, 1, round)), []);
}

#[test]
fn a_follower_is_told_when_its_leader_is_deposed_before_it_could_say() {
    let mut server = leader(3, &settings());
    server.acknowledge(2, 1, 1);
    server.hear(2, RaftMessage::ReadIndex { term: Term(1), request: request(1).id });
    let effects = server.hear_and_sync(3, append(2, (1, 1), &[2], 1));
    let reply = RaftMessage::ReadIndexReply { term: Term(2), request: request(1).id, index: None };
    assert!(sent(&effects).contains(&(2, reply)));
}

#[test]
fn whoever_is_alone_answers_at_once() {
    let mut server = leader(1, &settings());
    assert_eq!(answered(&server.feed(Input::Request(Box::new(request(1))))).len(), 1);
}

#[test]
fn a_follower_asks_its_leader_and_waits_until_it_has_applied_as_much() {
    let mut server = Server::new(&settings());
    server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
    let effects = server.feed(Input::Request(Box::new(request(1))));
    assert_eq!(sent(&effects), [(2, RaftMessage::ReadIndex { term: Term(1), request: request(1).id })]);
    let reply = |index| RaftMessage::ReadIndexReply { term: Term(1), request: request(1).id, index };
    assert_eq!(answered(&server.hear(2, reply(Some(Index(3))))), [], "it has applied one entry");
    assert_eq!(answered(&server.hear(2, reply(None))), [], "a second answer to the same question");
    assert_eq!(answered(&server.hear_and_sync(2, append(1, (1, 1), &[1], 2))), []);
    assert_eq!(answered(&server.hear_and_sync(2, append(1, (1, 2), &[1], 3))), [Reply::read(None)]);
}

#[test]
fn a_read_at_a_follower_sees_what_was_written_at_the_leader() {
    let mut group = Group::new(3, &settings());
    group.campaign(1);
    let written = group.write(1, "x", 7);
    group.settle();
    assert_eq!(group.reply(written), Some(&Reply::done()));
    assert_eq!(group.at(3).value("x"), None, "n3 does not know yet that it is committed");
    let read = group.read(3, "x");
    group.settle();
    assert_eq!(group.reply(read), Some(&Reply::read(Some(Value::Int(7)))));
    let asked = group.read(2, "y");
    group.settle();
    assert_eq!(group.reply(asked), Some(&Reply::read(None)));
}

#[test]
fn questions_to_a_leader_that_is_no_more_are_refused_and_not_forgotten() {
    let leader_changes: [fn(&mut Server) -> Vec<Reply>; 3] = [
        |server| answered(&server.hear_and_sync(3, append(2, (1, 1), &[], 1))),
        |server| answered(&server.time_out()),
        |server| {
            let no = RaftMessage::ReadIndexReply { term: Term(1), request: request(1).id, index: None };
            answered(&server.hear(2, no))
        },
    ];
    for change in leader_changes {
        let mut server = Server::new(&settings());
        server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
        server.feed(Input::Request(Box::new(request(1))));
        let replies = change(&mut server);
        assert!(matches!(replies[..], [Reply::Refused(Refusal::NotLeader { .. })]), "{replies:?}");
    }
}

/// The question was lost. Nobody asks it again, so it must not wait for ever.
#[test]
fn a_question_that_was_lost_is_given_up() {
    let mut server = Server::new(&settings());
    server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
    server.feed(Input::Request(Box::new(request(1))));
    server.pass(299);
    assert_eq!(answered(&server.feed(Input::Request(Box::new(request(2))))), []);
    server.pass(1);
    assert_eq!(answered(&server.feed(Input::Request(Box::new(request(3))))), [Reply::Refused(Refusal::Unavailable)]);
    let late = RaftMessage::ReadIndexReply { term: Term(1), request: request(1).id, index: Some(Index(1)) };
    assert_eq!(answered(&server.hear(2, late)), [], "one answer is enough");
    let good = RaftMessage::ReadIndexReply { term: Term(1), request: request(2).id, index: Some(Index(1)) };
    assert_eq!(answered(&server.hear(2, good)).len(), 1, "the later one still waits");
}

/// Without check-quorum, a leader that nobody answers leads on. It must not gather reads for ever.
#[test]
fn a_leader_that_nobody_answers_gives_up_old_reads() {
    let mut server = leader(3, &settings());
    server.acknowledge(2, 1, 1);
    server.feed(Input::Request(Box::new(request(1))));
    server.pass(299);
    assert_eq!(answered(&server.feed(Input::Request(Box::new(request(2))))), []);
    server.pass(1);
    let effects = server.feed(Input::Request(Box::new(request(3))));
    assert_eq!(answered(&effects), [Reply::Refused(Refusal::Unavailable)], "the first of the three");
    let round = round_of(&sent(&effects));
    assert_eq!(answered(&server.acknowledge(2, 1, round)).len(), 2, "the other two are answered");
}

#[test]
fn a_local_read_answers_at_once_with_whatever_there_is() {
    let config = RaftConfig { follower_reads: FollowerReads::Local, ..settings() };
    let mut group = Group::new(3, &config);
    group.campaign(1);
    group.write(1, "x", 7);
    group.settle();
    let stale = group.read(3, "x");
    assert_eq!(group.reply(stale), Some(&Reply::read(None)), "sequential, not linearizable");
    group.beat(1);
    let fresh = group.read(3, "x");
    assert_eq!(group.reply(fresh), Some(&Reply::read(Some(Value::Int(7)))));
    assert_eq!(group.noted(|note| matches!(note, RaftNote::ReadServed { by: ReadBy::Follower, .. })), 2);
}

#[test]
fn a_follower_that_may_not_answer_names_the_leader() {
    let mut server = Server::new(&RaftConfig { follower_reads: FollowerReads::Refuse, ..settings() });
    server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
    let hint = Some(NodeId(2));
    assert_eq!(
        answered(&server.feed(Input::Request(Box::new(request(1))))),
        [Reply::Refused(Refusal::NotLeader { hint })]
    );
    let mut lost = Server::new(&settings());
    let refusal = Reply::Refused(Refusal::NotLeader { hint: None });
    assert_eq!(answered(&lost.feed(Input::Request(Box::new(request(1))))), [refusal], "it has heard no leader");
}

#[test]
fn a_leader_that_asks_nobody_is_a_break() {
    let config = RaftConfig { break_it: Break::ServeReadsLocally.into(), ..settings() };
    let mut server = leader(3, &config);
    let effects = server.feed(Input::Request(Box::new(request(1))));
    assert!(matches!(notes(&effects)[..], [RaftNote::ReadServed { by: ReadBy::Nobody, .. }]));
}
