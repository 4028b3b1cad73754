//! Hinted handoff (the paper, section 4.6): a version that a replica has missed is kept for it by another, offered to it while
//! it seems alive, and dropped when the replica has it on disk, or when it is too old. A hint says for whom and which key; what
//! is handed over is what its keeper then holds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::breaks::Break;
use super::placement::Targets;
use super::version::Versions;
use super::{HANDOFF_TIMER, Leaderless, LeaderlessChange, LeaderlessMessage, LeaderlessNote, Way};
use crate::base::{NodeId, NodeSet, Wall};
use crate::protocol::{Effects, Key};

/// How many hints are offered to one replica at a time.
const BATCH: usize = 16;

/// Something kept for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// Since when, by the keeper's wall clock.
    pub since: Wall,
    /// Grows when there is more to hand over, so that an acknowledgement of less does not end it.
    pub generation: u64,
    /// Whether it is worth telling: what is typed waits for each of the others for as long as a message takes, and that is not.
    pub is_told: bool,
}

/// All that is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    kept: BTreeMap<(NodeId, Key), Hint>,
    is_timed: bool,
}

impl Hints {
    pub(super) fn iter(&self) -> impl Iterator<Item = (NodeId, &Key, Hint)> {
        self.kept.iter().map(|((home, key), hint)| (*home, key, *hint))
    }

    pub(super) fn recover(&mut self, kept: BTreeMap<(NodeId, Key), Hint>) {
        self.kept = kept;
    }

    pub(super) fn is_about(&self, key: &Key) -> bool {
        self.kept.keys().any(|(_, other)| other == key)
    }
}

impl Leaderless {
    /// Keeps what this node holds of a key for another, which has missed it.
    pub(super) fn keep_hint(&mut self, home: NodeId, key: &Key, is_told: bool, out: &mut Effects<Self>) {
        // Of a deletion that everybody may forget by now there is nothing to hand over.
        if !self.config.hinted_handoff || home == self.id || self.store.get(key).is_none() {
            return;
        }
        let name = (home, key.clone());
        let known = self.hints.kept.get(&name).copied();
        let hint = match known {
            Some(hint) => Hint { generation: hint.generation + 1, is_told: hint.is_told || is_told, ..hint },
            None => Hint { since: self.now.wall, generation: 1, is_told },
        };
        self.hints.kept.insert(name, hint);
        if hint.is_told && !known.is_some_and(|known| known.is_told) {
            out.note(LeaderlessNote::HintKept { home, key: key.clone() });
        }
        self.persist_hint(home, key, Some(hint), out);
        self.start_handoff(out);
    }

    fn persist_hint(&mut self, home: NodeId, key: &Key, hint: Option<Hint>, out: &mut Effects<Self>) {
        if !self.config.breaks(Break::HintDroppedOnRestart) {
            self.persist(LeaderlessChange::Hint { home, key: key.clone(), hint }, out);
        }
    }

    /// Whoever stands in itself keeps a hint, and one for each of the key's replicas that nobody stands in for. A write that it
    /// names must reach all of them before the next that it names can be told from it: then it keeps hints for all.
    pub(super) fn keep_hints_of_own(&mut self, key: &Key, targets: &Targets, out: &mut Effects<Self>) {
        let own = targets.iter().find(|(node, _)| *node == self.id).and_then(|(_, hint_for)| *hint_for);
        let is_covered = |node: NodeId| targets.iter().any(|(other, hint)| *other == node || *hint == Some(node));
        let is_stranger_naming = own.is_some() && self.names_writes(key);
        let misses = |node: &NodeId| own == Some(*node) || is_stranger_naming || !is_covered(*node);
        let homes: Vec<NodeId> = self.home(key).iter().copied().filter(misses).collect();
        for node in homes {
            self.keep_hint(node, key, true, out);
        }
    }

    /// Some who should have taken a write have not said that they did: it is kept for them.
    pub(super) fn keep_hints_for_absent(
        &mut self,
        key: &Key,
        targets: &Targets,
        acked: NodeSet,
        versions: Versions,
        out: &mut Effects<Self>,
    ) {
        let absent = targets.iter().filter(|(node, _)| !acked.contains(*node) && *node != self.id);
        let homes: Vec<NodeId> = absent.map(|(node, hint_for)| hint_for.unwrap_or(*node)).collect();
        if homes.is_empty() || !self.config.hinted_handoff {
            return;
        }
        self.take(self.id, key, &versions, Way::Write, out);
        for home in homes {
            self.keep_hint(home, key, true, out);
        }
    }

