//! The commit rule (section 5.4.2) and what follows from a commit: the state machine, and answers to clients.

use super::log::{Command, Index};
use super::note::RaftNote;
use super::replication::entry_wait;
use super::{Raft, RaftRole, quorum};
use crate::protocol::{Effects, Reply};

impl Raft {
    /// Commits what a majority of the membership holds on disk, **if its last entry is of the leader's own term**: an
    /// older entry on a majority of disks can still be overwritten (section 5.4.2 and figure 8).
    pub(super) fn maybe_commit(&mut self, out: &mut Effects<Self>) {
        let RaftRole::Leader(leadership) = &self.role else { return };
        let mut reached: Vec<Index> = leadership.followers().iter().map(|(_, progress)| progress.matched).collect();
        reached.push(self.writes.durable_index());
        let index = quorum::reached_by_majority(&mut reached);
        if index > self.commit_index && self.log.term_at(index) == Some(self.term) {
            self.learn_commit(index, out);
        }
    }

    /// Takes over a commit index, its own or the leader's, and applies what it newly covers.
    pub(super) fn learn_commit(&mut self, index: Index, out: &mut Effects<Self>) {
        if index <= self.commit_index {
            return;
        }
        self.commit_index = index;
        out.note(RaftNote::Committed { index });
        while self.applied_index < self.commit_index {
            self.apply_next(out);
        }
    }

    fn apply_next(&mut self, out: &mut Effects<Self>) {
        let index = self.applied_index.next();
        let entry = self.log.get(index).expect("a committed entry is in the log");
        let reply = match &entry.command {
            Command::Noop => Reply::done(),
            Command::Operation(proposal) => self.store.apply(&proposal.operation),
        };
        self.applied_index = index;
        if let RaftRole::Leader(leadership) = &mut self.role {
            out.settle(entry_wait(index));
            if let Some(&(_, request)) = leadership.pending.front().filter(|(waiting, _)| *waiting == index) {
                leadership.pending.pop_front();
                out.reply(request, reply, None);
            }
        }
    }

    /// A leader that steps down owes its clients nothing more: it cannot know what becomes of their entries.
    pub(super) fn abandon_pending(&mut self, out: &mut Effects<Self>) {
        if matches!(self.role, RaftRole::Leader(_)) {
            let mut index = self.commit_index;
            while index < self.log.last_index() {
                index = index.next();
                out.settle(entry_wait(index));
            }
        }
    }
}
