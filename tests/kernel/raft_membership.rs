//! Membership changes (thesis, chapter 4, with the correction of 2015).

use crate::support::raft_group::{Group, Server, append, ask, disk, log_end, notes, outcome, vote_given};
use netsplit::base::{NodeId, NodeSet};
use netsplit::protocol::raft::{
    Append, AppendOutcome, Ballot, Break, Command, Configuration, ELECTION_TIMER, Entry, Index, OrderRefusal,
    RaftConfig, RaftMessage, RaftNote, StepDown, Term,
};
use netsplit::protocol::{Input, Order, Protocol, Role};
use std::sync::Arc;

const N4: NodeId = NodeId(4);

fn voters(ids: &[u8]) -> NodeSet {
    ids.iter().copied().map(NodeId).collect()
}

fn refusal(server: &mut Server, order: Order) -> Option<OrderRefusal> {
    let why = |note| if let RaftNote::OrderRefused { why, .. } = note { Some(why) } else { None };
    notes(&server.feed(Input::Order(order))).into_iter().find_map(why)
}

/// n1 leads three, has committed in its term, and n4 waits to be taken in.
fn cluster(config: &RaftConfig) -> Group {
    let mut group = Group::new(3, config);
    group.join(4);
    group.campaign(1).beat(1);
    group
}

/// An append with one entry that sets a membership.
fn configure(term: u64, previous: (u64, u64), configuration: Configuration) -> RaftMessage {
    let entry = Entry { term: Term(term), command: Command::Configure(Arc::new(configuration)) };
    let previous = log_end(previous.0, previous.1);
    RaftMessage::Append(Append { term: Term(term), previous, entries: entry.into(), commit: Index(0), round: 1 })
}

#[test]
fn nothing_changes_before_the_leader_has_committed_in_its_own_term() {
    let mut server = Server::start(NodeId(1), NodeSet::first(3), &RaftConfig::default(), disk(1, None, &[1]));
    server.lead(&[2]);
    // n2 holds the old entry: it is on a majority of disks, and still not known to be committed.
    server.acknowledge(2, 1, 1);
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), Some(OrderRefusal::NothingCommittedYet { term: Term(2) }));
    server.acknowledge(2, 2, 1);
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), None);

    let hasty = RaftConfig { break_it: Break::MembershipWithoutCorrection.into(), ..RaftConfig::default() };
    let mut server = Server::start(NodeId(1), NodeSet::first(3), &hasty, disk(1, None, &[1]));
    server.lead(&[2]);
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), None, "with the rule off");
}

#[test]
fn one_change_at_a_time() {
    let mut server = Server::new(&RaftConfig::default());
    server.lead(&[2]);
    server.acknowledge(2, 1, 1);
    assert_eq!(refusal(&mut server, Order::RemoveServer(NodeId(3))), None);
    server.sync();
    let under_way = OrderRefusal::ChangeUnderWay { index: Index(2) };
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), Some(under_way));
    server.acknowledge(2, 2, 1);
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), None, "the first is committed");

    let many = RaftConfig { break_it: Break::ManyChangesAtOnce.into(), ..RaftConfig::default() };
    let mut server = Server::new(&many);
    server.lead(&[2]);
    server.acknowledge(2, 1, 1);
    assert_eq!(refusal(&mut server, Order::RemoveServer(NodeId(3))), None);
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), None, "with the rule off");
}

#[test]
fn orders_that_make_no_sense_are_refused_with_the_reason() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
    let hint = Some(NodeId(2));
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), Some(OrderRefusal::NotLeader { hint }));
    server.lead(&[2]);
    server.acknowledge(2, 2, 1);
    assert_eq!(refusal(&mut server, Order::AddServer(NodeId(2))), Some(OrderRefusal::ChangesNothing));
    assert_eq!(refusal(&mut server, Order::AddLearner(NodeId(2))), Some(OrderRefusal::ChangesNothing));
    assert_eq!(refusal(&mut server, Order::RemoveServer(N4)), Some(OrderRefusal::ChangesNothing));
    let mut alone = Server::start(NodeId(1), NodeSet::first(1), &RaftConfig::default(), disk(0, None, &[]));
    alone.lead(&[]);
    assert_eq!(refusal(&mut alone, Order::RemoveServer(NodeId(1))), Some(OrderRefusal::NobodyLeft));
}

