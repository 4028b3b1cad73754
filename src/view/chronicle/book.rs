//! The lists of a chronicle, and how they are cut back: what was begun by a forgotten record goes, what was ended by one
//! is open again. Knows nothing of how they come about.

use super::beats::{Beat, BeatKind};
use super::spans::{Commit, Crossing, Loss, Membership, Merge, OperationBar, Outage, Reign, Stamp, TermChange};
use crate::base::{OpId, RecordId, SimTime};

/// Everything that a chronicle lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) crossings: Vec<Crossing>,
    pub(super) operations: Vec<OperationBar>,
    pub(super) reigns: Vec<Reign>,
    pub(super) terms: Vec<TermChange>,
    pub(super) outages: Vec<Outage>,
    pub(super) losses: Vec<Loss>,
    pub(super) commits: Vec<Commit>,
    pub(super) beats: Vec<Beat>,
    pub(super) memberships: Vec<Membership>,
    pub(super) merges: Vec<Merge>,
}

impl Book {
    pub(super) fn beat(&mut self, when: Stamp, what: BeatKind) {
        self.beats.push(Beat { when, what });
    }

    /// The place of the message that a record names.
    pub(super) fn crossing_at(&self, message: RecordId) -> Option<usize> {
        self.crossings.binary_search_by_key(&message, |crossing| crossing.message).ok()
    }

    pub(super) fn operation(&self, op: OpId) -> Option<&OperationBar> {
        self.operations.get((op.0 as usize).checked_sub(1)?)
    }

    pub(super) fn operation_mut(&mut self, op: OpId) -> Option<&mut OperationBar> {
        self.operations.get_mut((op.0 as usize).checked_sub(1)?)
    }

    /// Forgets a record and all after it.
    pub(super) fn cut_back(&mut self, first: RecordId) {
        let is_new = |stamp: &Stamp| stamp.record >= first;
        self.crossings.truncate(self.crossings.partition_point(|crossing| crossing.message < first));
        for crossing in &mut self.crossings {
            crossing.end = crossing.end.filter(|end| end.record < first);
            crossing.released = crossing.released.filter(|end| end.record < first);
            crossing.news = crossing.news.filter(|news| !is_new(news));
        }
        self.operations.truncate(self.operations.partition_point(|bar| bar.record < first));
        for bar in &mut self.operations {
            bar.attempts.retain(|attempt| !is_new(&attempt.made));
            for attempt in &mut bar.attempts {
                attempt.ended = attempt.ended.filter(|(stamp, _)| !is_new(stamp));
            }
            bar.ended = bar.ended.take().filter(|(stamp, _)| !is_new(stamp));
            bar.committed = bar.committed.filter(|stamp| !is_new(stamp));
        }
        self.reigns.truncate(self.reigns.partition_point(|reign| !is_new(&reign.from)));
        for reign in &mut self.reigns {
            reign.until = reign.until.filter(|until| !is_new(until));
        }
        self.terms.truncate(self.terms.partition_point(|change| !is_new(&change.from)));
        self.outages.truncate(self.outages.partition_point(|outage| !is_new(&outage.from)));
        for outage in &mut self.outages {
            outage.until = outage.until.filter(|until| !is_new(until));
        }
        self.losses.truncate(self.losses.partition_point(|loss| !is_new(&loss.when)));
        self.commits.truncate(self.commits.partition_point(|commit| !is_new(&commit.when)));
        self.memberships.truncate(self.memberships.partition_point(|membership| !is_new(&membership.from)));
        self.merges.truncate(self.merges.partition_point(|merge| !is_new(&merge.when)));
        self.beats.truncate(self.beats.partition_point(|beat| !is_new(&beat.when)));
    }

    /// Where the beats of a time begin.
    pub(super) fn first_beat_at(&self, time: SimTime) -> usize {
        self.beats.partition_point(|beat| beat.when.at < time)
    }
}
