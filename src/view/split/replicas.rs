//! What a side of a leaderless network can do: for how many of the keys in use it has as many replicas as a write or a read waits
//! for. Counts replicas; knows no dialog.

use std::collections::BTreeMap;

use crate::base::{NodeId, NodeSet};
use crate::protocol::Key;
use crate::protocol::leaderless::{Break, Conflicts, Detector, Leaderless, LeaderlessConfig};
use crate::session::Cluster;
use crate::sim::World;
use crate::view::describe::count;
use crate::view::stage::side_letter;

/// What decides what a side can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// A majority of all who vote.
    Majority,
    /// As many of each key's own replicas as a request waits for, or of those that stand in for them.
    Replicas(Replication),
}

/// Which replicas the keys in use have, and how many of them requests wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replication {
    /// How many a read waits for.
    pub reads: usize,
    /// How many a write waits for.
    pub writes: usize,
    /// Whether others stand in for those that seem dead.
    pub has_stand_ins: bool,
    /// For so many keys these are the replicas; and whether only a replica can do any write of theirs.
    pub homes: BTreeMap<(NodeSet, bool), u64>,
}

impl Rules {
    /// What decides in this cluster.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        match cluster {
            Cluster::Raft(_) => Self::Majority,
            Cluster::Leaderless(world) => Self::Replicas(Replication::of(world)),
        }
    }
}

/// Who runs on a side, and who of them reach each other directly.
pub(super) struct Ground<'a> {
    pub(super) runs: NodeSet,
    pub(super) meets: &'a dyn Fn(NodeId, NodeId) -> bool,
}

/// For how many keys a side can do what, and how many keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Able {
    pub(super) writes: u64,
    pub(super) reads: u64,
    pub(super) of: u64,
    /// Whether some of it only with stand-ins.
    pub(super) by_stand_ins: bool,
}

impl Replication {
    fn of(world: &World<Leaderless>) -> Self {
        let config = world.protocol();
        let given = world.config().data.iter().map(|(key, _)| key.clone());
        let held = world.nodes().filter_map(|(_, slot)| slot.process());
        let held = held.flat_map(|replica| replica.cells().map(|(key, _)| key.clone()).collect::<Vec<Key>>());
        let keys: std::collections::BTreeSet<Key> = given.chain(held).collect();
        let mut homes = BTreeMap::new();
        // Every process places keys alike, and where none runs nobody can do anything.
        if let Some(replica) = world.nodes().find_map(|(_, slot)| slot.process()) {
            for key in &keys {
                let home: NodeSet = replica.home(key).iter().copied().collect();
                let needs_replica =
                    matches!(config.conflicts_of(key), Conflicts::Counter | Conflicts::Set | Conflicts::Text);
                *homes.entry((home, needs_replica)).or_insert(0) += 1;
            }
        }
        Self::with(config, homes)
    }

    /// These settings over keys with these replicas.
    #[must_use]
    pub fn with(config: &LeaderlessConfig, homes: BTreeMap<(NodeSet, bool), u64>) -> Self {
        let early = u8::from(config.breaks(Break::AnswerBeforeQuorum));
        Self {
            reads: usize::from(config.r),
            writes: usize::from(config.w.saturating_sub(early).max(1)),
            // Nobody stands in for a node that is never taken for dead.
            has_stand_ins: config.sloppy && config.detector != Detector::Off,
            homes,
        }
    }

    pub(super) fn able(&self, ground: &Ground<'_>) -> Able {
        let mut able = Able { writes: 0, reads: 0, of: 0, by_stand_ins: false };
        for ((home, needs_replica), keys) in &self.homes {
            let (strict, loose) = (best(ground, *home), best(ground, ground.runs));
            let has_home = !home.intersection(ground.runs).is_empty();
            let can = |need: usize, must_be_home: bool| {
                strict >= need || (self.has_stand_ins && loose >= need && (has_home || !must_be_home))
            };
            let (writes, reads) = (can(self.writes, *needs_replica), can(self.reads, false));
            able.of += keys;
            able.writes += if writes { *keys } else { 0 };
            able.reads += if reads { *keys } else { 0 };
            able.by_stand_ins |= (writes && strict < self.writes) || (reads && strict < self.reads);
        }
        able
    }

    /// Whether two of these sides can both take writes of one key.
    pub(super) fn may_conflict(&self, sides: &[Ground<'_>]) -> bool {
        self.homes.iter().any(|(home, keys)| {
            let one = Self { homes: BTreeMap::from([(*home, *keys)]), ..self.clone() };
            sides.iter().filter(|side| one.able(side).writes > 0).count() > 1
        })
    }
}

/// The most of these that one of those who run reaches directly, itself counted if it is one of them.
fn best(ground: &Ground<'_>, of: NodeSet) -> usize {
    let of = of.intersection(ground.runs);
    let reached = |node: NodeId| of.iter().filter(|other| *other == node || (ground.meets)(node, *other)).count();
    ground.runs.iter().map(reached).max().unwrap_or(0)
}

impl Able {
    /// What a side can do, with "it" for the side.
    pub(super) fn words(&self) -> String {
        if self.of == 0 {
            return "no key is in use yet".to_owned();
        }
        let with = if self.by_stand_ins { ", with stand-ins" } else { "" };
        match (self.writes, self.reads) {
            (0, 0) => "it can confirm no write and answer no read".to_owned(),
            (writes, reads) if writes == reads => {
                format!("it can confirm writes and answer reads of {}{with}", self.keys(writes))
            }
            (writes, reads) => {
                format!("it can confirm writes of {} and answer reads of {}{with}", self.keys(writes), self.keys(reads))
            }
        }
    }

