//! Interventions: the only way in which anything but the passing of time changes a world. Closed and typed; part of
//! every run record, so variants and fields are only ever added at the end.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::world::Halt;
use crate::base::{ClientId, Distribution, Drift, Endpoint, NodeId, SimDuration};
use crate::protocol::{Operation, Order, Typing};

/// One intervention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Cuts a link: messages in flight on it die, later ones die on the way, and nobody is told.
    Cut(Wire),
    /// Mends a link.
    Heal(Wire),
    /// Sets every link between the endpoints named: cut between groups, whole within one. Others stay as they are.
    Partition {
        /// The sides.
        groups: Vec<Vec<Endpoint>>,
    },
    /// Mends every link that was cut, and stops every flapping.
    HealAll,
    /// Cuts every link of one endpoint.
    Isolate(Endpoint),
    /// Changes some settings of a link.
    SetLink {
        /// Which link.
        wire: Wire,
        /// What changes.
        patch: LinkPatch,
    },
    /// Lets a link go down and up by itself; `Heal` ends it.
    Flap {
        /// Which link.
        wire: Wire,
        /// How long it stays up.
        up: Distribution,
        /// How long it stays down.
        down: Distribution,
    },
    /// Stops a process at once. What its disk has not made durable is gone, or all but a drawn part of it.
    Crash {
        /// Which node.
        node: NodeId,
        /// Whether a drawn number of the unsynced writes survive, as they may on a real disk.
        keep_some: bool,
    },
    /// Starts a process that is down, with what its disk holds.
    Restart(NodeId),
    /// Stops a process and erases its disk. To return it under its old name is allowed, and hostile.
    Wipe(NodeId),
    /// Freezes a process: it keeps its role, and what arrives waits.
    Pause(NodeId),
    /// Lets a frozen process go on.
    Resume(NodeId),
    /// Sets how long a node takes over each input.
    SetService {
        /// Which node.
        node: NodeId,
        /// How long; constant zero is as fast as can be.
        service: Distribution,
    },
    /// Sets how long a node's disk takes to make a write durable.
    SetSync {
        /// Which node.
        node: NodeId,
        /// How long.
        sync: Distribution,
    },
    /// Makes a disk lie: it reports a write as durable, and keeps it in a cache that a crash loses. Hostile.
    SetLying {
        /// Which node.
        node: NodeId,
        /// How long a write stays in the cache; none makes the disk honest again and flushes it.
        flush_after: Option<SimDuration>,
    },
    /// Sets how fast a node's oscillator runs.
    SetDrift {
        /// Which node.
        node: NodeId,
        /// How much faster than true time.
        drift: Drift,
    },
    /// Steps a node's wall clock, forward or back.
    StepWall {
        /// Which node.
        node: NodeId,
        /// By how many microseconds.
        by_us: i64,
    },
    /// Lets a client invoke one operation.
    Invoke {
        /// Which client.
        client: ClientId,
        /// Which operation.
        operation: Operation,
        /// At which node; none leaves it to the client.
        contact: Option<NodeId>,
    },
    /// Starts or stops a client's workload.
    SetWorkload {
        /// Which client.
        client: ClientId,
        /// Whether it runs.
        on: bool,
    },
    /// Starts a new process with an empty disk under the next free name. It is no member until the protocol makes it
    /// one.
    AddNode,
    /// An operator asks a node for something that is no data: a change of membership, another leader.
    Order {
        /// At which node; none means the one that leads at that moment, if one does.
        node: Option<NodeId>,
        /// What.
        order: Order,
    },
    /// Cuts several links at once: what a knife crosses.
    CutMany(Vec<Wire>),
    /// Mends several links at once, and stops their flapping: what connects a node again is one deed, and one undo.
    HealMany(Vec<Wire>),
    /// Somebody types into a text box that stands at a node.
    Type {
        /// At which node.
        node: NodeId,
        /// What.
        typing: Typing,
    },
}

/// A link or one direction of it, as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// One end.
    pub from: Endpoint,
    /// The other.
    pub to: Endpoint,
    /// Which way.
    pub direction: Direction,
}

/// Which way of a link is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Both ways.
    #[default]
    Both,
    /// Only what goes from the first end to the second.
    OneWay,
}

impl Wire {
    /// Both ways between two endpoints.
    #[must_use]
    pub fn both(from: impl Into<Endpoint>, to: impl Into<Endpoint>) -> Self {
        Self { from: from.into(), to: to.into(), direction: Direction::Both }
    }

    /// Only what goes from one endpoint to the other.
    #[must_use]
    pub fn one_way(from: impl Into<Endpoint>, to: impl Into<Endpoint>) -> Self {
        Self { from: from.into(), to: to.into(), direction: Direction::OneWay }
    }

    /// The directed links that are meant.
    pub fn directed(self) -> impl Iterator<Item = (Endpoint, Endpoint)> {
        let back = (self.direction == Direction::Both).then_some((self.to, self.from));
        std::iter::once((self.from, self.to)).chain(back)
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = match self.direction {
            Direction::Both => "-",
            Direction::OneWay => "->",
        };
        write!(f, "{}{arrow}{}", self.from, self.to)
    }
}

/// Which settings of a link change; the others stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkPatch {
    /// How long a message takes.
    pub delay: Option<Distribution>,
    /// The chance that a message is lost, in parts per million.
    pub loss_ppm: Option<u32>,
    /// The chance that a message arrives twice, in parts per million.
    pub duplicate_ppm: Option<u32>,
    /// Whether a message may overtake an earlier one.
    pub reorder: Option<bool>,
}

