//! Anything on the stage laid open: its whole state in rows with units, and why it is so, in plain sentences. Owns what is
//! told of a node, a link, a message, an operation and a client; knows nothing of how it looks.
//!
//! It tells what is known at the cursor, and nothing of what comes after.

mod client;
mod leaderless;
mod link;
mod machine;
mod message;
mod operation;
mod raft;
mod scene;

use crate::base::{ClientId, Endpoint, NodeId, OpId, RecordId, SimTime};
use crate::session::Cluster;
use crate::sim::World;
use crate::view::chronicle::Chronicle;
use crate::view::describe::Vocabulary;
use crate::view::stage::SeenBy;
use scene::Scene;

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

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// Words that name something that can be looked at.
    Mention(String, Target),
    /// A moment that one can go to.
    Moment(SimTime),
}

/// One thing laid open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What it is: "n1, leader of term 6".
    pub title: String,
    /// Its state.
    pub groups: Vec<Group>,
    /// Why it is so: what happened, and then what led to it, step by step.
    pub why: Vec<Reason>,
}

/// Rows that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// The rows.
    pub rows: Vec<Row>,
    /// What has more columns than two.
    pub table: Option<Table>,
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name; empty where the value is a sentence of its own.
    pub name: String,
    /// The value.
    pub value: Vec<Piece>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub head: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// How many more there are that are not listed.
    pub left_out: u64,
}

/// Something that happened, as a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// When.
    pub at: SimTime,
    /// What.
    pub words: Vec<Piece>,
}

/// Lays something open, as it is at the cluster's moment. None if there is no such thing then.
#[must_use]
pub fn inspect(cluster: &Cluster, chronicle: &Chronicle, target: Target) -> Option<Sheet> {
    match cluster {
        Cluster::Raft(world) => sheet(world, chronicle, target, raft::sheet),
        Cluster::Leaderless(world) => sheet(world, chronicle, target, leaderless::sheet),
    }
}

/// The same, as far as a party of the run can know it: its own state and operations, and no reasons, which lie with others.
#[must_use]
pub fn inspect_as(seen_by: SeenBy, cluster: &Cluster, chronicle: &Chronicle, target: Target) -> Option<Sheet> {
    let is_own = match target {
        _ if seen_by == SeenBy::Observer => return inspect(cluster, chronicle, target),
        Target::Node(node) => seen_by.is_at(node.into()),
        Target::Client(client) => seen_by.is_at(client.into()),
        Target::Operation(op) => chronicle.operation(op).is_some_and(|bar| seen_by.is_at(bar.client.into())),
        // What becomes of a message on its way, or of a wire, nobody in the run knows.
        Target::Link(..) | Target::Message(_) => false,
    };
    let sheet = if is_own { inspect(cluster, chronicle, target) } else { None };
    sheet.map(|sheet| Sheet { why: Vec::new(), ..sheet })
}

/// The sheet of anything; a node's depends on its protocol.
fn sheet<P: Vocabulary>(
    world: &World<P>,
    chronicle: &Chronicle,
    target: Target,
    of_node: impl Fn(&Scene<'_, P>, NodeId) -> Option<Sheet>,
) -> Option<Sheet> {
    let scene = Scene::new(world, chronicle);
    match target {
        Target::Node(node) => of_node(&scene, node),
        Target::Link(from, to) => link::sheet(&scene, from, to),
        Target::Client(client) => client::sheet(&scene, client),
        Target::Message(message) => message::sheet(&scene, message),
        Target::Operation(op) => operation::sheet(&scene, op),
    }
}

impl Group {
    fn new(title: &'static str) -> Self {
        Self { title, ..Self::default() }
    }

    fn row(&mut self, name: impl Into<String>, value: Vec<Piece>) {
        self.rows.push(Row { name: name.into(), value });
    }

    fn text(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.row(name, vec![Piece::Text(value.into())]);
    }
}

impl Sheet {
    fn new(title: String) -> Self {
        Self { title, ..Self::default() }
    }

    /// Adds a group, unless there is nothing in it.
    fn add(&mut self, group: Group) {
        let has_rows = group.table.as_ref().is_some_and(|table| !table.rows.is_empty());
        if !group.rows.is_empty() || has_rows {
            self.groups.push(group);
        }
    }
}
