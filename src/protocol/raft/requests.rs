//! Clients' requests. Reads go through the log like writes, so that every answer is linearizable (thesis, section 6.4).

use std::sync::Arc;

use super::log::{Command, Proposal};
use super::{Raft, RaftRole, store};
use crate::protocol::{Effects, Refusal, Reply, Request};

impl Raft {
    pub(super) fn on_request(&mut self, request: Request, out: &mut Effects<Self>) {
        if !store::supports(&request.operation.update) {
            return out.reply(request.id, Reply::Refused(Refusal::Unsupported), None);
        }
        if !matches!(self.role, RaftRole::Leader(_)) {
            let hint = self.known_leader();
            return out.reply(request.id, Reply::Refused(Refusal::NotLeader { hint }), None);
        }
        self.propose(request, out);
    }

    fn propose(&mut self, request: Request, out: &mut Effects<Self>) {
        let Request { id, session, operation, .. } = request;
        let index =
            self.append(Command::Operation(Arc::new(Proposal { request: id, session, operation })), Some(id), out);
        if let RaftRole::Leader(leadership) = &mut self.role {
            leadership.pending.push_back((index, id));
        }
        self.replicate(out);
    }
}
