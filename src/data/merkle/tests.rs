//! What a comparison finds and costs, against stores that are compared key by key; with hashes that see too little, and a
//! comparison that looks at too much.

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
            let blind = |tree: &MerkleTree| {
                let (inner, leaves) = tree.hashes.split_at((1 << tree.depth) - 1);
                let counted = leaves.iter().map(|hash| u64::from(*hash == 0));
                let hashes = inner.iter().map(|_| UNKNOWN).chain(counted).collect();
                MerkleTree { depth: tree.depth, hashes: Arc::new(hashes) }
            };
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
    let bytes = postcard::to_allocvec(&here).expect("it can be written");
    assert_eq!(postcard::from_bytes::<MerkleTree>(&bytes), Ok(here.clone()));
    let shallower = [&[5], &bytes[1..]].concat();
    assert!(postcard::from_bytes::<MerkleTree>(&shallower).is_err(), "it has too many branches");
    assert_eq!(here.hash(Branch { level: 7, index: 0 }), None);
    assert_eq!(here.hash(Branch { level: 1, index: 2 }), None);
}
