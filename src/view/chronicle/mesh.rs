//! What is broken at a moment of the reading: links, processes, partitions; and what follows for the majority. Owns the
//! open outages; applies commands as the world does.

use std::collections::{BTreeMap, BTreeSet};

use super::beats::BeatKind;
use super::book::Book;
use super::spans::{Broken, Outage, Stamp};
use crate::base::{ClientId, Endpoint, NodeId, NodeSet};
use crate::protocol::raft::quorum::majority;
use crate::sim::{Command, Wire};
use crate::view::sides::best_reach;

/// A directed link.
type Way = (Endpoint, Endpoint);

/// The state of links and processes.
#[derive(Clone, Debug, Default)]
pub(super) struct Mesh {
    nodes: u8,
    clients: u8,
    cut: BTreeSet<Way>,
    flapping: BTreeSet<Way>,
    flapped_down: BTreeSet<Way>,
    down: NodeSet,
    paused: NodeSet,
    /// The places of the open outages.
    links: BTreeMap<Way, usize>,
    downs: BTreeMap<NodeId, usize>,
    pauses: BTreeMap<NodeId, usize>,
    partition: Option<usize>,
    /// Whether the last look found that some node reaches a majority.
    has_quorum: bool,
}

impl Mesh {
    pub(super) fn new(nodes: u8, clients: u8) -> Self {
        Self { nodes, clients, has_quorum: true, ..Self::default() }
    }

    /// Whether a process neither is down nor frozen.
    fn runs(&self) -> NodeSet {
        NodeSet::first(self.nodes).difference(self.down).difference(self.paused)
    }

    pub(super) fn command(&mut self, command: &Command, when: Stamp, book: &mut Book) {
        match command {
            Command::Cut(wire) => self.set_cut(*wire, true, when, book),
            Command::CutMany(wires) => wires.iter().for_each(|&wire| self.set_cut(wire, true, when, book)),
            Command::Heal(wire) => self.heal(*wire, when, book),
            Command::HealMany(wires) => wires.iter().for_each(|&wire| self.heal(wire, when, book)),
            Command::Partition { groups } => self.part(groups, when, book),
            Command::HealAll => self.heal_all(when, book),
            Command::Isolate(endpoint) => {
                for other in self.others(*endpoint) {
                    self.set_cut(Wire::both(*endpoint, other), true, when, book);
                }
            }
            Command::Flap { wire, .. } => {
                for way in wire.directed() {
                    self.flapping.insert(way);
                    self.flapped_down.remove(&way);
                    self.look_at(way, when, book);
                }
            }
            Command::Pause(node) if !self.down.contains(*node) && self.paused.insert(*node) => {
                self.pauses.insert(*node, open(Broken::Paused(*node), when, book));
            }
            Command::Resume(node) => self.resume(*node, when, book),
            Command::Pause(_)
            | Command::SetLink { .. }
            | Command::Crash { .. }
            | Command::Restart(_)
            | Command::Wipe(_)
            | Command::SetService { .. }
            | Command::SetSync { .. }
            | Command::SetLying { .. }
            | Command::SetDrift { .. }
            | Command::StepWall { .. }
            | Command::Invoke { .. }
            | Command::SetWorkload { .. }
            | Command::AddNode
            | Command::Order { .. }
            | Command::Type { .. } => {}
        }
        self.end_partition_if_whole(when, book);
    }

    pub(super) fn started(&mut self, node: NodeId, when: Stamp, book: &mut Book) {
        self.nodes = self.nodes.max(node.0);
        if self.down.remove(node) {
            close(self.downs.remove(&node), when, book);
        }
    }

    pub(super) fn stopped(&mut self, node: NodeId, when: Stamp, book: &mut Book) {
        self.resume(node, when, book);
        if self.down.insert(node) {
            self.downs.insert(node, open(Broken::Down(node), when, book));
        }
    }

    pub(super) fn flapped(&mut self, way: Way, is_up: bool, when: Stamp, book: &mut Book) {
        if is_up {
            self.flapped_down.remove(&way);
        } else {
            self.flapped_down.insert(way);
        }
        self.look_at(way, when, book);
    }

    /// Says when a majority comes within nobody's reach, or within somebody's again.
    pub(super) fn look_for_quorum(&mut self, voters: NodeSet, when: Stamp, book: &mut Book) {
        if voters.is_empty() {
            return;
        }
        let passes = |from: NodeId, to: NodeId| !self.links.contains_key(&(from.into(), to.into()));
        let best = best_reach(voters, self.runs(), passes);
        let has_quorum = usize::from(best) >= majority(voters.len());
        if has_quorum != self.has_quorum {
            let of = voters.len() as u8;
            let what =
                if has_quorum { BeatKind::QuorumRegained { best, of } } else { BeatKind::QuorumLost { best, of } };
            book.beat(when, what);
        }
        self.has_quorum = has_quorum;
    }

