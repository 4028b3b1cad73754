//! Clients on the stage: what each asked last and what it was told. A client knows nothing else.

use super::SeenBy;
use crate::base::{ClientId, Endpoint, NodeId, SimDuration, SimTime};
use crate::protocol::{Operation, Protocol, Update};
use crate::sim::{Contact, LinkHealth, OpenOperation, World};

/// One client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientFrame {
    /// Which.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// The node that it talks to.
    pub contact: NodeId,
    /// The only node that it ever talks to, if it is bound to one.
    pub bound: Option<NodeId>,
    /// Whether its link to that node is down: no answer can come.
    pub is_cut_off: bool,
    /// What it waits for, and since when: the oldest that is open.
    pub waits: Option<(String, SimTime)>,
    /// How many operations it has open.
    pub open: u32,
    /// Whether whoever looks can know nothing of it.
    pub is_dim: bool,
}

/// What a client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing yet.
    Nothing,
    /// It is done.
    Ok,
    /// It was definitely not done.
    Failed,
    /// Nothing in time: it may be done or not.
    Unknown,
}

impl Told {
    /// The name of its colour in styles.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Nothing => "waits",
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// All clients.
pub(super) fn clients<P: Protocol>(world: &World<P>, seen_by: SeenBy) -> Vec<ClientFrame> {
    let frame = |(id, view): (ClientId, crate::sim::ClientView<'_>)| {
        let mine = || world.open_operations().filter(|open| open.client == id);
        let contact = mine().next().map_or(view.contact, |open| open.contact);
        let waits =
            mine().min_by_key(|open| open.id).map(|open: &OpenOperation| (asked(&open.operation), open.invoked_at));
        let name = if view.config.name.is_empty() { id.to_string() } else { view.config.name.clone() };
        let is_dim = !seen_by.is_at(id.into());
        let bound = match view.config.contact {
            Contact::Pinned(node) => Some(node),
            Contact::Sticky | Contact::Any => None,
        };
        ClientFrame {
            id,
            name,
            contact,
            bound,
            // A client waits, and cannot tell a cut from a slow answer.
            is_cut_off: seen_by == SeenBy::Observer && is_cut_off(world, id, contact),
            waits,
            open: mine().count() as u32,
            is_dim,
        }
    };
    world.clients().map(frame).collect()
}

/// Whether a link between a client and a node is down, in one direction at least: no answer can come then.
fn is_cut_off<P: Protocol>(world: &World<P>, client: ClientId, node: NodeId) -> bool {
    let (client, node) = (Endpoint::from(client), Endpoint::from(node));
    let joins = |from: Endpoint, to: Endpoint| (from, to) == (client, node) || (from, to) == (node, client);
    world.links().any(|(from, to, link)| joins(from, to) && link.health() != LinkHealth::Up)
}

/// What a client knows of a node: that it has asked it, and for how long nothing came.
pub(super) fn unanswered<P: Protocol>(world: &World<P>, node: NodeId, client: ClientId) -> Option<String> {
    let mut asked = world.open_operations().filter(|open| open.client == client && open.contact == node);
    let oldest = asked.next()?;
    Some(format!("no answer for {}", tenths(world.now().time.since(oldest.invoked_at))))
}

/// A length of time in tenths of a second: "2.1 s".
pub(super) fn tenths(length: SimDuration) -> String {
    let tenths = length.0 / 100_000;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// What was asked, as somebody tells it: "writes x = 5", "reads x".
#[must_use]
pub fn asked(operation: &Operation) -> String {
    let key = &operation.key;
    match &operation.update {
        Update::Read => format!("reads {key}"),
        Update::Write(value) => format!("writes {key} = {value}"),
        Update::CompareAndSet { value, .. } => format!("swaps {key} to {value}"),
        Update::Append(value) => format!("appends {value} to {key}"),
        Update::Add(amount) => format!("adds {amount} to {key}"),
        Update::Delete => format!("deletes {key}"),
        Update::Include(value) => format!("puts {value} into {key}"),
        Update::Exclude(value) => format!("takes {value} out of {key}"),
    }
}
