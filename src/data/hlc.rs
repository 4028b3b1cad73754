//! Hybrid logical clocks: stamps that follow causes as Lamport's do, and stay as near to the wall clock as the clocks are to
//! each other (Kulkarni, Demirbas, Madappa, Avva, Leone, "Logical Physical Clocks", OPODIS 2014, figure 5). Owns the rule and
//! the bound beyond which a stamp is refused; reads no clock itself.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::base::{SimDuration, Wall};

/// A stamp. The names are the paper's: `l` and `c`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hlc {
    /// The greatest wall clock that its cause knew of.
    pub l: Wall,
    /// Which of the events that share it.
    pub c: u32,
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.l.0, self.c)
    }
}

/// A stamp from elsewhere is further ahead of the own wall clock than the bound allows: its sender's clock must be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[error("a stamp is {ahead} ahead of this clock, and {bound} is the most")]
pub struct TooFarAhead {
    /// How far it is ahead.
    pub ahead: SimDuration,
    /// How far it may be.
    pub bound: SimDuration,
}

/// A replica's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HybridClock {
    last: Hlc,
    /// How far ahead of the wall clock a stamp may be that comes in; none refuses nothing.
    bound: Option<SimDuration>,
}

impl Default for HybridClock {
    /// A clock that has stamped nothing and refuses nothing.
    fn default() -> Self {
        Self::new(None)
    }
}

impl HybridClock {
    /// A clock that has stamped nothing, and takes in no stamp that is further ahead than the bound.
    #[must_use]
    pub fn new(bound: Option<SimDuration>) -> Self {
        Self { last: Hlc { l: Wall(i64::MIN), c: 0 }, bound }
    }

    /// The last stamp.
    #[must_use]
    pub fn last(&self) -> Hlc {
        self.last
    }

    /// The stamp of an event here, a sending too, when the wall clock reads so.
    pub fn tick(&mut self, wall: Wall) -> Hlc {
        let l = self.last.l.max(wall);
        let c = if l == self.last.l { Some(self.last.c) } else { None };
        self.stamp(l, c)
    }

    /// The stamp of the receipt of a message that was stamped so.
    ///
    /// # Errors
    /// When that stamp is too far ahead of the wall clock. The clock is as it was.
    pub fn receive(&mut self, wall: Wall, sent: Hlc) -> Result<Hlc, TooFarAhead> {
        let ahead = SimDuration(u64::try_from(i128::from(sent.l.0) - i128::from(wall.0)).unwrap_or(0));
        if let Some(bound) = self.bound.filter(|bound| ahead > *bound) {
            return Err(TooFarAhead { ahead, bound });
        }
        let l = self.last.l.max(sent.l).max(wall);
        // The greatest count among those stamps that have the same wall clock.
        let own = (l == self.last.l).then_some(self.last.c);
        let their = (l == sent.l).then_some(sent.c);
        Ok(self.stamp(l, own.max(their)))
    }

    /// The stamp after the greatest one with the same wall clock. A count that is full goes on in the next microsecond.
    fn stamp(&mut self, l: Wall, after: Option<u32>) -> Hlc {
        self.last = match after {
            None => Hlc { l, c: 0 },
            Some(u32::MAX) => Hlc { l: Wall(l.0.saturating_add(1)), c: 0 },
            Some(c) => Hlc { l, c: c + 1 },
        };
        self.last
    }