    fn resume(&mut self, node: NodeId, when: Stamp, book: &mut Book) {
        if self.paused.remove(node) {
            close(self.pauses.remove(&node), when, book);
        }
    }

    fn set_cut(&mut self, wire: Wire, is_cut: bool, when: Stamp, book: &mut Book) {
        for way in wire.directed() {
            if is_cut {
                self.cut.insert(way);
            } else {
                self.cut.remove(&way);
            }
            self.look_at(way, when, book);
        }
    }

    fn heal(&mut self, wire: Wire, when: Stamp, book: &mut Book) {
        for way in wire.directed() {
            self.flapping.remove(&way);
            self.flapped_down.remove(&way);
        }
        self.set_cut(wire, false, when, book);
    }

    fn heal_all(&mut self, when: Stamp, book: &mut Book) {
        let all: BTreeSet<Way> = self.cut.iter().chain(&self.flapping).copied().collect();
        for (from, to) in all {
            self.heal(Wire::one_way(from, to), when, book);
        }
    }

    fn part(&mut self, groups: &[Vec<Endpoint>], when: Stamp, book: &mut Book) {
        for (at, group) in groups.iter().enumerate() {
            for (other_at, other) in groups.iter().enumerate() {
                for (&from, &to) in group.iter().flat_map(|from| other.iter().map(move |to| (from, to))) {
                    let is_link = from != to && (from.node().is_some() || to.node().is_some());
                    match Wire::one_way(from, to) {
                        wire if is_link && at != other_at => self.set_cut(wire, true, when, book),
                        wire if is_link => self.heal(wire, when, book),
                        _ => {}
                    }
                }
            }
        }
        close(self.partition.take(), when, book);
        if groups.len() > 1 {
            self.partition = Some(open(Broken::Partition(groups.into()), when, book));
        }
    }

    fn end_partition_if_whole(&mut self, when: Stamp, book: &mut Book) {
        let Some(at) = self.partition else { return };
        let Broken::Partition(groups) = book.outages[at].what.clone() else { return };
        let is_apart = groups.iter().enumerate().any(|(at, group)| {
            let others = || groups.iter().enumerate().filter(move |(other, _)| *other != at).flat_map(|(_, it)| it);
            group.iter().any(|&from| others().any(|&to| self.cut.contains(&(from, to))))
        });
        if !is_apart {
            close(self.partition.take(), when, book);
        }
    }

    fn look_at(&mut self, way: Way, when: Stamp, book: &mut Book) {
        let is_broken = self.cut.contains(&way) || self.flapped_down.contains(&way);
        match self.links.get(&way) {
            None if is_broken => {
                let (from, to) = way;
                self.links.insert(way, open(Broken::Link { from, to }, when, book));
            }
            Some(_) if !is_broken => close(self.links.remove(&way), when, book),
            None | Some(_) => {}
        }
    }

    fn others(&self, endpoint: Endpoint) -> Vec<Endpoint> {
        let clients = (0..self.clients).map(|client| Endpoint::from(ClientId(client)));
        let all = clients.chain(NodeSet::first(self.nodes).iter().map(Endpoint::from));
        all.filter(|&other| other != endpoint && (other.node().is_some() || endpoint.node().is_some())).collect()
    }
}

fn open(what: Broken, when: Stamp, book: &mut Book) -> usize {
    book.outages.push(Outage { what, from: when, until: None });
    book.outages.len() - 1
}

fn close(at: Option<usize>, when: Stamp, book: &mut Book) {
    if let Some(at) = at {
        book.outages[at].until = Some(when);
    }
}

/// Whether nothing could have come from one node to the other, either way and by whatever others, at any time from then on.
pub(super) fn apart_since(outages: &[Outage], all: NodeSet, (one, other): (NodeId, NodeId), since: Stamp) -> bool {
    let lasting = |outage: &&Outage| outage.from.record <= since.record && outage.until.is_none();
    let (mut idle, mut cut) = (NodeSet::EMPTY, BTreeSet::new());
    for outage in outages.iter().filter(lasting) {
        match &outage.what {
            Broken::Down(node) | Broken::Paused(node) => {
                idle.insert(*node);
            }
            Broken::Link { from, to } => {
                cut.insert((*from, *to));
            }
            Broken::Partition(_) => {}
        }
    }
    let reaches = |from: NodeId, to: NodeId| {
        let (mut seen, mut next) = (NodeSet::EMPTY.with(from), vec![from]);
        while let Some(node) = next.pop() {
            let left = all.difference(seen).difference(idle);
            for near in left.iter().filter(|near| !cut.contains(&(node.into(), (*near).into()))) {
                seen.insert(near);
                next.push(near);
            }
        }
        seen.contains(to)
    };
    !reaches(one, other) && !reaches(other, one)
}
