//! The counter that goes both ways: one growing counter for increments, one for decrements (Shapiro et al., "A Comprehensive
//! Study of Convergent and Commutative Replicated Data Types", 2011, specification 7). It converges; that it stays above zero
//! it cannot promise.

use serde::{Deserialize, Serialize};

use super::g_counter::GCounter;
use super::merge::{Merge, MergeNote};
use crate::base::NodeId;

/// A counter that goes both ways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PnCounter {
    up: GCounter,
    down: GCounter,
}

impl PnCounter {
    /// A counter at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A replica adds to the counter, or takes from it.
    pub fn add(&mut self, replica: NodeId, by: i64) {
        let side = if by < 0 { &mut self.down } else { &mut self.up };
        side.increment(replica, by.unsigned_abs());
    }

    /// All increments that are known here, less all decrements. Beyond what the number holds it stands at the edge.
    #[must_use]
    pub fn value(&self) -> i64 {
        let value = i128::from(self.up.value()) - i128::from(self.down.value());
        i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
    }

    /// The increments.
    #[must_use]
    pub fn increments(&self) -> &GCounter {
        &self.up
    }

    /// The decrements, counted as positive.
    #[must_use]
    pub fn decrements(&self) -> &GCounter {
        &self.down
    }
}

impl Merge for PnCounter {
    type Value = i64;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<i64>> {
        let up = self.up.grow(&other.up).into_iter().map(|(by, from, to)| MergeNote::Increments { by, from, to });
        let down = self.down.grow(&other.down).into_iter().map(|(by, from, to)| MergeNote::Decrements { by, from, to });
        up.chain(down).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    /// Up for half of the numbers, down for the others.
    fn amount(what: u8) -> i64 {
        i64::from(what) - 6
    }

    fn count(counter: &mut PnCounter, at: NodeId, _: usize, what: u8) {
        counter.add(at, amount(what));
    }

    fn merge(counter: &mut PnCounter, other: &PnCounter) {
        counter.merge(other);
    }

    /// C4.
    fn sum(counter: &PnCounter, history: &History<'_>) -> bool {
        counter.value() == history.visible().map(|(_, update)| amount(update.what)).sum::<i64>()
    }

    #[test]
    fn it_is_what_was_added_less_what_was_taken() {
        Subject { start: PnCounter::new(), update: count, merge, means: sum }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_lose_increments() {
        let shared =
            |counter: &mut PnCounter, _: NodeId, number: usize, what: u8| count(counter, NodeId(1), number, what);
        Subject { start: PnCounter::new(), update: shared, merge, means: sum }
            .check()
            .expect_err("shares are mixed up");
    }

    #[test]
    fn one_share_for_both_ways_does_not_converge() {
        type Shares = Vec<i64>;
        let update = |shares: &mut Shares, at: NodeId, _: usize, what: u8| shares[at.slot()] += amount(what);
        let merge = |shares: &mut Shares, other: &Shares| {
            shares.iter_mut().zip(other).for_each(|(share, other)| *share = (*share).max(*other));
        };
        let means = |shares: &Shares, history: &History<'_>| {
            shares.iter().sum::<i64>() == history.visible().map(|(_, update)| amount(update.what)).sum::<i64>()
        };
        let broken = Subject { start: vec![0; 3], update, merge, means }.check();
        broken.expect_err("the greater share forgets the decrement");
    }

    #[test]
    fn stock_goes_below_zero() {
        let mut left = PnCounter::new();
        left.add(NodeId(1), 1);
        let mut right = left.clone();
        assert_eq!((left.value(), right.value()), (1, 1));
        left.add(NodeId(1), -1);
        right.add(NodeId(2), -1);
        assert_eq!(left.merge(&right), [MergeNote::Decrements { by: NodeId(2), from: 0, to: 1 }]);
        assert_eq!(left.value(), -1, "W38: each sold the last one");
        assert_eq!(left.wire_size(), 8);
    }

    #[test]
    fn increments_of_the_same_five_are_both_kept() {
        let mut a = PnCounter::new();
        a.add(NodeId(1), 5);
        let mut b = a.clone();
        a.add(NodeId(1), 1);
        b.add(NodeId(2), 1);
        a.merge(&b);
        assert_eq!(a.value(), 7, "W12, its control");
    }
}
