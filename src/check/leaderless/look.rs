//! What one look at a cluster sees: the world as it is, what has happened since the last look, and who was touched by it.

use crate::base::{Endpoint, NodeId, NodeSet};
use crate::protocol::leaderless::{Leaderless, LeaderlessNote};
use crate::sim::{Command, Kind, NodeSlot, TraceRecord, World};

pub(super) struct Look<'a> {
    pub(super) world: &'a World<Leaderless>,
    pub(super) records: &'a [TraceRecord<Leaderless>],
    /// Whose memory or disk may have changed.
    pub(super) touched: NodeSet,
    /// Whose disk was erased.
    pub(super) wiped: NodeSet,
}

impl<'a> Look<'a> {
    pub(super) fn new(world: &'a World<Leaderless>, records: &'a [TraceRecord<Leaderless>]) -> Self {
        let (mut touched, mut wiped) = (NodeSet::EMPTY, NodeSet::EMPTY);
        for record in records {
            let node = match &record.kind {
                Kind::Started { node, .. }
                | Kind::Stopped { node, .. }
                | Kind::TimerFired { node, .. }
                | Kind::Persisting { node, .. }
                | Kind::Persisted { node, .. }
                | Kind::Note { node, .. }
                | Kind::Awaits { node, .. }
                | Kind::Settled { node, .. }
                | Kind::Delivered { to: Endpoint::Node(node), .. } => *node,
                Kind::Command(Command::Wipe(node)) => {
                    wiped.insert(*node);
                    *node
                }
                Kind::Command(Command::Crash { node, .. }) => *node,
                Kind::Command(_)
                | Kind::Sent { .. }
                | Kind::Duplicated { .. }
                | Kind::Dropped { .. }
                | Kind::Held { .. }
                | Kind::Delivered { .. }
                | Kind::WaitingFor { .. }
                | Kind::Invoked { .. }
                | Kind::Attempted { .. }
                | Kind::AttemptEnded { .. }
                | Kind::Ended { .. }
                | Kind::Flapped { .. }
                | Kind::Halted(_) => continue,
            };
            touched.insert(node);
        }
        Self { world, records, touched, wiped }
    }

    /// Those whose memory or disk may have changed.
    pub(super) fn touched(&self) -> impl Iterator<Item = (NodeId, &'a NodeSlot<Leaderless>)> + '_ {
        self.touched.iter().filter_map(|node| Some((node, self.world.node(node)?)))
    }

    /// What was noted, and by whom.
    pub(super) fn notes(&self) -> impl Iterator<Item = (NodeId, &'a LeaderlessNote)> + '_ {
        self.records.iter().filter_map(|record| match &record.kind {
            Kind::Note { node, note } => Some((*node, note)),
            _ => None,
        })
    }
}
