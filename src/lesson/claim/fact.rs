//! Facts: what an observer of the cluster may say of it at one moment, in words that all systems share.

use serde::{Deserialize, Serialize};

use crate::base::{ClientId, Endpoint, NodeId};
use crate::check::{Consistency, Facts, Invariant, Invariants};
use crate::protocol::{Key, Observation, Role, Value};
use crate::sim::{NodeStatus, Outcome, Tally, Wire};

/// What a fact is looked up in.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The cluster.
    pub facts: &'a dyn Facts,
    /// The invariants, if somebody has watched them.
    pub invariants: Option<&'a Invariants>,
    /// The highest term when the span began that is looked at: elections are counted from there.
    pub epoch: u64,
}

impl<'a> Sight<'a> {
    /// A look at a cluster whose invariants nobody has watched, in a span that began with this highest term.
    #[must_use]
    pub fn plain(facts: &'a dyn Facts, epoch: u64) -> Self {
        Self { facts, invariants: None, epoch }
    }
}

/// The highest term of any process.
#[must_use]
pub fn epoch(facts: &dyn Facts) -> u64 {
    highest(facts, None, |seen| seen.epoch)
}

/// What can be said of a run at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// How many processes say that they lead, frozen ones included.
    Leaders(Comparison),
    /// The most processes that say that they lead one and the same term.
    LeadersInOneTerm(Comparison),
    /// This node says that it leads.
    Leads(NodeId),
    /// This node has this role.
    Role {
        /// Which node.
        node: NodeId,
        /// Which role.
        is: Role,
    },
    /// This node's process runs, is frozen, or is down.
    Node {
        /// Which node.
        node: NodeId,
        /// Which.
        is: NodeWord,
    },
    /// The term of a node, or the highest of all.
    Term {
        /// Which node; none takes the highest.
        node: Option<NodeId>,
        /// What it is compared with.
        is: Comparison,
    },
    /// The commit index of a node, or the highest of all.
    Committed {
        /// Which node; none takes the highest.
        node: Option<NodeId>,
        /// What it is compared with.
        is: Comparison,
    },
    /// The last log index of a node, or the highest of all.
    LastIndex {
        /// Which node; none takes the highest.
        node: Option<NodeId>,
        /// What it is compared with.
        is: Comparison,
    },
    /// What this node would serve for a key, trusted alone; no values where it holds nothing.
    Value {
        /// Which node.
        node: NodeId,
        /// Which key.
        key: Key,
        /// The values, siblings in order.
        is: Vec<Value>,
    },
    /// All processes would serve the same for a key.
    Agree {
        /// Which key.
        key: Key,
    },
    /// How many operations have ended so, or are open.
    Operations {
        /// Whose; none takes all clients.
        client: Option<ClientId>,
        /// How they ended.
        ended: OutcomeWord,
        /// What their number is compared with.
        is: Comparison,
    },
    /// How this client's last operation ended.
    LastOutcome {
        /// Which client.
        client: ClientId,
        /// How.
        is: OutcomeWord,
    },
    /// A checker finds that the history so far is so. Only asked at the end of a claim's time.
    Satisfies(Consistency),
    /// A checker finds that the history so far is not so. Only asked at the end of a claim's time.
    Violates(Consistency),
    /// What this client's last good read returned.
    LastRead {
        /// Which client.
        client: ClientId,
        /// The values, siblings in order.
        is: Vec<Value>,
    },
    /// This invariant has been seen broken by now.
    Broken(Invariant),
    /// The nodes are split into exactly these sides: within a side everybody reaches everybody else directly, both ways,
    /// and nothing passes from one side to another. Clients do not count.
    Sides(Vec<Vec<NodeId>>),
    /// The nodes are split into sides of these sizes, whoever is on them; largest first.
    SideSizes(Vec<u8>),
    /// No message passes on a link, in each direction that is meant.
    Cut(Wire),
    /// Nothing passes between a node and any other node, or between a client and any node.
    Isolated(Endpoint),
    /// How a client's n-th operation ended.
    Outcome {
        /// Which client.
        client: ClientId,
        /// Which of its operations, from 1 by invocation.
        nth: u32,
        /// How.
        is: OutcomeWord,
    },
    /// A process holds an update that writes this value, committed or not.
    Holds {
        /// Which node; none takes any.
        node: Option<NodeId>,
        /// Which key.
        key: Key,
        /// The value that is written.
        value: Value,
    },
    /// How many nodes have a process that runs.
    Running(Comparison),
    /// By how much the highest term has risen since the span began: so many elections were begun, at least.
    Elections(Comparison),
}

