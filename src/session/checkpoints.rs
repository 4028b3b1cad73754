//! Checkpoints of one branch: where a seek starts from. Owns how many are kept; knows nothing of what they hold.

use std::sync::Arc;

use super::cluster::Cluster;
use crate::base::Moment;

/// Where a run stands on its branch: at one moment, with so many of the branch's commands carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) moment: Moment,
    pub(super) applied: usize,
}

/// How far apart checkpoints are. It decides what a seek costs, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spacing {
    /// Events from one to the next, at first.
    pub events: u64,
    /// How many there may be; then every other one is dropped, and the distance doubles.
    pub most: usize,
}

impl Default for Spacing {
    /// A few thousand events replay within a frame.
    fn default() -> Self {
        Self { events: 4_096, most: 512 }
    }
}

/// The checkpoints of one branch, oldest first. The first is the start of the run.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    spacing: Spacing,
    list: Vec<(Position, Arc<Cluster>)>,
}

impl Checkpoints {
    pub(super) fn new(spacing: Spacing, start: &Cluster) -> Self {
        let spacing = Spacing { events: spacing.events.max(1), most: spacing.most.max(2) };
        Self { spacing, list: vec![(Position::default(), Arc::new(start.clone()))] }
    }

    /// At how many events the next one is due.
    pub(super) fn due_at(&self) -> u64 {
        let last = self.list.last().map_or(0, |(position, _)| position.moment.events);
        last + self.spacing.events
    }

    /// Keeps a checkpoint if one is due.
    pub(super) fn offer(&mut self, position: Position, cluster: &Cluster) {
        if position.moment.events < self.due_at() {
            return;
        }
        self.list.push((position, Arc::new(cluster.clone())));
        if self.list.len() > self.spacing.most {
            self.thin_out();
        }
    }

    fn thin_out(&mut self) {
        let mut at = 0;
        self.list.retain(|_| {
            at += 1;
            at % 2 == 1
        });
        self.spacing.events *= 2;
    }

    /// The latest one that is not after a position.
    pub(super) fn before(&self, position: Position) -> (Position, &Cluster) {
        let after = self.list.partition_point(|(at, _)| *at <= position);
        let (at, cluster) = &self.list[after.max(1) - 1];
        (*at, cluster)
    }

    /// The latest one with fewer events than so many; the start, if none has.
    pub(super) fn before_event(&self, events: u64) -> (Position, &Cluster) {
        let after = self.list.partition_point(|(at, _)| at.moment.events < events);
        let (at, cluster) = &self.list[after.max(1) - 1];
        (*at, cluster)
    }

    /// Those that another branch shares up to a position.
    pub(super) fn up_to(&self, position: Position) -> Self {
        let list = self.list.iter().take_while(|(at, _)| *at <= position).cloned().collect();
        Self { spacing: self.spacing, list }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }
}
