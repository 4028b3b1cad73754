//! Who waits for whom: kept so that "the answer that never came" can be pointed at. Observers read it; nodes do not.

use crate::base::{NodeId, NodeSet, RecordId, RequestId, WaitId};

/// How many drops one wait remembers: the latest ones, since those decided.
const DROPS: usize = 8;

/// What one node waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    open: Vec<Wait>,
}

/// One open wait.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) id: WaitId,
    pub(super) request: Option<RequestId>,
    pub(super) record: RecordId,
    /// Who has not answered.
    pub(super) members: NodeSet,
    pub(super) drops: Drops,
}

/// The records of messages that died between two parties, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Drops(Vec<RecordId>);

impl Drops {
    pub(super) fn add(&mut self, drop: RecordId) {
        if self.0.len() == DROPS {
            self.0.remove(0);
        }
        self.0.push(drop);
    }

    pub(super) fn to_vec(&self) -> Vec<RecordId> {
        self.0.clone()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Waits {
    pub(super) fn begin(&mut self, id: WaitId, request: Option<RequestId>, record: RecordId, members: NodeSet) {
        self.end(id);
        self.open.push(Wait { id, request, record, members, drops: Drops::default() });
    }

    pub(super) fn answered(&mut self, member: NodeId, through: WaitId) {
        for wait in &mut self.open {
            if wait.id.kind == through.kind && wait.id.number <= through.number {
                wait.members.remove(member);
            }
        }
    }

    /// Ends a wait; gives the record of its beginning.
    pub(super) fn end(&mut self, id: WaitId) -> Option<RecordId> {
        let at = self.open.iter().position(|wait| wait.id == id)?;
        Some(self.open.remove(at).record)
    }

    pub(super) fn dropped(&mut self, other: NodeId, drop: RecordId) {
        for wait in &mut self.open {
            if wait.members.contains(other) {
                wait.drops.add(drop);
            }
        }
    }

    pub(super) fn for_request(&self, request: RequestId) -> Option<&Wait> {
        self.open.iter().find(|wait| wait.request == Some(request))
    }
}
