//! The observed-remove set without tombstones: it remembers which additions were seen at all, and an addition that was seen
//! but is not there was removed (Bieniusa, Zawirski, Preguiça, Shapiro, Baquero, Balegas, Duarte, "An Optimized Conflict-free
//! Replicated Set", INRIA RR-8083, 2012). Its elements are always those of [`OrSet`](super::OrSet).

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;
use super::version_vector::{Dot, VersionVector};
use crate::base::NodeId;

/// The additions of one element that stand, at most one a replica: a later one has seen the earlier.
type Additions = Sorted<NodeId, u64>;

/// A set in which an addition wins over a removal that had not seen it, and that keeps nothing of what was removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct OptOrSet<T> {
    /// Which additions were seen, of whatever element.
    seen: VersionVector,
    elements: Sorted<T, Additions>,
}

impl<T> Default for OptOrSet<T> {
    fn default() -> Self {
        Self { seen: VersionVector::new(), elements: Sorted::default() }
    }
}

fn dots(additions: Option<&Additions>) -> impl Iterator<Item = Dot> + Clone {
    additions
        .into_iter()
        .flat_map(|additions| additions.iter().map(|(actor, count)| Dot { actor: *actor, count: *count }))
}

impl<T: Clone + Ord> OptOrSet<T> {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A replica adds an element: the addition's name.
    pub fn add(&mut self, replica: NodeId, element: T) -> Dot {
        let dot = self.seen.increment(replica);
        self.elements.entry(element).insert(replica, dot.count);
        dot
    }

    /// Removes the additions of an element that are seen here; whether there are any.
    pub fn remove(&mut self, element: &T) -> bool {
        self.elements.remove(element).is_some()
    }

    /// Whether an element is in the set.
    #[must_use]
    pub fn contains(&self, element: &T) -> bool {
        self.elements.contains(element)
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.elements.iter().map(|(element, _)| element)
    }

    /// The additions of an element that stand.
    pub fn dots(&self, element: &T) -> impl Iterator<Item = Dot> + Clone {
        dots(self.elements.get(element))
    }

    /// Which additions were seen.
    #[must_use]
    pub fn seen(&self) -> &VersionVector {
        &self.seen
    }

    /// The additions of an element that stand after a merge: those that both have, and those of either that the other has not
    /// seen; of one replica only the last.
    fn standing(&self, other: &Self, element: &T) -> Additions {
        let (ours, theirs) = (self.dots(element), other.dots(element));
        let kept_here =
            ours.clone().filter(|dot| !other.seen.contains(*dot) || theirs.clone().any(|their| their == *dot));
        let kept_there = theirs.clone().filter(|dot| !self.seen.contains(*dot));
        let mut standing = Additions::default();
        for dot in kept_here.chain(kept_there) {
            let last = standing.entry(dot.actor);
            *last = dot.count.max(*last);
        }
        standing
    }

    /// Whether an addition of an element that this set has was removed in the other, which does not have the element at all.
    fn is_removed_in(&self, other: &Self, element: &T) -> bool {
        !other.contains(element) && self.dots(element).any(|dot| other.seen.contains(dot))
    }
}

impl<T: Clone + Ord> Merge for OptOrSet<T> {
    type Value = T;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<T>> {
        let mut notes = Vec::new();
        let mut merged = Sorted::default();
        let theirs = other.iter().filter(|element| !self.contains(element));
        for element in self.iter().chain(theirs) {
            let standing = self.standing(other, element);
            let is_disputed = self.is_removed_in(other, element) || other.is_removed_in(self, element);
            let note = match (self.contains(element), standing.is_empty()) {
                (_, false) if is_disputed => Some(MergeNote::AddWins { element: element.clone() }),
                (false, false) => Some(MergeNote::Added { element: element.clone() }),
                (true, true) => Some(MergeNote::Removed { element: element.clone() }),
                (true, false) | (false, true) => None,
            };
            notes.extend(note);
            if !standing.is_empty() {
                merged.insert(element.clone(), standing);
            }
        }
        self.elements = merged;
        self.seen.join(&other.seen);
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::super::or_set::tests::{is_addition, is_there};
    use super::*;
    use crate::data::{OrSet, Wire};

    type Set = OptOrSet<u8>;

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

    fn means(set: &Set, history: &History<'_>) -> bool {
        (0..3).all(|element| set.contains(&element) == is_there(history, element))
    }

    #[test]
    fn a_removal_covers_what_it_has_seen() {
        Subject { start: Set::new(), update: change, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_lose_additions() {
        let shared = |set: &mut Set, _: NodeId, number: usize, what: u8| change(set, NodeId(1), number, what);
        let broken = Subject { start: Set::new(), update: shared, merge, means }.check();
        broken.expect_err("W35: what the other has under that name seems to have been removed here");
    }

    #[test]
    fn without_the_clock_removals_are_undone() {
        let union = |set: &mut Set, other: &Set| {
            other.elements.iter().for_each(|(element, additions)| {
                let ours = set.elements.entry(*element);
                dots(Some(additions)).for_each(|dot| *ours.entry(dot.actor) = dot.count.max(*ours.entry(dot.actor)));
            });
            set.seen.join(&other.seen);
        };
        let broken = Subject { start: Set::new(), update: change, merge: union, means }.check();
        broken.expect_err("what was removed comes back");
    }

    #[test]
    fn it_always_has_the_elements_of_the_set_with_tombstones() {
        type Both = (Set, OrSet<u8>);
        let update = |(set, naive): &mut Both, at: NodeId, number: usize, what: u8| {
            change(set, at, number, what);
            if is_addition(what) {
                naive.add(at, what % 3);
            } else {
                naive.remove(&(what % 3));
            }
        };
        let merge = |(set, naive): &mut Both, (other, other_naive): &Both| {
            set.merge(other);
            naive.merge(other_naive);
        };
        let means = |(set, naive): &Both, _: &History<'_>| set.iter().eq(naive.iter());
        Subject { start: Both::default(), update, merge, means }.check().expect("they agree");
    }

    #[test]
    fn a_cart_keeps_the_removal_that_saw_the_book() {
        let (phone, laptop) = (NodeId(1), NodeId(2));
        let mut here = OptOrSet::new();
        here.add(phone, "book");
        here.add(phone, "cup");
        let mut there = here.clone();
        here.add(phone, "lamp");
        there.remove(&"book");
        let added_there = there.clone();
        assert_eq!(
            there.merge(&here),
            [MergeNote::Removed { element: "book" }, MergeNote::Added { element: "lamp" }][1..]
        );
        assert_eq!(here.merge(&added_there), [MergeNote::Removed { element: "book" }]);
        assert_eq!((here.iter().copied().collect::<Vec<_>>(), &here), (vec!["cup", "lamp"], &there));
        assert_eq!(here.wire_size(), 3 + 1 + 4 + 3 + 5 + 3, "nothing of the book is left");
        let mut away = here.clone();
        here.remove(&"cup");
        away.add(laptop, "cup");
        assert_eq!(here.merge(&away), [MergeNote::AddWins { element: "cup" }], "W34");
    }

    #[test]
    fn one_name_on_two_replicas_drops_both_additions() {
        let (mut a, mut b) = (OptOrSet::new(), OptOrSet::new());
        a.add(NodeId(1), 1);
        b.add(NodeId(1), 2);
        a.merge(&b);
        assert_eq!(a.iter().count(), 0, "W35");
    }
}
