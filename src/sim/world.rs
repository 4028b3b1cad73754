//! The world: owns true time, chance, network, disks, clocks and clients, and takes one event at a time. Each concern
//! has a file of its own: `delivery`, `timers`, `inputs` (a node handles something), `interventions`, `operations`
//! (clients).

mod delivery;
mod inputs;
mod interventions;
mod operations;
mod timers;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::client::{Client, ClientView, OpenOperation};
use super::command::{Command, CommandError};
use super::config::WorldConfig;
use super::disk::Disk;
use super::flight::{Flight, Flights};
use super::network::{Link, Network};
use super::node::{NodeSlot, NodeStatus};
use super::queue::{Event, Queue};
use super::record::{Kind, Payload};
use super::trace::Trace;
use crate::base::{ClientId, Endpoint, Moment, NodeId, NodeSet, OpId, RecordId, SimTime};
use crate::protocol::{Effects, Protocol};

/// One run of one protocol, at one moment. A clone is a checkpoint: it goes on exactly as the original does.
#[derive(Clone, Debug)]
pub struct World<P: Protocol> {
    seed: u32,
    config: Arc<WorldConfig>,
    protocol: P::Config,
    now: Moment,
    queue: Queue,
    nodes: Vec<NodeSlot<P>>,
    members: NodeSet,
    network: Network,
    flights: Flights<P::Message>,
    clients: Vec<Client>,
    /// Each in a place of its own: the map moves what it holds.
    open: BTreeMap<OpId, Box<OpenOperation>>,
    next_op: u32,
    trace: Trace<P>,
    counters: Counters,
    halted: Option<Halt>,
    at_this_instant: u32,
    buffer: Buffer<P>,
}

/// No run that makes sense has more events at one instant.
const EVENTS_AT_ONCE: u32 = 100_000;

/// The effects buffer, kept between events for its memory; always empty between them.
#[derive(Debug)]
struct Buffer<P: Protocol>(Effects<P>);

impl<P: Protocol> Default for Buffer<P> {
    fn default() -> Self {
        Self(Effects::default())
    }
}

impl<P: Protocol> Clone for Buffer<P> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Running counts, so that no reader need walk the trace for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Messages sent, copies not counted.
    pub sent: u64,
    /// Messages handled, copies included.
    pub delivered: u64,
    /// Messages that died.
    pub dropped: u64,
    /// Operations invoked.
    pub invoked: u64,
    /// Operations that ended well.
    pub ok: u64,
    /// Operations that were definitely not applied.
    pub failed: u64,
    /// Operations whose outcome the client does not know.
    pub unknown: u64,
    /// Interventions.
    pub commands: u64,
}

/// Why a run stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Halt {
    /// More messages in flight than the limit.
    MessagesInFlight,
    /// More open operations than the limit.
    OpenOperations,
    /// More bytes of trace than the limit.
    TraceBytes,
    /// More events than the limit.
    Events,
    /// No room for one more node.
    Nodes,
    /// More events at one instant than the limit: nothing takes any time.
    Standstill,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MessagesInFlight => "too many messages in flight (limits.messages_in_flight)",
            Self::OpenOperations => "too many open operations (limits.open_operations)",
            Self::TraceBytes => "the trace is too long (limits.trace_bytes)",
            Self::Events => "too many events (limits.events)",
            Self::Nodes => "no room for one more node",
            Self::Standstill => "time stands still: something is done again and again and takes no time",
        })
    }
}

