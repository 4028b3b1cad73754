//! The event queue: events by (time, sequence), so that equal times have one order on every machine.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

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
    /// Time and sequence as one number, which is compared without a branch: a heap's branches cannot be foretold.
    fn order(&self) -> u128 {
        u128::from(self.time.0) << 64 | u128::from(self.sequence)
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

/// Pending events: the earliest is the first of the row or the top of the heap.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Pending>,
    /// Events that were each due after all others here when they came. Most are the ends of clients' patience, which lie far
    /// ahead and mean nothing by then: in the heap they would make it deep for the few that are due soon.
    row: VecDeque<Pending>,
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
        let pending = Pending { time, sequence, event };
        if self.row.back().is_none_or(|last| last.order() < pending.order()) {
            self.row.push_back(pending);
        } else {
            self.heap.push(pending);
        }
    }

    pub(super) fn peek(&self) -> Option<(SimTime, u64, Event)> {
        let next = if self.is_row_next() { self.row.front() } else { self.heap.peek() };
        next.map(|next| (next.time, next.sequence, next.event))
    }

    pub(super) fn pop(&mut self) {
        if self.is_row_next() {
            self.row.pop_front();
        } else {
            self.heap.pop();
        }
    }

    fn is_row_next(&self) -> bool {
        match (self.row.front(), self.heap.peek()) {
            (Some(first), Some(top)) => first.order() < top.order(),
            (first, _) => first.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn events_come_in_the_order_of_time_and_number(
            steps in proptest::collection::vec((0_u64..50, 0_u8..3), 1..200),
        ) {
            let mut queue = Queue::default();
            let mut left = std::collections::BTreeSet::new();
            for (time, pops) in steps {
                queue.push(SimTime(time), Event::Scheduled { index: 0 });
                left.insert((SimTime(time), queue.next_sequence));
                for _ in 1..pops {
                    prop_assert_eq!(queue.peek().map(|(time, sequence, _)| (time, sequence)), left.pop_first());
                    queue.pop();
                }
            }
            while let Some(next) = left.pop_first() {
                prop_assert_eq!(queue.peek().map(|(time, sequence, _)| (time, sequence)), Some(next));
                queue.pop();
            }
            prop_assert!(queue.peek().is_none());
        }
    }
}
