//! What a seed's replicas are set to, and what the links are.

use crate::base::{Distribution, SimDuration};
use crate::protocol::leaderless::{
    AntiEntropy, Breaks, Conflicts, Coordinator, Detector, Fanout, KeyRule, LeaderlessConfig, ReadRepair,
};
use crate::sim::{DiskSettings, LinkSettings};
use crate::swarm::class::Class;
use crate::swarm::draws::{Draws, Topic};

/// Each setting on its own. Where a disk is lost for good, two must have each write.
pub(super) fn leaderless(draws: &mut Draws, class: Class, nodes: u8, breaks: Breaks) -> LeaderlessConfig {
    let is_wipe = class == Class::Wipe;
    let n = draws.range(if is_wipe { 3 } else { 1 }, u64::from(nodes.min(5))) as u8;
    let all = u64::from(n);
    let r = draws.range(1, if is_wipe { all - 1 } else { all }) as u8;
    let w = if is_wipe { draws.range(2, all - 1) } else { draws.range(1, all) } as u8;
    let anti_entropy = draws.percent(85).then(|| AntiEntropy {
        interval: draws.any_size(50_000, 400_000),
        bytes_per_second: draws.pick(&[2_000, 20_000, 1_000_000]),
        depth: draws.range(0, 6) as u8,
    });
    let drawn = LeaderlessConfig {
        n,
        r,
        w,
        sloppy: draws.percent(40),
        coordinator: if draws.percent(25) { Coordinator::Proxy } else { Coordinator::Replica },
        read_fanout: if draws.percent(40) { Fanout::Quorum } else { Fanout::All },
        request_timeout: draws.any_size(50_000, 600_000),
        conflicts: draws.pick(&[
            Conflicts::LastWriterWins,
            Conflicts::LastWriterWins,
            Conflicts::Siblings,
            Conflicts::Siblings,
            Conflicts::Union,
            Conflicts::Highest,
            Conflicts::Counter,
            Conflicts::Set,
            Conflicts::Text,
        ]),
        // Whoever asks once all is mended writes a plain value.
        rules: vec![KeyRule { key: "probe".into(), conflicts: Conflicts::LastWriterWins }],
        read_repair: draws.pick(&[ReadRepair::Off, ReadRepair::Async, ReadRepair::Blocking, ReadRepair::Blocking]),
        hinted_handoff: draws.percent(70),
        handoff_interval: draws.any_size(20_000, 300_000),
        hint_expiry: draws.percent(20).then(|| draws.any_size(100_000, 2_000_000)),
        anti_entropy,
        tombstone_grace: if draws.percent(40) {
            draws.any_size(50_000, 1_000_000)
        } else {
            SimDuration::from_secs(864_000)
        },
        compaction_interval: draws.any_size(50_000, 500_000),
        gossip_interval: draws.any_size(20_000, 100_000),
        detector: match draws.range(0, 3) {
            0 => Detector::Off,
            1 => Detector::PhiMilli(draws.range(1_000, 9_000) as u32),
            _ => Detector::Timeout(draws.any_size(200_000, 800_000)),
        },
        break_it: breaks,
    };
    // One copy of the data takes several settings at once, which would seldom come together by chance.
    if !draws.percent(25) {
        return drawn;
    }
    LeaderlessConfig {
        sloppy: false,
        conflicts: Conflicts::LastWriterWins,
        read_repair: ReadRepair::Blocking,
        r: drawn.r.max(drawn.n + 1 - drawn.w),
        tombstone_grace: SimDuration::from_secs(864_000),
        ..drawn
    }
}

/// A quiet data centre, or weather.
pub(super) fn link(draws: &mut Draws) -> LinkSettings {
    if draws.percent(50) {
        return LinkSettings::default();
    }
    let mean = draws.any_size(200, 10_000);
    let delay = Distribution::Exponential { min: SimDuration(50), mean: SimDuration(mean.0 + 50) };
    LinkSettings { delay, loss_ppm: 0, duplicate_ppm: 0, reorder: draws.percent(50) }
}

/// Crashes while disks are slow. What is told before it is durable shows only where a crash comes between the two and the node is soon
/// back, and elsewhere that is rare.
pub(super) struct Wear {
    /// How long disks take.
    pub(super) disk: DiskSettings,
    /// From one fault to the next. Nearly all of them are crashes.
    pub(super) every: Distribution,
    /// How long each lasts.
    pub(super) lasts: Distribution,
    /// What conflicts come to.
    pub(super) conflicts: Conflicts,
}

/// In one seed of five: that is what it is about.
pub(super) fn wear(class: Class, seed: u32) -> Option<Wear> {
    let mut draws = Draws::new(class, seed, Topic::Wear);
    if !draws.percent(20) {
        return None;
    }
    let typical = draws.any_size(5_000, 40_000);
    let sync = draws.lengths(typical);
    let mut mean = |min, max| Distribution::Exponential {
        min: SimDuration(min),
        mean: draws.length(SimDuration(min), SimDuration(max)),
    };
    let (every, lasts) = (mean(10_000, 150_000), mean(2_000, 60_000));
    let conflicts = draws.pick(&[
        Conflicts::Siblings,
        Conflicts::Siblings,
        Conflicts::Counter,
        Conflicts::Set,
        Conflicts::LastWriterWins,
    ]);
    Some(Wear { disk: DiskSettings { sync }, every, lasts, conflicts })
}