#[test]
fn a_change_acts_when_it_is_in_the_log() {
    let mut server = Server::start(NodeId(1), NodeSet::first(4), &RaftConfig::default(), disk(0, None, &[]));
    server.lead(&[2, 3]);
    server.acknowledge(2, 1, 1);
    assert_eq!(server.raft.commit_index(), Index(0), "two of four are no majority");
    server.acknowledge(3, 1, 1);
    assert_eq!(refusal(&mut server, Order::RemoveServer(N4)), None);
    server.sync();
    assert_eq!(server.raft.configuration().voters, voters(&[1, 2, 3]));
    server.acknowledge(2, 2, 1);
    assert_eq!(server.raft.commit_index(), Index(2), "two of three are");

    let mut follower = Server::new(&RaftConfig::default());
    follower.hear_and_sync(2, configure(1, (0, 0), Configuration::of(voters(&[2, 3]))));
    assert_eq!(follower.raft.commit_index(), Index(0));
    assert!(!follower.has_timer(ELECTION_TIMER), "a removal acts at a follower too, committed or not");
}

#[test]
fn a_change_that_is_overwritten_is_taken_back() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
    server.hear_and_sync(2, configure(1, (1, 1), Configuration::of(voters(&[2, 3]))));
    assert_eq!(server.raft.configuration().voters, voters(&[2, 3]));
    assert_eq!(server.raft.configuration_index(), Index(2));
    let effects = server.hear_and_sync(3, append(2, (1, 1), &[2], 1));
    assert_eq!(server.raft.configuration().voters, voters(&[1, 2, 3]));
    let configuration = Configuration::of(voters(&[1, 2, 3]));
    assert!(notes(&effects).contains(&RaftNote::Configured { index: Index(0), configuration }));
    assert!(server.has_timer(ELECTION_TIMER), "it has its vote again");
    server.restart();
    assert_eq!(server.raft.configuration().voters, voters(&[1, 2, 3]));
}

#[test]
fn a_restart_finds_the_membership_in_the_log() {
    let mut server = Server::new(&RaftConfig::default());
    server.hear_and_sync(2, configure(1, (0, 0), Configuration::of(voters(&[2, 3]))));
    server.restart();
    assert_eq!(server.raft.configuration().voters, voters(&[2, 3]));
    assert!(!server.has_timer(ELECTION_TIMER));
    server.time_out();
    assert_eq!((server.role(), server.raft.term()), ("follower", Term(1)), "who was removed and knows never stands");
}

#[test]
fn a_server_that_joins_learns_first_and_votes_once_it_has_caught_up() {
    let mut group = cluster(&RaftConfig::default());
    for number in 0..5 {
        group.write(1, "x", number);
        group.settle();
    }
    group.order(1, Order::AddServer(N4));
    let joining = group.at(1).raft.configuration();
    assert_eq!((joining.voters, joining.learners, joining.joining), (voters(&[1, 2, 3]), voters(&[4]), voters(&[4])));
    group.settle();
    assert_eq!(group.at(1).raft.configuration().learners, voters(&[4]), "it holds nothing yet");
    group.beat(1).beat(1);
    assert_eq!(group.noted(|note| matches!(note, RaftNote::CaughtUp { learner: N4 })), 1);
    group.beat(1);
    for id in 1..=4 {
        assert_eq!(group.at(id).raft.configuration(), Configuration::of(NodeSet::first(4)), "n{id}");
        assert_eq!(group.at(id).raft.log().end(), group.at(1).raft.log().end());
    }
    group.campaign(4);
    assert_eq!(group.at(4).role(), "leader", "it is as good as any other now");
}

