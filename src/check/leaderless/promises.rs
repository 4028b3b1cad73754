//! D4: with siblings, every write that a client was told is done is still there, or something is that was written by somebody who
//! had seen it. Who had seen what is taken from what clients were told, and not from the replicas' own vectors, which may be wrong.
//! It says something of keys that are only read and written, each value once.

use std::collections::{BTreeMap, BTreeSet};

use super::look::Look;
use crate::base::{ClientId, OpId};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::leaderless::{Conflicts, Content};
use crate::protocol::{Key, Operation, Update, Value};
use crate::sim::{Kind, Outcome, Payload};

/// What was written, seen and promised.
#[derive(Clone, Debug, Default)]
pub(super) struct Promises {
    open: BTreeMap<OpId, (ClientId, Operation)>,
    /// What the last read of a client on a key has shown it.
    told: BTreeMap<(ClientId, Key), BTreeSet<Value>>,
    /// For each value, what its writer had seen, and all that those had seen.
    seen: BTreeMap<(Key, Value), BTreeSet<Value>>,
    /// Writes that were promised and that no later promise stands for.
    promised: BTreeSet<(Key, Value)>,
    /// Keys of which nothing is said: values that were written twice, deletions, changes of what is there.
    unclear: BTreeSet<Key>,
}

impl Promises {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        let mut must_look = !look.wiped.is_empty();
        for record in look.records {
            match &record.kind {
                Kind::Invoked { op, client, operation } => self.invoked(look, *op, *client, operation),
                Kind::Sent { payload: Payload::Request(request), .. } => {
                    self.asked(request.id.op, request.context.0.is_some());
                }
                Kind::Ended { op, outcome } => must_look |= self.ended(*op, outcome),
                Kind::Persisted { .. } | Kind::Started { .. } | Kind::Stopped { .. } => must_look = true,
                _ => {}
            }
        }
        if must_look {
            self.judge(look, report);
        }
    }

    fn invoked(&mut self, look: &Look<'_>, op: OpId, client: ClientId, operation: &Operation) {
        let key = &operation.key;
        let config = look.world.protocol();
        let is_clear = match &operation.update {
            Update::Read => true,
            Update::Write(value) => self.seen.insert((key.clone(), value.clone()), BTreeSet::new()).is_none(),
            Update::CompareAndSet { .. }
            | Update::Append(_)
            | Update::Add(_)
            | Update::Delete
            | Update::Include(_)
            | Update::Exclude(_) => false,
        };
        if !is_clear || config.conflicts_of(key) != Conflicts::Siblings {
            self.unclear.insert(key.clone());
        }
        self.open.insert(op, (client, operation.clone()));
    }

    /// An attempt leaves with what its client had seen.
    fn asked(&mut self, op: OpId, has_context: bool) {
        let Some((client, operation)) = self.open.get(&op).filter(|_| has_context) else { return };
        let Update::Write(value) = &operation.update else { return };
        let key = operation.key.clone();
        let told = self.told.get(&(*client, key.clone())).cloned().unwrap_or_default();
        let mut all = told.clone();
        for earlier in told {
            all.extend(self.seen.get(&(key.clone(), earlier)).cloned().unwrap_or_default());
        }
        self.seen.entry((key, value.clone())).or_default().extend(all);
    }

    /// Says whether something was promised.
    fn ended(&mut self, op: OpId, outcome: &Outcome) -> bool {
        let Some((client, operation)) = self.open.remove(&op) else { return false };
        let Outcome::Ok { values, .. } = outcome else { return false };
        match operation.update {
            // Who is told that nothing is there has still seen what it read before, and hands that back with its next write.
            Update::Read if values.is_empty() => false,
            Update::Read => {
                self.told.insert((client, operation.key), values.iter().cloned().collect());
                false
            }
            Update::Write(value) => {
                let key = operation.key;
                // Whoever stands for this one stands for all that it stands for.
                for earlier in self.seen.get(&(key.clone(), value.clone())).cloned().unwrap_or_default() {
                    self.promised.remove(&(key.clone(), earlier));
                }
                self.promised.insert((key, value))
            }
            _ => false,
        }
    }

    fn judge(&self, look: &Look<'_>, report: &mut Report) {
        for (key, value) in self.promised.iter().filter(|(key, _)| !self.unclear.contains(key)) {
            report.must(self.is_kept(look, key, value), Invariant::NoLostUpdate, || {
                format!("a client was told that {key} = {value} is done, and no disk holds it or what has seen it")
            });
        }
    }

    fn is_kept(&self, look: &Look<'_>, key: &Key, value: &Value) -> bool {
        look.world.nodes().any(|(_, slot)| {
            let versions = slot.disk().durable().cells.get(key);
            let contents = versions.map(|versions| versions.contents()).unwrap_or_default();
            contents.iter().any(|content| match content {
                Content::Value(held) if held == value => true,
                Content::Value(held) => {
                    self.seen.get(&(key.clone(), held.clone())).is_some_and(|seen| seen.contains(value))
                }
                Content::Deleted => false,
            })
        })
    }
}