    pub(super) fn start_handoff(&mut self, out: &mut Effects<Self>) {
        if !self.hints.kept.is_empty() && !self.hints.is_timed {
            self.hints.is_timed = true;
            out.set_timer_exactly(HANDOFF_TIMER, self.config.handoff_interval);
        }
    }

    pub(super) fn on_handoff_due(&mut self, out: &mut Effects<Self>) {
        self.hints.is_timed = false;
        self.expire_hints(out);
        self.tell_late_hints(out);
        for home in self.alive().without(self.id).iter() {
            let due: Vec<(Key, u64)> = self
                .hints
                .iter()
                .filter(|(other, ..)| *other == home)
                .take(BATCH)
                .map(|(_, key, hint)| (key.clone(), hint.generation))
                .collect();
            for (key, generation) in due {
                self.offer(home, key, generation, out);
            }
        }
        self.start_handoff(out);
    }

    /// What was typed a while ago and is not everywhere yet is told of after all.
    fn tell_late_hints(&mut self, out: &mut Effects<Self>) {
        let (now, patience) = (self.now.wall.0, self.config.handoff_interval.0.saturating_mul(2));
        for ((home, key), hint) in &mut self.hints.kept {
            let waits = u64::try_from(now.saturating_sub(hint.since.0)).unwrap_or(0);
            if !hint.is_told && waits >= patience {
                hint.is_told = true;
                out.note(LeaderlessNote::HintKept { home: *home, key: key.clone() });
            }
        }
    }

    fn offer(&mut self, home: NodeId, key: Key, generation: u64, out: &mut Effects<Self>) {
        let Some(versions) = self.store.get(&key).cloned() else {
            // What it was about is gone by now: a tombstone that was old enough.
            return self.drop_hint(home, &key, out);
        };
        if matches!(versions, Versions::Text(_)) {
            self.send_letters(home, &key, out);
        } else {
            let offer = LeaderlessMessage::Handoff { key: key.clone(), versions, generation };
            out.send_after(self.must_be_durable(), home, offer);
        }
        if self.config.breaks(Break::ForgetHintWhenSent) {
            out.note(LeaderlessNote::HintForgotten { home, key: key.clone() });
            self.drop_hint(home, &key, out);
        }
    }

    fn expire_hints(&mut self, out: &mut Effects<Self>) {
        let Some(expiry) = self.config.hint_expiry else { return };
        let now = self.now.wall.0;
        let is_old = |hint: Hint| now.saturating_sub(hint.since.0) > i64::try_from(expiry.0).unwrap_or(i64::MAX);
        let old: Vec<(NodeId, Key)> =
            self.hints.iter().filter(|(.., hint)| is_old(*hint)).map(|(home, key, _)| (home, key.clone())).collect();
        for (home, key) in old {
            out.note(LeaderlessNote::HintExpired { home, key: key.clone() });
            self.drop_hint(home, &key, out);
        }
    }

    pub(super) fn on_handoff(
        &mut self,
        from: NodeId,
        key: Key,
        versions: &Versions,
        generation: u64,
        out: &mut Effects<Self>,
    ) {
        self.take(from, &key, versions, Way::Handoff, out);
        out.send_after(self.must_be_durable(), from, LeaderlessMessage::HandoffAck { key, generation });
    }

    /// The other has on disk what this node held when its hint was of that generation.
    pub(super) fn on_handoff_ack(&mut self, from: NodeId, key: Key, generation: u64, out: &mut Effects<Self>) {
        let is_all = self.hints.kept.get(&(from, key.clone())).is_some_and(|hint| hint.generation == generation);
        if is_all {
            self.deliver_hint(from, &key, out);
        }
    }

    /// The other has it all.
    pub(super) fn deliver_hint(&mut self, home: NodeId, key: &Key, out: &mut Effects<Self>) {
        let Some(hint) = self.hints.kept.get(&(home, key.clone())) else { return };
        if hint.is_told {
            out.note(LeaderlessNote::HintDelivered { home, key: key.clone() });
        }
        self.drop_hint(home, key, out);
    }

    /// A hint is gone; with the last one goes what was kept here for others alone.
    fn drop_hint(&mut self, home: NodeId, key: &Key, out: &mut Effects<Self>) {
        self.hints.kept.remove(&(home, key.clone()));
        self.persist_hint(home, key, None, out);
        if !self.is_home(key) && !self.hints.is_about(key) && self.store.get(key).is_some() {
            self.keep(key, None, None, out);
        }
    }
}
