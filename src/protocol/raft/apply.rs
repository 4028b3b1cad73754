//! What follows from a commit: the state machine, the membership, and answers to clients. The rule that says what is
//! committed is in `commit_rule`.

use super::breaks::Break;
use super::commit_rule::newly_committed;
use super::log::{Command, Index};
use super::note::RaftNote;
use super::replication::entry_wait;
use super::{Raft, RaftRole};
use crate::protocol::{Effects, Reply};

impl Raft {
    /// Commits what a majority of the voters holds on disk, as far as the commit rule allows.
    pub(super) fn maybe_commit(&mut self, out: &mut Effects<Self>) {
        let (quorum, own) = (self.configuration().quorum(), (self.id, self.own_matched()));
        let RaftRole::Leader(leadership) = &self.role else { return };
        let held = leadership.held(quorum, own);
        let term_of_held =
            if self.config.breaks(Break::CommitOldTermsByCounting) { Some(self.term) } else { self.log.term_at(held) };
        if let Some(index) = newly_committed(self.term, self.commit_index, held, term_of_held) {
            self.learn_commit(index, out);
        }
    }

    /// What a leader counts for itself.
    fn own_matched(&self) -> Index {
        if self.config.breaks(Break::AcknowledgeBeforePersisting) {
            self.log.last_index()
        } else {
            self.writes.durable_index()
        }
    }

    /// Takes over a commit index, its own or the leader's, and applies what it newly covers.
    pub(super) fn learn_commit(&mut self, index: Index, out: &mut Effects<Self>) {
        let index = index.min(self.log.last_index());
        if index <= self.commit_index {
            return;
        }
        let before = self.commit_index;
        self.commit_index = index;
        out.note(RaftNote::Committed { index });
        while self.applied_index < self.commit_index {
            self.apply_next(out);
        }
        if (before.next()..=index).contains(&self.configuration_index()) {
            self.membership_committed(out);
        }
        self.answer_reads(out);
        self.maybe_compact(out);
    }

    fn apply_next(&mut self, out: &mut Effects<Self>) {
        let index = self.applied_index.next();
        let entry = self.log.get(index).expect("a committed entry is in the log");
        let has_sessions = !self.config.breaks(Break::NoSessions);
        let reply = match &entry.command {
            Command::Noop | Command::Configure(_) => Reply::done(),
            Command::Operation(proposal) => {
                let (reply, is_repeated) = self.store.apply_once(proposal, has_sessions);
                if is_repeated {
                    out.note(RaftNote::AppliedBefore { index, request: proposal.request });
                }
                reply
            }
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
        let mut index = self.commit_index;
        while index < self.log.last_index() {
            index = index.next();
            out.settle(entry_wait(index));
        }
    }
}
