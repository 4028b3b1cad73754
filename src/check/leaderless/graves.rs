//! D6: a deletion is forgotten only after its grace; and once it is, with nothing older left anywhere, the key stays deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::growth::Growth;
use super::look::Look;
use crate::base::{NodeId, OpId, RecordId, Wall};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::leaderless::{LeaderlessMessage, LeaderlessNote, Versions};
use crate::protocol::{Key, Value};
use crate::sim::{Kind, Payload};

/// What was written, what is under way, and what must not come back.
#[derive(Clone, Debug, Default)]
pub(super) struct Graves {
    written: BTreeMap<Key, BTreeSet<Value>>,
    /// What clients still ask for: an attempt may yet be made, and bring a value that is none of an earlier life.
    asked: BTreeMap<OpId, (Key, Value)>,
    /// Values of keys that were forgotten when nothing older was left of them.
    dead: BTreeMap<Key, BTreeSet<Value>>,
    /// Messages that may carry versions or requests, and that have neither arrived nor died.
    under_way: BTreeSet<RecordId>,
}

impl Graves {
    pub(super) fn see(&mut self, look: &Look<'_>, growth: &Growth, report: &mut Report) {
        for record in look.records {
            match &record.kind {
                Kind::Invoked { op, operation, .. } => self.invoked(*op, &operation.key, operation.update.written()),
                Kind::Ended { op, .. } => {
                    self.asked.remove(op);
                }
                Kind::Sent { payload, .. } if may_carry(payload) => {
                    self.under_way.insert(record.id);
                }
                Kind::Duplicated { .. } => {
                    self.under_way.insert(record.id);
                }
                Kind::Delivered { .. } | Kind::Dropped { .. } => {
                    if let Some(message) = record.cause {
                        self.under_way.remove(&message);
                    }
                }
                Kind::Note { node, note: LeaderlessNote::Purged { key } } => {
                    self.purged(look, growth, *node, key, report);
                }
                _ => {}
            }
        }
        self.see_risen(look, report);
    }

    fn invoked(&mut self, op: OpId, key: &Key, value: Option<&Value>) {
        let Some(value) = value else { return };
        self.asked.insert(op, (key.clone(), value.clone()));
        self.written.entry(key.clone()).or_default().insert(value.clone());
        if let Some(dead) = self.dead.get_mut(key) {
            dead.remove(value);
        }
    }

    fn purged(&mut self, look: &Look<'_>, growth: &Growth, node: NodeId, key: &Key, report: &mut Report) {
        let Some(slot) = look.world.node(node) else { return };
        let age = growth.before(node, key).and_then(|held| held.deleted_for(slot.clock(look.world.now().time).wall));
        let grace = look.world.protocol().tombstone_grace;
        report.must(age.is_none_or(|age| age >= grace), Invariant::GraceOfTombstones, || {
            format!("{node} forgets the deletion of {key} before its grace is over")
        });
        if self.under_way.is_empty() && is_forgotten(look, key) {
            let mut values = self.written.get(key).cloned().unwrap_or_default();
            values.extend(look.world.config().data.iter().filter(|(of, _)| of == key).map(|(_, value)| value.clone()));
            for (_, value) in self.asked.values().filter(|(about, _)| about == key) {
                values.remove(value);
            }
            self.dead.insert(key.clone(), values);
        }
    }

    fn see_risen(&self, look: &Look<'_>, report: &mut Report) {
        for (node, slot) in look.touched() {
            let Some(replica) = slot.process() else { continue };
            for (key, dead) in &self.dead {
                let held = replica.versions(key).map(Versions::contents).unwrap_or_default();
                let risen = held.iter().find(|content| content.value().is_some_and(|value| dead.contains(value)));
                report.must(risen.is_none(), Invariant::GraceOfTombstones, || {
                    format!("{key} was deleted and forgotten everywhere, and {node} holds it again")
                });
            }
        }
    }
}

fn may_carry(payload: &Payload<LeaderlessMessage>) -> bool {
    match payload {
        Payload::Node(LeaderlessMessage::Gossip { .. }) => false,
        Payload::Node(_) | Payload::Request(_) => true,
        Payload::Reply { .. } | Payload::Reset { .. } => false,
    }
}

/// Whether no memory and no disk holds anything but a deletion, nobody keeps it for another, and nobody is busy with it.
fn is_forgotten(look: &Look<'_>, key: &Key) -> bool {
    let is_gone = |held: Option<&Versions>| held.is_none_or(|held| held.deleted_for(Wall(i64::MAX)).is_some());
    look.world.nodes().all(|(_, slot)| {
        let disk = slot.disk().durable();
        let is_idle = slot.process().is_none_or(|replica| {
            is_gone(replica.versions(key))
                && replica.hints().all(|(_, about, _)| about != key)
                && replica.coordinations().all(|open| open.key != *key)
        });
        let is_kept =
            disk.hints.keys().any(|(_, about)| about == key) || disk.preloaded.iter().any(|(about, _)| about == key);
        is_idle && is_gone(disk.cells.get(key)) && !is_kept && slot.disk().unsynced() <= 1
    })
}
