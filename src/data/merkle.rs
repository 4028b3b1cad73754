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
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Row", into = "Row")]
pub struct MerkleTree {
    depth: u8,
    /// All branches from the root down, as far as they are worked out; the leaves always are. A copy of the tree is a pointer
    /// until either is changed.
    hashes: Arc<Vec<u64>>,
}

/// A tree as it is written, and as it is read, which may be none.
#[derive(Serialize, Deserialize)]
struct Row {
    depth: u8,
    hashes: Arc<Vec<u64>>,
}

impl TryFrom<Row> for MerkleTree {
    type Error = &'static str;

    fn try_from(Row { depth, hashes }: Row) -> Result<Self, Self::Error> {
        let is_whole = depth <= Self::MAX_DEPTH && hashes.len() == (2 << depth) - 1;
        if is_whole { Ok(Self { depth, hashes }) } else { Err("a tree has all its branches, and is not too deep") }
    }
}

impl From<MerkleTree> for Row {
    fn from(mut tree: MerkleTree) -> Self {
        tree.settle();
        Self { depth: tree.depth, hashes: tree.hashes }
    }
}

impl PartialEq for MerkleTree {
    /// The leaves decide: all other hashes follow from them, whether or not they are worked out.
    fn eq(&self, other: &Self) -> bool {
        let first = Branch { level: self.depth, index: 0 }.place();
        self.depth == other.depth && self.hashes[first..] == other.hashes[first..]
    }
}

impl Eq for MerkleTree {}

/// A key's version has changed: what that does to every tree that the key is in.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The hash of the key, which says its leaf.
    key: u64,
    /// What is put into the leaf and taken out of it.
    flips: u64,
}

impl Change {
    /// A key's version has changed from one digest to another; none is a key that is not there.
    #[must_use]
    pub fn new(key: &[u8], old: Option<u64>, new: Option<u64>) -> Self {
        let flips = [old, new].into_iter().flatten().fold(0, |flips, digest| flips ^ entry(key, digest));
        Self { key: xxh64(key, KEYS), flips }
    }
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
                hashes[branch.place()] = fork(branch.children().map(|child| hashes[child.place()]));
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
        self.leaf_at(xxh64(key, KEYS))
    }

    fn leaf_at(&self, key: u64) -> u32 {
        // The upper bits: a leaf is a range of hashed keys, as a piece of a ring is. No shift is by all 64.
        (key >> 32 >> (32 - u32::from(self.depth))) as u32
    }

    /// The hash of a branch; none if the tree is not so deep.
    #[must_use]
    pub fn hash(&self, branch: Branch) -> Option<u64> {
        let is_here = branch.level <= self.depth && u64::from(branch.index) < 1 << branch.level;
        is_here.then(|| self.worked_out(branch))
    }

    /// The hash of all.
    #[must_use]
    pub fn root(&self) -> u64 {
        self.worked_out(Branch::ROOT)
    }

    fn worked_out(&self, branch: Branch) -> u64 {
        match self.hashes[branch.place()] {
            UNKNOWN if branch.level < self.depth => fork(branch.children().map(|child| self.worked_out(child))),
            hash => hash,
        }
    }

    /// Works out all hashes that are not, so that whoever asks for them next finds them.
    pub fn settle(&mut self) {
        if self.hashes[0] == UNKNOWN {
            settle(Arc::make_mut(&mut self.hashes).as_mut_slice(), self.depth, Branch::ROOT);
        }
    }

    /// A key's version has changed from one digest to another; none is a key that is not there.
    pub fn update(&mut self, key: &[u8], old: Option<u64>, new: Option<u64>) {
        self.apply(Change::new(key, old, new));
    }

    /// A key's version has changed. The hashes above its leaf are worked out when they are asked for: there are many changes
    /// between two comparisons.
    pub fn apply(&mut self, change: Change) {
        let (depth, mut index) = (self.depth, self.leaf_at(change.key));
        let hashes = Arc::make_mut(&mut self.hashes);
        // A leaf is the exclusive or of its entries, so that one is put in and taken out alike, in any order.
        hashes[Branch { level: depth, index }.place()] ^= change.flips;
        for level in (0..depth).rev() {
            index /= 2;
            let above = &mut hashes[Branch { level, index }.place()];
            if *above == UNKNOWN {
                // Then so are all above it.
                break;
            }
            *above = UNKNOWN;
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

/// The place of a hash that is not worked out. One that comes out as this is worked out again whenever it is asked for.
const UNKNOWN: u64 = 0;

/// The hash of a branch, of the two that it forks into.
fn fork(children: [u64; 2]) -> u64 {
    let mut bytes = [0; 16];
    for (half, child) in bytes.chunks_mut(8).zip(children) {
        half.copy_from_slice(&child.to_le_bytes());
    }
    xxh64(&bytes, FORKS)
}

/// Works out a branch and all below it that are not.
fn settle(hashes: &mut [u64], depth: u8, branch: Branch) -> u64 {
    let hash = hashes[branch.place()];
    if hash != UNKNOWN || branch.level == depth {
        return hash;
    }
    let hash = fork(branch.children().map(|child| settle(hashes, depth, child)));
    hashes[branch.place()] = hash;
    hash
}

#[cfg(test)]
mod tests;
