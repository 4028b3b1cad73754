//! Clients' requests: writes go through the log; reads as the settings say (thesis, 6.4).

use std::sync::Arc;

use super::breaks::Break;
use super::log::{Command, Proposal};
use super::{Raft, RaftRole, store};
use crate::base::NodeId;
use crate::protocol::{Effects, Refusal, Reply, Request};

impl Raft {
    pub(super) fn on_request(&mut self, request: Request, out: &mut Effects<Self>) {
        if !store::supports(&request.operation.update) {
            return out.reply(request.id, Reply::Refused(Refusal::Unsupported), None);
        }
        let is_read = request.operation.update.is_read();
        match &self.role {
            RaftRole::Leader(leadership) => {
                // Who hands over leadership takes nothing new, or the successor would never have it all.
                if let Some(transfer) = leadership.transfer {
                    return self.refuse(&request, Some(transfer.to), out);
                }
                if !(is_read && self.read_at_leader(&request, out)) {
                    self.propose(request, out);
                }
            }
            RaftRole::Follower { .. } | RaftRole::PreCandidate(_) | RaftRole::Candidate(_) => {
                if !(is_read && self.read_at_follower(&request, out)) {
                    self.refuse(&request, self.leader_hint(), out);
                }
            }
        }
    }

    /// Where to send clients. A server without a vote has no election timer that would make it forget a leader that is
    /// gone: it must look how long ago it heard of it, or its clients would go back and forth between the two for ever.
    fn leader_hint(&self) -> Option<NodeId> {
        let patience = self.config.election_timeout.max;
        let is_fresh = |heard_at| self.now.since(heard_at) <= patience;
        self.known_leader().filter(|_| self.is_voter() || self.heard_leader_at.is_some_and(is_fresh))
    }

    fn refuse(&self, request: &Request, hint: Option<NodeId>, out: &mut Effects<Self>) {
        out.reply(request.id, Reply::Refused(Refusal::NotLeader { hint }), None);
    }

    fn propose(&mut self, request: Request, out: &mut Effects<Self>) {
        let Request { id, session, operation, .. } = request;
        let proposal = Arc::new(Proposal { request: id, session, operation });
        let index = self.append(Command::Operation(proposal.clone()), Some(id), out);
        if self.config.breaks(Break::AcknowledgeBeforeReplicating) {
            let (reply, _) = self.store.clone().apply_once(&proposal, true);
            out.reply(id, reply, None);
        } else if let RaftRole::Leader(leadership) = &mut self.role {
            leadership.pending.push_back((index, id));
        }
        self.replicate(out);
        self.commit_hastily(out);
    }

    /// With the right rules nothing can be committed before somebody has answered; with some of them off, it can.
    fn commit_hastily(&mut self, out: &mut Effects<Self>) {
        if self.config.breaks(Break::CountSentAsMatched) || self.config.breaks(Break::AcknowledgeBeforePersisting) {
            self.maybe_commit(out);
        }
    }
}
