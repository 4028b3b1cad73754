//! R10, check-quorum: a leader that has not heard a majority for the minimum election timeout, on its own clock, steps
//! down in the same term. It cannot act while it is frozen or busy, nor before the event that is due at that moment.

use std::collections::BTreeMap;

use super::look::{Look, Seen};
use super::mail::Letter;
use crate::base::{Monotonic, NodeId, SimDuration};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Configuration, RaftNote, StepDown, Term};
use crate::sim::NodeStatus;

const R10: Invariant = Invariant::PreVoteAndCheckQuorum;

/// No clock advances by more than this many microseconds in one true microsecond, plus one for rounding. Within them,
/// the event that is due may still be to come.
const SAME_MOMENT: SimDuration = SimDuration(3);

/// Whom each leader has heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Contacts {
    leaders: BTreeMap<NodeId, Led>,
}

/// One leadership.
#[derive(Clone, Debug)]
struct Led {
    term: Term,
    incarnation: u32,
    configuration: Configuration,
    /// Since when, on its clock, it has led with this membership.
    since: Monotonic,
    heard: BTreeMap<NodeId, Monotonic>,
}

impl Contacts {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        if !look.config.check_quorum {
            return;
        }
        for (node, was, is) in look.servers() {
            if !is.leads() {
                self.leaders.remove(&node);
                continue;
            }
            let led = self.led(node, was, is, look);
            for handled in look.handled.iter().filter(|handled| handled.to == node) {
                if handled.letter == (Letter::Answer { term: is.term }) {
                    led.heard.insert(handled.from, look.reading(node));
                }
            }
            led.check(node, look, report);
        }
        for (node, note, _) in look.notes() {
            let (was, is) = (&look.was[node.slot()], &look.is[node.slot()]);
            if let RaftNote::SteppedDown { why: StepDown::LostQuorum { .. }, .. } = note {
                report.must(is.term == was.term || !is.continues(was), R10, || {
                    format!("{node} lost its majority in term {}, and steps down into term {}", was.term, is.term)
                });
            }
        }
    }

    fn led(&mut self, node: NodeId, was: &Seen, is: &Seen, look: &Look<'_>) -> &mut Led {
        let now = look.reading(node);
        let fresh = || Led {
            term: is.term,
            incarnation: is.incarnation,
            configuration: is.configuration,
            since: now,
            heard: BTreeMap::new(),
        };
        let led = self.leaders.entry(node).or_insert_with(fresh);
        if is.has_come_to_lead(was) || (led.term, led.incarnation) != (is.term, is.incarnation) {
            *led = fresh();
        }
        if led.configuration != is.configuration {
            // Another majority counts from now on, and nobody can have heard it before.
            led.configuration = is.configuration;
            led.since = now;
        }
        led
    }
}

impl Led {
    fn check(&self, node: NodeId, look: &Look<'_>, report: &mut Report) {
        let can_act =
            look.world.node(node).is_some_and(|slot| slot.status() == NodeStatus::Up && slot.inbox_len() == 0);
        let (now, patience) = (look.reading(node), look.config.election_timeout.min);
        if !can_act || now.since(self.since) <= patience + SAME_MOMENT {
            return;
        }
        let heard_at = |voter: NodeId| match self.heard.get(&voter) {
            _ if voter == node => now,
            Some(&at) => at,
            None => self.since,
        };
        let heard = self.configuration.quorum().reached(heard_at).unwrap_or(now).max(self.since);
        let silent_for = now.since(heard);
        report.must(silent_for <= patience + SAME_MOMENT, R10, || {
            format!("{node} leads term {} on, though it has heard no majority for {silent_for}", self.term)
        });
    }
}
