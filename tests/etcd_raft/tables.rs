//! The rule tables: one server, fed one message, and what it makes of it.

use crate::support::raft_group::{Server, append, ask, disk, outcome, vote_given};
use netsplit::base::{NodeId, NodeSet};
use netsplit::protocol::raft::commit_rule::newly_committed;
use netsplit::protocol::raft::quorum::Quorum;
use netsplit::protocol::raft::{AppendOutcome, Ballot, Index, RaftConfig, RaftMessage, Term};
use serde_json::Value;

fn number(case: &Value, name: &str) -> u64 {
    case[name].as_u64().unwrap_or_else(|| panic!("{name} in {case}"))
}

fn numbers(case: &Value, name: &str) -> Vec<u64> {
    let list = case[name].as_array().unwrap_or_else(|| panic!("{name} in {case}"));
    list.iter().map(|it| it.as_u64().expect("a number")).collect()
}

fn restarted(term: u64, vote: Option<u8>, log: &[u64]) -> Server {
    Server::start(NodeId(1), NodeSet::first(3), &RaftConfig::default(), disk(term, vote, log))
}

#[test]
fn every_rule_table_holds() {
    let Some(tables) = super::text("raft_tables.dev.json") else { return };
    let tables: Value = serde_json::from_str(&tables).expect("the tables are JSON");
    let (mut run, mut named) = (0, 0);
    for (name, table) in tables.as_object().expect("tables by name") {
        let check = match name.as_str() {
            "scenarios" => continue,
            "election_one_round" => election_one_round,
            "follower_vote_once" => follower_vote_once,
            "voter_log_check" => voter_log_check,
            "append_check" => append_check,
            "append_overwrite" => append_overwrite,
            "commit_rule" => commit_rule,
            "step_down" => step_down,
            _ => panic!("nobody has told how to act out the table {name}"),
        };
        for case in table["cases"].as_array().expect("cases") {
            let differs = check(case);
            named += usize::from(differs);
            run += 1;
        }
    }
    println!("{run} cases of rule tables compared, {named} of them differ on purpose");
    assert_eq!(named, 3, "only the elections that are lost by refusals");
}

/// Says whether the case is one of those that differ.
fn election_one_round(case: &Value) -> bool {
    let size = number(case, "size") as u8;
    let mut server = Server::start(NodeId(1), NodeSet::first(size), &RaftConfig::default(), disk(0, None, &[]));
    server.time_out();
    for (voter, granted) in case["votes"].as_object().expect("votes by voter") {
        let granted = granted.as_bool().expect("yes or no");
        let vote = RaftMessage::Vote { term: Term(1), granted, ballot: Ballot::Real };
        server.hear_and_sync(voter.parse().expect("a voter's number"), vote);
    }
    assert_eq!(server.raft.term(), Term(1), "{case}");
    // A candidate whom a majority has refused becomes a follower at etcd. The paper (section 5.2) ends a candidacy in three
    // ways only: it wins, another wins, or the time is up. It can win no more in this term either way, and its timer runs
    // on either way, so this Raft does as the paper says, and shows the candidate that it is.
    let is_lost = case["role"] == "follower";
    let expected = if is_lost { "candidate" } else { case["role"].as_str().expect("a role") };
    assert_eq!(server.role(), expected, "{case}");
    is_lost
}

fn follower_vote_once(case: &Value) -> bool {
    let vote = Some(number(case, "vote") as u8).filter(|vote| *vote > 0);
    let mut server = restarted(1, vote, &[]);
    let effects = server.hear(number(case, "from") as u8, ask(Ballot::Real, 1, (0, 0)));
    assert_eq!(vote_given(&effects), case["reject"].as_bool().map(|reject| !reject), "{case}");
    false
}

fn voter_log_check(case: &Value) -> bool {
    let log = numbers(case, "voter_log");
    let end = (number(case, "last_term"), number(case, "last_index"));
    // A pre-vote compares the same logs by the same rule.
    for ballot in [Ballot::Real, Ballot::Pre] {
        let mut server = restarted(2, None, &log);
        let effects = server.hear(2, ask(ballot, 3, end));
        assert_eq!(vote_given(&effects), case["reject"].as_bool().map(|reject| !reject), "{case}");
    }
    false
}

fn append_check(case: &Value) -> bool {
    let mut server = restarted(2, None, &[1, 2]);
    server.hear_and_sync(2, append(2, (1, 1), &[], 1));
    assert_eq!(server.raft.commit_index(), Index(1));
    let previous = (number(case, "prev_term"), number(case, "prev_index"));
    let effects = server.hear_and_sync(2, append(2, previous, &[], 1));
    let is_refused = matches!(outcome(&effects), Some(AppendOutcome::Conflict { .. }));
    assert_eq!(Some(is_refused), case["reject"].as_bool(), "{case}");
    false
}

fn append_overwrite(case: &Value) -> bool {
    let mut server = restarted(2, None, &[1, 2]);
    let previous = (number(case, "prev_term"), number(case, "prev_index"));
    let effects = server.hear_and_sync(2, append(2, previous, &numbers(case, "entries"), 0));
    assert!(matches!(outcome(&effects), Some(AppendOutcome::Matched(_))), "{case}");
    assert_eq!(server.log_terms(), numbers(case, "log"), "{case}");
    let on_disk: Vec<u64> = server.disk.log.iter().map(|(_, entry)| entry.term.0).collect();
    assert_eq!(on_disk, numbers(case, "log"), "{case}");
    false
}

fn commit_rule(case: &Value) -> bool {
    let (matched, log, term) = (numbers(case, "match"), numbers(case, "log"), number(case, "term"));
    let quorum = Quorum::of(NodeSet::first(matched.len() as u8));
    let held = quorum.reached(|voter| Index(matched[voter.slot()])).expect("there are voters");
    let term_of_held = held.0.checked_sub(1).and_then(|at| log.get(at as usize)).map(|term| Term(*term));
    let committed = newly_committed(Term(term), Index(0), held, term_of_held).unwrap_or_default();
    assert_eq!(committed.0, number(case, "commit"), "{case}");
    false
}

fn step_down(case: &Value) -> bool {
    for message in [ask(Ballot::Real, 3, (9, 9)), append(3, (0, 0), &[], 0)] {
        let role = case["role"].as_str().expect("a role");
        let config = RaftConfig { pre_vote: role == "precandidate", ..RaftConfig::default() };
        let mut server = Server::new(&config);
        match role {
            "precandidate" | "candidate" => drop(server.time_out()),
            "leader" => drop(server.lead(&[2])),
            _ => {}
        }
        assert_eq!(server.role(), role);
        server.hear_and_sync(2, message.clone());
        assert_eq!(Some(server.role()), case["role_after"].as_str(), "{case} {message:?}");
        assert_eq!(server.raft.term().0, number(case, "term_after"), "{case} {message:?}");
    }
    false
}
