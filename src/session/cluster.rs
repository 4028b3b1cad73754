//! The one place that lists the protocols: a world of any of them, behind one face.

use crate::base::{ClientId, Endpoint, Moment, NodeId, SimTime};
use crate::check::{Consistency, Datum, Facts, History, Invariants, Model, Observed, Setup, Verdict};
use crate::lesson::{Scenario, System};
use crate::protocol::leaderless::Leaderless;
use crate::protocol::raft::Raft;
use crate::protocol::{Key, Observation, Protocol, Value};
use crate::sim::{
    Command, CommandError, Counters, Halt, Kind, Link, LinkHealth, NodeStatus, Outcome, Tally, World, WorldConfig,
};

/// A world of some protocol.
#[derive(Clone, Debug)]
pub enum Cluster {
    /// Raft.
    Raft(World<Raft>),
    /// Leaderless replication.
    Leaderless(World<Leaderless>),
}

/// Calls one method whatever the protocol is.
macro_rules! for_each_system {
    ($cluster:expr, $world:ident => $call:expr) => {
        match $cluster {
            Cluster::Raft($world) => $call,
            Cluster::Leaderless($world) => $call,
        }
    };
}

impl Cluster {
    /// The world of a scenario's run with a seed, before its first event.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u32) -> Self {
        let config = scenario.world_config(seed);
        match &scenario.system {
            System::Raft(raft) => Self::Raft(World::new(&config, raft, seed)),
            System::Leaderless(leaderless) => Self::Leaderless(World::new(&config, leaderless, seed)),
        }
    }

    /// The world, if Raft runs in it.
    #[must_use]
    pub fn as_raft(&self) -> Option<&World<Raft>> {
        match self {
            Self::Raft(world) => Some(world),
            Self::Leaderless(_) => None,
        }
    }

    /// The world, if leaderless replicas run in it.
    #[must_use]
    pub fn as_leaderless(&self) -> Option<&World<Leaderless>> {
        match self {
            Self::Leaderless(world) => Some(world),
            Self::Raft(_) => None,
        }
    }

    /// Where the run stands.
    #[must_use]
    pub fn now(&self) -> Moment {
        for_each_system!(self, world => world.now())
    }

    /// The running hash of the trace.
    #[must_use]
    pub fn trace_hash(&self) -> u64 {
        for_each_system!(self, world => world.trace().hash())
    }

    /// How many records the trace has.
    #[must_use]
    pub fn records(&self) -> u64 {
        for_each_system!(self, world => world.trace().len())
    }

    /// How many bytes they take.
    #[must_use]
    pub fn trace_bytes(&self) -> u64 {
        for_each_system!(self, world => world.trace().bytes())
    }

    /// The setting.
    #[must_use]
    pub fn config(&self) -> &WorldConfig {
        for_each_system!(self, world => world.config())
    }

    /// Running counts.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        for_each_system!(self, world => world.counters())
    }

    /// Why the run stands still, if it does.
    #[must_use]
    pub fn halted(&self) -> Option<Halt> {
        for_each_system!(self, world => world.halted())
    }

    /// Takes the next event if it is due by a time. Says whether it did.
    pub fn step_until(&mut self, until: SimTime) -> bool {
        for_each_system!(self, world => world.step_until(until))
    }

    /// Takes every event up to a time, those at that time included.
    pub fn advance(&mut self, until: SimTime) {
        for_each_system!(self, world => world.advance(until));
    }

    /// Goes on to a moment that lies ahead.
    pub fn advance_to(&mut self, moment: Moment) {
        for_each_system!(self, world => world.advance_to(moment));
    }

    /// Intervenes, now.
    ///
    /// # Errors
    /// When the command names something that does not exist; nothing has changed.
    pub fn apply(&mut self, command: &Command) -> Result<(), CommandError> {
        for_each_system!(self, world => world.apply(command))
    }

    /// When the next event is due.
    pub fn next_event_at(&mut self) -> Option<SimTime> {
        for_each_system!(self, world => world.next_event_at())
    }
}

impl Cluster {
    /// Shows the invariants of its system the state after an event.
    pub fn show(&self, invariants: &mut Invariants) {
        match self {
            Self::Raft(world) => invariants.see_raft(world),
            Self::Leaderless(world) => invariants.see_leaderless(world),
        }
    }
}

/// Something that is done with a world, whatever its protocol is.
pub trait Visit {
    /// What comes of it.
    type Out;

    /// Does it.
    fn visit<P: Protocol>(self, world: &World<P>) -> Self::Out;
}

