//! A set of small numbers, one bit each. Knows nothing of what they stand for.

/// The set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// How many words a set of numbers below `count` takes.
    pub(super) const fn words(count: usize) -> usize {
        count.div_ceil(64)
    }

    /// The empty set of numbers below `count`.
    pub(super) fn new(count: usize) -> Self {
        Self(vec![0; Self::words(count)])
    }

    pub(super) fn add(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub(super) fn has(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    /// Takes in what another has.
    pub(super) fn join(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// What both have, in ascending order.
    pub(super) fn common<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = usize> + 'b {
        self.0.iter().zip(&other.0).enumerate().flat_map(|(at, (one, two))| {
            let mut word = one & two;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn a_set_has_what_was_added() {
        let of = |numbers: &[usize]| {
            let mut bits = Bits::new(130);
            numbers.iter().for_each(|&number| bits.add(number));
            bits
        };
        let (one, two) = (of(&[0, 63, 64, 129]), of(&[1, 63, 129]));
        assert_eq!(one.common(&two).collect::<Vec<_>>(), [63, 129]);
        assert!(one.has(64) && !two.has(64));
        let mut both = one;
        both.join(&two);
        assert_eq!(both, of(&[0, 1, 63, 64, 129]));
    }
}
