//! Who waits for whom: kept so that "the answer that never came" can be pointed at. Observers read it; nodes do not.
//!
//! A leader without a majority keeps every entry waiting, so an answer and a drop are noted once for their sender and
//! not for each wait: what they mean for one wait is worked out when somebody asks.

use std::collections::{BTreeMap, VecDeque};

use crate::base::{NodeId, NodeSet, RecordId, RequestId, SharedMap, WaitId, sort_by_key};

/// How many drops are remembered between two parties: the latest ones, since those decided.
const DROPS: usize = 8;

/// What one node waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    open: SharedMap<WaitId, Wait>,
    others: BTreeMap<NodeId, Other>,
}

/// One open wait.
#[derive(Clone, Debug)]
struct Wait {
    request: Option<RequestId>,
    record: RecordId,
    members: NodeSet,
}

/// What the waiting node has to do with one other.
#[derive(Clone, Debug, Default)]
struct Other {
    /// By kind of wait, the latest that it has answered.
    answered: BTreeMap<u8, u64>,
    drops: Drops,
}

/// The records of messages that died between two parties, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Drops(VecDeque<RecordId>);

impl Drops {
    pub(super) fn add(&mut self, drop: RecordId) {
        if self.0.len() == DROPS {
            self.0.pop_front();
        }
        self.0.push_back(drop);
    }

    pub(super) fn to_vec(&self) -> Vec<RecordId> {
        self.0.iter().copied().collect()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Waits {
    pub(super) fn begin(&mut self, id: WaitId, request: Option<RequestId>, record: RecordId, members: NodeSet) {
        self.open.insert(id, Wait { request, record, members });
        // A number can come again, as an index does after a truncation: older answers were to another wait.
        for other in self.others.values_mut() {
            if let Some(answered) = other.answered.get_mut(&id.kind) {
                *answered = (*answered).min(id.number.saturating_sub(1));
            }
        }
    }

    pub(super) fn answered(&mut self, member: NodeId, through: WaitId) {
        let answered = self.others.entry(member).or_default().answered.entry(through.kind).or_default();
        *answered = (*answered).max(through.number);
    }

    pub(super) fn answered_one(&mut self, member: NodeId, id: WaitId) {
        if let Some(wait) = self.open.get_mut(&id) {
            wait.members.remove(member);
        }
    }

    /// Ends a wait; gives the record of its beginning.
    pub(super) fn end(&mut self, id: WaitId) -> Option<RecordId> {
        self.open.remove(&id).map(|wait| wait.record)
    }

    pub(super) fn dropped(&mut self, other: NodeId, drop: RecordId) {
        if !self.open.is_empty() {
            self.others.entry(other).or_default().drops.add(drop);
        }
    }

    /// For whom the node waits on behalf of an attempt, and the latest messages between them that died since.
    pub(super) fn for_request(&self, request: RequestId) -> Option<(NodeSet, Vec<RecordId>)> {
        let (id, wait) = self.open.iter().find(|(_, wait)| wait.request == Some(request))?;
        let members: NodeSet = wait.members.iter().filter(|member| !self.has_answered(*member, *id)).collect();
        let mut drops: Vec<RecordId> = members
            .iter()
            .filter_map(|member| self.others.get(&member))
            .flat_map(|other| other.drops.to_vec())
            .filter(|drop| *drop > wait.record)
            .collect();
        sort_by_key(&mut drops, |drop| *drop);
        drops.drain(..drops.len().saturating_sub(DROPS));
        Some((members, drops))
    }

    fn has_answered(&self, member: NodeId, id: WaitId) -> bool {
        let answered = self.others.get(&member).and_then(|other| other.answered.get(&id.kind));
        answered.is_some_and(|answered| *answered >= id.number)
    }
}
