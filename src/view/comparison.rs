//! How two replicas compared their Merkle trees, read off their messages: which branches turned out equal or different, which keys
//! were exchanged, and what it cost. How it is drawn is in `drawing`.

mod drawing;

pub use drawing::{Knot, Picture};

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{NodeId, RecordId, SimTime};
use crate::data::{Branch, MerkleTree};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, LeaderlessMessage};
use crate::session::Cluster;
use crate::sim::{Kind, Payload, World};
use crate::view::chronicle::{Chronicle, Crossing, Ending, MessageKind};
use crate::view::describe::count;
use crate::view::inspector::Target;

/// So many messages are looked through for a comparison, and then for its parts.
const REACH: usize = 20_000;
const PARTS: usize = 4_000;
/// So many records lie between a message and the one that led to it: a delivery, and what was written before it could be sent.
const STEPS: usize = 6;
/// More letters are not written under a leaf.
const LETTERS: usize = 12;

/// A comparison of two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Who began it.
    pub asker: NodeId,
    /// Who was asked.
    pub asked: NodeId,
    /// When it began.
    pub at: SimTime,
    /// How many levels the trees have below the root.
    pub depth: u8,
    /// The branches whose hashes were sent, and how they compared.
    pub branches: BTreeMap<Branch, Compared>,
    /// The keys that were exchanged, by leaf.
    pub keys: Vec<Exchanged>,
    /// How many messages it took so far.
    pub messages: u32,
    /// How many bytes they carry.
    pub bytes: u64,
    /// How many bytes all would take that the asker now holds for both; none if it does not run.
    pub full_copy: Option<u64>,
    /// Whether a message of it died.
    pub is_broken: bool,
    /// How often the same replicas have compared since, and found nothing.
    pub since: u32,
}

/// How a branch compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The other holds the same below it.
    Equal,
    /// Something below it differs.
    Differs,
    /// There is no answer yet.
    Asked,
}

/// A key that was exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// In which leaf it is.
    pub leaf: u32,
    /// The key.
    pub key: Key,
    /// Who sent what it holds of it.
    pub by: Vec<NodeId>,
}

/// The last comparison that found a difference, or the last one if none did, of a node or of the two ends of a link.
#[must_use]
pub fn exchange(cluster: &Cluster, chronicle: &Chronicle, target: Target) -> Option<Exchange> {
    let Cluster::Leaderless(world) = cluster else { return None };
    let seen = world.trace().len();
    let all = chronicle.crossings();
    let all = &all[..all.partition_point(|crossing| crossing.message.0 < seen)];
    let is_meant = |crossing: &Crossing| match target {
        Target::Node(node) => crossing.from == node.into() || crossing.to == node.into(),
        Target::Link(one, other) => {
            (crossing.from, crossing.to) == (one, other) || (crossing.from, crossing.to) == (other, one)
        }
        Target::Client(_) | Target::Message(_) | Target::Operation(_) => false,
    };
    let latest = |is: &dyn Fn(&Crossing) -> bool| {
        all.iter().enumerate().rev().take(REACH).find(|(_, crossing)| is_meant(crossing) && is(crossing))
    };
    // Only an answer that the roots differ is in the foreground.
    let found = latest(&|it| it.kind == MessageKind::Compared && it.is_sent_as_foreground);
    let (_, last) = found.or_else(|| latest(&|it| it.kind == MessageKind::Compare))?;
    let first = beginning(world, last.message);
    let from = all.binary_search_by_key(&first, |crossing| crossing.message).ok()?;
    let mut exchange = Exchange::begin(&all[from])?;
    let own = exchange.read(world, &all[from..]);
    let later = all[from..].iter().filter(|it| is_meant(it) && it.kind == MessageKind::Compared);
    exchange.since = later.filter(|it| !own.contains(&it.message)).count() as u32;
    Some(exchange)
}

