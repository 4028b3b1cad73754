//! A history as others write it: one event a line, processes that do one thing at a time.

use serde::Serialize;
use std::collections::BTreeMap;

use super::{History, Recorded, Step};
use crate::protocol::{Element, Refusal, Update, Value};
use crate::sim::Outcome;

/// How a history is written where tools differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As Jepsen's register workloads do, and Knossos reads: a compare-and-set that found another value is a `fail`.
    #[default]
    Jepsen,
    /// As the simulator itself says it: such a compare-and-set is an `ok` that says `swapped: false`.
    Plain,
}

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryEvent<'h> {
    /// Its number, from 0.
    pub index: u64,
    /// When, in nanoseconds.
    pub time: u64,
    /// Who: one line of activity, in which one operation follows another.
    pub process: u64,
    /// What kind of event.
    #[serde(rename = "type")]
    pub kind: HistoryKind,
    /// Which operation.
    pub f: &'static str,
    /// On which key.
    pub key: &'h str,
    /// What is written or expected, or was read.
    pub value: HistoryValue<'h>,
    /// The client, for those who ask what one client saw: its processes are several where it did several things at once.
    pub client: u64,
    /// True where a read found that the key holds nothing: elsewhere, a `null` may mean that nothing is said.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// Whether a compare-and-set found what it expected, where the dialect says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swapped: Option<bool>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
}

/// What kind of event a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// A client asks.
    Invoke,
    /// It is done.
    Ok,
    /// It was definitely not done.
    Fail,
    /// The client does not know. The process is never heard of again.
    Info,
}

/// A value in a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum HistoryValue<'h> {
    /// Nothing, or not known yet.
    None,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(&'h str),
    /// Raw bytes, as hexadecimal digits.
    Bytes {
        /// The digits.
        hex: String,
    },
    /// A list; for a compare-and-set, what is expected and what is new.
    List(Vec<HistoryValue<'h>>),
    /// Values side by side, of which none replaces the other.
    Siblings {
        /// In order.
        siblings: Vec<HistoryValue<'h>>,
    },
}

impl<'h> From<&'h Value> for HistoryValue<'h> {
    fn from(value: &'h Value) -> Self {
        match value {
            Value::Int(number) => Self::Int(*number),
            Value::Text(text) => Self::Text(text),
            Value::Bytes(bytes) => Self::bytes(bytes),
            Value::List(list) => Self::List(list.iter().map(Self::from).collect()),
        }
    }
}

impl<'h> From<&'h Element> for HistoryValue<'h> {
    fn from(element: &'h Element) -> Self {
        match element {
            Element::Int(number) => Self::Int(*number),
            Element::Text(text) => Self::Text(text),
            Element::Bytes(bytes) => Self::bytes(bytes),
        }
    }
}

impl<'h> HistoryValue<'h> {
    fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes { hex: bytes.iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    fn optional(value: Option<&'h Value>) -> Self {
        value.map_or(Self::None, Self::from)
    }

    /// What an operation asks for.
    fn asked(update: &'h Update) -> Self {
        match update {
            Update::Read | Update::Delete => Self::None,
            Update::Write(value) => value.into(),
            Update::CompareAndSet { expect, value } => Self::List(vec![Self::optional(expect.as_ref()), value.into()]),
            Update::Add(amount) => Self::Int(*amount),
            Update::Append(element) | Update::Include(element) | Update::Exclude(element) => element.into(),
        }
    }

    fn read(values: &'h [Value]) -> Self {
        match values {
            [] => Self::None,
            [value] => value.into(),
            several => Self::Siblings { siblings: several.iter().map(Self::from).collect() },
        }
    }
}

impl History {
    /// The history, line by line, for so many clients.
    ///
    /// A process does one thing at a time, so a client that has several operations open at once is several processes;
    /// and one that does not know how its operation ended never goes on, so its client takes a new one. The number of
    /// a process, modulo the number of clients, is that of its client.
    pub fn events(&self, dialect: Dialect, clients: u8) -> impl Iterator<Item = HistoryEvent<'_>> {
        let mut processes =
            Processes { clients: u64::from(clients.max(1)), free: BTreeMap::new(), used: BTreeMap::new() };
        let mut busy: BTreeMap<usize, u64> = BTreeMap::new();
        self.steps.iter().enumerate().map(move |(index, step)| {
            let Step { at, is_end } = *step;
            let operation = &self.operations[at];
            let client = u64::from(operation.client.0);
            if !is_end {
                let process = processes.take(client);
                busy.insert(at, process);
                return invoke(index as u64, process, operation);
            }
            let process = busy.remove(&at).expect("an operation begins before it ends");
            let event = end(index as u64, process, operation, dialect);
            if event.kind != HistoryKind::Info {
                processes.free.entry(client).or_default().push(process);
            }
            event
        })
    }
}

/// Hands out the numbers of processes.
struct Processes {
    clients: u64,
    /// Each client's idle processes.
    free: BTreeMap<u64, Vec<u64>>,
    /// How many each client has had.
    used: BTreeMap<u64, u64>,
}

impl Processes {
    fn take(&mut self, client: u64) -> u64 {
        if let Some(process) = self.free.get_mut(&client).and_then(Vec::pop) {
            return process;
        }
        let used = self.used.entry(client).or_default();
        let process = client + *used * self.clients;
        *used += 1;
        process
    }
}

