//! Clients' requests, answers and outcomes in words.

use super::words::Names;
use super::{Describe, is_without_answer};
use crate::base::{ClientId, SimDuration};
use crate::protocol::{Operation, Reply, Request, Value};
use crate::sim::{AttemptEnd, Outcome, Payload};

/// What a message carries, as a noun phrase.
#[must_use]
pub fn payload<M: Describe>(payload: &Payload<M>, names: &Names<'_>) -> String {
    match payload {
        Payload::Node(message) => message.describe(names),
        Payload::Request(request) => ask(request),
        Payload::Reply { reply, .. } => answer(reply),
        Payload::Reset { .. } => "broken connection".to_owned(),
    }
}

fn ask(request: &Request) -> String {
    let Request { id, operation, .. } = request;
    match id.attempt {
        1 => format!("request to {operation}"),
        attempt => format!("request to {operation} (attempt {attempt})"),
    }
}

fn answer(reply: &Reply) -> String {
    match reply {
        Reply::Done { swapped: false, values, .. } => format!("answer: not swapped, found {}", shown(values)),
        Reply::Done { values, .. } if values.is_empty() => "answer: ok".to_owned(),
        Reply::Done { values, .. } => format!("answer: {}", shown(values)),
        Reply::Refused(refusal) => format!("refusal: {refusal}"),
        Reply::GaveUp => "no result: too few replicas have answered".to_owned(),
    }
}

/// How an attempt ended for the client that made it, which waits no longer than its patience.
#[must_use]
pub fn attempt_end(end: AttemptEnd, patience: SimDuration) -> String {
    match end {
        AttemptEnd::Answered => "answered".to_owned(),
        AttemptEnd::Refused(refusal) => format!("refused, {refusal}"),
        AttemptEnd::TimedOut => format!("no answer within {patience}"),
        AttemptEnd::Reset => "the connection broke".to_owned(),
        AttemptEnd::GaveUp => "too few replicas have answered".to_owned(),
    }
}

/// An outcome in a few words: "ok", "reads 1", "failed: ...", "unknown".
#[must_use]
pub fn outcome(operation: &Operation, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok { values, .. } if operation.update.is_read() => format!("reads {}", shown(values)),
        Outcome::Ok { swapped: false, values } => format!("not swapped, found {}", shown(values)),
        Outcome::Ok { .. } => "ok".to_owned(),
        Outcome::Failed(refusal) => format!("failed: {refusal}"),
        Outcome::Unknown => "unknown".to_owned(),
    }
}

/// The end of an operation as its client lives it; `last` is how the last attempt ended.
pub(super) fn ended(
    names: &Names<'_>,
    client: ClientId,
    operation: &Operation,
    outcome: &Outcome,
    last: Option<AttemptEnd>,
) -> String {
    let name = names.client(client);
    match outcome {
        Outcome::Ok { values, .. } if operation.update.is_read() => {
            format!("{name} reads {} = {}", operation.key, shown(values))
        }
        Outcome::Ok { swapped: false, values } => {
            format!("{name} is told that {} is {}, not what it expected ({operation})", operation.key, shown(values))
        }
        Outcome::Ok { .. } => format!("{name} is told ok ({operation})"),
        Outcome::Failed(refusal) => format!("{name} is told no, {refusal}: nothing was done ({operation})"),
        Outcome::Unknown => {
            let why = match last.filter(|end| is_without_answer(*end)) {
                Some(end) => attempt_end(end, names.patience(client)),
                None => "an earlier attempt had no answer".to_owned(),
            };
            format!("{name} does not know: {why} ({operation})")
        }
    }
}

fn shown(values: &[Value]) -> String {
    match values {
        [] => "nothing".to_owned(),
        [only] => only.to_string(),
        [first, rest @ ..] => rest.iter().fold(first.to_string(), |all, value| format!("{all} or {value}")),
    }
}