/// The message that led to another.
fn parent(world: &World<Leaderless>, message: RecordId) -> Option<RecordId> {
    let mut record = world.trace().get(message)?;
    for _ in 0..STEPS {
        record = world.trace().get(record.cause?)?;
        match record.kind {
            Kind::Sent { .. } => return Some(record.id),
            Kind::TimerFired { .. } => return None,
            _ => {}
        }
    }
    None
}

/// The message with which the comparison began that a message belongs to.
fn beginning(world: &World<Leaderless>, message: RecordId) -> RecordId {
    let mut first = message;
    // Two messages for each level, and those with the versions.
    for _ in 0..2 * usize::from(MerkleTree::MAX_DEPTH) + 4 {
        match parent(world, first) {
            Some(before) => first = before,
            None => break,
        }
    }
    first
}

impl Exchanged {
    /// Who sent it, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let by: Vec<String> = self.by.iter().map(NodeId::to_string).collect();
        format!("{}, leaf {}: sent by {}", self.key, self.leaf, by.join(" and "))
    }
}

impl Exchange {
    fn begin(root: &Crossing) -> Option<Self> {
        Some(Self {
            asker: root.from.node()?,
            asked: root.to.node()?,
            at: root.sent_at,
            depth: 0,
            branches: BTreeMap::new(),
            keys: Vec::new(),
            messages: 0,
            bytes: 0,
            full_copy: None,
            is_broken: false,
            since: 0,
        })
    }

    /// Reads the messages that followed from the first, and says which they are.
    fn read(&mut self, world: &World<Leaderless>, crossings: &[Crossing]) -> BTreeSet<RecordId> {
        let process = |node: NodeId| world.node(node).and_then(|slot| slot.process());
        let tree = process(self.asker).and_then(|it| it.tree(self.asked));
        let tree = tree.or_else(|| process(self.asked).and_then(|it| it.tree(self.asker))).cloned();
        let depth = world.protocol().anti_entropy.as_ref().map_or(0, |comparing| comparing.depth);
        let tree = tree.unwrap_or_else(|| MerkleTree::new(depth));
        self.depth = tree.depth();
        self.full_copy = process(self.asker).map(|it| all_shared(it, self.asked));
        let ends = [self.asker, self.asked];
        let is_between = |it: &&Crossing| {
            let is_end = |end: crate::base::Endpoint| end.node().is_some_and(|node| ends.contains(&node));
            is_end(it.from) && is_end(it.to)
        };
        let mut own: BTreeSet<RecordId> = BTreeSet::new();
        for crossing in crossings.iter().take(PARTS).filter(is_between) {
            let is_part = match crossing.kind {
                MessageKind::Compare | MessageKind::Compared | MessageKind::Version => {
                    own.is_empty() || parent(world, crossing.message).is_some_and(|before| own.contains(&before))
                }
                _ => false,
            };
            if is_part {
                own.insert(crossing.message);
                self.add(world, crossing, &tree);
            }
        }
        own
    }

    fn add(&mut self, world: &World<Leaderless>, crossing: &Crossing, tree: &MerkleTree) {
        self.messages += 1;
        self.bytes += u64::from(crossing.bytes);
        let is_known = |record: RecordId| record.0 < world.trace().len();
        let end = crossing.end.filter(|end| is_known(end.record));
        self.is_broken |= end.is_some_and(|end| matches!(end.how, Ending::Dropped(_)));
        let (Some(record), Some(by)) = (world.trace().get(crossing.message), crossing.from.node()) else { return };
        let Kind::Sent { payload: Payload::Node(message), .. } = record.kind else { return };
        match message {
            LeaderlessMessage::Compare { hashes } => {
                self.branches.extend(hashes.into_iter().map(|(branch, _)| (branch, Compared::Asked)));
            }
            LeaderlessMessage::Differ { branches } => {
                // An answer is about all that was asked and not answered before.
                for (branch, compared) in self.branches.iter_mut().filter(|(_, it)| **it == Compared::Asked) {
                    *compared = if branches.contains(branch) { Compared::Differs } else { Compared::Equal };
                }
            }
            LeaderlessMessage::Sync { cells, .. } => {
                for (key, _) in cells {
                    self.exchanged(tree.leaf_of(key.as_bytes()), key, by);
                }
            }
            LeaderlessMessage::Put { .. }
            | LeaderlessMessage::PutAck { .. }
            | LeaderlessMessage::Get { .. }
            | LeaderlessMessage::GetReply { .. }
            | LeaderlessMessage::Repair { .. }
            | LeaderlessMessage::Handoff { .. }
            | LeaderlessMessage::HandoffAck { .. }
            | LeaderlessMessage::Forward(_)
            | LeaderlessMessage::Forwarded { .. }
            | LeaderlessMessage::Letters { .. }
            | LeaderlessMessage::LettersAck { .. }
            | LeaderlessMessage::Gossip { .. } => {}
        }
    }

