//! Seeds as a person writes them: `7`, `0-39`, or `1, 5, 10-12`.

/// More than this at once is a slip of the finger.
pub(super) const MOST: usize = 2_000;

/// Why a list of seeds makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SeedsError {
    /// Nothing was written.
    #[error("write a seed, such as 7, or a range, such as 0-39")]
    Empty,
    /// Something that is no number, or too large a one.
    #[error("“{0}” is no seed: seeds are whole numbers from 0 to 4294967295")]
    NoSeed(String),
    /// A range from high to low.
    #[error("the range {0}-{1} runs backwards")]
    Backwards(u32, u32),
    /// A list that would take all day.
    #[error("that is more than {MOST} seeds")]
    TooMany,
}

/// Reads the list, in its order.
pub(super) fn parse(text: &str) -> Result<Vec<u32>, SeedsError> {
    let mut seeds = Vec::new();
    for part in text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(SeedsError::Backwards(first, last));
        }
        for seed in first..=last {
            if seeds.len() == MOST {
                return Err(SeedsError::TooMany);
            }
            seeds.push(seed);
        }
    }
    if seeds.is_empty() { Err(SeedsError::Empty) } else { Ok(seeds) }
}

fn number(word: &str) -> Result<u32, SeedsError> {
    word.trim().parse().map_err(|_| SeedsError::NoSeed(word.to_owned()))
}
