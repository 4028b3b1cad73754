//! Split votes: how likely it is that a second server stands before it hears of the first. With `m` servers that wait
//! uniformly over `w`, the gap between the first and the second is shorter than `d` with chance `1 - (1 - d/w)^m`, which
//! bounds the chance of a vain election from above.

use super::stage::{assert_share, binomial_bound, cluster, notes_since, waiting};
use super::watched::Watched;
use netsplit::base::{SimDuration, SimTime};
use netsplit::protocol::raft::{Raft, RaftNote, Term};
use netsplit::sim::World;

const T: SimDuration = SimDuration::from_millis(100);
const W: SimDuration = SimDuration::from_millis(100);

/// When servers stood in term 1, and whether somebody won it.
fn first_term(nodes: u8, one_way: SimDuration, spread: SimDuration, seed: u32) -> (Vec<SimTime>, bool) {
    let mut world: World<Raft> = World::new(&cluster(nodes, one_way), &waiting(T, SimDuration(T.0 + spread.0)), seed);
    let mut watched = Watched::default();
    let until = SimTime(T.0 + spread.0 + 3 * one_way.0);
    watched.run(&mut world, until);
    watched.must_be_green();
    let notes = notes_since(&world, SimTime::ZERO);
    let stood = notes.iter().filter_map(|(at, _, note)| match note {
        RaftNote::BecameCandidate { term: Term(1) } => Some(*at),
        _ => None,
    });
    let won = notes.iter().any(|(_, _, note)| matches!(note, RaftNote::BecameLeader { term: Term(1), .. }));
    (stood.collect(), won)
}

fn gaps(nodes: u8, one_way: SimDuration, runs: u32) {
    let all: Vec<_> = (0..runs).map(|seed| first_term(nodes, one_way, W, seed)).collect();
    let close = all.iter().filter(|(stood, _)| stood.len() > 1).count();
    // Lengths are whole microseconds, so a gap below `d` is one of at most `d - 1`; at `d` the message came first.
    let (d, w) = (one_way.0 as f64, W.0 as f64);
    let expected = 1.0 - libm::pow(1.0 - d / w, f64::from(nodes));
    assert_share(&format!("{nodes} nodes, {one_way} one way: two stand"), close, all.len(), expected);
    let vain = all.iter().filter(|(_, won)| !won).count();
    let bound = expected + binomial_bound(all.len(), expected);
    println!("{nodes} nodes, {one_way} one way: {vain} of {} first elections were vain", all.len());
    assert!(vain as f64 / all.len() as f64 <= bound, "no more elections are vain than those in which two stand");
    assert!(vain > 0, "some elections are vain");
}

#[test]
fn a_second_server_stands_as_often_as_arithmetic_says() {
    gaps(5, SimDuration::from_millis(5), 4_000);
    gaps(3, SimDuration::from_millis(15), 4_000);
}

/// Five servers over ten equally likely ticks: `1 - 5/10 * (0^4 + 1^4 + ... + 9^4) / 10^4 = 0.23335`.
#[test]
fn five_servers_share_the_first_of_ten_ticks_as_often_as_arithmetic_says() {
    let runs = 20_000;
    let tied = |seed: &u32| {
        let (stood, _) = first_term(5, SimDuration::from_millis(1), SimDuration(9), *seed);
        let first = stood.iter().min().expect("somebody stands");
        stood.iter().filter(|at| *at == first).count() > 1
    };
    let ties = (0..runs).filter(tied).count();
    assert_share("five servers, ten ticks: the first is shared", ties, runs as usize, 0.23335);
}
