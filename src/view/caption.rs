//! Captions: the one thing that matters now, and why, in a plain sentence of at most 14 words. Candidates come from the
//! chronicle's key moments; which of them is seen for how long is decided in `captioner`.

mod captioner;
mod replicas;
mod sentence;

pub use captioner::{Captioner, Line, script};

use super::chronicle::Chronicle;
use super::describe::Names;
use crate::base::{RecordId, SimTime};
use crate::check::InvariantBroken;

/// No caption has more words.
pub const WORDS_MAX: usize = 14;

/// How much a caption matters; the last matters most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Whatever else happens.
    Rest,
    /// Something is committed, or a client is told that its operation is done.
    Commit,
    /// A majority is lost or found again, or is missing for an entry; entries are overwritten.
    Quorum,
    /// Somebody leads, or leads no longer.
    Leader,
    /// A client's operation is refused, or its client does not know.
    Outcome,
    /// A client was told that its write is done, and it is gone.
    LostWrite,
    /// A rule that must always hold is broken.
    Invariant,
}

impl Rank {
    /// Its word, for scripts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Commit => "commit",
            Self::Quorum => "quorum",
            Self::Leader => "leader",
            Self::Outcome => "outcome",
            Self::LostWrite => "lost write",
            Self::Invariant => "invariant",
        }
    }
}

/// One sentence about one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// How much it matters.
    pub rank: Rank,
    /// When it happened.
    pub at: SimTime,
    /// The record that decided it; none for a broken rule, which is seen in no one record.
    pub record: Option<RecordId>,
    /// The sentence.
    pub text: String,
}

/// The caption of one key moment, if there is something to say that no other says better.
#[must_use]
pub fn of_beat(chronicle: &Chronicle, names: &Names<'_>, beat: usize) -> Option<Caption> {
    let beat = chronicle.beats().get(beat)?;
    let (rank, text) = sentence::Teller { chronicle, names }.tell(beat)?;
    Some(Caption { rank, at: beat.when.at, record: Some(beat.when.record), text })
}

/// The caption of a broken rule.
#[must_use]
pub fn of_broken(broken: &InvariantBroken) -> Caption {
    sentence::invariant(broken)
}

/// The captions of all key moments from one on, and of broken rules, in the order of time.
#[must_use]
pub fn candidates(chronicle: &Chronicle, names: &Names<'_>, broken: &[InvariantBroken]) -> Vec<Caption> {
    let beats = (0..chronicle.beats().len()).filter_map(|beat| of_beat(chronicle, names, beat));
    let mut all: Vec<Caption> = beats.chain(broken.iter().map(sentence::invariant)).collect();
    all.sort_by_key(|caption| caption.at);
    all
}

/// The caption for a standing picture: the latest news, and where several came at once, the one that matters most.
#[must_use]
pub fn at(chronicle: &Chronicle, names: &Names<'_>, broken: &[InvariantBroken], time: SimTime) -> Option<Caption> {
    let end = chronicle.beats().partition_point(|beat| beat.when.at <= time);
    let latest = (0..end).rev().filter_map(|beat| of_beat(chronicle, names, beat));
    let mut best: Option<Caption> = None;
    for caption in broken.iter().filter(|broken| broken.at.time <= time).map(sentence::invariant) {
        best = best.filter(|best| best.at > caption.at).or(Some(caption));
    }
    for caption in latest {
        match &best {
            Some(best) if caption.at.0 + TOGETHER < best.at.0 => break,
            Some(best) if caption.at.0 <= best.at.0 + TOGETHER && caption.rank <= best.rank => {}
            Some(_) | None => best = Some(caption),
        }
    }
    best
}

/// Captions that are no further apart than this, in microseconds, are about one moment.
const TOGETHER: u64 = 1_000;
