//! Majorities, as pure arithmetic: values in, values out.

use crate::base::{NodeId, NodeSet};

/// How many of so many members make a majority: more than half of the whole membership, up or down.
#[must_use]
pub fn majority(members: usize) -> usize {
    members / 2 + 1
}

/// Whose agreement is needed: a majority of the voters; while two memberships hold at once, a majority of each
/// (section 6, joint consensus).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    voters: NodeSet,
    /// The membership that is being left; empty but in joint consensus.
    outgoing: NodeSet,
}

/// Where a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteResult {
    /// A majority has agreed.
    Won,
    /// No majority can agree any more.
    Lost,
    /// It depends on those who have not answered.
    Pending,
}

impl Quorum {
    /// A majority of these.
    #[must_use]
    pub fn of(voters: NodeSet) -> Self {
        Self { voters, outgoing: NodeSet::EMPTY }
    }

    /// A majority of each of two memberships.
    #[must_use]
    pub fn joint(incoming: NodeSet, outgoing: NodeSet) -> Self {
        Self { voters: incoming, outgoing }
    }

    /// The highest value that a quorum has reached; nothing for a quorum of nobody, which stands in nobody's way.
    pub fn reached<T: Copy + Ord + Default>(self, at: impl Fn(NodeId) -> T) -> Option<T> {
        match (reached_by_majority(self.voters, &at), reached_by_majority(self.outgoing, &at)) {
            (Some(incoming), Some(outgoing)) => Some(incoming.min(outgoing)),
            (either, other) => either.or(other),
        }
    }

    /// Where a vote stands, given who has answered what. A quorum of nobody has agreed to everything.
    pub fn vote(self, answer: impl Fn(NodeId) -> Option<bool>) -> VoteResult {
        match (majority_vote(self.voters, &answer), majority_vote(self.outgoing, &answer)) {
            (VoteResult::Lost, _) | (_, VoteResult::Lost) => VoteResult::Lost,
            (VoteResult::Pending, _) | (_, VoteResult::Pending) => VoteResult::Pending,
            (VoteResult::Won, VoteResult::Won) => VoteResult::Won,
        }
    }

    /// Whether these are enough.
    #[must_use]
    pub fn is_reached_by(self, members: NodeSet) -> bool {
        self.vote(|member| members.contains(member).then_some(true)) == VoteResult::Won
    }
}

fn reached_by_majority<T: Copy + Ord + Default>(members: NodeSet, at: impl Fn(NodeId) -> T) -> Option<T> {
    let mut values = [T::default(); NodeSet::CAPACITY];
    let mut count = 0;
    for member in members.iter() {
        values[count] = at(member);
        count += 1;
    }
    let values = &mut values[..count];
    values.sort_unstable();
    count.checked_sub(majority(count)).map(|place| values[place])
}

fn majority_vote(members: NodeSet, answer: impl Fn(NodeId) -> Option<bool>) -> VoteResult {
    let count = |wanted| members.iter().filter(|&member| answer(member) == Some(wanted)).count();
    let needed = majority(members.len());
    match members.len() {
        0 => VoteResult::Won,
        _ if count(true) >= needed => VoteResult::Won,
        all if all - count(false) < needed => VoteResult::Lost,
        _ => VoteResult::Pending,
    }
}
