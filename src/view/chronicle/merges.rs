//! The accounts of merges as replicas give them, each with how long what came was on its way and which operations it undoes.

use super::beats::{Beat, BeatKind};
use super::book::Book;
use super::reader::Reader;
use super::replica_beats::ReplicaBeat;
use super::spans::{Merge, Stamp};
use crate::base::NodeId;
use crate::protocol::leaderless::LeaderlessNote;

impl Reader {
    /// Keeps the account of a merge, with the operations that it undoes, by the moments that were just told of it.
    pub(super) fn merged(&self, node: NodeId, note: &LeaderlessNote, when: Stamp, news: usize, book: &mut Book) {
        let LeaderlessNote::Merged { key, from, way, notes, .. } = note else { return };
        let undone = |beat: &Beat| match &beat.what {
            BeatKind::Replica(ReplicaBeat::Thrown { op, .. })
            | BeatKind::Replica(ReplicaBeat::ElementBack { op, .. })
            | BeatKind::Replica(ReplicaBeat::ValueBack { op: Some(op), .. }) => Some(*op),
            _ => None,
        };
        let undoes = book.beats.get(news..).unwrap_or_default().iter().filter_map(undone).collect();
        let brought = self.handling.crossing.and_then(|at| book.crossings.get(at));
        let flight = brought.map(|crossing| when.at.since(crossing.sent_at)).unwrap_or_default();
        let (key, notes) = (key.clone(), notes.clone().into());
        book.merges.push(Merge { when, node, from: *from, way: *way, key, notes, undoes, flight });
    }
}
