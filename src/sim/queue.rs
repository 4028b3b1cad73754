//! The event queue: events by (time, sequence), so that equal times have one order on every machine.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::base::{ClientId, NodeId, OpId, SimTime, TimerId};

/// Something that is due. Small and `Copy`: what belongs to it lies where it is owned.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// A message reaches its end, or the place where it dies. Stale if the slot has another ticket by now.
    Flight { slot: u32, ticket: u32 },
    /// A timer may have run out. Stale if it was set again under a later number.
    Timer { node: NodeId, timer: TimerId, arming: u32 },
    /// The oldest write that a disk works on is done.
    Synced { node: NodeId, incarnation: u32 },
    /// The oldest write in a lying disk's cache reaches the disk.
    Flushed { node: NodeId, incarnation: u32 },
    /// A node is free to take the next input that waits.
    Free { node: NodeId, ticket: u64 },
    /// A client's workload invokes its next operation.
    Invoke { client: ClientId, run: u32 },
    /// An attempt has had no answer for too long.
    Timeout { op: OpId, attempt: u16 },
    /// The wait before the next attempt is over.
    Retry { op: OpId, attempt: u16 },
    /// The next scheduled command is due.
    Scheduled { index: u32 },
    /// A flapping link changes.
    Flap { link: u32, arming: u32 },
}

/// An event and when it is due. No two have one sequence, so that the event itself is never compared.
#[derive(Clone, Copy, Debug)]
struct Pending {
    time: SimTime,
    sequence: u64,
    event: Event,
}

impl Pending {
    fn order(&self) -> (SimTime, u64) {
        (self.time, self.sequence)
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Pending {}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pending {
    /// The heap has its greatest on top, and the earliest is wanted there.
    fn cmp(&self, other: &Self) -> Ordering {
        other.order().cmp(&self.order())
    }
}

/// Pending events.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Pending>,
    next_sequence: u64,
}

impl Queue {
    /// Takes the next number of the order of events.
    pub(super) fn sequence(&mut self) -> u64 {
        self.next_sequence += 1;
        self.next_sequence
    }

    pub(super) fn push(&mut self, time: SimTime, event: Event) {
        let sequence = self.sequence();
        self.push_as(time, sequence, event);
    }

    /// Adds an event under a number that was taken before.
    pub(super) fn push_as(&mut self, time: SimTime, sequence: u64, event: Event) {
        self.heap.push(Pending { time, sequence, event });
    }

    pub(super) fn peek(&self) -> Option<(SimTime, u64, Event)> {
        self.heap.peek().map(|next| (next.time, next.sequence, next.event))
    }

    pub(super) fn pop(&mut self) {
        self.heap.pop();
    }
}
