//! Replication (section 5.3): a leader keeps each follower's log like its own.

use std::collections::VecDeque;

use super::log::{Command, Entry, Index, LogEnd, Term};
use super::message::{Append, AppendOutcome, RaftMessage};
use super::note::{AppendRefusal, RaftNote};
use super::{ELECTION_TIMER, ENTRY_WAIT, HEARTBEAT_TIMER, Raft, RaftRole, quorum};
use crate::base::{NodeId, NodeSet, RequestId, WaitId};
use crate::protocol::Effects;

/// What a leader needs (figure 2, "volatile state on leaders").
#[derive(Clone, Debug)]
pub struct Leadership {
    followers: Vec<(NodeId, Progress)>,
    /// The clients' entries that are not yet committed, in the order of the log.
    pub(super) pending: VecDeque<(Index, RequestId)>,
}

/// What a leader knows of one follower's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The next index to send.
    pub next: Index,
    /// The highest index known to be on its disk.
    pub matched: Index,
    /// Whether the leader still looks for the place where the logs meet: one message at a time until it is found.
    pub probing: bool,
}

impl Leadership {
    /// What the leader knows of each follower.
    #[must_use]
    pub fn followers(&self) -> &[(NodeId, Progress)] {
        &self.followers
    }

    fn progress(&mut self, follower: NodeId) -> Option<&mut Progress> {
        self.followers.iter_mut().find(|(id, _)| *id == follower).map(|(_, progress)| progress)
    }
}

impl Raft {
    pub(super) fn become_leader(&mut self, votes: NodeSet, out: &mut Effects<Self>) {
        let start = Progress { next: self.log.last_index().next(), matched: Index(0), probing: true };
        let followers = self.peers().iter().map(|peer| (peer, start)).collect();
        self.role = RaftRole::Leader(Leadership { followers, pending: VecDeque::new() });
        out.note(RaftNote::BecameLeader { term: self.term, votes });
        out.cancel_timer(ELECTION_TIMER);
        if self.config.noop_on_election {
            self.append(Command::Noop, None, out);
        }
        self.on_heartbeat_due(out);
        self.maybe_commit(out);
    }

    pub(super) fn on_heartbeat_due(&mut self, out: &mut Effects<Self>) {
        out.set_timer_exactly(HEARTBEAT_TIMER, self.config.heartbeat_interval);
        for peer in self.peers().iter() {
            self.send_append(peer, out);
        }
    }

    /// Takes a new entry into the leader's own log.
    pub(super) fn append(&mut self, command: Command, request: Option<RequestId>, out: &mut Effects<Self>) -> Index {
        let entry = Entry { term: self.term, command };
        let index = self.log.push(entry.clone());
        out.note(RaftNote::Appended { index, term: self.term, request });
        self.persist_entries(index, vec![entry], out);
        let need = quorum::majority(self.members.len()) - 1;
        out.wait(entry_wait(index), request, self.peers(), need as u8);
        index
    }

    /// Sends the new entries to every follower that is not being probed.
    pub(super) fn replicate(&mut self, out: &mut Effects<Self>) {
        for peer in self.peers().iter() {
            let RaftRole::Leader(leadership) = &mut self.role else { return };
            if leadership.progress(peer).is_some_and(|progress| !progress.probing) {
                self.send_append(peer, out);
            }
        }
    }

    fn send_append(&mut self, to: NodeId, out: &mut Effects<Self>) {
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        let Some(progress) = leadership.progress(to) else { return };
        // Only a server whose disk was wiped or lied can have answered for more than this log holds.
        progress.next = progress.next.min(self.log.last_index().next());
        let index = progress.next.previous();
        let term = self.log.term_at(index).expect("a leader holds every entry before the next one it sends");
        let entries = self.log.from(progress.next, self.config.max_entries_per_append as usize);
        if !progress.probing {
            // Optimistic: a loss shows as a conflict at the next message.
            progress.next.0 += entries.len() as u64;
        }
        let previous = LogEnd { term, index };
        let append = Append { term: self.term, previous, entries, commit: self.commit_index };
        out.send(to, RaftMessage::Append(append));
    }

    pub(super) fn on_append(&mut self, from: NodeId, append: Append, out: &mut Effects<Self>) {
        let outcome = if append.term < self.term {
            self.note_refusal(from, AppendRefusal::OldTerm { current: self.term }, out);
            AppendOutcome::OldTerm
        } else {
            self.follow(from, out);
            self.accept(from, append, out)
        };
        let answer = RaftMessage::AppendReply { term: self.term, outcome };
        out.send_after(self.writes.latest_pending(), from, answer);
    }

    /// The sender leads this term: follow it, and wait anew.
    fn follow(&mut self, leader: NodeId, out: &mut Effects<Self>) {
        if self.known_leader() != Some(leader) {
            self.become_follower(Some(leader), out);
            out.note(RaftNote::Follows { leader, term: self.term });
        }
        self.reset_election_timer(out);
    }

