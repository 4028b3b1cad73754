//! Persistence: what a server's disk holds, and which of its writes are durable. A server answers nothing that rests
//! on a write before that write is durable (figure 2: "updated on stable storage before responding to RPCs").

use std::collections::VecDeque;
use std::sync::Arc;

use super::breaks::Break;
use super::log::{Entries, Index, Log, Term};
use super::snapshot::Snapshot;
use super::{Raft, RaftRole};
use crate::base::{NodeId, NodeSet, PersistToken};
use crate::protocol::{Effects, Key, Value};

/// What survives a crash (figure 2, "persistent state on all servers").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaftDurable {
    /// The latest term seen.
    pub term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// The log after the snapshot.
    pub log: Log,
    /// The latest snapshot, if there is one.
    pub snapshot: Option<Arc<Snapshot>>,
}

/// One write to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RaftChange {
    /// The term, and the vote in it.
    Term {
        /// The term.
        term: Term,
        /// The vote.
        voted_for: Option<NodeId>,
    },
    /// Entries from an index on; whatever the log held from there is dropped.
    Entries {
        /// The index of the first entry.
        first: Index,
        /// The entries.
        entries: Entries,
    },
    /// A snapshot, in place of the entries that it covers.
    Snapshot(Arc<Snapshot>),
}

impl RaftDurable {
    pub(super) fn preload(&mut self, members: NodeSet, data: &[(Key, Value)]) {
        if !data.is_empty() {
            self.write(RaftChange::Snapshot(Arc::new(Snapshot::preloaded(members, data))));
        }
    }

    pub(super) fn write(&mut self, change: RaftChange) {
        match change {
            RaftChange::Term { term, voted_for } => {
                self.term = term;
                self.voted_for = voted_for;
            }
            RaftChange::Entries { first, entries } => {
                self.log.truncate_from(first);
                for entry in entries.iter() {
                    self.log.push(entry.clone());
                }
            }
            RaftChange::Snapshot(snapshot) => {
                self.log.compact(snapshot.last);
                self.snapshot = Some(snapshot);
            }
        }
    }
}

/// Which writes were asked for, and which of them are durable.
#[derive(Clone, Debug, Default)]
pub(super) struct Writes {
    asked: PersistToken,
    durable: PersistToken,
    /// For each log write that is under way: up to which index the disk will hold the log after it.
    log_ends: VecDeque<(PersistToken, Index)>,
    durable_index: Index,
}

impl Writes {
    pub(super) fn all_durable(last: Index) -> Self {
        Self { durable_index: last, ..Self::default() }
    }

    /// The write that an answer must wait for: the latest, unless all are durable.
    pub(super) fn latest_pending(&self) -> Option<PersistToken> {
        (self.asked > self.durable).then_some(self.asked)
    }

    /// Up to which index the disk holds the present log.
    pub(super) fn durable_index(&self) -> Index {
        self.durable_index
    }

    pub(super) fn is_durable(&self, token: PersistToken) -> bool {
        token <= self.durable
    }

    fn next(&mut self) -> PersistToken {
        self.asked.0 += 1;
        self.asked
    }

    fn log_write(&mut self, first: Index, last: Index) -> PersistToken {
        let token = self.next();
        let kept = first.previous();
        self.durable_index = self.durable_index.min(kept);
        for (_, end) in &mut self.log_ends {
            *end = (*end).min(kept);
        }
        self.log_ends.push_back((token, last));
        token
    }

    fn done(&mut self, token: PersistToken) {
        self.durable = self.durable.max(token);
        while let Some(&(written, end)) = self.log_ends.front() {
            if written > token {
                break;
            }
            self.durable_index = end;
            self.log_ends.pop_front();
        }
    }
}

impl Raft {
    /// Writes term and vote to disk. Gives the write that an answer must wait for.
    pub(super) fn persist_term(&mut self, out: &mut Effects<Self>) -> Option<PersistToken> {
        if self.config.breaks(Break::VoteWithoutPersisting) {
            return None;
        }
        let token = self.writes.next();
        out.persist(token, RaftChange::Term { term: self.term, voted_for: self.voted_for });
        Some(token)
    }

    /// Writes entries to disk that were just put into the log from `first` on.
    pub(super) fn persist_entries(&mut self, first: Index, entries: Entries, out: &mut Effects<Self>) {
        let last = Index(first.0 + entries.len() as u64 - 1);
        let token = self.writes.log_write(first, last);
        out.persist(token, RaftChange::Entries { first, entries });
    }

    /// Writes a snapshot to disk that takes the place of what the log holds up to its last entry, or of all of it.
    pub(super) fn persist_snapshot(&mut self, snapshot: Arc<Snapshot>, out: &mut Effects<Self>) {
        let last = snapshot.last;
        let token = if self.log.term_at(last.index) == Some(last.term) {
            self.writes.next()
        } else {
            self.writes.log_write(last.index.next(), last.index)
        };
        out.persist(token, RaftChange::Snapshot(snapshot));
    }

    /// The write that a vote must wait for.
    pub(super) fn latest_pending_vote(&self) -> Option<PersistToken> {
        self.writes.latest_pending()
    }

    /// The write that an acknowledgement of entries must wait for.
    pub(super) fn latest_pending_entry(&self) -> Option<PersistToken> {
        self.writes.latest_pending().filter(|_| !self.config.breaks(Break::AcknowledgeBeforePersisting))
    }

    pub(super) fn on_persisted(&mut self, token: PersistToken, out: &mut Effects<Self>) {
        self.writes.done(token);
        match &self.role {
            RaftRole::Follower { .. } | RaftRole::PreCandidate(_) => {}
            RaftRole::Candidate(_) => self.maybe_count_own_vote(out),
            RaftRole::Leader(_) => self.maybe_commit(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncation_under_way_takes_durable_entries_back() {
        let mut writes = Writes::all_durable(Index(5));
        let longer = writes.log_write(Index(6), Index(8));
        let shorter = writes.log_write(Index(4), Index(4));
        assert_eq!(writes.durable_index(), Index(3));
        writes.done(longer);
        assert_eq!(writes.durable_index(), Index(3), "entries 6 to 8 are of a log that is gone");
        assert_eq!(writes.latest_pending(), Some(shorter));
        writes.done(shorter);
        assert_eq!((writes.durable_index(), writes.latest_pending()), (Index(4), None));
    }
}
