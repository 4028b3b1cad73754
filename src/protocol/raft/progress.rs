//! What a leader knows of one follower (figure 2, "volatile state on leaders"), and how it learns more.

use super::log::Index;
use crate::base::{Monotonic, SimDuration};

/// What a leader knows of one follower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The next index to send.
    pub next: Index,
    /// The highest index known to be on its disk.
    pub matched: Index,
    /// How entries are sent.
    pub mode: Mode,
    /// The latest round of messages that it has answered.
    pub round: u64,
    /// When it last answered, on the leader's clock.
    pub heard_at: Monotonic,
    /// Where a learner must have come to, and since when, to have caught up (thesis, 4.2.1).
    catching_up: Option<(Index, Monotonic)>,
}

/// How entries are sent to a follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The leader looks for the place where the logs meet: one message at a time until it is found.
    Probe,
    /// The logs meet: entries are sent as they come.
    Pipeline,
    /// It needs entries that are gone, so a snapshot is on its way, sent in this round.
    Snapshot {
        /// The round.
        round: u64,
    },
}

impl Progress {
    /// Of a follower about which nothing is known, at the beginning of a term.
    pub(super) fn unknown(next: Index, now: Monotonic) -> Self {
        Self { next, matched: Index(0), mode: Mode::Probe, round: 0, heard_at: now, catching_up: None }
    }

    /// It holds the leader's log up to an index, on disk. While a snapshot is on its way, an answer to what was sent before
    /// it must not make the leader send another: the next index is the one after the snapshot.
    pub(super) fn on_matched(&mut self, index: Index) {
        self.matched = self.matched.max(index);
        if matches!(self.mode, Mode::Snapshot { .. }) && self.matched.next() < self.next {
            return;
        }
        if self.mode != Mode::Pipeline || self.next <= self.matched {
            self.next = self.matched.next();
        }
        self.mode = Mode::Pipeline;
    }

    /// It has refused a message of a round, whose previous index was `previous`. Says whether to try again: while the
    /// leader searches, an answer to an older message must not start it anew.
    pub(super) fn on_conflict(&mut self, previous: Index, retry_from: Index, round: u64) -> bool {
        match self.mode {
            Mode::Probe if previous != self.next.previous() => return false,
            // What was sent before the snapshot says nothing about it; what was sent after says that it was lost.
            Mode::Snapshot { round: sent } if round <= sent => return false,
            Mode::Probe | Mode::Pipeline | Mode::Snapshot { .. } => {}
        }
        if previous <= self.matched {
            // The follower refuses what it has acknowledged. Its disk has forgotten it, or this answer is an old one: to
            // believe it is safe either way, and costs a repetition at most.
            self.matched = retry_from.min(previous).previous();
        }
        self.next = retry_from.min(previous).max(self.matched.next());
        self.mode = Mode::Probe;
        true
    }

    /// Whether a learner has caught up: it must bring itself to where the log ended, and do it within the minimum
    /// election timeout, or it gets a new mark (thesis, 4.2.1, rounds of replication).
    pub(super) fn catch_up(&mut self, last: Index, now: Monotonic, patience: SimDuration) -> bool {
        let (mark, since) = *self.catching_up.get_or_insert((last, now));
        if self.matched < mark {
            return false;
        }
        if now.since(since) < patience {
            return true;
        }
        self.catching_up = Some((last, now));
        self.matched >= last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(next: u64, matched: u64, mode: Mode) -> Progress {
        Progress { next: Index(next), matched: Index(matched), mode, ..Progress::unknown(Index(0), Monotonic(0)) }
    }

    #[test]
    fn a_conflict_jumps_to_the_hint_and_never_below_what_matched() {
        let mut follower = progress(10, 0, Mode::Probe);
        assert!(follower.on_conflict(Index(9), Index(4), 1));
        assert_eq!(follower, progress(4, 0, Mode::Probe));
        let mut follower = progress(10, 6, Mode::Pipeline);
        assert!(follower.on_conflict(Index(9), Index(2), 1));
        assert_eq!(follower, progress(7, 6, Mode::Probe));
    }

    #[test]
    fn a_stale_conflict_does_not_disturb_the_search() {
        let mut follower = progress(4, 0, Mode::Probe);
        assert!(!follower.on_conflict(Index(9), Index(8), 1));
        assert_eq!(follower, progress(4, 0, Mode::Probe));
    }

    #[test]
    fn a_follower_that_refuses_what_it_acknowledged_is_believed() {
        let mut follower = progress(10, 9, Mode::Pipeline);
        assert!(follower.on_conflict(Index(9), Index(3), 1));
        assert_eq!(follower, progress(3, 2, Mode::Probe));
    }

    #[test]
    fn a_late_match_does_not_take_the_next_index_back() {
        let mut follower = progress(10, 6, Mode::Pipeline);
        follower.on_matched(Index(7));
        assert_eq!(follower, progress(10, 7, Mode::Pipeline));
    }

    #[test]
    fn a_snapshot_is_lost_only_if_a_later_round_was_refused() {
        let mut follower = progress(21, 0, Mode::Snapshot { round: 5 });
        assert!(!follower.on_conflict(Index(9), Index(1), 5));
        assert_eq!(follower.mode, Mode::Snapshot { round: 5 });
        assert!(follower.on_conflict(Index(20), Index(1), 6));
        assert_eq!(follower, progress(1, 0, Mode::Probe));
        let mut follower = progress(21, 0, Mode::Snapshot { round: 5 });
        follower.on_matched(Index(9));
        assert_eq!(follower, progress(21, 9, Mode::Snapshot { round: 5 }), "it was asked before");
        follower.on_matched(Index(20));
        assert_eq!(follower, progress(21, 20, Mode::Pipeline));
    }

    #[test]
    fn a_learner_that_falls_behind_again_and_again_has_not_caught_up() {
        let patience = SimDuration(100);
        let mut learner = progress(1, 0, Mode::Pipeline);
        assert!(!learner.catch_up(Index(50), Monotonic(0), patience));
        learner.matched = Index(50);
        assert!(!learner.catch_up(Index(90), Monotonic(200), patience), "that took too long, and there is more now");
        learner.matched = Index(90);
        assert!(learner.catch_up(Index(95), Monotonic(250), patience));
    }
}
