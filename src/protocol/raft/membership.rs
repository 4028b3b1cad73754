//! Membership changes, one server at a time (thesis, chapter 4), with the correction of 2015: a leader changes nothing
//! before an entry of its own term is committed. A new membership acts from the moment when its entry is in a log, and
//! ends with it if the entry is overwritten. New servers learn first, and vote once they have caught up.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::breaks::Break;
use super::log::{Command, Entry, Index};
use super::note::{OrderRefusal, RaftNote, StepDown};
use super::quorum::Quorum;
use super::{ELECTION_TIMER, Raft, RaftRole};
use crate::base::{NodeId, NodeSet};
use crate::protocol::{Effects, Order};

/// Who belongs to a cluster, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Configuration {
    /// Those whose votes and acknowledgements count.
    pub voters: NodeSet,
    /// Those who get the log and have no vote.
    pub learners: NodeSet,
    /// The learners that become voters as soon as they have caught up.
    pub joining: NodeSet,
}

impl Configuration {
    /// Only voters.
    #[must_use]
    pub fn of(voters: NodeSet) -> Self {
        Self { voters, ..Self::default() }
    }

    /// Whose agreement is needed.
    #[must_use]
    pub fn quorum(&self) -> Quorum {
        Quorum::of(self.voters)
    }

    /// Everybody who gets the log.
    #[must_use]
    pub fn members(&self) -> NodeSet {
        self.voters.union(self.learners)
    }

    /// With one more learner, which is to become a voter or stays one.
    fn with_learner(self, node: NodeId, is_joining: bool) -> Self {
        let joining = if is_joining { self.joining.with(node) } else { self.joining };
        Self { learners: self.learners.with(node), joining, ..self }
    }

    /// With a learner made a voter.
    fn with_voter(self, node: NodeId) -> Self {
        let Self { voters, learners, joining } = self;
        Self { voters: voters.with(node), learners: learners.without(node), joining: joining.without(node) }
    }

    fn without(self, node: NodeId) -> Self {
        let Self { voters, learners, joining } = self;
        Self { voters: voters.without(node), learners: learners.without(node), joining: joining.without(node) }
    }
}

/// The memberships that a log holds, oldest first. The last one acts.
#[derive(Clone, Debug)]
pub(super) struct Memberships {
    /// Never empty: the first is that of the snapshot, or of the cluster's beginning.
    all: Vec<(Index, Configuration)>,
}

impl Memberships {
    pub(super) fn starting_with(configuration: Configuration) -> Self {
        Self { all: vec![(Index(0), configuration)] }
    }

    /// The one that acts, and the index of its entry.
    pub(super) fn latest(&self) -> (Index, Configuration) {
        *self.all.last().expect("there is always a first one")
    }

    /// The one that acts at an index.
    pub(super) fn at(&self, index: Index) -> Configuration {
        let acting = self.all.iter().rev().find(|(since, _)| *since <= index);
        acting.unwrap_or(&self.all[0]).1
    }

    pub(super) fn add(&mut self, index: Index, configuration: Configuration) {
        self.all.push((index, configuration));
    }

    /// Forgets those of entries that are gone; says whether there were any.
    pub(super) fn truncate_from(&mut self, first: Index) -> bool {
        let before = self.all.len();
        while self.all.len() > 1 && self.latest().0 >= first {
            self.all.pop();
        }
        self.all.len() < before
    }

    /// Forgets those that a snapshot has left behind.
    pub(super) fn compact(&mut self, through: Index) {
        let acting = self.all.iter().rposition(|(since, _)| *since <= through).unwrap_or(0);
        self.all.drain(..acting);
    }
}

impl Raft {
    /// Who belongs to the cluster, as far as this server's log knows.
    #[must_use]
    pub fn configuration(&self) -> Configuration {
        self.memberships.latest().1
    }

    /// The index of the entry that brought the present membership; 0 for that of the beginning.
    #[must_use]
    pub fn configuration_index(&self) -> Index {
        self.memberships.latest().0
    }

    pub(super) fn is_voter(&self) -> bool {
        self.configuration().voters.contains(self.id)
    }

    pub(super) fn on_order(&mut self, order: Order, out: &mut Effects<Self>) {
        let refused = match order {
            Order::Transfer { to } => self.begin_transfer(to, out),
            Order::AddServer(node) => self.change(order, |now| now.with_learner(node, true), out),
            Order::AddLearner(node) => self.change(order, |now| now.with_learner(node, false), out),
            Order::RemoveServer(node) => self.change(order, |now| now.without(node), out),
        };
        if let Err(why) = refused {
            out.note(RaftNote::OrderRefused { order, why });
        }
    }

