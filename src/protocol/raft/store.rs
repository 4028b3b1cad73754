//! The state machine: a map from keys to values, and what clients' sessions have done. Shared between copies of a node,
//! so that thousands of keys cost a checkpoint nothing.

use serde::{Deserialize, Serialize};

use super::log::Proposal;
use super::sessions::Sessions;
use crate::base::SharedMap;
use crate::protocol::{Key, Operation, Refusal, Reply, Update, Value};

/// The registers of one server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Stored", from = "Stored")]
pub struct Store {
    values: SharedMap<Key, Value>,
    sessions: Sessions,
}

/// A store as it is written: plain lists.
#[derive(Serialize, Deserialize)]
struct Stored {
    values: Vec<(Key, Value)>,
    sessions: Sessions,
}

impl From<Store> for Stored {
    fn from(store: Store) -> Self {
        let values = store.values.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Self { values, sessions: store.sessions }
    }
}

impl From<Stored> for Store {
    fn from(stored: Stored) -> Self {
        Self { values: stored.values.into_iter().collect(), sessions: stored.sessions }
    }
}

impl FromIterator<(Key, Value)> for Store {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(values: I) -> Self {
        Self { values: values.into_iter().collect(), sessions: Sessions::default() }
    }
}

/// Whether this state machine has the operation at all. Sets belong to systems that merge.
#[must_use]
pub fn supports(update: &Update) -> bool {
    !matches!(update, Update::Include(_) | Update::Exclude(_))
}

impl Store {
    /// What a key holds.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.values.get(key)
    }

    /// The keys with their values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.values.iter()
    }

    /// Applies what a committed entry asks for, unless the client's session says that it was applied before; then the
    /// answer is that of the first time. Says whether it was so.
    pub fn apply_once(&mut self, proposal: &Proposal, has_sessions: bool) -> (Reply, bool) {
        let is_read = proposal.operation.update.is_read();
        let Some(stamp) = proposal.session.filter(|_| has_sessions && !is_read) else {
            return (self.apply(&proposal.operation), false);
        };
        if let Some(reply) = self.sessions.answer(stamp) {
            return (reply, true);
        }
        let reply = self.apply(&proposal.operation);
        self.sessions.record(stamp, reply.clone());
        (reply, false)
    }

    /// Forgets what sessions have done, as a snapshot must not.
    pub(super) fn forget_sessions(&mut self) {
        self.sessions = Sessions::default();
    }

    /// Applies one committed operation; the answer depends on nothing but the operations before it.
    pub fn apply(&mut self, operation: &Operation) -> Reply {
        let key = &operation.key;
        let current = self.values.get(key);
        match &operation.update {
            Update::Read => Reply::read(current.cloned()),
            Update::Write(value) => self.put(key, value.clone()),
            Update::CompareAndSet { expect, value } if current == expect.as_ref() => self.put(key, value.clone()),
            Update::CompareAndSet { .. } => not_swapped(current),
            Update::Append(element) => self.put_if_right(key, Value::appended(current, element)),
            Update::Add(amount) => self.put_if_right(key, added(current, *amount)),
            Update::Delete => {
                self.values.remove(key);
                Reply::done()
            }
            Update::Include(_) | Update::Exclude(_) => Reply::Refused(Refusal::Unsupported),
        }
    }

    fn put(&mut self, key: &Key, value: Value) -> Reply {
        self.values.insert(key.clone(), value);
        Reply::done()
    }

    fn put_if_right(&mut self, key: &Key, value: Result<Value, Refusal>) -> Reply {
        match value {
            Ok(value) => self.put(key, value),
            Err(refusal) => Reply::Refused(refusal),
        }
    }
}

/// A mismatch is a good answer, and says what the key holds.
fn not_swapped(current: Option<&Value>) -> Reply {
    Reply::Done { values: current.cloned().into_iter().collect(), context: Default::default(), swapped: false }
}

fn added(current: Option<&Value>, amount: i64) -> Result<Value, Refusal> {
    match current {
        None => Ok(Value::Int(amount)),
        Some(Value::Int(number)) => number.checked_add(amount).map(Value::Int).ok_or(Refusal::WrongType),
        Some(Value::Text(_) | Value::Bytes(_) | Value::List(_)) => Err(Refusal::WrongType),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Element;

    fn apply(store: &mut Store, update: Update) -> Reply {
        store.apply(&Operation { key: "x".into(), update })
    }

    #[test]
    fn compare_and_set_answers_with_what_it_found() {
        let mut store = Store::default();
        let cas = |expect: Option<i64>, value| Update::CompareAndSet {
            expect: expect.map(Value::Int),
            value: Value::Int(value),
        };
        assert_eq!(apply(&mut store, cas(None, 1)), Reply::done());
        assert_eq!(apply(&mut store, cas(Some(2), 3)), not_swapped(Some(&Value::Int(1))));
        assert_eq!(apply(&mut store, cas(Some(1), 2)), Reply::done());
        assert_eq!(apply(&mut store, Update::Read), Reply::read(Some(Value::Int(2))));
    }

    #[test]
    fn each_kind_of_value_keeps_to_its_operations() {
        let mut store = Store::default();
        apply(&mut store, Update::Append(Element::Text("a".into())));
        apply(&mut store, Update::Append(Element::Text("b".into())));
        assert_eq!(apply(&mut store, Update::Read), Reply::read(Some(Value::Text("ab".into()))));
        assert_eq!(apply(&mut store, Update::Add(1)), Reply::Refused(Refusal::WrongType));
        apply(&mut store, Update::Delete);
        assert_eq!(apply(&mut store, Update::Add(i64::MAX)), Reply::done());
        assert_eq!(apply(&mut store, Update::Add(1)), Reply::Refused(Refusal::WrongType), "it would overflow");
        assert_eq!(apply(&mut store, Update::Include(Element::Int(1))), Reply::Refused(Refusal::Unsupported));
    }
}
