//! The lease condition: two servers can believe at one time that they may answer alone exactly if the lease outlasts the
//! shortest wait for another leader, `l / (1 - slow) > t / (1 + fast)` in true time, where the leader's clock is slow and
//! the others' are fast.

use super::stage::{cluster, leader, waiting};
use netsplit::base::{Drift, NodeId, SimDuration, SimTime};
use netsplit::protocol::raft::{Lease, Raft, RaftConfig, RaftRole, ReadPath};
use netsplit::sim::{Command, World};

const SHORTEST: SimDuration = SimDuration::from_secs(1);

/// Whether another was elected while the old leader still believed in its lease.
fn overlaps(lease: SimDuration, slow_ppm: i32, fast_ppm: i32, seed: u32) -> bool {
    let raft = RaftConfig {
        leader_stickiness: true,
        reads: ReadPath::Lease,
        lease_length: Some(lease),
        ..waiting(SHORTEST, SHORTEST + SimDuration::from_millis(1))
    };
    let mut world: World<Raft> = World::new(&cluster(3, SimDuration(5)), &raft, seed);
    let apply = |world: &mut World<Raft>, command| world.apply(&command).expect("the command names what exists");
    world.advance(SimTime::from_secs(6));
    let old = leader(&world).expect("somebody leads before long");
    for node in (1..=3).map(NodeId) {
        let drift = Drift(if node == old { -slow_ppm } else { fast_ppm });
        apply(&mut world, Command::SetDrift { node, drift });
    }
    world.advance(SimTime::from_secs(8));
    apply(&mut world, Command::Isolate(old.into()));
    while world.step_until(SimTime::from_secs(12)) {
        let slot = world.node(old).expect("it is there");
        let process = slot.process().expect("it runs");
        let believes = matches!(process.lease(slot.clock(world.now().time).monotonic), Lease::Until(_));
        let is_new = |(node, other): (NodeId, &netsplit::sim::NodeSlot<Raft>)| {
            node != old && other.process().is_some_and(|raft| matches!(raft.role(), RaftRole::Leader(_)))
        };
        if world.nodes().any(is_new) {
            return believes;
        }
    }
    panic!("nobody was elected");
}

#[test]
fn a_lease_is_safe_exactly_where_arithmetic_says() {
    let (mut safe, mut unsafe_) = (0, 0);
    for (slow, fast) in [(0, 0), (10_000, 0), (0, 50_000), (50_000, 50_000), (150_000, 0), (100_000, 200_000)] {
        let longest = SHORTEST.0 as f64 * (1.0 - f64::from(slow) * 1e-6) / (1.0 + f64::from(fast) * 1e-6);
        for (margin, is_unsafe) in
            [(0.80, false), (0.95, false), (0.995, false), (1.005, true), (1.05, true), (1.2, true)]
        {
            let lease = SimDuration((longest * margin) as u64);
            for seed in 1..=5 {
                assert_eq!(
                    overlaps(lease, slow, fast, seed),
                    is_unsafe,
                    "lease {lease}, slow {slow}, fast {fast}, seed {seed}"
                );
                if is_unsafe { unsafe_ += 1 } else { safe += 1 }
            }
        }
    }
    println!("{safe} leases within the bound were safe, {unsafe_} beyond it were not");
}

/// What the settings choose by themselves is safe with the worst clocks that they allow for.
#[test]
fn the_lease_that_is_chosen_is_safe() {
    for bound in [0, 1_000, 10_000, 100_000] {
        let raft = RaftConfig { drift_bound_ppm: bound, ..waiting(SHORTEST, SHORTEST) };
        for seed in 1..=5 {
            assert!(
                !overlaps(raft.longest_safe_lease(), bound as i32, bound as i32, seed),
                "bound {bound} ppm, seed {seed}"
            );
        }
    }
}
