//! Replication (section 5.3): a leader keeps each follower's log like its own. Whether two logs meet is decided in
//! `log_match`, what a leader knows of a follower is kept in `progress`.

use super::breaks::Break;
use super::config::ReadPath;
use super::leadership::Leadership;
use super::log::{Command, Entries, Entry, Index, LogEnd, Term};
use super::log_match::{self, Meeting};
use super::message::{Append, AppendOutcome, InstallSnapshot, RaftMessage};
use super::note::{AppendRefusal, RaftNote, StepDown};
use super::progress::Mode;
use super::quorum::majority;
use super::{ELECTION_TIMER, ENTRY_WAIT, HEARTBEAT_TIMER, Raft, RaftRole};
use crate::base::{NodeId, NodeSet, RequestId, WaitId};
use crate::protocol::Effects;

/// The entries sent last, kept for the next follower that needs the same.
#[derive(Default)]
struct Batch {
    first: Index,
    entries: Entries,
}

impl Raft {
    pub(super) fn become_leader(&mut self, votes: NodeSet, out: &mut Effects<Self>) {
        let next = self.log.last_index().next();
        let followers = self.configuration().members().without(self.id);
        self.role = RaftRole::Leader(Leadership::new(followers, next, self.now));
        out.note(RaftNote::BecameLeader { term: self.term, votes });
        out.cancel_timer(ELECTION_TIMER);
        self.begin_to_check_quorum(out);
        if self.config.breaks(Break::LeaderDropsUncommitted) {
            self.drop_uncommitted(out);
        }
        if self.config.noop_on_election {
            self.append(Command::Noop, None, out);
        }
        self.on_heartbeat_due(out);
        self.maybe_commit(out);
    }

    pub(super) fn on_heartbeat_due(&mut self, out: &mut Effects<Self>) {
        out.set_timer_exactly(HEARTBEAT_TIMER, self.config.heartbeat_interval);
        self.begin_round(out);
    }

    /// Sends a message to every follower; who answers shows that this server led when the round began.
    pub(super) fn begin_round(&mut self, out: &mut Effects<Self>) -> u64 {
        let for_lease = (self.config.reads == ReadPath::Lease).then_some(self.now);
        let RaftRole::Leader(leadership) = &mut self.role else { return 0 };
        let round = leadership.begin_round(for_lease);
        self.send_to_followers(|_| true, out);
        round
    }

    /// Takes a new entry into the leader's own log.
    pub(super) fn append(&mut self, command: Command, request: Option<RequestId>, out: &mut Effects<Self>) -> Index {
        let entry = Entry { term: self.term, command };
        let index = self.log.push(entry.clone());
        out.note(RaftNote::Appended { index, term: self.term, request });
        self.adopt_membership(index, &entry, out);
        self.persist_entries(index, entry.into(), out);
        let need = majority(self.configuration().voters.len()) - usize::from(self.is_voter());
        out.wait(entry_wait(index), request, self.voters_but_self(), need as u8);
        index
    }

    /// Sends the new entries to every follower whose log is known to meet this one.
    pub(super) fn replicate(&mut self, out: &mut Effects<Self>) {
        self.send_to_followers(|mode| mode == Mode::Pipeline, out);
    }

    fn send_to_followers(&mut self, is_due: impl Fn(Mode) -> bool, out: &mut Effects<Self>) {
        let mut batch = Batch::default();
        let RaftRole::Leader(leadership) = &self.role else { return };
        for at in 0..leadership.followers().len() {
            let RaftRole::Leader(leadership) = &self.role else { return };
            let (follower, progress) = &leadership.followers()[at];
            if is_due(progress.mode) {
                self.send_batch(*follower, &mut batch, out);
            }
        }
    }

    pub(super) fn send_append(&mut self, to: NodeId, out: &mut Effects<Self>) {
        self.send_batch(to, &mut Batch::default(), out);
    }

