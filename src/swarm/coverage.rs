//! What a run went through: counts that show whether a swarm exercises what it is meant to.

use serde::Serialize;
use std::ops::AddAssign;

use crate::protocol::raft::{Raft, RaftNote, ReadBy, StepDown};
use crate::sim::{Command, Kind, TraceRecord};

macro_rules! coverage {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// How often things happened, in one run or many.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct Coverage {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl Coverage {
            /// The counts with their names.
            #[must_use]
            pub fn rows(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),+]
            }
        }

        impl AddAssign for Coverage {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)+
            }
        }
    };
}

coverage! {
    /// Servers that stood for election.
    candidacies,
    /// Elections that were won.
    elections,
    /// Leaders that stepped down, or candidates that gave up.
    step_downs,
    /// Leaders that stepped down since no majority answered.
    quorums_lost,
    /// Entries that a follower had to drop.
    truncations,
    /// Snapshots taken.
    snapshots_taken,
    /// Snapshots of a leader taken over.
    snapshots_installed,
    /// Memberships that a server took into its log, or went back to.
    memberships,
    /// Learners that caught up and became voters.
    promotions,
    /// Orders that were refused.
    orders_refused,
    /// Transfers of leadership begun.
    transfers,
    /// Transfers that came to nothing.
    transfers_failed,
    /// Reads answered by read-index.
    read_index_reads,
    /// Reads answered by lease.
    lease_reads,
    /// Reads refused since the lease was over.
    lease_refusals,
    /// Reads answered by followers from what they happened to have.
    local_reads,
    /// Requests that came twice and were applied once.
    repeats_caught,
    /// Processes that stopped.
    crashes,
    /// Processes that started again.
    restarts,
    /// Processes that froze.
    pauses,
    /// Links cut, by hand, partition or isolation.
    cuts,
    /// Disks wiped.
    wipes,
    /// Clocks that began to drift.
    drifts,
    /// Messages that died.
    messages_lost,
    /// Messages that came twice.
    messages_doubled,
    /// Times that a flapping link turned over.
    flaps,
    /// Histories that a checker has explained by one order.
    histories_explained,
    /// Histories for which its search was given up.
    histories_undecided,
}

impl Coverage {
    /// Counts one record.
    pub(super) fn see(&mut self, record: &TraceRecord<Raft>) {
        match &record.kind {
            Kind::Note { note, .. } => self.see_note(note),
            Kind::Command(command) => self.see_command(command),
            Kind::Started { incarnation, .. } => self.restarts += u64::from(*incarnation > 1),
            Kind::Stopped { .. } => self.crashes += 1,
            Kind::Dropped { .. } => self.messages_lost += 1,
            Kind::Duplicated { .. } => self.messages_doubled += 1,
            Kind::Flapped { .. } => self.flaps += 1,
            _ => {}
        }
    }

    fn see_note(&mut self, note: &RaftNote) {
        let count = match note {
            RaftNote::BecameCandidate { .. } => &mut self.candidacies,
            RaftNote::BecameLeader { .. } => &mut self.elections,
            RaftNote::SteppedDown { why: StepDown::LostQuorum { .. }, .. } => &mut self.quorums_lost,
            RaftNote::SteppedDown { .. } => &mut self.step_downs,
            RaftNote::Truncated { .. } => &mut self.truncations,
            RaftNote::SnapshotTaken { .. } => &mut self.snapshots_taken,
            RaftNote::SnapshotInstalled { .. } => &mut self.snapshots_installed,
            RaftNote::Configured { .. } => &mut self.memberships,
            RaftNote::CaughtUp { .. } => &mut self.promotions,
            RaftNote::OrderRefused { .. } => &mut self.orders_refused,
            RaftNote::TransferBegun { .. } => &mut self.transfers,
            RaftNote::TransferFailed { .. } => &mut self.transfers_failed,
            RaftNote::ReadServed { by: ReadBy::ReadIndex, .. } => &mut self.read_index_reads,
            RaftNote::ReadServed { by: ReadBy::Lease, .. } => &mut self.lease_reads,
            RaftNote::ReadServed { by: ReadBy::Follower | ReadBy::Nobody, .. } => &mut self.local_reads,
            RaftNote::ReadRefused { .. } => &mut self.lease_refusals,
            RaftNote::AppliedBefore { .. } => &mut self.repeats_caught,
            _ => return,
        };
        *count += 1;
    }

    fn see_command(&mut self, command: &Command) {
        let count = match command {
            Command::Cut(_) | Command::Isolate(_) => &mut self.cuts,
            Command::Partition { groups } if groups.len() > 1 => &mut self.cuts,
            Command::Pause(_) => &mut self.pauses,
            Command::Wipe(_) => &mut self.wipes,
            Command::SetDrift { drift, .. } if drift.0 != 0 => &mut self.drifts,
            _ => return,
        };
        *count += 1;
    }
}
