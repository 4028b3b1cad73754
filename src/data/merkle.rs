//! Trees of hashes over what a replica holds, so that two can find where they differ without sending it all (Merkle, "A Digital
//! Signature Based on a Conventional Encryption Function", 1987; for replicas: DeCandia et al., "Dynamo", 2007, section 4.7).
//! A tree has a fixed depth over ranges of hashed keys. Owns hashes and the comparison; what a version is, its digest says.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use xxhash_rust::xxh64::xxh64;

/// A branch of a tree: a range of hashed keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Branch {
    /// How far below the root, which is 0.
    pub level: u8,
    /// Which of its level, from the left.
    pub index: u32,
}

impl Branch {
    /// The whole tree.
    pub const ROOT: Self = Self { level: 0, index: 0 };

    /// The two branches that it forks into.
    #[must_use]
    pub fn children(self) -> [Self; 2] {
        [0, 1].map(|side| Self { level: self.level + 1, index: 2 * self.index + side })
    }

    /// Its place in a row of all branches, from the root down.
    fn place(self) -> usize {
        (1 << self.level) - 1 + self.index as usize
    }
}

/// What a comparison found, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Every branch that was compared, with whether it differs, in the order of the comparison.
    pub compared: Vec<(Branch, bool)>,
    /// The leaves that differ, from the left: the ranges whose keys must be exchanged.
    pub leaves: Vec<u32>,
}

impl Comparison {
    /// How many hashes one side sent to the other.
    #[must_use]
    pub fn hashes(&self) -> u64 {
        self.compared.len() as u64
    }
}

/// A tree of hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerkleTree {
    depth: u8,
    /// All branches from the root down. A copy of the tree is a pointer until either is changed.
    hashes: Arc<Vec<u64>>,
}

impl MerkleTree {
    /// The deepest tree that there can be: 65,536 leaves.
    pub const MAX_DEPTH: u8 = 16;

    /// The tree of no keys, with so many levels below the root. All trees that are compared have the same depth.
    ///
    /// # Panics
    /// When the depth is more than [`MerkleTree::MAX_DEPTH`].
    #[must_use]
    pub fn new(depth: u8) -> Self {
        assert!(depth <= Self::MAX_DEPTH, "a tree of depth {depth} is deeper than {}", Self::MAX_DEPTH);
        let mut hashes = vec![0; (2 << depth) - 1];
        for level in (0..depth).rev() {
            for index in 0..1 << level {
                let branch = Branch { level, index };
                hashes[branch.place()] = fork(&hashes, branch);
            }
        }
        Self { depth, hashes: Arc::new(hashes) }
    }

    /// How many levels there are below the root.
    #[must_use]
    pub fn depth(&self) -> u8 {
        self.depth
    }

    /// The leaf that a key belongs to.
    #[must_use]
    pub fn leaf_of(&self, key: &[u8]) -> u32 {
        // The upper bits: a leaf is a range of hashed keys, as a piece of a ring is. No shift is by all 64.
        (xxh64(key, KEYS) >> 32 >> (32 - u32::from(self.depth))) as u32
    }

    /// The hash of a branch; none if the tree is not so deep.
    #[must_use]
    pub fn hash(&self, branch: Branch) -> Option<u64> {
        let is_here = branch.level <= self.depth && u64::from(branch.index) < 1 << branch.level;
        is_here.then(|| self.hashes[branch.place()])
    }

    /// The hash of all.
    #[must_use]
    pub fn root(&self) -> u64 {
        self.hashes[0]
    }

    /// A key's version has changed from one digest to another; none is a key that is not there. It costs as many hashes as the
    /// tree is deep.
    pub fn update(&mut self, key: &[u8], old: Option<u64>, new: Option<u64>) {
        let mut index = self.leaf_of(key);
        let change = [old, new].into_iter().flatten().fold(0, |change, digest| change ^ entry(key, digest));
        let depth = self.depth;
        let hashes = Arc::make_mut(&mut self.hashes);
        // A leaf is the exclusive or of its entries, so that one is put in and taken out alike, in any order.
        hashes[Branch { level: depth, index }.place()] ^= change;
        for level in (0..depth).rev() {
            index /= 2;
            let branch = Branch { level, index };
            hashes[branch.place()] = fork(hashes, branch);
        }
    }

