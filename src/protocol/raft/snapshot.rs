//! Log compaction (section 7): a snapshot takes the place of the applied part of the log, on disk and in memory, and is
//! sent to followers that need entries which are gone.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::Raft;
use super::breaks::Break;
use super::log::{Index, LogEnd, Term};
use super::membership::{Configuration, Memberships};
use super::message::{AppendOutcome, InstallSnapshot};
use super::note::RaftNote;
use super::store::Store;
use crate::base::{NodeId, NodeSet};
use crate::protocol::{Effects, Key, Value};

/// Everything that the entries up to one of them have come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last entry that it covers.
    pub last: LogEnd,
    /// The membership after that entry.
    pub configuration: Configuration,
    /// The state machine after that entry, with what clients' sessions have done.
    pub store: Store,
}

impl Snapshot {
    /// What a cluster holds before its first entry: data at index 1, of term 0, as if an earlier age had left them. A
    /// server that joins later gets them like any other snapshot.
    pub(super) fn preloaded(members: NodeSet, data: &[(Key, Value)]) -> Self {
        let last = LogEnd { term: Term(0), index: Index(1) };
        Self { last, configuration: Configuration::of(members), store: data.iter().cloned().collect() }
    }
}

impl Raft {
    /// Takes a snapshot if enough was applied since the last.
    pub(super) fn maybe_compact(&mut self, out: &mut Effects<Self>) {
        let Some(after) = self.config.snapshot_after else { return };
        let since_last = self.applied_index.0.saturating_sub(self.log.base().index.0);
        if since_last < u64::from(after.max(1)) {
            return;
        }
        let index = self.applied_index;
        let Some(term) = self.log.term_at(index) else { return };
        let mut store = self.store.clone();
        if self.config.breaks(Break::SnapshotWithoutSessions) {
            store.forget_sessions();
        }
        let last = LogEnd { term, index };
        let snapshot = Arc::new(Snapshot { last, configuration: self.memberships.at(index), store });
        out.note(RaftNote::SnapshotTaken { last });
        self.persist_snapshot(snapshot.clone(), out);
        self.log.compact(last);
        self.memberships.compact(index);
        self.snapshot = Some(snapshot);
    }

    /// Begins with what the snapshot on disk holds.
    pub(super) fn recover_snapshot(&mut self, snapshot: Option<Arc<Snapshot>>) {
        if let Some(snapshot) = &snapshot {
            self.store = snapshot.store.clone();
            self.commit_index = snapshot.last.index;
            self.applied_index = snapshot.last.index;
            self.memberships = Memberships::starting_with(snapshot.configuration);
        }
        self.snapshot = snapshot;
    }

    /// The latest snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    pub(super) fn on_install_snapshot(&mut self, from: NodeId, install: InstallSnapshot, out: &mut Effects<Self>) {
        let InstallSnapshot { term, snapshot, round } = install;
        if term < self.term {
            return self.answer_append(from, AppendOutcome::OldTerm, round, out);
        }
        self.follow(from, out);
        let last = snapshot.last;
        if last.index > self.commit_index {
            self.install(snapshot, out);
        }
        self.answer_append(from, AppendOutcome::Matched(last.index), round, out);
    }

    fn install(&mut self, snapshot: Arc<Snapshot>, out: &mut Effects<Self>) {
        let last = snapshot.last;
        out.note(RaftNote::SnapshotInstalled { last });
        let keeps_log = self.log.term_at(last.index) == Some(last.term);
        self.persist_snapshot(snapshot.clone(), out);
        self.log.compact(last);
        if !keeps_log {
            self.memberships = Memberships::starting_with(snapshot.configuration);
            self.membership_changed(out);
        }
        self.memberships.compact(last.index);
        self.store = snapshot.store.clone();
        self.commit_index = last.index;
        self.applied_index = last.index;
        self.snapshot = Some(snapshot);
        out.note(RaftNote::Committed { index: last.index });
        self.answer_reads(out);
    }
}
