//! The scenarios: small clusters acted out step by step, as etcd's own tests do.

use crate::support::raft_group::Group;
use netsplit::base::{Endpoint, NodeId, SimDuration, SimTime, TimeSpan};
use netsplit::protocol::raft::{ELECTION_TIMER, FollowerReads, Raft, RaftConfig, RaftMessage, RaftNote, ReadPath};
use netsplit::sim::{Command, Kind, World, WorldConfig};
use serde_json::Value;

/// At etcd, check-quorum brings leader stickiness with it. Here they are two settings.
fn check_quorum() -> RaftConfig {
    RaftConfig { check_quorum: true, leader_stickiness: true, ..RaftConfig::default() }
}

/// Whatever was promised before the story begins is over.
fn group(size: u8, config: &RaftConfig) -> Group {
    let mut group = Group::new(size, config);
    group.pass_all(200);
    group
}

#[test]
fn every_scenario_goes_as_at_etcd() {
    let Some(tables) = super::text("raft_tables.dev.json") else { return };
    let tables: Value = serde_json::from_str(&tables).expect("the tables are JSON");
    let scenarios = tables["scenarios"].as_array().expect("scenarios");
    for scenario in scenarios {
        match scenario["id"].as_str().expect("an id") {
            "leader_election_reachability" => reachability(scenario),
            "no_commit_without_current_term_entry" => no_commit_without_an_entry_of_the_own_term(scenario),
            "dueling_candidates" => dueling_candidates(scenario),
            "disruptive_follower_prevote" => disruptive_follower(scenario),
            "vote_lease" => vote_lease(),
            "check_quorum_stepdown" => check_quorum_steps_down(),
            "read_index" => read_index(scenario),
            "randomised_timeout" => randomised_timeout(),
            other => panic!("nobody has told how to act out the scenario {other}"),
        }
    }
    println!("{} scenarios compared", scenarios.len());
}

fn reachability(scenario: &Value) {
    for case in scenario["cases"].as_array().expect("cases") {
        for pre_vote in [false, true] {
            let size = case["cluster"].as_u64().expect("a size") as u8;
            let mut group = group(size, &RaftConfig { pre_vote, ..RaftConfig::default() });
            for dead in case["dead"].as_array().expect("a list") {
                group.isolate(dead.as_u64().expect("a number") as u8);
            }
            group.campaign(1);
            let expected = if pre_vote && case.get("prevote").is_some() { &case["prevote"] } else { case };
            assert_eq!(Some(group.at(1).role()), expected["role"].as_str(), "{case}, pre-vote {pre_vote}");
            assert_eq!(Some(group.at(1).raft.term().0), expected["term"].as_u64(), "{case}, pre-vote {pre_vote}");
        }
    }
}

fn no_commit_without_an_entry_of_the_own_term(scenario: &Value) {
    let mut group = group(5, &RaftConfig::default());
    group.campaign(1);
    assert_eq!(group.at(1).raft.commit_index().0, 1);
    for other in 3..=5 {
        group.cut(1, other);
        group.cut(other, 1);
    }
    group.write(1, "x", 1);
    group.write(1, "x", 2);
    group.settle();
    assert_eq!((group.at(1).raft.commit_index().0, group.at(2).raft.log().last_index().0), (1, 3));
    group.heal();
    // The new leader's entries do not arrive at first.
    group.time_out(2);
    while let Some(message) = group.queue.pop_front() {
        if !matches!(message.2, RaftMessage::Append(_)) {
            group.deliver(message);
        }
    }
    assert_eq!((group.at(2).role(), group.at(2).raft.commit_index().0), ("leader", 1));
    group.beat(2);
    group.write(2, "x", 3);
    group.settle();
    assert_eq!(Some(group.at(2).raft.commit_index().0), scenario["expect"]["commit_final"].as_u64());
}

