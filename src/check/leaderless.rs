//! The invariants D3 to D6 of leaderless replication as monitors. They look at a cluster from outside after every event: at
//! replicas' memories, disks and trees, and at the trace's new records. Replicas know nothing of them. D1 and D2 are about what
//! clients were told, and are judged on histories: a regular register, and one that is linearizable.
//!
//! One file for each concern: `growth` (D5: versions never become older), `pockets` (D5: hints), `promises` (D4), `names` (what D4
//! rests on), `roots` (D3), `graves` (D6). What they share: `look`.

mod graves;
mod growth;
mod look;
mod names;
mod pockets;
mod promises;
mod roots;

use self::graves::Graves;
use self::growth::Growth;
use self::look::Look;
use self::names::Names;
use self::pockets::Pockets;
use self::promises::Promises;
use super::invariant::{Invariant, InvariantBroken, Report};
use crate::protocol::leaderless::Leaderless;
use crate::sim::{TraceCursor, TraceRecord, World};

/// The monitors of one run. Show them the world after every event, from the first.
#[derive(Clone, Debug, Default)]
pub struct LeaderlessMonitors {
    place: TraceCursor,
    records: Vec<TraceRecord<Leaderless>>,
    growth: Growth,
    pockets: Pockets,
    promises: Promises,
    names: Names,
    graves: Graves,
    report: Report,
}

impl LeaderlessMonitors {
    /// Looks at the cluster after an event.
    pub fn see(&mut self, world: &World<Leaderless>) {
        self.report.set_moment(world.now());
        self.records.clear();
        while let Some(record) = world.trace().read_on(&mut self.place) {
            self.records.push(record);
        }
        let look = Look::new(world, &self.records);
        let report = &mut self.report;
        self.graves.see(&look, &self.growth, report);
        let changed = self.growth.see(&look, report);
        self.pockets.see(&look, report);
        self.names.see(&look, report);
        self.promises.see(&look, report);
        roots::see(&look, changed, report);
    }

    /// What was seen broken, each invariant once, in the order of its first time.
    #[must_use]
    pub fn broken(&self) -> &[InvariantBroken] {
        self.report.broken()
    }

    /// Whether an invariant has been seen broken by now.
    #[must_use]
    pub fn is_broken(&self, invariant: Invariant) -> bool {
        self.report.is_broken(invariant)
    }
}

/// Whether all replicas of each key that run hold the same of it, tombstones that are old enough aside: what D3 promises once the
/// network is whole, hints are delivered, and all have compared with all. Says which key and which replicas differ.
#[must_use]
pub fn divergence(world: &World<Leaderless>) -> Option<String> {
    let running: Vec<_> = world.nodes().filter_map(|(node, slot)| Some((node, slot.process()?))).collect();
    for (node, replica) in &running {
        for (key, versions) in replica.cells().filter(|(key, _)| replica.home(key).contains(node)) {
            if versions.deleted_for(crate::base::Wall(i64::MAX)).is_some() {
                continue;
            }
            for (other, twin) in running.iter().filter(|(other, _)| replica.home(key).contains(other)) {
                if twin.versions(key) != Some(versions) {
                    return Some(format!("{node} and {other} hold different versions of {key}"));
                }
            }
        }
    }
    None
}
