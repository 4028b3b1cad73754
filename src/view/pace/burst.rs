//! Bursts: messages that overlap, shown at one rate; and where that rate must be lower for the sake of one of them.

use super::curve::Curve;
use crate::base::SimTime;

/// A message in the foreground takes so long on screen, in the middle.
const MEDIAN: u64 = 900_000;
/// None is shown for less than this.
pub(super) const SHORTEST: u64 = 600_000;
/// Unless it is so short that it is drawn as a streak.
pub(super) const STREAK: u64 = 120_000;
/// A key moment holds so long.
pub(super) const HOLD: u64 = 600_000;
/// The rate of a plan that has seen no message: 20 ms in a second.
pub(super) const DEFAULT_RATE: u64 = 20_000_000;
/// More rounds do not help.
const ROUNDS: usize = 64;

/// One message that is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    pub(super) sent: u64,
    pub(super) end: u64,
    pub(super) has_arrived: bool,
}

/// Messages that overlap, and the key moments among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Burst {
    pub(super) from: u64,
    pub(super) until: u64,
    pub(super) flights: Vec<Flight>,
    /// The moments that are held, in order.
    pub(super) holds: Vec<u64>,
}

impl Burst {
    /// The rate at which the median of the messages that arrive takes 0.9 s; none if no message takes any time.
    pub(super) fn rate(&self) -> Option<u64> {
        let lengths = |only_arrived: bool| {
            let chosen = self.flights.iter().filter(move |flight| flight.has_arrived || !only_arrived);
            let mut lengths: Vec<u64> = chosen.map(Flight::length).filter(|length| *length > 0).collect();
            lengths.sort_unstable();
            lengths
        };
        let mut lengths_us = lengths(true);
        if lengths_us.is_empty() {
            lengths_us = lengths(false);
        }
        let median = *lengths_us.get(lengths_us.len().checked_sub(1)? / 2)?;
        Some((median.saturating_mul(1_000_000_000) / MEDIAN).max(1))
    }

    /// Adds the burst to the plan.
    pub(super) fn show(&self, curve: &mut Curve, rate: u64) {
        let mut edges: Vec<u64> = self.holds.clone();
        edges.extend(self.flights.iter().flat_map(|flight| [flight.sent, flight.end]));
        edges.extend([self.from, self.until]);
        edges.retain(|edge| (self.from..=self.until).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        let mut rates = vec![rate; edges.len().saturating_sub(1)];
        let begin = curve.len();
        for _ in 0..ROUNDS {
            curve.truncate(begin);
            self.lay(curve, &edges, &rates);
            if !self.slow_down(curve, &edges, &mut rates) {
                break;
            }
        }
    }

    fn lay(&self, curve: &mut Curve, edges: &[u64], rates: &[u64]) {
        let is_held = |edge: u64| self.holds.binary_search(&edge).is_ok();
        for (at, &edge) in edges.iter().enumerate() {
            if is_held(edge) {
                curve.hold(HOLD);
            }
            let (Some(&rate), Some(&next)) = (rates.get(at), edges.get(at + 1)) else { continue };
            // The change is made in the faster of two stretches, so that none is shown faster than it should be.
            let after = if is_held(next) { 0 } else { rates.get(at + 1).map_or(rate, |after| rate.min(*after)) };
            curve.go(SimTime(next), rate, after, None);
        }
    }

    /// Lowers the rate where a message is too short on screen and is no streak. Says whether it had to.
    fn slow_down(&self, curve: &Curve, edges: &[u64], rates: &mut [u64]) -> bool {
        let mut lowered = false;
        for flight in &self.flights {
            let shown = curve.screen_at(SimTime(flight.end)).0 - curve.screen_at(SimTime(flight.sent)).0;
            if !(STREAK..SHORTEST).contains(&shown) || flight.sent < curve.from().0 {
                continue;
            }
            let first = edges.partition_point(|edge| *edge < flight.sent);
            let last = edges.partition_point(|edge| *edge < flight.end).min(rates.len());
            for rate in rates.iter_mut().take(last).skip(first) {
                *rate = (*rate * shown / (SHORTEST + SHORTEST / 50)).max(1);
                lowered = true;
            }
        }
        lowered
    }
}

impl Flight {
    pub(super) fn length(&self) -> u64 {
        self.end - self.sent
    }
}