/// A bound on a number; both ends may be set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Comparison {
    /// The smallest number that will do.
    pub at_least: Option<u64>,
    /// The largest number that will do.
    pub at_most: Option<u64>,
}

impl Comparison {
    /// This number and no other.
    #[must_use]
    pub fn exactly(number: u64) -> Self {
        Self { at_least: Some(number), at_most: Some(number) }
    }

    /// Whether a number will do.
    #[must_use]
    pub fn holds(self, number: u64) -> bool {
        self.at_least.is_none_or(|least| number >= least) && self.at_most.is_none_or(|most| number <= most)
    }
}

/// A node's state, as a claim names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeWord {
    /// Its process runs.
    Up,
    /// Its process is frozen.
    Paused,
    /// It has no process.
    Down,
}

/// An outcome, as a claim names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeWord {
    /// Done.
    Ok,
    /// Definitely not done.
    Failed,
    /// The client does not know.
    Unknown,
    /// Not ended yet.
    Open,
}

impl Fact {
    /// Whether it holds now.
    #[must_use]
    pub fn holds(&self, sight: &Sight<'_>) -> bool {
        let facts = sight.facts;
        match self {
            Self::Leaders(is) => is.holds(leader_terms(facts).len() as u64),
            Self::LeadersInOneTerm(is) => is.holds(most_in_one_term(facts)),
            Self::Leads(node) => has_role(facts, *node, Role::Leader),
            Self::Role { node, is } => has_role(facts, *node, *is),
            Self::Node { node, is } => facts.status(*node).is_some_and(|status| status == is.status()),
            Self::Term { node, is } => is.holds(highest(facts, *node, |seen| seen.epoch)),
            Self::Committed { node, is } => is.holds(highest(facts, *node, |seen| seen.commit_index)),
            Self::LastIndex { node, is } => is.holds(highest(facts, *node, |seen| seen.last_index)),
            Self::Value { node, key, is } => facts.values(*node, key).is_some_and(|values| values == *is),
            Self::Agree { key } => all_agree(facts, key),
            Self::Operations { client, ended, is } => is.holds(u64::from(ended.count(facts.tally(*client)))),
            Self::LastOutcome { client, is } => facts.last_outcome(*client).is_some_and(|last| is.matches(last)),
            Self::Satisfies(consistency) => facts.verdict(*consistency).is_satisfied(),
            Self::Violates(consistency) => facts.verdict(*consistency).is_violated(),
            Self::LastRead { client, is } => facts.last_read(*client).is_some_and(|values| values == *is),
            Self::Broken(invariant) => sight.invariants.is_some_and(|seen| seen.is_broken(*invariant)),
            Self::Sides(sides) => are_sides(facts, sides),
            Self::SideSizes(sizes) => sides(facts).is_some_and(|sides| sizes_of(&sides) == *sizes),
            Self::Cut(wire) => wire.directed().all(|(from, to)| !facts.passes(from, to)),
            Self::Isolated(endpoint) => is_isolated(facts, *endpoint),
            Self::Outcome { client, nth, is } => ended_so(facts, *client, *nth, *is),
            Self::Holds { node, key, value } => holds_update(facts, *node, key, value),
            Self::Running(is) => is.holds(running(facts)),
            Self::Elections(is) => is.holds(epoch(facts).saturating_sub(sight.epoch)),
        }
    }
}

/// The sides that the nodes are split into, if they are: everybody on the side of whom it reaches.
fn sides(facts: &dyn Facts) -> Option<Vec<Vec<NodeId>>> {
    let mut rest = facts.nodes();
    let mut sides = Vec::new();
    while let Some(&first) = rest.first() {
        let is_beside = |node: &NodeId| *node == first || facts.passes(first.into(), (*node).into());
        let side;
        (side, rest) = rest.into_iter().partition(is_beside);
        sides.push(side);
    }
    are_sides(facts, &sides).then_some(sides)
}

