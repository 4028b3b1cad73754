//! What a seed's cluster is: how many servers, Raft's settings, the links and the disks.

use super::draws::Draws;
use crate::base::{Distribution, SimDuration, TimeSpan};
use crate::protocol::raft::{Breaks, FollowerReads, RaftConfig, ReadPath};
use crate::sim::{DiskSettings, LinkSettings};

/// How many servers there are at first. Three and five are what people run, and so more frequent.
pub(super) fn nodes(draws: &mut Draws) -> u8 {
    draws.pick(&[1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7])
}

/// Raft's settings, each on its own; a lease needs stickiness.
pub(super) fn raft(draws: &mut Draws, breaks: Breaks) -> RaftConfig {
    let shortest = draws.length(SimDuration::from_millis(60), SimDuration::from_millis(300));
    let spread = SimDuration(shortest.0 * draws.range(20, 200) / 100);
    let longest = SimDuration(shortest.0 + spread.0);
    let reads = draws.pick(&[ReadPath::Log, ReadPath::ReadIndex, ReadPath::ReadIndex, ReadPath::Lease]);
    let follower_reads = draws.pick(&[
        FollowerReads::Refuse,
        FollowerReads::Refuse,
        FollowerReads::ReadIndex,
        FollowerReads::ReadIndex,
        FollowerReads::Local,
    ]);
    let is_sticky = draws.percent(50);
    let mut raft = RaftConfig {
        election_timeout: TimeSpan { min: shortest, max: longest },
        heartbeat_interval: SimDuration(shortest.0 / draws.range(2, 6)),
        noop_on_election: draws.percent(85),
        max_entries_per_append: draws.pick(&[1, 1, 2, 5, 16, 64]),
        pre_vote: draws.percent(50),
        leader_stickiness: is_sticky || reads == ReadPath::Lease,
        check_quorum: draws.percent(50),
        reads,
        follower_reads,
        lease_length: None,
        drift_bound_ppm: if reads == ReadPath::Lease {
            draws.pick(&[1_000, 50_000, 200_000, 200_000])
        } else {
            draws.pick(&[1_000, 10_000, 50_000, 200_000])
        },
        snapshot_after: None,
        break_it: breaks,
    };
    if draws.percent(60) {
        raft.snapshot_after = Some(draws.any_size(2, 100).0 as u32);
    }
    if reads == ReadPath::Lease && draws.percent(20) {
        raft.lease_length = Some(SimDuration(raft.longest_safe_lease().0 / draws.range(1, 3)));
    }
    raft
}

/// How links treat messages when no fault is on: as in a quiet data centre, or with weather of their own.
pub(super) fn link(draws: &mut Draws, raft: &RaftConfig) -> LinkSettings {
    if draws.percent(40) {
        return LinkSettings::default();
    }
    let typical = draws.any_size(50, raft.election_timeout.min.0 / 8);
    let delay = draws.lengths(typical);
    let loss_ppm = if draws.percent(40) { draws.range(100, 50_000) as u32 } else { 0 };
    let duplicate_ppm = if draws.percent(40) { draws.range(100, 100_000) as u32 } else { 0 };
    LinkSettings { delay, loss_ppm, duplicate_ppm, reorder: draws.percent(40) }
}

/// How long disks take.
pub(super) fn disk(draws: &mut Draws) -> DiskSettings {
    if draws.percent(40) {
        return DiskSettings::default();
    }
    if draws.percent(10) {
        return DiskSettings { sync: Distribution::Constant(SimDuration::ZERO) };
    }
    let typical = draws.any_size(100, 30_000);
    DiskSettings { sync: draws.lengths(typical) }
}
