//! How long a cluster is without a leader after a crash. All followers hear the last heartbeat at one time, `c` after it
//! was sent; the leader crashes at a time uniform in the heartbeat interval `h`; each of `m` followers waits from `T` to
//! `T + w`. The first of them runs out on average `w / (m + 1)` after `T`, so that the mean from crash to candidacy is
//! `T + c - h/2 + w / (m + 1)`. A candidate whom nobody disturbs then leads after one round trip.

use super::stage::{assert_mean, cluster, leader, notes_since, waiting};
use super::watched::Watched;
use netsplit::base::{Place, Purpose, SimDuration, SimTime, Stream, range};
use netsplit::protocol::raft::{Raft, RaftNote};
use netsplit::sim::{Command, World};

const T: SimDuration = SimDuration::from_millis(150);
const W: SimDuration = SimDuration::from_millis(150);
const H: SimDuration = SimDuration::from_millis(50);
const ONE_WAY: SimDuration = SimDuration(500);
const RUNS: u32 = 3_000;

/// From crash to the first candidacy, and from there to the next leader if nobody else stood.
fn fail_over(nodes: u8, seed: u32) -> (SimDuration, Option<SimDuration>) {
    let mut world: World<Raft> = World::new(&cluster(nodes, ONE_WAY), &waiting(T, SimDuration(T.0 + W.0)), seed);
    let mut watched = Watched::default();
    let until = SimTime::from_secs(2);
    watched.run(&mut world, until);
    while leader(&world).is_none() {
        let until = world.now().time + SimDuration::from_secs(1);
        watched.run(&mut world, until);
    }
    let mut draws = Stream::new(seed, Purpose::FaultTime, Place(0, 0));
    let until = world.now().time + SimDuration(range(draws.at(0), 0, H.0 - 1));
    watched.run(&mut world, until);
    let crashed_at = world.now().time;
    let node = leader(&world).expect("nothing has disturbed the leader");
    world.apply(&Command::Crash { node, keep_some: false }).expect("the leader is there");
    let until = crashed_at + SimDuration(2 * (T.0 + W.0));
    watched.run(&mut world, until);
    watched.must_be_green();
    let notes = notes_since(&world, crashed_at);
    let stood: Vec<SimTime> = notes
        .iter()
        .filter_map(|(at, _, note)| matches!(note, RaftNote::BecameCandidate { .. }).then_some(*at))
        .collect();
    let led = notes.iter().find_map(|(at, _, note)| matches!(note, RaftNote::BecameLeader { .. }).then_some(*at));
    let first = *stood.first().expect("somebody stands");
    let undisturbed = led.filter(|led| stood.iter().skip(1).all(|at| at > led));
    (first.since(crashed_at), undisturbed.map(|led| led.since(first)))
}

fn measure(nodes: u8) {
    let followers = f64::from(nodes - 1);
    let (t, w, h, c) = (T.0 as f64, W.0 as f64, H.0 as f64, ONE_WAY.0 as f64);
    let runs: Vec<_> = (0..RUNS).map(|seed| fail_over(nodes, seed)).collect();
    let detected: Vec<f64> = runs.iter().map(|(detected, _)| detected.0 as f64).collect();
    let expected = t + c - h / 2.0 + w / (followers + 1.0);
    let variance = h * h / 12.0 + w * w * followers / (libm::pow(followers + 1.0, 2.0) * (followers + 2.0));
    assert_mean(&format!("{nodes} nodes: crash to candidacy, us"), &detected, expected, variance.sqrt());
    let undisturbed: Vec<SimDuration> = runs.iter().filter_map(|(_, elected)| *elected).collect();
    assert!(undisturbed.len() * 10 > runs.len() * 9, "nearly all elections go undisturbed");
    assert!(undisturbed.iter().all(|elected| *elected == SimDuration(2 * ONE_WAY.0)), "one round trip, always");
}

#[test]
fn a_crash_is_noticed_when_arithmetic_says_so_by_two_followers() {
    measure(3);
}

#[test]
fn a_crash_is_noticed_when_arithmetic_says_so_by_four_followers() {
    measure(5);
}
