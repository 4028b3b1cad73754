//! What a replica holds in memory: versions by key, the names that it has given, and a tree for each of the others over the keys
//! that both hold.

use std::collections::BTreeMap;

use super::version::Versions;
use crate::base::{NodeId, NodeSet, SharedMap, Wall};
use crate::data::{Change, MerkleTree};
use crate::protocol::Key;

/// Keys, names and trees.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    cells: SharedMap<Key, Versions>,
    /// The last name given to a write of a key. It outlives the key, since a name that was given twice would hide a write.
    minted: SharedMap<Key, u64>,
    others: NodeSet,
    trees: BTreeMap<NodeId, MerkleTree>,
}

impl Store {
    pub(super) fn new(others: NodeSet) -> Self {
        Self { others, ..Self::default() }
    }

    /// Trees of this depth are kept from now on.
    pub(super) fn plant(&mut self, depth: u8) {
        self.trees = self.others.iter().map(|node| (node, MerkleTree::new(depth))).collect();
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Versions> {
        self.cells.get(key)
    }

    pub(super) fn held(&self) -> &SharedMap<Key, Versions> {
        &self.cells
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &Versions)> {
        self.cells.iter()
    }

    pub(super) fn minted(&self, key: &Key) -> u64 {
        self.minted.get(key).copied().unwrap_or(0)
    }

    pub(super) fn tree(&self, with: NodeId) -> Option<&MerkleTree> {
        self.trees.get(&with)
    }

    /// Works out the hashes of a tree that is about to be compared.
    pub(super) fn settle(&mut self, with: NodeId) {
        if let Some(tree) = self.trees.get_mut(&with) {
            tree.settle();
        }
    }

    pub(super) fn set(
        &mut self,
        key: &Key,
        versions: Option<Versions>,
        minted: Option<u64>,
        sharers: NodeSet,
        has_tombstones: bool,
    ) {
        let digest = |versions: &Versions| {
            let is_left_out = !has_tombstones && versions.deleted_for(Wall(i64::MAX)).is_some();
            (!is_left_out).then(|| versions.digest())
        };
        if let Some(minted) = minted.filter(|minted| *minted > self.minted(key)) {
            self.minted.insert(key.clone(), minted);
        }
        let has_trees = !self.trees.is_empty() && !sharers.is_empty();
        let new = versions.as_ref().filter(|_| has_trees).and_then(digest);
        let before = match versions {
            Some(versions) => self.cells.insert(key.clone(), versions),
            None => self.cells.remove(key),
        };
        if has_trees {
            let change = Change::new(key.as_bytes(), before.as_ref().and_then(digest), new);
            for (_, tree) in self.trees.iter_mut().filter(|(node, _)| sharers.contains(**node)) {
                tree.apply(change);
            }
        }
    }
}
