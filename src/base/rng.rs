//! Keyed randomness. A draw is a pure function of the seed, what it is for, where, and how many came before it there.
//! An added fault on one link therefore moves no other draw, and a checkpoint holds counts instead of generators.

use rand::SeedableRng;
use rand::rand_core::Rng;
use rand::rngs::ChaCha8Rng;

use super::PPM;

/// What a draw is for. The numbers are part of every run's meaning: never change one, only add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// How long a message takes over a directed link.
    Delay = 1,
    /// Whether a link loses a message.
    Loss = 2,
    /// Whether a link delivers a message twice.
    Duplicate = 3,
    /// How long the second copy takes.
    DuplicateDelay = 4,
    /// How long a node's timer runs.
    Timer = 5,
    /// How long a disk takes to make a write durable.
    Sync = 6,
    /// How long a slow node takes over one input.
    Service = 7,
    /// Which kind of operation a client invokes next.
    Operation = 8,
    /// On which key.
    Key = 9,
    /// Which node a client talks to.
    Contact = 10,
    /// When a client invokes its next operation.
    Arrival = 11,
    /// How long a client waits before it tries again.
    Backoff = 12,
    /// How long a flapping link stays up or down.
    Flap = 13,
    /// Which fault a random plan injects.
    FaultKind = 14,
    /// When a random plan injects its next fault.
    FaultTime = 15,
    /// How long that fault lasts.
    FaultLength = 16,
    /// Which nodes or links it strikes.
    FaultPlace = 17,
    /// How hard it strikes.
    FaultStrength = 18,
    /// How many unsynced writes survive a crash that keeps some.
    CrashKeeps = 19,
    /// What a swarm's scenario is made of.
    Swarm = 20,
}

/// Where a draw happens: a directed link, a node and one of its timers, a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place(pub u32, pub u32);

/// The draws of one purpose at one place, readable at any position.
///
/// The n-th draw is the n-th little-endian 64-bit word of the ChaCha8 key stream (D. J. Bernstein, "ChaCha, a variant
/// of Salsa20", 2008) whose key spells purpose, place and seed. A generator is kept as a memo for draws in sequence
/// and is left behind by `clone`: it is no part of the state.
#[derive(Debug)]
pub struct Stream {
    seed: u32,
    purpose: Purpose,
    place: Place,
    memo: Option<Box<Memo>>,
}

#[derive(Debug)]
struct Memo {
    generator: ChaCha8Rng,
    next: u64,
}

impl Stream {
    /// The draws for one purpose at one place in the run of this seed.
    #[must_use]
    pub const fn new(seed: u32, purpose: Purpose, place: Place) -> Self {
        Self { seed, purpose, place, memo: None }
    }

    /// The n-th draw, from 0.
    pub fn at(&mut self, n: u64) -> u64 {
        if self.memo.is_none() {
            self.memo = Some(Box::new(Memo { generator: ChaCha8Rng::from_seed(self.key()), next: 0 }));
        }
        let memo = self.memo.as_mut().expect("the memo was just made");
        if memo.next != n {
            memo.generator.set_word_pos(u128::from(n) * 2);
        }
        memo.next = n + 1;
        memo.generator.next_u64()
    }

    fn key(&self) -> [u8; 32] {
        let mut key = *b"netsplit keyed draw ----++++====";
        for (at, word) in [self.purpose as u32, self.place.0, self.place.1].into_iter().enumerate() {
            key[20 + at * 4..24 + at * 4].copy_from_slice(&word.to_le_bytes());
        }
        key[16..20].copy_from_slice(&self.seed.to_le_bytes());
        key
    }
}

impl Clone for Stream {
    fn clone(&self) -> Self {
        Self::new(self.seed, self.purpose, self.place)
    }
}

/// Maps a draw to an integer from `min` to `max`, both included.
///
/// Multiply-high (D. Lemire, "Fast Random Integer Generation in an Interval", 2019, without the rejection step): one
/// draw gives one value whatever the interval, and the bias is at most `(max - min + 1) / 2^64`.
///
/// # Panics
/// When `min > max`.
#[must_use]
pub fn range(draw: u64, min: u64, max: u64) -> u64 {
    assert!(min <= max, "an interval from {min} to {max} is empty");
    let width = u128::from(max - min) + 1;
    min + ((u128::from(draw) * width) >> 64) as u64
}

/// Whether a draw falls within a chance given in parts per million.
#[must_use]
pub fn chance(draw: u64, ppm: u32) -> bool {
    range(draw, 0, PPM - 1) < u64::from(ppm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(seed: u32, purpose: Purpose, place: Place) -> Stream {
        Stream::new(seed, purpose, place)
    }

    #[test]
    fn draws_are_pinned_for_ever() {
        // A change here changes every run of every link ever shared.
        let mut delay = stream(7, Purpose::Delay, Place(2, 4));
        assert_eq!([delay.at(0), delay.at(1), delay.at(40)], GOLDEN);
    }

    /// From a second implementation of the cipher, written from its description.
    const GOLDEN: [u64; 3] = [2_486_140_355_853_151_322, 6_547_724_505_683_293_218, 478_731_087_083_076_468];

    #[test]
    fn a_draw_depends_on_its_position_alone() {
        let mut forward = stream(1, Purpose::Timer, Place(1, 0));
        let in_order: Vec<u64> = (0..100).map(|n| forward.at(n)).collect();
        let mut jumping = stream(1, Purpose::Timer, Place(1, 0));
        for n in [99, 3, 50, 51, 0, 7] {
            assert_eq!(jumping.at(n), in_order[n as usize], "draw {n}");
        }
        assert_eq!(forward.clone().at(33), in_order[33]);
    }

    #[test]
    fn every_part_of_the_key_matters() {
        let base = stream(1, Purpose::Delay, Place(1, 2)).at(0);
        let others = [
            stream(2, Purpose::Delay, Place(1, 2)).at(0),
            stream(1, Purpose::Loss, Place(1, 2)).at(0),
            stream(1, Purpose::Delay, Place(2, 1)).at(0),
            stream(1, Purpose::Delay, Place(1, 3)).at(0),
        ];
        assert!(others.iter().all(|&other| other != base));
    }

    #[test]
    fn ranges_reach_both_ends_and_no_further() {
        assert_eq!((range(0, 150, 300), range(u64::MAX, 150, 300)), (150, 300));
        assert_eq!((range(0, 0, u64::MAX), range(u64::MAX, 0, u64::MAX)), (0, u64::MAX));
        assert_eq!(range(u64::MAX / 2, 9, 9), 9);
    }

    #[test]
    fn a_chance_of_a_tenth_strikes_a_tenth() {
        let mut loss = stream(3, Purpose::Loss, Place(1, 2));
        let hits = (0..100_000).filter(|&n| chance(loss.at(n), 100_000)).count();
        // Binomial, 4 sigma: 10,000 +- 380.
        assert!((9_620..=10_380).contains(&hits), "{hits} of 100,000");
        assert!(!chance(0, 0) && chance(u64::MAX, 1_000_000));
    }
}
