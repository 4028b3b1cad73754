//! Words for merges: what was kept, what was thrown away, and why. Knows no more of a merge than its account says.

use std::fmt::Display;

use super::words::{count, list};
use crate::base::{SimDuration, Wall};
use crate::data::{Causality, MergeNote, Stamp, Stamped};

/// A merge in words: a sentence for each note of its account.
#[must_use]
pub fn merge<V: Display>(notes: &[MergeNote<V>]) -> Vec<String> {
    if notes.is_empty() {
        return vec!["nothing new came".to_owned()];
    }
    notes.iter().map(note).collect()
}

/// One note of an account in words.
#[must_use]
pub fn note<V: Display>(note: &MergeNote<V>) -> String {
    match note {
        MergeNote::Took { value } => format!("took {value}: nothing was here"),
        MergeNote::Replaced { old, by } => format!("dropped {old}: {}", seen_by(by)),
        MergeNote::Outdated { old, by } => format!("left out {old}, which came late: {}", seen_by(by)),
        MergeNote::KeptBoth { ours, theirs } if ours.len() == 1 && theirs.len() == 1 => {
            format!("kept both {} and {}: neither saw the other", ours[0], theirs[0])
        }
        MergeNote::KeptBoth { ours, theirs } => {
            format!("kept {} beside {}: neither side saw the other's", list(theirs), list(ours))
        }
        MergeNote::Newer { kept, dropped, has_come } => newer(kept, dropped, *has_come),
        MergeNote::SameStamp { kept, dropped } => {
            let (value, stamp) = (&kept.value, stamp(kept.stamp));
            format!("kept {value}, dropped {dropped}: both are stamped {stamp}, so the greater value wins")
        }
        MergeNote::Increments { by, from, to } => format!("{by} has added {to}, of which {from} was known here"),
        MergeNote::Decrements { by, from, to } => format!("{by} has taken {to}, of which {from} was known here"),
        MergeNote::Added { element } => format!("{element} came in"),
        MergeNote::Removed { element } => format!("{element} is gone: its removal had seen it"),
        MergeNote::AddWins { element } => format!("kept {element}: its removal had not seen every addition of it"),
        MergeNote::StaysRemoved { element } => {
            format!("{element} came, but was removed here: once removed, it stays so")
        }
        MergeNote::Learnt { of, from, to } => {
            format!("{} of {of} now seen, before {from}", count(*to, "update", "updates"))
        }
        MergeNote::Typed { by, letters } => format!("{} of {by} came in", count(*letters, "letter", "letters")),
        MergeNote::Struck { letters } => {
            format!("{} deleted elsewhere", count(*letters, "letter was", "letters were"))
        }
    }
}

fn seen_by<V: Display>(by: &[V]) -> String {
    match by {
        [] => "a later write, itself overwritten, had seen it".to_owned(),
        [only] => format!("{only} was written by somebody who had seen it"),
        several => format!("{} were written by those who had seen it", list(several)),
    }
}

fn newer<V: Display>(kept: &Stamped<V>, dropped: &Stamped<V>, has_come: bool) -> String {
    let verb = if has_come { "took" } else { "kept" };
    let (winner, loser) = (stamp(kept.stamp), stamp(dropped.stamp));
    let why = if kept.stamp.wall == dropped.stamp.wall { "the higher name wins" } else { "the later stamp wins" };
    format!(
        "{verb} {} (stamped {winner}), dropped {} (stamped {loser}): {why}, whoever saw whom",
        kept.value, dropped.value
    )
}

/// A writer's clock, and the writer: "100 ms by n1". What was on the disks beforehand is stamped before everything.
fn stamp(stamp: Stamp) -> String {
    let Wall(wall) = stamp.wall;
    if wall == i64::MIN {
        return "before the start".to_owned();
    }
    let sign = if wall < 0 { "-" } else { "" };
    format!("{sign}{} by {}", SimDuration(wall.unsigned_abs()), stamp.writer)
}

