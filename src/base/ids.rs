//! Newtypes for everything that has a number. Owns their spelling in text (`n3`, `#12`), and nothing about their use.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A database node, counted from 1 as people read it: `n1`, `n2`, ... Ids are never reused within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The largest node number that a run can reach, since a [`NodeSet`] is one 64-bit word.
    pub const MAX: u8 = 63;

    /// The node's place in a dense array: `n1` is 0.
    #[must_use]
    pub fn slot(self) -> usize {
        usize::from(self.0) - 1
    }

    /// The node at a place in a dense array.
    ///
    /// # Panics
    /// When the place is beyond [`NodeId::MAX`].
    #[must_use]
    pub fn from_slot(slot: usize) -> Self {
        let number = u8::try_from(slot + 1).expect("a node slot fits in a byte");
        assert!(number <= Self::MAX, "node number {number} exceeds {}", Self::MAX);
        Self(number)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.0)
    }
}

/// A client, counted from 0 in the order of the scenario. Its name belongs to the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u8);

impl ClientId {
    /// The client's place in a dense array.
    #[must_use]
    pub fn slot(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0 + 1)
    }
}

/// Whatever can send and receive: nodes and clients have links of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// A database node.
    Node(NodeId),
    /// A client.
    Client(ClientId),
}

impl Endpoint {
    /// The node, if it is one.
    #[must_use]
    pub fn node(self) -> Option<NodeId> {
        match self {
            Self::Node(node) => Some(node),
            Self::Client(_) => None,
        }
    }

    /// The client, if it is one.
    #[must_use]
    pub fn client(self) -> Option<ClientId> {
        match self {
            Self::Node(_) => None,
            Self::Client(client) => Some(client),
        }
    }
}

impl From<NodeId> for Endpoint {
    fn from(node: NodeId) -> Self {
        Self::Node(node)
    }
}

impl From<ClientId> for Endpoint {
    fn from(client: ClientId) -> Self {
        Self::Client(client)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(node) => node.fmt(f),
            Self::Client(client) => client.fmt(f),
        }
    }
}

/// A set of nodes in one word, so that membership and acknowledgements copy for free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeSet(u64);

impl NodeSet {
    /// No node.
    pub const EMPTY: Self = Self(0);

    /// No set has more nodes.
    pub const CAPACITY: usize = 64;

    /// `n1` to `n{count}`.
    #[must_use]
    pub fn first(count: u8) -> Self {
        (1..=count).map(NodeId).collect()
    }

    /// Adds a node; says whether it was absent.
    pub fn insert(&mut self, node: NodeId) -> bool {
        let absent = !self.contains(node);
        self.0 |= 1 << node.0;
        absent
    }

    /// Removes a node; says whether it was there.
    pub fn remove(&mut self, node: NodeId) -> bool {
        let present = self.contains(node);
        self.0 &= !(1 << node.0);
        present
    }

    /// Whether the node is in the set.
    #[must_use]
    pub fn contains(self, node: NodeId) -> bool {
        self.0 & (1 << node.0) != 0
    }

    /// How many nodes are in the set.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the set has no node.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set without one node.
    #[must_use]
    pub fn without(mut self, node: NodeId) -> Self {
        self.remove(node);
        self
    }

    /// The set with one node more.
    #[must_use]
    pub fn with(mut self, node: NodeId) -> Self {
        self.insert(node);
        self
    }

    /// The nodes in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The nodes in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The nodes of this set that are not in the other.
    #[must_use]
    pub fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The nodes in ascending order.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let number = rest.trailing_zeros() as u8;
            rest &= rest - 1;
            Some(NodeId(number))
        })
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut set = Self::EMPTY;
        for node in nodes {
            set.insert(node);
        }
        set
    }
}

impl fmt::Display for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, node) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            node.fmt(f)?;
        }
        f.write_str("}")
    }
}

/// A client operation, numbered in the order of invocation over the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpId(pub u32);

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "op{}", self.0)
    }
}

/// One attempt at an operation: a retry keeps the operation and takes the next attempt number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId {
    /// Whose operation it is.
    pub client: ClientId,
    /// The operation that is attempted.
    pub op: OpId,
    /// Which attempt this is, from 1.
    pub attempt: u16,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.op, self.attempt)
    }
}

/// A trace record, numbered from 0 in the order of the run. A message is named by the record of its sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub u64);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A write to a node's own disk, numbered by the node in the order of its asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersistToken(pub u64);

/// A timer of one node; the protocol says what each number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimerId(pub u8);

/// Something that a node waits for until enough others have answered; named by the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WaitId {
    /// What kind of thing it is; the protocol says what each number means.
    pub kind: u8,
    /// Its number among its kind: an answer to one is an answer to all earlier ones.
    pub number: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_sets_keep_ascending_order() {
        let set: NodeSet = [NodeId(5), NodeId(1), NodeId(63)].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [NodeId(1), NodeId(5), NodeId(63)]);
        assert_eq!(set.to_string(), "{n1, n5, n63}");
        assert_eq!(set.without(NodeId(5)).len(), 2);
        assert_eq!(NodeSet::first(3).difference(set).to_string(), "{n2, n3}");
    }
}
