//! What a client was told last, and how long it took: read from the chronicle, up to the moment that is shown.

use super::clients::{Told, asked};
use crate::base::{ClientId, SimDuration};
use crate::sim::Outcome;
use crate::view::chronicle::{Chronicle, OperationBar};
use crate::view::describe::outcome;

/// The last answer to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it had asked: "writes x = 5".
    pub asked: String,
    /// What kind of answer it is.
    pub told: Told,
    /// The answer: "ok", "reads 5", "unknown".
    pub words: String,
    /// How long it took.
    pub after: SimDuration,
}

/// The last answer that a client had before a record of the trace.
#[must_use]
pub fn last_answer(chronicle: &Chronicle, client: ClientId, seen: u64) -> Option<Answer> {
    let ended = |bar: &&OperationBar| {
        bar.client == client && bar.ended.as_ref().is_some_and(|(stamp, _)| stamp.record.0 < seen)
    };
    let last = chronicle
        .operations()
        .iter()
        .rev()
        .filter(ended)
        .take(OPEN_MAX)
        .max_by_key(|bar| bar.ended.as_ref().map(|(stamp, _)| stamp.record))?;
    let (stamp, end) = last.ended.as_ref()?;
    let told = match end {
        Outcome::Ok { .. } => Told::Ok,
        Outcome::Failed(_) => Told::Failed,
        Outcome::Unknown => Told::Unknown,
    };
    let (asked, words) = (asked(&last.operation), outcome(&last.operation, end));
    Some(Answer { asked, told, words, after: stamp.at.since(last.invoked_at) })
}

/// A client with more operations open at once than this may be shown an answer that is not its very last.
const OPEN_MAX: usize = 16;
