//! Who led, and when: the spans of leadership in a run, as an observer sees them.

use serde::Serialize;

use super::facts::Facts;
use crate::base::{NodeId, SimTime};
use crate::protocol::Role;

/// One span in which a process said that it led.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Leadership {
    /// Which node.
    pub node: NodeId,
    /// Its term.
    pub term: u64,
    /// Since when.
    pub from: SimTime,
    /// Until when; none while it lasts.
    pub until: Option<SimTime>,
}

/// Watches for leaders. Show it every state in order.
#[derive(Clone, Debug, Default)]
pub struct Leaderships {
    all: Vec<Leadership>,
    /// Which of them last.
    open: Vec<usize>,
}

impl Leaderships {
    /// Looks at the state of the run at a time.
    pub fn see(&mut self, now: SimTime, facts: &dyn Facts) {
        let leads = |node: NodeId| {
            facts.observation(node).filter(|seen| seen.role == Role::Leader).map(|seen| (node, seen.epoch))
        };
        let Self { all, open } = self;
        open.retain(|&at| {
            let lasts = leads(all[at].node) == Some((all[at].node, all[at].term));
            if !lasts {
                all[at].until = Some(now);
            }
            lasts
        });
        for (node, term) in facts.nodes().into_iter().filter_map(leads) {
            if open.iter().all(|&at| all[at].node != node) {
                open.push(all.len());
                all.push(Leadership { node, term, from: now, until: None });
            }
        }
    }

    /// The spans in the order of their beginnings.
    #[must_use]
    pub fn all(&self) -> &[Leadership] {
        &self.all
    }
}
