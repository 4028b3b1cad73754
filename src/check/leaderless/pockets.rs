//! D5, hints: a hint ends when its replica has acknowledged it, when it is too old, or with the disk that holds it, and in no
//! other way.

use std::collections::{BTreeMap, BTreeSet};

use super::look::Look;
use crate::base::{Endpoint, NodeId};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, LeaderlessMessage, LeaderlessNote};
use crate::sim::{Kind, NodeSlot, Payload};

type Pocket = BTreeSet<(NodeId, Key)>;

/// What each node kept for others when it was last looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Pockets {
    memory: BTreeMap<NodeId, (u32, Pocket)>,
}

impl Pockets {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        for (node, slot) in look.touched() {
            let Some(replica) = slot.process() else {
                self.memory.remove(&node);
                continue;
            };
            let now: Pocket = replica.hints().map(|(home, key, _)| (home, key.clone())).collect();
            if let Some((_, before)) = self.memory.get(&node).filter(|(was, _)| *was == slot.incarnation()) {
                for (home, key) in before.difference(&now) {
                    report.must(may_end(look, node, *home, key), Invariant::NeverOlder, || {
                        format!("{node} has dropped a hint of {key} for {home}, which {home} has not acknowledged")
                    });
                }
            }
            report.must(is_kept_for_sure(slot, &now), Invariant::NeverOlder, || {
                format!("{node} keeps a hint in memory that is not on its disk, and none of its writes is under way")
            });
            self.memory.insert(node, (slot.incarnation(), now));
        }
    }
}

/// Whether a hint was acknowledged just now by the replica that it is for, or was too old.
fn may_end(look: &Look<'_>, node: NodeId, home: NodeId, key: &Key) -> bool {
    let is_expired = look.world.protocol().hint_expiry.is_some()
        && look.notes().any(|(by, note)| {
            by == node
                && matches!(note, LeaderlessNote::HintExpired { home: of, key: about } if *of == home && about == key)
        });
    is_expired
        || look.records.iter().any(|record| is_acknowledgement(look, record.cause, &record.kind, (node, home), key))
}

fn is_acknowledgement<B, N>(
    look: &Look<'_>,
    cause: Option<crate::base::RecordId>,
    kind: &Kind<B, N>,
    (node, home): (NodeId, NodeId),
    key: &Key,
) -> bool {
    let is_between = matches!(kind, Kind::Delivered { from, to }
        if *from == Endpoint::Node(home) && *to == Endpoint::Node(node));
    let sent = cause.filter(|_| is_between).and_then(|cause| look.world.trace().get(cause));
    let sent = match sent.map(|record| (record.kind, record.cause)) {
        // A copy names the original.
        Some((Kind::Duplicated { .. }, Some(original))) => look.world.trace().get(original).map(|record| record.kind),
        Some((kind, _)) => Some(kind),
        None => None,
    };
    let Some(Kind::Sent { payload: Payload::Node(message), .. }) = sent else { return false };
    matches!(message, LeaderlessMessage::HandoffAck { key: about, .. } | LeaderlessMessage::LettersAck { key: about, .. }
        if about == *key)
}

/// While nothing is being written, what is kept in memory is on the disk.
fn is_kept_for_sure(slot: &NodeSlot<Leaderless>, now: &Pocket) -> bool {
    let durable = &slot.disk().durable().hints;
    slot.disk().unsynced() > 0 || now.iter().all(|name| durable.contains_key(name))
}
