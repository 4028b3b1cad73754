//! Several runs side by side on one clock: twins of one seed with one difference, or two systems under the same faults.

use super::cluster::Cluster;
use super::steering::Session;
use crate::base::{RecordId, SimTime};
use crate::protocol::Protocol;
use crate::sim::World;

/// Runs that share a clock.
#[derive(Clone, Debug)]
pub struct Ensemble {
    sessions: Vec<Session>,
}

/// Where two runs part: the first record that is not the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its number, in both runs.
    pub record: RecordId,
    /// When it happened in the first run; none if that run has ended.
    pub first: Option<SimTime>,
    /// When it happened in the second.
    pub second: Option<SimTime>,
}

impl Ensemble {
    /// Puts runs side by side.
    #[must_use]
    pub fn new(sessions: Vec<Session>) -> Self {
        Self { sessions }
    }

    /// The runs.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// One run, to steer it.
    pub fn session_mut(&mut self, at: usize) -> Option<&mut Session> {
        self.sessions.get_mut(at)
    }

    /// Takes every run to a time, events at that time included.
    pub fn advance(&mut self, until: SimTime) {
        for session in &mut self.sessions {
            session.advance(until);
        }
    }

    /// Takes every run to a time, back or forward.
    pub fn seek(&mut self, time: SimTime) {
        for session in &mut self.sessions {
            session.seek(time);
        }
    }
}

impl Cluster {
    /// The first record in which this run differs from another of the same system, as far as both were run. Runs of two systems
    /// differ from the first record on.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<Difference> {
        match (self, other) {
            (Self::Raft(first), Self::Raft(second)) => first_difference(first, second),
            (Self::Leaderless(first), Self::Leaderless(second)) => first_difference(first, second),
            (Self::Raft(_), Self::Leaderless(_)) | (Self::Leaderless(_), Self::Raft(_)) => {
                Some(Difference { record: RecordId(0), first: Some(SimTime::ZERO), second: Some(SimTime::ZERO) })
            }
        }
    }
}

fn first_difference<P: Protocol>(first: &World<P>, second: &World<P>) -> Option<Difference> {
    let (mut ones, mut others) = (first.trace().iter(), second.trace().iter());
    let mut number = 0;
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return None,
            (one, other) if one == other => number += 1,
            (one, other) => {
                let first = one.map(|record| record.moment.time);
                let second = other.map(|record| record.moment.time);
                return Some(Difference { record: RecordId(number), first, second });
            }
        }
    }
}
