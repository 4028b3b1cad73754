//! The shape of a node: a function of its inputs, one at a time.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

use super::{Effects, Key, Order, Request, Typing, Value};
use crate::base::{LocalTime, NodeId, NodeSet, PersistToken, TimerId};

/// One input to a node. With it comes a reading of the node's own clocks, and nothing else of the world.
#[derive(Clone, Debug)]
pub enum Input<P: Protocol> {
    /// The process starts with what its disk holds, for the first time or after a crash.
    Start(P::Durable),
    /// A message of another node.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        body: P::Message,
    },
    /// A timer has run out.
    Timer(TimerId),
    /// A client asks.
    Request(Box<Request>),
    /// A write and all before it are durable.
    Persisted(PersistToken),
    /// An operator asks.
    Order(Order),
    /// Somebody types at this node.
    Typed(Typing),
}

/// A replication protocol, seen as one node of it.
///
/// Everything volatile is in `Self` and is gone after a crash; everything that survives is in `Durable`. A handler has
/// no clock, no randomness and no I/O: a test feeds an input and reads the effects.
pub trait Protocol: Clone + Debug + 'static {
    /// The settings, one value for the whole cluster.
    type Config: Clone + Debug;
    /// What the disk holds.
    type Durable: Clone + Debug + Default;
    /// One write to the disk.
    type Change: Clone + Debug;
    /// What nodes say to each other.
    type Message: Clone + Debug + PartialEq + Serialize + DeserializeOwned;
    /// What people should know of: decisions, and why.
    type Note: Clone + Debug + PartialEq + Serialize + DeserializeOwned;

    /// A process that has not started yet.
    fn new(id: NodeId, members: NodeSet, config: &Self::Config) -> Self;

    /// Handles one input at a local time.
    fn handle(&mut self, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>);

    /// Puts data on the disk of one of the first members, before any process has used it.
    fn preload(durable: &mut Self::Durable, members: NodeSet, data: &[(Key, Value)]);

    /// Applies one write to what the disk holds.
    fn write(durable: &mut Self::Durable, change: Self::Change);

    /// What an observer may say of this node in words that all protocols share.
    fn observe(&self) -> Observation;

    /// The values that this node would serve for a key, were it asked now and trusted alone.
    fn values(&self, key: &Key) -> Vec<Value>;

    /// Whether this node holds an update that writes this value under a key, whether it is settled or not.
    fn holds(&self, key: &Key, value: &Value) -> bool {
        self.values(key).contains(value)
    }

    /// Whether a message is one of those that only say "I am here"; a picture shows them as a pulse.
    fn is_heartbeat(message: &Self::Message) -> bool;

    /// Whether a message hands a client's request on. It goes over a connection, as the client's own attempt does.
    fn is_request(_: &Self::Message) -> bool {
        false
    }
}

/// A node's part in its protocol, in words that all protocols share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Holds authority, or believes so.
    Leader,
    /// Tries to become leader.
    Candidate,
    /// Follows a leader, or waits for one.
    Follower,
    /// Gets the data and has no vote.
    Learner,
    /// One of equals.
    Replica,
}

/// A snapshot of a node for observers. A node that is down has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Its part.
    pub role: Role,
    /// Its term, view or epoch; 0 where the protocol has none.
    pub epoch: u64,
    /// Whom it takes for the leader.
    pub leader: Option<NodeId>,
    /// The index of its last log entry; 0 where it has none.
    pub last_index: u64,
    /// Up to which index it knows entries to be committed.
    pub commit_index: u64,
    /// Up to which index it has applied them.
    pub applied_index: u64,
}
