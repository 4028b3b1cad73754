//! The set from which an element can be removed once and for all: two growing sets, one of what was added, one of what was
//! removed (Shapiro et al., "A Comprehensive Study of Convergent and Commutative Replicated Data Types", 2011,
//! specification 12).

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;

/// A set in which a removal is for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct TwoPhaseSet<T> {
    /// Every element that was ever added, with whether it was removed.
    elements: Sorted<T, bool>,
}

impl<T> Default for TwoPhaseSet<T> {
    fn default() -> Self {
        Self { elements: Sorted::default() }
    }
}

impl<T: Clone + Ord> TwoPhaseSet<T> {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an element; whether it is in the set then.
    pub fn add(&mut self, element: T) -> bool {
        !*self.elements.entry(element)
    }

    /// Removes an element that is in the set, for ever; whether it was.
    pub fn remove(&mut self, element: &T) -> bool {
        let is_there = self.contains(element);
        if is_there {
            self.elements.insert(element.clone(), true);
        }
        is_there
    }

    /// Whether an element is in the set.
    #[must_use]
    pub fn contains(&self, element: &T) -> bool {
        self.elements.get(element) == Some(&false)
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.elements.iter().filter(|(_, is_removed)| !**is_removed).map(|(element, _)| element)
    }

    /// What was removed, in order: it is kept for ever.
    pub fn tombstones(&self) -> impl Iterator<Item = &T> {
        self.elements.iter().filter(|(_, is_removed)| **is_removed).map(|(element, _)| element)
    }
}

impl<T: Clone + Ord> Merge for TwoPhaseSet<T> {
    type Value = T;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<T>> {
        let mut notes = Vec::new();
        for (element, is_removed) in other.elements.iter() {
            let note = match (self.elements.get(element).copied(), is_removed) {
                (None, false) => MergeNote::Added { element: element.clone() },
                (Some(false), true) => MergeNote::Removed { element: element.clone() },
                (Some(true), false) => {
                    notes.push(MergeNote::StaysRemoved { element: element.clone() });
                    continue;
                }
                (None, true) => {
                    self.elements.insert(element.clone(), true);
                    continue;
                }
                (Some(false), false) | (Some(true), true) => continue,
            };
            self.elements.insert(element.clone(), *is_removed);
            notes.push(note);
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::base::NodeId;
    use crate::data::Wire;

    type Set = TwoPhaseSet<u8>;

    /// Four elements, added by numbers below 8, removed by the others.
    fn change(set: &mut Set, _: NodeId, _: usize, what: u8) {
        if what < 8 {
            set.add(what % 4);
        } else {
            set.remove(&(what % 4));
        }
    }

    fn merge(set: &mut Set, other: &Set) {
        set.merge(other);
    }

    /// C5: in the set if it was added, and never removed by somebody who saw that.
    fn means(set: &Set, history: &History<'_>) -> bool {
        (0..4).all(|element| {
            let of = || history.visible().filter(move |(_, update)| update.what % 4 == element);
            let is_removed = of().any(|(by, removal)| {
                removal.what >= 8 && of().any(|(seen, addition)| addition.what < 8 && history.saw(by, seen))
            });
            set.contains(&element) == (of().any(|(_, update)| update.what < 8) && !is_removed)
        })
    }

    #[test]
    fn what_was_removed_stays_so() {
        Subject { start: Set::new(), update: change, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn without_the_second_phase_it_comes_back() {
        let lenient = |set: &mut Set, at: NodeId, number: usize, what: u8| {
            if what < 8 {
                set.elements.insert(what % 4, false);
            } else {
                change(set, at, number, what);
            }
        };
        let broken = Subject { start: Set::new(), update: lenient, merge, means }.check();
        broken.expect_err("C5: an element that was removed is there again");
    }

    #[test]
    fn an_element_does_not_come_back() {
        let mut here = TwoPhaseSet::new();
        assert!(here.add("x"));
        let mut there = here.clone();
        assert!(here.remove(&"x") && !here.remove(&"x") && !here.remove(&"y"));
        assert!(!here.add("x"), "W34: a removal is for ever");
        assert_eq!(here.merge(&there), [MergeNote::StaysRemoved { element: "x" }]);
        assert_eq!(there.merge(&here), [MergeNote::Removed { element: "x" }]);
        assert_eq!((there.iter().count(), there.tombstones().count(), there.wire_size()), (0, 1, 4));
    }
}
