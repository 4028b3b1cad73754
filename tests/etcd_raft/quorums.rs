//! Majority and joint quorums: the index that a quorum has reached, and where a vote stands.

use netsplit::base::{NodeId, NodeSet};
use netsplit::protocol::raft::quorum::{Quorum, VoteResult};
use serde_json::Value;
use std::collections::BTreeMap;

fn ids(list: &Value) -> Vec<u64> {
    let numbers = list.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    numbers.map(|id| id.as_u64().expect("a number")).collect()
}

/// Every server of a case in the order in which it first appears. That gives it its name here, where ids end at 63.
fn servers(case: &Value) -> Vec<u64> {
    let mut order = Vec::new();
    for id in ids(&case["cfg"]).into_iter().chain(ids(&case["cfgj"])) {
        if !order.contains(&id) {
            order.push(id);
        }
    }
    order
}

/// Answers are listed in the order of the servers.
fn by_server<'a>(case: &'a Value, list: &str) -> BTreeMap<NodeId, &'a Value> {
    let answers = case[list].as_array().map(Vec::as_slice).unwrap_or_default();
    assert_eq!(answers.len(), servers(case).len(), "{case}");
    answers.iter().enumerate().map(|(slot, answer)| (NodeId::from_slot(slot), answer)).collect()
}

fn quorum(case: &Value) -> Quorum {
    let order = servers(case);
    let slot = |id: &u64| order.iter().position(|other| other == id).expect("every server was listed");
    let set = |name: &str| ids(&case[name]).iter().map(|id| NodeId::from_slot(slot(id))).collect::<NodeSet>();
    Quorum::joint(set("cfg"), set("cfgj"))
}

#[test]
fn quorums_reach_what_etcd_says() {
    let Some(cases) = super::text("quorum_cases.dev.jsonl") else { return };
    let (mut reached, mut votes) = (0, 0);
    for line in cases.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).expect("a case");
        match case["fn"].as_str() {
            Some("committed") => {
                let indexes = by_server(&case, "idx");
                let index = |node| indexes.get(&node).and_then(|value| value.as_u64()).unwrap_or(0);
                let expected = case["expect"].as_u64();
                assert!(expected.is_some() || case["expect"] == "inf", "{case}");
                assert_eq!(quorum(&case).reached(index), expected, "{case}");
                reached += 1;
            }
            Some("vote") => {
                let given = by_server(&case, "votes");
                let answer = |node| given.get(&node).and_then(|value| value.as_bool());
                let found = match quorum(&case).vote(answer) {
                    VoteResult::Won => "won",
                    VoteResult::Lost => "lost",
                    VoteResult::Pending => "pending",
                };
                let expected = case["expect"].as_str().expect("a word").trim_start_matches("Vote").to_lowercase();
                assert_eq!(found, expected, "{case}");
                votes += 1;
            }
            other => panic!("no function is called {other:?}"),
        }
    }
    println!("{reached} indexes and {votes} votes compared");
    assert!(reached + votes > 0);
}
