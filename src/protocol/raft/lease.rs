//! The leader's lease (thesis, 6.4.1): while a majority has promised, by its clocks, to elect nobody else, the leader may
//! answer reads alone. It runs from the sending of the messages that the majority acknowledged, and is shorter than the
//! minimum election timeout by what clocks may drift. Also check-quorum (thesis, 6.2), which rests on the same answers.

use super::breaks::Break;
use super::config::ReadPath;
use super::note::StepDown;
use super::{CHECK_QUORUM_TIMER, Raft, RaftRole};
use crate::base::{Monotonic, SimDuration};
use crate::protocol::Effects;

/// How a leader stands with its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// It runs until then, on the leader's clock.
    Until(Monotonic),
    /// It is over: for too long no majority has answered.
    Expired,
    /// There was none in this term, or it was given up.
    None,
}

impl Raft {
    /// How this server stands with its lease at a reading of its own clock.
    #[must_use]
    pub fn lease(&self, now: Monotonic) -> Lease {
        let RaftRole::Leader(leadership) = &self.role else { return Lease::None };
        if self.config.reads != ReadPath::Lease {
            return Lease::None;
        }
        match leadership.lease_since().map(|since| since + self.config.lease()) {
            Some(until) if now < until => Lease::Until(until),
            Some(_) => Lease::Expired,
            None => Lease::None,
        }
    }

    /// A follower has answered a round: the lease may run longer, and reads may have waited for it.
    pub(super) fn round_answered(&mut self, out: &mut Effects<Self>) {
        if self.config.reads == ReadPath::Lease {
            self.extend_lease();
        }
        if matches!(&self.role, RaftRole::Leader(leadership) if !leadership.reads.is_empty()) {
            self.answer_reads(out);
        }
    }

    fn extend_lease(&mut self) {
        let (quorum, own, now) = (self.configuration().quorum(), self.id, self.now);
        let from_receipt = self.config.breaks(Break::LeaseFromReceipt).then_some(now);
        let keeps_lease = self.config.breaks(Break::TransferKeepsLease);
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        if !leadership.has_handed_over || keeps_lease {
            let confirmed = leadership.confirmed_round(quorum, own);
            leadership.extend_lease(confirmed, from_receipt);
        }
    }

    /// Watches whether a majority still answers, if it should.
    pub(super) fn begin_to_check_quorum(&mut self, out: &mut Effects<Self>) {
        if self.config.check_quorum {
            out.set_timer_exactly(CHECK_QUORUM_TIMER, self.config.election_timeout.min);
        }
    }

    /// The time is up at which the majority that answered last would have been silent for too long, unless it has
    /// answered since.
    pub(super) fn on_check_quorum_due(&mut self, out: &mut Effects<Self>) {
        let (quorum, own, now, patience) =
            (self.configuration().quorum(), self.id, self.now, self.config.election_timeout.min);
        let RaftRole::Leader(leadership) = &self.role else { return };
        let silent_for = now.since(leadership.heard_quorum_at(quorum, own, now));
        if silent_for >= patience {
            self.become_follower(None, StepDown::LostQuorum { silent_for }, out);
        } else {
            out.set_timer_exactly(CHECK_QUORUM_TIMER, SimDuration(patience.0 - silent_for.0));
        }
    }
}
