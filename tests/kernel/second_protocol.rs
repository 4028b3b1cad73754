//! The kernel is neutral: a second protocol, which has no leader, no log and no terms, runs through every fault with no
//! change to it.

use crate::support::faults::{plan, with_faults};
use crate::support::lab::{ALICE, ms, op, setting};
use crate::support::{Gossip, Rounds};
use netsplit::base::{SimDuration, TimeSpan};
use netsplit::protocol::Protocol;
use netsplit::sim::{Command, Kind, Outcome, World, WorldConfig};

const ROUNDS: Rounds = Rounds(Some(TimeSpan { min: SimDuration::from_millis(20), max: SimDuration::from_millis(60) }));

fn setting_with_writes(nodes: u8, seed: u32) -> WorldConfig {
    let mut config = with_faults(&setting(nodes), &plan(ms(4_000)), seed);
    for at in 0..100 {
        let write = Command::Invoke { client: ALICE, operation: op("x", at), contact: None };
        config.schedule.push((ms(at.unsigned_abs() * 40), write));
    }
    config
}

#[test]
fn all_nodes_agree_on_the_greatest_number_once_faults_are_over() {
    for seed in 1..=50 {
        let mut world: World<Gossip> = World::new(&setting_with_writes(4, seed), &ROUNDS, seed);
        world.advance(ms(4_000));
        assert!(world.nodes().all(|(_, node)| node.process().is_some()), "seed {seed}: every fault is over");
        world.advance(ms(4_500));
        let greatest: Vec<i64> = world.nodes().filter_map(|(_, node)| node.process().map(Gossip::greatest)).collect();
        assert!(greatest.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}: {greatest:?}");
        let kept: Vec<i64> = world.nodes().map(|(_, node)| node.disk().durable().greatest).collect();
        assert_eq!(greatest, kept, "seed {seed}: all is durable by now");
    }
}

#[test]
fn what_was_acknowledged_is_never_lost() {
    for seed in 1..=50 {
        let mut world: World<Gossip> = World::new(&setting_with_writes(3, seed), &ROUNDS, seed);
        world.advance(ms(4_500));
        let acknowledged = world.trace().iter().filter_map(|record| match record.kind {
            Kind::Ended { op, outcome: Outcome::Ok { .. } } => Some(i64::from(op.0) - 1),
            _ => None,
        });
        let greatest = acknowledged.max().unwrap_or(0);
        assert!(greatest > 0, "seed {seed}: something was acknowledged");
        assert!(world.nodes().all(|(_, node)| node.disk().durable().greatest >= greatest), "seed {seed}: {greatest}");
    }
}

#[test]
fn an_observer_sees_equals() {
    let mut world: World<Gossip> = World::new(&setting(3), &ROUNDS, 1);
    world.advance(ms(500));
    for (id, node) in world.nodes() {
        let process = node.process().expect("it runs");
        assert_eq!((process.id(), process.observe().role), (id, netsplit::protocol::Role::Replica));
        assert_eq!(process.observe().leader, None);
    }
}
