//! Leadership transfer (thesis, 3.10): the leader stops taking requests, brings its successor's log to the end, gives up
//! its lease and asks it to stand at once. If nothing comes of it within an election timeout, it goes on.

use super::breaks::Break;
use super::message::RaftMessage;
use super::note::{OrderRefusal, RaftNote};
use super::{Raft, RaftRole, TRANSFER_TIMER};
use crate::base::NodeId;
use crate::protocol::Effects;

/// A transfer that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The successor.
    pub to: NodeId,
    /// Whether it was asked to stand.
    pub is_asked: bool,
}

impl Raft {
    pub(super) fn begin_transfer(&mut self, to: NodeId, out: &mut Effects<Self>) -> Result<(), OrderRefusal> {
        let (is_voter, hint) = (self.configuration().voters.contains(to), self.known_leader());
        let patience = self.config.election_timeout.max;
        let RaftRole::Leader(leadership) = &mut self.role else { return Err(OrderRefusal::NotLeader { hint }) };
        if leadership.is_transferring() {
            return Err(OrderRefusal::Transferring);
        }
        if to == self.id {
            return Err(OrderRefusal::ChangesNothing);
        }
        if !is_voter {
            return Err(OrderRefusal::NoVoter);
        }
        leadership.transfer = Some(Transfer { to, is_asked: false });
        out.note(RaftNote::TransferBegun { to });
        out.set_timer_exactly(TRANSFER_TIMER, patience);
        self.send_append(to, out);
        self.maybe_hand_over(to, out);
        Ok(())
    }

    /// Asks the successor to stand, once its log is as long as the leader's.
    pub(super) fn maybe_hand_over(&mut self, follower: NodeId, out: &mut Effects<Self>) {
        let (last, term) = (self.log.last_index(), self.term);
        let keeps_lease = self.config.breaks(Break::TransferKeepsLease);
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        let Some(transfer) = leadership.transfer.filter(|transfer| transfer.to == follower && !transfer.is_asked)
        else {
            return;
        };
        if leadership.progress(follower).is_none_or(|progress| progress.matched < last) {
            return;
        }
        leadership.transfer = Some(Transfer { is_asked: true, ..transfer });
        if !keeps_lease {
            leadership.give_up_lease();
        }
        out.send(follower, RaftMessage::TimeoutNow { term });
    }

    pub(super) fn on_transfer_timeout(&mut self, out: &mut Effects<Self>) {
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        if let Some(Transfer { to, .. }) = leadership.transfer.take() {
            out.note(RaftNote::TransferFailed { to });
        }
    }

    /// The leader asks this server to stand, whatever others have promised it.
    pub(super) fn on_timeout_now(&mut self, from: NodeId, out: &mut Effects<Self>) {
        if self.known_leader() == Some(from) && self.is_voter() && matches!(self.role, RaftRole::Follower { .. }) {
            self.stand(super::vote::Ballot::Transfer, out);
        }
    }
}
