//! Elections (sections 5.2 and 5.4.1): who stands, who votes, who wins.

use super::log::{LogEnd, Term};
use super::message::RaftMessage;
use super::note::{RaftNote, VoteRefusal};
use super::{ELECTION_TIMER, HEARTBEAT_TIMER, Raft, RaftRole, VOTES_WAIT, quorum};
use crate::base::{NodeId, NodeSet, PersistToken, WaitId};
use crate::protocol::Effects;

/// What a candidate needs.
#[derive(Clone, Debug)]
pub struct Candidacy {
    term: Term,
    votes: NodeSet,
    own_vote: PersistToken,
}

impl Candidacy {
    /// Who has voted for it so far; itself once its own vote is durable.
    #[must_use]
    pub fn votes(&self) -> NodeSet {
        self.votes
    }
}

/// The wait for votes is named by the term.
fn election_wait(term: Term) -> WaitId {
    WaitId { kind: VOTES_WAIT, number: term.0 }
}

impl Raft {
    /// Waits anew for a sign of a leader. A server that is no member never stands for election (thesis, section 4.2.2).
    pub(super) fn reset_election_timer(&mut self, out: &mut Effects<Self>) {
        if self.members.contains(self.id) {
            out.set_timer(ELECTION_TIMER, self.config.election_timeout);
        }
    }

    pub(super) fn on_election_timeout(&mut self, out: &mut Effects<Self>) {
        self.settle_election(out);
        self.term.0 += 1;
        self.voted_for = Some(self.id);
        let own_vote = self.persist_term(out);
        self.role = RaftRole::Candidate(Candidacy { term: self.term, votes: NodeSet::EMPTY, own_vote });
        out.note(RaftNote::BecameCandidate { term: self.term });
        self.reset_election_timer(out);
        let ask = RaftMessage::RequestVote { term: self.term, last: self.log.end() };
        for peer in self.peers().iter() {
            out.send_after(Some(own_vote), peer, ask.clone());
        }
        let need = quorum::majority(self.members.len()) - 1;
        out.wait(election_wait(self.term), None, self.peers(), need as u8);
    }

    /// A newer term was heard of: whatever this server was, it follows now.
    pub(super) fn adopt_term(&mut self, term: Term, out: &mut Effects<Self>) {
        self.term = term;
        self.voted_for = None;
        self.persist_term(out);
        self.become_follower(None, out);
    }

    /// Follows, with or without a known leader. The election timer of a follower keeps running.
    pub(super) fn become_follower(&mut self, leader: Option<NodeId>, out: &mut Effects<Self>) {
        match self.role {
            RaftRole::Follower { .. } => {}
            RaftRole::Candidate(_) => {
                self.settle_election(out);
                out.note(RaftNote::SteppedDown { term: self.term });
            }
            RaftRole::Leader(_) => {
                self.abandon_pending(out);
                out.cancel_timer(HEARTBEAT_TIMER);
                self.reset_election_timer(out);
                out.note(RaftNote::SteppedDown { term: self.term });
            }
        }
        self.role = RaftRole::Follower { leader };
    }

    pub(super) fn on_request_vote(&mut self, from: NodeId, term: Term, last: LogEnd, out: &mut Effects<Self>) {
        let refusal = self.vote_refusal(from, term, last);
        match refusal {
            None => self.grant_vote(from, out),
            Some(why) => out.note(RaftNote::VoteRefused { candidate: from, term, why }),
        }
        let answer = RaftMessage::Vote { term: self.term, granted: refusal.is_none() };
        out.send_after(self.writes.latest_pending(), from, answer);
    }

    /// Why this server does not vote for a candidate, if there is a reason (section 5.4.1 and figure 2).
    fn vote_refusal(&self, candidate: NodeId, term: Term, last: LogEnd) -> Option<VoteRefusal> {
        if term < self.term {
            return Some(VoteRefusal::OldTerm { current: self.term });
        }
        if let Some(other) = self.voted_for.filter(|&voted| voted != candidate) {
            return Some(VoteRefusal::AlreadyVoted { candidate: other });
        }
        let own = self.log.end();
        (!last.is_at_least_as_up_to_date_as(own)).then_some(VoteRefusal::LogBehind { theirs: last, own })
    }

    fn grant_vote(&mut self, candidate: NodeId, out: &mut Effects<Self>) {
        if self.voted_for.is_none() {
            self.voted_for = Some(candidate);
            self.persist_term(out);
        }
        out.note(RaftNote::VoteGranted { candidate, term: self.term });
        self.reset_election_timer(out);
    }

    pub(super) fn on_vote(&mut self, from: NodeId, term: Term, granted: bool, out: &mut Effects<Self>) {
        if term < self.term || !matches!(self.role, RaftRole::Candidate(_)) {
            return;
        }
        out.answered(from, election_wait(term));
        if granted {
            self.count_vote(from, out);
        }
    }

    /// A candidate's own vote counts once it is durable, like any other.
    pub(super) fn maybe_count_own_vote(&mut self, out: &mut Effects<Self>) {
        if let RaftRole::Candidate(candidacy) = &self.role
            && self.writes.is_durable(candidacy.own_vote)
        {
            self.count_vote(self.id, out);
        }
    }

    fn count_vote(&mut self, voter: NodeId, out: &mut Effects<Self>) {
        let RaftRole::Candidate(candidacy) = &mut self.role else { return };
        candidacy.votes.insert(voter);
        let votes = candidacy.votes;
        if votes.intersection(self.members).len() >= quorum::majority(self.members.len()) {
            self.settle_election(out);
            self.become_leader(votes, out);
        }
    }

    fn settle_election(&mut self, out: &mut Effects<Self>) {
        if let RaftRole::Candidate(candidacy) = &self.role {
            out.settle(election_wait(candidacy.term));
        }
    }
}
