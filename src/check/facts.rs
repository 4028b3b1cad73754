//! What an observer may know of a cluster at one moment, whatever its system is.

use super::consistency::Consistency;
use super::verdict::Verdict;
use crate::base::{ClientId, Endpoint, NodeId};
use crate::protocol::{Key, Observation, Value};
use crate::sim::{NodeStatus, Outcome, Tally};

/// What checkers and claims may look at.
pub trait Facts {
    /// The nodes there are.
    fn nodes(&self) -> Vec<NodeId>;
    /// Whether a node's process runs.
    fn status(&self, node: NodeId) -> Option<NodeStatus>;
    /// What an observer may say of a process; none if it is down.
    fn observation(&self, node: NodeId) -> Option<Observation>;
    /// What a process would serve for a key; none if it is down.
    fn values(&self, node: NodeId, key: &Key) -> Option<Vec<Value>>;
    /// How the operations of a client, or of all, ended so far.
    fn tally(&self, client: Option<ClientId>) -> Tally;
    /// How a client's last operation ended.
    fn last_outcome(&self, client: ClientId) -> Option<&Outcome>;
    /// What a checker says of the history so far. Costs a search: not to be asked after every event.
    fn verdict(&self, consistency: Consistency) -> Verdict;
    /// What its last good read returned.
    fn last_read(&self, client: ClientId) -> Option<&[Value]>;
    /// Whether a message that is sent now from one endpoint to another would pass the link.
    fn passes(&self, from: Endpoint, to: Endpoint) -> bool;
    /// Whether a process holds an update that writes this value, committed or not.
    fn holds(&self, node: NodeId, key: &Key, value: &Value) -> bool;
    /// How a client's n-th operation ended, from 1: none if it was never invoked, and nothing in it while it is open.
    /// Walks the trace.
    fn operation(&self, client: ClientId, nth: u32) -> Option<Option<Outcome>>;
}
