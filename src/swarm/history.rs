//! A quick look at histories: what can be said of registers, lists and counters without a search. Each value is written
//! once, so that a read says which write it saw. What is found here is certainly wrong; for lists nothing is missed.

use std::collections::BTreeMap;

use crate::base::SimTime;
use crate::check::{History, Recorded};
use crate::protocol::{Element, Key, Update, Value};
use crate::sim::Outcome;

/// What is wrong with a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: SimTime,
    pub(super) what: String,
}

/// Looks at every key. `last` is what the cluster holds under it in the end, which counts as one more read.
pub(super) fn wrong(history: &History, last: impl Fn(&Key) -> Option<Value>, end: SimTime) -> Option<Wrong> {
    let mut keys: BTreeMap<&Key, Vec<&Recorded>> = BTreeMap::new();
    for operation in history.operations() {
        keys.entry(&operation.operation.key).or_default().push(operation);
    }
    keys.into_iter().find_map(|(key, operations)| {
        let of = |kinds: fn(&Update) -> bool| operations.iter().all(|recorded| kinds(&recorded.operation.update));
        let last = last(key);
        let found = if of(|update| matches!(update, Update::Read | Update::Append(_))) {
            list(&operations, last.as_ref(), end)
        } else if of(|update| matches!(update, Update::Read | Update::Add(_))) {
            counter(&operations, last.as_ref(), end)
        } else if of(|update| matches!(update, Update::Read | Update::Write(_) | Update::CompareAndSet { .. })) {
            register(&operations, last.as_ref(), end)
        } else {
            None
        };
        found.map(|Wrong { at, what }| Wrong { at, what: shortened(format!("key {key}: {what}")) })
    })
}

/// Long lists say no more than their beginnings.
fn shortened(text: String) -> String {
    const LONGEST: usize = 240;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text,
    }
}

/// A read, and when it may have happened.
struct Seen<'h> {
    value: Option<&'h Value>,
    from: SimTime,
    until: SimTime,
}

/// The good reads, and the one at the end.
fn reads<'h>(operations: &[&'h Recorded], last: Option<&'h Value>, end: SimTime) -> Vec<Seen<'h>> {
    let read = |recorded: &&'h Recorded| match (&recorded.operation.update, &recorded.end) {
        (Update::Read, Some((until, Outcome::Ok { values, .. }))) => {
            Some(Seen { value: values.first(), from: recorded.invoked_at, until: *until })
        }
        _ => None,
    };
    let at_the_end = Seen { value: last, from: SimTime(end.0 + 1), until: SimTime(end.0 + 1) };
    operations.iter().filter_map(read).chain([at_the_end]).collect()
}

/// When an update was acknowledged, if it was.
fn acknowledged(recorded: &Recorded) -> Option<SimTime> {
    match &recorded.end {
        Some((time, Outcome::Ok { swapped: true, .. })) => Some(*time),
        _ => None,
    }
}

/// Whether an update certainly did nothing.
fn did_nothing(recorded: &Recorded) -> bool {
    matches!(&recorded.end, Some((_, Outcome::Failed(_) | Outcome::Ok { swapped: false, .. })))
}

