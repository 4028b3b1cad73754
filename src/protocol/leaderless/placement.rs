//! Who a key belongs to, and who takes part in a request for it (the paper, sections 4.3 and 4.6).

use super::Leaderless;
use crate::base::{NodeId, NodeSet};
use crate::data::{Position, Ring};
use crate::protocol::Key;

/// Who takes part, each with the one that it stands in for, if it does.
pub(super) type Targets = Vec<(NodeId, Option<NodeId>)>;

/// For each place of a ring the replicas of the keys just before it: who has a key is asked many times for each request.
pub(super) fn homes(ring: &Ring, n: u8) -> Vec<Vec<NodeId>> {
    ring.places().iter().map(|(position, _)| ring.walk(*position).take(usize::from(n)).collect()).collect()
}

impl Leaderless {
    /// The replicas that a key belongs to, in the order of its preference list.
    #[must_use]
    pub fn home(&self, key: &Key) -> &[NodeId] {
        self.homes.get(self.ring.start(Position::of_key(key.as_bytes()))).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_home(&self, key: &Key) -> bool {
        self.home(key).contains(&self.id)
    }

    /// Who takes part in a request: the key's own replicas, or with a sloppy quorum the first N that seem alive.
    pub(super) fn targets(&self, key: &Key) -> Targets {
        self.targets_of(key, self.home(key))
    }

    /// The same for a key whose own replicas are known.
    pub(super) fn targets_of(&self, key: &Key, home: &[NodeId]) -> Targets {
        if self.config.sloppy {
            self.ring.sloppy(key.as_bytes(), usize::from(self.config.n), self.alive())
        } else {
            home.iter().map(|node| (*node, None)).collect()
        }
    }

    /// Who takes part in a write that this node names. It must keep what it names, or it would give the name again: where it is not
    /// among those who take part, all of them stand in, and it stands in instead of the last.
    pub(super) fn with_self(&self, mut targets: Targets) -> Targets {
        let takes_part = targets.iter().any(|(node, _)| *node == self.id);
        if let Some((node, _)) = targets.iter_mut().rev().find(|(_, hint_for)| !takes_part && hint_for.is_some()) {
            *node = self.id;
        }
        targets
    }

    /// Those of them that seem alive.
    pub(super) fn living(&self, targets: &Targets) -> NodeSet {
        targets.iter().map(|(node, _)| *node).filter(|node| self.is_alive(*node)).collect()
    }
}
