//! Wall clocks that are off, as the stage shows them: a dial whose hand points straight up where a clock is right.
//!
//! Only the observer sees them: no node can know of its own clock that it is off.

use super::SeenBy;
use crate::base::{NodeId, SimDuration};
use crate::protocol::Protocol;
use crate::sim::{NodeSlot, World};
use crate::view::timeline::length;

/// A clock that is off by less than this, in microseconds, is right.
const RIGHT: i64 = 1_000;

/// What a millisecond turns the hand by, and each factor of ten after that, in degrees.
const FIRST: f32 = 15.0;
const TENFOLD: f32 = 30.0;

/// The hand never comes round to the top again.
const MOST: f32 = 165.0;

/// The dial of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockFace {
    /// How far its wall clock is ahead of true time, in milliseconds; below 0 if it is behind.
    pub ahead_ms: i64,
}

impl ClockFace {
    /// How far the hand is turned from the top, in degrees, clockwise: by the order of magnitude, so that 5 ms and an hour
    /// can be told apart on one dial.
    #[must_use]
    pub fn degrees(self) -> f32 {
        if self.ahead_ms == 0 {
            return 0.0;
        }
        let turned = FIRST + TENFOLD * libm::log10f(self.ahead_ms.unsigned_abs() as f32);
        turned.min(MOST) * if self.ahead_ms > 0 { 1.0 } else { -1.0 }
    }

    /// "clock +500 ms"; none of a clock that is right.
    #[must_use]
    pub fn words(self) -> Option<String> {
        let sign = if self.ahead_ms > 0 { "+" } else { "−" };
        let by = SimDuration(self.ahead_ms.unsigned_abs() * 1_000);
        (self.ahead_ms != 0).then(|| format!("clock {sign}{}", length(by)))
    }
}

/// The dial of a node; none where all clocks are right, or where whoever looks cannot know.
pub(super) fn face<P: Protocol>(world: &World<P>, id: NodeId, seen_by: SeenBy) -> Option<ClockFace> {
    let is_any_off = || world.nodes().any(|(_, slot)| slot.process().is_some() && ahead_ms(world, slot) != 0);
    let slot = world.node(id).filter(|slot| seen_by == SeenBy::Observer && slot.process().is_some())?;
    is_any_off().then(|| ClockFace { ahead_ms: ahead_ms(world, slot) })
}

fn ahead_ms<P: Protocol>(world: &World<P>, slot: &NodeSlot<P>) -> i64 {
    let now = world.now().time;
    let ahead = slot.clock(now).wall.0.saturating_sub_unsigned(now.0);
    if ahead.abs() < RIGHT { 0 } else { ahead / 1_000 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hand_turns_to_the_right_ahead_and_to_the_left_behind() {
        let turned = [0, 1, 10, 1_000, -100, i64::MAX / 1_000].map(|ahead_ms| ClockFace { ahead_ms }.degrees());
        assert_eq!(turned, [0.0, 15.0, 45.0, 105.0, -75.0, 165.0]);
    }

    #[test]
    fn a_clock_says_how_far_it_is_off() {
        let told = [0, 500, -40, 3_600_000].map(|ahead_ms| ClockFace { ahead_ms }.words());
        let words = ["clock +500 ms", "clock −40 ms", "clock +3600 s"].map(|words| Some(words.to_owned()));
        assert_eq!(told[0], None);
        assert_eq!(told[1..], words);
    }
}
