//! A world of gossiping nodes with round numbers everywhere, so that each test can say exactly when something happens:
//! a message takes 1 ms, a write to disk 2 ms.

use super::gossip::{Fact, Gossip, Rounds};
use netsplit::base::{ClientId, Distribution, Endpoint, NodeId, OpId, RecordId, SimDuration, SimTime};
use netsplit::protocol::{Operation, Update, Value};
use netsplit::sim::{
    AttemptEnd, ClientConfig, Command, DiskSettings, DropReason, Jitter, Kind, LinkPatch, LinkSettings, NetworkConfig,
    Outcome, Payload, TraceRecord, Wire, World, WorldConfig,
};

pub(crate) const N1: NodeId = NodeId(1);
pub(crate) const N2: NodeId = NodeId(2);
pub(crate) const N3: NodeId = NodeId(3);
pub(crate) const ALICE: ClientId = ClientId(0);
pub(crate) const BOB: ClientId = ClientId(1);

pub(crate) const fn ms(ms: u64) -> SimTime {
    SimTime::from_millis(ms)
}

pub(crate) const fn us(us: u64) -> SimTime {
    SimTime(us)
}

pub(crate) const fn always(ms: u64) -> Distribution {
    Distribution::Constant(SimDuration::from_millis(ms))
}

/// So many nodes and one client, Alice, who waits 100 ms for an answer and tries once.
pub(crate) fn setting(nodes: u8) -> WorldConfig {
    let link = LinkSettings { delay: always(1), ..LinkSettings::default() };
    let mut alice = ClientConfig { timeout: SimDuration::from_millis(100), ..ClientConfig::default() };
    alice.retry.attempts = 1;
    alice.retry.jitter = Jitter::None;
    WorldConfig {
        nodes,
        network: NetworkConfig { between_nodes: link.clone(), to_clients: link, rules: Vec::new() },
        disk: DiskSettings { sync: always(2) },
        clients: vec![alice],
        ..WorldConfig::default()
    }
}

/// An operation that tells a node what to do: the key says what, the number how much.
pub(crate) fn op(key: &str, number: i64) -> Operation {
    Operation { key: key.into(), update: Update::Write(Value::Int(number)) }
}

pub(crate) fn read(key: &str) -> Operation {
    Operation { key: key.into(), update: Update::Read }
}

/// A run under test.
pub(crate) struct Lab {
    pub(crate) world: World<Gossip>,
}

impl Lab {
    pub(crate) fn new(config: &WorldConfig) -> Self {
        Self { world: World::new(config, &Rounds::default(), 1) }
    }

    /// Goes on to a time, that time's events included.
    pub(crate) fn until(&mut self, time: SimTime) -> &mut Self {
        self.world.advance(time);
        self
    }

    pub(crate) fn apply(&mut self, command: Command) -> &mut Self {
        self.world.apply(&command).unwrap_or_else(|error| panic!("{command:?}: {error}"));
        self
    }

    /// Alice asks a node, now.
    pub(crate) fn ask(&mut self, node: NodeId, operation: Operation) -> &mut Self {
        self.apply(Command::Invoke { client: ALICE, operation, contact: Some(node) })
    }

    /// Alice asks whom she would ask by herself.
    pub(crate) fn ask_anyone(&mut self, operation: Operation) -> &mut Self {
        self.apply(Command::Invoke { client: ALICE, operation, contact: None })
    }

    pub(crate) fn set_link(&mut self, from: NodeId, to: NodeId, patch: LinkPatch) -> &mut Self {
        self.apply(Command::SetLink { wire: Wire::one_way(from, to), patch })
    }

    pub(crate) fn records(&self) -> Vec<TraceRecord<Gossip>> {
        self.world.trace().iter().collect()
    }

    pub(crate) fn record(&self, id: RecordId) -> TraceRecord<Gossip> {
        self.world.trace().get(id).expect("a record that another one names is there")
    }

    /// What a node decided, and when.
    pub(crate) fn facts(&self, node: NodeId) -> Vec<(SimTime, Fact)> {
        let noted = |record: TraceRecord<Gossip>| match record.kind {
            Kind::Note { node: at, note } if at == node => Some((record.moment.time, note)),
            _ => None,
        };
        self.world.trace().iter().filter_map(noted).collect()
    }

