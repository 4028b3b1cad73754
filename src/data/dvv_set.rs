//! Siblings in the form of one dotted version vector set: one clock for all versions of a key, with each value standing at its
//! name (Almeida, Baquero, Gonçalves, Preguiça, Fonte, "Scalable and Accurate Causality Tracking for Eventually Consistent
//! Stores", DAIS 2014, section 5). Smaller than [`Siblings`](super::Siblings), whose values it always has; it forgets which had
//! seen which.

use serde::{Deserialize, Serialize};

use super::merge::{Merge, MergeNote};
use super::version_vector::{Dot, VersionVector};
use crate::base::NodeId;

/// What is known of the writes that one replica took.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Column<V> {
    replica: NodeId,
    /// How many there were.
    count: u64,
    /// The values of the last ones that stand, newest first; all before them are overwritten.
    values: Vec<V>,
}

impl<V> Column<V> {
    /// The number of the newest write that is overwritten.
    fn overwritten(&self) -> u64 {
        self.count.saturating_sub(self.values.len() as u64)
    }

    /// Lets go of all values up to a number.
    fn discard(&mut self, upto: u64) {
        self.values.truncate(usize::try_from(self.count.saturating_sub(upto)).unwrap_or(usize::MAX));
        self.count = self.count.max(upto);
    }
}

/// The values of one key that have not seen each other, under one clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DvvSet<V> {
    /// In the order of the replicas.
    columns: Vec<Column<V>>,
}

impl<V> Default for DvvSet<V> {
    fn default() -> Self {
        Self { columns: Vec::new() }
    }
}

impl<V: Clone> DvvSet<V> {
    /// A key that nobody has written to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What whoever reads all of this has seen: to be sent with a write that follows. ("join" in the paper.)
    #[must_use]
    pub fn context(&self) -> VersionVector {
        self.columns.iter().map(|column| Dot { actor: column.replica, count: column.count }).collect()
    }

    /// The values with their names, in the order of the names.
    pub fn versions(&self) -> impl Iterator<Item = (Dot, &V)> {
        self.columns.iter().flat_map(|column| {
            let counts = column.overwritten() + 1..;
            let named = move |(count, value)| (Dot { actor: column.replica, count }, value);
            counts.zip(column.values.iter().rev()).map(named)
        })
    }

    /// The values in the order of their names.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.versions().map(|(_, value)| value)
    }

    /// A replica takes a write from a client that has seen so much: the write's name, and an account of what was here.
    /// ("update" in the paper: what the client has seen is let go of, then the write gets its name.)
    pub fn put(&mut self, replica: NodeId, context: &VersionVector, value: V) -> (Dot, Vec<MergeNote<V>>) {
        let before: Vec<(Dot, V)> = self.versions().map(|(dot, value)| (dot, value.clone())).collect();
        context.iter().for_each(|seen| self.column(seen.actor).discard(seen.count));
        let mut notes = Vec::new();
        let (gone, ours): (Vec<_>, Vec<_>) = before.iter().partition(|(dot, _)| context.contains(*dot));
        for (_, old) in gone {
            notes.push(MergeNote::Replaced { old: old.clone(), by: vec![value.clone()] });
        }
        let ours: Vec<V> = ours.into_iter().map(|(_, value)| value.clone()).collect();
        if before.is_empty() {
            notes.push(MergeNote::Took { value: value.clone() });
        } else if !ours.is_empty() {
            notes.push(MergeNote::KeptBoth { ours, theirs: vec![value.clone()] });
        }
        let column = self.column(replica);
        column.count += 1;
        column.values.insert(0, value);
        (Dot { actor: replica, count: column.count }, notes)
    }

    fn column(&mut self, replica: NodeId) -> &mut Column<V> {
        let place = self.columns.binary_search_by_key(&replica, |column| column.replica);
        let place = place.unwrap_or_else(|place| {
            self.columns.insert(place, Column { replica, count: 0, values: Vec::new() });
            place
        });
        &mut self.columns[place]
    }

    /// The values that the other has not: overwritten there, or not yet seen there.
    fn told_apart<'a>(&'a self, other: &Self) -> (Vec<&'a V>, Vec<&'a V>) {
        let seen = other.context();
        let held: Vec<Dot> = other.versions().map(|(dot, _)| dot).collect();
        let missing = self.versions().filter(|(dot, _)| !held.contains(dot));
        let (gone, new): (Vec<_>, Vec<_>) = missing.partition(|(dot, _)| seen.contains(*dot));
        let values = |versions: Vec<(Dot, &'a V)>| versions.into_iter().map(|(_, value)| value).collect();
        (values(gone), values(new))
    }
}

impl<V: Clone> Merge for DvvSet<V> {
    type Value = V;

