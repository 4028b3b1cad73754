//! Histories for tests: written in a few words, drawn at random, or recorded elsewhere; and how an order is replayed.

use netsplit::base::SimTime;
use netsplit::check::{Answer, Ask, Datum, End, EventLine, LineReader, Model, Observed, Reading, Setup};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A history in words, one event each: `0 w x 1` begins a write of 1 to x by process 0, `0 ok` ends it; `0 r x`,
/// `0 ok 1` read, `nil` for nothing; `0 cas x 1 2`, `0 app x a`, `0 add x 2`, `0 del x`; `0 no` is a mismatch, `0 fail`
/// and `0 info` are what they are. `@5` says that 5 ms have passed since the start.
pub(crate) fn told(events: &[&str]) -> Observed {
    let mut observed = Observed::new();
    let mut open: BTreeMap<u64, usize> = BTreeMap::new();
    for event in events {
        if let Some(ms) = event.strip_prefix('@') {
            observed.pass(Some(SimTime::from_millis(ms.parse().expect("a time is a number"))));
            continue;
        }
        let words: Vec<&str> = event.split(' ').collect();
        let process: u64 = words[0].parse().expect("a process is a number");
        let ask = match words[1] {
            "r" => Ask::Read,
            "w" => Ask::Write(datum(words[3])),
            "cas" => Ask::CompareAndSet { expect: datum(words[3]), value: datum(words[4]) },
            "app" => Ask::Append(datum(words[3])),
            "add" => Ask::Add(words[3].parse().expect("an amount is a number")),
            "del" => Ask::Delete,
            "inc" => Ask::Include(datum(words[3])),
            "exc" => Ask::Exclude(datum(words[3])),
            end => {
                let op = open.remove(&process).expect("what ends has begun");
                observed.complete(op, end_of(end, words.get(2)));
                continue;
            }
        };
        open.insert(process, observed.invoke(process, Some(words[2].into()), ask));
    }
    observed
}

fn end_of(word: &str, value: Option<&&str>) -> End {
    match (word, value) {
        ("ok", None) => End::Ok(Answer::Done),
        ("ok", Some(value)) => End::Ok(Answer::Value(datum(value))),
        ("no", _) => End::Ok(Answer::Mismatch),
        ("fail", _) => End::Failed,
        ("info", _) => End::Unknown,
        other => panic!("{other:?} is no end"),
    }
}

/// `nil`, a number, several of them with commas for a list, or text.
pub(crate) fn datum(word: &str) -> Datum {
    match (word, word.parse::<i64>()) {
        ("nil", _) => Datum::Nil,
        (_, Ok(number)) => number.into(),
        _ if word.contains(',') => Datum::list(word.split(',').filter(|part| !part.is_empty()).map(datum)),
        _ => word.into(),
    }
}

pub(crate) fn setup(model: Model, initial: &str) -> Setup {
    Setup::new(model).with_initial(datum(initial))
}

/// Where recorded histories are, if they are at hand.
pub(crate) fn oracles(part: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the histories are is said by whoever runs the tests")]
    let root = std::env::var("NETSPLIT_ORACLES");
    let found = root.ok().map(|root| Path::new(&root).join(part));
    if found.is_none() {
        println!("skipped: NETSPLIT_ORACLES does not say where {part} is");
    }
    found
}

/// A history from a file of one event a line.
pub(crate) fn load(path: &Path, model: Model, reading: Reading) -> Observed {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = LineReader::new(model, reading);
    for (at, line) in text.lines().enumerate() {
        let line: EventLine = serde_json::from_str(line).expect("each line is an event");
        reader.take(at + 1, line).unwrap_or_else(|error| panic!("{}:{}: {error}", path.display(), at + 1));
    }
    reader.finish().0
}

/// One case of a file of cases, one a line.
#[derive(Deserialize)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) init: Datum,
    pub(crate) history: Vec<EventLine>,
    pub(crate) expect: Expected,
}

#[derive(Deserialize)]
pub(crate) struct Expected {
    pub(crate) linearizable: bool,
    pub(crate) sequential: Option<bool>,
}

impl Vector {
    pub(crate) fn all(path: &Path) -> Vec<Self> {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        text.lines().map(|line| serde_json::from_str(line).expect("each line is a case")).collect()
    }

    pub(crate) fn observed(&self, model: Model) -> Observed {
        let mut reader = LineReader::new(model, Reading::Porcupine);
        for (at, line) in self.history.iter().enumerate() {
            reader.take(at + 1, line.clone()).unwrap_or_else(|error| panic!("{}: {error}", self.id));
        }
        reader.finish().0
    }
}

