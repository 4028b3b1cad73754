//! Sequential models: what one object may answer when it does one thing at a time. Knows no time and no client.

use std::cmp::Ordering;
use std::sync::Arc;

use super::observed::{Access, Answer, Ask, Datum};

/// A kind of object. All are one universal object that holds a [`Datum`]; a kind says which operations it has, what it
/// holds at the start, and which values are the same to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Model {
    /// Any of our operations on one value: read, write, cas, append, add, delete.
    #[default]
    Any,
    /// Read and write.
    Register,
    /// Read, write and compare-and-set.
    CasRegister,
    /// Get, put and append, on text or lists. An empty text, an empty list and nothing are one.
    Append,
    /// Include and exclude members, read them all. Order and repetition do not matter.
    Set,
    /// Acquire and release.
    Mutex,
    /// Transactions that read and write several registers at once.
    MultiRegister,
}

impl Model {
    /// What an object holds at the start unless somebody says otherwise.
    #[must_use]
    pub fn initial(self) -> Datum {
        match self {
            Self::Any | Self::Register | Self::CasRegister | Self::Append | Self::Set => Datum::Nil,
            Self::Mutex => Datum::Bool(false),
            Self::MultiRegister => Datum::Map(Arc::new([])),
        }
    }

    /// The value that stands for all that are the same to this kind of object.
    #[must_use]
    pub fn canonical(self, value: &Datum) -> Datum {
        match self {
            Self::Append if value.is_empty() => Datum::Nil,
            Self::Set => set_of(value),
            _ => value.clone(),
        }
    }

    /// The operation and its answer, with canonical values.
    #[must_use]
    pub(super) fn canonical_action(self, ask: &Ask, answer: Option<&Answer>) -> Action {
        let ask = match ask {
            Ask::Write(value) => Ask::Write(self.canonical(value)),
            Ask::CompareAndSet { expect, value } => {
                Ask::CompareAndSet { expect: self.canonical(expect), value: self.canonical(value) }
            }
            other => other.clone(),
        };
        let answer = answer.map(|answer| match answer {
            Answer::Value(value) => Answer::Value(self.canonical(value)),
            other => other.clone(),
        });
        Action { ask, answer }
    }
}

/// An operation with its answer, if the client got one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Action {
    pub(super) ask: Ask,
    pub(super) answer: Option<Answer>,
}

impl Action {
    /// The state after the operation; none where it cannot be done in this state, or not with this answer.
    ///
    /// An operation without an answer takes effect in full: one that takes none need not be done at all.
    pub(super) fn step(&self, state: &Datum) -> Option<Datum> {
        match (&self.ask, &self.answer) {
            (Ask::Read, Some(Answer::Value(value))) => (value == state).then(|| state.clone()),
            (Ask::CompareAndSet { expect, .. }, Some(Answer::Mismatch)) => (expect != state).then(|| state.clone()),
            (Ask::CompareAndSet { expect, value }, _) => (expect == state).then(|| value.clone()),
            (Ask::Read, _) => Some(state.clone()),
            (Ask::Write(value), _) => Some(value.clone()),
            (Ask::Append(element), _) => appended(state, element),
            (Ask::Add(amount), _) => added(state, *amount),
            (Ask::Delete, _) => Some(Datum::Nil),
            (Ask::Include(member), _) => included(state, member),
            (Ask::Exclude(member), _) => excluded(state, member),
            (Ask::Acquire, _) => (*state == Datum::Bool(false)).then_some(Datum::Bool(true)),
            (Ask::Release, _) => (*state == Datum::Bool(true)).then_some(Datum::Bool(false)),
            (Ask::Transact(_), Some(Answer::Transacted(accesses))) => transacted(state, accesses),
            (Ask::Transact(accesses), _) => transacted(state, accesses),
        }
    }

    /// Whether it leaves every state as it is.
    pub(super) fn is_read_only(&self) -> bool {
        matches!((&self.ask, &self.answer), (Ask::Read, _) | (Ask::CompareAndSet { .. }, Some(Answer::Mismatch)))
    }

