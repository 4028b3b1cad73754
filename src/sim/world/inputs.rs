//! A node handles an input, and the world carries out what comes of it.

use super::{Event, Kind, NodeStatus, Payload, World};
use crate::base::{Endpoint, NodeId, PersistToken, RecordId, SimDuration};
use crate::protocol::{Effect, Input, Protocol};
use crate::sim::node::{Gated, NodeSlot, Waiting};

impl<P: Protocol> World<P> {
    /// Starts a process with what its disk holds.
    pub(super) fn start_process(&mut self, node: NodeId, cause: Option<RecordId>) {
        let process = P::new(node, self.members, &self.protocol);
        let slot = &mut self.nodes[node.slot()];
        slot.status = NodeStatus::Up;
        slot.incarnation += 1;
        slot.clock.start(self.now.time);
        slot.process = Some(process);
        slot.durable_through = PersistToken(0);
        let (incarnation, durable) = (slot.incarnation, slot.disk.durable().clone());
        let started = self.record(cause, &Kind::Started { node, incarnation });
        self.handle(node, Input::Start(durable), started);
    }

    /// Gives a message to a process that runs.
    pub(super) fn node_receives(
        &mut self,
        node: NodeId,
        from: Endpoint,
        payload: Payload<P::Message>,
        delivered: RecordId,
    ) {
        match (payload, from) {
            (Payload::Node(body), Endpoint::Node(from)) => {
                self.handle(node, Input::Message { from, body }, delivered);
            }
            (Payload::Request(request), _) => self.handle(node, Input::Request(request), delivered),
            (Payload::Node(_) | Payload::Reply { .. } | Payload::Reset { .. }, _) => {
                unreachable!("{from} sent {node} what only clients get")
            }
        }
    }

    /// Runs the handler, then its effects in their order.
    pub(super) fn handle(&mut self, node: NodeId, input: Input<P>, cause: RecordId) {
        let mut effects = std::mem::take(&mut self.buffer.0);
        let slot = &mut self.nodes[node.slot()];
        let now = slot.clock.read(self.now.time);
        let process = slot.process.as_mut().expect("only a process that runs handles inputs");
        process.handle(now, input, &mut effects);
        for effect in effects.drain() {
            self.carry_out(node, effect, cause);
        }
        self.buffer.0 = effects;
    }

    fn carry_out(&mut self, node: NodeId, effect: Effect<P>, cause: RecordId) {
        match effect {
            Effect::Send { to, body, after } => self.leave(node, to.into(), Payload::Node(body), after, cause),
            Effect::Reply { request, reply, after } => {
                self.leave(node, request.client.into(), Payload::Reply { request, reply }, after, cause);
            }
            Effect::SetTimer { id, span } => self.set_timer(node, id, span),
            Effect::CancelTimer(id) => self.cancel_timer(node, id),
            Effect::Persist { token, change } => self.persist(node, token, change, cause),
            Effect::Await { wait, request, members, need } => {
                let record = self.record(Some(cause), &Kind::Awaits { node, wait, request, members, need });
                self.nodes[node.slot()].waits.begin(wait, request, record, members);
            }
            Effect::Answered { member, through } => self.nodes[node.slot()].waits.answered(member, through),
            Effect::AnsweredOne { member, wait } => self.nodes[node.slot()].waits.answered_one(member, wait),
            Effect::Settle(wait) => {
                if let Some(began) = self.nodes[node.slot()].waits.end(wait) {
                    self.record(Some(began), &Kind::Settled { node, wait });
                }
            }
            Effect::Note(note) => {
                self.record(Some(cause), &Kind::Note { node, note: &note });
            }
        }
    }

    /// Sends at once, or keeps the message until the write that it rests on is durable.
    fn leave(
        &mut self,
        node: NodeId,
        to: Endpoint,
        payload: Payload<P::Message>,
        after: Option<PersistToken>,
        cause: RecordId,
    ) {
        let slot = &mut self.nodes[node.slot()];
        match after.filter(|&token| token > slot.durable_through) {
            Some(token) => slot.gated.push_back((token, (to, payload))),
            None => self.send(node.into(), to, payload, cause),
        }
    }

