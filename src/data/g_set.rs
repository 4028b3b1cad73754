//! The set that only grows: merging is union (Shapiro et al., "A Comprehensive Study of Convergent and Commutative Replicated
//! Data Types", 2011, specification 11). As a rule for carts ("union") it is the one that forgets removals.

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::sorted::Sorted;

/// A set that only grows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct GSet<T> {
    elements: Sorted<T, ()>,
}

impl<T> Default for GSet<T> {
    fn default() -> Self {
        Self { elements: Sorted::default() }
    }
}

impl<T: Clone + Ord> GSet<T> {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an element; whether it is new.
    pub fn add(&mut self, element: T) -> bool {
        self.elements.insert(element, ()).is_none()
    }

    /// Whether an element is in the set.
    #[must_use]
    pub fn contains(&self, element: &T) -> bool {
        self.elements.contains(element)
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.elements.iter().map(|(element, ())| element)
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}

impl<T: Clone + Ord> Merge for GSet<T> {
    type Value = T;

    fn merge(&mut self, other: &Self) -> Vec<MergeNote<T>> {
        let mut notes = Vec::new();
        for element in other.iter() {
            if self.add(element.clone()) {
                notes.push(MergeNote::Added { element: element.clone() });
            }
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

    fn add(set: &mut GSet<u8>, _: NodeId, _: usize, what: u8) {
        set.add(what);
    }

    fn merge(set: &mut GSet<u8>, other: &GSet<u8>) {
        set.merge(other);
    }

    fn means(set: &GSet<u8>, history: &History<'_>) -> bool {
        (0..12).all(|element| set.contains(&element) == history.visible().any(|(_, update)| update.what == element))
    }

    #[test]
    fn it_is_all_that_was_added() {
        Subject { start: GSet::new(), update: add, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn a_plain_set_that_takes_elements_out_is_no_such_set() {
        let remove = |set: &mut GSet<u8>, _: NodeId, _: usize, what: u8| {
            if what >= 6 {
                set.elements.remove(&(what - 6));
            } else {
                set.add(what);
            }
        };
        let last_says = |set: &GSet<u8>, history: &History<'_>| {
            (0..6).all(|element| {
                let last = history.visible().filter(|(_, update)| update.what % 6 == element).last();
                set.contains(&element) == last.is_some_and(|(_, update)| update.what < 6)
            })
        };
        let broken = Subject { start: GSet::new(), update: remove, merge, means: last_says }.check();
        broken.expect_err("union brings back what was taken out");
    }

    #[test]
    fn a_union_of_carts_brings_back_what_was_taken_out() {
        let mut phone: GSet<&str> = GSet::new();
        phone.add("book");
        phone.add("cup");
        let mut laptop = phone.clone();
        phone.add("lamp");
        laptop.elements.remove(&"book");
        assert_eq!(laptop.merge(&phone), [MergeNote::Added { element: "book" }, MergeNote::Added { element: "lamp" }]);
        assert_eq!((laptop.len(), laptop.wire_size()), (3, 15));
    }
}
