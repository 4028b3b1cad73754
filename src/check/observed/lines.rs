//! A history from a file: one event a line, in the dialects of those who write them. Pairs each end with its beginning
//! and says what is wrong with a line. Knows no JSON parser: whoever has one makes [`EventLine`]s.

mod words;

use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

use super::{Answer, Ask, Datum, End, Observed};
use crate::base::SimTime;
use crate::check::Model;

/// How a history is to be understood where its writers differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// As Knossos reads what Jepsen writes: `fail` did not happen, whatever it was; a read that returned `null` may have
    /// found anything, unless the line says `absent`.
    #[default]
    Jepsen,
    /// As Porcupine reads its logs of etcd: a compare-and-set that failed has found another value, unless it has an
    /// `error` that says something else; `null` is an absent key.
    Porcupine,
    /// As the simulator's own `plain` export: `swapped` says what a compare-and-set did; `null` is an absent key.
    Plain,
}

/// One line as it stands in the file. Fields that are not named here are passed over.
#[derive(Clone, Debug, Deserialize)]
pub struct EventLine {
    /// Who: a number or a name. What the `nemesis` does is no operation.
    pub process: Datum,
    /// What kind of event.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Which operation.
    #[serde(default)]
    pub f: Option<String>,
    /// On which key; none where there is only one object.
    #[serde(default)]
    pub key: Datum,
    /// What is written, expected, or was read.
    #[serde(default)]
    pub value: Datum,
    /// The client behind the process, where one client is several processes.
    #[serde(default)]
    pub client: Datum,
    /// Whether a read found that the key holds nothing.
    #[serde(default)]
    pub absent: bool,
    /// Whether a compare-and-set found what it expected.
    #[serde(default)]
    pub swapped: Option<bool>,
    /// Why it failed.
    #[serde(default)]
    pub error: Datum,
    /// When, in nanoseconds; anything else is passed over.
    #[serde(default)]
    pub time: Datum,
}

/// What kind of event a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventType {
    /// A client asks.
    Invoke,
    /// It is done.
    Ok,
    /// It was not done, or as the dialect has it.
    Fail,
    /// The client does not know.
    Info,
}

/// Why a line cannot be part of a history, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadLine {
    /// The process is no number and no name.
    #[error("`process` is {0}; it is a number, or \"nemesis\" for what is no operation")]
    Process(Datum),
    /// The key is no name and no number.
    #[error("`key` is {0}; it is a text or a number, and left out where there is only one object")]
    Key(Datum),
    /// A line says no operation.
    #[error("there is no `f`; it names the operation, such as \"read\"")]
    NoOperation,
    /// The model has no such operation.
    #[error("`{f}` is no operation of this model; it has {known}. Another --model may have it")]
    UnknownOperation {
        /// What the line says.
        f: String,
        /// What it could say.
        known: &'static str,
    },
    /// The value is not of the shape that the operation needs.
    #[error("the value of `{f}` is {value}; it needs {needed}")]
    Value {
        /// The operation.
        f: String,
        /// What the line says.
        value: Datum,
        /// What it could say.
        needed: &'static str,
    },
    /// A process begins an operation before its last one has ended.
    #[error(
        "process {process} is still at the operation of line {line}: end that one first, or give this one a process of its own"
    )]
    StillOpen {
        /// Who.
        process: Datum,
        /// Where the open operation begins, from 1.
        line: usize,
    },
    /// An end without a beginning.
    #[error(
        "process {process} has no open operation that could end here: a line with `\"type\":\"invoke\"` is missing before it"
    )]
    NotOpen {
        /// Who.
        process: Datum,
    },
    /// The end is of another operation than the beginning.
    #[error("this ends `{ends}`, but process {process} began `{began}` in line {line}")]
    OtherOperation {
        /// Who.
        process: Datum,
        /// What the end says.
        ends: String,
        /// What the beginning said.
        began: String,
        /// Where the operation begins, from 1.
        line: usize,
    },
}

/// Pairs lines to a history.
#[derive(Clone, Debug)]
pub struct LineReader {
    model: Model,
    reading: Reading,
    observed: Observed,
    /// The line of each event, from 1.
    lines: Vec<usize>,
    open: BTreeMap<Datum, Open>,
    sessions: BTreeMap<(bool, Datum), u64>,
}

#[derive(Clone, Debug)]
struct Open {
    op: usize,
    f: String,
    line: usize,
}

/// The process that makes faults and does no operations.
const NEMESIS: [&str; 2] = ["nemesis", ":nemesis"];

