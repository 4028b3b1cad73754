//! What clients ask for and what they are told: the words that every protocol shares.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::base::{ClientId, NodeId, RequestId};

/// The name of a register. Cheap to copy, since a workload uses the same few again and again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The first eight bytes as a number that is ordered as they are: maps compare keys all the time, and this decides nearly
    /// always without a look at the name.
    head: u64,
    name: Arc<str>,
}

impl Key {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Its name's bytes, by which it has its place on a ring and in a tree.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    /// The number, and how long the name is as far as that matters: of names that the number tells all about but their length,
    /// the shorter comes first. Only of two longer ones that begin alike this does not tell the order.
    fn rank(&self) -> u128 {
        u128::from(self.head) << 64 | self.name.len().min(HEAD + 1) as u128
    }
}

impl Ord for Key {
    /// The order of the names. Without a branch that a search could not foretell.
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank()).then_with(|| self.name.cmp(&other.name))
    }
}

/// How many bytes of a name the number holds.
const HEAD: usize = 8;

impl From<Arc<str>> for Key {
    fn from(name: Arc<str>) -> Self {
        let mut head = [0; HEAD];
        let length = name.len().min(head.len());
        head[..length].copy_from_slice(&name.as_bytes()[..length]);
        Self { head: u64::from_be_bytes(head), name }
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::from(Arc::from(name))
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Arc::deserialize(deserializer).map(|name: Arc<str>| Self::from(name))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What a register holds. A key that was never written holds nothing, which is `None` and not a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// Text; appending concatenates.
    Text(Arc<str>),
    /// Raw bytes, as the payload of a load.
    Bytes(#[serde(serialize_with = "as_bytes")] Arc<[u8]>),
    /// A list; appending adds an element.
    List(Vec<Element>),
}

/// What a list holds. Lists do not nest, so that no input from outside can nest them without end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// A whole number.
    Int(i64),
    /// Text.
    Text(Arc<str>),
    /// Raw bytes.
    Bytes(#[serde(serialize_with = "as_bytes")] Arc<[u8]>),
}

/// Writes bytes as one piece: the same encoding as byte by byte, and much faster.
fn as_bytes<S: Serializer>(bytes: &Arc<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

impl Value {
    /// The value after `element` is appended to it.
    ///
    /// # Errors
    /// When the value is of a kind that nothing can be appended to.
    pub fn appended(current: Option<&Self>, element: &Element) -> Result<Self, Refusal> {
        match (current, element) {
            (None, Element::Text(text)) => Ok(Self::Text(text.clone())),
            (None, _) => Ok(Self::List(vec![element.clone()])),
            (Some(Self::Text(text)), Element::Text(more)) => Ok(Self::Text(format!("{text}{more}").into())),
            (Some(Self::List(list)), _) => {
                let mut list = list.clone();
                list.push(element.clone());
                Ok(Self::List(list))
            }
            (Some(Self::Int(_) | Self::Bytes(_) | Self::Text(_)), _) => Err(Refusal::WrongType),
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Self::List(list) => {
                f.write_str("[")?;
                for (i, element) in list.iter().enumerate() {
                    write!(f, "{}{element}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}

/// One operation on one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The key it is about.
    pub key: Key,
    /// What is done with it.
    pub update: Update,
}

/// What an operation does with its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// Reads the value, or the values where siblings exist.
    Read,
    /// Replaces the value.
    Write(Value),
    /// Replaces the value if it equals `expect` (`None`: if the key holds nothing). A mismatch is a good answer.
    CompareAndSet {
        /// What the key must hold.
        expect: Option<Value>,
        /// What it then gets.
        value: Value,
    },
    /// Appends to a text or a list.
    Append(Element),
    /// Adds to a number; a key that holds nothing counts as 0.
    Add(i64),
    /// Removes the value.
    Delete,
    /// Puts an element into a set.
    Include(Element),
    /// Takes an element out of a set.
    Exclude(Element),
}

impl Update {
    /// Whether the operation leaves every value as it is.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Read)
    }

    /// The value that the operation puts in the place of another, if it names one.
    #[must_use]
    pub fn written(&self) -> Option<&Value> {
        match self {
            Self::Write(value) | Self::CompareAndSet { value, .. } => Some(value),
            Self::Read | Self::Append(_) | Self::Add(_) | Self::Delete | Self::Include(_) | Self::Exclude(_) => None,
        }
    }

    /// The word for it, as in scenario files and histories.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write(_) => "write",
            Self::CompareAndSet { .. } => "cas",
            Self::Append(_) => "append",
            Self::Add(_) => "add",
            Self::Delete => "delete",
            Self::Include(_) => "include",
            Self::Exclude(_) => "exclude",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        let shown = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), Value::to_string);
        match &self.update {
            Update::Read => write!(f, "read {key}"),
            Update::Write(value) => write!(f, "write {key} = {value}"),
            Update::CompareAndSet { expect, value } => write!(f, "cas {key} {} -> {value}", shown(expect)),
            Update::Append(value) => write!(f, "append {key} {value}"),
            Update::Add(amount) => write!(f, "add {key} {amount:+}"),
            Update::Delete => write!(f, "delete {key}"),
            Update::Include(value) => write!(f, "include {key} {value}"),
            Update::Exclude(value) => write!(f, "exclude {key} {value}"),
        }
    }
}

/// An opaque causal context: a reply hands it out, the client hands it back with its next request on the key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Context(pub Option<Arc<[u8]>>);

/// Names a client's operation for ever, so that a retry can be told from a new operation (Ongaro, "Consensus: Bridging
/// Theory and Practice", 2014, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionStamp {
    /// Whose session it is.
    pub client: ClientId,
    /// The operation's number within the session, from 1; a retry keeps it.
    pub sequence: u32,
    /// The client waits for no operation below this number: what was answered to those can be forgotten.
    pub outstanding_from: u32,
}

/// One attempt at an operation, as it reaches a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Names the attempt; the reply carries it back.
    pub id: RequestId,
    /// What is asked.
    pub operation: Operation,
    /// Set when the client keeps a session.
    pub session: Option<SessionStamp>,
    /// The context of the client's last reply on this key.
    pub context: Context,
}

/// What a node tells a client about one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Done. Siblings make several values; a missing key makes none.
    Done {
        /// The values read, or after a write nothing.
        values: Vec<Value>,
        /// For the client's next request on the key.
        context: Context,
        /// False only for a compare-and-set that found another value.
        swapped: bool,
    },
    /// Not done, now or later: the attempt has definitely failed.
    Refused(Refusal),
    /// The node has waited for others in vain: what was asked may be done, now or later.
    GaveUp,
}

