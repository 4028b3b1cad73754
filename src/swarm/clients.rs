//! What a seed's clients do: one kind of object for all of them, so that a history can be judged, and habits for each.

use super::draws::Draws;
use crate::base::{NodeId, SimDuration, SimTime};
use crate::protocol::raft::RaftConfig;
use crate::sim::{ClientConfig, Contact, Jitter, Mix, Pace, Retry, ValueKind, Workload};

/// Names for people.
const NAMES: [&str; 4] = ["Alice", "Bob", "Carol", "Dave"];
/// Who asks once all is mended.
pub(super) const PROBE: &str = "Probe";

/// The clients with workloads. They stop some time after all is mended.
pub(super) fn clients(draws: &mut Draws, nodes: u8, raft: &RaftConfig, heal_at: SimTime) -> Vec<ClientConfig> {
    let count = draws.range(1, NAMES.len() as u64);
    let (mix, keys) = (mix(draws), draws.range(1, 3) as u32);
    // Whether retries are safe is one decision for all: one careless client is enough to spoil a history.
    let is_careful = draws.percent(80);
    let stop = Some(heal_at + SimDuration(2 * raft.election_timeout.max.0));
    let habits = |name: &&str| {
        let pace = pace(draws, count);
        let contact = match draws.range(0, 9) {
            0 => Contact::Pinned(NodeId(draws.range(1, u64::from(nodes)) as u8)),
            1..=3 => Contact::Any,
            _ => Contact::Sticky,
        };
        let session = draws.percent(60);
        let retry = Retry {
            attempts: draws.range(1, 8) as u16,
            after_unknown: draws.percent(60) && (session || !is_careful),
            backoff: draws.any_size(1_000, 50_000),
            growth_percent: 200,
            backoff_max: SimDuration::from_millis(400),
            jitter: draws.pick(&[Jitter::None, Jitter::Equal, Jitter::Full]),
        };
        let timeout = draws.any_size(20_000, 600_000);
        let start = SimTime(draws.range(0, 600_000));
        let workload = Workload { start, stop, operations: None, pace, mix, keys, values: ValueKind::Int };
        ClientConfig { name: (*name).to_owned(), contact, timeout, retry, session, workload: Some(workload) }
    };
    NAMES[..count as usize].iter().map(habits).collect()
}

/// Registers, lists and counters can be judged by what they show; a mixture only by whether the servers agree.
fn mix(draws: &mut Draws) -> Mix {
    let reads = draws.range(1, 3) as u32;
    let nothing = Mix { read: reads, write: 0, cas: 0, append: 0, add: 0 };
    match draws.range(0, 9) {
        0..=3 => Mix { write: 2, cas: draws.pick(&[0, 0, 1]), ..nothing },
        4..=7 => Mix { append: 2, ..nothing },
        8 => Mix { add: 2, ..nothing },
        _ => Mix { write: 1, cas: 1, append: 1, add: 1, ..nothing },
    }
}

fn pace(draws: &mut Draws, count: u64) -> Pace {
    if draws.percent(60) {
        let think = draws.any_size(5_000 * count, 100_000);
        return Pace::Closed { think: draws.lengths(think) };
    }
    let interval = draws.any_size(15_000 * count, 150_000);
    Pace::Open { interval: draws.lengths(interval) }
}

/// A client that makes many short attempts and does not give up. Its write is the same each time, so that a repetition
/// does no harm.
pub(super) fn probe() -> ClientConfig {
    let retry = Retry {
        attempts: u16::MAX,
        after_unknown: true,
        backoff: SimDuration::from_millis(5),
        growth_percent: 150,
        backoff_max: SimDuration::from_millis(40),
        jitter: Jitter::Equal,
    };
    let timeout = SimDuration::from_millis(60);
    ClientConfig { name: PROBE.to_owned(), timeout, retry, ..ClientConfig::default() }
}
