//! What the tests of this folder share: settings with nothing random but what is measured, and bounds.

use netsplit::base::{Distribution, NodeId, SimDuration, SimTime, TimeSpan};
use netsplit::protocol::raft::{Raft, RaftConfig, RaftNote, RaftRole};
use netsplit::sim::{ClientConfig, DiskSettings, Kind, LinkSettings, NetworkConfig, World, WorldConfig};

/// So many nodes with links that always take `one_way`, disks that take no time, and one client.
pub(crate) fn cluster(nodes: u8, one_way: SimDuration) -> WorldConfig {
    let link = LinkSettings { delay: Distribution::Constant(one_way), ..LinkSettings::default() };
    let quick = LinkSettings { delay: Distribution::Constant(SimDuration(1)), ..LinkSettings::default() };
    WorldConfig {
        nodes,
        network: NetworkConfig { between_nodes: link, to_clients: quick, rules: Vec::new() },
        disk: DiskSettings { sync: Distribution::Constant(SimDuration::ZERO) },
        clients: vec![ClientConfig::default()],
        ..WorldConfig::default()
    }
}

/// Raft whose followers wait from `min` to `max`.
pub(crate) fn waiting(min: SimDuration, max: SimDuration) -> RaftConfig {
    RaftConfig { election_timeout: TimeSpan { min, max }, ..RaftConfig::default() }
}

/// Who leads, if exactly one server does.
pub(crate) fn leader(world: &World<Raft>) -> Option<NodeId> {
    let leads = |raft: &Raft| matches!(raft.role(), RaftRole::Leader(_));
    let mut leaders = world.nodes().filter(|(_, slot)| slot.process().is_some_and(leads)).map(|(node, _)| node);
    leaders.next().filter(|_| leaders.next().is_none())
}

/// The notes of a run from a time on, with when and by whom.
pub(crate) fn notes_since(world: &World<Raft>, since: SimTime) -> Vec<(SimTime, NodeId, RaftNote)> {
    let noted = world.trace().iter_from(world.trace().first_at(since)).filter_map(|record| match record.kind {
        Kind::Note { node, note } => Some((record.moment.time, node, note)),
        _ => None,
    });
    noted.collect()
}

/// The mean of a sample must be the expected one, within four standard deviations of the mean of so many.
pub(crate) fn assert_mean(name: &str, sample: &[f64], expected: f64, deviation: f64) {
    let mean = sample.iter().sum::<f64>() / sample.len() as f64;
    let bound = 4.0 * deviation / (sample.len() as f64).sqrt();
    println!("{name}: measured {mean:.4}, expected {expected:.4} +- {bound:.4}, {} samples", sample.len());
    assert!((mean - expected).abs() <= bound, "{name}: measured {mean}, expected {expected} +- {bound}");
}

/// A share of successes must be the expected one, within four standard deviations of a binomial.
pub(crate) fn assert_share(name: &str, successes: usize, of: usize, expected: f64) {
    let share = successes as f64 / of as f64;
    let bound = binomial_bound(of, expected);
    println!("{name}: measured {share:.5}, expected {expected:.5} +- {bound:.5}, {of} samples");
    assert!((share - expected).abs() <= bound, "{name}: measured {share}, expected {expected} +- {bound}");
}

/// Four standard deviations of a share.
pub(crate) fn binomial_bound(of: usize, share: f64) -> f64 {
    4.0 * (share * (1.0 - share) / of as f64).sqrt()
}