/// Does the operations of an order one after another, and says what is wrong with it. Each one's answer must be right,
/// everything that was answered must be there once, and what must come first must come first.
pub(crate) fn replay(
    observed: &Observed,
    setup: &Setup,
    order: &[usize],
    is_first: impl Fn(usize, usize) -> bool,
) -> Result<(), String> {
    let ops = observed.ops();
    let distinct: BTreeSet<usize> = order.iter().copied().collect();
    if distinct.len() != order.len() {
        return Err("something is done twice".to_owned());
    }
    for (at, op) in ops.iter().enumerate() {
        let is_unsaid = matches!(op.answer(), Some(Answer::Unsaid));
        if op.returned().is_some() && !is_unsaid && !distinct.contains(&at) {
            return Err(format!("{op} is left out"));
        }
    }
    let mut states: BTreeMap<Option<Arc<str>>, Datum> = BTreeMap::new();
    for (place, &at) in order.iter().enumerate() {
        let op = &ops[at];
        if op.has_failed() {
            return Err(format!("{op} is in the order"));
        }
        if let Some(late) = order[place..].iter().find(|&&late| is_first(late, at)) {
            return Err(format!("{} comes after {op}", ops[*late]));
        }
        let start = || setup.initial.clone().unwrap_or_else(|| setup.model.initial());
        let state = states.entry(op.key.clone()).or_insert_with(start);
        *state = after(setup.model, state, &op.ask, op.answer()).ok_or_else(|| format!("{op} finds {state}"))?;
    }
    Ok(())
}

/// The naive meaning of an operation, written anew for tests.
pub(crate) fn after(model: Model, state: &Datum, ask: &Ask, answer: Option<&Answer>) -> Option<Datum> {
    let is_same = |a: &Datum, b: &Datum| a == b || (model == Model::Append && a.is_empty() && b.is_empty());
    match (ask, answer) {
        (Ask::Read, Some(Answer::Value(value))) => is_same(value, state).then(|| state.clone()),
        (Ask::CompareAndSet { expect, .. }, Some(Answer::Mismatch)) => (!is_same(expect, state)).then(|| state.clone()),
        (Ask::CompareAndSet { expect, value }, _) => is_same(expect, state).then(|| value.clone()),
        (Ask::Write(value), _) => Some(value.clone()),
        (Ask::Delete, _) => Some(Datum::Nil),
        (Ask::Append(more), _) => match (state, more) {
            (empty, Datum::Text(_)) if empty.is_empty() => Some(more.clone()),
            (empty, _) if empty.is_empty() => Some(Datum::list([more.clone()])),
            (Datum::Text(text), Datum::Text(more)) => Some(format!("{text}{more}").as_str().into()),
            (Datum::List(list), _) => Some(Datum::list(list.iter().chain([more]).cloned())),
            _ => None,
        },
        (Ask::Add(amount), _) => match state {
            Datum::Nil => Some(Datum::Int(*amount)),
            Datum::Int(number) => Some(Datum::Int(number + amount)),
            _ => None,
        },
        _ => Some(state.clone()),
    }
}

/// Whether one operation had ended before another began.
pub(crate) fn in_time(observed: &Observed) -> impl Fn(usize, usize) -> bool {
    |first, second| observed.ops()[first].precedes(&observed.ops()[second])
}

/// The same within one session.
pub(crate) fn in_session(observed: &Observed) -> impl Fn(usize, usize) -> bool {
    |first, second| {
        let (first, second) = (&observed.ops()[first], &observed.ops()[second]);
        first.session == second.session && first.precedes(second)
    }
}

/// A step of a random history.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    process: u64,
    key: usize,
    ask: usize,
    values: (i64, i64),
    end: usize,
}

/// Small random histories of registers: up to `most` operations by up to three processes, on one or two keys.
pub(crate) fn registers(most: usize, keys: usize) -> impl Strategy<Value = Observed> {
    let step = (0..3_u64, 0..keys, 0..8_usize, (0..3_i64, 0..3_i64), 0..12_usize);
    let step = step.prop_map(|(process, key, ask, values, end)| Step { process, key, ask, values, end });
    prop::collection::vec(step, 2..=most * 2).prop_map(move |steps| random(&steps, most))
}

/// Every step begins an operation of its process, or ends the one that is open.
fn random(steps: &[Step], most: usize) -> Observed {
    let mut observed = Observed::new();
    let mut open: BTreeMap<u64, usize> = BTreeMap::new();
    for step in steps {
        let (first, second) = step.values;
        if let Some(op) = open.remove(&step.process) {
            let ask = observed.ops()[op].ask.clone();
            observed.complete(op, random_end(&ask, step.end, first));
        } else if observed.ops().len() < most {
            let ask = match step.ask {
                0..4 => Ask::Read,
                4 | 5 => Ask::Write(first.into()),
                6 => Ask::CompareAndSet { expect: first.into(), value: second.into() },
                _ => Ask::Delete,
            };
            let key = ["x", "y"][step.key];
            open.insert(step.process, observed.invoke(step.process, Some(key.into()), ask));
        }
    }
    observed
}

fn random_end(ask: &Ask, end: usize, value: i64) -> End {
    match (ask, end) {
        (_, 0) => End::Failed,
        (_, 1 | 2) => End::Unknown,
        (Ask::Read, 3) => End::Ok(Answer::Value(Datum::Nil)),
        (Ask::Read, 4) => End::Ok(Answer::Unsaid),
        (Ask::Read, _) => End::Ok(Answer::Value(value.into())),
        (Ask::CompareAndSet { .. }, 3..8) => End::Ok(Answer::Mismatch),
        _ => End::Ok(Answer::Done),
    }
}
