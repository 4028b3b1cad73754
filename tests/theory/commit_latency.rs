//! Commit latency is an order statistic: with five servers, a leader commits with the second acknowledgement of four (its
//! own disk takes no time here). Only the way back to the leader takes time, drawn anew for each message.

use super::stage::{assert_mean, assert_share, cluster, leader, notes_since, waiting};
use super::watched::Watched;
use netsplit::base::{ClientId, Distribution, NodeId, SimDuration, SimTime};
use netsplit::protocol::raft::{Index, Raft, RaftConfig, RaftNote};
use netsplit::protocol::{Operation, Update, Value};
use netsplit::sim::{Command, LinkPatch, Wire, World};

const WRITES: u64 = 6_000;

/// The time from the appending of each entry to its commit, in microseconds, where each follower's answer takes as long
/// as `back` says.
fn latencies(back: impl Fn(u8) -> Distribution) -> Vec<f64> {
    let seconds = SimDuration::from_secs;
    // One heartbeat in 100 s: the answer to a heartbeat would acknowledge an entry as well.
    let raft = RaftConfig { heartbeat_interval: seconds(100), ..waiting(seconds(200), seconds(300)) };
    let mut world: World<Raft> = World::new(&cluster(5, SimDuration::ZERO), &raft, 7);
    let mut watched = Watched::default();
    let until = SimTime::from_secs(301);
    watched.run(&mut world, until);
    let first = leader(&world).expect("somebody leads before long");
    let apply = |world: &mut World<Raft>, command| world.apply(&command).expect("the command names what exists");
    for (rank, node) in (1..=5).map(NodeId).filter(|node| *node != first).enumerate() {
        let patch = LinkPatch { delay: Some(back(rank as u8)), reorder: Some(true), ..LinkPatch::default() };
        apply(&mut world, Command::SetLink { wire: Wire::one_way(node, first), patch });
    }
    let start = world.now().time;
    for number in 0..WRITES {
        // Far enough from each other, and never at the time of a heartbeat.
        let until = start + SimDuration(number * 300_007);
        watched.run(&mut world, until);
        let operation = Operation { key: "x".into(), update: Update::Write(Value::Int(number as i64)) };
        apply(&mut world, Command::Invoke { client: ClientId(0), operation, contact: Some(first) });
    }
    let until = world.now().time + seconds(2);
    watched.run(&mut world, until);
    watched.must_be_green();
    let mut appended_at = Vec::new();
    let mut found = Vec::new();
    for (at, node, note) in notes_since(&world, start) {
        match note {
            RaftNote::Appended { index, request: Some(_), .. } => appended_at.push((index, at)),
            RaftNote::Committed { index } if node == first => {
                let appended = appended_at.iter().find(|(entry, _)| *entry == index);
                found.extend(appended.map(|(_, appended)| at.since(*appended).0 as f64));
                appended_at.retain(|(entry, _): &(Index, SimTime)| *entry > index);
            }
            _ => {}
        }
    }
    // A heartbeat, once in 100 s, may come between an entry and its commit.
    assert!(found.len() as u64 > WRITES - 50, "{} of {WRITES} were measured", found.len());
    found
}

#[test]
fn the_second_of_four_exponential_answers_commits() {
    let mean = 10_000.0;
    let back = Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration(mean as u64) };
    let found = latencies(|_| back);
    let expected = mean * (1.0 / 4.0 + 1.0 / 3.0);
    let deviation = mean * (1.0_f64 / 16.0 + 1.0 / 9.0).sqrt();
    assert_mean("second of four exponential answers, us", &found, expected, deviation);
    // P(L <= t) = sum over j >= 2 of C(4, j) F^j (1 - F)^(4 - j), at the median of one answer.
    let median = mean * std::f64::consts::LN_2;
    let early = found.iter().filter(|latency| **latency <= median).count();
    assert_share("committed within the median of one answer", early, found.len(), (6.0 + 4.0 + 1.0) / 16.0);
}

#[test]
fn the_second_of_four_uniform_answers_commits() {
    let most = 20_000.0;
    let back = Distribution::Uniform { min: SimDuration::ZERO, max: SimDuration(most as u64) };
    let found = latencies(|_| back);
    // The k-th smallest of n uniforms is Beta(k, n + 1 - k).
    let deviation = most * (2.0_f64 * 3.0 / (25.0 * 6.0)).sqrt();
    assert_mean("second of four uniform answers, us", &found, most * 2.0 / 5.0, deviation);
}

#[test]
fn the_second_of_four_fixed_answers_commits() {
    let found = latencies(|rank| Distribution::Constant(SimDuration::from_millis(10 * (u64::from(rank) + 1))));
    assert!(found.iter().all(|latency| *latency == 20_000.0), "the second shortest of 10, 20, 30 and 40 ms");
}