    /// "sync" in the paper: of each replica's writes, those stand that neither side has overwritten.
    fn merge(&mut self, other: &Self) -> Vec<MergeNote<V>> {
        let was_empty = self.columns.is_empty();
        let cloned = |values: Vec<&V>| values.into_iter().cloned().collect::<Vec<V>>();
        let (replaced, ours) = self.told_apart(other);
        let (outdated, theirs) = other.told_apart(self);
        let (replaced, ours, outdated, theirs) = (cloned(replaced), cloned(ours), cloned(outdated), cloned(theirs));
        for column in &other.columns {
            let own = self.column(column.replica);
            let overwritten = own.overwritten().max(column.overwritten());
            if column.count > own.count {
                *own = column.clone();
            }
            own.discard(overwritten);
        }
        let mut notes: Vec<MergeNote<V>> = Vec::new();
        notes.extend(replaced.into_iter().map(|old| MergeNote::Replaced { old, by: theirs.clone() }));
        notes.extend(outdated.into_iter().map(|old| MergeNote::Outdated { old, by: ours.clone() }));
        if was_empty {
            notes.extend(theirs.into_iter().map(|value| MergeNote::Took { value }));
        } else if !ours.is_empty() && !theirs.is_empty() {
            notes.push(MergeNote::KeptBoth { ours, theirs });
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::super::dotted::tests::{context, unread};
    use super::super::laws::{History, Subject};
    use super::*;
    use crate::data::{Siblings, Wire};

    type Set = DvvSet<u8>;

    fn write(set: &mut Set, at: NodeId, number: usize, what: u8) {
        let context = context(what, set.context());
        set.put(at, &context, number as u8);
    }

    fn merge(set: &mut Set, other: &Set) {
        set.merge(other);
    }

    fn means(set: &Set, history: &History<'_>) -> bool {
        let mut values: Vec<u8> = set.values().copied().collect();
        values.sort_unstable();
        values == unread(history)
    }

    #[test]
    fn what_nobody_has_read_stays() {
        Subject { start: Set::new(), update: write, merge, means }.check().expect("the laws hold");
    }

    #[test]
    fn two_replicas_with_one_name_lose_writes() {
        let shared = |set: &mut Set, _: NodeId, number: usize, what: u8| write(set, NodeId(1), number, what);
        let broken = Subject { start: Set::new(), update: shared, merge, means }.check();
        broken.expect_err("different writes have one name");
    }

    /// Both forms side by side: one value of a type whose merge does both.
    #[test]
    fn it_always_has_the_values_of_the_other_form() {
        type Both = (Set, Siblings<u8>);
        let update = |(set, siblings): &mut Both, at: NodeId, number: usize, what: u8| {
            write(set, at, number, what);
            siblings.put(at, context(what, siblings.context()), number as u8);
        };
        let merge = |(set, siblings): &mut Both, (other_set, other_siblings): &Both| {
            set.merge(other_set);
            siblings.merge(other_siblings);
        };
        let means = |(set, siblings): &Both, _: &History<'_>| {
            let versions = siblings.versions().iter().map(|version| (version.dot, &version.value));
            set.versions().eq(versions) && set.context() == siblings.context()
        };
        Subject { start: Both::default(), update, merge, means }.check().expect("they agree");
    }

    #[test]
    fn blind_writes_stay_and_cost_a_value_each() {
        let mut set = DvvSet::new();
        set.put(NodeId(1), &VersionVector::new(), "v1");
        let read_by_peter = set.context();
        set.put(NodeId(1), &VersionVector::new(), "v2");
        let (dot, notes) = set.put(NodeId(1), &read_by_peter, "v3");
        let kept = MergeNote::KeptBoth { ours: vec!["v2"], theirs: vec!["v3"] };
        assert_eq!(notes, [MergeNote::Replaced { old: "v1", by: vec!["v3"] }, kept]);
        assert_eq!((set.context().to_string(), dot.to_string()), ("n1:3".to_owned(), "n1:3".to_owned()), "W10");
        assert_eq!(set.values().collect::<Vec<_>>(), [&"v2", &"v3"]);
        assert_eq!(set.wire_size(), 10, "one clock entry, and two letters with their length for each value");
    }

    #[test]
    fn the_account_is_that_of_the_other_form() {
        let mut here = DvvSet::new();
        here.put(NodeId(1), &VersionVector::new(), "a");
        let mut there = here.clone();
        assert_eq!(there.merge(&here), [], "nothing new");
        there.put(NodeId(2), &there.context(), "b");
        let behind = here.clone();
        here.put(NodeId(1), &VersionVector::new(), "c");
        let kept = MergeNote::KeptBoth { ours: vec!["c"], theirs: vec!["b"] };
        assert_eq!(here.merge(&there), [MergeNote::Replaced { old: "a", by: vec!["b"] }, kept]);
        assert_eq!(there.merge(&behind), [MergeNote::Outdated { old: "a", by: vec!["b"] }]);
    }
}
