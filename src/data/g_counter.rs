//! The counter that only grows: each replica counts its own increments, the value is the sum (Shapiro et al., "A Comprehensive
//! Study of Convergent and Commutative Replicated Data Types", 2011, specification 6).

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;
use crate::base::NodeId;

/// A counter that only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GCounter {
    /// The sum of each replica's increments. None is zero.
    shares: Sorted<NodeId, u64>,
}

impl GCounter {
    /// A counter at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A replica adds to its own share.
    pub fn increment(&mut self, replica: NodeId, by: u64) {
        if by > 0 {
            let share = self.shares.entry(replica);
            *share = share.saturating_add(by);
        }
    }

    /// The sum of all increments that are known here.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.shares.iter().fold(0, |sum: u64, (_, share)| sum.saturating_add(*share))
    }

    /// Each replica's share, in the order of the replicas.
    pub fn shares(&self) -> impl Iterator<Item = (NodeId, u64)> + '_ {
        self.shares.iter().map(|(replica, share)| (*replica, *share))
    }

    /// Takes the greater share of each replica: whose, from what, to what.
    pub(super) fn grow(&mut self, other: &Self) -> Vec<(NodeId, u64, u64)> {
        let mut grown = Vec::new();
        for (replica, to) in other.shares() {
            let from = self.shares.get(&replica).copied().unwrap_or(0);
            if to > from {
                self.shares.insert(replica, to);
                grown.push((replica, from, to));
            }
        }
        grown
    }
}

impl Merge for GCounter {
    type Value = u64;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<u64>> {
        let note = |(by, from, to)| MergeNote::Increments { by, from, to };
        self.grow(other).into_iter().map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    fn count(counter: &mut GCounter, at: NodeId, _: usize, what: u8) {
        counter.increment(at, u64::from(what));
    }

    fn merge(counter: &mut GCounter, other: &GCounter) {
        counter.merge(other);
    }

    /// C4: the sum of all increments that were seen.
    fn sum(counter: &GCounter, history: &History<'_>) -> bool {
        counter.value() == history.visible().map(|(_, update)| u64::from(update.what)).sum::<u64>()
    }

    #[test]
    fn it_is_the_sum_of_all_increments() {
        Subject { start: GCounter::new(), update: count, merge, means: sum }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_lose_increments() {
        let shared =
            |counter: &mut GCounter, _: NodeId, number: usize, what: u8| count(counter, NodeId(1), number, what);
        let broken = Subject { start: GCounter::new(), update: shared, merge, means: sum }.check();
        broken.expect_err("W35: the greater share is taken, not the sum");
    }

    #[test]
    fn adding_up_shares_counts_twice() {
        let add = |counter: &mut GCounter, other: &GCounter| {
            other.shares().for_each(|(replica, share)| counter.increment(replica, share));
        };
        let broken = Subject { start: GCounter::new(), update: count, merge: add, means: sum }.check();
        broken.expect_err("what comes twice counts twice");
    }

    #[test]
    fn the_account_says_whose_share_grew() {
        let (mut a, mut b) = (GCounter::new(), GCounter::new());
        a.increment(NodeId(1), 2);
        b.merge(&a);
        b.increment(NodeId(2), 300);
        b.increment(NodeId(2), 0);
        assert_eq!(a.merge(&b), [MergeNote::Increments { by: NodeId(2), from: 0, to: 300 }]);
        assert_eq!((a.value(), a.merge(&b), a.wire_size()), (302, vec![], 6));
    }
}
