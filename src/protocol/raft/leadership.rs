//! What only a leader keeps: its followers, its clients, its rounds of messages and what rests on them.

use std::collections::VecDeque;

use super::log::Index;
use super::progress::Progress;
use super::quorum::Quorum;
use super::reads::PendingRead;
use super::transfer::Transfer;
use crate::base::{Monotonic, NodeId, NodeSet, RequestId, SimDuration};

/// What a leader needs (figure 2, "volatile state on leaders").
#[derive(Clone, Debug)]
pub struct Leadership {
    followers: Vec<(NodeId, Progress)>,
    /// The clients' entries that are not yet committed, in the order of the log.
    pub(super) pending: VecDeque<(Index, RequestId)>,
    /// Reads that wait: for the round that shows that it still leads, or for an entry of its own term.
    pub(super) reads: VecDeque<PendingRead>,
    /// Counts the rounds of messages: an answer to one of them shows that it led when the round began.
    pub(super) round: u64,
    /// When each round began, on its own clock; only with leases, and only rounds that no majority has answered yet.
    rounds: VecDeque<(u64, Monotonic)>,
    /// Since when its lease runs, if it has one.
    lease_since: Option<Monotonic>,
    pub(super) transfer: Option<Transfer>,
    /// Whether it has asked another to stand: then it can trust no lease for the rest of its term.
    pub(super) has_handed_over: bool,
}

/// A leader that is cut off for long keeps no more rounds than this.
const ROUNDS_MAX: usize = 256;

impl Leadership {
    pub(super) fn new(followers: NodeSet, next: Index, now: Monotonic) -> Self {
        let followers = followers.iter().map(|peer| (peer, Progress::unknown(next, now))).collect();
        Self {
            followers,
            pending: VecDeque::new(),
            reads: VecDeque::new(),
            round: 0,
            rounds: VecDeque::new(),
            lease_since: None,
            transfer: None,
            has_handed_over: false,
        }
    }

    /// What the leader knows of each follower.
    #[must_use]
    pub fn followers(&self) -> &[(NodeId, Progress)] {
        &self.followers
    }

    /// Since when, on its own clock, its lease runs.
    #[must_use]
    pub fn lease_since(&self) -> Option<Monotonic> {
        self.lease_since
    }

    pub(super) fn progress(&mut self, follower: NodeId) -> Option<&mut Progress> {
        self.followers.iter_mut().find(|(id, _)| *id == follower).map(|(_, progress)| progress)
    }

    fn known(&self, follower: NodeId) -> Option<&Progress> {
        self.followers.iter().find(|(id, _)| *id == follower).map(|(_, progress)| progress)
    }

    /// Begins to replicate to those who are new.
    pub(super) fn welcome(&mut self, members: NodeSet, next: Index, now: Monotonic) {
        for member in members.iter() {
            if self.known(member).is_none() {
                self.followers.push((member, Progress::unknown(next, now)));
            }
        }
    }

    /// Stops to replicate to those who have left.
    pub(super) fn dismiss(&mut self, members: NodeSet) {
        self.followers.retain(|(id, _)| members.contains(*id));
    }

    pub(super) fn catch_up(&mut self, learner: NodeId, last: Index, now: Monotonic, patience: SimDuration) -> bool {
        self.progress(learner).is_some_and(|progress| progress.catch_up(last, now, patience))
    }

    /// Whether a follower is known to hold all up to an index.
    pub(super) fn holds(&self, follower: NodeId, index: Index) -> bool {
        self.known(follower).is_some_and(|progress| progress.matched >= index)
    }

    pub(super) fn is_transferring(&self) -> bool {
        self.transfer.is_some()
    }

    /// Begins a round; a lease may come to rest on when it did.
    pub(super) fn begin_round(&mut self, for_lease: Option<Monotonic>) -> u64 {
        self.round += 1;
        self.rounds.extend(for_lease.map(|now| (self.round, now)));
        if self.rounds.len() > ROUNDS_MAX {
            self.rounds.pop_front();
        }
        self.round
    }

    /// The highest index that a quorum holds on disk.
    pub(super) fn held(&self, quorum: Quorum, own: (NodeId, Index)) -> Index {
        let matched = |voter| match self.known(voter) {
            _ if voter == own.0 => own.1,
            Some(progress) => progress.matched,
            None => Index(0),
        };
        quorum.reached(matched).unwrap_or_default()
    }

    /// The latest round that a quorum has answered.
    pub(super) fn confirmed_round(&self, quorum: Quorum, own: NodeId) -> u64 {
        let answered = |voter| match self.known(voter) {
            _ if voter == own => self.round,
            Some(progress) => progress.round,
            None => 0,
        };
        quorum.reached(answered).unwrap_or_default()
    }

    /// Since when a quorum has not been heard: the last time at which all of some quorum had answered.
    pub(super) fn heard_quorum_at(&self, quorum: Quorum, own: NodeId, now: Monotonic) -> Monotonic {
        let heard_at = |voter| match self.known(voter) {
            _ if voter == own => now,
            Some(progress) => progress.heard_at,
            None => Monotonic(0),
        };
        quorum.reached(heard_at).unwrap_or(now)
    }

    /// Takes note that a quorum has answered a round: the lease runs from when it began, or from `instead`.
    pub(super) fn extend_lease(&mut self, confirmed: u64, instead: Option<Monotonic>) {
        let mut began = None;
        while let Some(&(_, at)) = self.rounds.front().filter(|(round, _)| *round <= confirmed) {
            began = Some(at);
            self.rounds.pop_front();
        }
        if began.is_some() {
            self.lease_since = self.lease_since.max(instead.or(began));
        }
    }

    pub(super) fn give_up_lease(&mut self) {
        self.lease_since = None;
        self.has_handed_over = true;
    }
}
