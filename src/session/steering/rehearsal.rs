//! Runs that begin in the middle of another, and runs whose commands are known before they are seen: what lessons are
//! made of.

use super::Session;
use crate::base::{Moment, SimTime};
use crate::session::branch::BranchId;
use crate::session::checkpoints::Position;

impl Session {
    /// How many commands of the active branch were carried out by the cursor.
    #[must_use]
    pub fn applied(&self) -> usize {
        self.at.applied
    }

    /// A run of its own that stands where so many commands were carried out, at a time between the last of them and the
    /// next. With `planned`, the later commands are carried out again as time goes on; else they are forgotten. Either
    /// way, nothing after the cursor counts as seen.
    #[must_use]
    pub fn fork_at(&self, applied: usize, time: SimTime, planned: bool) -> Self {
        let mut fork = self.clone();
        let mut branch = fork.branches.swap_remove(fork.active);
        branch.id = BranchId(0);
        "main".clone_into(&mut branch.name);
        branch.parent = None;
        fork.branches = vec![branch];
        fork.active = 0;
        fork.undone.clear();
        fork.unplay(applied, time);
        if !planned {
            fork.branches[0].commands.truncate(fork.at.applied);
        }
        fork
    }

    /// Goes back as if the run had only come so far. The commands after it stay planned.
    pub fn unplay(&mut self, applied: usize, time: SimTime) {
        let applied = applied.min(self.at.applied);
        let commands = &self.branches[self.active].commands;
        let at_command = commands.get(applied).map(|(moment, _)| *moment).filter(|moment| moment.time <= time);
        let time = time.min(self.now().time);
        // Every event at that time has happened, unless a command stands among them.
        let moment = at_command.unwrap_or(Moment { time, events: u64::MAX });
        if applied < self.at.applied || moment < self.now() {
            let position = Position { moment, applied };
            self.restart_before(position);
            self.run_to(position);
            if at_command.is_none() {
                self.cluster.advance(time);
            }
        }
        self.at.moment = self.cluster.now();
        self.forget_ahead();
    }

    /// Forgets that the run was ever run beyond the cursor. The commands after it stay planned.
    pub fn forget_ahead(&mut self) {
        let at = self.at;
        let branch = &mut self.branches[self.active];
        branch.checkpoints = branch.checkpoints.up_to(at);
        branch.furthest = at;
        branch.left_at = at;
        branch.head = None;
    }
}
