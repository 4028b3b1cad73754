//! Read repair (the paper, section 5): a read has seen who is behind, and sends them what they lack, after it has answered.

use super::config::ReadRepair;
use super::coordinate::Phase;
use super::reads::{merged, who_holds};
use super::version::Versions;
use super::{Leaderless, LeaderlessMessage, LeaderlessNote, Way};
use crate::base::{NodeId, NodeSet, RequestId};
use crate::protocol::{Effects, Key};

impl Leaderless {
    /// Sends those that replied with less than all of what was found what they lack. What they then hold counts as replied.
    pub(super) fn mend_behind(&mut self, request: RequestId, out: &mut Effects<Self>) {
        if self.config.read_repair == ReadRepair::Off {
            return;
        }
        let Some(coordination) = self.open.get_mut(&request) else { return };
        let Phase::Read { replies, .. } = &mut coordination.phase else { return };
        let Some(found) = merged(replies) else { return };
        let repliers: NodeSet = replies.iter().map(|(node, _)| *node).collect();
        let behind = repliers.difference(who_holds(replies, &found));
        if behind.is_empty() {
            return;
        }
        for (_, versions) in replies.iter_mut().filter(|(node, _)| behind.contains(*node)) {
            *versions = Some(found.clone());
        }
        let key = coordination.key.clone();
        out.note(LeaderlessNote::Repairs { key: key.clone(), behind });
        for node in behind.without(self.id).iter() {
            out.send(node, LeaderlessMessage::Repair { key: key.clone(), versions: found.clone() });
        }
        if behind.contains(self.id) {
            self.take(self.id, &key, &found, Way::ReadRepair, out);
        }
    }

    pub(super) fn on_repair(&mut self, from: NodeId, key: &Key, versions: &Versions, out: &mut Effects<Self>) {
        self.take(from, key, versions, Way::ReadRepair, out);
    }
}
