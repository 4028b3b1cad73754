//! What an operator asks of a cluster, as at a console: not data, and never retried by itself.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::base::NodeId;

/// One order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Hand leadership to another.
    Transfer {
        /// To whom.
        to: NodeId,
    },
    /// Take a server into the cluster: it gets the data first, and a vote once it has caught up.
    AddServer(NodeId),
    /// Let a server have the data, and no vote.
    AddLearner(NodeId),
    /// Take a server out of the cluster.
    RemoveServer(NodeId),
}

impl Order {
    /// The node that it names.
    #[must_use]
    pub fn node(self) -> NodeId {
        match self {
            Self::Transfer { to } => to,
            Self::AddServer(node) | Self::AddLearner(node) | Self::RemoveServer(node) => node,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transfer { to } => write!(f, "hand leadership to {to}"),
            Self::AddServer(node) => write!(f, "take {node} into the cluster"),
            Self::AddLearner(node) => write!(f, "take {node} into the cluster as a learner"),
            Self::RemoveServer(node) => write!(f, "take {node} out of the cluster"),
        }
    }
}