    fn change(
        &mut self,
        order: Order,
        to: impl FnOnce(Configuration) -> Configuration,
        out: &mut Effects<Self>,
    ) -> Result<(), OrderRefusal> {
        self.may_change()?;
        let now = self.configuration();
        let next = match order {
            Order::AddServer(node) | Order::AddLearner(node) if now.members().contains(node) => now,
            _ => to(now),
        };
        if next == now {
            return Err(OrderRefusal::ChangesNothing);
        }
        if next.voters.is_empty() {
            return Err(OrderRefusal::NobodyLeft);
        }
        self.configure(next, out);
        Ok(())
    }

    /// Whether this server may change the membership now.
    fn may_change(&self) -> Result<(), OrderRefusal> {
        let RaftRole::Leader(leadership) = &self.role else {
            return Err(OrderRefusal::NotLeader { hint: self.known_leader() });
        };
        if leadership.is_transferring() {
            return Err(OrderRefusal::Transferring);
        }
        let index = self.configuration_index();
        if index > self.commit_index && !self.config.breaks(Break::ManyChangesAtOnce) {
            return Err(OrderRefusal::ChangeUnderWay { index });
        }
        if !self.has_committed_in_own_term() && !self.config.breaks(Break::MembershipWithoutCorrection) {
            return Err(OrderRefusal::NothingCommittedYet { term: self.term });
        }
        Ok(())
    }

    fn configure(&mut self, next: Configuration, out: &mut Effects<Self>) {
        self.append(Command::Configure(Arc::new(next)), None, out);
        self.replicate(out);
        self.maybe_commit(out);
    }

    /// A membership acts from the moment when its entry is in the log.
    pub(super) fn adopt_membership(&mut self, index: Index, entry: &Entry, out: &mut Effects<Self>) {
        if let Command::Configure(next) = &entry.command {
            self.memberships.add(index, **next);
            out.note(RaftNote::Configured { index, configuration: **next });
            self.membership_changed(out);
        }
    }

    /// Entries from here on are gone, and the memberships with them.
    pub(super) fn revert_memberships(&mut self, first: Index, out: &mut Effects<Self>) {
        if self.memberships.truncate_from(first) {
            let (index, configuration) = self.memberships.latest();
            out.note(RaftNote::Configured { index, configuration });
            self.membership_changed(out);
        }
    }

    /// Finds the memberships in the log that the disk holds.
    pub(super) fn recover_memberships(&mut self) {
        for (index, entry) in self.log.iter() {
            if let Command::Configure(next) = &entry.command {
                self.memberships.add(index, **next);
            }
        }
    }

    pub(super) fn membership_changed(&mut self, out: &mut Effects<Self>) {
        let (is_voter, members, now) = (self.is_voter(), self.configuration().members(), self.now);
        match &mut self.role {
            RaftRole::Leader(leadership) => {
                // The entry that brought it; the first one where a leader that drops its own entries has none left.
                let next = self.log.last_index().max(Index(1));
                leadership.welcome(members.without(self.id), next, now);
            }
            RaftRole::Follower { .. } if is_voter => self.reset_election_timer(out),
            RaftRole::Follower { .. } => out.cancel_timer(ELECTION_TIMER),
            RaftRole::PreCandidate(_) | RaftRole::Candidate(_) if is_voter => {}
            RaftRole::PreCandidate(_) | RaftRole::Candidate(_) => {
                self.become_follower(None, StepDown::Removed, out);
                out.cancel_timer(ELECTION_TIMER);
            }
        }
    }

    /// What follows for a leader when a membership is committed: those who left get nothing more, and a leader that is
    /// no voter any more steps down (thesis, 4.2.2).
    pub(super) fn membership_committed(&mut self, out: &mut Effects<Self>) {
        let (members, is_voter) = (self.configuration().members(), self.is_voter());
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        leadership.dismiss(members);
        if !is_voter {
            self.become_follower(None, StepDown::Removed, out);
        }
    }

    /// Makes a learner that has caught up a voter, if it is to become one.
    pub(super) fn maybe_promote(&mut self, learner: NodeId, out: &mut Effects<Self>) {
        let now = self.configuration();
        if !now.joining.contains(learner) {
            return;
        }
        let (last, at, patience) = (self.log.last_index(), self.now, self.config.election_timeout.min);
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        let has_caught_up = leadership.catch_up(learner, last, at, patience);
        if has_caught_up && self.may_change().is_ok() {
            out.note(RaftNote::CaughtUp { learner });
            self.configure(now.with_voter(learner), out);
        }
    }

    /// Whether an entry of the leader's own term is committed; only then does it know what is.
    pub(super) fn has_committed_in_own_term(&self) -> bool {
        self.log.term_at(self.commit_index) == Some(self.term)
    }

    pub(super) fn voters_but_self(&self) -> NodeSet {
        self.configuration().voters.without(self.id)
    }
}
