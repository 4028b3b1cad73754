//! Majorities, as pure arithmetic: values in, values out.

use super::log::Index;

/// How many of so many members make a majority: more than half of the whole membership, up or down.
#[must_use]
pub fn majority(members: usize) -> usize {
    members / 2 + 1
}

/// The highest index that a majority has reached. Sorts the members' indexes in place.
#[must_use]
pub fn reached_by_majority(indexes: &mut [Index]) -> Index {
    if indexes.is_empty() {
        return Index(0);
    }
    indexes.sort_unstable();
    indexes[indexes.len() - majority(indexes.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries every candidate index and counts: openly naive.
    fn naive(indexes: &[Index]) -> Index {
        let reached = |at: Index| indexes.iter().filter(|&&index| index >= at).count();
        let mut best = Index(0);
        for &at in indexes {
            if reached(at) >= majority(indexes.len()) {
                best = best.max(at);
            }
        }
        best
    }

    #[test]
    fn an_even_cluster_tolerates_no_more_than_the_odd_one_below() {
        let tolerated: Vec<usize> = (1..=9).map(|n| n - majority(n)).collect();
        assert_eq!(tolerated, [0, 0, 1, 1, 2, 2, 3, 3, 4]);
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_counting(indexes in proptest::collection::vec(0_u64..6, 0..=9)) {
            let indexes: Vec<Index> = indexes.into_iter().map(Index).collect();
            let expected = naive(&indexes);
            let mut sorted = indexes.clone();
            proptest::prop_assert_eq!(reached_by_majority(&mut sorted), expected);
        }
    }
}
