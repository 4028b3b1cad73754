//! Messages in the order of their sending, each with the time for which it is on its way. Knows nothing of who sent them.

use std::ops::Range;

use super::spans::{OPEN, Spans};
use crate::base::{RecordId, SimTime};
use crate::view::chronicle::{Crossing, CrossingEnd};

/// Messages in the order of their sending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Track {
    messages: Vec<RecordId>,
    spans: Spans,
    /// Of each: the record that ended it; none while it is on its way.
    ended: Vec<Option<RecordId>>,
}

impl Track {
    pub(super) fn message(&self, at: usize) -> RecordId {
        self.messages[at]
    }

    pub(super) fn push(&mut self, crossing: &Crossing) {
        self.messages.push(crossing.message);
        self.spans.push(crossing.sent_at);
        self.ended.push(None);
    }

    /// Puts in one that has arrived.
    pub(super) fn insert(&mut self, crossing: &Crossing, end: CrossingEnd) {
        let at = self.messages.partition_point(|message| *message < crossing.message);
        self.messages.insert(at, crossing.message);
        self.spans.insert(at, crossing.sent_at, end.at);
        self.ended.insert(at, Some(end.record));
    }

    /// The places of those that are on their way.
    pub(super) fn open(&self) -> &[usize] {
        self.spans.open()
    }

    pub(super) fn close(&mut self, at: usize, end: CrossingEnd) {
        self.spans.close(at, end.at);
        self.ended[at] = Some(end.record);
    }

    pub(super) fn touching(&self, from: SimTime, until: SimTime) -> impl Iterator<Item = RecordId> {
        self.spans.touching(from, until).map(|at| self.messages[at])
    }

    pub(super) fn sent_within(&self, from: SimTime, until: SimTime) -> Range<usize> {
        self.spans.beginning(from, until)
    }

    /// When the first thing of a record or later ones happens to one of these.
    pub(super) fn time_of_record(&self, record: RecordId) -> Option<SimTime> {
        let sent = self.messages.partition_point(|message| *message < record);
        let sent = (sent < self.messages.len()).then(|| self.spans.get(sent).0);
        let late = (0..self.ended.len()).filter(|&at| self.ended[at].is_some_and(|end| end >= record));
        late.map(|at| self.spans.get(at).1).chain(sent).min()
    }

    /// Those that ended at a time or later, in order.
    pub(super) fn ended_from(&self, time: SimTime) -> Vec<RecordId> {
        let is_late = |at: &usize| (time..OPEN).contains(&self.spans.get(*at).1);
        (0..self.messages.len()).filter(is_late).map(|at| self.messages[at]).collect()
    }

    pub(super) fn cut_back(&mut self, time: SimTime) {
        self.spans.cut_back(time);
        self.messages.truncate(self.spans.len());
        self.ended.truncate(self.spans.len());
        for &at in self.spans.open() {
            self.ended[at] = None;
        }
    }

    /// Takes some out.
    pub(super) fn take_out(&mut self, gone: &[RecordId]) {
        let keep: Vec<bool> = self.messages.iter().map(|message| gone.binary_search(message).is_err()).collect();
        self.spans.retain(&keep);
        let mut kept = keep.iter();
        self.messages.retain(|_| kept.next() == Some(&true));
        let mut kept = keep.iter();
        self.ended.retain(|_| kept.next() == Some(&true));
    }
}
