//! Distributions of delays. Each maps one 64-bit draw to whole microseconds, with `libm` where a logarithm is needed,
//! so that native and WASM agree to the bit.

use serde::{Deserialize, Serialize};

use super::{SimDuration, range};

/// How long something takes: one draw in, one length out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Always the same length; nothing is drawn.
    Constant(SimDuration),
    /// Any length between two, both included.
    Uniform {
        /// The shortest length.
        min: SimDuration,
        /// The longest length.
        max: SimDuration,
    },
    /// A floor plus an exponential tail.
    Exponential {
        /// The floor.
        min: SimDuration,
        /// The mean of the part above the floor.
        mean: SimDuration,
    },
    /// Log-normal, as measured delays on busy networks are.
    LogNormal {
        /// Half of the lengths are shorter.
        median: SimDuration,
        /// The standard deviation of the natural logarithm, in thousandths.
        sigma_milli: u32,
    },
    /// Pareto: a heavy tail, as of disks and of garbage collection.
    Pareto {
        /// The shortest length.
        min: SimDuration,
        /// The tail's exponent in thousandths; smaller is heavier.
        shape_milli: u32,
    },
}

impl Default for Distribution {
    fn default() -> Self {
        Self::Constant(SimDuration::ZERO)
    }
}

/// No length is longer: a heavy tail must not outlast the run's integers.
const LONGEST: SimDuration = SimDuration::from_secs(3_600);

impl Distribution {
    /// Why it cannot be drawn from, if it cannot.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        match *self {
            Self::Uniform { min, max } if min > max => Some("the shortest length is longer than the longest"),
            Self::Pareto { shape_milli: 0, .. } => Some("a tail's exponent must be above 0"),
            Self::Constant(_)
            | Self::Uniform { .. }
            | Self::Exponential { .. }
            | Self::LogNormal { .. }
            | Self::Pareto { .. } => None,
        }
    }

    /// The shortest length that can come out.
    #[must_use]
    pub fn min(&self) -> SimDuration {
        match *self {
            Self::Constant(length) => length,
            Self::Uniform { min, .. } | Self::Exponential { min, .. } | Self::Pareto { min, .. } => min,
            Self::LogNormal { .. } => SimDuration::ZERO,
        }
    }

    /// The length if it is always the same one, so that no draw need be made.
    #[must_use]
    pub fn constant(&self) -> Option<SimDuration> {
        match *self {
            Self::Constant(length) => Some(length),
            Self::Uniform { min, max } if min == max => Some(min),
            Self::Uniform { .. } | Self::Exponential { .. } | Self::LogNormal { .. } | Self::Pareto { .. } => None,
        }
    }

    /// The length that half of all draws stay below: what a picture calls the usual one.
    #[must_use]
    pub fn median(&self) -> SimDuration {
        match *self {
            Self::LogNormal { median, .. } => median,
            Self::Constant(_) | Self::Uniform { .. } | Self::Exponential { .. } | Self::Pareto { .. } => {
                self.sample(1 << 63)
            }
        }
    }

    /// The length that a draw stands for (inverse of the distribution function).
    #[must_use]
    pub fn sample(&self, draw: u64) -> SimDuration {
        match *self {
            Self::Constant(length) => length,
            Self::Uniform { min, max } => SimDuration(range(draw, min.0, max.0)),
            Self::Exponential { min, mean } => min + whole(-libm::log(unit(draw)) * mean.0 as f64),
            Self::LogNormal { median, sigma_milli } => {
                let sigma = f64::from(sigma_milli) / 1_000.0;
                whole(median.0 as f64 * libm::exp(sigma * normal(draw)))
            }
            Self::Pareto { min, shape_milli } => {
                let exponent = 1_000.0 / f64::from(shape_milli);
                whole(min.0 as f64 * libm::exp(-libm::log(unit(draw)) * exponent))
            }
        }
    }
}

/// The draw as a number strictly between 0 and 1, on a grid of 2^-53.
fn unit(draw: u64) -> f64 {
    ((draw >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}

/// A standard normal number by Box and Muller (1958), radius from the draw's upper half and angle from its lower.
fn normal(draw: u64) -> f64 {
    let half = |bits: u64| (bits as f64 + 0.5) / 4_294_967_296.0;
    let radius = libm::sqrt(-2.0 * libm::log(half(draw >> 32)));
    radius * libm::cos(std::f64::consts::TAU * half(draw & 0xFFFF_FFFF))
}

fn whole(us: f64) -> SimDuration {
    SimDuration((us as u64).min(LONGEST.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Place, Purpose, Stream};

    fn samples(distribution: Distribution) -> Vec<u64> {
        let mut stream = Stream::new(5, Purpose::Delay, Place(1, 2));
        let mut all: Vec<u64> = (0..200_000).map(|n| distribution.sample(stream.at(n)).0).collect();
        all.sort_unstable();
        all
    }

    fn mean(all: &[u64]) -> f64 {
        all.iter().sum::<u64>() as f64 / all.len() as f64
    }

    #[test]
    fn an_exponential_tail_has_its_mean_above_its_floor() {
        let all = samples(Distribution::Exponential { min: SimDuration(500), mean: SimDuration(10_000) });
        assert!(all[0] >= 500);
        assert!((mean(&all) / 10_500.0 - 1.0).abs() < 0.02, "{}", mean(&all));
    }

    #[test]
    fn a_log_normal_has_its_median_and_its_spread() {
        let all = samples(Distribution::LogNormal { median: SimDuration(8_000), sigma_milli: 500 });
        let at = |share: f64| all[(share * all.len() as f64) as usize] as f64;
        assert!((at(0.5) / 8_000.0 - 1.0).abs() < 0.02, "{}", at(0.5));
        // One sigma above the median is the 84.13th percentile: e^0.5 times the median.
        assert!((at(0.841_345) / 13_189.8 - 1.0).abs() < 0.02, "{}", at(0.841_345));
    }

    #[test]
    fn a_pareto_tail_follows_its_exponent_and_stops_at_an_hour() {
        let all = samples(Distribution::Pareto { min: SimDuration(1_000), shape_milli: 2_000 });
        let beyond = all.iter().filter(|&&us| us > 10_000).count() as f64 / all.len() as f64;
        assert!((beyond - 0.01).abs() < 0.001, "{beyond}");
        let extreme = Distribution::Pareto { min: SimDuration(1_000_000), shape_milli: 1 };
        assert_eq!(extreme.sample(0), LONGEST);
    }
}
