//! The ring on which keys and replicas stand, so that each key has its replicas and a newcomer moves only what becomes its own
//! (Karger et al., "Consistent Hashing and Random Trees", STOC 1997; with many places for each replica and a preference list
//! for each key: DeCandia et al., "Dynamo", SOSP 2007, sections 4.2, 4.3 and 4.6). Owns places and who follows whom; who is
//! alive it does not know.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh64::xxh64;

use crate::base::{NodeId, NodeSet, PPM};

/// A place on the ring: 0 to 2^64 - 1, clockwise, and round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Where a key stands.
    #[must_use]
    pub fn of_key(key: &[u8]) -> Self {
        Self(xxh64(key, KEYS))
    }

    /// Where one of a replica's places is.
    #[must_use]
    pub fn of_node(node: NodeId, number: u16) -> Self {
        let [low, high] = number.to_le_bytes();
        Self(xxh64(&[node.0, low, high], NODES))
    }

    /// How far round it is, in parts per million: for drawing.
    #[must_use]
    pub fn turn_ppm(self) -> u64 {
        ((u128::from(self.0) * u128::from(PPM)) >> 64) as u64
    }
}

/// What a hash is for, so that a key does not stand where a replica of the same bytes does.
const KEYS: u64 = 4;
const NODES: u64 = 5;

/// The replicas' places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ring {
    /// In the order of the ring.
    places: Vec<(Position, NodeId)>,
}

impl Ring {
    /// A ring on which each replica has so many places ("virtual nodes"): the more, the more even are their shares.
    #[must_use]
    pub fn new(nodes: NodeSet, places_each: u16) -> Self {
        let all =
            nodes.iter().flat_map(|node| (0..places_each).map(move |number| (Position::of_node(node, number), node)));
        let mut places: Vec<(Position, NodeId)> = all.collect();
        places.sort_unstable();
        Self { places }
    }

    /// All places, in the order of the ring.
    #[must_use]
    pub fn places(&self) -> &[(Position, NodeId)] {
        &self.places
    }

