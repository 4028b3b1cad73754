//! Simulated time in integer microseconds, and a node's own two clocks. True time belongs to the world; a node only
//! ever sees a [`LocalTime`].

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// One million: rates, chances and drifts are integers in parts per million.
pub const PPM: u64 = 1_000_000;

/// A point of true simulated time, in microseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SimTime(pub u64);

/// A length of simulated time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SimDuration(pub u64);

impl SimTime {
    /// The start of the run.
    pub const ZERO: Self = Self(0);

    /// A point given in milliseconds.
    #[must_use]
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// A point given in seconds.
    #[must_use]
    pub const fn from_secs(s: u64) -> Self {
        Self(s * 1_000_000)
    }

    /// The time since an earlier point, or zero when it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A length given in milliseconds.
    #[must_use]
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// A length given in seconds.
    #[must_use]
    pub const fn from_secs(s: u64) -> Self {
        Self(s * 1_000_000)
    }

    /// Whether there is no time in it.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    fn add(self, length: SimDuration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, length: SimDuration) {
        *self = *self + length;
    }
}

impl Add for SimDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for SimDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for SimTime {
    /// Seconds with six decimals: columns of a trace line up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06} s", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

impl fmt::Display for SimDuration {
    /// The largest unit that keeps the value readable: `350 us`, `1.5 ms`, `2 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = match self.0 {
            0..1_000 => return write!(f, "{} us", self.0),
            1_000..1_000_000 => (1_000, "ms"),
            _ => (1_000_000, "s"),
        };
        let fraction = format!("{:06}", self.0 % unit * (1_000_000 / unit));
        let fraction = fraction.trim_end_matches('0');
        match fraction {
            "" => write!(f, "{} {name}", self.0 / unit),
            digits => write!(f, "{}.{digits} {name}", self.0 / unit),
        }
    }
}

/// Where a run stands. Time alone does not say it, since a step can stop between two events of one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// True time, in microseconds.
    pub time: SimTime,
    /// How many events have been processed.
    pub events: u64,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (event {})", self.time, self.events)
    }
}

/// A range of lengths from which the world draws one, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeSpan {
    /// The shortest length.
    pub min: SimDuration,
    /// The longest length.
    pub max: SimDuration,
}

impl TimeSpan {
    /// Always the same length: nothing is drawn.
    #[must_use]
    pub const fn exactly(length: SimDuration) -> Self {
        Self { min: length, max: length }
    }
}

/// A reading of a node's monotonic clock, in its own microseconds: it drifts, stops while the node is down, runs while
/// the node is paused, and never steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Monotonic(pub u64);

impl Monotonic {
    /// The local time since an earlier reading, or zero when that is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl Add<SimDuration> for Monotonic {
    type Output = Self;
    fn add(self, length: SimDuration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

/// A reading of a node's wall clock, in microseconds since the start of the run as this node believes: it has skew,
/// drifts, and steps both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wall(pub i64);

/// What a node knows of time: readings of its own clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTime {
    /// For timers and leases.
    pub monotonic: Monotonic,
    /// For stamps that others compare.
    pub wall: Wall,
}

/// How much faster than true time an oscillator runs, in parts per million; negative is slower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Drift(pub i32);

impl Drift {
    /// The largest drift that a run accepts, either way: half speed, one and a half times.
    pub const MAX_PPM: i32 = 500_000;

    /// How much local time passes in a length of true time, rounded down.
    #[must_use]
    pub fn local(self, length: SimDuration) -> SimDuration {
        if self.0 == 0 {
            return length;
        }
        SimDuration((u128::from(length.0) * u128::from(self.rate()) / u128::from(PPM)) as u64)
    }

    /// The least length of true time in which so much local time passes.
    #[must_use]
    pub fn until_local(self, length: SimDuration) -> SimDuration {
        if self.0 == 0 {
            return length;
        }
        SimDuration((u128::from(length.0) * u128::from(PPM)).div_ceil(u128::from(self.rate())) as u64)
    }

    fn rate(self) -> u64 {
        (PPM as i64 + i64::from(self.0)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_print_in_their_own_unit() {
        let text = |us| SimDuration(us).to_string();
        assert_eq!(text(350), "350 us");
        assert_eq!(text(1_500), "1.5 ms");
        assert_eq!(text(2_000_000), "2 s");
        assert_eq!(text(2_000_001), "2.000001 s");
        assert_eq!(SimTime(1_000_042).to_string(), "1.000042 s");
    }

    #[test]
    fn a_deadline_on_a_drifting_clock_is_the_first_true_time_that_reaches_it() {
        for ppm in [-150_000, -1, 0, 1, 15_000, 150_000] {
            let drift = Drift(ppm);
            for local in [1, 999, 150_000, 299_999] {
                let true_length = drift.until_local(SimDuration(local));
                assert!(drift.local(true_length).0 >= local, "{ppm} ppm, {local} us");
                assert!(drift.local(SimDuration(true_length.0 - 1)).0 < local, "{ppm} ppm, {local} us");
            }
        }
    }
}