impl<P: Protocol> World<P> {
    /// A world before its first event: every process is about to start, at time 0.
    #[must_use]
    pub fn new(config: &WorldConfig, protocol: &P::Config, seed: u32) -> Self {
        let clients = config.clients.len() as u8;
        let make_client = |(at, client)| Client::new(seed, ClientId(at as u8), clients, config.nodes, client);
        let mut world = Self {
            seed,
            config: Arc::new(config.clone()),
            protocol: protocol.clone(),
            now: Moment::default(),
            queue: Queue::default(),
            nodes: Vec::new(),
            members: NodeSet::first(config.nodes),
            network: Network::new(seed, config.clients.len(), config.nodes, &config.network),
            flights: Flights::default(),
            clients: config.clients.iter().enumerate().map(make_client).collect(),
            open: BTreeMap::new(),
            next_op: 1,
            trace: Trace::default(),
            counters: Counters::default(),
            halted: None,
            at_this_instant: 0,
            buffer: Buffer::default(),
        };
        for node in world.members.iter() {
            let mut disk = Disk::new(config.disk.sync);
            disk.preload(world.members, &config.data);
            world.nodes.push(NodeSlot::new(seed, node, disk));
        }
        for (index, (time, _)) in config.schedule.iter().enumerate() {
            world.queue.push(*time, Event::Scheduled { index: index as u32 });
        }
        for node in world.members.iter() {
            world.start_process(node, None);
        }
        for client in 0..clients {
            world.start_workload(ClientId(client));
        }
        world
    }

    /// Where the run stands.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The seed of every draw.
    #[must_use]
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// The setting.
    #[must_use]
    pub fn config(&self) -> &WorldConfig {
        &self.config
    }

    /// The protocol's settings.
    #[must_use]
    pub fn protocol(&self) -> &P::Config {
        &self.protocol
    }

    /// Everything that happened.
    #[must_use]
    pub fn trace(&self) -> &Trace<P> {
        &self.trace
    }

    /// Running counts.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Why the run stands still, if it does.
    #[must_use]
    pub fn halted(&self) -> Option<Halt> {
        self.halted
    }