    /// How far the last stamp is ahead of the wall clock: within the clocks' distance from each other, as long as that holds
    /// (theorem 3 of the paper: `|l - pt| <= eps`).
    #[must_use]
    pub fn ahead_of(&self, wall: Wall) -> SimDuration {
        SimDuration(u64::try_from(i128::from(self.last.l.0) - i128::from(wall.0)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::holds;
    use super::*;
    use crate::data::Wire;
    use proptest::prelude::*;

    /// How far the wall clocks are from each other at most, in the runs that are drawn.
    const EPS: i64 = 40;
    /// How far each of three replicas' clocks is off.
    const SKEW: [i64; 3] = [0, EPS, 15];

    /// An event: true time passes, and a replica does something of its own or hears of an earlier event.
    type Event = (i64, usize, Option<usize>);

    fn events() -> impl Strategy<Value = Vec<Event>> {
        prop::collection::vec((0_i64..30, 0_usize..3, prop::option::of(0_usize..40)), 1..40)
    }

    /// Stamps a run by a rule: of a local event, or of one that heard of a stamp. Then looks at what must hold of stamps.
    fn is_sound(events: &[Event], mut stamp: impl FnMut(usize, Wall, Option<Hlc>) -> Hlc) -> Result<(), String> {
        // Stamp, wall clock, the events that caused it (a bit for each), and the greatest wall clock among them.
        let mut all: Vec<(Hlc, Wall, u64, Wall)> = Vec::new();
        let mut last: [Option<usize>; 3] = [None; 3];
        let mut now = 0;
        for (number, &(passes, at, heard)) in events.iter().enumerate() {
            now += passes;
            let wall = Wall(now + SKEW[at]);
            let heard = heard.filter(|heard| *heard < number);
            let hlc = stamp(at, wall, heard.map(|heard| all[heard].0));
            let (mut causes, mut greatest) = (0_u64, wall);
            for cause in heard.into_iter().chain(last[at]) {
                causes |= all[cause].2 | 1 << cause;
                greatest = greatest.max(all[cause].3);
            }
            let late = (0..number).find(|cause| causes & 1 << cause != 0 && all[*cause].0 >= hlc);
            if let Some(cause) = late {
                return Err(format!("{hlc} is not after its cause {}", all[cause].0));
            }
            if hlc.l != greatest {
                return Err(format!("{hlc} is not the greatest clock among its causes, {}", greatest.0));
            }
            if hlc.l.0 - wall.0 > EPS {
                return Err(format!("{hlc} is {} ahead", hlc.l.0 - wall.0));
            }
            if u64::from(hlc.c) > u64::from(causes.count_ones()) {
                return Err(format!("{hlc} counts more than its causes"));
            }
            all.push((hlc, wall, causes, greatest));
            last[at] = Some(number);
        }
        Ok(())
    }

    fn clocks() -> [HybridClock; 3] {
        [HybridClock::new(Some(SimDuration(EPS as u64))); 3]
    }

    #[test]
    fn stamps_follow_causes_and_stay_near_the_clock() {
        let property = |events: Vec<Event>| {
            let mut clocks = clocks();
            is_sound(&events, |at, wall, heard| match heard {
                None => clocks[at].tick(wall),
                Some(sent) => clocks[at].receive(wall, sent).expect("no clock is further ahead than the bound"),
            })
        };
        holds(events(), property).expect("theorems 1 to 4 of the paper");
    }

    #[test]
    fn stamps_of_the_bare_clock_do_not_follow_causes() {
        let property = |events: Vec<Event>| is_sound(&events, |_, wall, _| Hlc { l: wall, c: 0 });
        let found = holds(events(), property).expect_err("an effect is stamped before its cause");
        assert!(found.contains("cause"), "{found}");
    }

    #[test]
    fn stamps_that_count_on_for_ever_leave_the_clock_behind() {
        // Lamport's rule on a wall clock: one more than the greatest, each time.
        let property = |events: Vec<Event>| {
            let mut last = [i64::MIN; 3];
            is_sound(&events, |at, wall, heard| {
                let sent = heard.map_or(i64::MIN, |heard| heard.l.0);
                last[at] = wall.0.max(sent.saturating_add(1)).max(last[at].saturating_add(1));
                Hlc { l: Wall(last[at]), c: 0 }
            })
        };
        holds(events(), property).expect_err("it runs ahead of every wall clock");
    }

    #[test]
    fn a_wild_clock_is_refused_and_drags_nobody() {
        let wild = Hlc { l: Wall(3_600_000_000), c: 0 };
        let mut clock = HybridClock::new(Some(SimDuration::from_millis(500)));
        let before = clock.tick(Wall(1_000));
        let refused = clock.receive(Wall(2_000), wild).expect_err("it is an hour ahead");
        assert_eq!(refused.ahead, SimDuration(3_599_998_000));
        assert_eq!(refused.to_string(), "a stamp is 3599.998 s ahead of this clock, and 500 ms is the most");
        assert_eq!((clock.last(), clock.ahead_of(Wall(2_000))), (before, SimDuration::ZERO));
        let mut trusting = HybridClock::new(None);
        trusting.receive(Wall(2_000), wild).expect("it refuses nothing");
        assert_eq!(trusting.tick(Wall(3_000)), Hlc { l: wild.l, c: 2 }, "its wall clock counts for an hour no more");
    }

    #[test]
    fn a_count_begins_anew_when_the_clock_has_moved() {
        let mut clock = HybridClock::new(None);
        assert_eq!(clock.tick(Wall(10)), Hlc { l: Wall(10), c: 0 });
        assert_eq!(clock.tick(Wall(10)), Hlc { l: Wall(10), c: 1 });
        assert_eq!(clock.receive(Wall(3), Hlc { l: Wall(10), c: 5 }), Ok(Hlc { l: Wall(10), c: 6 }));
        assert_eq!(clock.receive(Wall(4), Hlc { l: Wall(12), c: 2 }), Ok(Hlc { l: Wall(12), c: 3 }));
        assert_eq!(clock.tick(Wall(13)), Hlc { l: Wall(13), c: 0 });
        assert_eq!(clock.last().wire_size(), 2);
        let mut full = HybridClock { last: Hlc { l: Wall(1), c: u32::MAX }, bound: None };
        assert_eq!(full.tick(Wall(0)), Hlc { l: Wall(2), c: 0 });
    }
}
