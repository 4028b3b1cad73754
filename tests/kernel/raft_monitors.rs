//! The monitors can fail: each bad state, made by hand, is called by its name.

use crate::support::raft_monitors::{Monitors, Seen, check_matching};
use netsplit::base::{ClientId, NodeId, OpId, RequestId};
use netsplit::protocol::raft::log::Proposal;
use netsplit::protocol::raft::{Ballot, Command, Entry, Index, Log, RaftMessage, Term};
use netsplit::protocol::{Operation, Update, Value};
use std::sync::Arc;

const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);

fn write(number: u32, attempt: u16) -> Command {
    let request = RequestId { client: ClientId(0), op: OpId(number), attempt };
    let operation = Operation { key: "x".into(), update: Update::Write(Value::Int(i64::from(number))) };
    Command::Operation(Arc::new(Proposal { request, session: None, operation }))
}

/// A log of writes, each with a term and the number of its operation.
fn log(entries: &[(u64, u32)]) -> Log {
    let mut log = Log::default();
    for &(term, number) in entries {
        log.push(Entry { term: Term(term), command: write(number, 1) });
    }
    log
}

fn follower(node: NodeId, term: u64, log: &Log, commit: u64) -> Seen<'_> {
    Seen { node, incarnation: 1, term: Term(term), leads: false, log, commit: Index(commit), applied: Index(commit) }
}

fn leader(node: NodeId, term: u64, log: &Log, commit: u64) -> Seen<'_> {
    Seen { leads: true, ..follower(node, term, log, commit) }
}

