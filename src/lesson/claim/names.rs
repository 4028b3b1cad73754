//! What a fact names and what it needs, so that a claim about something that cannot be is refused.

use super::fact::Fact;
use crate::base::{ClientId, Endpoint, NodeId};

/// The nodes and clients that a fact names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The nodes.
    pub nodes: Vec<NodeId>,
    /// The clients.
    pub clients: Vec<ClientId>,
}

impl Named {
    fn nodes(nodes: impl IntoIterator<Item = NodeId>) -> Self {
        Self { nodes: nodes.into_iter().collect(), clients: Vec::new() }
    }

    fn clients(clients: impl IntoIterator<Item = ClientId>) -> Self {
        Self { nodes: Vec::new(), clients: clients.into_iter().collect() }
    }

    fn ends(ends: &[Endpoint]) -> Self {
        Self {
            nodes: ends.iter().filter_map(|end| end.node()).collect(),
            clients: ends.iter().filter_map(|end| end.client()).collect(),
        }
    }
}

impl Fact {
    /// The nodes and clients that it names.
    #[must_use]
    pub fn names(&self) -> Named {
        match self {
            Self::Leaders(_)
            | Self::LeadersInOneTerm(_)
            | Self::Agree { .. }
            | Self::Broken(_)
            | Self::Satisfies(_)
            | Self::Violates(_)
            | Self::SideSizes(_)
            | Self::Running(_)
            | Self::Elections(_) => Named::default(),
            Self::Leads(node) | Self::Role { node, .. } | Self::Node { node, .. } | Self::Value { node, .. } => {
                Named::nodes([*node])
            }
            Self::Term { node, .. }
            | Self::Committed { node, .. }
            | Self::LastIndex { node, .. }
            | Self::Holds { node, .. } => Named::nodes(*node),
            Self::Operations { client, .. } => Named::clients(*client),
            Self::LastOutcome { client, .. } | Self::LastRead { client, .. } | Self::Outcome { client, .. } => {
                Named::clients([*client])
            }
            Self::Sides(sides) => Named::nodes(sides.iter().flatten().copied()),
            Self::Cut(wire) => Named::ends(&[wire.from, wire.to]),
            Self::Isolated(endpoint) => Named::ends(&[*endpoint]),
        }
    }

    /// Whether it is a checker's word on the whole history so far.
    #[must_use]
    pub fn is_about_history(&self) -> bool {
        matches!(self, Self::Satisfies(_) | Self::Violates(_))
    }

    /// Whether only a system with leaders, terms and a log can have it.
    #[must_use]
    pub fn needs_leaders(&self) -> bool {
        match self {
            Self::Leaders(_)
            | Self::LeadersInOneTerm(_)
            | Self::Leads(_)
            | Self::Role { .. }
            | Self::Term { .. }
            | Self::Committed { .. }
            | Self::LastIndex { .. }
            | Self::Elections(_) => true,
            Self::Broken(invariant) => invariant.is_about_leaders(),
            Self::Node { .. }
            | Self::Value { .. }
            | Self::Agree { .. }
            | Self::Satisfies(_)
            | Self::Violates(_)
            | Self::Operations { .. }
            | Self::LastOutcome { .. }
            | Self::LastRead { .. }
            | Self::Sides(_)
            | Self::SideSizes(_)
            | Self::Running(_)
            | Self::Cut(_)
            | Self::Isolated(_)
            | Self::Outcome { .. }
            | Self::Holds { .. } => false,
        }
    }
}