fn dueling_candidates(scenario: &Value) {
    let mut group = group(3, &RaftConfig::default());
    group.cut(1, 3);
    group.cut(3, 1);
    group.campaign(1);
    assert_eq!(group.at(1).role(), "leader");
    group.campaign(3);
    assert_eq!(group.at(3).role(), "candidate");
    group.heal().campaign(3);
    for (id, (role, term, last, _)) in (1..=3).zip(group.standing()) {
        let expected = &scenario["expect"][id.to_string()];
        // n3 is refused by both. etcd calls it a follower then; the paper leaves it a candidate until its time is up.
        assert_eq!(Some(role), if id == 3 { Some("candidate") } else { expected[0].as_str() });
        assert_eq!((Some(term), Some(last)), (expected[1].as_u64(), expected[2].as_u64()), "n{id}");
    }
}

fn disruptive_follower(scenario: &Value) {
    let mut group = group(3, &RaftConfig { pre_vote: true, ..check_quorum() });
    group.campaign(2);
    // So that n1 can win term 2, n2 must have been silent for long enough.
    group.pass(1, 200);
    group.pass(3, 200);
    group.campaign(1);
    assert_eq!((group.at(1).role(), group.at(1).raft.term().0), ("leader", 2));
    group.isolate(3);
    for number in 0..3 {
        group.write(1, "x", number);
        group.settle();
    }
    group.heal().campaign(3);
    for (id, (role, term, ..)) in (1..=3).zip(group.standing()) {
        let expected = &scenario["expect"][id.to_string()];
        assert_eq!((Some(role), Some(term)), (expected[0].as_str(), expected[1].as_u64()), "n{id}");
    }
}

fn vote_lease() {
    let mut group = group(3, &check_quorum());
    group.campaign(1);
    group.campaign(3);
    assert_eq!(group.at(3).role(), "candidate", "n2 has just heard the leader");
    group.pass(2, 150);
    group.campaign(3);
    assert_eq!(group.at(3).role(), "leader");
}

fn check_quorum_steps_down() {
    let mut group = group(3, &check_quorum());
    group.campaign(1);
    group.isolate(1);
    // etcd looks once in each election timeout, so it may take two; here it takes exactly one.
    group.pass(1, 149);
    assert_eq!(group.at(1).role(), "leader");
    group.pass(1, 1);
    assert_eq!((group.at(1).role(), group.at(1).raft.term().0), ("follower", 1));
}

fn read_index(scenario: &Value) {
    for reads in [ReadPath::ReadIndex, ReadPath::Lease] {
        let follower_reads = FollowerReads::ReadIndex;
        let config = RaftConfig { reads, follower_reads, leader_stickiness: true, ..RaftConfig::default() };
        let mut group = group(3, &config);
        group.campaign(1);
        for case in scenario["cases"].as_array().expect("cases") {
            let at = case["at"].as_u64().expect("a server") as u8;
            for number in 0..case["proposals_before"].as_i64().expect("a number") {
                group.write(1, "x", number);
                group.settle();
            }
            let request = group.read(at, "x");
            group.settle();
            let served = group.notes.iter().find_map(|(node, note)| match note {
                RaftNote::ReadServed { request: id, index, .. } if *id == request => Some((node.0, index.0)),
                _ => None,
            });
            let expected = case["read_index"].as_u64().map(|index| (at, index));
            assert_eq!(served, expected, "{case}, {reads:?}");
        }
    }
}

/// A server that hears nobody stands again and again: the time between is what the world draws.
fn randomised_timeout() {
    let election_timeout = TimeSpan { min: SimDuration(10), max: SimDuration(19) };
    let raft = RaftConfig { election_timeout, ..RaftConfig::default() };
    let mut world: World<Raft> = World::new(&WorldConfig { nodes: 3, ..WorldConfig::default() }, &raft, 1);
    for node in 1..=3 {
        world.apply(&Command::Isolate(Endpoint::Node(NodeId(node)))).expect("there is such a node");
    }
    world.advance(SimTime(9_000));
    let at = |record: netsplit::sim::TraceRecord<Raft>| match record.kind {
        Kind::TimerFired { node: NodeId(1), timer: ELECTION_TIMER } => Some(record.moment.time),
        _ => None,
    };
    let times: Vec<SimTime> = world.trace().iter().filter_map(at).take(501).collect();
    assert_eq!(times.len(), 501);
    let mut drawn: Vec<u64> = times.windows(2).map(|pair| pair[1].since(pair[0]).0).collect();
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn, (10..=19).collect::<Vec<u64>>());
}