/// Shows the states in their order; gives what is found wrong with the last one.
fn verdict(states: &[Seen<'_>]) -> Result<(), String> {
    let mut monitors = Monitors::default();
    let (last, before) = states.split_last().expect("there is a state to look at");
    for (event, state) in before.iter().enumerate() {
        monitors.see(*state, event as u64).expect("the states before are good ones");
    }
    monitors.see(*last, before.len() as u64)
}

fn broken(states: &[Seen<'_>]) -> String {
    verdict(states).expect_err("the last state is bad")
}

#[test]
fn two_leaders_of_one_term() {
    let empty = log(&[]);
    assert_eq!(broken(&[leader(N1, 3, &empty, 0), leader(N2, 3, &empty, 0)]), "R1: n1 and n2 both lead term 3");
    let apart = [leader(N1, 3, &empty, 0), follower(N1, 4, &empty, 0), leader(N2, 3, &empty, 0)];
    assert!(broken(&apart).starts_with("R1"), "over the whole run, not only at one time");
    assert!(verdict(&[leader(N1, 3, &empty, 0), leader(N2, 4, &empty, 0)]).is_ok(), "of two terms is no fault");
}

#[test]
fn a_leader_that_rewrites_its_own_log() {
    let (long, short, other) = (log(&[(1, 1), (1, 2)]), log(&[(1, 1)]), log(&[(1, 1), (2, 2)]));
    assert!(broken(&[leader(N1, 3, &long, 0), leader(N1, 3, &short, 0)]).starts_with("R2"));
    assert!(broken(&[leader(N1, 3, &long, 0), leader(N1, 3, &other, 0)]).starts_with("R2"));
    assert!(verdict(&[leader(N1, 3, &long, 0), follower(N1, 4, &short, 0)]).is_ok(), "a follower's log may shrink");
    assert!(verdict(&[leader(N1, 3, &short, 0), leader(N1, 3, &long, 0)]).is_ok());
}

#[test]
fn logs_that_meet_and_differ_below() {
    let (a, b) = (log(&[(1, 1), (2, 2)]), log(&[(1, 9), (2, 2)]));
    assert!(broken(&[follower(N1, 2, &a, 0), follower(N2, 2, &b, 0)]).starts_with("R3"));
    let (a, b) = (log(&[(1, 1), (3, 2)]), log(&[(2, 5), (3, 2)]));
    assert!(broken(&[follower(N1, 3, &a, 0), follower(N2, 3, &b, 0)]).starts_with("R3"), "another predecessor");
    assert!(check_matching(&follower(N1, 3, &a, 0), &follower(N2, 3, &b, 0)).is_err(), "naively seen as well");
    let (a, b) = (log(&[(1, 1), (2, 2)]), log(&[(1, 1), (3, 7)]));
    assert!(verdict(&[follower(N1, 3, &a, 0), follower(N2, 3, &b, 0)]).is_ok(), "different terms may differ");
    assert!(check_matching(&follower(N1, 3, &a, 0), &follower(N2, 3, &b, 0)).is_ok());
}

#[test]
fn terms_that_go_back_within_a_log() {
    assert!(broken(&[follower(N1, 3, &log(&[(2, 1), (1, 2)]), 0)]).contains("terms go back"));
}

#[test]
fn a_leader_without_a_committed_entry() {
    let (full, empty) = (log(&[(1, 1)]), log(&[]));
    let states = [leader(N1, 1, &full, 1), leader(N2, 2, &empty, 0)];
    assert_eq!(broken(&states), "R4: n2 leads term 2 without entry 1, committed in term 1");
    let late = [leader(N1, 3, &full, 1), leader(N2, 2, &empty, 0)];
    assert!(verdict(&late).is_ok(), "a leader of an older term need not have it");
}

#[test]
fn two_committed_entries_at_one_index() {
    let (a, b) = (log(&[(1, 1)]), log(&[(2, 2)]));
    assert!(broken(&[follower(N1, 2, &a, 1), follower(N2, 2, &b, 1)]).starts_with("R5"));
    let back = Seen { incarnation: 2, ..follower(N1, 2, &b, 1) };
    assert!(broken(&[follower(N1, 2, &a, 1), back]).starts_with("R5"), "nor at one node over a restart");
}

#[test]
fn a_commit_index_that_goes_back_or_beyond_the_log() {
    let full = log(&[(1, 1)]);
    assert!(broken(&[follower(N1, 1, &full, 1), follower(N1, 1, &full, 0)]).starts_with("R6"));
    assert!(broken(&[follower(N1, 1, &full, 2)]).starts_with("R6"));
    let lazy = Seen { applied: Index(0), ..follower(N1, 1, &full, 1) };
    assert_eq!(broken(&[lazy]), "R6: n1 has applied 0 of 1 committed entries");
    let restarted = Seen { incarnation: 2, ..follower(N1, 1, &full, 0) };
    assert!(verdict(&[follower(N1, 1, &full, 1), restarted]).is_ok(), "it is volatile");
}

#[test]
fn a_term_that_goes_back() {
    let empty = log(&[]);
    assert!(broken(&[follower(N1, 5, &empty, 0), follower(N1, 4, &empty, 0)]).starts_with("R7"));
}

#[test]
fn two_votes_in_one_term() {
    let mut monitors = Monitors::default();
    let yes = RaftMessage::Vote { term: Term(4), granted: true, ballot: Ballot::Real };
    let no = RaftMessage::Vote { term: Term(4), granted: false, ballot: Ballot::Real };
    let stand = RaftMessage::RequestVote { term: Term(4), last: Default::default(), ballot: Ballot::Real };
    assert!(monitors.hear(NodeId(3), N1, &yes).is_ok());
    assert!(monitors.hear(NodeId(3), N1, &yes).is_ok(), "the same vote again is none");
    assert!(monitors.hear(NodeId(3), N2, &no).is_ok());
    assert!(monitors.hear(NodeId(3), N2, &yes).expect_err("a second vote").starts_with("R7"));
    assert!(monitors.hear(NodeId(3), N2, &stand).expect_err("a vote for itself").starts_with("R7"));
}

#[test]
fn an_attempt_that_is_committed_twice() {
    let twice = log(&[(1, 1), (1, 1)]);
    assert!(broken(&[follower(N1, 1, &twice, 2)]).starts_with("R13"));
    let mut retried = log(&[(1, 1)]);
    retried.push(Entry { term: Term(1), command: write(1, 2) });
    assert!(verdict(&[follower(N1, 1, &retried, 2)]).is_ok(), "a retry without a session may be");
}