    /// One side's answer in an exchange: which of these branches of the other differ here.
    #[must_use]
    pub fn differing(&self, theirs: &[(Branch, u64)]) -> Vec<Branch> {
        let differs = |(branch, hash): &&(Branch, u64)| self.hash(*branch) != Some(*hash);
        theirs.iter().filter(differs).map(|(branch, _)| *branch).collect()
    }

    /// What is to be sent next about branches that differ: the hashes of those that they fork into, and the leaves among them.
    #[must_use]
    pub fn descend(&self, differing: &[Branch]) -> (Vec<(Branch, u64)>, Vec<u32>) {
        let leaves = differing.iter().filter(|branch| branch.level == self.depth).map(|branch| branch.index).collect();
        let children = differing.iter().filter(|branch| branch.level < self.depth).flat_map(|branch| branch.children());
        (children.filter_map(|child| Some((child, self.hash(child)?))).collect(), leaves)
    }

    /// Compares with another tree of the same depth level by level, as two replicas do: only what differs is looked into.
    ///
    /// # Panics
    /// When the trees are not of one depth.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Comparison {
        assert_eq!(self.depth, other.depth, "trees of different depths have no branches in common");
        let mut comparison = Comparison { compared: Vec::new(), leaves: Vec::new() };
        let mut sent = vec![(Branch::ROOT, self.root())];
        while !sent.is_empty() {
            let differing = other.differing(&sent);
            comparison.compared.extend(sent.iter().map(|(branch, _)| (*branch, differing.contains(branch))));
            let (next, leaves) = self.descend(&differing);
            comparison.leaves.extend(leaves);
            sent = next;
        }
        comparison
    }
}

/// Which range of hashes a hash is for, so that none can be taken for another.
const KEYS: u64 = 1;
const ENTRIES: u64 = 2;
const FORKS: u64 = 3;

/// The hash of a key with the digest of its version.
fn entry(key: &[u8], digest: u64) -> u64 {
    xxh64(key, xxh64(&digest.to_le_bytes(), ENTRIES))
}

/// The hash of a branch, of the two that it forks into.
fn fork(hashes: &[u64], branch: Branch) -> u64 {
    let mut bytes = [0; 16];
    for (half, child) in bytes.chunks_mut(8).zip(branch.children()) {
        half.copy_from_slice(&hashes[child.place()].to_le_bytes());
    }
    xxh64(&bytes, FORKS)
}

#[cfg(test)]
mod tests {
    use super::super::laws::holds;
    use super::*;
    use crate::data::Wire;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// What a replica holds: a version for each key.
    type Store = BTreeMap<u16, u8>;

    fn tree(depth: u8, store: &Store) -> MerkleTree {
        let mut tree = MerkleTree::new(depth);
        store.iter().for_each(|(key, version)| tree.update(&key.to_le_bytes(), None, Some(u64::from(*version))));
        tree
    }

    fn key_of(number: u64) -> [u8; 8] {
        number.to_le_bytes()
    }

    /// Two stores: one, and the same with changes.
    fn stores() -> impl Strategy<Value = (u8, Store, Vec<(u16, Option<u8>)>)> {
        let store = prop::collection::btree_map(0_u16..300, 0_u8..3, 0..60);
        (0_u8..9, store, prop::collection::vec((0_u16..300, prop::option::of(0_u8..3)), 0..6))
    }

    fn change(store: &mut Store, tree: &mut MerkleTree, (key, version): (u16, Option<u8>)) {
        let old = match version {
            Some(version) => store.insert(key, version),
            None => store.remove(&key),
        };
        tree.update(&key.to_le_bytes(), old.map(u64::from), version.map(u64::from));
    }

    /// Whether a comparison finds just the leaves with keys that differ, and all trees of one store are one tree.
    fn finds(
        (depth, store, changes): (u8, Store, Vec<(u16, Option<u8>)>),
        compare: impl Fn(&MerkleTree, &MerkleTree) -> Comparison,
    ) -> Result<(), String> {
        let before = tree(depth, &store);
        let (mut changed, mut after) = (store.clone(), before.clone());
        changes.into_iter().for_each(|step| change(&mut changed, &mut after, step));
        if tree(depth, &changed) != after {
            return Err("a tree that was changed is not the tree of what is there".to_owned());
        }
        let keys = store.keys().chain(changed.keys()).filter(|key| store.get(key) != changed.get(key));
        let mut leaves: Vec<u32> = keys.map(|key| before.leaf_of(&key.to_le_bytes())).collect();
        leaves.sort_unstable();
        leaves.dedup();
        let comparison = compare(&before, &after);
        let most = 1 + 2 * leaves.len() as u64 * u64::from(depth);
        if comparison.leaves != leaves {
            return Err(format!("found {:?} and not {leaves:?}", comparison.leaves));
        }
        if comparison.hashes() > most {
            return Err(format!("{} hashes are more than {most}", comparison.hashes()));
        }
        let equal = (before.root() == after.root(), store == changed);
        if equal.0 == equal.1 { Ok(()) } else { Err(format!("{equal:?}: equal roots and equal contents")) }
    }

