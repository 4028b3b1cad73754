//! A request for a key that belongs to others is handed to one of its replicas, and the answer is handed back.

use super::coordinate::{Coordination, Phase};
use super::{FORWARD_WAIT, Leaderless, LeaderlessMessage};
use crate::base::{NodeId, NodeSet, RequestId};
use crate::protocol::{Effects, Reply, Request};

impl Leaderless {
    pub(super) fn forward(&mut self, home: NodeId, request: Box<Request>, out: &mut Effects<Self>) {
        let wait = self.begin_wait(FORWARD_WAIT, request.id, (NodeSet::EMPTY.with(home), 1), out);
        let phase = Phase::Forwarded { to: home, is_read: request.operation.update.is_read() };
        let key = request.operation.key.clone();
        let coordination = Coordination { request: request.id, key, asker: None, is_answered: false, phase, wait };
        out.send(home, LeaderlessMessage::Forward(request));
        self.watch(coordination, out);
    }

    /// Another was asked, and has handed the request on.
    pub(super) fn on_forward(&mut self, from: NodeId, request: Box<Request>, out: &mut Effects<Self>) {
        self.see_to(request, Some(from), out);
    }

    pub(super) fn on_forwarded(&mut self, request: RequestId, reply: Reply, out: &mut Effects<Self>) {
        if let Some(coordination) = self.open.remove(&request) {
            out.settle(coordination.wait);
            self.tell(request, coordination.asker, reply, out);
        }
    }
}
