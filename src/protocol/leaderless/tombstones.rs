//! Tombstones: a deletion is a version like any other, and is forgotten only after a grace, in which it must have reached all
//! replicas. Forgotten too soon, whoever has missed it brings the old value back.

use super::breaks::Break;
use super::version::Versions;
use super::{COMPACTION_TIMER, Leaderless, LeaderlessNote};
use crate::protocol::{Effects, Key};

impl Leaderless {
    pub(super) fn start_compaction(&self, out: &mut Effects<Self>) {
        out.set_timer_exactly(COMPACTION_TIMER, self.config.compaction_interval);
    }

    /// Whether this is a deletion that is old enough, by this replica's own clock.
    pub(super) fn may_be_purged(&self, versions: &Versions) -> bool {
        let grace = self.config.tombstone_grace;
        versions.deleted_for(self.now.wall).is_some_and(|age| age >= grace)
    }

    pub(super) fn on_compaction_due(&mut self, out: &mut Effects<Self>) {
        let has_grace = !self.config.breaks(Break::TombstoneWithoutGrace);
        let is_due = |versions: &Versions| match has_grace {
            true => self.may_be_purged(versions),
            false => versions.deleted_for(self.now.wall).is_some(),
        };
        // What is still to be handed to somebody stays until it is.
        let due: Vec<Key> = self
            .store
            .iter()
            .filter(|(key, versions)| is_due(versions) && !self.hints.is_about(key))
            .map(|(key, _)| key.clone())
            .collect();
        for key in due {
            self.keep(&key, None, None, out);
            out.note(LeaderlessNote::Purged { key });
        }
        self.start_compaction(out);
    }
}