    fn send_batch(&mut self, to: NodeId, batch: &mut Batch, out: &mut Effects<Self>) {
        let (base, after_last, now) = (self.log.base(), self.log.last_index().next(), self.now);
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        let round = leadership.round;
        let Some(progress) = leadership.progress(to) else { return };
        if self.config.breaks(Break::CheckQuorumCountsSends) {
            progress.heard_at = now;
        }
        // Only a server whose disk was wiped or lied can have answered for more than this log holds.
        progress.next = progress.next.min(after_last);
        if progress.next <= base.index && !matches!(progress.mode, Mode::Snapshot { .. }) {
            (progress.mode, progress.next) = (Mode::Snapshot { round }, base.index.next());
            return self.send_snapshot(to, round, out);
        }
        let is_bare = matches!(progress.mode, Mode::Snapshot { .. });
        let first = if is_bare { base.index.next() } else { progress.next };
        if !is_bare && (batch.entries.is_empty() || batch.first != first) {
            let entries = self.log.from(first, self.config.max_entries_per_append as usize);
            *batch = Batch { first, entries };
        }
        let entries = if is_bare { Entries::default() } else { batch.entries.clone() };
        let last_sent = Index(first.0 + entries.len() as u64 - 1);
        if progress.mode == Mode::Pipeline {
            // Optimistic: a loss shows as a conflict at the next message.
            progress.next = last_sent.next();
        }
        if self.config.breaks(Break::CountSentAsMatched) && progress.mode == Mode::Pipeline {
            progress.matched = progress.matched.max(last_sent);
        }
        let index = first.previous();
        let term = self.log.term_at(index).expect("a leader holds every entry before the next one it sends");
        let previous = LogEnd { term, index };
        out.send(
            to,
            RaftMessage::Append(Append { term: self.term, previous, entries, commit: self.commit_index, round }),
        );
    }

    fn send_snapshot(&mut self, to: NodeId, round: u64, out: &mut Effects<Self>) {
        let snapshot = self.snapshot.clone().expect("entries are dropped only when a snapshot covers them");
        out.send(to, RaftMessage::InstallSnapshot(InstallSnapshot { term: self.term, snapshot, round }));
    }

    pub(super) fn on_append(&mut self, from: NodeId, append: Append, out: &mut Effects<Self>) {
        let round = append.round;
        let outcome = if append.term < self.term {
            self.note_refusal(from, AppendRefusal::OldTerm { current: self.term }, out);
            AppendOutcome::OldTerm
        } else {
            self.follow(from, out);
            self.accept(from, append, out)
        };
        self.answer_append(from, outcome, round, out);
    }

    pub(super) fn answer_append(&mut self, to: NodeId, outcome: AppendOutcome, round: u64, out: &mut Effects<Self>) {
        let answer = RaftMessage::AppendReply { term: self.term, outcome, round };
        out.send_after(self.latest_pending_entry(), to, answer);
    }

    /// The sender leads this term: follow it, and wait anew.
    pub(super) fn follow(&mut self, leader: NodeId, out: &mut Effects<Self>) {
        if self.known_leader() != Some(leader) {
            self.become_follower(Some(leader), StepDown::HeardLeader { leader }, out);
            out.note(RaftNote::Follows { leader, term: self.term });
        }
        self.heard_leader_at = Some(self.now);
        self.reset_election_timer(out);
    }

