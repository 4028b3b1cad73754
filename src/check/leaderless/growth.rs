//! D5, versions: what a replica holds of a key never becomes older, in memory while its process lives, and on its disk.

use std::collections::BTreeMap;

use super::look::Look;
use crate::base::{NodeId, NodeSet, SharedMap, Wall};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, Versions};

/// What each replica held when it was last looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Growth {
    memory: BTreeMap<NodeId, (u32, SharedMap<Key, Versions>)>,
    disks: BTreeMap<NodeId, SharedMap<Key, Versions>>,
}

impl Growth {
    /// What a replica held of a key in memory at the last look.
    pub(super) fn before(&self, node: NodeId, key: &Key) -> Option<&Versions> {
        self.memory.get(&node)?.1.get(key)
    }

    /// Looks at those that were touched; says in whose memory something has changed.
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) -> NodeSet {
        let mut changed = NodeSet::EMPTY;
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
            let disk = &slot.disk().durable().cells;
            if look.wiped.contains(node) {
                self.disks.remove(&node);
            } else if let Some(before) = self.disks.get(&node) {
                let home = |key: &Key| slot.process().is_none_or(|replica| replica.home(key).contains(&node));
                for (key, old) in before.unshared(disk) {
                    judge(node, key, old, disk.get(key), home(key), report);
                }
            }
            self.disks.insert(node, disk.clone());
        }
        changed
    }

    fn see_memory(&mut self, node: NodeId, incarnation: u32, replica: &Leaderless, report: &mut Report) -> bool {
        let (was, held) = self.memory.entry(node).or_default();
        if *was != incarnation {
            (*was, *held) = (incarnation, SharedMap::default());
        }
        let now = replica.held();
        for (key, old) in held.unshared(now) {
            judge(node, key, old, now.get(key), replica.home(key).contains(&node), report);
        }
        let has_changed = held.unshared(now).chain(now.unshared(held)).next().is_some();
        *held = now.clone();
        has_changed
    }
}

/// A later state includes the earlier: it is what comes of merging the two. Only a deletion is ever forgotten, or what was kept for
/// others.
fn judge(node: NodeId, key: &Key, old: &Versions, new: Option<&Versions>, is_home: bool, report: &mut Report) {
    let is_right = match new {
        Some(new) => {
            let mut both = new.clone();
            both.merge(old);
            both == *new
        }
        None => !is_home || old.deleted_for(Wall(i64::MAX)).is_some(),
    };
    report.must(is_right, Invariant::NeverOlder, || format!("{node} holds an older version of {key} than it did"));
}
