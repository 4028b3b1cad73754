//! What leaderless replicas come to: whether those of a key hold the same, and what clients were told and lost by the rule for
//! conflicts. All of it as an observer sees it, who may look at every disk.

use std::collections::{BTreeMap, BTreeSet};

use super::{Seen, told};
use crate::base::{NodeId, NodeSet, OpId, SimTime};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, Versions};
use crate::session::Cluster;
use crate::sim::World;
use crate::view::chronicle::{BeatKind, ReplicaBeat};

/// So many keys are looked at.
const KEYS: usize = 200;

/// The readings of a leaderless cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replicas {
    /// How many keys were looked at.
    pub keys: usize,
    /// How many there are.
    pub all_keys: usize,
    /// Of how many of them all replicas hold the same.
    pub same: usize,
    /// The key of which the fewest replicas hold all that anybody holds.
    pub worst: Option<Behind>,
    /// How many hints wait in somebody's pocket.
    pub hints: usize,
    /// Reads that returned what a confirmed write had replaced before they began.
    pub stale: u32,
    /// Reads that were answered.
    pub reads: u32,
    /// What clients were told ok for and what is gone, or is back, by the rules for conflicts; oldest first.
    pub broken: Vec<BrokenByRule>,
}

/// A key whose replicas differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Which.
    pub key: Key,
    /// How many of its replicas hold all versions that anybody holds of it.
    pub have: usize,
    /// How many replicas it has.
    pub of: usize,
    /// How many versions those hold.
    pub versions: usize,
}

/// A promise that the rule for conflicts, or for forgetting, has broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenByRule {
    /// Which operation was promised.
    pub op: OpId,
    /// What it was: "Bob writes x = 5: ok".
    pub words: String,
    /// What became of it.
    pub fate: Fate,
    /// When.
    pub at: SimTime,
}

/// What became of a confirmed operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// A write with a later stamp, which had not seen it, stays in its place.
    ThrownAway,
    /// What it removed is there again.
    Undone,
    /// The last copy is gone.
    Gone,
}

impl Fate {
    /// It in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ThrownAway => "Thrown away for a later stamp",
            Self::Undone => "Undone, it is there again",
            Self::Gone => "Gone, nobody holds it",
        }
    }
}

/// The readings, if this is a leaderless cluster.
pub(super) fn replicas(seen: &Seen<'_>) -> Option<Replicas> {
    let Cluster::Leaderless(world) = seen.cluster else { return None };
    let mut out = Replicas { broken: broken(seen), ..Replicas::default() };
    let processes = world.nodes().filter_map(|(_, slot)| slot.process());
    out.hints = processes.map(|replica| replica.hints().count()).sum();
    (out.stale, out.reads) = stale(seen);
    look(world, &mut out);
    Some(out)
}

fn broken(seen: &Seen<'_>) -> Vec<BrokenByRule> {
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for beat in seen.chronicle.beats().iter().take_while(|beat| seen.has(beat.when.record)) {
        let BeatKind::Replica(it) = &beat.what else { continue };
        let Some((op, fate)) = fate(it).filter(|(op, _)| known.insert(*op)) else { continue };
        if let Some(bar) = seen.chronicle.operation(op) {
            all.push(BrokenByRule { op, words: told(seen, bar), fate, at: beat.when.at });
        }
    }
    all
}

/// The confirmed operation that is lost by this, and how.
fn fate(beat: &ReplicaBeat) -> Option<(OpId, Fate)> {
    match beat {
        ReplicaBeat::Thrown { op, is_confirmed: true, .. } | ReplicaBeat::ConfirmedInVain { op, .. } => {
            Some((*op, Fate::ThrownAway))
        }
        ReplicaBeat::ElementBack { op, .. } | ReplicaBeat::ValueBack { op: Some(op), .. } => Some((*op, Fate::Undone)),
        ReplicaBeat::CopyLost { op } => Some((*op, Fate::Gone)),
        ReplicaBeat::Thrown { is_confirmed: false, .. }
        | ReplicaBeat::ValueBack { op: None, .. }
        | ReplicaBeat::Deleted { .. }
        | ReplicaBeat::Enough { .. }
        | ReplicaBeat::Siblings { .. }
        | ReplicaBeat::Got { .. }
        | ReplicaBeat::Met { .. }
        | ReplicaBeat::Repairs { .. }
        | ReplicaBeat::Hint { .. }
        | ReplicaBeat::HintsLost { .. }
        | ReplicaBeat::TreesDiffer { .. }
        | ReplicaBeat::Purged { .. }
        | ReplicaBeat::Suspects { .. }
        | ReplicaBeat::Trusts { .. }
        | ReplicaBeat::GaveUp { .. }
        | ReplicaBeat::TooFew { .. }
        | ReplicaBeat::Stale { .. } => None,
    }
}

/// How many reads were stale, and how many were answered.
fn stale(seen: &Seen<'_>) -> (u32, u32) {
    let (mut stale, mut reads) = (0, 0);
    for beat in seen.chronicle.beats().iter().take_while(|beat| seen.has(beat.when.record)) {
        match &beat.what {
            BeatKind::Replica(ReplicaBeat::Stale { .. }) => stale += 1,
            BeatKind::Ended { op, outcome: crate::sim::Outcome::Ok { .. }, .. } => {
                let is_read = |bar: &crate::view::chronicle::OperationBar| bar.operation.update.is_read();
                reads += u32::from(seen.chronicle.operation(*op).is_some_and(is_read));
            }
            _ => {}
        }
    }
    (stale, reads)
}

/// What is on the disks, or in the memory of whoever runs.
fn look(world: &World<Leaderless>, out: &mut Replicas) {
    let Some(any) = world.nodes().find_map(|(_, slot)| slot.process()) else { return };
    let mut held: BTreeMap<Key, Vec<(NodeId, Versions)>> = BTreeMap::new();
    for (node, slot) in world.nodes() {
        let mut note = |key: &Key, versions: &Versions| {
            held.entry(key.clone()).or_default().push((node, versions.clone()));
        };
        match slot.process() {
            Some(replica) => replica.cells().for_each(|(key, versions)| note(key, versions)),
            None => slot.disk().durable().cells.iter().for_each(|(key, versions)| note(key, versions)),
        }
    }
    out.all_keys = held.len();
    for (key, copies) in held.into_iter().take(KEYS) {
        let home: NodeSet = any.home(&key).iter().copied().collect();
        let behind = behind(key, home, &copies);
        out.keys += 1;
        out.same += usize::from(behind.have == behind.of);
        if out.worst.as_ref().is_none_or(|worst| behind.have < worst.have) {
            out.worst = Some(behind);
        }
    }
}

fn behind(key: Key, home: NodeSet, copies: &[(NodeId, Versions)]) -> Behind {
    let mut all = copies[0].1.clone();
    for (_, versions) in &copies[1..] {
        all.merge(versions);
    }
    let is_deleted = all.deleted_for(crate::base::Wall(i64::MAX)).is_some();
    let own = |node: NodeId| copies.iter().find(|(other, _)| *other == node).map(|(_, versions)| versions);
    // Whoever has forgotten a deletion lacks nothing.
    let has_all = |node: NodeId| own(node).map_or(is_deleted, |versions| *versions == all);
    let have = home.iter().filter(|node| has_all(*node)).count();
    Behind { key, have, of: home.len(), versions: all.count() }
}
