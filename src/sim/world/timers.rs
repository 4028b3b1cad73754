//! Timers: set on a node's monotonic clock, due in true time. Each keeps at most one live event in the queue; setting it
//! later leaves that event where it is, since a follower does so with every heartbeat.

use super::{Event, Kind, NodeStatus, World};
use crate::base::{NodeId, SimDuration, SimTime, TimeSpan, TimerId, range};
use crate::protocol::{Input, Protocol};
use crate::sim::node::{Deadline, NodeSlot, Timer, Waiting};

impl<P: Protocol> World<P> {
    pub(super) fn set_timer(&mut self, node: NodeId, id: TimerId, span: TimeSpan) {
        let (seed, now) = (self.seed, self.now.time);
        let sequence = self.queue.sequence();
        let slot = &mut self.nodes[node.slot()];
        let clock = slot.clock;
        let timer = slot.timer_mut(seed, node, id);
        let local = clock.read(now).monotonic + timer.draw(span);
        timer.deadline = Some(Deadline { local, at: clock.when(local).max(now), sequence, set_at: now });
        Self::forget_expired(slot, id);
        self.queue_timer(node, id);
    }

    pub(super) fn cancel_timer(&mut self, node: NodeId, id: TimerId) {
        let slot = &mut self.nodes[node.slot()];
        if let Some(timer) = slot.timers.iter_mut().find(|timer| timer.id == id) {
            timer.deadline = None;
        }
        Self::forget_expired(slot, id);
    }

    /// A timer that ran out while the node was frozen or busy is still waiting: setting or stopping it takes it back.
    fn forget_expired(slot: &mut NodeSlot<P>, id: TimerId) {
        if !slot.inbox.is_empty() {
            slot.inbox.retain(|waiting| !waiting.is_timer(id));
        }
    }

    /// Makes sure that an event comes up no later than the deadline.
    fn queue_timer(&mut self, node: NodeId, id: TimerId) {
        let timer = self.nodes[node.slot()].timer_mut(self.seed, node, id);
        let Some(Deadline { at, sequence, .. }) = timer.deadline else { return };
        if timer.queued.is_some_and(|queued| queued <= at) {
            return;
        }
        timer.arming += 1;
        timer.queued = Some(at);
        let arming = timer.arming;
        self.queue.push_as(at, sequence, Event::Timer { node, timer: id, arming });
    }

    /// Whether the event at the head is the one at which the timer runs out.
    pub(super) fn is_timer_due(&self, node: NodeId, id: TimerId, arming: u32, place: (SimTime, u64)) -> bool {
        let timer = self.nodes[node.slot()].timers.iter().find(|timer| timer.id == id);
        timer.is_some_and(|timer| {
            timer.arming == arming && timer.deadline.is_some_and(|deadline| (deadline.at, deadline.sequence) == place)
        })
    }

    /// The timer's event came up before its deadline, or after it was stopped: moves it there, or drops it.
    pub(super) fn requeue_timer(&mut self, node: NodeId, id: TimerId, arming: u32) {
        let timer = self.nodes[node.slot()].timer_mut(self.seed, node, id);
        if timer.arming == arming {
            timer.queued = None;
            self.queue_timer(node, id);
        }
    }

    pub(super) fn on_timer_due(&mut self, node: NodeId, id: TimerId) {
        let slot = &mut self.nodes[node.slot()];
        let timer = slot.timer_mut(self.seed, node, id);
        timer.deadline = None;
        timer.queued = None;
        if slot.must_wait() {
            self.wait_in_inbox(node, Waiting::Timer(id));
        } else {
            self.fire_timer(node, id);
        }
    }

    pub(super) fn fire_timer(&mut self, node: NodeId, timer: TimerId) {
        let fired = self.record(None, &Kind::TimerFired { node, timer });
        self.handle(node, Input::Timer(timer), fired);
    }

    /// The node's oscillator has changed its rate: every deadline falls elsewhere in true time.
    pub(super) fn move_deadlines(&mut self, node: NodeId) {
        let now = self.now.time;
        let slot = &mut self.nodes[node.slot()];
        if slot.status == NodeStatus::Down {
            return;
        }
        let clock = slot.clock;
        let mut moved = Vec::new();
        for timer in &mut slot.timers {
            if let Some(deadline) = &mut timer.deadline {
                deadline.at = clock.when(deadline.local).max(now);
                moved.push(timer.id);
            }
        }
        for id in moved {
            self.queue_timer(node, id);
        }
    }
}

impl Timer {
    fn draw(&mut self, span: TimeSpan) -> SimDuration {
        let n = self.sets;
        self.sets += 1;
        if span.min == span.max { span.min } else { SimDuration(range(self.draws.at(n), span.min.0, span.max.0)) }
    }
}