    #[test]
    fn a_comparison_finds_what_differs() {
        holds(stores(), |case| finds(case, MerkleTree::compare)).expect("D3: equal roots and equal contents");
    }

    #[test]
    fn leaves_that_only_count_keys_hide_what_differs() {
        // A hash that does not look at versions, which a careless digest would be.
        let blind = |(depth, store, changes): (u8, Store, Vec<(u16, Option<u8>)>)| {
            finds((depth, store, changes), |before, after| {
                let keys = |tree: &MerkleTree| (*tree.hashes).iter().map(|hash| u64::from(*hash == 0)).collect();
                let blind = |tree: &MerkleTree| MerkleTree { depth: tree.depth, hashes: Arc::new(keys(tree)) };
                blind(before).compare(&blind(after))
            })
        };
        holds(stores(), blind).expect_err("a changed version is not found");
    }

    #[test]
    fn looking_at_every_leaf_costs_too_much() {
        let every = |before: &MerkleTree, after: &MerkleTree| {
            let leaves = (0..1 << before.depth).map(|index| Branch { level: before.depth, index });
            let compared: Vec<_> = leaves.map(|leaf| (leaf, before.hash(leaf) != after.hash(leaf))).collect();
            let leaves = compared.iter().filter(|(_, differs)| *differs).map(|(leaf, _)| leaf.index).collect();
            Comparison { compared, leaves }
        };
        let found = holds(stores(), |case| finds(case, every)).expect_err("it finds all, at a price");
        assert!(found.contains("are more than"), "{found}");
    }

    #[test]
    fn it_costs_what_theory_says() {
        for depth in 0..=10 {
            let mut tree = MerkleTree::new(depth);
            (0..1_000).for_each(|key| tree.update(&key_of(key), None, Some(key)));
            assert_eq!(tree.compare(&tree.clone()).hashes(), 1, "equal roots: one hash");
            let mut other = tree.clone();
            other.update(&key_of(7), Some(7), Some(8));
            let comparison = tree.compare(&other);
            assert_eq!(comparison.hashes(), 2 * u64::from(depth) + 1, "one leaf");
            assert_eq!(comparison.leaves, [tree.leaf_of(&key_of(7))]);
        }
    }

    #[test]
    fn keys_spread_over_all_leaves() {
        let tree = MerkleTree::new(4);
        let mut counts = [0_u32; 16];
        (0..16_000).for_each(|key| counts[tree.leaf_of(&key_of(key)) as usize] += 1);
        // The mean is 1,000, and a binomial count is within six of its deviations (30.6).
        assert!(counts.iter().all(|count| count.abs_diff(1_000) < 184), "{counts:?}");
    }

    #[test]
    fn an_exchange_is_a_few_short_messages() {
        let (depth, mut store) = (6, Store::new());
        store.extend((0..200).map(|key| (key, 1)));
        let here = tree(depth, &store);
        store.insert(3, 2);
        let there = tree(depth, &store);
        let mut sent = vec![(Branch::ROOT, here.root())];
        let mut sizes = Vec::new();
        while !sent.is_empty() {
            sizes.push(sent.wire_size());
            let (next, leaves) = here.descend(&there.differing(&sent));
            assert!(leaves.is_empty() || leaves == [here.leaf_of(&3_u16.to_le_bytes())]);
            sent = next;
        }
        assert_eq!(sizes.len(), 7, "the root, and a message for each level");
        assert!(sizes.iter().all(|size| *size <= 25), "at most two hashes with their branches: {sizes:?}");
        assert_eq!(here.hash(Branch { level: 7, index: 0 }), None);
        assert_eq!(here.hash(Branch { level: 1, index: 2 }), None);
    }
}