    /// The nodes in the order of their names.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &NodeSlot<P>)> {
        self.nodes.iter().enumerate().map(|(slot, node)| (NodeId::from_slot(slot), node))
    }

    /// One node, if there is one of that name.
    #[must_use]
    pub fn node(&self, node: NodeId) -> Option<&NodeSlot<P>> {
        self.nodes.get(node.0.checked_sub(1)? as usize)
    }

    /// The clients in the order of their ids.
    pub fn clients(&self) -> impl Iterator<Item = (ClientId, ClientView<'_>)> {
        self.clients.iter().enumerate().map(|(at, client)| (ClientId(at as u8), client.view()))
    }

    /// The operations that have no outcome yet, oldest first.
    pub fn open_operations(&self) -> impl Iterator<Item = &OpenOperation> {
        self.open.values().map(Box::as_ref)
    }

    /// The messages in flight, in no order that means anything.
    pub fn flights(&self) -> impl Iterator<Item = &Flight<P::Message>> {
        self.flights.iter()
    }

    /// Every directed link, with its ends.
    pub fn links(&self) -> impl Iterator<Item = (Endpoint, Endpoint, &Link)> {
        self.network.iter()
    }

    /// When the next event is due, if there is one.
    pub fn next_event_at(&mut self) -> Option<SimTime> {
        let (time, _) = self.next_current()?;
        self.halted.is_none().then_some(time)
    }

    /// Takes the next event, if there is one that is due by `until`. Says whether it did.
    pub fn step_until(&mut self, until: SimTime) -> bool {
        let Some((time, event)) = self.next_current() else { return false };
        if time > until || self.halted.is_some() {
            return false;
        }
        self.queue.pop();
        self.at_this_instant = if time > self.now.time { 0 } else { self.at_this_instant + 1 };
        self.now = Moment { time, events: self.now.events + 1 };
        self.dispatch(event);
        self.check_limits();
        true
    }

    /// Takes every event up to a time, those at that time included, and stands there.
    pub fn advance(&mut self, until: SimTime) {
        while self.step_until(until) {}
        if self.halted.is_none() {
            self.now.time = self.now.time.max(until);
        }
    }

    /// Goes on to a moment that lies ahead: so many events, then the time.
    pub fn advance_to(&mut self, moment: Moment) {
        while self.now.events < moment.events && self.step_until(moment.time) {}
        if self.halted.is_none() {
            self.now.time = self.now.time.max(moment.time);
        }
    }

    /// Intervenes, now.
    ///
    /// # Errors
    /// When the command names something that this world does not have, or the run stands still; nothing has changed.
    pub fn apply(&mut self, command: &Command) -> Result<(), CommandError> {
        if let Some(halt) = self.halted {
            return Err(CommandError::Halted(halt));
        }
        command.check(self.node_count(), self.clients.len() as u8)?;
        self.intervene(command);
        self.check_limits();
        Ok(())
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Flight { slot, .. } => self.end_flight(slot),
            Event::Timer { node, timer, .. } => self.on_timer_due(node, timer),
            Event::Synced { node, .. } => self.on_synced(node),
            Event::Flushed { node, .. } => self.nodes[node.slot()].disk.flush_due(self.now.time),
            Event::Free { node, .. } => self.on_free(node),
            Event::Invoke { client, .. } => self.on_invoke_due(client),
            Event::Timeout { op, .. } => self.on_timeout(op),
            Event::Retry { op, .. } => self.on_retry_due(op),
            Event::Scheduled { index } => self.on_scheduled(index),
            Event::Flap { link, arming } => self.on_flap(link, arming),
        }
    }

    /// The next event. Removes those before it that no longer mean anything: they are no events of the run.
    fn next_current(&mut self) -> Option<(SimTime, Event)> {
        loop {
            let (time, sequence, event) = self.queue.peek()?;
            if self.is_current(time, sequence, event) {
                return Some((time, event));
            }
            self.queue.pop();
            if let Event::Timer { node, timer, arming } = event {
                self.requeue_timer(node, timer, arming);
            }
        }
    }

    fn is_current(&self, time: SimTime, sequence: u64, event: Event) -> bool {
        let lives = |node: NodeId, incarnation: u32| {
            let slot = &self.nodes[node.slot()];
            slot.incarnation == incarnation && slot.status != NodeStatus::Down
        };
        match event {
            Event::Flight { slot, ticket } => self.flights.is_current(slot, ticket),
            Event::Timer { node, timer, arming } => self.is_timer_due(node, timer, arming, (time, sequence)),
            Event::Synced { node, incarnation } | Event::Flushed { node, incarnation } => lives(node, incarnation),
            Event::Free { node, ticket } => self.nodes[node.slot()].draining == Some(ticket),
            Event::Invoke { client, run } => {
                let client = &self.clients[client.slot()];
                client.is_running && client.run == run
            }
            Event::Timeout { op, attempt } => {
                self.open.get(&op).is_some_and(|open| open.attempt == attempt && open.is_waiting)
            }
            Event::Retry { op, attempt } => self.open.get(&op).is_some_and(|open| open.attempt + 1 == attempt),
            Event::Scheduled { .. } => true,
            Event::Flap { link, arming } => {
                let (from, to) = self.network.ends(link);
                self.network.link(from, to).is_armed(arming)
            }
        }
    }

    fn check_limits(&mut self) {
        let limits = &self.config.limits;
        let reached = [
            (self.flights.len() as u64 > u64::from(limits.messages_in_flight), Halt::MessagesInFlight),
            (self.open.len() as u64 > u64::from(limits.open_operations), Halt::OpenOperations),
            (self.trace.bytes() > limits.trace_bytes, Halt::TraceBytes),
            (self.now.events >= limits.events, Halt::Events),
            (self.at_this_instant > EVENTS_AT_ONCE, Halt::Standstill),
        ];
        if let Some(&(_, halt)) = reached.iter().find(|(is_reached, _)| *is_reached) {
            self.halt(halt);
        }
    }

    fn halt(&mut self, halt: Halt) {
        if self.halted.is_none() {
            self.halted = Some(halt);
            self.record(None, &Kind::Halted(halt));
        }
    }

    fn record(&mut self, cause: Option<RecordId>, kind: &Kind<&Payload<P::Message>, &P::Note>) -> RecordId {
        self.trace.push(self.now, cause, kind)
    }

    fn node_count(&self) -> u8 {
        self.nodes.len() as u8
    }
}
