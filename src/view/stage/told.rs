//! What a client was told last, and how long it took: read from the chronicle, up to the moment that is shown.

use super::clients::{Told, asked};
use crate::base::{ClientId, SimDuration};
use crate::protocol::leaderless::united;
use crate::protocol::{Key, Value};
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

/// Versions that a client has read and that have not seen each other: it may settle which of them holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Who read them.
    pub client: ClientId,
    /// The key.
    pub key: Key,
    /// The versions.
    pub values: Vec<Value>,
}

impl Conflict {
    /// What can be written instead of them: each in words, with what is written. What is written descends from all of them.
    #[must_use]
    pub fn ways_out(&self) -> Vec<(String, Value)> {
        let keep = |value: &Value| (format!("Keep {value}"), value.clone());
        let both = united(&self.values);
        let all = if self.values.len() == 2 { "Keep both" } else { "Keep all" };
        let merged = (format!("{all}: {both}"), both);
        self.values.iter().map(keep).chain([merged]).collect()
    }
}

/// What the clients read last before a record of the trace and have not settled: an operation of theirs since then withdraws it.
#[must_use]
pub fn conflicts(chronicle: &Chronicle, clients: usize, seen: u64) -> Vec<Conflict> {
    let before = chronicle.operations().partition_point(|bar| bar.record.0 < seen);
    let asked = &chronicle.operations()[..before];
    let last = |client: usize| asked.iter().rev().take(RECENT).find(|bar| bar.client.slot() == client);
    (0..clients).filter_map(last).filter_map(|bar| conflict(bar, seen)).collect()
}

fn conflict(bar: &OperationBar, seen: u64) -> Option<Conflict> {
    let (stamp, Outcome::Ok { values, .. }) = bar.ended.as_ref()? else { return None };
    let has_read = bar.operation.update.is_read() && stamp.record.0 < seen && values.len() > 1;
    has_read.then(|| Conflict { client: bar.client, key: bar.operation.key.clone(), values: values.clone() })
}

/// What was read so many operations ago is not offered any more.
const RECENT: usize = 64;

/// A client with more operations open at once than this may be shown an answer that is not its very last.
const OPEN_MAX: usize = 16;
