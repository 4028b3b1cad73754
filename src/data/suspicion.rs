//! How much a silence is to be suspected: the phi-accrual failure detector (Hayashibara, Défago, Yared, Katayama, "The phi
//! Accrual Failure Detector", SRDS 2004) in the form of Cassandra's gossip, which takes the gaps between heartbeats to be
//! exponential where the paper takes them to be normal. Phi is then a fraction of whole numbers, the same on every machine.
//! Knows neither who sends heartbeats nor what follows from a suspicion.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

use crate::base::{Monotonic, SimDuration};

/// A million times log10(e): phi of a silence of one mean gap is 0.434.
const LOG10_E_MICRO: u128 = 434_294;

/// What is known of one sender's heartbeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// The last gaps, oldest first.
    gaps: VecDeque<SimDuration>,
    /// How many gaps are kept.
    window: u16,
    /// When the last heartbeat came, by the listener's own clock.
    last: Option<Monotonic>,
    /// What gaps are thought to be before there are any.
    expected: SimDuration,
}

impl Suspicion {
    /// A listener that keeps so many gaps and has heard nothing. The first gap is expected to be of this length.
    #[must_use]
    pub fn new(window: u16, expected: SimDuration) -> Self {
        Self { gaps: VecDeque::new(), window, last: None, expected }
    }

    /// A heartbeat came.
    pub fn heard(&mut self, now: Monotonic) {
        if let Some(last) = self.last {
            self.gaps.push_back(now.since(last));
            while self.gaps.len() > usize::from(self.window) {
                self.gaps.pop_front();
            }
        }
        self.last = Some(now);
    }

    /// When the last heartbeat came.
    #[must_use]
    pub fn last(&self) -> Option<Monotonic> {
        self.last
    }

    /// The mean gap: of those that are kept, or what was expected.
    #[must_use]
    pub fn mean_gap(&self) -> SimDuration {
        let sum: u128 = self.gaps.iter().map(|gap| u128::from(gap.0)).sum();
        let mean = sum.checked_div(self.gaps.len() as u128).map_or(self.expected.0, |mean| mean as u64);
        SimDuration(mean.max(1))
    }

    /// A thousand times phi: the chance that a living sender is silent for so long is ten to the power of minus phi. Zero for
    /// one that was never heard, of whom nothing can be said.
    #[must_use]
    pub fn phi_milli(&self, now: Monotonic) -> u64 {
        let Some(last) = self.last else { return 0 };
        let silence = u128::from(now.since(last).0);
        u64::try_from(silence * LOG10_E_MICRO / (u128::from(self.mean_gap().0) * 1_000)).unwrap_or(u64::MAX)
    }

    /// The silence at which phi reaches a threshold, of a thousand times its value.
    #[must_use]
    pub fn silence_until(&self, phi_milli: u64) -> SimDuration {
        let silence = (u128::from(phi_milli) * 1_000 * u128::from(self.mean_gap().0)).div_ceil(LOG10_E_MICRO);
        SimDuration(u64::try_from(silence).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::holds;
    use super::*;
    use proptest::prelude::*;

    fn after(gaps: &[u64]) -> (Suspicion, u64) {
        let mut suspicion = Suspicion::new(5, SimDuration::from_millis(100));
        let mut now = 1_000_000;
        suspicion.heard(Monotonic(now));
        for gap in gaps {
            now += gap;
            suspicion.heard(Monotonic(now));
        }
        (suspicion, now)
    }

    /// Phi grows with silence, falls with a heartbeat, and is what the formula says.
    fn is_accrual(gaps: &[u64], silence: u64, phi: impl Fn(&Suspicion, Monotonic) -> u64) -> Result<(), String> {
        let (mut suspicion, now) = after(gaps);
        let kept = &gaps[gaps.len().saturating_sub(5)..];
        let mean = if kept.is_empty() { 100_000.0 } else { kept.iter().sum::<u64>() as f64 / kept.len() as f64 };
        let expected = silence as f64 / mean * std::f64::consts::LOG10_E * 1_000.0;
        let found = phi(&suspicion, Monotonic(now + silence)) as f64;
        if (found - expected).abs() > 1.0 + expected / 100.0 {
            return Err(format!("{found} is not {expected}"));
        }
        if phi(&suspicion, Monotonic(now + silence + 1_000)) < phi(&suspicion, Monotonic(now + silence)) {
            return Err("it falls in silence".to_owned());
        }
        suspicion.heard(Monotonic(now + silence));
        if phi(&suspicion, Monotonic(now + silence)) == 0 {
            Ok(())
        } else {
            Err("a heartbeat does not clear it".to_owned())
        }
    }

    fn case() -> impl Strategy<Value = (Vec<u64>, u64)> {
        (prop::collection::vec(1_000_u64..500_000, 0..12), 0_u64..5_000_000)
    }

    #[test]
    fn it_is_the_formula() {
        holds(case(), |(gaps, silence)| is_accrual(&gaps, silence, Suspicion::phi_milli)).expect("it accrues");
    }

    #[test]
    fn a_fixed_timeout_is_not() {
        let fixed = |suspicion: &Suspicion, now: Monotonic| suspicion.last().map_or(0, |last| now.since(last).0 / 230);
        let found = holds(case(), |(gaps, silence)| is_accrual(&gaps, silence, fixed));
        found.expect_err("it does not learn from the gaps");
    }

    #[test]
    fn the_threshold_is_reached_when_it_says() {
        let (suspicion, now) = after(&[90_000, 110_000, 100_000]);
        let silence = suspicion.silence_until(8_000);
        assert_eq!(silence, SimDuration(1_842_071), "Cassandra's 8 is 18.4 mean gaps");
        assert_eq!(suspicion.phi_milli(Monotonic(now + silence.0)), 8_000);
        assert_eq!(suspicion.phi_milli(Monotonic(now + silence.0 - 1)), 7_999);
        assert_eq!(Suspicion::new(5, SimDuration(1)).phi_milli(Monotonic(u64::MAX)), 0, "never heard");
        assert_eq!(after(&[]).0.mean_gap(), SimDuration(100_000), "as expected until there is a gap");
    }
}
