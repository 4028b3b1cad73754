//! How long operations took. One that is open counts at its present age, so that waiting is not hidden.

use super::Seen;
use crate::base::{RecordId, SimDuration};

/// How long operations took, whatever became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// How many there are.
    pub count: usize,
    /// Half took no longer.
    pub p50: Option<SimDuration>,
    /// 99 of 100 took no longer; only where there are a hundred.
    pub p99: Option<SimDuration>,
    /// The longest.
    pub max: Option<SimDuration>,
    /// How many took how long, from the shortest bar that is needed to the longest.
    pub bars: Vec<Bar>,
}

/// How many took so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Longer than the bar before, and at most this; none for those above the last bound.
    pub to: Option<SimDuration>,
    /// How many.
    pub count: usize,
}

/// Below this, the longest stands for the 99th percentile.
const PERCENTILE_MIN: usize = 100;

/// The bounds of the bars, in milliseconds.
const BOUNDS: [u64; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

pub(super) fn latency(seen: &Seen<'_>) -> Latency {
    let end = |record: RecordId, at| seen.has(record).then_some(at);
    let mut all: Vec<SimDuration> = seen
        .operations()
        .iter()
        .map(|bar| {
            let ended = bar.ended.as_ref().and_then(|(stamp, _)| end(stamp.record, stamp.at));
            ended.unwrap_or(seen.now).since(bar.invoked_at)
        })
        .collect();
    let bars = bars(&all);
    let count = all.len();
    Latency {
        count,
        p50: rank(&mut all, 50),
        p99: rank(&mut all, 99).filter(|_| count >= PERCENTILE_MIN),
        max: all.iter().max().copied(),
        bars,
    }
}

/// The nearest rank: the least value that so many per cent do not exceed.
fn rank(all: &mut [SimDuration], percent: usize) -> Option<SimDuration> {
    let at = (all.len() * percent).div_ceil(100).saturating_sub(1);
    (!all.is_empty()).then(|| *all.select_nth_unstable(at).1)
}

fn bars(all: &[SimDuration]) -> Vec<Bar> {
    let mut counts = [0_usize; BOUNDS.len() + 1];
    for length in all {
        counts[BOUNDS.partition_point(|&bound| SimDuration::from_millis(bound) < *length)] += 1;
    }
    let Some(first) = counts.iter().position(|&count| count > 0) else { return Vec::new() };
    let last = counts.iter().rposition(|&count| count > 0).unwrap_or(first);
    let bound = |at: usize| BOUNDS.get(at).map(|&bound| SimDuration::from_millis(bound));
    (first..=last).map(|at| Bar { to: bound(at), count: counts[at] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[u64]) -> Vec<SimDuration> {
        lengths.iter().map(|&ms| SimDuration::from_millis(ms)).collect()
    }

    #[test]
    fn ranks_are_values_that_occurred() {
        let mut all = of(&[5, 1, 9, 3]);
        assert_eq!(rank(&mut all, 50), Some(SimDuration::from_millis(3)));
        assert_eq!(rank(&mut all, 99), Some(SimDuration::from_millis(9)));
        assert_eq!(rank(&mut [], 50), None);
        let mut hundred = of(&(1..=100).collect::<Vec<_>>());
        assert_eq!(rank(&mut hundred, 99), Some(SimDuration::from_millis(99)));
    }

    #[test]
    fn a_bar_counts_what_is_above_the_one_before() {
        let bars = bars(&of(&[2, 3, 5, 6, 20]));
        let shown: Vec<_> = bars.iter().map(|bar| (bar.to.map_or(0, |to| to.0 / 1_000), bar.count)).collect();
        assert_eq!(shown, [(2, 1), (5, 2), (10, 1), (20, 1)]);
        assert_eq!(super::bars(&of(&[9_000])), [Bar { to: None, count: 1 }]);
        assert_eq!(super::bars(&[]), []);
    }
}
