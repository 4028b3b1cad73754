//! The effects buffer: everything that leaves a node goes through it, and nothing else does.

use super::{Protocol, Reply};
use crate::base::{NodeId, NodeSet, PersistToken, RequestId, SimDuration, TimeSpan, TimerId, WaitId};

/// One thing that a node asks of its world.
#[derive(Debug)]
pub enum Effect<P: Protocol> {
    /// Send a message to another node, at once or once a write is durable.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        body: P::Message,
        /// The write that must be durable first.
        after: Option<PersistToken>,
    },
    /// Start a timer, or start it anew; the world draws from the span.
    SetTimer {
        /// Which of the node's timers.
        id: TimerId,
        /// How long it runs, on the node's monotonic clock.
        span: TimeSpan,
    },
    /// Stop a timer; it is no error if it does not run.
    CancelTimer(TimerId),
    /// Write to disk. Writes become durable in the order of their tokens.
    Persist {
        /// Names the write; comes back as `Input::Persisted`.
        token: PersistToken,
        /// What is written.
        change: P::Change,
    },
    /// Answer a client, at once or once a write is durable.
    Reply {
        /// The attempt that is answered.
        request: RequestId,
        /// The answer.
        reply: Reply,
        /// The write that must be durable first.
        after: Option<PersistToken>,
    },
    /// The node now waits for answers of other nodes.
    Await {
        /// Names the wait.
        wait: WaitId,
        /// The attempt that it is for, if it is for one.
        request: Option<RequestId>,
        /// Who has not answered.
        members: NodeSet,
        /// How many of them must.
        need: u8,
    },
    /// One member has answered this wait and all earlier ones of its kind.
    Answered {
        /// Who.
        member: NodeId,
        /// The latest wait that the answer is for.
        through: WaitId,
    },
    /// One member has answered this wait, and no other.
    AnsweredOne {
        /// Who.
        member: NodeId,
        /// The wait.
        wait: WaitId,
    },
    /// The wait is over, one way or the other.
    Settle(WaitId),
    /// Something that people should know of.
    Note(P::Note),
}

/// The buffer that a handler fills. The world owns it and empties it after each input.
#[derive(Debug)]
pub struct Effects<P: Protocol> {
    list: Vec<Effect<P>>,
}

impl<P: Protocol> Default for Effects<P> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

impl<P: Protocol> Effects<P> {
    /// Sends a message at once.
    pub fn send(&mut self, to: NodeId, body: P::Message) {
        self.list.push(Effect::Send { to, body, after: None });
    }

    /// Sends a message once the write is durable; at once if there is none to wait for.
    pub fn send_after(&mut self, after: Option<PersistToken>, to: NodeId, body: P::Message) {
        self.list.push(Effect::Send { to, body, after });
    }

    /// Starts a timer, or starts it anew.
    pub fn set_timer(&mut self, id: TimerId, span: TimeSpan) {
        self.list.push(Effect::SetTimer { id, span });
    }

    /// Starts a timer that runs for exactly so long.
    pub fn set_timer_exactly(&mut self, id: TimerId, length: SimDuration) {
        self.set_timer(id, TimeSpan::exactly(length));
    }

    /// Stops a timer.
    pub fn cancel_timer(&mut self, id: TimerId) {
        self.list.push(Effect::CancelTimer(id));
    }

    /// Writes to disk.
    pub fn persist(&mut self, token: PersistToken, change: P::Change) {
        self.list.push(Effect::Persist { token, change });
    }

    /// Answers a client, at once or once a write is durable.
    pub fn reply(&mut self, request: RequestId, reply: Reply, after: Option<PersistToken>) {
        self.list.push(Effect::Reply { request, reply, after });
    }

    /// Declares a wait for other nodes.
    pub fn wait(&mut self, wait: WaitId, request: Option<RequestId>, members: NodeSet, need: u8) {
        self.list.push(Effect::Await { wait, request, members, need });
    }

    /// Says that a member has answered a wait and all earlier ones of its kind.
    pub fn answered(&mut self, member: NodeId, through: WaitId) {
        self.list.push(Effect::Answered { member, through });
    }

    /// Says that a member has answered a wait, and no other.
    pub fn answered_one(&mut self, member: NodeId, wait: WaitId) {
        self.list.push(Effect::AnsweredOne { member, wait });
    }

    /// Ends a wait.
    pub fn settle(&mut self, wait: WaitId) {
        self.list.push(Effect::Settle(wait));
    }

    /// Says something that people should know of.
    pub fn note(&mut self, note: P::Note) {
        self.list.push(Effect::Note(note));
    }

    /// Takes the effects out in the order of their making, and keeps the buffer for the next input.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Effect<P>> {
        self.list.drain(..)
    }

    /// The effects so far.
    #[must_use]
    pub fn as_slice(&self) -> &[Effect<P>] {
        &self.list
    }
}