fn elements(value: Option<&Value>) -> &[Element] {
    match value {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

/// The list at the end says in which order the appends happened. Every read must be a beginning of it, and both must
/// keep the order of real time: that is all that linearizability asks of a list.
fn list(operations: &[&Recorded], last: Option<&Value>, end: SimTime) -> Option<Wrong> {
    let whole = elements(last);
    let mut places: BTreeMap<&Element, usize> = BTreeMap::new();
    for (at, element) in whole.iter().enumerate() {
        if places.insert(element, at).is_some() {
            return Some(Wrong {
                at: end,
                what: format!("{element} was appended twice: the list has {} elements", whole.len()),
            });
        }
    }
    let mut invoked = vec![end; whole.len()];
    // What is known at a time: the list has at least this length from then on.
    let mut known: Vec<(SimTime, usize)> = Vec::new();
    // What must be so: an operation that begins then finds at least what is known, or comes after it.
    let mut demands: Vec<(SimTime, SimTime, usize, String)> = Vec::new();
    for recorded in operations {
        let Update::Append(element) = &recorded.operation.update else { continue };
        let place = places.get(element).copied();
        match (acknowledged(recorded), place) {
            (Some(at), None) => {
                return Some(Wrong { at, what: format!("{} was acknowledged and is lost", recorded.operation) });
            }
            (Some(at), Some(place)) => {
                known.push((at, place + 1));
                demands.push((recorded.invoked_at, at, place, recorded.operation.to_string()));
            }
            (None, Some(_)) if did_nothing(recorded) => {
                return Some(Wrong { at: end, what: format!("{} failed and was applied", recorded.operation) });
            }
            (None, _) => {}
        }
        if let Some(place) = place {
            invoked[place] = recorded.invoked_at;
        }
    }
    for read in reads(operations, last, end) {
        let seen = elements(read.value);
        let shown = || read.value.map_or("nothing".to_owned(), Value::to_string);
        if whole.get(..seen.len()) != Some(seen) {
            let whole = last.map_or("nothing".to_owned(), Value::to_string);
            let what = format!("a read saw {}, which is no beginning of {whole}", shown());
            return Some(Wrong { at: read.until, what });
        }
        if invoked[..seen.len()].iter().any(|at| *at > read.until) {
            return Some(Wrong { at: read.until, what: format!("a read saw an append before it began: {}", shown()) });
        }
        known.push((read.until, seen.len()));
        demands.push((read.from, read.until, seen.len(), format!("a read of {} elements", seen.len())));
    }
    known.sort_unstable();
    demands.sort();
    let (mut next, mut least) = (0, 0);
    demands.into_iter().find_map(|(from, at, place, what)| {
        while next < known.len() && known[next].0 < from {
            least = least.max(known[next].1);
            next += 1;
        }
        (place < least)
            .then(|| Wrong { at, what: format!("{what} came too early: {least} were known before it began") })
    })
}

/// A count lies between the additions that were done before the read began and those that were begun before it ended,
/// and never falls.
fn counter(operations: &[&Recorded], last: Option<&Value>, end: SimTime) -> Option<Wrong> {
    let adds = || operations.iter().filter(|recorded| matches!(recorded.operation.update, Update::Add(_)));
    let mut reads = reads(operations, last, end);
    reads.sort_by_key(|read| read.from);
    let count = |value: Option<&Value>| if let Some(Value::Int(number)) = value { *number } else { 0 };
    reads.iter().find_map(|read| {
        let done = adds().filter(|add| acknowledged(add).is_some_and(|at| at < read.from)).count() as i64;
        let begun = adds().filter(|add| add.invoked_at <= read.until && !did_nothing(add)).count() as i64;
        let earlier = reads.iter().filter(|other| other.until < read.from).map(|other| count(other.value)).max();
        let (seen, least) = (count(read.value), done.max(earlier.unwrap_or(0)));
        let what = || format!("a read saw {seen}, and must see {least} to {begun}");
        (seen < least || seen > begun).then(|| Wrong { at: read.until, what: what() })
    })
}

/// A write of a register.
struct Write<'h> {
    value: &'h Value,
    invoked_at: SimTime,
    /// From when on it had certainly happened.
    known_at: Option<SimTime>,
}

/// No read may see a value that nobody wrote, that was not yet written, or that was certainly overwritten before.
fn register(operations: &[&Recorded], last: Option<&Value>, end: SimTime) -> Option<Wrong> {
    let mut writes: Vec<Write<'_>> = Vec::new();
    for recorded in operations.iter().filter(|recorded| !did_nothing(recorded)) {
        if let Update::Write(value) | Update::CompareAndSet { value, .. } = &recorded.operation.update {
            let known_at = acknowledged(recorded);
            writes.push(Write { value, invoked_at: recorded.invoked_at, known_at });
        }
    }
    let reads = reads(operations, last, end);
    for read in &reads {
        let Some(value) = read.value else { continue };
        let Some(write) = writes.iter_mut().find(|write| write.value == value) else {
            return Some(Wrong { at: read.until, what: format!("a read saw {value}, which nobody wrote") });
        };
        if write.invoked_at > read.until {
            return Some(Wrong { at: read.until, what: format!("a read saw {value} before it was written") });
        }
        write.known_at = Some(write.known_at.map_or(read.until, |at| at.min(read.until)));
    }
    reads.iter().find_map(|read| {
        // What was read was there before this time at the latest; nothing read means: from the start.
        let seen = read.value.and_then(|value| writes.iter().find(|write| write.value == value));
        let there_by = seen.map_or(Some(SimTime::ZERO), |write| write.known_at)?;
        let is_newer = |write: &&Write<'_>| match seen {
            Some(_) => write.invoked_at > there_by,
            None => true,
        };
        let over = writes.iter().filter(is_newer).find(|write| write.known_at.is_some_and(|at| at < read.from))?;
        let shown = read.value.map_or("nothing".to_owned(), Value::to_string);
        let what = format!("a read saw {shown} after {} had been written over it", over.value);
        Some(Wrong { at: read.until, what })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ClientId, OpId};
    use crate::protocol::Operation;

    fn recorded(update: Update, from: u64, end: Option<(u64, Outcome)>) -> Recorded {
        let operation = Operation { key: "x".into(), update };
        let end = end.map(|(at, outcome)| (SimTime(at), outcome));
        Recorded { id: OpId(1), client: ClientId(0), operation, invoked_at: SimTime(from), end }
    }

    fn ok(values: Vec<Value>) -> Outcome {
        Outcome::Ok { values, swapped: true }
    }

    fn ints(numbers: &[i64]) -> Value {
        Value::List(numbers.iter().map(|&number| Element::Int(number)).collect())
    }

    type Check = fn(&[&Recorded], Option<&Value>, SimTime) -> Option<Wrong>;

    fn found(check: Check, operations: &[Recorded], last: &Value) -> Option<String> {
        let all: Vec<&Recorded> = operations.iter().collect();
        check(&all, Some(last), SimTime(1_000)).map(|wrong| wrong.what)
    }

    #[test]
    fn a_list_keeps_every_answer() {
        let append = |number, from, to| recorded(Update::Append(Element::Int(number)), from, Some((to, ok(vec![]))));
        let read = |seen: &[i64], from, to| recorded(Update::Read, from, Some((to, ok(vec![ints(seen)]))));
        let open = recorded(Update::Append(Element::Int(9)), 5, None);
        let good = [append(1, 0, 10), append(2, 20, 30), read(&[1], 11, 25), read(&[1, 2], 31, 40), open];
        assert_eq!(found(list, &good, &ints(&[1, 2])), None);
        assert_eq!(found(list, &good, &ints(&[1, 2, 9])), None);
        assert!(found(list, &good, &ints(&[1])).is_some_and(|what| what.contains("lost")));
        assert!(found(list, &good, &ints(&[1, 2, 2])).is_some_and(|what| what.contains("twice")));
        assert!(found(list, &good, &ints(&[1, 9, 2])).is_some_and(|what| what.contains("no beginning")));
        let stale = [append(1, 0, 10), append(2, 20, 30), read(&[1], 31, 40)];
        assert!(found(list, &stale, &ints(&[1, 2])).is_some_and(|what| what.contains("too early")));
        let turned = [append(1, 0, 10), append(2, 20, 30)];
        assert!(found(list, &turned, &ints(&[2, 1])).is_some_and(|what| what.contains("too early")));
        let failed = Outcome::Failed(crate::protocol::Refusal::Down);
        let undone = [recorded(Update::Append(Element::Int(1)), 0, Some((5, failed)))];
        assert!(found(list, &undone, &ints(&[1])).is_some_and(|what| what.contains("failed")));
    }

    #[test]
    fn a_counter_counts_what_was_done() {
        let add = |from, to| recorded(Update::Add(1), from, Some((to, ok(vec![]))));
        let read = |seen, from, to| recorded(Update::Read, from, Some((to, ok(vec![Value::Int(seen)]))));
        let good = [add(0, 10), add(5, 30), read(1, 11, 20), read(2, 15, 20), recorded(Update::Add(1), 40, None)];
        assert_eq!(found(counter, &good, &Value::Int(2)), None);
        assert_eq!(found(counter, &good, &Value::Int(3)), None);
        assert!(found(counter, &good, &Value::Int(1)).is_some());
        assert!(found(counter, &good, &Value::Int(4)).is_some());
    }

    #[test]
    fn a_register_shows_no_old_value() {
        let write = |number, from, to| recorded(Update::Write(Value::Int(number)), from, Some((to, ok(vec![]))));
        let read = |seen, from, to| recorded(Update::Read, from, Some((to, ok(vec![Value::Int(seen)]))));
        let good = [write(1, 0, 10), write(2, 20, 30), read(1, 21, 40), read(2, 21, 40)];
        assert_eq!(found(register, &good, &Value::Int(2)), None);
        assert!(found(register, &good, &Value::Int(1)).is_some_and(|what| what.contains("over it")));
        assert!(found(register, &good, &Value::Int(7)).is_some_and(|what| what.contains("nobody")));
        let stale = [write(1, 0, 10), write(2, 20, 30), read(1, 31, 40)];
        assert!(found(register, &stale, &Value::Int(2)).is_some());
        let unsaid = recorded(Update::Write(Value::Int(2)), 20, None);
        let back = [write(1, 0, 10), unsaid, read(2, 31, 40), read(1, 41, 50)];
        assert!(found(register, &back, &Value::Int(2)).is_some(), "seen once, it cannot be unseen");
        let nothing = recorded(Update::Read, 31, Some((40, ok(vec![]))));
        assert!(found(register, &[write(1, 0, 10), nothing], &Value::Int(1)).is_some());
    }
}
