//! The chronicle of a run: an index over its trace, read in one pass, that pictures, captions and pace draw from. All its
//! lists are in the order of their records. It owns what can be known from the trace alone; it knows nothing of screens.

mod beats;
mod book;
mod kinds;
mod leaderless;
mod logs;
mod mail;
mod merges;
mod mesh;
mod notes;
mod promised;
mod raft;
mod reader;
mod replica_beats;
mod replicas;
mod said;
mod spans;
mod waits;

pub use beats::{Beat, BeatKind, TallyOf, WhyDown};
pub use kinds::{MessageKind, Outline, Shape};
pub use replica_beats::{HintBeat, ReplicaBeat};
pub use spans::{
    Attempt, Broken, Cell, Commit, Content, Crossing, CrossingEnd, Ending, Loss, LostCell, Membership, Merge,
    OperationBar, Outage, Reign, Stamp, Standing, TermChange,
};

use book::Book;
use logs::LogModel;
use reader::Reader;
use said::Chronicled;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{NodeId, NodeSet, OpId, RecordId, SimTime};
use crate::session::Cluster;
use crate::sim::{TraceCursor, World};
use crate::view::sides::{Side, sides};

/// A checkpoint of the reading is kept every so many records.
const MARK_EVERY: u64 = 2_048;

/// An index over the trace of one run.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    book: Book,
    place: Place,
    marks: Vec<Place>,
}

/// A place in the reading, with all that is needed to go on from it.
#[derive(Clone, Debug, Default)]
struct Place {
    records: u64,
    cursor: TraceCursor,
    /// None before the first record.
    reader: Option<Reader>,
}

impl Chronicle {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what the cluster's trace has beyond what was read before. The cluster must be of the same run, or of a branch
    /// to which this was cut back.
    pub fn read_on(&mut self, cluster: &Cluster) {
        match cluster {
            Cluster::Raft(world) => self.read_world(world),
            Cluster::Leaderless(world) => self.read_world(world),
        }
    }

    /// Forgets everything from a record on, as a branch was opened there: what was begun by later records is gone, and what
    /// they ended is open again. It may forget a little more than that, which the next [`Chronicle::read_on`] reads again:
    /// the branch has it too.
    pub fn cut_back(&mut self, records: u64) {
        if records >= self.place.records {
            return;
        }
        self.marks.truncate(self.marks.partition_point(|mark| mark.records <= records));
        self.place = self.marks.last().cloned().unwrap_or_default();
        self.book.cut_back(RecordId(self.place.records));
    }

    fn read_world<P: Chronicled>(&mut self, world: &World<P>) {
        let trace = world.trace();
        while let Some(record) = trace.read_on(&mut self.place.cursor) {
            let reader = self.place.reader.get_or_insert_with(|| Reader::new(world, &mut self.book));
            reader.read::<P>(record, &mut self.book);
            self.place.records += 1;
            if self.place.records.is_multiple_of(MARK_EVERY) {
                self.marks.push(self.place.clone());
            }
        }
    }