    fn keys(&self, keys: u64) -> String {
        match keys {
            0 => "no key".to_owned(),
            all if all == self.of => "every key".to_owned(),
            some => format!("{some} of {}", count(self.of, "key", "keys")),
        }
    }
}

/// What the sides of a network that is parted now can do: writes and reads, side by side.
pub(super) fn now(rules: &Replication, sides: &[Ground<'_>]) -> String {
    let able: Vec<Able> = sides.iter().map(|side| rules.able(side)).collect();
    if able.iter().all(|able| able.of == 0) {
        return "No key is in use yet.".to_owned();
    }
    let told = |of: fn(&Able) -> u64| {
        let words =
            able.iter().enumerate().map(|(at, able)| format!("side {} of {}", side_letter(at), able.keys(of(able))));
        words.collect::<Vec<String>>().join(", ")
    };
    let (writes, reads) = (told(|able| able.writes), told(|able| able.reads));
    let stand_ins = if able.iter().any(|able| able.by_stand_ins) { " Stand-ins take part." } else { "" };
    if writes == reads {
        format!("Writes and reads are answered by {writes}.{stand_ins}")
    } else {
        format!("Writes are confirmed by {writes}. Reads are answered by {reads}.{stand_ins}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: &[u8]) -> NodeSet {
        numbers.iter().map(|&number| NodeId(number)).collect()
    }

    fn rules(sloppy: bool, homes: &[(&[u8], bool)]) -> Replication {
        let config = LeaderlessConfig { sloppy, ..LeaderlessConfig::default() };
        let mut all = BTreeMap::new();
        for (home, needs_replica) in homes {
            *all.entry((set(home), *needs_replica)).or_insert(0) += 1;
        }
        Replication::with(&config, all)
    }

    fn words(rules: &Replication, runs: &[u8]) -> String {
        rules.able(&Ground { runs: set(runs), meets: &|_, _| true }).words()
    }

    #[test]
    fn a_strict_side_has_as_many_of_the_keys_own_replicas_as_requests_wait_for() {
        let strict = rules(false, &[(&[1, 2, 3], false), (&[3, 4, 5], false)]);
        assert_eq!(words(&strict, &[1, 2]), "it can confirm writes and answer reads of 1 of 2 keys");
        assert_eq!(words(&strict, &[2, 3, 4]), "it can confirm writes and answer reads of every key");
        assert_eq!(words(&strict, &[1, 4]), "it can confirm no write and answer no read");
        let fast = Replication { reads: 1, ..strict };
        assert_eq!(words(&fast, &[1, 4]), "it can confirm writes of no key and answer reads of every key");
        assert_eq!(words(&rules(false, &[]), &[1]), "no key is in use yet");
    }

    #[test]
    fn with_stand_ins_enough_nodes_will_do_but_a_counter_needs_one_of_its_replicas() {
        let sloppy = rules(true, &[(&[1, 2, 3], false)]);
        assert_eq!(words(&sloppy, &[4, 5]), "it can confirm writes and answer reads of every key, with stand-ins");
        assert_eq!(words(&sloppy, &[4]), "it can confirm no write and answer no read");
        let counter = rules(true, &[(&[1, 2, 3], true)]);
        assert_eq!(
            words(&counter, &[4, 5]),
            "it can confirm writes of no key and answer reads of every key, with stand-ins"
        );
        let blind = LeaderlessConfig { sloppy: true, detector: Detector::Off, ..LeaderlessConfig::default() };
        assert!(!Replication::with(&blind, BTreeMap::new()).has_stand_ins, "nobody is ever taken for dead");
    }

    #[test]
    fn in_a_chain_one_node_must_reach_enough_directly() {
        let strict = rules(false, &[(&[1, 3, 5], false)]);
        let chain = |a: NodeId, b: NodeId| a.0.abs_diff(b.0) == 1;
        let able = |runs: &[u8]| strict.able(&Ground { runs: set(runs), meets: &chain });
        assert_eq!(able(&[1, 2, 3, 4, 5]).writes, 1, "n2 reaches n1 and n3");
        assert_eq!(able(&[1, 3, 5]).writes, 0);
    }

    #[test]
    fn sides_that_both_take_writes_of_a_key_are_found() {
        let ground = |runs: &[u8]| Ground { runs: set(runs), meets: &|_: NodeId, _: NodeId| true };
        let sides = [ground(&[1, 2]), ground(&[3, 4, 5])];
        assert!(!rules(false, &[(&[1, 2, 3], false), (&[3, 4, 5], false)]).may_conflict(&sides));
        assert!(rules(true, &[(&[1, 2, 3], false)]).may_conflict(&sides));
        assert_eq!(
            now(&rules(false, &[(&[1, 2, 3], false)]), &sides),
            "Writes and reads are answered by side A of every key, side B of no key."
        );
    }
}
