//! What D4 rests on: a name belongs to one write. Whoever has seen the one takes the other for seen too, and drops it untold.

use std::collections::BTreeMap;

use super::look::Look;
use crate::base::{NodeId, SharedMap};
use crate::check::invariant::{Invariant, Report};
use crate::data::Dot;
use crate::protocol::Key;
use crate::protocol::leaderless::{Versions, Written};

/// Which write each name was first seen on. Disks are looked at and not memories: what is named, not yet durable and told to nobody
/// may be forgotten in a crash, and its name given again.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    disks: BTreeMap<NodeId, SharedMap<Key, Versions>>,
    writes: BTreeMap<(Key, Dot), Written>,
}

impl Names {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        for (node, slot) in look.touched() {
            let disk = &slot.disk().durable().cells;
            let before = self.disks.insert(node, disk.clone()).unwrap_or_default();
            for (key, versions) in disk.unshared(&before) {
                if let Versions::Siblings(siblings) = versions {
                    for version in siblings.versions() {
                        self.named(key, version.dot, &version.value, report);
                    }
                }
            }
        }
    }

    fn named(&mut self, key: &Key, dot: Dot, written: &Written, report: &mut Report) {
        let first = self.writes.entry((key.clone(), dot)).or_insert_with(|| written.clone());
        report.must(first == written, Invariant::NoLostUpdate, || {
            format!(
                "{dot} of {key} names two writes, {} and {}: whoever has seen one drops the other",
                first.content, written.content
            )
        });
    }
}