    /// Whether nothing can be concluded from it: a read of which nobody knows what it found.
    pub(super) fn is_idle(&self) -> bool {
        matches!((&self.ask, &self.answer), (Ask::Read, None | Some(Answer::Unsaid | Answer::Done)))
    }

    /// The state that it makes of every state in which it can be done, where that is one state.
    pub(super) fn makes(&self) -> Option<&Datum> {
        match (&self.ask, &self.answer) {
            (Ask::CompareAndSet { .. }, Some(Answer::Mismatch)) => None,
            (Ask::Write(value) | Ask::CompareAndSet { value, .. }, _) => Some(value),
            (Ask::Delete, _) => Some(&Datum::Nil),
            _ => None,
        }
    }

    /// Whether it can be done in every state and makes one state of all: what was before leaves no trace.
    pub(super) fn is_blind(&self) -> bool {
        matches!(self.ask, Ask::Write(_) | Ask::Delete)
    }

    /// The one state in which it can be done.
    pub(super) fn needs(&self) -> Option<&Datum> {
        match (&self.ask, &self.answer) {
            (Ask::Read, Some(Answer::Value(value))) => Some(value),
            (Ask::CompareAndSet { .. }, Some(Answer::Mismatch)) => None,
            (Ask::CompareAndSet { expect, .. }, Some(_)) => Some(expect),
            _ => None,
        }
    }
}

/// Whether appending to `start` can make `whole`.
pub(super) fn is_prefix(start: &Datum, whole: &Datum) -> bool {
    match (start, whole) {
        (Datum::Nil, _) => true,
        (Datum::Text(start), Datum::Text(whole)) => whole.starts_with(&**start),
        (Datum::List(start), Datum::List(whole)) => whole.starts_with(start),
        _ => start == whole,
    }
}

fn appended(state: &Datum, element: &Datum) -> Option<Datum> {
    match (state, element) {
        (Datum::Nil, Datum::Text(_)) => Some(element.clone()),
        (Datum::Nil, _) => Some(Datum::list([element.clone()])),
        (Datum::Text(text), Datum::Text(more)) => Some(Datum::Text(format!("{text}{more}").into())),
        (Datum::List(list), _) => Some(Datum::list(list.iter().chain([element]).cloned())),
        _ => None,
    }
}

fn added(state: &Datum, amount: i128) -> Option<Datum> {
    match state {
        Datum::Nil => Some(Datum::Int(amount)),
        Datum::Int(number) => number.checked_add(amount).map(Datum::Int),
        _ => None,
    }
}

/// The members in order and once each. Nothing is the empty set.
fn set_of(value: &Datum) -> Datum {
    match value {
        Datum::Nil => Datum::list([]),
        Datum::List(list) => {
            let mut members = list.to_vec();
            members.sort_unstable();
            members.dedup();
            Datum::list(members)
        }
        other => other.clone(),
    }
}

fn included(state: &Datum, member: &Datum) -> Option<Datum> {
    let Datum::List(list) = set_of(state) else { return None };
    Some(set_of(&Datum::list(list.iter().chain([member]).cloned())))
}

fn excluded(state: &Datum, member: &Datum) -> Option<Datum> {
    let Datum::List(list) = set_of(state) else { return None };
    Some(Datum::list(list.iter().filter(|other| *other != member).cloned()))
}