fn sizes_of(sides: &[Vec<NodeId>]) -> Vec<u8> {
    let mut sizes: Vec<u8> = sides.iter().map(|side| side.len() as u8).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    sizes
}

/// Whether messages pass between two nodes exactly where both are on one side.
fn are_sides(facts: &dyn Facts, sides: &[Vec<NodeId>]) -> bool {
    let nodes = facts.nodes();
    let side = |node: NodeId| sides.iter().position(|side| side.contains(&node));
    let is_right = |from: NodeId, to: NodeId| {
        from == to || facts.passes(from.into(), to.into()) == (side(from).is_some() && side(from) == side(to))
    };
    nodes.iter().all(|&from| side(from).is_some() && nodes.iter().all(|&to| is_right(from, to)))
}

fn is_isolated(facts: &dyn Facts, endpoint: Endpoint) -> bool {
    let others = facts.nodes().into_iter().map(Endpoint::Node).filter(|other| *other != endpoint);
    others.into_iter().all(|other| !facts.passes(endpoint, other) && !facts.passes(other, endpoint))
}

/// Counts first, since finding an operation means a walk through the trace.
fn ended_so(facts: &dyn Facts, client: ClientId, nth: u32, is: OutcomeWord) -> bool {
    let tally = facts.tally(Some(client));
    if tally.invoked < nth || is.count(tally) == 0 {
        return false;
    }
    facts.operation(client, nth).is_some_and(|ended| match ended {
        Some(outcome) => is.matches(&outcome),
        None => is == OutcomeWord::Open,
    })
}

fn holds_update(facts: &dyn Facts, node: Option<NodeId>, key: &Key, value: &Value) -> bool {
    let nodes = node.map_or_else(|| facts.nodes(), |node| vec![node]);
    nodes.into_iter().any(|node| facts.holds(node, key, value))
}

fn running(facts: &dyn Facts) -> u64 {
    let is_up = |node: &NodeId| facts.status(*node) == Some(NodeStatus::Up);
    facts.nodes().iter().filter(|node| is_up(node)).count() as u64
}

fn leader_terms(facts: &dyn Facts) -> Vec<u64> {
    let seen = facts.nodes().into_iter().filter_map(|node| facts.observation(node));
    seen.filter(|seen| seen.role == Role::Leader).map(|seen| seen.epoch).collect()
}

fn most_in_one_term(facts: &dyn Facts) -> u64 {
    let terms = leader_terms(facts);
    let in_term = |term: u64| terms.iter().filter(|&&other| other == term).count() as u64;
    terms.iter().map(|&term| in_term(term)).max().unwrap_or(0)
}

fn has_role(facts: &dyn Facts, node: NodeId, role: Role) -> bool {
    facts.observation(node).is_some_and(|seen| seen.role == role)
}

fn highest(facts: &dyn Facts, node: Option<NodeId>, number: impl Fn(Observation) -> u64) -> u64 {
    let nodes = node.map_or_else(|| facts.nodes(), |node| vec![node]);
    nodes.into_iter().filter_map(|node| facts.observation(node)).map(number).max().unwrap_or(0)
}

fn all_agree(facts: &dyn Facts, key: &Key) -> bool {
    let mut all = facts.nodes().into_iter().filter_map(|node| facts.values(node, key));
    let first = all.next();
    all.all(|values| Some(values) == first)
}

impl NodeWord {
    fn status(self) -> NodeStatus {
        match self {
            Self::Up => NodeStatus::Up,
            Self::Paused => NodeStatus::Paused,
            Self::Down => NodeStatus::Down,
        }
    }
}

impl OutcomeWord {
    fn count(self, tally: Tally) -> u32 {
        match self {
            Self::Ok => tally.ok,
            Self::Failed => tally.failed,
            Self::Unknown => tally.unknown,
            Self::Open => tally.invoked - tally.ok - tally.failed - tally.unknown,
        }
    }

    fn matches(self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Ok { .. } => self == Self::Ok,
            Outcome::Failed(_) => self == Self::Failed,
            Outcome::Unknown => self == Self::Unknown,
        }
    }
}
