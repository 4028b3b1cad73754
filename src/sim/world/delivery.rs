//! Messages: sent into a link, delivered, held or dropped.

use super::{Event, Flight, Kind, NodeStatus, Payload, World};
use crate::base::{Endpoint, NodeId, RecordId, RequestId};
use crate::protocol::{Protocol, Refusal, Reply};
use crate::sim::flight::Fate;
use crate::sim::node::Waiting;
use crate::sim::record::DropReason;

impl<P: Protocol> World<P> {
    /// Sends a message. What becomes of it on the link is drawn now; what becomes of the link may still change it.
    pub(super) fn send(&mut self, from: Endpoint, to: Endpoint, payload: Payload<P::Message>, cause: RecordId) {
        if to.node().is_some_and(|node| self.node(node).is_none()) {
            // A protocol may speak to a member whose process was never made; nobody hears it.
            return;
        }
        let message = self.record(Some(cause), &Kind::Sent { from, to, payload: &payload });
        self.counters.sent += 1;
        // A client's attempt goes over a connection, which delivers at most once; so it does where a node hands it on.
        let may_double = match &payload {
            Payload::Request(_) => false,
            Payload::Node(message) => !P::is_request(message),
            Payload::Reply { .. } | Payload::Reset { .. } => true,
        };
        let passage = self.network.link_mut(from, to).enter(self.now.time, may_double);
        let refused = to.node().is_some_and(|node| self.nodes[node.slot()].status == NodeStatus::Down);
        let fate = passage.dies.map_or(Fate::Arrives, |(at, why)| Fate::Dies { at, why });
        let flight = Flight {
            message,
            from,
            to,
            sent_at: self.now.time,
            arrives_at: passage.arrives_at,
            fate,
            refused,
            payload,
        };
        let copy = passage.copy_arrives_at.map(|arrives_at| Flight { arrives_at, ..flight.clone() });
        self.launch(flight);
        if let Some(mut copy) = copy {
            copy.message = self.record(Some(message), &Kind::Duplicated { from, to });
            self.launch(copy);
        }
    }

    fn launch(&mut self, flight: Flight<P::Message>) {
        let ends_at = flight.ends_at();
        let (slot, ticket) = self.flights.insert(flight);
        self.queue.push(ends_at, Event::Flight { slot, ticket });
    }

    /// A message has reached its end, or the place where it dies.
    pub(super) fn end_flight(&mut self, slot: u32) {
        let flight = self.flights.take(slot);
        match flight.fate {
            Fate::Dies { why, .. } => self.drop_message(&flight, why),
            Fate::Arrives => self.arrive(flight),
        }
    }

    /// Kills everything on a directed link that has just been cut.
    pub(super) fn kill_flights(&mut self, from: Endpoint, to: Endpoint) {
        for flight in self.flights.take_on(from, to) {
            self.drop_message(&flight, DropReason::Cut);
        }
    }

    fn drop_message(&mut self, flight: &Flight<P::Message>, why: DropReason) {
        self.record_drop(flight.from, flight.to, flight.message, &flight.payload, why);
    }

    /// The process that held a message is gone: the message dies with it, and a client's connection breaks.
    pub(super) fn lose_held(&mut self, node: NodeId, from: Endpoint, message: RecordId, payload: &Payload<P::Message>) {
        self.record_drop(from, node.into(), message, payload, DropReason::Down);
        if let Payload::Request(request) = payload {
            self.send(node.into(), from, Payload::Reset { request: request.id }, message);
        }
    }

    fn record_drop(
        &mut self,
        from: Endpoint,
        to: Endpoint,
        message: RecordId,
        payload: &Payload<P::Message>,
        why: DropReason,
    ) {
        let drop = self.record(Some(message), &Kind::Dropped { from, to, why });
        self.counters.dropped += 1;
        match (from, to) {
            (Endpoint::Node(a), Endpoint::Node(b)) => {
                self.nodes[a.slot()].waits.dropped(b, drop);
                self.nodes[b.slot()].waits.dropped(a, drop);
            }
            (Endpoint::Client(_), _) | (_, Endpoint::Client(_)) => {
                if let Some(request) = payload.request() {
                    self.note_drop_for(request, drop);
                }
            }
        }
    }

    fn note_drop_for(&mut self, request: RequestId, drop: RecordId) {
        if let Some(open) = self.open.get_mut(&request.op) {
            open.drops.add(drop);
        }
    }

    fn arrive(&mut self, flight: Flight<P::Message>) {
        match flight.to {
            Endpoint::Client(_) => {
                let delivered = self.record_delivery(&flight);
                self.client_receives(flight.payload, delivered);
            }
            Endpoint::Node(node) => self.arrive_at_node(node, flight),
        }
    }

    fn arrive_at_node(&mut self, node: NodeId, flight: Flight<P::Message>) {
        let slot = &self.nodes[node.slot()];
        if slot.status == NodeStatus::Down {
            return self.arrive_at_nobody(node, &flight);
        }
        if !slot.must_wait() {
            let delivered = self.record_delivery(&flight);
            return self.node_receives(node, flight.from, flight.payload, delivered);
        }
        if slot.inbox.len() >= self.config.limits.inbox as usize {
            return self.drop_message(&flight, DropReason::Full);
        }
        let Flight { from, to, message, payload, .. } = flight;
        self.record(Some(message), &Kind::Held { from, to });
        self.wait_in_inbox(node, Waiting::Message { from, message, payload });
    }

    /// The process is down. A client's machine hears of it: refused if there was nobody to send to, else broken off.
    fn arrive_at_nobody(&mut self, node: NodeId, flight: &Flight<P::Message>) {
        self.drop_message(flight, DropReason::Down);
        if let Payload::Request(request) = &flight.payload {
            let answer = if flight.refused {
                Payload::Reply { request: request.id, reply: Reply::Refused(Refusal::Down) }
            } else {
                Payload::Reset { request: request.id }
            };
            self.send(node.into(), flight.from, answer, flight.message);
        }
    }

    fn record_delivery(&mut self, flight: &Flight<P::Message>) -> RecordId {
        let &Flight { from, to, message, .. } = flight;
        self.record_handling(from, to, message)
    }

    pub(super) fn record_handling(&mut self, from: Endpoint, to: Endpoint, message: RecordId) -> RecordId {
        self.counters.delivered += 1;
        self.record(Some(message), &Kind::Delivered { from, to })
    }

    pub(super) fn on_flap(&mut self, link: u32, arming: u32) {
        let (from, to) = self.network.ends(link);
        let Some((is_up, next)) = self.network.link_mut(from, to).flip(self.now.time, arming) else { return };
        self.queue.push(next, Event::Flap { link, arming });
        self.record(None, &Kind::Flapped { from, to, is_up });
        if !is_up {
            self.kill_flights(from, to);
        }
    }
}

impl<M> Payload<M> {
    /// The attempt that the message is about, if it is about one.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::Node(_) => None,
            Self::Request(request) => Some(request.id),
            Self::Reply { request, .. } | Self::Reset { request } => Some(*request),
        }
    }
}
