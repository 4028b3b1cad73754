//! R6: no majority of the voters is without a committed entry on its disks. Of each disk it is known how much of the
//! committed entries it holds, from the first on.

use super::committed::Committed;
use super::look::Look;
use super::terms::Terms;
use crate::base::{NodeId, NodeSet};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Index, Log, Raft, Term};
use crate::sim::{NodeSlot, NodeStatus};

const R3: Invariant = Invariant::LogMatching;
const R6: Invariant = Invariant::CommittedNeverLost;

/// The disks as they were last seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Disks {
    disks: Vec<DiskSeen>,
}

#[derive(Clone, Debug, Default)]
struct DiskSeen {
    terms: Terms,
    /// It holds the committed entries up to here.
    holds: Index,
    /// It was erased, and its server is down: as long as it stays so, it can neither keep an entry nor vote without one.
    is_erased: bool,
}

/// Whether a server is down and its disk holds nothing.
pub(super) fn is_erased(slot: &NodeSlot<Raft>) -> bool {
    let disk = slot.disk().durable();
    slot.status() == NodeStatus::Down && disk.term == Term(0) && disk.log.last_index() == Index(0)
}

impl Disks {
    pub(super) fn see(&mut self, look: &Look<'_>, committed: &Committed, report: &mut Report) {
        self.disks.resize_with(look.is.len(), DiskSeen::default);
        let mut is_due = committed.has_changed();
        for (node, slot) in look.world.nodes() {
            let disk = &mut self.disks[node.slot()];
            let before = (disk.holds, disk.is_erased);
            disk.see(&slot.disk().durable().log, committed, report.is_broken(R3));
            disk.is_erased = is_erased(slot);
            is_due |= disk.holds < before.0 || disk.is_erased != before.1;
        }
        if is_due {
            self.check(committed, report);
        }
    }

    /// Up to which index a node's disk holds the committed entries.
    pub(super) fn holds(&self, node: NodeId) -> Index {
        self.disks.get(node.slot()).map_or(Index(0), |disk| disk.holds)
    }

    fn check(&self, committed: &Committed, report: &mut Report) {
        let (voters, quorum) = (committed.in_force().voters, committed.in_force().quorum());
        let is_erased = |voter: NodeId| self.disks.get(voter.slot()).is_some_and(|disk| disk.is_erased);
        let lacks = |voter: NodeId, index: Index| self.holds(voter) < index && !is_erased(voter);
        let without = |index: Index| voters.iter().filter(|voter| lacks(*voter, index)).collect::<NodeSet>();
        let last = Index(committed.len() as u64);
        let lacking = without(last);
        report.must(lacking.is_empty() || !quorum.is_reached_by(lacking), R6, || {
            // The first index that a majority lacks comes right after the end of one of them.
            let ends = voters.iter().map(|voter| self.holds(voter).next());
            let first = ends.filter(|index| quorum.is_reached_by(without(*index))).min().unwrap_or(last);
            let lacking = without(first);
            format!("entry {first} is committed, and not on the disks of {lacking}, a majority of the voters {voters}")
        });
    }
}

impl DiskSeen {
    fn see(&mut self, log: &Log, committed: &Committed, is_all_in_doubt: bool) {
        let kept = self.terms.update(log);
        self.holds = if is_all_in_doubt { Index(0) } else { self.holds.min(kept) };
        let end = Index(committed.len() as u64);
        self.holds = self.holds.max(log.base().index.min(end));
        while self.holds < end && committed.is_held(log, self.holds.next()) {
            self.holds = self.holds.next();
        }
    }
}
