//! Leaderless replication (G. DeCandia et al., "Dynamo: Amazon's Highly Available Key-value Store", SOSP 2007; called the
//! paper), as one node of it. This file owns the node's state and the dispatch of its inputs; each concern has a file of its
//! own. Who a key belongs to: `placement`. Whoever is asked sees to a request: `coordinate`, its writes in `writes`, its reads
//! in `reads`; what others do for it: `replica`. Text boxes at replicas: `typing`. Mending: `read_repair`, `hints`,
//! `anti_entropy`. Forgetting: `tombstones`. Who seems alive: `gossip`. What a key holds and how two versions become one:
//! [`version`]. What is kept: `store`, `persist`. What can be switched off: [`breaks`].

mod anti_entropy;
pub mod breaks;
mod config;
mod coordinate;
mod forward;
mod gossip;
mod hints;
mod message;
mod note;
mod persist;
mod placement;
mod read_repair;
mod reads;
mod replica;
mod store;
mod tombstones;
mod typing;
mod update;
pub mod version;
mod writes;

pub use breaks::{Break, Breaks};
pub use config::{AntiEntropy, Conflicts, Coordinator, Detector, Fanout, KeyRule, LeaderlessConfig, ReadRepair};
pub use coordinate::{Coordination, Phase};
pub use gossip::Beat;
pub use hints::Hint;
pub use message::LeaderlessMessage;
pub use note::{LeaderlessNote, Way};
pub use persist::{LeaderlessChange, LeaderlessDurable};
pub use version::{Content, Versions, Written, united};

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use self::gossip::Gossip;
use self::hints::Hints;
use self::persist::Writes;
use self::store::Store;
use super::{Effects, Input, Key, Observation, Protocol, Role, Value};
use crate::base::{LocalTime, Monotonic, NodeId, NodeSet, RequestId, SharedMap, TimerId};
use crate::data::{Ring, VersionVector};

/// Runs out when a node tells others whom it has heard of.
pub const GOSSIP_TIMER: TimerId = TimerId(0);
/// Runs out when the oldest request that this node sees to has waited long enough.
pub const DEADLINE_TIMER: TimerId = TimerId(1);
/// Runs out when hints are offered to those they are for.
pub const HANDOFF_TIMER: TimerId = TimerId(2);
/// Runs out when a node compares what it holds with another.
pub const ANTI_ENTROPY_TIMER: TimerId = TimerId(3);
/// Runs out when tombstones that are old enough are forgotten.
pub const COMPACTION_TIMER: TimerId = TimerId(4);

/// The kind of wait for acknowledgements of a write; its number is the operation's.
pub const WRITE_WAIT: u8 = 0;
/// The kind of wait for replicas' versions.
pub const READ_WAIT: u8 = 1;
/// The kind of wait for acknowledgements of a write-back.
pub const WRITE_BACK_WAIT: u8 = 2;
/// The kind of wait of whoever was asked for the replica that it handed the request to.
pub const FORWARD_WAIT: u8 = 3;

/// How many places on the ring each node has.
const PLACES: u16 = 16;

/// One replica.
#[derive(Clone, Debug)]
pub struct Leaderless {
    id: NodeId,
    config: Arc<LeaderlessConfig>,
    members: NodeSet,
    ring: Arc<Ring>,
    homes: Arc<Vec<Vec<NodeId>>>,
    /// The readings of the own clocks at the input that is being handled.
    now: LocalTime,
    store: Store,
    hints: Hints,
    gossip: Gossip,
    /// The requests that this node sees to, answered or not, until everybody has replied or their time is over.
    open: BTreeMap<RequestId, Box<Coordination>>,
    /// When each of them is given up, soonest first.
    deadlines: VecDeque<(Monotonic, RequestId)>,
    writes: Writes,
    /// What each of the others is known to have of each text.
    heard: BTreeMap<(NodeId, Key), VersionVector>,
    /// Which of the others is next to be compared with.
    compare_next: u8,
    /// The last stamp that this node has given, so that no two writes get the same.
    last_stamp: i64,
    /// Numbers this node's waits.
    waits: u64,
}

impl Protocol for Leaderless {
    type Config = LeaderlessConfig;
    type Durable = LeaderlessDurable;
    type Change = LeaderlessChange;
    type Message = LeaderlessMessage;
    type Note = LeaderlessNote;

    fn new(id: NodeId, members: NodeSet, config: &LeaderlessConfig) -> Self {
        let ring = Ring::new(members, PLACES);
        Self {
            id,
            config: Arc::new(config.clone()),
            members,
            homes: Arc::new(placement::homes(&ring, config.n)),
            ring: Arc::new(ring),
            now: LocalTime::default(),
            store: Store::new(members.without(id)),
            hints: Hints::default(),
            gossip: Gossip::default(),
            open: BTreeMap::new(),
            deadlines: VecDeque::new(),
            writes: Writes::default(),
            heard: BTreeMap::new(),
            compare_next: 0,
            last_stamp: i64::MIN,
            waits: 0,
        }
    }

