//! A node's two clocks. Both follow one oscillator that may drift; only the wall clock has an offset and steps.

use crate::base::{Drift, LocalTime, Monotonic, SimDuration, SimTime, Wall};

/// The clocks of one node, as functions of true time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    drift: Drift,
    /// When the oscillator last changed its rate, and what the clocks read then.
    since: SimTime,
    monotonic: Monotonic,
    wall: Wall,
    stopped: bool,
}

impl Clock {
    /// What the node reads at a true time not before the last change.
    #[must_use]
    pub fn read(&self, now: SimTime) -> LocalTime {
        let passed = self.drift.local(now.since(self.since));
        let ran = if self.stopped { SimDuration::ZERO } else { passed };
        LocalTime { monotonic: self.monotonic + ran, wall: Wall(self.wall.0.saturating_add_unsigned(passed.0)) }
    }

    /// How fast the oscillator runs.
    #[must_use]
    pub fn drift(&self) -> Drift {
        self.drift
    }

    /// The first true time at which the running monotonic clock reads so much.
    #[must_use]
    pub fn when(&self, reading: Monotonic) -> SimTime {
        self.since + self.drift.until_local(reading.since(self.monotonic))
    }

    pub(super) fn set_drift(&mut self, now: SimTime, drift: Drift) {
        self.settle(now);
        self.drift = drift;
    }

    /// Moves the reading at the last change along with all later ones: the monotonic clock keeps its fraction of a
    /// microsecond, and no deadline moves.
    pub(super) fn step_wall(&mut self, by_us: i64) {
        self.wall.0 = self.wall.0.saturating_add(by_us);
    }

    /// The monotonic clock counts the life of a machine: it stands still while the node is down.
    pub(super) fn stop(&mut self, now: SimTime) {
        self.settle(now);
        self.stopped = true;
    }

    pub(super) fn start(&mut self, now: SimTime) {
        self.settle(now);
        self.stopped = false;
    }

    fn settle(&mut self, now: SimTime) {
        let LocalTime { monotonic, wall } = self.read(now);
        (self.monotonic, self.wall, self.since) = (monotonic, wall, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: u64) -> SimTime {
        SimTime::from_millis(ms)
    }

    #[test]
    fn drift_moves_both_clocks_and_steps_only_the_wall() {
        let mut clock = Clock::default();
        clock.set_drift(at(100), Drift(-100_000));
        clock.step_wall(5_000);
        let read = clock.read(at(300));
        assert_eq!(read.monotonic, Monotonic(280_000));
        assert_eq!(read.wall, Wall(285_000));
    }

    #[test]
    fn a_crash_stops_the_monotonic_clock_and_not_the_wall() {
        let mut clock = Clock::default();
        clock.stop(at(100));
        clock.start(at(400));
        assert_eq!(clock.read(at(500)), LocalTime { monotonic: Monotonic(200_000), wall: Wall(500_000) });
    }

    #[test]
    fn a_deadline_is_the_first_true_time_that_reads_it() {
        let mut clock = Clock::default();
        clock.set_drift(at(50), Drift(150_000));
        let deadline = Monotonic(200_000);
        let when = clock.when(deadline);
        assert!(clock.read(when).monotonic >= deadline);
        assert!(clock.read(SimTime(when.0 - 1)).monotonic < deadline);
    }
}
