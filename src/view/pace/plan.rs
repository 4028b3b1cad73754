//! The planner: takes the quiet and the bursts in turn, each as soon as it is known how it ends.

use super::Skip;
use super::burst::{Burst, DEFAULT_RATE, Flight};
use super::curve::{Curve, EASE};
use crate::base::{SimDuration, SimTime};
use crate::view::chronicle::{Chronicle, Crossing, Ending, MessageKind};

/// A burst has no more messages than this: a steady load must not put off the plan for ever.
const BURST_MAX: usize = 64;
/// A longer quiet is planned in parts; from here on the formula gives no more time on screen.
const QUIET_MAX: u64 = 10_000_000;
/// Key moments that are so near to each other on screen share a hold.
const SHARE: u64 = 300_000;

/// How far the plan has come.
#[derive(Clone, Debug)]
pub(super) struct Planner {
    skips: bool,
    /// Simulated time up to which all is planned.
    at: u64,
    /// The rate of the last burst.
    rate: Option<u64>,
    /// The place of the first message that is not planned yet.
    next: Option<usize>,
    /// The first message that has not ended: what was sent from then on may still turn out to matter.
    unsettled: usize,
    beat: usize,
    held_at: Option<u64>,
    /// Messages of the last burst that are still on their way.
    carried: Vec<Flight>,
}

/// What is known by now, and will not change.
#[derive(Clone, Copy)]
struct Known<'a> {
    chronicle: &'a Chronicle,
    before: u64,
    halted_at: Option<u64>,
}

impl Planner {
    pub(super) fn new(from: SimTime, skips: bool) -> Self {
        Self { skips, at: from.0, rate: None, next: None, unsettled: 0, beat: 0, held_at: None, carried: Vec::new() }
    }

    pub(super) fn plan(&mut self, curve: &mut Curve, chronicle: &Chronicle, known_through: SimTime) {
        let known = self.look(chronicle, known_through);
        if self.next.is_none() {
            self.begin(known);
        }
        while self.plan_one(curve, known) {}
    }

    /// Finds out up to when nothing can change any more.
    fn look<'a>(&mut self, chronicle: &'a Chronicle, known_through: SimTime) -> Known<'a> {
        if let Some(halted) = chronicle.halted_at() {
            return Known { chronicle, before: u64::MAX, halted_at: Some(halted.0) };
        }
        let crossings = chronicle.crossings();
        while crossings.get(self.unsettled).is_some_and(|crossing| crossing.end.is_some()) {
            self.unsettled += 1;
        }
        let oldest = crossings.get(self.unsettled).map_or(known_through, |crossing| crossing.sent_at);
        Known { chronicle, before: oldest.min(known_through).0, halted_at: None }
    }

    /// Messages that are on their way where the plan begins are shown from there.
    fn begin(&mut self, known: Known<'_>) {
        let crossings = known.chronicle.crossings();
        let first = crossings.partition_point(|crossing| crossing.sent_at.0 < self.at);
        if first > self.unsettled && known.halted_at.is_none() || known.before < self.at {
            return;
        }
        let flying = crossings[..first].iter().filter(|crossing| crossing.is_foreground());
        self.carried = flying.filter_map(|it| known.flight(it)).filter(|flight| flight.end > self.at).collect();
        self.beat = known.chronicle.first_beat_at(SimTime(self.at));
        self.next = Some(first);
    }

    /// Plans a quiet and the burst after it. Says whether that could be done.
    fn plan_one(&mut self, curve: &mut Curve, known: Known<'_>) -> bool {
        let Some(next) = self.next else { return false };
        let message = known.message_from(next);
        let moment = known.key_from(self.beat);
        let begins = match (message, moment) {
            _ if !self.carried.is_empty() => Some(self.at),
            (Some((_, flight)), Some((_, moment))) => Some(flight.sent.min(moment)),
            (message, moment) => message.map(|(_, flight)| flight.sent).or(moment.map(|(_, moment)| moment)),
        };
        let limit = self.at.saturating_add(QUIET_MAX);
        match begins {
            Some(begins) if begins < limit => self.plan_burst(curve, known, begins, next),
            Some(_) | None => {
                let is_over = known.halted_at.is_some_and(|halted| halted < limit);
                if is_over || known.before < limit {
                    return false;
                }
                let rate = self.rate.unwrap_or(DEFAULT_RATE);
                self.pass_quiet(curve, known, limit, rate);
                true
            }
        }
    }

    fn plan_burst(&mut self, curve: &mut Curve, known: Known<'_>, begins: u64, next: usize) -> bool {
        let mut burst = Burst { from: begins, until: begins, flights: self.carried.clone(), holds: Vec::new() };
        burst.until = burst.flights.iter().map(|flight| flight.end).max().unwrap_or(begins);
        let mut at = next;
        let mut taken = 0;
        let is_cut = loop {
            let reach = burst.until.saturating_add(self.patience(&burst));
            match known.message_from(at) {
                Some((place, flight)) if flight.sent <= reach => {
                    if taken == BURST_MAX && flight.sent > burst.from {
                        burst.until = flight.sent;
                        break true;
                    }
                    burst.until = burst.until.max(flight.end);
                    burst.flights.push(flight);
                    (at, taken) = (place + 1, taken + 1);
                }
                Some(_) => break false,
                None if known.before > reach => break false,
                None => return false,
            }
        };
        let rate = burst.rate().or(self.rate).unwrap_or(DEFAULT_RATE);
        self.hold(&mut burst, rate, known);
        let first_rate = if burst.holds.first() == Some(&begins) { 0 } else { rate };
        self.pass_quiet(curve, known, begins, rate.min(first_rate));
        burst.show(curve, rate);
        self.carried = burst.flights.into_iter().filter(|flight| is_cut && flight.end > burst.until).collect();
        (self.at, self.rate, self.next) = (burst.until, Some(rate), Some(at));
        true
    }

    /// How long after the last message the next still belongs to the burst: half the longest, as a write to disk takes
    /// less; around a key moment, what is hardly seen.
    fn patience(&self, burst: &Burst) -> u64 {
        let longest = burst.flights.iter().map(Flight::length).max();
        longest.map_or(self.rate.unwrap_or(DEFAULT_RATE) / 1_000 * SHARE / 1_000_000, |longest| longest / 2)
    }

    /// Finds the key moments of the burst.
    fn hold(&mut self, burst: &mut Burst, rate: u64, known: Known<'_>) {
        let near = (u128::from(rate) * u128::from(SHARE) / super::curve::SCALE) as u64;
        while let Some((place, moment)) = known.key_from(self.beat) {
            if moment > burst.until {
                break;
            }
            self.beat = place + 1;
            if self.held_at.is_none_or(|held| moment > held.saturating_add(near)) {
                self.held_at = Some(moment);
                burst.holds.push(moment);
            }
        }
    }

    /// Goes through a time in which nothing happens that matters.
    fn pass_quiet(&mut self, curve: &mut Curve, known: Known<'_>, until: u64, rate_after: u64) {
        let length = until - self.at;
        let steady = self.rate.unwrap_or(if rate_after > 0 { rate_after } else { DEFAULT_RATE });
        let plain = u128::from(length) * super::curve::SCALE / u128::from(steady);
        let quick = on_screen(length);
        if self.skips && plain > u128::from(quick) {
            let heartbeats = known.heartbeats(self.at, until);
            let skip = Skip { length: SimDuration(length), heartbeats };
            let peak = peak(length, quick, curve.end_rate(), rate_after).max(steady);
            curve.go(SimTime(until), peak, rate_after, Some(skip));
        } else {
            curve.go(SimTime(until), steady, rate_after.min(steady), None);
        }
        self.at = until;
    }
}