fn invoke(index: u64, process: u64, recorded: &Recorded) -> HistoryEvent<'_> {
    HistoryEvent {
        index,
        time: recorded.invoked_at.0 * 1_000,
        process,
        kind: HistoryKind::Invoke,
        f: recorded.operation.update.word(),
        key: recorded.operation.key.name(),
        value: HistoryValue::asked(&recorded.operation.update),
        client: u64::from(recorded.client.0),
        absent: false,
        swapped: None,
        error: None,
    }
}

fn end(index: u64, process: u64, recorded: &Recorded, dialect: Dialect) -> HistoryEvent<'_> {
    let mut event = invoke(index, process, recorded);
    let Some((time, outcome)) = &recorded.end else { unreachable!("an end has its outcome") };
    event.time = time.0 * 1_000;
    let is_cas = matches!(recorded.operation.update, Update::CompareAndSet { .. });
    match outcome {
        Outcome::Ok { swapped: false, .. } if is_cas && dialect == Dialect::Jepsen => {
            event.kind = HistoryKind::Fail;
            event.error = Some("mismatch");
        }
        Outcome::Ok { values, swapped } => {
            event.kind = HistoryKind::Ok;
            event.swapped = (is_cas && dialect == Dialect::Plain).then_some(*swapped);
            if recorded.operation.update.is_read() {
                event.value = HistoryValue::read(values);
                event.absent = values.is_empty();
            }
        }
        Outcome::Failed(refusal) => {
            event.kind = HistoryKind::Fail;
            event.error = Some(word(*refusal));
        }
        Outcome::Unknown => event.kind = HistoryKind::Info,
    }
    event
}

fn word(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotLeader { .. } => "not-leader",
        Refusal::Unsupported => "unsupported",
        Refusal::WrongType => "wrong-type",
        Refusal::Unavailable => "unavailable",
        Refusal::Down => "down",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ClientId, Moment, OpId, RecordId, SimTime};
    use crate::protocol::Operation;
    use crate::sim::{Kind, Record};

    fn trace(steps: Vec<Kind<(), ()>>) -> History {
        let record = |(at, kind)| {
            let at: u64 = at as u64;
            Record { id: RecordId(at), cause: None, moment: Moment { time: SimTime(at), events: at }, kind }
        };
        History::of(steps.into_iter().enumerate().map(record))
    }

    fn invoked(op: u32, client: u8, update: Update) -> Kind<(), ()> {
        let operation = Operation { key: "x".into(), update };
        Kind::Invoked { op: OpId(op), client: ClientId(client), operation }
    }

    fn ended(op: u32, outcome: Outcome) -> Kind<(), ()> {
        Kind::Ended { op: OpId(op), outcome }
    }

    fn ok(values: Vec<Value>, swapped: bool) -> Outcome {
        Outcome::Ok { values, swapped }
    }

    #[test]
    fn after_unknown_a_client_goes_on_as_another_process() {
        let history = trace(vec![
            invoked(1, 0, Update::Write(Value::Int(1))),
            ended(1, Outcome::Unknown),
            invoked(2, 0, Update::Read),
            ended(2, ok(vec![Value::Int(1)], true)),
            invoked(3, 0, Update::Read),
            ended(3, Outcome::Failed(Refusal::Unavailable)),
        ]);
        let events: Vec<HistoryEvent<'_>> = history.events(Dialect::Jepsen, 2).collect();
        let processes: Vec<u64> = events.iter().map(|event| event.process).collect();
        assert_eq!(processes, [0, 0, 2, 2, 2, 2]);
        assert_eq!(events[1].kind, HistoryKind::Info);
        assert_eq!((events[3].kind, &events[3].value), (HistoryKind::Ok, &HistoryValue::Int(1)));
        assert_eq!((events[5].kind, events[5].error), (HistoryKind::Fail, Some("unavailable")));
        assert!(events.iter().all(|event| event.client == 0), "processes come and go, and the client stays");
    }

    #[test]
    fn operations_at_once_are_processes_side_by_side() {
        let history = trace(vec![
            invoked(1, 1, Update::Read),
            invoked(2, 1, Update::Read),
            ended(1, ok(vec![], true)),
            invoked(3, 1, Update::Read),
        ]);
        let processes: Vec<u64> = history.events(Dialect::Jepsen, 2).map(|event| event.process).collect();
        assert_eq!(processes, [1, 3, 1, 1]);
        let ages: Vec<u64> = history.latencies(SimTime(10)).iter().map(|age| age.0).collect();
        assert_eq!(ages, [2, 7, 9]);
    }

    #[test]
    fn nothing_that_was_read_is_told_from_nothing_said() {
        let history = trace(vec![invoked(1, 0, Update::Read), ended(1, ok(vec![], true))]);
        let absent: Vec<bool> = history.events(Dialect::Jepsen, 1).map(|event| event.absent).collect();
        assert_eq!(absent, [false, true]);
    }

    #[test]
    fn a_mismatch_fails_only_where_the_dialect_says_so() {
        let cas = Update::CompareAndSet { expect: None, value: Value::Int(2) };
        let history = trace(vec![invoked(1, 0, cas), ended(1, ok(vec![], false))]);
        let last = |dialect| history.events(dialect, 1).last().map(|event| (event.kind, event.swapped, event.error));
        assert_eq!(last(Dialect::Jepsen), Some((HistoryKind::Fail, None, Some("mismatch"))));
        assert_eq!(last(Dialect::Plain), Some((HistoryKind::Ok, Some(false), None)));
    }
}
