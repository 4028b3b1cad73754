//! R11: at most one node believes at any true time that it holds a lease. Between events a lease can only run out, so to
//! look after each is to look at all times.

use super::look::Look;
use crate::base::NodeSet;
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Lease, ReadPath};
use crate::sim::{Command, Kind};

/// Whether leases can be judged.
#[derive(Clone, Debug, Default)]
pub(super) struct Leases {
    /// A clock has run beyond the bound that leases rest on; what it has promised since is worth nothing.
    has_drifted: bool,
}

impl Leases {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        if look.config.reads != ReadPath::Lease {
            return;
        }
        let bound = look.config.drift_bound_ppm;
        self.has_drifted |= look.records.iter().any(|record| {
            matches!(&record.kind, Kind::Command(Command::SetDrift { drift, .. }) if drift.0.unsigned_abs() > bound)
        });
        if self.has_drifted {
            return;
        }
        let holds =
            |node| look.raft(node).is_some_and(|raft| matches!(raft.lease(look.reading(node)), Lease::Until(_)));
        let holders: NodeSet = look.leaders().map(|(node, _)| node).filter(|&node| holds(node)).collect();
        report.must(holders.len() <= 1, Invariant::LeaseSafety, || {
            format!("all of {holders} believe that they hold a lease")
        });
    }
}
