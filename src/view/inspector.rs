//! Anything on the stage laid open: its whole state in rows with units, and why it is so, in plain sentences. Owns what is
//! told of a node, a link, a message, an operation and a client; knows nothing of how it looks.
//!
//! It tells what is known at the cursor, and nothing of what comes after.

use crate::base::{ClientId, Endpoint, NodeId, OpId, RecordId};

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A node.
    Node(NodeId),
    /// The link between two endpoints, the lower name first.
    Link(Endpoint, Endpoint),
    /// A client.
    Client(ClientId),
    /// A message, by the record of its sending.
    Message(RecordId),
    /// An operation.
    Operation(OpId),
}