    /// All replicas in the order in which a walk from a place meets them: the first N are the key's own ("home"), those after
    /// stand in for them, in this order.
    pub fn walk(&self, from: Position) -> impl Iterator<Item = NodeId> + '_ {
        self.stops(from).map(|(_, node)| node)
    }

    /// The same with the place at which the walk meets each of them first.
    pub fn stops(&self, from: Position) -> impl Iterator<Item = (Position, NodeId)> + '_ {
        let start = self.start(from);
        let mut met = NodeSet::EMPTY;
        let around = self.places[start..].iter().chain(&self.places[..start]);
        around.filter(move |(_, node)| met.insert(*node)).copied()
    }

    /// Which of the places a walk from a position begins at. All keys between two places have the same walk.
    #[must_use]
    pub fn start(&self, from: Position) -> usize {
        let start = self.places.partition_point(|(position, _)| *position < from);
        if start == self.places.len() { 0 } else { start }
    }

    /// A key's preference list: the replicas that it belongs to.
    #[must_use]
    pub fn home(&self, key: &[u8], n: usize) -> Vec<NodeId> {
        self.walk(Position::of_key(key)).take(n).collect()
    }

    /// Who takes a write with a sloppy quorum: the first N that are alive, each stand-in with the one that it stands in for,
    /// which its hint names. Where too few are alive there are fewer.
    #[must_use]
    pub fn sloppy(&self, key: &[u8], n: usize, alive: NodeSet) -> Vec<(NodeId, Option<NodeId>)> {
        let home = self.home(key, n);
        let stand_ins = self.walk(Position::of_key(key)).skip(n).filter(|node| alive.contains(*node));
        let absent = home.iter().copied().filter(|node| !alive.contains(*node));
        let present = home.iter().copied().filter(|node| alive.contains(*node)).map(|node| (node, None));
        present.chain(stand_ins.zip(absent).map(|(stand_in, absent)| (stand_in, Some(absent)))).collect()
    }

    /// How much of the ring is a replica's own, as the first that a walk meets, in parts per million, rounded down.
    #[must_use]
    pub fn share_ppm(&self, node: NodeId) -> u64 {
        let Some((last, _)) = self.places.last() else { return 0 };
        if self.places.iter().all(|(_, owner)| *owner == node) {
            return PPM;
        }
        let before = std::iter::once(last).chain(self.places.iter().map(|(position, _)| position));
        let arcs = self.places.iter().zip(before).filter(|((_, owner), _)| *owner == node);
        let own: u128 = arcs.map(|((position, _), before)| u128::from(position.0.wrapping_sub(before.0))).sum();
        ((own * u128::from(PPM)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::holds;
    use super::*;
    use proptest::prelude::*;

    fn key(number: u32) -> [u8; 4] {
        number.to_le_bytes()
    }

    fn nodes(numbers: &[u8]) -> NodeSet {
        numbers.iter().map(|number| NodeId(*number)).collect()
    }

    /// Some replicas, one that joins them, and a key.
    fn case() -> impl Strategy<Value = (NodeSet, NodeId, u32)> {
        (prop::collection::btree_set(1_u8..20, 1..9), 20_u8..30, 0_u32..1_000)
            .prop_map(|(old, new, key)| (old.into_iter().map(NodeId).collect(), NodeId(new), key))
    }

    /// Whether a newcomer takes a place in a key's list, or leaves it as it is: with a rule for who has a key.
    fn moves_little(
        (old, new, number): (NodeSet, NodeId, u32),
        home: impl Fn(NodeSet, u32) -> Vec<NodeId>,
    ) -> Result<(), String> {
        let (before, mut after) = (home(old, number), home(old.with(new), number));
        let had = after.len();
        after.retain(|node| *node != new);
        let kept = &before[..before.len().min(after.len())];
        if after == kept && had >= before.len() { Ok(()) } else { Err(format!("{before:?} becomes {after:?}")) }
    }

    #[test]
    fn a_newcomer_moves_only_what_becomes_its_own() {
        let home = |nodes, number| Ring::new(nodes, 8).home(&key(number), 3);
        holds(case(), |case| moves_little(case, home)).expect("the others follow each other as before");
    }

    #[test]
    fn by_remainders_almost_everything_moves() {
        let remainder = |nodes: NodeSet, number: u32| {
            let all: Vec<NodeId> = nodes.iter().collect();
            (0..3.min(all.len())).map(|at| all[(number as usize + at) % all.len()]).collect()
        };
        holds(case(), |case| moves_little(case, remainder)).expect_err("hash modulo the number of replicas");
    }

    #[test]
    fn a_list_names_each_replica_once() {
        let ring = Ring::new(NodeSet::first(5), 16);
        for number in 0..200 {
            let walk: Vec<NodeId> = ring.walk(Position::of_key(&key(number))).collect();
            assert_eq!((walk.len(), walk.iter().copied().collect::<NodeSet>()), (5, NodeSet::first(5)));
            assert_eq!(ring.home(&key(number), 3), walk[..3]);
        }
        assert_eq!(ring.home(b"x", 9).len(), 5, "there are no more");
        assert!(Ring::default().home(b"x", 3).is_empty());
    }

    #[test]
    fn shares_are_the_keys_that_come_first_to_a_replica() {
        let ring = Ring::new(NodeSet::first(4), 4);
        let total: u64 = NodeSet::first(4).iter().map(|node| ring.share_ppm(node)).sum();
        assert!((PPM - 4..=PPM).contains(&total), "{total}");
        for node in NodeSet::first(4).iter() {
            let first = (0..20_000).filter(|number| ring.home(&key(*number), 1) == [node]).count() as u64;
            // Within six deviations of a binomial count of 20,000: at most 425, and so 21,250 in a million.
            assert!((first * 50).abs_diff(ring.share_ppm(node)) < 21_250, "{node}: {first}");
        }
        let spread = |places| {
            let ring = Ring::new(NodeSet::first(4), places);
            let shares: Vec<u64> = NodeSet::first(4).iter().map(|node| ring.share_ppm(node)).collect();
            shares.iter().max().unwrap_or(&0) - shares.iter().min().unwrap_or(&0)
        };
        assert!(spread(256) < spread(1), "more places make more even shares");
        assert_eq!((Ring::new(nodes(&[3]), 1).share_ppm(NodeId(3)), ring.share_ppm(NodeId(9))), (PPM, 0));
    }

    #[test]
    fn stand_ins_know_whom_they_stand_in_for() {
        let ring = Ring::new(NodeSet::first(5), 8);
        let walk: Vec<NodeId> = ring.walk(Position::of_key(b"cart")).collect();
        let [a, b, c, d, e] = walk[..] else { panic!("there are five") };
        let took = |alive: &[NodeId]| ring.sloppy(b"cart", 3, alive.iter().copied().collect());
        assert_eq!(took(&walk), [(a, None), (b, None), (c, None)]);
        assert_eq!(took(&[b, d, e]), [(b, None), (d, Some(a)), (e, Some(c))]);
        assert_eq!(took(&[c, e]), [(c, None), (e, Some(a))], "too few are alive");
        assert_eq!(took(&[]), []);
    }
}
