//! What a client does by itself: which operations, on which keys, and when. Each draw has the operation's own number.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::base::{ClientId, Distribution, Place, Purpose, SimDuration, SimTime, Stream, range};
use crate::protocol::{Element, Key, Operation, Update, Value};

/// A client's own activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Workload {
    /// When it begins.
    pub start: SimTime,
    /// When it ends; none lets it go on.
    pub stop: Option<SimTime>,
    /// After how many operations it ends; none sets no bound.
    pub operations: Option<u32>,
    /// When the next operation is invoked.
    pub pace: Pace,
    /// Which operations, by weight.
    pub mix: Mix,
    /// On how many keys, all alike: `k0`, `k1`, ... One key alone is called `x`.
    pub keys: u32,
    /// What is written.
    pub values: ValueKind,
}

impl Default for Workload {
    fn default() -> Self {
        Self {
            start: SimTime::ZERO,
            stop: None,
            operations: None,
            pace: Pace::Closed { think: Distribution::Constant(SimDuration::from_millis(100)) },
            mix: Mix::default(),
            keys: 1,
            values: ValueKind::Int,
        }
    }
}

/// When a client invokes its next operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Pace {
    /// Closed loop: so long after the last one has ended.
    Closed {
        /// How long.
        think: Distribution,
    },
    /// Open loop: so long after the last one was invoked, whatever became of it.
    Open {
        /// How long.
        interval: Distribution,
    },
}

/// How often each operation is chosen, as weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mix {
    /// Reads.
    pub read: u32,
    /// Writes of a new value.
    pub write: u32,
    /// Compare-and-sets from the value that this client last saw.
    pub cas: u32,
    /// Appends of a new element.
    pub append: u32,
    /// Additions of 1.
    pub add: u32,
}

impl Default for Mix {
    fn default() -> Self {
        Self { read: 1, write: 1, cas: 0, append: 0, add: 0 }
    }
}

impl Mix {
    /// The sum of the weights.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.read, self.write, self.cas, self.append, self.add].into_iter().map(u64::from).sum()
    }
}

/// What is written. Each value is written once in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A whole number.
    #[default]
    Int,
    /// So many bytes, of which the first eight hold a number.
    Bytes(u32),
}

/// A workload under way.
#[derive(Clone, Debug)]
pub(super) struct Generator {
    pub(super) workload: Workload,
    client: ClientId,
    clients: u8,
    /// The first of its keys, since each name is a piece of memory that all its copies can share.
    names: Arc<[Key]>,
    operation: Stream,
    key: Stream,
    arrival: Stream,
}

/// So many keys have their names made before the first is drawn.
const NAMES: u32 = 1_000;

impl Generator {
    pub(super) fn new(seed: u32, client: ClientId, clients: u8, workload: Workload) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, Place(256 + u32::from(client.0), 0));
        let (operation, key) = (stream(Purpose::Operation), stream(Purpose::Key));
        let names = (0..workload.keys.min(NAMES)).map(|number| name(number.into())).collect();
        Self { workload, client, clients, names, operation, key, arrival: stream(Purpose::Arrival) }
    }

    /// Whether the workload has an n-th operation (from 0) at this time.
    pub(super) fn goes_on(&self, n: u32, now: SimTime) -> bool {
        self.workload.operations.is_none_or(|limit| n < limit) && self.workload.stop.is_none_or(|stop| now < stop)
    }

    /// How long to wait before the n-th operation.
    pub(super) fn pause_before(&mut self, n: u32) -> SimDuration {
        let (Pace::Closed { think: pause } | Pace::Open { interval: pause }) = self.workload.pace;
        pause.constant().unwrap_or_else(|| pause.sample(self.arrival.at(u64::from(n))))
    }

    /// The key of the n-th operation.
    pub(super) fn key(&mut self, n: u32) -> Key {
        match self.workload.keys {
            0 | 1 => "x".into(),
            keys => {
                let number = range(self.key.at(u64::from(n)), 0, u64::from(keys) - 1);
                self.names.get(number as usize).cloned().unwrap_or_else(|| name(number))
            }
        }
    }

    /// The n-th operation, given what this client last saw under its key.
    pub(super) fn operation(&mut self, n: u32, key: Key, last_seen: Option<Value>) -> Operation {
        let Mix { read, write, cas, append, add: _ } = self.workload.mix;
        let total = self.workload.mix.total();
        let mut at = if total == 0 { 0 } else { range(self.operation.at(u64::from(n)), 0, total - 1) };
        let mut falls_within = |weight: u32| {
            let hit = at < u64::from(weight);
            at = at.saturating_sub(u64::from(weight));
            hit
        };
        let update = if falls_within(read) {
            Update::Read
        } else if falls_within(write) {
            Update::Write(self.value(n))
        } else if falls_within(cas) {
            Update::CompareAndSet { expect: last_seen, value: self.value(n) }
        } else if falls_within(append) {
            Update::Append(self.element(n))
        } else {
            Update::Add(1)
        };
        Operation { key, update }
    }

    fn value(&self, n: u32) -> Value {
        match self.element(n) {
            Element::Int(number) => Value::Int(number),
            Element::Text(text) => Value::Text(text),
            Element::Bytes(bytes) => Value::Bytes(bytes),
        }
    }

    fn element(&self, n: u32) -> Element {
        let number = i64::from(n) * i64::from(self.clients) + i64::from(self.client.0) + 1;
        match self.workload.values {
            ValueKind::Int => Element::Int(number),
            ValueKind::Bytes(len) => {
                let mut bytes = vec![0; (len as usize).max(8)];
                bytes[..8].copy_from_slice(&number.to_le_bytes());
                Element::Bytes(bytes.into())
            }
        }
    }
}

fn name(number: u64) -> Key {
    format!("k{number}").as_str().into()
}
