//! Branches: the commands of one course of events, and where it parted from another.

use std::sync::Arc;

use super::checkpoints::{Checkpoints, Position};
use super::cluster::Cluster;
use crate::base::Moment;
use crate::sim::Command;

/// Names a branch for the life of a session, counted from 0, which is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchId(pub u32);

/// One course of events.
#[derive(Clone, Debug)]
pub struct Branch {
    pub(super) id: BranchId,
    pub(super) name: String,
    pub(super) parent: Option<(BranchId, Moment)>,
    pub(super) commands: Vec<(Moment, Command)>,
    pub(super) checkpoints: Checkpoints,
    /// How far it was ever run.
    pub(super) furthest: Position,
    /// The world there, kept when the run was taken back from it.
    pub(super) head: Option<Arc<Cluster>>,
    /// Where the run stood when it was left.
    pub(super) left_at: Position,
}

impl Branch {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> BranchId {
        self.id
    }

    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The branch that it came from, and when it parted.
    #[must_use]
    pub fn parent(&self) -> Option<(BranchId, Moment)> {
        self.parent
    }

    /// Its commands with their moments, in order.
    #[must_use]
    pub fn commands(&self) -> &[(Moment, Command)] {
        &self.commands
    }

    /// How far it was ever run.
    #[must_use]
    pub fn furthest(&self) -> Moment {
        self.furthest.moment
    }

    /// A branch that shares everything up to a position, and nothing after it.
    pub(super) fn fork(&self, id: BranchId, name: String, at: Position) -> Self {
        Self {
            id,
            name,
            parent: Some((self.id, at.moment)),
            commands: self.commands[..at.applied].to_vec(),
            checkpoints: self.checkpoints.up_to(at),
            furthest: at,
            head: None,
            left_at: at,
        }
    }
}
