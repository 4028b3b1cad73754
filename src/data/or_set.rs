//! The observed-remove set with tombstones: each addition has a name of its own, and a removal covers the additions that it
//! has seen (Shapiro et al., "A Comprehensive Study of Convergent and Commutative Replicated Data Types", 2011, specification
//! 15). It never forgets a removal, which [`OptOrSet`](super::OptOrSet) can.

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;
use super::version_vector::{Dot, VersionVector};
use crate::base::NodeId;

/// Every addition of one element, with whether it was removed.
type Additions = Sorted<Dot, bool>;

/// A set in which an addition wins over a removal that had not seen it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct OrSet<T> {
    elements: Sorted<T, Additions>,
}

impl<T> Default for OrSet<T> {
    fn default() -> Self {
        Self { elements: Sorted::default() }
    }
}

fn is_live(additions: &Additions) -> bool {
    additions.iter().any(|(_, is_removed)| !is_removed)
}

impl<T: Clone + Ord> OrSet<T> {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A replica adds an element: the addition's name.
    pub fn add(&mut self, replica: NodeId, element: T) -> Dot {
        let all = self.elements.iter().flat_map(|(_, additions)| additions.iter().map(|(dot, _)| *dot));
        let dot = all.collect::<VersionVector>().next(replica);
        self.elements.entry(element).insert(dot, false);
        dot
    }

    /// Removes the additions of an element that are seen here; whether there are any.
    pub fn remove(&mut self, element: &T) -> bool {
        let Some(additions) = self.elements.get(element).filter(|additions| is_live(additions)) else { return false };
        let seen: Vec<Dot> = additions.iter().map(|(dot, _)| *dot).collect();
        let additions = self.elements.entry(element.clone());
        seen.into_iter().for_each(|dot| *additions.entry(dot) = true);
        true
    }

    /// Whether an element is in the set.
    #[must_use]
    pub fn contains(&self, element: &T) -> bool {
        self.elements.get(element).is_some_and(is_live)
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.elements.iter().filter(|(_, additions)| is_live(additions)).map(|(element, _)| element)
    }

    /// The additions of an element that are not removed.
    pub fn dots(&self, element: &T) -> impl Iterator<Item = Dot> {
        let additions = self.elements.get(element).into_iter().flat_map(Sorted::iter);
        additions.filter(|(_, is_removed)| !**is_removed).map(|(dot, _)| *dot)
    }

    /// How many removed additions are kept for ever.
    #[must_use]
    pub fn tombstones(&self) -> usize {
        self.elements.iter().flat_map(|(_, additions)| additions.iter()).filter(|(_, is_removed)| **is_removed).count()
    }
}

impl<T: Clone + Ord> Merge for OrSet<T> {
    type Value = T;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<T>> {
        let mut notes = Vec::new();
        for (element, theirs) in other.elements.iter() {
            let ours = self.elements.entry(element.clone());
            let was_live = is_live(ours);
            // One side has removed what the other still had.
            let mut is_disputed = false;
            for (dot, is_removed) in theirs.iter() {
                is_disputed |= ours.get(dot).is_some_and(|ours| ours != is_removed);
                *ours.entry(*dot) |= *is_removed;
            }
            let element = element.clone();
            match (was_live, is_live(ours)) {
                (_, true) if is_disputed && was_live != is_live(theirs) => notes.push(MergeNote::AddWins { element }),
                (false, true) => notes.push(MergeNote::Added { element }),
                (true, false) => notes.push(MergeNote::Removed { element }),
                (true, true) | (false, false) => {}
            }
        }
        notes
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::Wire;

    type Set = OrSet<u8>;

    /// What an update does to one of three elements: numbers below 8 add.
    pub(in crate::data) fn is_addition(what: u8) -> bool {
        what < 8
    }

    fn change(set: &mut Set, at: NodeId, _: usize, what: u8) {
        if is_addition(what) {
            set.add(at, what % 3);
        } else {
            set.remove(&(what % 3));
        }
    }

    fn merge(set: &mut Set, other: &Set) {
        set.merge(other);
    }

    /// C6: an element is there if some addition of it was not seen by a removal of it.
    pub(in crate::data) fn is_there(history: &History<'_>, element: u8) -> bool {
        let of = |adds| {
            let is = move |what: u8| what % 3 == element && is_addition(what) == adds;
            history.visible().filter(move |(_, update)| is(update.what)).map(|(number, _)| number)
        };
        of(true).any(|addition| !of(false).any(|removal| history.saw(removal, addition)))
    }

    fn means(set: &Set, history: &History<'_>) -> bool {
        (0..3).all(|element| set.contains(&element) == is_there(history, element))
    }

    #[test]
    fn a_removal_covers_what_it_has_seen() {
        Subject { start: Set::new(), update: change, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_mix_up_their_additions() {
        let shared = |set: &mut Set, _: NodeId, number: usize, what: u8| change(set, NodeId(1), number, what);
        let broken = Subject { start: Set::new(), update: shared, merge, means }.check();
        broken.expect_err("a removal covers an addition of the same name that it had not seen");
    }

    #[test]
    fn without_tombstones_and_without_a_clock_removals_are_undone() {
        let forgetful = |set: &mut Set, at: NodeId, number: usize, what: u8| {
            change(set, at, number, what);
            set.elements.retain(|(_, additions)| is_live(additions));
        };
        let broken = Subject { start: Set::new(), update: forgetful, merge, means }.check();
        broken.expect_err("what was removed comes back");
    }

    #[test]
    fn an_addition_wins_over_a_removal_that_had_not_seen_it() {
        let (n1, n2) = (NodeId(1), NodeId(2));
        let mut here = OrSet::new();
        here.add(n1, "x");
        let mut there = OrSet::new();
        assert_eq!(there.merge(&here), [MergeNote::Added { element: "x" }]);
        assert!(here.remove(&"x") && !here.remove(&"x"));
        there.add(n2, "x");
        let removed = here.clone();
        assert_eq!(here.merge(&there), [MergeNote::AddWins { element: "x" }], "W34");
        assert_eq!(there.merge(&removed), [MergeNote::AddWins { element: "x" }], "from the other side too");
        assert_eq!(here, there);
        assert_eq!(here.dots(&"x").collect::<Vec<_>>(), [Dot { actor: n2, count: 1 }]);
        here.remove(&"x");
        assert_eq!(there.merge(&here), [MergeNote::Removed { element: "x" }], "this removal has seen it");
        assert_eq!((there.iter().count(), there.tombstones(), there.wire_size()), (0, 2, 10), "kept for ever");
    }
}
