//! What the stage shows at one moment, as plain values: nodes with their roles and logs, links, clients and what they
//! were told. Knows nothing of where on the screen any of it is, and nothing of what happens next.

mod clients;
mod clocks;
mod holding;
mod leaderless;
mod links;
mod lost;
mod merging;
mod nodes;
mod parted;
mod raft;
mod summary;
mod told;

pub use clients::{ClientFrame, Told, asked};
pub use clocks::ClockFace;
pub(in crate::view) use holding::in_view;
pub use holding::{Holding, Mark, Part, Version, VersionEntry, text_key};
pub use links::{LinkFrame, LinkState};
pub use lost::show_losses;
pub use merging::{MergeFrame, MergeLine, SideFate, Whence, show_merges};
pub use nodes::{Cell, CellState, Look, NodeFrame, Tally};
pub use parted::{side_letter, side_words, side_words_short};
pub use told::{Answer, Conflict, conflicts, last_answer};

use crate::base::{ClientId, Endpoint, NodeId, SimTime};
use crate::protocol::raft::Configuration;
use crate::session::{Cluster, Visit};
use crate::sim::World;
use crate::view::sides::Side;
use crate::view::split;

/// Whose eyes the stage is seen with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeenBy {
    /// Somebody who sees all.
    #[default]
    Observer,
    /// One node: what it believes, and what it can know.
    Node(NodeId),
    /// One client: what it asked and what it was told.
    Client(ClientId),
}

impl SeenBy {
    /// Whether this party is at a place; who sees all is at each.
    #[must_use]
    pub fn is_at(self, place: Endpoint) -> bool {
        match self {
            Self::Observer => true,
            Self::Node(node) => place == node.into(),
            Self::Client(client) => place == client.into(),
        }
    }
}

/// The stage at one moment, apart from what moves between two events: messages, and timers that run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageFrame {
    /// The nodes, in the order of their names.
    pub nodes: Vec<NodeFrame>,
    /// The links between nodes, each once, the lower name first.
    pub links: Vec<LinkFrame>,
    /// The clients, in the order of the scenario.
    pub clients: Vec<ClientFrame>,
    /// The sides of a parted network, in order; none while it is whole.
    pub sides: Vec<Side>,
    /// One plain sentence or two on the whole, for those who cannot see it.
    pub summary: String,
}

impl StageFrame {
    /// The stage as it is at a cluster's moment, seen by somebody.
    #[must_use]
    pub fn of(cluster: &Cluster, seen_by: SeenBy) -> Self {
        match cluster {
            Cluster::Leaderless(world) => {
                let nodes = leaderless::nodes(world, seen_by);
                let (links, clients) = (links::links(world, seen_by), clients::clients(world, seen_by));
                let sides = if seen_by == SeenBy::Observer { parted(cluster) } else { Vec::new() };
                let summary = summary::summary(&nodes, &links, &sides);
                let mut frame = Self { nodes, links, clients, sides, summary };
                // Which keys a side can serve takes a look at all keys: only while it matters.
                if !frame.sides.is_empty()
                    && let Some(words) = split::now(&frame, &split::Rules::of(cluster))
                {
                    frame.summary += &format!(" {words}");
                }
                frame
            }
            Cluster::Raft(world) => {
                let nodes = raft::nodes(world, seen_by);
                let (links, clients) = (links::links(world, seen_by), clients::clients(world, seen_by));
                let sides = if seen_by == SeenBy::Observer { parted(cluster) } else { Vec::new() };
                let summary = summary::summary(&nodes, &links, &sides);
                Self { nodes, links, clients, sides, summary }
            }
        }
    }

    /// One node.
    #[must_use]
    pub fn node(&self, node: NodeId) -> Option<&NodeFrame> {
        self.nodes.iter().find(|frame| frame.id == node)
    }

    /// The link between two nodes, whichever is named first.
    #[must_use]
    pub fn link(&self, one: Endpoint, other: Endpoint) -> Option<&LinkFrame> {
        self.links.iter().find(|link| (link.from, link.to) == (one, other) || (link.to, link.from) == (one, other))
    }
}

/// The sides of a parted network, in the order of their letters; none while it is whole. Whoever names a side by its letter
/// asks here, so that a letter means the same side everywhere.
#[must_use]
pub fn parted(cluster: &Cluster) -> Vec<Side> {
    match cluster {
        Cluster::Raft(world) => raft::sides(world),
        Cluster::Leaderless(world) => leaderless::sides(world),
    }
}

/// Who belongs to the cluster, by the newest membership that a server knows; none where there is no such thing.
#[must_use]
pub fn membership(cluster: &Cluster) -> Option<Configuration> {
    match cluster {
        Cluster::Raft(world) => raft::membership(world),
        Cluster::Leaderless(_) => None,
    }
}

/// How far a timer has run that a node's ring shows: from 0 when it was set to 1 when it runs out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Countdown {
    /// Whose.
    pub node: NodeId,
    /// How far.
    pub share: f32,
}

/// The election timers that run at a time.
#[must_use]
pub fn countdowns(cluster: &Cluster, now: SimTime) -> Vec<Countdown> {
    match cluster {
        Cluster::Raft(world) => raft::countdowns(world, now),
        Cluster::Leaderless(_) => Vec::new(),
    }
}

/// What a picture needs of a world whatever its protocol is.
struct Count;

impl Visit for Count {
    type Out = (usize, usize);

    fn visit<P: crate::protocol::Protocol>(self, world: &World<P>) -> Self::Out {
        (world.nodes().count(), world.clients().count())
    }
}

/// How many nodes and clients there are.
#[must_use]
pub fn cast(cluster: &Cluster) -> (usize, usize) {
    cluster.visit(Count)
}