impl<'a> Known<'a> {
    /// The first message in the foreground from a place on, with its place.
    fn message_from(self, place: usize) -> Option<(usize, Flight)> {
        let rest = self.chronicle.crossings().iter().enumerate().skip(place);
        let mut known = rest.take_while(|(_, crossing)| crossing.sent_at.0 < self.before);
        known.find(|(_, crossing)| crossing.is_foreground()).and_then(|(at, it)| Some((at, self.flight(it)?)))
    }

    fn flight(self, crossing: &'a Crossing) -> Option<Flight> {
        let end = crossing.end.map(|end| end.at.0).or(self.halted_at)?;
        let has_arrived = crossing.end.is_some_and(|end| !matches!(end.how, Ending::Dropped(_)));
        Some(Flight { sent: crossing.sent_at.0, end: end.max(crossing.sent_at.0), has_arrived })
    }

    /// The first key moment from a place on, with its place.
    fn key_from(self, place: usize) -> Option<(usize, u64)> {
        let rest = self.chronicle.beats().iter().enumerate().skip(place);
        let mut known = rest.take_while(|(_, beat)| beat.when.at.0 < self.before);
        known.find(|(_, beat)| beat.what.is_key()).map(|(at, beat)| (at, beat.when.at.0))
    }

    fn heartbeats(self, from: u64, until: u64) -> u32 {
        let crossings = self.chronicle.crossings();
        let first = crossings.partition_point(|crossing| crossing.sent_at.0 < from);
        let within = crossings[first..].iter().take_while(|crossing| crossing.sent_at.0 < until);
        within.filter(|crossing| crossing.kind == MessageKind::Heartbeat).count() as u32
    }
}

/// How long a quiet takes on screen: 0.3 s and 0.3 s more for each power of ten above 1 ms, from 0.3 s to 1.5 s.
fn on_screen(length: u64) -> u64 {
    let powers = libm::log10(length.max(1) as f64 / 1_000.0);
    (300_000.0 * (1.0 + powers)).clamp(300_000.0, 1_500_000.0) as u64
}

/// The rate between two ramps that covers a length in so much time on screen.
fn peak(length: u64, screen: u64, before: u64, after: u64) -> u64 {
    let ease = u128::from(EASE.min(screen / 2));
    let in_ramps = (u128::from(before) + u128::from(after)) * ease / 2;
    let rest = (u128::from(length) * super::curve::SCALE).saturating_sub(in_ramps);
    u64::try_from(rest / (u128::from(screen) - ease).max(1)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_takes_the_time_that_the_rule_says() {
        let told: Vec<u64> = [1, 1_000, 10_000, 940_000, 10_000_000, 90_000_000].map(on_screen).into();
        assert_eq!(told, [300_000, 300_000, 600_000, 1_191_938, 1_500_000, 1_500_000]);
    }

    #[test]
    fn a_quiet_that_is_run_through_takes_that_long_ramps_and_all() {
        let mut curve = Curve::new(SimTime::ZERO);
        curve.hold(1);
        let quick = on_screen(940_000);
        curve.go(SimTime(940_000), peak(940_000, quick, 0, 22_000_000), 22_000_000, None);
        assert!(curve.end().0.0.abs_diff(quick) < 1_000, "{:?} for {quick}", curve.end());
    }
}