/// The mark is where the log ended when the learner was first heard. It moves on if the learner takes too long.
#[test]
fn a_learner_has_caught_up_when_it_holds_what_there_was_when_it_began() {
    let mut server = Server::start(NodeId(1), NodeSet::first(3), &RaftConfig::default(), disk(1, None, &[1, 1, 1]));
    server.lead(&[2]);
    server.acknowledge(2, 4, 1);
    assert_eq!(refusal(&mut server, Order::AddServer(N4)), None);
    server.sync();
    server.acknowledge(2, 5, 1);
    let has_caught_up = |effects: &[_]| notes(effects).contains(&RaftNote::CaughtUp { learner: N4 });
    assert!(!has_caught_up(&server.acknowledge(4, 2, 1)));
    assert!(!has_caught_up(&server.acknowledge(4, 4, 1)));
    assert!(server.raft.configuration().learners.contains(N4));
    assert!(has_caught_up(&server.acknowledge(4, 5, 1)));
    assert!(server.raft.configuration().voters.contains(N4));
}

#[test]
fn a_server_that_never_heard_of_anybody_takes_what_it_is_sent() {
    let mut server = Server::start(N4, NodeSet::first(3), &RaftConfig::default(), disk(0, None, &[]));
    assert!(!server.has_timer(ELECTION_TIMER));
    let effects = server.hear_and_sync(1, append(3, (0, 0), &[1, 3], 1));
    assert_eq!(outcome(&effects), Some(AppendOutcome::Matched(Index(2))));
    assert_eq!((server.raft.term(), server.raft.commit_index()), (Term(3), Index(1)));
    assert_eq!(vote_given(&server.hear_and_sync(2, ask(Ballot::Real, 4, (3, 2)))), Some(true), "and votes if asked");
}

#[test]
fn a_learner_has_the_data_and_no_vote() {
    let mut group = cluster(&RaftConfig::default());
    group.order(1, Order::AddLearner(N4)).settle().beat(1).beat(1).beat(1);
    let learner = group.at(4);
    assert_eq!(learner.raft.observe().role, Role::Learner);
    assert!(!learner.has_timer(ELECTION_TIMER));
    assert_eq!(group.at(1).raft.configuration().voters, voters(&[1, 2, 3]), "it stays one");
    group.server(4).time_out();
    assert_eq!(group.at(4).role(), "follower");
    group.isolate(2);
    group.isolate(3);
    let before = group.at(1).raft.commit_index();
    group.write(1, "x", 1);
    group.settle().beat(1);
    assert_eq!(group.at(4).raft.log().end(), group.at(1).raft.log().end());
    assert_eq!(group.at(1).raft.commit_index(), before, "its disk does not count");
}

#[test]
fn a_learner_may_become_a_voter_later() {
    let mut group = cluster(&RaftConfig::default());
    group.order(1, Order::AddLearner(N4)).settle().beat(1).beat(1).beat(1);
    group.order(1, Order::AddServer(N4)).settle().beat(1).beat(1);
    assert_eq!(group.at(1).raft.configuration(), Configuration::of(NodeSet::first(4)));
    assert_eq!(group.at(4).raft.configuration(), Configuration::of(NodeSet::first(4)));
}

#[test]
fn the_next_leader_goes_on_with_what_the_last_one_began() {
    let mut group = cluster(&RaftConfig::default());
    group.order(1, Order::AddServer(N4)).settle();
    group.isolate(1);
    group.campaign(2).beat(2).beat(2).beat(2);
    assert_eq!(group.at(2).raft.configuration(), Configuration::of(NodeSet::first(4)));
    group.heal().beat(2).beat(2);
    assert_eq!(group.at(1).raft.configuration(), Configuration::of(NodeSet::first(4)));
}