/// How one version stands to another.
#[must_use]
pub fn causality(causality: Causality) -> &'static str {
    match causality {
        Causality::Equal => "the same version",
        Causality::Before => "overwritten by the other, which saw it",
        Causality::After => "saw the other and overwrites it",
        Causality::Concurrent => "neither saw the other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeId;
    use crate::data::{GCounter, LwwRegister, Merge, MvRegister, OptOrSet, Siblings, Text, TwoPhaseSet, VersionVector};

    const N1: NodeId = NodeId(1);
    const N2: NodeId = NodeId(2);

    #[test]
    fn siblings_are_both_kept() {
        let (mut a, mut b) = (MvRegister::new(), MvRegister::new());
        a.write(N1, "red");
        b.write(N2, "blue");
        assert_eq!(merge(&a.merge(&b)), ["kept both red and blue: neither saw the other"]);
        assert_eq!(merge(&a.merge(&b)), ["nothing new came"]);
        b.write(N2, "green");
        assert_eq!(
            merge(&a.merge(&b)),
            [
                "dropped blue: green was written by somebody who had seen it",
                "kept both red and green: neither saw the other",
            ]
        );
        let mut key: Siblings<&str> = Siblings::new();
        for value in ["a", "b", "c"] {
            key.put(N1, VersionVector::new(), value);
        }
        let mut other = Siblings::new();
        for value in ["d", "e"] {
            other.put(N2, VersionVector::new(), value);
        }
        assert_eq!(merge(&key.merge(&other)), ["kept d and e beside a, b and c: neither side saw the other's"]);
        assert_eq!(causality(a.versions()[0].causality(&a.versions()[1])), "neither saw the other");
    }

    #[test]
    fn the_last_writer_wins_by_the_clock() {
        let mut register = LwwRegister::new();
        let stamp = |wall, writer| Stamp { wall: Wall(wall), writer };
        register.write(stamp(100_000, N1), "a");
        let late: Vec<_> = register.write(stamp(-50_000, N2), "b").into_iter().collect();
        assert_eq!(
            merge(&late),
            ["kept a (stamped 100 ms by n1), dropped b (stamped -50 ms by n2): the later stamp wins, whoever saw whom"]
        );
        let tie: Vec<_> = register.write(stamp(100_000, N2), "c").into_iter().collect();
        assert!(merge(&tie)[0].ends_with("the higher name wins, whoever saw whom"), "{tie:?}");
        let same: Vec<_> = register.write(stamp(100_000, N2), "d").into_iter().collect();
        assert_eq!(merge(&same), ["kept d, dropped c: both are stamped 100 ms by n2, so the greater value wins"]);
    }

    #[test]
    fn sets_counters_and_texts_say_what_came_and_went() {
        let mut set = OptOrSet::new();
        set.add(N1, "cup");
        let mut other = set.clone();
        set.remove(&"cup");
        assert_eq!(merge(&other.clone().merge(&set)), ["cup is gone: its removal had seen it"]);
        other.add(N2, "cup");
        assert_eq!(merge(&set.merge(&other)), ["kept cup: its removal had not seen every addition of it"]);
        let mut once = TwoPhaseSet::new();
        once.add("cup");
        let before = once.clone();
        once.remove(&"cup");
        assert_eq!(merge(&once.merge(&before)), ["cup came, but was removed here: once removed, it stays so"]);
        let (mut counter, mut more) = (GCounter::new(), GCounter::new());
        more.increment(N2, 7);
        assert_eq!(merge(&counter.merge(&more)), ["n2 has added 7, of which 0 was known here"]);
        let (mut text, mut typed) = (Text::new(), Text::new());
        typed.splice(N2, 0, 0, "x");
        assert_eq!(merge(&text.merge(&typed)), ["1 letter of n2 came in"]);
    }
}
