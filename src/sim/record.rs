//! Trace records: everything that happens, typed, each with what led to it. Words, geometry and pace are elsewhere.

use serde::{Deserialize, Serialize};

use super::client::{AttemptEnd, Outcome};
use super::command::Command;
use super::world::Halt;
use crate::base::{
    ClientId, Endpoint, Moment, NodeId, NodeSet, OpId, PersistToken, RecordId, RequestId, TimerId, WaitId,
};
use crate::protocol::{Operation, Reply, Request};

/// One thing that happened. `B` is what messages carry and `N` what nodes note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<B, N> {
    /// Its number, from 0.
    pub id: RecordId,
    /// The record that led to it; none for what comes from outside.
    pub cause: Option<RecordId>,
    /// When it happened.
    pub moment: Moment,
    /// What happened.
    pub kind: Kind<B, N>,
}

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload<M> {
    /// From node to node.
    Node(M),
    /// A client's attempt.
    Request(Box<Request>),
    /// A node's answer to it.
    Reply {
        /// The attempt that is answered.
        request: RequestId,
        /// The answer.
        reply: Reply,
    },
    /// The receiver's process was gone when the attempt arrived: the connection broke, and nothing more is known.
    Reset {
        /// The attempt.
        request: RequestId,
    },
}

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// The link is cut, or was cut while the message was on it.
    Cut,
    /// The link lost it.
    Lost,
    /// The receiver's process is down.
    Down,
    /// Too many inputs wait there.
    Full,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind<B, N> {
    /// Somebody intervened.
    Command(Command),
    /// A process started.
    Started {
        /// Which node.
        node: NodeId,
        /// How often it was started by now.
        incarnation: u32,
    },
    /// A process is gone.
    Stopped {
        /// Which node.
        node: NodeId,
        /// How many writes its disk had not made durable, and lost.
        lost_writes: u32,
    },
    /// A message was sent; this record names it.
    Sent {
        /// By whom.
        from: Endpoint,
        /// To whom.
        to: Endpoint,
        /// What it carries.
        payload: B,
    },
    /// A link makes a second copy of a message; this record names the copy, its cause the original.
    Duplicated {
        /// By whom the original was sent.
        from: Endpoint,
        /// To whom.
        to: Endpoint,
    },
    /// A message died; the cause names it.
    Dropped {
        /// By whom it was sent.
        from: Endpoint,
        /// To whom.
        to: Endpoint,
        /// Why.
        why: DropReason,
    },
    /// A message arrived and must wait, since the receiver is frozen or busy; the cause names it.
    Held {
        /// By whom it was sent.
        from: Endpoint,
        /// Who holds it.
        to: Endpoint,
    },
    /// A message is handled; the cause names it.
    Delivered {
        /// By whom it was sent.
        from: Endpoint,
        /// Who handles it.
        to: Endpoint,
    },
    /// A timer ran out.
    TimerFired {
        /// On which node.
        node: NodeId,
        /// Which timer.
        timer: TimerId,
    },
    /// A node writes to its disk.
    Persisting {
        /// Which node.
        node: NodeId,
        /// Which write.
        token: PersistToken,
    },
    /// The disk has reported the write as durable, and the node knows; the cause names the write.
    Persisted {
        /// Which node.
        node: NodeId,
        /// Which write.
        token: PersistToken,
    },
    /// A node decided something.
    Note {
        /// Which node.
        node: NodeId,
        /// What, and why.
        note: N,
    },
    /// A node waits for others.
    Awaits {
        /// Which node.
        node: NodeId,
        /// For what.
        wait: WaitId,
        /// On whose behalf.
        request: Option<RequestId>,
        /// For whom.
        members: NodeSet,
        /// How many of them must answer.
        need: u8,
    },
    /// The wait is over; the cause names its beginning.
    Settled {
        /// Which node.
        node: NodeId,
        /// For what it waited.
        wait: WaitId,
    },
    /// Somebody has waited in vain: who has not answered, and which messages between them died.
    WaitingFor {
        /// Who waits.
        party: Endpoint,
        /// Who has not answered.
        members: NodeSet,
        /// The records of the latest messages between them that died, oldest first.
        drops: Vec<RecordId>,
    },
    /// A client invokes an operation.
    Invoked {
        /// Which operation.
        op: OpId,
        /// Which client.
        client: ClientId,
        /// What it asks.
        operation: Operation,
    },
    /// A client makes an attempt.
    Attempted {
        /// Which attempt.
        request: RequestId,
        /// At which node.
        to: NodeId,
    },
    /// An attempt is over for the client.
    AttemptEnded {
        /// Which attempt.
        request: RequestId,
        /// How.
        end: AttemptEnd,
    },
    /// An operation is over for the client.
    Ended {
        /// Which operation.
        op: OpId,
        /// How.
        outcome: Outcome,
    },
    /// A flapping link turned over.
    Flapped {
        /// From where.
        from: Endpoint,
        /// To where.
        to: Endpoint,
        /// Whether messages pass now.
        is_up: bool,
    },
    /// The run reached a limit and stands still.
    Halted(Halt),
}

/// Where something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Nowhere in particular.
    World,
    /// At a node or client.
    At(Endpoint),
    /// On a directed link.
    Link(Endpoint, Endpoint),
    /// With an operation; its client is in the record of its invocation.
    Operation(OpId),
}

impl<B, N> Kind<B, N> {
    /// Where it happened.
    pub fn place(&self) -> Place {
        match self {
            Self::Command(_) | Self::Halted(_) => Place::World,
            Self::Started { node, .. }
            | Self::Stopped { node, .. }
            | Self::TimerFired { node, .. }
            | Self::Persisting { node, .. }
            | Self::Persisted { node, .. }
            | Self::Note { node, .. }
            | Self::Awaits { node, .. }
            | Self::Settled { node, .. } => Place::At((*node).into()),
            Self::Sent { from, to, .. }
            | Self::Duplicated { from, to }
            | Self::Dropped { from, to, .. }
            | Self::Flapped { from, to, .. } => Place::Link(*from, *to),
            Self::Held { to, .. } | Self::Delivered { to, .. } => Place::At(*to),
            Self::WaitingFor { party, .. } => Place::At(*party),
            Self::Invoked { client, .. } => Place::At((*client).into()),
            Self::Attempted { request, .. } | Self::AttemptEnded { request, .. } => Place::Operation(request.op),
            Self::Ended { op, .. } => Place::Operation(*op),
        }
    }
}