    fn handle(&mut self, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        self.now = now;
        match input {
            Input::Start(durable) => self.on_start(durable, out),
            Input::Message { from, body } => self.on_message(from, body, out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Request(request) => self.on_request(request, out),
            Input::Persisted(token) => self.on_persisted(token, out),
            // Orders are for systems with leaders or a changing membership; this one has neither.
            Input::Order(_) => {}
            Input::Typed(typing) => self.on_typed(typing, out),
        }
    }

    fn preload(durable: &mut LeaderlessDurable, _: NodeSet, data: &[(Key, Value)]) {
        durable.preload(data);
    }

    fn write(durable: &mut LeaderlessDurable, change: LeaderlessChange) {
        durable.write(change);
    }

    fn observe(&self) -> Observation {
        Observation { role: Role::Replica, epoch: 0, leader: None, last_index: 0, commit_index: 0, applied_index: 0 }
    }

    fn values(&self, key: &Key) -> Vec<Value> {
        self.store.get(key).map(|versions| versions.resolved(self.config.conflicts_of(key))).unwrap_or_default()
    }

    fn holds(&self, key: &Key, value: &Value) -> bool {
        self.store.get(key).is_some_and(|versions| versions.contents().contains(&Content::Value(value.clone())))
    }

    fn is_heartbeat(message: &LeaderlessMessage) -> bool {
        matches!(message, LeaderlessMessage::Gossip { .. })
    }

    fn is_request(message: &LeaderlessMessage) -> bool {
        matches!(message, LeaderlessMessage::Forward(_))
    }
}

impl Leaderless {
    /// Which node this is.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &LeaderlessConfig {
        &self.config
    }

    /// The ring on which keys and nodes stand.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// What it holds of a key.
    #[must_use]
    pub fn versions(&self, key: &Key) -> Option<&Versions> {
        self.store.get(key)
    }

    /// All that it holds. A copy shares it.
    #[must_use]
    pub fn held(&self) -> &SharedMap<Key, Versions> {
        self.store.held()
    }

    /// All that it holds, in the order of the keys.
    pub fn cells(&self) -> impl Iterator<Item = (&Key, &Versions)> {
        self.store.iter()
    }

    /// The hints that it keeps for others.
    pub fn hints(&self) -> impl Iterator<Item = (NodeId, &Key, Hint)> {
        self.hints.iter()
    }

    /// The requests that it sees to.
    pub fn coordinations(&self) -> impl Iterator<Item = &Coordination> {
        self.open.values().map(Box::as_ref)
    }

    /// The tree over the keys that it shares with another.
    #[must_use]
    pub fn tree(&self, with: NodeId) -> Option<&crate::data::MerkleTree> {
        self.store.tree(with)
    }

    fn on_start(&mut self, durable: LeaderlessDurable, out: &mut Effects<Self>) {
        self.recover(durable, out);
        self.start_gossip(out);
        self.start_anti_entropy(out);
        self.start_compaction(out);
        self.start_handoff(out);
    }

    fn on_timer(&mut self, timer: TimerId, out: &mut Effects<Self>) {
        match timer {
            GOSSIP_TIMER => self.on_gossip_due(out),
            DEADLINE_TIMER => self.on_deadline(out),
            HANDOFF_TIMER => self.on_handoff_due(out),
            ANTI_ENTROPY_TIMER => self.on_anti_entropy_due(out),
            COMPACTION_TIMER => self.on_compaction_due(out),
            TimerId(unknown) => unreachable!("a leaderless node sets no timer {unknown}"),
        }
    }

    fn on_message(&mut self, from: NodeId, body: LeaderlessMessage, out: &mut Effects<Self>) {
        match body {
            LeaderlessMessage::Put { request, key, versions, hint_for, way } => {
                self.on_put(from, replica::Put { request, key, versions, hint_for, way }, out);
            }
            LeaderlessMessage::PutAck { request } => self.on_put_ack(from, request, out),
            LeaderlessMessage::Get { request, key } => self.on_get(from, request, &key, out),
            LeaderlessMessage::GetReply { request, versions } => self.on_get_reply(from, request, versions, out),
            LeaderlessMessage::Repair { key, versions } => self.on_repair(from, &key, &versions, out),
            LeaderlessMessage::Handoff { key, versions, generation } => {
                self.on_handoff(from, key, &versions, generation, out);
            }
            LeaderlessMessage::HandoffAck { key, generation } => self.on_handoff_ack(from, key, generation, out),
            LeaderlessMessage::Forward(request) => self.on_forward(from, request, out),
            LeaderlessMessage::Forwarded { request, reply } => self.on_forwarded(request, reply, out),
            LeaderlessMessage::Compare { hashes } => self.on_compare(from, &hashes, out),
            LeaderlessMessage::Differ { branches } => self.on_differ(from, &branches, out),
            LeaderlessMessage::Sync { leaves, cells, is_answer } => {
                self.on_sync(from, &leaves, cells, is_answer, out);
            }
            LeaderlessMessage::Gossip { beats } => self.on_gossip(beats, out),
            LeaderlessMessage::Letters { key, changes } => self.on_letters(from, key, changes, out),
            LeaderlessMessage::LettersAck { key, seen } => self.on_letters_ack(from, key, &seen, out),
        }
    }
}
