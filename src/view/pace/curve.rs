//! The map between screen time and simulated time: stretches in which the rate goes from one value to another in a
//! straight line. Knows no messages.

use super::{Rate, ScreenTime, Skip};
use crate::base::SimTime;

/// Microseconds on screen times nanoseconds a second, by this, are microseconds of simulated time.
pub(super) const SCALE: u128 = 1_000_000_000;
/// Changes of rate take so long on screen.
pub(super) const EASE: u64 = 200_000;

/// A growing plan.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    from: SimTime,
    stretches: Vec<Stretch>,
}

/// A stretch of screen time in which the rate changes evenly; the last microsecond of it shows `sim_end`.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    screen: u64,
    screen_end: u64,
    sim: u64,
    sim_end: u64,
    rate: u64,
    rate_end: u64,
    skip: Option<Skip>,
}

impl Curve {
    pub(super) fn new(from: SimTime) -> Self {
        Self { from, stretches: Vec::new() }
    }

    pub(super) fn from(&self) -> SimTime {
        self.from
    }

    pub(super) fn end(&self) -> (ScreenTime, SimTime) {
        self.stretches
            .last()
            .map_or((ScreenTime(0), self.from), |last| (ScreenTime(last.screen_end), SimTime(last.sim_end)))
    }

    /// The rate at the end of the plan, in nanoseconds a second.
    pub(super) fn end_rate(&self) -> u64 {
        self.stretches.last().map_or(0, |last| last.rate_end)
    }

    pub(super) fn len(&self) -> usize {
        self.stretches.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.stretches.truncate(len);
    }

    /// Stands still for so long.
    pub(super) fn hold(&mut self, length: u64) {
        let (_, sim) = self.end();
        self.push(length, sim.0, (0, 0), None);
    }

    /// Goes on to a time at one rate, eased from the rate that was to that which is to come.
    pub(super) fn go(&mut self, to: SimTime, rate: u64, rate_after: u64, skip: Option<Skip>) {
        let (_, from) = self.end();
        let length = u128::from(to.since(from).0) * SCALE;
        if length == 0 {
            return;
        }
        let before = self.end_rate();
        let ramp_before = if before == rate { 0 } else { u128::from(before) + u128::from(rate) };
        let ramp_after = if rate_after == rate { 0 } else { u128::from(rate) + u128::from(rate_after) };
        // What both ramps cover, each at the mean of its two rates, is no more than there is.
        let per_us = (ramp_before + ramp_after).max(1);
        let ease = u128::from(EASE).min(length * 2 / per_us);
        let (first, last) = (ramp_before * ease / 2, ramp_after * ease / 2);
        let ease = u64::try_from(ease).unwrap_or(EASE);
        if ramp_before > 0 {
            self.push(ease, from.0 + (first / SCALE) as u64, (before, rate), skip);
        }
        let flat = length.saturating_sub(first + last);
        let until = SimTime(to.0 - ((last / SCALE) as u64).min(to.since(from).0));
        let flat_for = flat.div_ceil(u128::from(rate.max(1)));
        self.push(u64::try_from(flat_for).unwrap_or(u64::MAX / 4), until.0, (rate, rate), skip);
        if ramp_after > 0 {
            self.push(ease, to.0, (rate, rate_after), skip);
        }
    }

    fn push(&mut self, length: u64, sim_end: u64, (rate, rate_end): (u64, u64), skip: Option<Skip>) {
        let (screen, sim) = self.end();
        let sim_end = sim_end.max(sim.0);
        if length == 0 && sim_end == sim.0 {
            return;
        }
        // Time cannot jump: what has no length on screen gets the least that there is.
        let screen_end = screen.0 + length.max(1);
        self.stretches.push(Stretch { screen: screen.0, screen_end, sim: sim.0, sim_end, rate, rate_end, skip });
    }

    pub(super) fn sim_at(&self, screen: ScreenTime) -> SimTime {
        match self.stretch_at(screen) {
            Some(stretch) => SimTime(stretch.sim_at(screen.0)),
            None => self.end().1,
        }
    }

    pub(super) fn screen_at(&self, time: SimTime) -> ScreenTime {
        let at = self.stretches.partition_point(|stretch| stretch.sim_end < time.0);
        let Some(stretch) = self.stretches.get(at) else { return self.end().0 };
        let (mut low, mut high) = (stretch.screen, stretch.screen_end);
        while low < high {
            let middle = low.midpoint(high);
            if stretch.sim_at(middle) >= time.0 { high = middle } else { low = middle + 1 }
        }
        ScreenTime(low)
    }

    pub(super) fn rate_at(&self, screen: ScreenTime) -> Option<Rate> {
        let stretch = self.stretch_at(screen)?;
        let (from, to) = (i128::from(stretch.rate), i128::from(stretch.rate_end));
        let passed = i128::from(screen.0.saturating_sub(stretch.screen));
        let rate = from + (to - from) * passed / i128::from(stretch.screen_end - stretch.screen);
        u64::try_from(rate).ok().filter(|rate| *rate > 0).map(Rate::of_nanos)
    }

    pub(super) fn skip_at(&self, screen: ScreenTime) -> Option<Skip> {
        self.stretch_at(screen)?.skip
    }

    fn stretch_at(&self, screen: ScreenTime) -> Option<&Stretch> {
        let at = self.stretches.partition_point(|stretch| stretch.screen_end <= screen.0);
        self.stretches.get(at)
    }
}

impl Stretch {
    fn sim_at(&self, screen: u64) -> u64 {
        if screen >= self.screen_end {
            return self.sim_end;
        }
        let passed = i128::from(screen.saturating_sub(self.screen));
        let (from, to) = (i128::from(self.rate), i128::from(self.rate_end));
        let length = i128::from(self.screen_end - self.screen);
        let covered = (from * passed + (to - from) * passed * passed / (2 * length)) / SCALE as i128;
        self.sim.saturating_add(u64::try_from(covered).unwrap_or(0)).min(self.sim_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_monotone_meets_its_ends_and_eases() {
        let mut curve = Curve::new(SimTime(1_000));
        curve.hold(600_000);
        curve.go(SimTime(41_000), 20_000_000, 0, None);
        curve.hold(600_000);
        curve.go(SimTime(1_041_000), 900_000_000, 20_000_000, None);
        curve.go(SimTime(1_042_000), 20_000_000, 20_000_000, None);
        let (end, sim) = curve.end();
        assert_eq!(sim, SimTime(1_042_000));
        let mut last = curve.sim_at(ScreenTime(0));
        for at in (0..end.0).step_by(1_000) {
            let now = curve.sim_at(ScreenTime(at));
            assert!(now >= last);
            assert!(now.since(last).0 <= 920, "no jump: {now} after {last}");
            assert!(curve.sim_at(curve.screen_at(now)) >= now);
            last = now;
        }
        assert_eq!(curve.sim_at(ScreenTime(599_999)), SimTime(1_000));
        assert_eq!(curve.screen_at(SimTime(1_000)), ScreenTime(0), "a moment is reached when its hold begins");
        let held = curve.screen_at(SimTime(41_000));
        assert_eq!(curve.sim_at(ScreenTime(held.0 + 599_000)), SimTime(41_000));
        assert_eq!(curve.rate_at(ScreenTime(held.0 + 300_000)), None);
    }
}
