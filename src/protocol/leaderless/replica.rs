//! What a replica does for whoever sees to a request: takes versions, says what it holds, and neither before it is on its disk.

use super::breaks::Break;
use super::version::Versions;
use super::{Leaderless, LeaderlessMessage, Way};
use crate::base::{NodeId, PersistToken, RequestId};
use crate::data::Dot;
use crate::protocol::{Effects, Key};

/// Versions to take.
pub(super) struct Put {
    pub(super) request: RequestId,
    pub(super) key: Key,
    pub(super) versions: Versions,
    pub(super) hint_for: Option<NodeId>,
    pub(super) way: Way,
}

/// What the own copy does for a request, once it is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// Counts as an acknowledgement.
    Acknowledges(RequestId),
    /// Counts as a reply.
    Reads(RequestId),
}

impl Leaderless {
    pub(super) fn on_put(&mut self, from: NodeId, put: Put, out: &mut Effects<Self>) {
        self.take(from, &put.key, &put.versions, put.way, out);
        if let Some(home) = put.hint_for {
            self.keep_hint(home, &put.key, true, out);
        }
        let after = self.must_be_durable();
        out.send_after(after, from, LeaderlessMessage::PutAck { request: put.request });
    }

    pub(super) fn on_get(&mut self, from: NodeId, request: RequestId, key: &Key, out: &mut Effects<Self>) {
        let versions = self.store.get(key).cloned();
        out.send_after(self.must_be_durable(), from, LeaderlessMessage::GetReply { request, versions });
    }

    /// Takes in versions that came. Says whether anything has changed.
    pub(super) fn take(
        &mut self,
        from: NodeId,
        key: &Key,
        versions: &Versions,
        way: Way,
        out: &mut Effects<Self>,
    ) -> bool {
        let before = self.store.get(key);
        if before.is_none() && self.may_be_purged(versions) {
            // Whoever still has a tombstone that all may forget must not bring it back.
            return false;
        }
        let mut after = before.cloned().unwrap_or_else(|| self.nothing(key));
        let notes = after.merge(versions);
        let is_overwritten = (self.config.breaks(Break::RepairOverwrites) && way != Way::Write)
            || self.config.breaks(Break::LastArrivalWins);
        if is_overwritten {
            after = versions.clone();
        }
        let has_changed = before != Some(&after);
        self.account(key, (from, way), (notes, &after), out);
        if has_changed {
            self.keep(key, Some(after), None, out);
        }
        has_changed
    }

    /// Keeps what a key holds from now on, in memory, in the trees and on disk.
    pub(super) fn keep(&mut self, key: &Key, versions: Option<Versions>, dot: Option<Dot>, out: &mut Effects<Self>) {
        let sharers = self.sharers(key);
        let minted = dot.map(|dot| dot.count);
        let has_tombstones = !self.config.breaks(Break::TreeWithoutTombstones);
        self.store.set(key, versions.clone(), minted, sharers, has_tombstones);
        self.persist(super::LeaderlessChange::Cell { key: key.clone(), versions, minted }, out);
    }

    /// The write that an answer must wait for.
    pub(super) fn must_be_durable(&self) -> Option<PersistToken> {
        self.writes.latest_pending().filter(|_| !self.config.breaks(Break::AcknowledgeBeforePersisting))
    }

    /// The own copy counts once it is on disk.
    pub(super) fn when_durable(&mut self, own: Own, out: &mut Effects<Self>) {
        match self.must_be_durable() {
            Some(token) => self.writes.owe(token, own),
            None => self.count_own(own, out),
        }
    }

    pub(super) fn count_own(&mut self, own: Own, out: &mut Effects<Self>) {
        match own {
            Own::Acknowledges(request) => self.on_put_ack(self.id, request, out),
            Own::Reads(request) => {
                let Some(open) = self.open.get(&request) else { return };
                let versions = self.store.get(&open.key).cloned();
                self.on_get_reply(self.id, request, versions, out);
            }
        }
    }
}