    fn persist(&mut self, node: NodeId, token: PersistToken, change: P::Change, cause: RecordId) {
        let record = self.record(Some(cause), &Kind::Persisting { node, token });
        let slot = &mut self.nodes[node.slot()];
        slot.disk.begin(token, record, change);
        let n = slot.disk.asked;
        slot.disk.asked += 1;
        let sync = slot.disk.sync;
        let takes = sync.constant().unwrap_or_else(|| sync.sample(slot.sync_draws.at(n)));
        // Writes become durable in their order, as on one queue.
        let done_at = (self.now.time + takes).max(slot.disk.last_done_at);
        slot.disk.last_done_at = done_at;
        let incarnation = slot.incarnation;
        self.queue.push(done_at, Event::Synced { node, incarnation });
    }

    pub(super) fn on_synced(&mut self, node: NodeId) {
        let slot = &mut self.nodes[node.slot()];
        let incarnation = slot.incarnation;
        let (token, record, flushes_at) = slot.disk.finish_oldest(self.now.time);
        let must_wait = slot.must_wait();
        if let Some(time) = flushes_at {
            self.queue.push(time, Event::Flushed { node, incarnation });
        }
        if must_wait {
            self.wait_in_inbox(node, Waiting::Persisted { token, record });
        } else {
            self.persisted(node, token, record);
        }
    }

    /// The node learns that a write is durable: what waited for it leaves, then the handler is told.
    fn persisted(&mut self, node: NodeId, token: PersistToken, record: RecordId) {
        let cause = self.record(Some(record), &Kind::Persisted { node, token });
        let slot = &mut self.nodes[node.slot()];
        slot.durable_through = token;
        while let Some((to, payload)) = Self::next_released(&mut self.nodes[node.slot()]) {
            self.send(node.into(), to, payload, cause);
        }
        self.handle(node, Input::Persisted(token), cause);
    }

    /// The oldest message whose own write is durable: one that waits for a later write holds up no other.
    fn next_released(slot: &mut NodeSlot<P>) -> Option<Gated<P>> {
        let at = slot.gated.iter().position(|(token, _)| *token <= slot.durable_through)?;
        slot.gated.remove(at).map(|(_, message)| message)
    }

    /// Puts an input behind those that wait, and sees to it that a running node takes it up.
    pub(super) fn wait_in_inbox(&mut self, node: NodeId, waiting: Waiting<P>) {
        self.nodes[node.slot()].inbox.push_back(waiting);
        self.drain_inbox(node);
    }

    /// If the node runs and is not at work already, sets the event at which it takes the next waiting input.
    pub(super) fn drain_inbox(&mut self, node: NodeId) {
        let slot = &mut self.nodes[node.slot()];
        if slot.status != NodeStatus::Up || slot.draining.is_some() || slot.inbox.is_empty() {
            return;
        }
        let service = Self::draw_service(slot);
        let ticket = slot.served;
        slot.draining = Some(ticket);
        self.queue.push(self.now.time + service, Event::Free { node, ticket });
    }

    fn draw_service(slot: &mut NodeSlot<P>) -> SimDuration {
        let n = slot.served;
        slot.served += 1;
        let service = slot.service;
        service.constant().unwrap_or_else(|| service.sample(slot.service_draws.at(n)))
    }

    pub(super) fn on_free(&mut self, node: NodeId) {
        let slot = &mut self.nodes[node.slot()];
        let next = slot.inbox.pop_front();
        match next {
            None => {}
            Some(Waiting::Timer(timer)) => self.fire_timer(node, timer),
            Some(Waiting::Persisted { token, record }) => self.persisted(node, token, record),
            Some(Waiting::Order { order, record }) => self.handle(node, Input::Order(order), record),
            Some(Waiting::Typed { typing, record }) => self.handle(node, Input::Typed(typing), record),
            Some(Waiting::Message { from, message, payload }) => {
                let delivered = self.record_handling(from, node.into(), message);
                self.node_receives(node, from, payload, delivered);
            }
        }
        self.nodes[node.slot()].draining = None;
        self.drain_inbox(node);
    }
}
