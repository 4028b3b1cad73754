//! Draws in a row, for one topic of one seed: another topic's draws are not moved by one more here.

use super::class::Class;
use crate::base::{Distribution, Place, Purpose, SimDuration, SimTime, Stream, range};

/// What the draws are about. The numbers are part of every seed's meaning: never change one, only add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Topic {
    /// The cluster, its protocol's settings, network and disks.
    Settings = 1,
    /// The clients.
    Clients = 2,
    /// Changes of membership, wiped servers.
    Members = 3,
    /// Which kinds of fault there are, and how many.
    Mood = 4,
    /// The faults.
    Faults = 5,
    /// Whether disks are slow and crashes many.
    Wear = 6,
}

/// The draws of one topic.
pub(super) struct Draws {
    stream: Stream,
    next: u64,
}

impl Draws {
    pub(super) fn new(class: Class, seed: u32, topic: Topic) -> Self {
        let class = match class {
            Class::Safe => 1,
            Class::Wipe => 2,
            Class::Hostile => 3,
        };
        Self { stream: Stream::new(seed, Purpose::Swarm, Place(class, topic as u32)), next: 0 }
    }

    fn word(&mut self) -> u64 {
        let n = self.next;
        self.next += 1;
        self.stream.at(n)
    }

    /// A number between two, both included.
    pub(super) fn range(&mut self, min: u64, max: u64) -> u64 {
        let word = self.word();
        range(word, min, max.max(min))
    }

    /// Whether something is so that is so in this many of a hundred cases.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.range(1, 100) <= chance
    }

    /// One of several, all alike.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.range(0, of.len() as u64 - 1) as usize]
    }

    /// A length between two.
    pub(super) fn length(&mut self, min: SimDuration, max: SimDuration) -> SimDuration {
        SimDuration(self.range(min.0, max.0))
    }

    /// A length of so many microseconds at most, short ones as often as long ones: each power of two alike.
    pub(super) fn any_size(&mut self, min: u64, max: u64) -> SimDuration {
        let (low, high) = (min.max(1).ilog2(), max.max(1).ilog2());
        let size = self.range(u64::from(low), u64::from(high)) as u32;
        let bottom = (1_u64 << size).max(min);
        let top = (1_u64 << size).saturating_mul(2).min(max);
        SimDuration(self.range(bottom, top))
    }

    /// A time between two.
    pub(super) fn time(&mut self, min: SimTime, max: SimTime) -> SimTime {
        SimTime(self.range(min.0, max.0))
    }

    /// Lengths of some shape around a typical one. None has a tail that outlasts a run.
    pub(super) fn lengths(&mut self, typical: SimDuration) -> Distribution {
        let us = typical.0.max(1);
        match self.range(0, 3) {
            0 => Distribution::Constant(SimDuration(us)),
            1 => Distribution::Uniform { min: SimDuration(us / 4), max: SimDuration(us * 2) },
            2 => Distribution::Exponential { min: SimDuration(us / 4), mean: SimDuration(us) },
            _ => Distribution::LogNormal { median: SimDuration(us), sigma_milli: self.range(200, 800) as u32 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_stay_within_their_bounds() {
        let mut draws = Draws::new(Class::Safe, 1, Topic::Faults);
        let sizes: Vec<u64> = (0..1_000).map(|_| draws.any_size(300, 5_000).0).collect();
        assert!(sizes.iter().all(|size| (300..=5_000).contains(size)));
        assert!(sizes.iter().any(|size| *size < 500) && sizes.iter().any(|size| *size > 4_000));
    }

    #[test]
    fn topics_and_classes_draw_apart() {
        let first = |class, topic| Draws::new(class, 7, topic).range(0, u64::MAX);
        assert_eq!(first(Class::Safe, Topic::Faults), first(Class::Safe, Topic::Faults));
        assert_ne!(first(Class::Safe, Topic::Faults), first(Class::Wipe, Topic::Faults));
        assert_ne!(first(Class::Safe, Topic::Faults), first(Class::Safe, Topic::Clients));
    }
}