    /// Takes the entries if the logs meet at the previous one (section 5.3, the consistency check).
    fn accept(&mut self, from: NodeId, append: Append, out: &mut Effects<Self>) -> AppendOutcome {
        let previous = append.previous;
        let conflict = |log| AppendOutcome::Conflict {
            previous: previous.index,
            retry_from: log_match::retry_from(log, previous.index),
        };
        match log_match::meeting(&self.log, previous) {
            Meeting::Agree | Meeting::Covered => {}
            Meeting::Mismatch { .. } if self.config.breaks(Break::SkipLogMatching) => {}
            Meeting::Mismatch { term } => {
                self.note_refusal(from, AppendRefusal::Mismatch { previous, term }, out);
                return conflict(&self.log);
            }
            Meeting::Missing { last } => {
                self.note_refusal(from, AppendRefusal::Missing { previous: previous.index, last }, out);
                return conflict(&self.log);
            }
        }
        let last_new = Index(previous.index.0 + append.entries.len() as u64);
        self.merge(previous.index.next(), append.entries, out);
        let is_hasty = self.config.breaks(Break::ApplyBeforeCommit);
        self.learn_commit(if is_hasty { last_new } else { append.commit.min(last_new) }, out);
        AppendOutcome::Matched(last_new)
    }

    /// Keeps what agrees, drops what conflicts, adds what is new. A message that is late must not shorten the log.
    fn merge(&mut self, first: Index, entries: Entries, out: &mut Effects<Self>) {
        let known = log_match::known(&self.log, first, &entries);
        if known == entries.len() {
            return;
        }
        let first = Index(first.0 + known as u64);
        let last = self.log.last_index();
        if first <= last {
            self.truncate(first, last, out);
        }
        let fresh = if known == 0 { entries } else { entries[known..].iter().cloned().collect() };
        for (at, entry) in fresh.iter().enumerate() {
            self.log.push(entry.clone());
            self.adopt_membership(Index(first.0 + at as u64), entry, out);
        }
        out.note(RaftNote::Accepted { first, last: self.log.last_index() });
        self.persist_entries(first, fresh, out);
    }

    fn truncate(&mut self, first: Index, last: Index, out: &mut Effects<Self>) {
        out.note(RaftNote::Truncated { first, last });
        self.log.truncate_from(first);
        self.revert_memberships(first, out);
    }

    /// What a leader must never do (figure 3, leader append-only); see [`Break::LeaderDropsUncommitted`].
    fn drop_uncommitted(&mut self, out: &mut Effects<Self>) {
        let (first, last) = (self.commit_index.max(self.log.base().index).next(), self.log.last_index());
        if first <= last {
            self.truncate(first, last, out);
            self.persist_entries(first, Entries::default(), out);
        }
    }

    pub(super) fn on_append_reply(
        &mut self,
        from: NodeId,
        term: Term,
        (outcome, round): (AppendOutcome, u64),
        out: &mut Effects<Self>,
    ) {
        // A refusal of an older term's message shows nothing about this one: its round is of that other leadership, and to
        // count it would extend a lease, or confirm a read, that nobody has granted.
        if term < self.term || matches!(outcome, AppendOutcome::OldTerm) {
            return;
        }
        let (last, now) = (self.log.last_index(), self.now);
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        let Some(progress) = leadership.progress(from) else { return };
        progress.heard_at = now;
        progress.round = progress.round.max(round);
        match outcome {
            AppendOutcome::OldTerm => {}
            AppendOutcome::Matched(index) => {
                progress.on_matched(index);
                let is_behind = progress.next <= last && !matches!(progress.mode, Mode::Snapshot { .. });
                out.answered(from, entry_wait(index));
                self.maybe_commit(out);
                if is_behind {
                    self.send_append(from, out);
                }
                self.maybe_promote(from, out);
                self.maybe_hand_over(from, out);
            }
            AppendOutcome::Conflict { previous, retry_from } => {
                if progress.on_conflict(previous, retry_from, round) {
                    self.send_append(from, out);
                }
            }
        }
        self.round_answered(out);
    }

    fn note_refusal(&self, leader: NodeId, why: AppendRefusal, out: &mut Effects<Self>) {
        out.note(RaftNote::AppendRefused { leader, why });
    }
}

/// The wait for an entry is named by its index.
pub(super) fn entry_wait(index: Index) -> WaitId {
    WaitId { kind: ENTRY_WAIT, number: index.0 }
}