    /// Takes the entries if the logs meet at the previous one (section 5.3, the consistency check).
    fn accept(&mut self, from: NodeId, append: Append, out: &mut Effects<Self>) -> AppendOutcome {
        let previous = append.previous;
        match self.log.term_at(previous.index) {
            Some(term) if term == previous.term => {}
            Some(term) => {
                self.note_refusal(from, AppendRefusal::Mismatch { previous, term }, out);
                let retry_from = self.log.first_of_term_at(previous.index);
                return AppendOutcome::Conflict { previous: previous.index, retry_from };
            }
            None => {
                let last = self.log.last_index();
                self.note_refusal(from, AppendRefusal::Missing { previous: previous.index, last }, out);
                return AppendOutcome::Conflict { previous: previous.index, retry_from: last.next() };
            }
        }
        let last_new = Index(previous.index.0 + append.entries.len() as u64);
        self.merge(previous.index.next(), append.entries, out);
        self.learn_commit(append.commit.min(last_new), out);
        AppendOutcome::Matched(last_new)
    }

    /// Keeps what agrees, drops what conflicts, adds what is new. A message that is late must not shorten the log.
    fn merge(&mut self, first: Index, entries: Vec<Entry>, out: &mut Effects<Self>) {
        let term_at = |offset: usize| self.log.term_at(Index(first.0 + offset as u64));
        let known = entries.iter().enumerate().take_while(|(at, entry)| term_at(*at) == Some(entry.term)).count();
        if known == entries.len() {
            return;
        }
        let first = Index(first.0 + known as u64);
        let last = self.log.last_index();
        if first <= last {
            out.note(RaftNote::Truncated { first, last });
            self.log.truncate_from(first);
        }
        let fresh = entries[known..].to_vec();
        for entry in &fresh {
            self.log.push(entry.clone());
        }
        out.note(RaftNote::Accepted { first, last: self.log.last_index() });
        self.persist_entries(first, fresh, out);
    }

    pub(super) fn on_append_reply(
        &mut self,
        from: NodeId,
        term: Term,
        outcome: AppendOutcome,
        out: &mut Effects<Self>,
    ) {
        if term < self.term {
            return;
        }
        let last = self.log.last_index();
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        let Some(progress) = leadership.progress(from) else { return };
        match outcome {
            AppendOutcome::OldTerm => {}
            AppendOutcome::Matched(index) => {
                progress.on_matched(index);
                out.answered(from, entry_wait(index));
                let behind = progress.next <= last;
                self.maybe_commit(out);
                if behind {
                    self.send_append(from, out);
                }
            }
            AppendOutcome::Conflict { previous, retry_from } => {
                if progress.on_conflict(previous, retry_from) {
                    self.send_append(from, out);
                }
            }
        }
    }

    fn note_refusal(&self, leader: NodeId, why: AppendRefusal, out: &mut Effects<Self>) {
        out.note(RaftNote::AppendRefused { leader, why });
    }
}

/// The wait for an entry is named by its index.
pub(super) fn entry_wait(index: Index) -> WaitId {
    WaitId { kind: ENTRY_WAIT, number: index.0 }
}

impl Progress {
    fn on_matched(&mut self, index: Index) {
        self.matched = self.matched.max(index);
        if self.probing || self.next <= self.matched {
            self.next = self.matched.next();
        }
        self.probing = false;
    }

    /// Says whether to try again: while the leader searches, an answer to an older message must not start it anew.
    fn on_conflict(&mut self, previous: Index, retry_from: Index) -> bool {
        if self.probing && previous != self.next.previous() {
            return false;
        }
        if previous <= self.matched {
            // The follower refuses what it has acknowledged. Its disk has forgotten it, or this answer is an old one: to
            // believe it is safe either way, and costs a repetition at most.
            self.matched = retry_from.min(previous).previous();
        }
        self.next = retry_from.min(previous).max(self.matched.next());
        self.probing = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(next: u64, matched: u64, probing: bool) -> Progress {
        Progress { next: Index(next), matched: Index(matched), probing }
    }

    #[test]
    fn a_conflict_jumps_to_the_hint_and_never_below_what_matched() {
        let mut follower = progress(10, 0, true);
        assert!(follower.on_conflict(Index(9), Index(4)));
        assert_eq!(follower, progress(4, 0, true));
        let mut follower = progress(10, 6, false);
        assert!(follower.on_conflict(Index(9), Index(2)));
        assert_eq!(follower, progress(7, 6, true));
    }

    #[test]
    fn a_stale_conflict_does_not_disturb_the_search() {
        let mut follower = progress(4, 0, true);
        assert!(!follower.on_conflict(Index(9), Index(8)));
        assert_eq!(follower, progress(4, 0, true));
    }

    #[test]
    fn a_follower_that_refuses_what_it_acknowledged_is_believed() {
        let mut follower = progress(10, 9, false);
        assert!(follower.on_conflict(Index(9), Index(3)));
        assert_eq!(follower, progress(3, 2, true));
    }

    #[test]
    fn a_late_match_does_not_take_the_next_index_back() {
        let mut follower = progress(10, 6, false);
        follower.on_matched(Index(7));
        assert_eq!(follower, progress(10, 7, false));
    }
}