    fn exchanged(&mut self, leaf: u32, key: Key, by: NodeId) {
        match self.keys.iter_mut().find(|it| it.key == key) {
            Some(known) => known.by.push(by),
            None => self.keys.push(Exchanged { leaf, key, by: vec![by] }),
        }
    }

    /// It in sentences: what was found, and what it cost.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let (all, leaves) = ((2_u64 << self.depth) - 1, self.leaves().count() as u64);
        let of = self.branches.len();
        let found = match leaves {
            0 if self.is_equal() => "The roots are equal, so nothing below them was looked at.".to_owned(),
            0 => format!("{of} of {all} branches compared so far."),
            leaves => {
                let verb = if leaves == 1 { "differs" } else { "differ" };
                format!("{of} of {all} branches compared: {leaves} of {} leaves {verb}.", 1_u64 << self.depth)
            }
        };
        let mut out = vec![found];
        if self.is_equal() {
            return out;
        }
        if self.is_broken {
            out.push("A message of it died: the next comparison begins anew.".to_owned());
        }
        let cost = format!(
            "{} in {}",
            count(self.bytes, "byte", "bytes"),
            count(u64::from(self.messages), "message", "messages")
        );
        out.push(match self.full_copy {
            Some(full) => {
                let verdict = if full < self.bytes { "with so few keys that is cheaper" } else { "that is more" };
                format!(
                    "{cost}. All that {} holds for both takes {}: {verdict}.",
                    self.asker,
                    count(full, "byte", "bytes")
                )
            }
            None => format!("{cost}."),
        });
        if self.since > 0 {
            out.push(format!(
                "Compared {} since, and nothing differed.",
                count(u64::from(self.since), "time", "times")
            ));
        }
        out
    }

    /// Whether the roots are equal.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.branches.get(&Branch::ROOT) == Some(&Compared::Equal)
    }

    /// What is written under the only leaf that differs: the keys in it.
    #[must_use]
    pub fn only_leaf(&self) -> Option<(u32, String)> {
        let mut leaves = self.leaves();
        let (leaf, None) = (leaves.next()?, leaves.next()) else { return None };
        let keys: Vec<String> = self.keys.iter().filter(|it| it.leaf == leaf).map(|it| it.key.to_string()).collect();
        Some((leaf, keys.join(", "))).filter(|(_, keys)| (1..=LETTERS).contains(&keys.chars().count()))
    }

    /// The leaves that differ, from the left.
    pub fn leaves(&self) -> impl Iterator<Item = u32> + '_ {
        let is_leaf = |(branch, it): &(&Branch, &Compared)| branch.level == self.depth && **it == Compared::Differs;
        self.branches.iter().filter(is_leaf).map(|(branch, _)| branch.index)
    }
}

/// How many bytes all take that a replica holds of the keys which are another's too, in the trace's encoding.
fn all_shared(replica: &Leaderless, other: NodeId) -> u64 {
    let shared = replica.cells().filter(|(key, _)| {
        let home = replica.home(key);
        home.contains(&replica.id()) && home.contains(&other)
    });
    let size = |cell: (&Key, &_)| postcard::serialize_with_flavor(&cell, postcard::ser_flavors::Size::default());
    shared.map(|cell| size(cell).unwrap_or_default() as u64).sum()
}