    /// How many records were read.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.place.records
    }

    /// Every message and every copy of one.
    #[must_use]
    pub fn crossings(&self) -> &[Crossing] {
        &self.book.crossings
    }

    /// The message that a record names.
    #[must_use]
    pub fn crossing(&self, message: RecordId) -> Option<&Crossing> {
        self.book.crossing_at(message).map(|at| &self.book.crossings[at])
    }

    /// The clients' operations.
    #[must_use]
    pub fn operations(&self) -> &[OperationBar] {
        &self.book.operations
    }

    /// One operation.
    #[must_use]
    pub fn operation(&self, op: OpId) -> Option<&OperationBar> {
        self.book.operation(op)
    }

    /// Who led or stood, and when, as each believed.
    #[must_use]
    pub fn reigns(&self) -> &[Reign] {
        &self.book.reigns
    }

    /// The terms that nodes entered.
    #[must_use]
    pub fn terms(&self) -> &[TermChange] {
        &self.book.terms
    }

    /// Faults for as long as they lasted.
    #[must_use]
    pub fn outages(&self) -> &[Outage] {
        &self.book.outages
    }

    /// Entries that were dropped from logs.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.book.losses
    }

    /// The first commit of each index.
    #[must_use]
    pub fn commits(&self) -> &[Commit] {
        &self.book.commits
    }

    /// The key moments.
    #[must_use]
    pub fn beats(&self) -> &[Beat] {
        &self.book.beats
    }

    /// What leaderless replicas have decided when versions met.
    #[must_use]
    pub fn merges(&self) -> &[Merge] {
        &self.book.merges
    }

    /// The place of the first beat that is not before a time.
    #[must_use]
    pub fn first_beat_at(&self, time: SimTime) -> usize {
        self.book.first_beat_at(time)
    }

    /// Who votes, as the leader of the latest term has it at the end of what was read.
    #[must_use]
    pub fn voters(&self) -> NodeSet {
        self.place.reader.as_ref().map_or(NodeSet::EMPTY, |reader| reader.voters)
    }

    /// The entries of a node's log after its snapshot at the end of what was read, as the trace tells.
    #[must_use]
    pub fn log(&self, node: NodeId) -> Vec<Arc<Cell>> {
        self.log_model(node).map_or_else(Vec::new, |log| log.cells().iter().cloned().collect())
    }

    /// Index and term of the last entry that a node's snapshot covers; (0, 0) if it has none.
    #[must_use]
    pub fn snapshot_end(&self, node: NodeId) -> (u64, u64) {
        self.log_model(node).map_or((0, 0), LogModel::base)
    }

    fn log_model(&self, node: NodeId) -> Option<&LogModel> {
        Some(&self.place.reader.as_ref()?.nodes.get(node.slot())?.log)
    }

    /// A node's term at the end of what was read; none for a process that has not shown it since its start.
    #[must_use]
    pub fn term(&self, node: NodeId) -> Option<u64> {
        let state = self.place.reader.as_ref()?.nodes.get(node.slot())?;
        state.is_term_shown.then_some(state.term)
    }

    /// Who voted when a record was made, as the leader of the latest term had it.
    #[must_use]
    pub fn voters_at(&self, record: RecordId) -> NodeSet {
        let after = self.book.memberships.partition_point(|membership| membership.from.record <= record);
        let acting = after.checked_sub(1).map(|at| self.book.memberships[at].voters);
        acting.or_else(|| self.book.memberships.first().map(|first| first.voters)).unwrap_or_default()
    }

    /// The memberships that acted, as the leader of the latest term had them; the first is that of the beginning.
    #[must_use]
    pub fn memberships(&self) -> &[Membership] {
        &self.book.memberships
    }

    /// The sides of the network just after a record.
    #[must_use]
    pub fn sides_at(&self, record: RecordId) -> Vec<Side> {
        let lasts =
            |outage: &&Outage| outage.from.record <= record && outage.until.is_none_or(|until| until.record > record);
        let begun = &self.book.outages[..self.book.outages.partition_point(|outage| outage.from.record <= record)];
        let nodes = self.place.reader.as_ref().map_or(0, |reader| reader.nodes.len()) as u8;
        let (mut idle, mut cut) = (NodeSet::EMPTY, BTreeSet::new());
        for outage in begun.iter().filter(lasts) {
            match &outage.what {
                Broken::Down(node) | Broken::Paused(node) => {
                    idle.insert(*node);
                }
                Broken::Link { from, to } => {
                    cut.insert((*from, *to));
                }
                Broken::Partition(_) => {}
            }
        }
        let all = NodeSet::first(nodes);
        let passes = |from: NodeId, to: NodeId| !cut.contains(&(from.into(), to.into()));
        sides(all, self.voters_at(record), all.difference(idle), passes)
    }

    /// When the run came to stand still, if it did.
    #[must_use]
    pub fn halted_at(&self) -> Option<SimTime> {
        let last = self.book.beats.last()?;
        matches!(last.what, BeatKind::Halted(_)).then_some(last.when.at)
    }
}
