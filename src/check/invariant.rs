//! Invariants that are watched after every event of a run. For now those that hold for every system with leaders and
//! logs, seen from outside; each has the id under which it is listed in the literature of its system.

use std::collections::BTreeMap;
use std::fmt;

use super::facts::Facts;
use crate::base::{Moment, NodeId};
use crate::protocol::{Observation, Role};

/// Watches the invariants of one run. Show it every state in order.
#[derive(Clone, Debug, Default)]
pub struct Invariants {
    leaders: BTreeMap<u64, NodeId>,
    last_seen: BTreeMap<NodeId, Observation>,
    broken: Vec<InvariantBroken>,
}

/// An invariant that was seen broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvariantBroken {
    /// Which.
    pub invariant: Invariant,
    /// When it was first seen.
    pub at: Moment,
    /// What was seen.
    pub seen: String,
}

/// An invariant by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// R1: at most one node leads a term, over the whole run (Raft, figure 3).
    ElectionSafety,
    /// R6: within one life of a process, the commit index never falls, and what is applied is committed and in the log.
    CommitIndex,
    /// R7: within one life of a process, its term never falls. A crash may take a term that was not yet on disk, and that
    /// nobody else has heard of.
    TermMonotone,
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ElectionSafety => "R1 election safety",
            Self::CommitIndex => "R6 commit index",
            Self::TermMonotone => "R7 term monotone",
        })
    }
}

impl Invariants {
    /// Looks at the state of the run at a moment.
    pub fn see(&mut self, now: Moment, facts: &dyn Facts) {
        for node in facts.nodes() {
            match facts.observation(node) {
                Some(seen) if self.last_seen.get(&node) != Some(&seen) => self.see_node(now, node, seen),
                Some(_) => {}
                None => self.see_down(node),
            }
        }
    }

    /// What was seen broken, in the order of its first time.
    #[must_use]
    pub fn broken(&self) -> &[InvariantBroken] {
        &self.broken
    }

    /// What is volatile may start anew, and so may a term that was on its way to the disk: no message that carries it has
    /// left before the disk had it.
    fn see_down(&mut self, node: NodeId) {
        if let Some(last) = self.last_seen.get_mut(&node) {
            last.epoch = 0;
            last.commit_index = 0;
            last.applied_index = 0;
        }
    }

    fn see_node(&mut self, now: Moment, node: NodeId, seen: Observation) {
        if seen.role == Role::Leader {
            let leader = *self.leaders.entry(seen.epoch).or_insert(node);
            if leader != node {
                let words = format!("{leader} and {node} both lead term {}", seen.epoch);
                self.report(Invariant::ElectionSafety, now, words);
            }
        }
        if seen.commit_index > seen.last_index || seen.applied_index > seen.commit_index {
            let Observation { applied_index, commit_index, last_index, .. } = seen;
            let words = format!("{node}: applied {applied_index}, committed {commit_index}, last index {last_index}");
            self.report(Invariant::CommitIndex, now, words);
        }
        if let Some(last) = self.last_seen.insert(node, seen) {
            self.compare(now, node, last, seen);
        }
    }

    fn compare(&mut self, now: Moment, node: NodeId, last: Observation, seen: Observation) {
        if seen.epoch < last.epoch {
            let words = format!("{node} went from term {} back to {}", last.epoch, seen.epoch);
            self.report(Invariant::TermMonotone, now, words);
        }
        if seen.commit_index < last.commit_index {
            let words = format!("{node} went from commit index {} back to {}", last.commit_index, seen.commit_index);
            self.report(Invariant::CommitIndex, now, words);
        }
    }

    fn report(&mut self, invariant: Invariant, at: Moment, seen: String) {
        if self.broken.iter().all(|broken| broken.invariant != invariant) {
            self.broken.push(InvariantBroken { invariant, at, seen });
        }
    }
}
