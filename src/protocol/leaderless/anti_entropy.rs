//! Anti-entropy (the paper, section 4.7): now and then a replica compares its tree with that of another, level by level, and
//! both send what the other lacks in the leaves that differ. An exchange has no memory: what is lost or left is found again.

use super::breaks::Break;
use super::version::Versions;
use super::{ANTI_ENTROPY_TIMER, Leaderless, LeaderlessMessage, LeaderlessNote, Way};
use crate::base::{NodeId, NodeSet, PPM, SimDuration, TimeSpan};
use crate::data::{Branch, Wire};
use crate::protocol::{Effects, Key};

impl Leaderless {
    /// Those of the others who hold a key too, if this node is one of its replicas.
    pub(super) fn sharers(&self, key: &Key) -> NodeSet {
        let home: NodeSet = self.home(key).iter().copied().collect();
        if home.contains(self.id) { home.without(self.id) } else { NodeSet::EMPTY }
    }

    pub(super) fn start_anti_entropy(&self, out: &mut Effects<Self>) {
        if let Some(comparing) = &self.config.anti_entropy {
            // The first comparisons are spread, so that not all replicas compare at once for ever.
            out.set_timer(ANTI_ENTROPY_TIMER, TimeSpan { min: SimDuration(1), max: comparing.interval });
        }
    }

    pub(super) fn on_anti_entropy_due(&mut self, out: &mut Effects<Self>) {
        let Some(comparing) = &self.config.anti_entropy else { return };
        out.set_timer_exactly(ANTI_ENTROPY_TIMER, comparing.interval);
        let others: Vec<NodeId> = self.alive().without(self.id).iter().collect();
        if others.is_empty() {
            return;
        }
        let with = others[usize::from(self.compare_next) % others.len()];
        self.compare_next = self.compare_next.wrapping_add(1);
        self.store.settle(with);
        if let Some(tree) = self.store.tree(with) {
            out.send(with, LeaderlessMessage::Compare { hashes: vec![(Branch::ROOT, tree.root())] });
        }
    }

    /// Another asks which of these branches differ here.
    pub(super) fn on_compare(&mut self, from: NodeId, hashes: &[(Branch, u64)], out: &mut Effects<Self>) {
        self.store.settle(from);
        if let Some(tree) = self.store.tree(from) {
            out.send(from, LeaderlessMessage::Differ { branches: tree.differing(hashes) });
        }
    }

    /// These differ there: ask about those below, and send what is in the leaves.
    pub(super) fn on_differ(&mut self, from: NodeId, branches: &[Branch], out: &mut Effects<Self>) {
        self.store.settle(from);
        let Some(tree) = self.store.tree(from) else { return };
        let (below, leaves) = tree.descend(branches);
        if !below.is_empty() {
            out.send(from, LeaderlessMessage::Compare { hashes: below });
        }
        if !leaves.is_empty() {
            let differing = leaves.len() as u32;
            let (leaves, cells) = self.fill(from, &leaves);
            let sent = cells.iter().map(|(key, _)| key.clone()).collect();
            out.note(LeaderlessNote::TreesDiffer { with: from, leaves: differing, sent });
            out.send_after(self.must_be_durable(), from, LeaderlessMessage::Sync { leaves, cells, is_answer: false });
        }
    }

    /// What is held in these leaves, as far as the limit goes: the first leaf in any case, the others whole or not at all.
    fn fill(&self, with: NodeId, leaves: &[u32]) -> (Vec<u32>, Vec<(Key, Versions)>) {
        let Some(comparing) = &self.config.anti_entropy else { return (Vec::new(), Vec::new()) };
        let limit = u128::from(comparing.bytes_per_second) * u128::from(comparing.interval.0) / u128::from(PPM);
        let mut spent: u128 = 0;
        let (mut sent, mut cells) = (Vec::new(), Vec::new());
        for leaf in leaves {
            let held = self.in_leaf(with, *leaf);
            spent += held.iter().map(|cell| u128::from(cell.wire_size())).sum::<u128>();
            if spent > limit && !sent.is_empty() {
                break;
            }
            sent.push(*leaf);
            cells.extend(held);
        }
        (sent, cells)
    }

    fn in_leaf(&self, with: NodeId, leaf: u32) -> Vec<(Key, Versions)> {
        let Some(tree) = self.store.tree(with) else { return Vec::new() };
        let is_there = |key: &Key| tree.leaf_of(key.as_bytes()) == leaf && self.sharers(key).contains(with);
        self.store.iter().filter(|(key, _)| is_there(key)).map(|(key, held)| (key.clone(), held.clone())).collect()
    }

    /// All that the other holds in some leaves, or what it adds to what was sent.
    pub(super) fn on_sync(
        &mut self,
        from: NodeId,
        leaves: &[u32],
        cells: Vec<(Key, Versions)>,
        is_answer: bool,
        out: &mut Effects<Self>,
    ) {
        for (key, versions) in &cells {
            if self.is_home(key) {
                self.take(from, key, versions, Way::AntiEntropy, out);
            }
        }
        if is_answer {
            return;
        }
        let (leaves, mut ours) = self.fill(from, leaves);
        let has_tombstones = !self.config.breaks(Break::TreeWithoutTombstones);
        ours.retain(|cell| !cells.contains(cell) && (has_tombstones || cell.1.deleted_for(self.now.wall).is_none()));
        if !ours.is_empty() {
            let answer = LeaderlessMessage::Sync { leaves, cells: ours, is_answer: true };
            out.send_after(self.must_be_durable(), from, answer);
        }
    }
}