fn transacted(state: &Datum, accesses: &[Access]) -> Option<Datum> {
    let Datum::Map(entries) = state else { return None };
    let mut registers = entries.to_vec();
    for access in accesses {
        let (Access::Read(name, _) | Access::Write(name, _)) = access;
        let found = registers.binary_search_by(|(other, _)| -> Ordering { other.cmp(name) });
        match (access, found) {
            (Access::Read(_, None), _) => {}
            (Access::Read(_, Some(value)), Ok(at)) if registers[at].1 == *value => {}
            (Access::Read(_, Some(Datum::Nil)), Err(_)) => {}
            (Access::Read(_, Some(_)), _) => return None,
            (Access::Write(_, value), Ok(at)) => registers[at].1 = value.clone(),
            (Access::Write(_, value), Err(at)) => registers.insert(at, (name.clone(), value.clone())),
        }
    }
    Some(Datum::Map(registers.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(ask: Ask, answer: Option<Answer>, state: Datum) -> Option<Datum> {
        Action { ask, answer }.step(&state)
    }

    fn int(number: i64) -> Datum {
        number.into()
    }

    #[test]
    fn a_register_answers_with_what_it_holds() {
        let read = |value, state| step(Ask::Read, Some(Answer::Value(value)), state);
        assert_eq!(read(int(1), int(1)), Some(int(1)));
        assert_eq!(read(int(1), int(2)), None);
        assert_eq!(read(Datum::Nil, int(2)), None);
        let cas = || Ask::CompareAndSet { expect: int(1), value: int(2) };
        assert_eq!(step(cas(), Some(Answer::Done), int(1)), Some(int(2)));
        assert_eq!(step(cas(), None, int(1)), Some(int(2)));
        assert_eq!(step(cas(), Some(Answer::Done), int(3)), None);
        assert_eq!(step(cas(), None, int(3)), None, "without an effect it need not be done");
        assert_eq!(step(cas(), Some(Answer::Mismatch), int(1)), None);
        assert_eq!(step(cas(), Some(Answer::Mismatch), int(3)), Some(int(3)));
        assert_eq!(step(Ask::Delete, None, int(3)), Some(Datum::Nil));
    }

    #[test]
    fn appending_and_adding_know_their_kinds() {
        let append = |state, element: Datum| step(Ask::Append(element), None, state);
        assert_eq!(append(Datum::Nil, "a".into()), Some("a".into()));
        assert_eq!(append("a".into(), "b".into()), Some("ab".into()));
        assert_eq!(append(Datum::Nil, int(1)), Some(Datum::list([int(1)])));
        assert_eq!(append(Datum::list([int(1)]), "b".into()), Some(Datum::list([int(1), "b".into()])));
        assert_eq!(append(int(1), int(1)), None);
        assert_eq!(step(Ask::Add(2), None, Datum::Nil), Some(int(2)));
        assert_eq!(step(Ask::Add(2), None, "a".into()), None);
        assert_eq!(step(Ask::Add(i128::MAX), None, int(1)), None);
        assert!(is_prefix(&"ab".into(), &"abc".into()) && !is_prefix(&"b".into(), &"abc".into()));
        assert!(is_prefix(&Datum::Nil, &int(1)) && !is_prefix(&int(1), &int(2)));
        assert!(!is_prefix(&Datum::list([int(2)]), &Datum::list([int(1), int(2)])));
    }

    #[test]
    fn a_set_has_no_order() {
        let set = Datum::list([int(1), int(2)]);
        assert_eq!(Model::Set.canonical(&Datum::list([int(2), int(1), int(2)])), set);
        assert_eq!(step(Ask::Include(int(1)), None, Datum::list([int(2)])), Some(set.clone()));
        assert_eq!(step(Ask::Exclude(int(2)), None, set), Some(Datum::list([int(1)])));
        assert_eq!(step(Ask::Exclude(int(2)), None, Datum::Nil), Some(Datum::list([])));
    }

    #[test]
    fn a_lock_and_registers_together() {
        assert_eq!(step(Ask::Acquire, None, Datum::Bool(false)), Some(Datum::Bool(true)));
        assert_eq!(step(Ask::Acquire, None, Datum::Bool(true)), None);
        assert_eq!(step(Ask::Release, None, Datum::Bool(false)), None);
        let start = Datum::Map(Arc::new([("x".into(), int(0))]));
        let run = |accesses: Vec<Access>| step(Ask::Transact(accesses.into()), None, start.clone());
        let end = run(vec![Access::Read("x".into(), Some(int(0))), Access::Write("a".into(), int(1))]);
        assert_eq!(end, Some(Datum::Map(Arc::new([("a".into(), int(1)), ("x".into(), int(0))]))));
        assert_eq!(run(vec![Access::Write("x".into(), int(1)), Access::Read("x".into(), Some(int(0)))]), None);
        assert_eq!(run(vec![Access::Read("y".into(), Some(Datum::Nil))]), Some(start.clone()));
    }
}
