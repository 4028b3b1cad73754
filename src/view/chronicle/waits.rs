//! Who waits for how many answers, which have come, and which cannot come any more: so that "stored on 2 of 5" can be
//! said at the moment when it is final.

use imbl::OrdMap;

use super::beats::TallyOf;
use super::said::WaitFor;
use super::spans::Stamp;
use crate::base::{NodeId, NodeSet, RequestId};

/// All open waits.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    open: OrdMap<(NodeId, WaitFor), Wait>,
}

/// One wait.
#[derive(Clone, Debug)]
struct Wait {
    request: Option<RequestId>,
    members: NodeSet,
    need: u8,
    /// Whether the asker's own vote or disk counts as well.
    counts_self: bool,
    have: NodeSet,
    failed: NodeSet,
}

/// A wait of which it is clear that those who can still answer are not enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short {
    pub(super) wait: WaitFor,
    pub(super) request: Option<RequestId>,
    pub(super) tally: TallyOf,
    pub(super) when: Stamp,
}

impl Waits {
    pub(super) fn begin(
        &mut self,
        node: NodeId,
        wait: WaitFor,
        request: Option<RequestId>,
        (members, need): (NodeSet, u8),
        counts_self: bool,
    ) {
        let (have, failed) = (NodeSet::EMPTY, NodeSet::EMPTY);
        self.open.insert((node, wait), Wait { request, members, need, counts_self, have, failed });
    }

    pub(super) fn end(&mut self, node: NodeId, wait: WaitFor) {
        self.open.remove(&(node, wait));
    }

    /// Forgets what a process waited for that is gone.
    pub(super) fn forget(&mut self, node: NodeId) {
        let of_node: Vec<_> = self.open.keys().filter(|(waits, _)| *waits == node).copied().collect();
        for key in of_node {
            self.open.remove(&key);
        }
    }

    /// How a wait for acknowledgements stands.
    pub(super) fn tally(&self, node: NodeId, wait: WaitFor, holds_itself: bool) -> Option<TallyOf> {
        self.open.get(&(node, wait)).map(|wait| wait.tally(holds_itself))
    }

    /// A message that asks was sent anew: its answer may still come.
    pub(super) fn asked(&mut self, node: NodeId, waits: impl IntoIterator<Item = WaitFor>, member: NodeId) {
        for wait in waits {
            if let Some(open) = self.open.get_mut(&(node, wait)) {
                open.failed.remove(member);
            }
        }
    }

    /// An answer came, or it is clear that none will come to what was asked. Gives what is short now, which is then
    /// waited for no longer here.
    pub(super) fn answered(
        &mut self,
        node: NodeId,
        waits: impl IntoIterator<Item = WaitFor>,
        (member, is_good): (NodeId, bool),
        when: Stamp,
    ) -> Vec<Short> {
        let mut short = Vec::new();
        for wait in waits {
            let Some(open) = self.open.get_mut(&(node, wait)) else { continue };
            if is_good {
                open.have.insert(member);
                open.failed.remove(member);
            } else {
                open.failed.insert(member);
            }
            if open.is_short() {
                short.push(Short { wait, request: open.request, tally: open.tally(true), when });
                self.open.remove(&(node, wait));
            }
        }
        short
    }

    /// The open waits of a node for acknowledgements of entries up to an index.
    pub(super) fn acks_through(&self, node: NodeId, first: u64, last: u64) -> Vec<WaitFor> {
        if first > last {
            return Vec::new();
        }
        let range = (node, WaitFor::Acks(first))..=(node, WaitFor::Acks(last));
        self.open.range(range).map(|((_, wait), _)| *wait).collect()
    }

    /// The open waits of a node for votes.
    pub(super) fn votes(&self, node: NodeId) -> Vec<WaitFor> {
        let range = (node, WaitFor::Votes(0))..=(node, WaitFor::PreVotes(u64::MAX));
        self.open.range(range).map(|((_, wait), _)| *wait).collect()
    }
}

impl Wait {
    fn is_short(&self) -> bool {
        let answered = self.have.union(self.failed);
        self.members.difference(answered).is_empty() && self.have.len() < usize::from(self.need)
    }

    fn tally(&self, holds_itself: bool) -> TallyOf {
        let own = u8::from(self.counts_self);
        TallyOf {
            have: self.have.intersection(self.members).len() as u8 + u8::from(self.counts_self && holds_itself),
            of: self.members.len() as u8 + own,
            need: self.need + own,
        }
    }
}