impl LineReader {
    /// A reader for histories of one kind of object.
    #[must_use]
    pub fn new(model: Model, reading: Reading) -> Self {
        let observed = Observed::new();
        Self { model, reading, observed, lines: Vec::new(), open: BTreeMap::new(), sessions: BTreeMap::new() }
    }

    /// Takes the next line; `number` counts the lines of the file from 1.
    ///
    /// # Errors
    /// When the line cannot follow those before it. The reader is as before then.
    pub fn take(&mut self, number: usize, line: EventLine) -> Result<(), BadLine> {
        match &line.process {
            Datum::Text(name) if NEMESIS.contains(&&**name) => return Ok(()),
            Datum::Int(_) | Datum::Text(_) => {}
            other => return Err(BadLine::Process(other.clone())),
        }
        self.observed.pass(time(&line.time));
        if line.kind == EventType::Invoke { self.begin(number, line) } else { self.end(number, &line) }
    }

    fn begin(&mut self, number: usize, line: EventLine) -> Result<(), BadLine> {
        let process = line.process;
        if let Some(open) = self.open.get(&process) {
            return Err(BadLine::StillOpen { process, line: open.line });
        }
        let f = line.f.ok_or(BadLine::NoOperation)?;
        let ask = words::ask(self.model, &f, &line.value)?;
        let key = match &line.key {
            Datum::Nil => None,
            Datum::Text(name) => Some(name.clone()),
            Datum::Int(number) => Some(number.to_string().into()),
            other => return Err(BadLine::Key(other.clone())),
        };
        let session = self.session(&process, line.client);
        let op = self.observed.invoke(session, key, ask);
        self.lines.push(number);
        self.open.insert(process, Open { op, f, line: number });
        Ok(())
    }

    /// A session is a client where the lines name clients, and a process otherwise.
    fn session(&mut self, process: &Datum, client: Datum) -> u64 {
        let name = match client {
            Datum::Nil => (false, process.clone()),
            client => (true, client),
        };
        let next = self.sessions.len() as u64;
        *self.sessions.entry(name).or_insert(next)
    }

    fn end(&mut self, number: usize, line: &EventLine) -> Result<(), BadLine> {
        let process = &line.process;
        let Some(open) = self.open.get(process) else {
            return Err(BadLine::NotOpen { process: process.clone() });
        };
        if let Some(ends) = line.f.as_ref().filter(|ends| **ends != open.f) {
            let (process, ends, began) = (process.clone(), ends.clone(), open.f.clone());
            return Err(BadLine::OtherOperation { process, ends, began, line: open.line });
        }
        let end = self.ended(&self.observed.ops()[open.op].ask, &open.f, line)?;
        self.observed.complete(open.op, end);
        self.lines.push(number);
        self.open.remove(process);
        Ok(())
    }

    fn ended(&self, ask: &Ask, f: &str, line: &EventLine) -> Result<End, BadLine> {
        let is_cas = matches!(ask, Ask::CompareAndSet { .. });
        let is_mismatch = match line.kind {
            EventType::Invoke | EventType::Info => return Ok(End::Unknown),
            EventType::Ok => line.swapped == Some(false),
            EventType::Fail => self.reading == Reading::Porcupine && says_mismatch(&line.error),
        };
        match (line.kind, ask) {
            _ if is_cas && is_mismatch => Ok(End::Ok(Answer::Mismatch)),
            (EventType::Fail, _) => Ok(End::Failed),
            (_, Ask::Read) => Ok(End::Ok(self.read(line))),
            (_, Ask::Transact(_)) => words::transacted(f, ask, &line.value).map(End::Ok),
            _ => Ok(End::Ok(Answer::Done)),
        }
    }

    fn read(&self, line: &EventLine) -> Answer {
        let is_unsaid = line.value == Datum::Nil && !line.absent && self.reading == Reading::Jepsen;
        if is_unsaid { Answer::Unsaid } else { Answer::Value(line.value.clone()) }
    }

    /// The history so far.
    #[must_use]
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// The history, and the line of each of its events, from 1.
    #[must_use]
    pub fn finish(self) -> (Observed, Vec<usize>) {
        (self.observed, self.lines)
    }
}

/// Nanoseconds as our time.
fn time(nanoseconds: &Datum) -> Option<SimTime> {
    match nanoseconds {
        Datum::Int(number) => u64::try_from(number / 1_000).ok().map(SimTime),
        _ => None,
    }
}

/// A failed compare-and-set without a reason has found another value, as in Porcupine's logs; so has one that says so.
fn says_mismatch(error: &Datum) -> bool {
    match error {
        Datum::Nil => true,
        Datum::Text(word) => &**word == "mismatch",
        _ => false,
    }
}
