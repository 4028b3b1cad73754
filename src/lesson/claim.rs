//! Claims: what a run is said to show, over a closed set of predicates, and the watcher that finds out. A predicate sees
//! what an observer of the cluster may see, in words that all systems share.

use serde::{Deserialize, Serialize};

use crate::base::{ClientId, NodeId, SimTime};
use crate::check::{Consistency, Facts, Invariant, Invariants};
use crate::protocol::{Key, Observation, Role, Value};
use crate::sim::{NodeStatus, Outcome, Tally};

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What it says, in words.
    pub name: String,
    /// How often the predicate must hold.
    pub quantifier: Quantifier,
    /// What must hold.
    pub predicate: Predicate,
    /// From when on it is watched.
    pub from: SimTime,
    /// Until when; none watches to the end of the run.
    pub until: Option<SimTime>,
}

impl Claim {
    /// The invariants that it expects to be broken: who claims so has nothing against it.
    pub fn broken(&self) -> impl Iterator<Item = Invariant> {
        let literals = if self.quantifier == Quantifier::Never { &[] } else { self.predicate.literals() };
        literals.iter().filter(|literal| literal.holds).filter_map(|literal| match literal.fact {
            Fact::Broken(invariant) => Some(invariant),
            _ => None,
        })
    }
}

/// How often a predicate must hold between the claim's two times. It is looked at after every event and at both times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantifier {
    /// Each time.
    Always,
    /// At least once.
    Sometimes,
    /// At the end of the span: from some moment on it holds for good.
    Eventually,
    /// Not once.
    Never,
}

/// What must hold: some facts, all or any of them. It does not nest, so that no input from outside can nest it without
/// end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// All of them.
    All(Vec<Literal>),
    /// One of them at least.
    Any(Vec<Literal>),
}

/// A fact, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Literal {
    /// Whether the fact must hold, or must not.
    pub holds: bool,
    /// The fact.
    pub fact: Fact,
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

impl Predicate {
    /// Whether it asks for a checker's word on the whole history so far.
    #[must_use]
    pub fn is_about_history(&self) -> bool {
        let (Self::All(literals) | Self::Any(literals)) = self;
        literals.iter().any(|literal| literal.fact.is_about_history())
    }

    /// Whether it holds now.
    pub fn holds(&self, facts: &dyn Facts, invariants: &Invariants) -> bool {
        let is_met = |literal: &Literal| literal.fact.holds(facts, invariants) == literal.holds;
        match self {
            Self::All(all) => all.iter().all(is_met),
            Self::Any(any) => any.iter().any(is_met),
        }
    }

    fn literals(&self) -> &[Literal] {
        match self {
            Self::All(all) => all,
            Self::Any(any) => any,
        }
    }
}

impl Fact {
    /// Whether it holds now.
    pub fn holds(&self, facts: &dyn Facts, invariants: &Invariants) -> bool {
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
            Self::Broken(invariant) => invariants.is_broken(*invariant),
        }
    }
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

/// Watches the claims of one run. Show it every state in order, then ask for the verdicts.
#[derive(Clone, Debug)]
pub struct Watcher {
    watched: Vec<Watched>,
    /// When the run ends.
    end: SimTime,
}

#[derive(Clone, Debug)]
struct Watched {
    claim: Claim,
    first_hold: Option<SimTime>,
    first_miss: Option<SimTime>,
    holds_now: bool,
}

/// What became of one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimVerdict {
    /// The claim, in words.
    pub name: String,
    /// Whether it is true of the run.
    pub holds: bool,
    /// When that was decided, if one moment decided it: the first at which `sometimes` held, or `always` or `never` was
    /// broken.
    pub decided_at: Option<SimTime>,
}

impl Watcher {
    /// Watches claims from the start of a run to its end.
    #[must_use]
    pub fn new(claims: &[Claim], end: SimTime) -> Self {
        let watch =
            |claim: &Claim| Watched { claim: claim.clone(), first_hold: None, first_miss: None, holds_now: false };
        Self { watched: claims.iter().map(watch).collect(), end }
    }

    /// Whether there is anything to watch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.watched.is_empty()
    }

    /// The times at which claims begin or end: the run must be shown there too, events or not.
    #[must_use]
    pub fn edges(&self) -> Vec<SimTime> {
        let mut edges: Vec<SimTime> =
            self.watched.iter().flat_map(|watched| [Some(watched.claim.from), watched.claim.until]).flatten().collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Looks at the state of the run at a time.
    pub fn see(&mut self, now: SimTime, facts: &dyn Facts, invariants: &Invariants) {
        for watched in &mut self.watched {
            let until = watched.claim.until.unwrap_or(self.end);
            let is_early = match watched.claim.quantifier {
                Quantifier::Eventually => now < until,
                Quantifier::Always | Quantifier::Sometimes | Quantifier::Never => now < watched.claim.from,
            };
            if is_early || now > until {
                continue;
            }
            watched.holds_now = watched.claim.predicate.holds(facts, invariants);
            let first = if watched.holds_now { &mut watched.first_hold } else { &mut watched.first_miss };
            first.get_or_insert(now);
        }
    }

    /// What became of the claims, in their order. A claim whose time never came is not true.
    #[must_use]
    pub fn verdicts(&self) -> Vec<ClaimVerdict> {
        self.watched.iter().map(Watched::verdict).collect()
    }
}

impl Watched {
    fn verdict(&self) -> ClaimVerdict {
        let was_seen = self.first_hold.is_some() || self.first_miss.is_some();
        let (holds, decided_at) = match self.claim.quantifier {
            Quantifier::Always => (was_seen && self.first_miss.is_none(), self.first_miss),
            Quantifier::Sometimes => (self.first_hold.is_some(), self.first_hold),
            Quantifier::Eventually => (self.holds_now, None),
            Quantifier::Never => (was_seen && self.first_hold.is_none(), self.first_hold),
        };
        ClaimVerdict { name: self.claim.name.clone(), holds, decided_at }
    }
}