/// Why a command cannot be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such node.
    #[error("there is no node {0}")]
    NoNode(NodeId),
    /// There is no such client.
    #[error("there is no client {0}")]
    NoClient(ClientId),
    /// There is no link from an endpoint to itself, nor between two clients.
    #[error("there is no link between {0} and {1}")]
    NoLink(Endpoint, Endpoint),
    /// A rate beyond what a clock can have.
    #[error("a drift of {0} ppm is out of range: at most {max} ppm either way", max = Drift::MAX_PPM)]
    Drift(i32),
    /// A distribution that nothing can be drawn from.
    #[error("a distribution of lengths: {0}")]
    Distribution(&'static str),
    /// A step of the clock beyond a day.
    #[error("a step of {0} us is out of range: at most a day either way")]
    Step(i64),
    /// More letters than anybody types at once.
    #[error("{0} letters are too many at once: at most {max}", max = Typing::LETTERS_MAX)]
    Letters(usize),
    /// A chance beyond certainty.
    #[error("a chance of {0} ppm is above one million")]
    Chance(u32),
    /// The run stands still.
    #[error("the run stands still: {0}")]
    Halted(Halt),
}

impl Command {
    /// Whether it cuts links.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self, Self::Cut(_) | Self::CutMany(_) | Self::Partition { .. } | Self::Isolate(_))
    }

    /// Whether everything that the command names exists among so many nodes and clients, and its values can be.
    ///
    /// # Errors
    /// The first thing that does not or cannot.
    pub fn check(&self, nodes: u8, clients: u8) -> Result<(), CommandError> {
        let names = Names { nodes, clients };
        match self {
            Self::Cut(wire) | Self::Heal(wire) => names.wire(*wire),
            Self::CutMany(wires) | Self::HealMany(wires) => wires.iter().try_for_each(|&wire| names.wire(wire)),
            Self::Flap { wire, up, down } => {
                names.wire(*wire)?;
                drawable(up)?;
                drawable(down)
            }
            Self::SetLink { wire, patch } => {
                names.wire(*wire)?;
                patch.check()
            }
            Self::Partition { groups } => groups.iter().flatten().try_for_each(|&endpoint| names.endpoint(endpoint)),
            Self::Isolate(endpoint) => names.endpoint(*endpoint),
            Self::Crash { node, .. }
            | Self::Restart(node)
            | Self::Wipe(node)
            | Self::Pause(node)
            | Self::Resume(node)
            | Self::SetLying { node, .. } => names.node(*node),
            Self::SetService { node, service: takes } | Self::SetSync { node, sync: takes } => {
                names.node(*node)?;
                drawable(takes)
            }
            Self::StepWall { node, by_us } => {
                names.node(*node)?;
                if by_us.unsigned_abs() > DAY_US { Err(CommandError::Step(*by_us)) } else { Ok(()) }
            }
            Self::SetDrift { node, drift } => {
                names.node(*node)?;
                if drift.0.unsigned_abs() > Drift::MAX_PPM.unsigned_abs() {
                    return Err(CommandError::Drift(drift.0));
                }
                Ok(())
            }
            Self::Invoke { client, contact, .. } => {
                names.client(*client)?;
                contact.map_or(Ok(()), |node| names.node(node))
            }
            Self::SetWorkload { client, .. } => names.client(*client),
            Self::Order { node, order } => {
                names.node(order.node())?;
                node.map_or(Ok(()), |node| names.node(node))
            }
            Self::Type { node, typing } => {
                names.node(*node)?;
                let letters = typing.insert.chars().count();
                if letters > Typing::LETTERS_MAX { Err(CommandError::Letters(letters)) } else { Ok(()) }
            }
            Self::HealAll | Self::AddNode => Ok(()),
        }
    }
}

const DAY_US: u64 = 86_400_000_000;

fn drawable(distribution: &Distribution) -> Result<(), CommandError> {
    distribution.problem().map_or(Ok(()), |problem| Err(CommandError::Distribution(problem)))
}

impl LinkPatch {
    /// Whether its values can be.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn check(&self) -> Result<(), CommandError> {
        let chances = [self.loss_ppm, self.duplicate_ppm].into_iter().flatten();
        if let Some(ppm) = chances.filter(|&ppm| ppm > 1_000_000).max() {
            return Err(CommandError::Chance(ppm));
        }
        self.delay.as_ref().map_or(Ok(()), drawable)
    }
}

/// What a command may name.
struct Names {
    nodes: u8,
    clients: u8,
}

impl Names {
    fn node(&self, node: NodeId) -> Result<(), CommandError> {
        if (1..=self.nodes).contains(&node.0) { Ok(()) } else { Err(CommandError::NoNode(node)) }
    }

    fn client(&self, client: ClientId) -> Result<(), CommandError> {
        if client.0 < self.clients { Ok(()) } else { Err(CommandError::NoClient(client)) }
    }

    fn endpoint(&self, endpoint: Endpoint) -> Result<(), CommandError> {
        match endpoint {
            Endpoint::Node(node) => self.node(node),
            Endpoint::Client(client) => self.client(client),
        }
    }

    fn wire(&self, wire: Wire) -> Result<(), CommandError> {
        self.endpoint(wire.from)?;
        self.endpoint(wire.to)?;
        let has_node = wire.from.node().is_some() || wire.to.node().is_some();
        if wire.from == wire.to || !has_node {
            return Err(CommandError::NoLink(wire.from, wire.to));
        }
        Ok(())
    }
}
