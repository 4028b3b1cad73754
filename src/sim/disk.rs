//! A node's disk: what is durable, what is being written, and what a lying disk only says is durable.

use std::collections::VecDeque;

use crate::base::{Distribution, NodeSet, PersistToken, RecordId, SimDuration, SimTime};
use crate::protocol::{Key, Protocol, Value};

/// The disk of one node. It outlives the process.
#[derive(Clone, Debug)]
pub struct Disk<P: Protocol> {
    durable: P::Durable,
    /// Under way, oldest first; writes become durable in their order.
    pub(super) writes: VecDeque<Write<P::Change>>,
    /// Reported as durable by a lying disk, oldest first, each with the time at which it really becomes so.
    cache: VecDeque<(SimTime, P::Change)>,
    flush_after: Option<SimDuration>,
    pub(super) sync: Distribution,
    /// Writes asked for so far: the position of the next draw.
    pub(super) asked: u64,
    pub(super) last_done_at: SimTime,
}

/// One write under way.
#[derive(Clone, Debug)]
pub(super) struct Write<C> {
    pub(super) token: PersistToken,
    pub(super) record: RecordId,
    change: C,
}

impl<P: Protocol> Disk<P> {
    pub(super) fn new(sync: Distribution) -> Self {
        Self {
            durable: P::Durable::default(),
            writes: VecDeque::new(),
            cache: VecDeque::new(),
            flush_after: None,
            sync,
            asked: 0,
            last_done_at: SimTime::ZERO,
        }
    }

    pub(super) fn preload(&mut self, members: NodeSet, data: &[(Key, Value)]) {
        P::preload(&mut self.durable, members, data);
    }

    /// What would survive a crash.
    #[must_use]
    pub fn durable(&self) -> &P::Durable {
        &self.durable
    }

    /// How many writes would not.
    #[must_use]
    pub fn unsynced(&self) -> usize {
        self.writes.len() + self.cache.len()
    }

    /// How long it takes to make a write durable.
    #[must_use]
    pub fn sync(&self) -> &Distribution {
        &self.sync
    }

    /// Whether it reports writes as durable that are not.
    #[must_use]
    pub fn is_lying(&self) -> bool {
        self.flush_after.is_some()
    }

    pub(super) fn begin(&mut self, token: PersistToken, record: RecordId, change: P::Change) {
        self.writes.push_back(Write { token, record, change });
    }

    /// The oldest write is reported as durable. Says when a lying disk really makes it so: in the order of the writes,
    /// even if it has been told to hold later ones for less time.
    pub(super) fn finish_oldest(&mut self, now: SimTime) -> (PersistToken, RecordId, Option<SimTime>) {
        let Write { token, record, change } = self.writes.pop_front().expect("a sync ends a write under way");
        let flushes_at = self.flush_after.map(|length| {
            let after_the_last = self.cache.back().map_or(SimTime::ZERO, |(time, _)| *time);
            (now + length).max(after_the_last)
        });
        match flushes_at {
            None => P::write(&mut self.durable, change),
            Some(time) => self.cache.push_back((time, change)),
        }
        (token, record, flushes_at)
    }

    /// Makes durable what the cache was to hold until now. An event for a write that was flushed before its time, since
    /// the disk was made honest, finds nothing that is due.
    pub(super) fn flush_due(&mut self, now: SimTime) {
        while let Some((_, change)) = self.cache.pop_front_if(|(time, _)| *time <= now) {
            P::write(&mut self.durable, change);
        }
    }

    pub(super) fn set_lying(&mut self, flush_after: Option<SimDuration>) {
        self.flush_after = flush_after;
        if flush_after.is_none() {
            self.flush_due(SimTime(u64::MAX));
        }
    }

    /// A crash: `survivors` of the writes that were not durable, oldest first, made it after all. Gives how many did
    /// not.
    pub(super) fn crash(&mut self, survivors: usize) -> usize {
        let unsynced = self.unsynced();
        let cache = std::mem::take(&mut self.cache);
        let writes = std::mem::take(&mut self.writes);
        let all = cache.into_iter().map(|(_, change)| change).chain(writes.into_iter().map(|write| write.change));
        for change in all.take(survivors) {
            P::write(&mut self.durable, change);
        }
        self.last_done_at = SimTime::ZERO;
        unsynced - survivors.min(unsynced)
    }

    pub(super) fn wipe(&mut self) {
        self.crash(0);
        self.durable = P::Durable::default();
    }
}
