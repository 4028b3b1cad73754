//! D5, versions: what a replica holds of a key never becomes older, in memory while its process lives, and on its disk.

use std::collections::{BTreeMap, BTreeSet};

use super::look::Look;
use crate::base::{NodeId, NodeSet, SharedMap, Wall};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, LeaderlessNote, Versions};

/// What each replica held when it was last looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Growth {
    memory: BTreeMap<NodeId, (u32, SharedMap<Key, Versions>)>,
    disks: BTreeMap<NodeId, SharedMap<Key, Versions>>,
    /// Deletions that are forgotten in memory and not yet on disk. A lying disk may go from the value to nothing, and to what was
    /// written after that, in one step.
    forgotten: BTreeSet<(NodeId, Key)>,
}

impl Growth {
    /// What a replica held of a key in memory at the last look.
    pub(super) fn before(&self, node: NodeId, key: &Key) -> Option<&Versions> {
        self.memory.get(&node)?.1.get(key)
    }

    /// Looks at those that were touched; says in whose memory something has changed.
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) -> NodeSet {
        let mut changed = NodeSet::EMPTY;
        for (node, note) in look.notes() {
            if let LeaderlessNote::Purged { key } = note {
                self.forgotten.insert((node, key.clone()));
            }
        }
        for (node, slot) in look.touched() {
            match slot.process() {
                Some(replica) => {
                    if self.see_memory(node, slot.incarnation(), replica, report) {
                        changed.insert(node);
                    }
                }
                None => {
                    self.memory.remove(&node);
                }
            }
            self.see_disk(look, node, &slot.disk().durable().cells, report);
        }
        changed
    }

    fn see_disk(&mut self, look: &Look<'_>, node: NodeId, disk: &SharedMap<Key, Versions>, report: &mut Report) {
        let before = self.disks.insert(node, disk.clone());
        if look.wiped.contains(node) {
            self.forgotten.retain(|(of, _)| *of != node);
            return;
        }
        for (key, old) in before.iter().flat_map(|before| before.unshared(disk)) {
            let new = disk.get(key);
            let is_right = is_later(old, new, is_home(look, node, key));
            let is_forgotten = (new.is_none() || !is_right) && self.forgotten.remove(&(node, key.clone()));
            report.must(is_right || is_forgotten, Invariant::NeverOlder, || older(node, key));
        }
    }

    fn see_memory(&mut self, node: NodeId, incarnation: u32, replica: &Leaderless, report: &mut Report) -> bool {
        let (was, held) = self.memory.entry(node).or_default();
        if *was != incarnation {
            (*was, *held) = (incarnation, SharedMap::default());
        }
        let now = replica.held();
        for (key, old) in held.unshared(now) {
            let is_right = is_later(old, now.get(key), replica.home(key).contains(&node));
            report.must(is_right, Invariant::NeverOlder, || older(node, key));
        }
        let has_changed = held.unshared(now).chain(now.unshared(held)).next().is_some();
        *held = now.clone();
        has_changed
    }
}

/// Whether a key is a node's own. Each replica knows that of all; where none lives, nobody can be asked, and it is taken for so.
fn is_home(look: &Look<'_>, node: NodeId, key: &Key) -> bool {
    let mut replicas = look.world.nodes().filter_map(|(_, slot)| slot.process());
    replicas.next().is_none_or(|replica| replica.home(key).contains(&node))
}

/// A later state includes the earlier: it is what comes of merging the two. Only a deletion is ever forgotten, or what was kept for
/// others.
fn is_later(old: &Versions, new: Option<&Versions>, is_home: bool) -> bool {
    match new {
        Some(new) => {
            let mut both = new.clone();
            both.merge(old);
            both == *new
        }
        None => !is_home || old.deleted_for(Wall(i64::MAX)).is_some(),
    }
}

fn older(node: NodeId, key: &Key) -> String {
    format!("{node} holds an older version of {key} than it did")
}