    /// The pings that a node handled, and when.
    pub(crate) fn pings(&self, node: NodeId) -> Vec<(SimTime, u64)> {
        let pings = self.facts(node).into_iter();
        pings
            .filter_map(|(time, fact)| if let Fact::Pinged(number) = fact { Some((time, number)) } else { None })
            .collect()
    }

    pub(crate) fn ping_numbers(&self, node: NodeId) -> Vec<u64> {
        self.pings(node).into_iter().map(|(_, number)| number).collect()
    }

    /// When a node's timer ran out, in true time.
    pub(crate) fn rings(&self, node: NodeId) -> Vec<SimTime> {
        self.facts(node).into_iter().filter(|(_, fact)| matches!(fact, Fact::Rang(..))).map(|(time, _)| time).collect()
    }

    /// Messages that died on a directed link, with when and why.
    pub(crate) fn drops(&self, from: impl Into<Endpoint>, to: impl Into<Endpoint>) -> Vec<(SimTime, DropReason)> {
        let (sender, receiver) = (from.into(), to.into());
        let dropped = |record: TraceRecord<Gossip>| match record.kind {
            Kind::Dropped { from, to, why } if (from, to) == (sender, receiver) => Some((record.moment.time, why)),
            _ => None,
        };
        self.world.trace().iter().filter_map(dropped).collect()
    }

    /// When each of Alice's operations ended, and how.
    pub(crate) fn ends(&self) -> Vec<(SimTime, OpId, Outcome)> {
        let ended = |record: TraceRecord<Gossip>| match record.kind {
            Kind::Ended { op, outcome } => Some((record.moment.time, op, outcome)),
            _ => None,
        };
        self.world.trace().iter().filter_map(ended).collect()
    }

    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        self.ends().into_iter().map(|(_, _, outcome)| outcome).collect()
    }

    /// When each attempt was made, and at which node.
    pub(crate) fn attempts(&self) -> Vec<(SimTime, NodeId)> {
        let tried = |record: TraceRecord<Gossip>| match record.kind {
            Kind::Attempted { to, .. } => Some((record.moment.time, to)),
            _ => None,
        };
        self.world.trace().iter().filter_map(tried).collect()
    }

    pub(crate) fn attempt_ends(&self) -> Vec<(SimTime, AttemptEnd)> {
        let ended = |record: TraceRecord<Gossip>| match record.kind {
            Kind::AttemptEnded { end, .. } => Some((record.moment.time, end)),
            _ => None,
        };
        self.world.trace().iter().filter_map(ended).collect()
    }

    /// Every message to a node that was handled, with when and what.
    pub(crate) fn handled(&self, node: NodeId) -> Vec<(SimTime, Payload<super::Word>)> {
        let arrived = |record: TraceRecord<Gossip>| match record.kind {
            Kind::Delivered { to, .. } if to == Endpoint::Node(node) => {
                Some((record.moment.time, self.payload(record.cause?)))
            }
            _ => None,
        };
        self.world.trace().iter().filter_map(arrived).collect()
    }

    /// What a message carries, be it an original or a copy.
    pub(crate) fn payload(&self, message: RecordId) -> Payload<super::Word> {
        let record = self.record(message);
        match record.kind {
            Kind::Sent { payload, .. } => payload,
            Kind::Duplicated { .. } => self.payload(record.cause.expect("a copy names its original")),
            other => panic!("{message} is no message: {other:?}"),
        }
    }

    /// What a node holds in memory; none if it is down.
    pub(crate) fn greatest(&self, node: NodeId) -> Option<i64> {
        self.world.node(node)?.process().map(Gossip::greatest)
    }

    pub(crate) fn kept(&self, node: NodeId) -> i64 {
        self.world.node(node).expect("the node is there").disk().durable().greatest
    }
}

pub(crate) fn done() -> Outcome {
    Outcome::Ok { values: Vec::new(), swapped: true }
}

pub(crate) fn crash(node: NodeId) -> Command {
    Command::Crash { node, keep_some: false }
}