impl Reply {
    /// Done, with nothing to show.
    #[must_use]
    pub fn done() -> Self {
        Self::Done { values: Vec::new(), context: Context::default(), swapped: true }
    }

    /// Done, with what was read.
    #[must_use]
    pub fn read(value: Option<Value>) -> Self {
        Self::Done { values: value.into_iter().collect(), context: Context::default(), swapped: true }
    }
}

/// Why an attempt was definitely not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Another node leads, or none is known to.
    NotLeader {
        /// The leader that this node knows of.
        hint: Option<NodeId>,
    },
    /// This system has no such operation.
    Unsupported,
    /// The key holds a value of a kind that the operation cannot work on.
    WrongType,
    /// The node cannot gather the replicas that it would need, and has done nothing.
    Unavailable,
    /// Nothing listens there: the node was down before the request was sent.
    Down,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLeader { hint: Some(node) } => write!(f, "not the leader, try {node}"),
            Self::NotLeader { hint: None } => f.write_str("not the leader, and knows none"),
            Self::Unsupported => f.write_str("this system has no such operation"),
            Self::WrongType => f.write_str("the value is of another kind"),
            Self::Unavailable => f.write_str("too few replicas reachable"),
            Self::Down => f.write_str("nothing listens there"),
        }
    }
}
