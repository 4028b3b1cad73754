//! Pace: what part of simulated time is shown at what part of screen time. A pure function of the chronicle and the speed:
//! it never changes a run. All in integers, so that every machine shows the same; what was planned never changes when more
//! is planned, and it does not matter in how many steps it is.

mod burst;
mod curve;
mod plan;

use std::fmt;

use super::chronicle::Chronicle;
use crate::base::{SimDuration, SimTime};
use curve::Curve;
use plan::Planner;

/// Microseconds of screen time since the plan's beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScreenTime(pub u64);

/// So many nanoseconds of simulated time pass in one second on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u64);

/// How time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// So that an eye can follow what matters.
    Story {
        /// Whether time in which nothing happens is run through quickly.
        skip_quiet: bool,
    },
    /// Always the same.
    Fixed(Rate),
}

/// A stretch of time that is run through quickly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skip {
    /// How much simulated time it is.
    pub length: SimDuration,
    /// How many heartbeats were sent in it.
    pub heartbeats: u32,
}

impl Rate {
    /// As fast as reality.
    pub const REAL: Self = Self(1_000_000_000);
    /// From here on a flight between neighbours is over within a frame: no eye follows it.
    pub const BLURRED: Self = Self(Self::REAL.0 / 4);
    /// The slowest that a person can choose.
    pub const SLOWEST: Self = Self(Self::REAL.0 / 1_000);

    /// So much simulated time in one second on screen; at least a nanosecond.
    #[must_use]
    pub fn per_second(length: SimDuration) -> Self {
        Self::of_nanos(length.0.saturating_mul(1_000))
    }

    fn of_nanos(nanos: u64) -> Self {
        Self(nanos.max(1))
    }

    /// How much simulated time passes in one second on screen.
    #[must_use]
    pub fn in_a_second(self) -> SimDuration {
        SimDuration((self.0 + 500) / 1_000)
    }
}

impl fmt::Display for Rate {
    /// As the stage says it, in two digits: "1 s here = 0.7 ms".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut unit = 1;
        while self.0 / unit >= 100 {
            unit *= 10;
        }
        let shown = (self.0 + unit / 2) / unit * unit;
        match shown {
            0..1_000 => write!(f, "1 s here = {shown} ns"),
            _ => write!(f, "1 s here = {}", SimDuration(shown / 1_000)),
        }
    }
}

/// A plan of what is shown when, from one moment of simulated time on.
#[derive(Clone, Debug)]
pub struct Pace {
    speed: Speed,
    curve: Curve,
    planner: Planner,
    /// With a fixed rate everything that is known is planned.
    known_through: SimTime,
}

impl Pace {
    /// An empty plan. After a seek, a branch or a change of speed a new one begins.
    #[must_use]
    pub fn new(speed: Speed, from: SimTime) -> Self {
        let skips = matches!(speed, Speed::Story { skip_quiet: true });
        Self { speed, curve: Curve::new(from), planner: Planner::new(from, skips), known_through: from }
    }

    /// Plans as far as what is known allows. To plan past a quiet it must be known how the quiet ends, or 10 s of it; to
    /// plan a burst of messages, that it is over.
    pub fn plan(&mut self, chronicle: &Chronicle, known_through: SimTime) {
        self.known_through = self.known_through.max(known_through);
        match self.speed {
            Speed::Story { .. } => self.planner.plan(&mut self.curve, chronicle, known_through),
            Speed::Fixed(_) => {}
        }
    }

    /// The speed that it was made for.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Where the plan begins.
    #[must_use]
    pub fn from(&self) -> SimTime {
        self.curve.from()
    }

    /// How far the plan goes: nothing beyond may be shown yet.
    #[must_use]
    pub fn planned_through(&self) -> (ScreenTime, SimTime) {
        match self.speed {
            Speed::Story { .. } => self.curve.end(),
            Speed::Fixed(_) => (self.screen_at(self.known_through), self.known_through),
        }
    }

    /// What is shown at a screen time; beyond the plan, its end.
    #[must_use]
    pub fn sim_at(&self, screen: ScreenTime) -> SimTime {
        match self.speed {
            Speed::Story { .. } => self.curve.sim_at(screen),
            Speed::Fixed(rate) => {
                let passed = u128::from(screen.0) * u128::from(rate.0) / curve::SCALE;
                (self.from() + SimDuration(u64::try_from(passed).unwrap_or(u64::MAX))).min(self.known_through)
            }
        }
    }

    /// The first screen time at which so much has been shown; beyond the plan, its end.
    #[must_use]
    pub fn screen_at(&self, time: SimTime) -> ScreenTime {
        match self.speed {
            Speed::Story { .. } => self.curve.screen_at(time),
            Speed::Fixed(rate) => {
                let passed = u128::from(time.min(self.known_through).since(self.from()).0) * curve::SCALE;
                ScreenTime(u64::try_from(passed.div_ceil(u128::from(rate.0))).unwrap_or(u64::MAX))
            }
        }
    }

    /// How fast simulated time passes at a screen time; none while a key moment is held.
    #[must_use]
    pub fn rate_at(&self, screen: ScreenTime) -> Option<Rate> {
        match self.speed {
            Speed::Story { .. } => self.curve.rate_at(screen),
            Speed::Fixed(rate) => Some(rate),
        }
    }

    /// The quiet that is being skipped at a screen time.
    #[must_use]
    pub fn skip_at(&self, screen: ScreenTime) -> Option<Skip> {
        self.curve.skip_at(screen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_told_in_two_digits() {
        let told = |us| Rate::per_second(SimDuration(us)).to_string();
        assert_eq!(told(700), "1 s here = 700 us");
        assert_eq!(told(22_222), "1 s here = 22 ms");
        assert_eq!(told(1_000_000), "1 s here = 1 s");
        assert_eq!(Rate::REAL, Rate::per_second(SimDuration::from_secs(1)));
    }

    #[test]
    fn a_fixed_rate_is_a_straight_line_as_far_as_the_run_is_known() {
        let mut pace = Pace::new(Speed::Fixed(Rate::SLOWEST), SimTime(500));
        pace.plan(&Chronicle::new(), SimTime(10_500));
        assert_eq!(pace.planned_through(), (ScreenTime(10_000_000), SimTime(10_500)));
        assert_eq!(pace.sim_at(ScreenTime(1_000_000)), SimTime(1_500));
        assert_eq!(pace.sim_at(ScreenTime(u64::MAX)), SimTime(10_500));
        assert_eq!(pace.screen_at(SimTime(1_500)), ScreenTime(1_000_000));
    }
}