impl Cluster {
    /// Does something with the world, whatever its protocol is.
    pub fn visit<V: Visit>(&self, visitor: V) -> V::Out {
        for_each_system!(self, world => visitor.visit(world))
    }
}

impl Facts for Cluster {
    fn nodes(&self) -> Vec<NodeId> {
        for_each_system!(self, world => Facts::nodes(world))
    }

    fn status(&self, node: NodeId) -> Option<NodeStatus> {
        for_each_system!(self, world => world.status(node))
    }

    fn observation(&self, node: NodeId) -> Option<Observation> {
        for_each_system!(self, world => world.observation(node))
    }

    fn values(&self, node: NodeId, key: &Key) -> Option<Vec<Value>> {
        for_each_system!(self, world => Facts::values(world, node, key))
    }

    fn tally(&self, client: Option<ClientId>) -> Tally {
        for_each_system!(self, world => world.tally(client))
    }

    fn last_outcome(&self, client: ClientId) -> Option<&Outcome> {
        for_each_system!(self, world => world.last_outcome(client))
    }

    fn verdict(&self, consistency: Consistency) -> Verdict {
        for_each_system!(self, world => world.verdict(consistency))
    }

    fn last_read(&self, client: ClientId) -> Option<&[Value]> {
        for_each_system!(self, world => world.last_read(client))
    }

    fn passes(&self, from: Endpoint, to: Endpoint) -> bool {
        for_each_system!(self, world => world.passes(from, to))
    }

    fn holds(&self, node: NodeId, key: &Key, value: &Value) -> bool {
        for_each_system!(self, world => Facts::holds(world, node, key, value))
    }

    fn operation(&self, client: ClientId, nth: u32) -> Option<Option<Outcome>> {
        for_each_system!(self, world => world.operation(client, nth))
    }
}

impl<P: Protocol> Facts for World<P> {
    fn nodes(&self) -> Vec<NodeId> {
        World::nodes(self).map(|(node, _)| node).collect()
    }

    fn status(&self, node: NodeId) -> Option<NodeStatus> {
        self.node(node).map(|slot| slot.status())
    }

    fn observation(&self, node: NodeId) -> Option<Observation> {
        self.node(node)?.process().map(Protocol::observe)
    }

    fn values(&self, node: NodeId, key: &Key) -> Option<Vec<Value>> {
        self.node(node)?.process().map(|process| process.values(key))
    }

    fn tally(&self, client: Option<ClientId>) -> Tally {
        let mut sum = Tally::default();
        for (_, view) in self.clients().filter(|(id, _)| client.is_none_or(|client| client == *id)) {
            sum.invoked += view.tally.invoked;
            sum.ok += view.tally.ok;
            sum.failed += view.tally.failed;
            sum.unknown += view.tally.unknown;
        }
        sum
    }

    fn last_outcome(&self, client: ClientId) -> Option<&Outcome> {
        self.clients().find(|(id, _)| *id == client)?.1.last
    }

    fn verdict(&self, consistency: Consistency) -> Verdict {
        let observed = Observed::of(&History::of(self.trace().iter()));
        let mut setup = Setup::new(Model::Any);
        setup.data = self.config().data.iter().map(|(key, value)| (key.name().clone(), Datum::from(value))).collect();
        consistency.check(&observed, &setup)
    }

    fn last_read(&self, client: ClientId) -> Option<&[Value]> {
        self.clients().find(|(id, _)| *id == client)?.1.last_read
    }

    fn passes(&self, from: Endpoint, to: Endpoint) -> bool {
        let is_meant = |(one, other, _): &(Endpoint, Endpoint, &Link)| (*one, *other) == (from, to);
        self.links().find(is_meant).is_some_and(|(_, _, link)| link.health() == LinkHealth::Up)
    }

    fn holds(&self, node: NodeId, key: &Key, value: &Value) -> bool {
        self.node(node).and_then(|slot| slot.process()).is_some_and(|process| process.holds(key, value))
    }

    fn operation(&self, client: ClientId, nth: u32) -> Option<Option<Outcome>> {
        let mut left = nth;
        let mut wanted = None;
        for record in self.trace().iter() {
            match record.kind {
                Kind::Invoked { op, client: by, .. } if by == client && wanted.is_none() => {
                    left = left.saturating_sub(1);
                    wanted = (left == 0).then_some(op);
                }
                Kind::Ended { op, outcome } if Some(op) == wanted => return Some(Some(outcome)),
                _ => {}
            }
        }
        wanted.map(|_| None)
    }
}