#[test]
fn a_leader_that_removes_itself_counts_not_itself_and_goes_when_that_is_committed() {
    let mut server = Server::start(NodeId(1), NodeSet::first(4), &RaftConfig::default(), disk(0, None, &[]));
    server.lead(&[2, 3]);
    server.acknowledge(2, 1, 1);
    server.acknowledge(3, 1, 1);
    assert_eq!(refusal(&mut server, Order::RemoveServer(NodeId(1))), None);
    server.sync();
    assert!(server.leads(), "it leads on without a vote");
    server.acknowledge(2, 2, 1);
    assert_eq!((server.leads(), server.raft.commit_index()), (true, Index(1)), "itself and n2 would be two of three");
    let effects = server.acknowledge(3, 2, 1);
    assert_eq!((server.role(), server.raft.commit_index()), ("follower", Index(2)));
    assert!(notes(&effects).contains(&RaftNote::SteppedDown { term: Term(1), why: StepDown::Removed }));
    assert!(!server.has_timer(ELECTION_TIMER));
}

#[test]
fn the_others_go_on_without_a_leader_that_has_left() {
    let mut group = cluster(&RaftConfig::default());
    let written = group.write(1, "x", 1);
    group.order(1, Order::RemoveServer(NodeId(1))).settle();
    assert_eq!(group.at(1).role(), "follower");
    assert!(group.reply(written).is_some());
    group.campaign(2).beat(2);
    assert_eq!((group.at(2).role(), group.at(2).raft.configuration().voters), ("leader", voters(&[2, 3])));
    group.write(2, "x", 2);
    group.settle();
    assert!(group.at(2).raft.commit_index() > group.at(1).raft.commit_index(), "n1 gets nothing more");
}

#[test]
fn a_server_that_was_removed_gets_nothing_more_once_that_is_committed() {
    let mut group = cluster(&RaftConfig::default());
    group.order(1, Order::RemoveServer(NodeId(3))).settle();
    let end = group.at(3).raft.log().end();
    group.write(1, "x", 1);
    group.settle().beat(1);
    assert_eq!(group.at(3).raft.log().end(), end);
    assert_eq!(group.at(3).raft.configuration().voters, voters(&[1, 2]), "but it knows");
}

#[test]
fn two_become_one_and_one_becomes_two() {
    let mut group = Group::new(2, &RaftConfig::default());
    group.campaign(1).beat(1);
    group.isolate(2);
    group.order(1, Order::RemoveServer(NodeId(2))).settle();
    assert_eq!(group.at(1).raft.commit_index(), Index(2), "the new majority is n1 alone");
    group.heal();
    group.join(3);
    group.order(1, Order::AddServer(NodeId(3))).settle().beat(1).beat(1);
    assert_eq!(group.at(1).raft.configuration().voters, voters(&[1, 3]));
    group.isolate(3);
    let before = group.at(1).raft.commit_index();
    group.write(1, "x", 1);
    group.settle();
    assert_eq!(group.at(1).raft.commit_index(), before, "now both are needed");
}

#[test]
fn a_candidate_that_learns_of_its_removal_stops() {
    let mut server = Server::new(&RaftConfig { pre_vote: true, ..RaftConfig::default() });
    server.hear_and_sync(2, append(1, (0, 0), &[1], 1));
    server.time_out();
    server.hear_and_sync(2, configure(1, (1, 1), Configuration::of(voters(&[2, 3]))));
    assert_eq!((server.role(), server.has_timer(ELECTION_TIMER)), ("follower", false));
    server.hear(3, RaftMessage::Vote { term: Term(2), granted: true, ballot: Ballot::Pre });
    assert_eq!(server.role(), "follower");
}

/// With two rules off, a leader drops the very first entry of its log, and takes back a removal with it.
#[test]
fn a_leader_that_drops_a_removal_finds_the_server_again() {
    let rules = [Break::LeaderDropsUncommitted, Break::MembershipWithoutCorrection];
    let config = RaftConfig { break_it: rules.into_iter().collect(), noop_on_election: false, ..RaftConfig::default() };
    let mut server = Server::new(&config);
    server.hear_and_sync(2, configure(1, (0, 0), Configuration::of(voters(&[1, 2]))));
    server.lead(&[2]);
    assert_eq!((server.raft.log().last_index(), server.raft.configuration().voters), (Index(0), voters(&[1, 2, 3])));
    server.pass(50);
    assert!(server.leads());
}
