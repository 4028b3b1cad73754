//! Clients: what each remembers, and the operations that it has open. A client learns from replies and from its own
//! patience, and from nothing else.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::config::{ClientConfig, Contact, Jitter};
use super::waits::Drops;
use super::workload::Generator;
use crate::base::{
    ClientId, NodeId, OpId, Place, Purpose, RecordId, RequestId, SharedMap, SimDuration, SimTime, Stream, range,
};
use crate::protocol::{Context, Key, Operation, Refusal, SessionStamp, Value};

/// How an attempt ended for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptEnd {
    /// The operation is done.
    Answered,
    /// It was definitely not applied.
    Refused(Refusal),
    /// No answer came in time: it may be applied, now or later.
    TimedOut,
    /// The connection broke while the attempt was on its way: it may be applied.
    Reset,
    /// The node said that it has waited for others in vain: it may be applied.
    GaveUp,
}

/// How an operation ended for the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Ok {
        /// What was read.
        values: Vec<Value>,
        /// False only for a compare-and-set that found another value.
        swapped: bool,
    },
    /// Every attempt was definitely not applied; this is why the last one was not.
    Failed(Refusal),
    /// Some attempt may have been applied, or may still be.
    Unknown,
}

/// A client as the world keeps it.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) config: Arc<ClientConfig>,
    pub(super) generator: Option<Generator>,
    /// Counts starts of the workload: an event of an earlier start is stale.
    pub(super) run: u32,
    pub(super) is_running: bool,
    /// Operations of the workload so far.
    pub(super) invoked: u32,
    contact: NodeId,
    attempts: u64,
    contact_draws: Stream,
    backoffs: u64,
    backoff_draws: Stream,
    sequence: u32,
    pub(super) contexts: SharedMap<Key, Context>,
    pub(super) seen: SharedMap<Key, Option<Value>>,
    pub(super) tally: Tally,
    pub(super) last: Option<Outcome>,
    pub(super) last_read: Option<Vec<Value>>,
}

/// How many operations of one client ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Invoked.
    pub invoked: u32,
    /// Ended well.
    pub ok: u32,
    /// Definitely not applied.
    pub failed: u32,
    /// The client does not know.
    pub unknown: u32,
}

/// An operation that has no outcome yet.
#[derive(Clone, Debug)]
pub struct OpenOperation {
    /// Its number.
    pub id: OpId,
    /// Who invoked it.
    pub client: ClientId,
    /// What it asks.
    pub operation: Operation,
    /// When it was invoked.
    pub invoked_at: SimTime,
    /// The latest attempt, from 1.
    pub attempt: u16,
    /// The node that it is made at.
    pub contact: NodeId,
    pub(super) pinned: Option<NodeId>,
    pub(super) session: Option<SessionStamp>,
    pub(super) is_waiting: bool,
    /// Attempts that ended without an answer.
    pub(super) unknown: Vec<u16>,
    pub(super) last_refusal: Option<Refusal>,
    pub(super) record: RecordId,
    pub(super) is_from_workload: bool,
    pub(super) drops: Drops,
}

impl OpenOperation {
    pub(super) fn request(&self) -> RequestId {
        RequestId { client: self.client, op: self.id, attempt: self.attempt }
    }
}

/// What an observer may know of a client.
#[derive(Clone, Copy, Debug)]
pub struct ClientView<'a> {
    /// How it was set up.
    pub config: &'a ClientConfig,
    /// The node that it would talk to next.
    pub contact: NodeId,
    /// Whether its workload runs.
    pub is_running: bool,
    /// How its operations ended so far.
    pub tally: Tally,
    /// How the last one to end did.
    pub last: Option<&'a Outcome>,
    /// What the last good read returned.
    pub last_read: Option<&'a [Value]>,
}

impl Client {
    pub(super) fn new(seed: u32, id: ClientId, clients: u8, nodes: u8, config: &ClientConfig) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, Place(256 + u32::from(id.0), 0));
        let generator = config.workload.clone().map(|workload| Generator::new(seed, id, clients, workload));
        Self {
            config: Arc::new(config.clone()),
            generator,
            run: 0,
            is_running: false,
            invoked: 0,
            contact: match config.contact {
                Contact::Pinned(node) => node,
                Contact::Sticky | Contact::Any => NodeId(id.0 % nodes.max(1) + 1),
            },
            attempts: 0,
            contact_draws: stream(Purpose::Contact),
            backoffs: 0,
            backoff_draws: stream(Purpose::Backoff),
            sequence: 0,
            contexts: SharedMap::default(),
            seen: SharedMap::default(),
            tally: Tally::default(),
            last: None,
            last_read: None,
        }
    }

    pub(super) fn view(&self) -> ClientView<'_> {
        ClientView {
            config: &self.config,
            contact: self.contact,
            is_running: self.is_running,
            tally: self.tally,
            last: self.last.as_ref(),
            last_read: self.last_read.as_deref(),
        }
    }

    /// The node for the next attempt, of `nodes` there are.
    pub(super) fn choose_contact(&mut self, nodes: u8) -> NodeId {
        let n = self.attempts;
        self.attempts += 1;
        match self.config.contact {
            Contact::Sticky | Contact::Pinned(_) => self.contact,
            Contact::Any => NodeId(range(self.contact_draws.at(n), 1, u64::from(nodes)) as u8),
        }
    }

    /// After an attempt failed: goes where the hint points, or to the next node.
    pub(super) fn move_on(&mut self, failed: NodeId, hint: Option<NodeId>, nodes: u8) {
        if self.config.contact == Contact::Sticky {
            self.contact = hint.unwrap_or(NodeId(failed.0 % nodes + 1));
        }
    }

    /// How long to wait before an attempt (2 is the first retry).
    pub(super) fn draw_backoff(&mut self, attempt: u16) -> SimDuration {
        let n = self.backoffs;
        self.backoffs += 1;
        let longest = self.config.retry.backoff_before(attempt).0;
        let shortest = match self.config.retry.jitter {
            Jitter::None => longest,
            Jitter::Equal => longest / 2,
            Jitter::Full => 0,
        };
        SimDuration(range(self.backoff_draws.at(n), shortest, longest))
    }

    /// Names a new operation in the client's session. `oldest_open` is the number of the oldest operation that still has
    /// no outcome.
    pub(super) fn next_stamp(&mut self, client: ClientId, oldest_open: Option<u32>) -> SessionStamp {
        self.sequence += 1;
        let outstanding_from = oldest_open.unwrap_or(self.sequence);
        SessionStamp { client, sequence: self.sequence, outstanding_from }
    }
}
