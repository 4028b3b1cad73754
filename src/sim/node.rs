//! The world's side of a node: whether its process runs, its clocks, timers, disk and inbox.

use std::collections::VecDeque;

use super::clock::Clock;
use super::disk::Disk;
use super::record::Payload;
use super::waits::Waits;
use crate::base::{
    Distribution, Endpoint, LocalTime, Monotonic, NodeId, PersistToken, Place, Purpose, RecordId, SimDuration, SimTime,
    Stream, TimerId,
};
use crate::protocol::{Order, Protocol, Typing};

/// Whether a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStatus {
    /// It runs.
    Up,
    /// It is frozen: it keeps everything and handles nothing.
    Paused,
    /// There is no process.
    Down,
}

/// One node as the world sees it.
#[derive(Clone, Debug)]
pub struct NodeSlot<P: Protocol> {
    pub(super) status: NodeStatus,
    /// The process; a process that is down has none.
    pub(super) process: Option<P>,
    /// Counts starts: what was begun for an earlier process is stale.
    pub(super) incarnation: u32,
    pub(super) clock: Clock,
    pub(super) disk: Disk<P>,
    pub(super) sync_draws: Stream,
    pub(super) timers: Vec<Timer>,
    /// Sends and replies that wait for a write.
    pub(super) gated: VecDeque<(PersistToken, Gated<P>)>,
    pub(super) durable_through: PersistToken,
    /// Inputs that wait, since the process is frozen or busy.
    pub(super) inbox: VecDeque<Waiting<P>>,
    /// The ticket of the event at which the next waiting input is taken, if one is due.
    pub(super) draining: Option<u64>,
    pub(super) service: Distribution,
    pub(super) served: u64,
    pub(super) service_draws: Stream,
    pub(super) crashes: u64,
    pub(super) crash_draws: Stream,
    pub(super) waits: Waits,
}

/// A send or a reply that waits for a write.
pub(super) type Gated<P> = (Endpoint, Payload<<P as Protocol>::Message>);

/// An input that waits in the inbox.
#[derive(Clone, Debug)]
pub(super) enum Waiting<P: Protocol> {
    /// A message that has arrived.
    Message { from: Endpoint, message: RecordId, payload: Payload<P::Message> },
    /// A timer that has run out.
    Timer(TimerId),
    /// An operator's order.
    Order { order: Order, record: RecordId },
    /// What was typed.
    Typed { typing: Typing, record: RecordId },
    /// A write that is durable.
    Persisted { token: PersistToken, record: RecordId },
}

/// One timer. It keeps at most one event in the queue, and moves it only when that comes up too early.
#[derive(Clone, Debug)]
pub(super) struct Timer {
    pub(super) id: TimerId,
    pub(super) deadline: Option<Deadline>,
    /// The queued event's time and number; an event of another arming is stale.
    pub(super) queued: Option<SimTime>,
    pub(super) arming: u32,
    /// How often it was set: the position of the next draw.
    pub(super) sets: u64,
    pub(super) draws: Stream,
}

/// When a timer runs out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    pub(super) local: Monotonic,
    pub(super) at: SimTime,
    pub(super) sequence: u64,
    pub(super) set_at: SimTime,
}

impl<P: Protocol> NodeSlot<P> {
    pub(super) fn new(seed: u32, id: NodeId, disk: Disk<P>) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, Place(u32::from(id.0), 0));
        Self {
            status: NodeStatus::Down,
            process: None,
            incarnation: 0,
            clock: Clock::default(),
            disk,
            sync_draws: stream(Purpose::Sync),
            timers: Vec::new(),
            gated: VecDeque::new(),
            durable_through: PersistToken(0),
            inbox: VecDeque::new(),
            draining: None,
            service: Distribution::Constant(SimDuration::ZERO),
            served: 0,
            service_draws: stream(Purpose::Service),
            crashes: 0,
            crash_draws: stream(Purpose::CrashKeeps),
            waits: Waits::default(),
        }
    }

    /// Whether its process runs, is frozen, or is down.
    #[must_use]
    pub fn status(&self) -> NodeStatus {
        self.status
    }

    /// The process, unless it is down. An observer may look; nothing in the world does.
    #[must_use]
    pub fn process(&self) -> Option<&P> {
        self.process.as_ref()
    }

    /// The disk.
    #[must_use]
    pub fn disk(&self) -> &Disk<P> {
        &self.disk
    }

    /// What its clocks read at a true time.
    #[must_use]
    pub fn clock(&self, now: SimTime) -> LocalTime {
        self.clock.read(now)
    }

    /// How long it takes over each input.
    #[must_use]
    pub fn service(&self) -> &Distribution {
        &self.service
    }

    /// How often its process was started.
    #[must_use]
    pub fn incarnation(&self) -> u32 {
        self.incarnation
    }

    /// How many inputs wait.
    #[must_use]
    pub fn inbox_len(&self) -> usize {
        self.inbox.len()
    }

    /// When a running timer was set and when it runs out, in true time.
    #[must_use]
    pub fn timer(&self, id: TimerId) -> Option<(SimTime, SimTime)> {
        let timer = self.timers.iter().find(|timer| timer.id == id)?;
        timer.deadline.map(|deadline| (deadline.set_at, deadline.at))
    }

    pub(super) fn timer_mut(&mut self, seed: u32, node: NodeId, id: TimerId) -> &mut Timer {
        let at = self.timers.iter().position(|timer| timer.id == id).unwrap_or_else(|| {
            let draws = Stream::new(seed, Purpose::Timer, Place(u32::from(node.0), u32::from(id.0)));
            self.timers.push(Timer { id, deadline: None, queued: None, arming: 0, sets: 0, draws });
            self.timers.len() - 1
        });
        &mut self.timers[at]
    }

    /// Whether an input that arrives now must wait behind others.
    pub(super) fn must_wait(&self) -> bool {
        self.status == NodeStatus::Paused || self.draining.is_some() || !self.is_instant()
    }

    pub(super) fn is_instant(&self) -> bool {
        self.service.constant().is_some_and(|service| service.is_zero())
    }

    /// Forgets everything that a crash takes, apart from the disk. Gives the inputs that waited.
    pub(super) fn lose_process(&mut self, now: SimTime) -> VecDeque<Waiting<P>> {
        self.status = NodeStatus::Down;
        self.process = None;
        self.clock.stop(now);
        for timer in &mut self.timers {
            timer.deadline = None;
        }
        self.gated.clear();
        self.draining = None;
        self.waits = Waits::default();
        std::mem::take(&mut self.inbox)
    }
}

impl<P: Protocol> Waiting<P> {
    pub(super) fn is_timer(&self, id: TimerId) -> bool {
        matches!(self, Self::Timer(timer) if *timer == id)
    }
}
