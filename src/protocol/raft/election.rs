//! Elections (sections 5.2 and 5.4.1; thesis, 9.6): who asks around, who stands, who votes, who wins. The decision to vote
//! itself is in `vote`.

use super::breaks::Break;
use super::log::Term;
use super::message::RaftMessage;
use super::note::{RaftNote, StepDown, VoteRefusal};
use super::quorum::majority;
use super::vote::{self, Ask, Ballot, Voter};
use super::{
    CHECK_QUORUM_TIMER, ELECTION_TIMER, HEARTBEAT_TIMER, PRE_VOTES_WAIT, Raft, RaftRole, TRANSFER_TIMER, VOTES_WAIT,
};
use crate::base::{NodeId, NodeSet, PersistToken, SimDuration, WaitId};
use crate::protocol::Effects;

/// What a server needs that asks for votes, or asks whether it would get them.
#[derive(Clone, Debug)]
pub struct Candidacy {
    term: Term,
    votes: NodeSet,
    /// The write of its own vote, if that is still to become durable.
    own_vote: Option<PersistToken>,
}

impl Candidacy {
    /// The term that it would lead.
    #[must_use]
    pub fn term(&self) -> Term {
        self.term
    }

    /// Who has voted for it so far; itself once its own vote is durable.
    #[must_use]
    pub fn votes(&self) -> NodeSet {
        self.votes
    }
}

impl Raft {
    /// Waits anew for a sign of a leader. A server that has no vote never stands for election (thesis, 4.2.2).
    pub(super) fn reset_election_timer(&mut self, out: &mut Effects<Self>) {
        if self.is_voter() {
            out.set_timer(ELECTION_TIMER, self.config.election_timeout);
        }
    }

    pub(super) fn on_election_timeout(&mut self, out: &mut Effects<Self>) {
        if !self.is_voter() {
            return;
        }
        if self.config.pre_vote { self.ask_around(out) } else { self.stand(Ballot::Real, out) }
    }

    /// Asks whether a majority would vote for it, and leaves its term alone (thesis, 9.6).
    fn ask_around(&mut self, out: &mut Effects<Self>) {
        self.settle_election(out);
        if self.config.breaks(Break::PreVoteRaisesTerm) {
            self.term.0 += 1;
            self.voted_for = None;
            self.persist_term(out);
        }
        let term = Term(self.term.0 + 1);
        let votes = NodeSet::EMPTY.with(self.id);
        self.role = RaftRole::PreCandidate(Candidacy { term, votes, own_vote: None });
        out.note(RaftNote::BecamePreCandidate { term });
        self.refuse_follower_reads(out);
        self.ask_for_votes(Ballot::Pre, term, None, out);
        self.maybe_win(out);
    }

    /// Raises its term, votes for itself and asks for votes.
    pub(super) fn stand(&mut self, ballot: Ballot, out: &mut Effects<Self>) {
        self.settle_election(out);
        self.term.0 += 1;
        self.voted_for = Some(self.id);
        let own_vote = self.persist_term(out);
        self.role = RaftRole::Candidate(Candidacy { term: self.term, votes: NodeSet::EMPTY, own_vote });
        out.note(RaftNote::BecameCandidate { term: self.term });
        self.refuse_follower_reads(out);
        self.ask_for_votes(ballot, self.term, own_vote, out);
        self.maybe_count_own_vote(out);
    }

    fn ask_for_votes(&mut self, ballot: Ballot, term: Term, after: Option<PersistToken>, out: &mut Effects<Self>) {
        self.reset_election_timer(out);
        let voters = self.voters_but_self();
        let ask = RaftMessage::RequestVote { term, last: self.log.end(), ballot };
        for voter in voters.iter() {
            out.send_after(after, voter, ask.clone());
        }
        let need = majority(self.configuration().voters.len()) - 1;
        out.wait(election_wait(ballot, term), None, voters, need as u8);
    }

    /// A newer term was heard of, and perhaps a vote is given in it: whatever this server was, it follows now.
    pub(super) fn enter_term(&mut self, term: Term, vote: Option<NodeId>, out: &mut Effects<Self>) {
        self.term = term;
        self.voted_for = vote;
        self.persist_term(out);
        self.become_follower(None, StepDown::NewerTerm, out);
    }

    /// Follows, with or without a known leader. The election timer of a follower keeps running.
    pub(super) fn become_follower(&mut self, leader: Option<NodeId>, why: StepDown, out: &mut Effects<Self>) {
        let is_news = !matches!(self.role, RaftRole::Follower { .. });
        self.settle_election(out);
        let led = matches!(self.role, RaftRole::Leader(_));
        if led {
            self.lay_down_leadership(out);
        }
        let before = self.known_leader();
        self.role = RaftRole::Follower { leader };
        if is_news {
            out.note(RaftNote::SteppedDown { term: self.term, why });
        }
        if led {
            self.reset_election_timer(out);
        }
        if before != leader {
            self.refuse_follower_reads(out);
        }
    }

    fn lay_down_leadership(&mut self, out: &mut Effects<Self>) {
        self.abandon_pending(out);
        self.refuse_pending_reads(out);
        for timer in [HEARTBEAT_TIMER, CHECK_QUORUM_TIMER, TRANSFER_TIMER] {
            out.cancel_timer(timer);
        }
    }

    pub(super) fn on_request_vote(&mut self, ask: Ask, out: &mut Effects<Self>) {
        let refusal = self.vote_refusal(&ask);
        match (ask.ballot, refusal) {
            (_, Some(why)) => self.refuse_vote(ask, why, out),
            (Ballot::Pre, None) => out.note(RaftNote::PreVoteGranted { candidate: ask.candidate, term: ask.term }),
            (Ballot::Real | Ballot::Transfer, None) => self.grant_vote(ask, out),
        }
        let granted = refusal.is_none();
        let term = if granted { ask.term } else { self.term };
        let answer = RaftMessage::Vote { term, granted, ballot: ask.ballot };
        let after = if ask.ballot == Ballot::Pre { None } else { self.latest_pending_vote() };
        out.send_after(after, ask.candidate, answer);
    }

    /// Why this server refuses, if it does.
    fn vote_refusal(&self, ask: &Ask) -> Option<VoteRefusal> {
        let bound_since = self.bound_to_leader_since();
        let voter = Voter { term: self.term, voted_for: self.voted_for, last: self.log.end(), bound_since };
        vote::refusal(&voter, ask).filter(|why| {
            !(matches!(why, VoteRefusal::LogBehind { .. }) && self.config.breaks(Break::IgnoreLogUpToDateness))
        })
    }

    /// How long ago it heard a leader, if it is bound by that. A leader hears itself.
    fn bound_to_leader_since(&self) -> Option<SimDuration> {
        if !self.config.leader_stickiness {
            return None;
        }
        if matches!(self.role, RaftRole::Leader(_)) {
            return Some(SimDuration::ZERO);
        }
        let ago = self.now.since(self.heard_leader_at?);
        (ago < self.config.election_timeout.min).then_some(ago)
    }

    /// Whoever is bound to a leader does not even take over a newer term: that would depose the leader.
    fn refuse_vote(&mut self, ask: Ask, why: VoteRefusal, out: &mut Effects<Self>) {
        let Ask { candidate, term, ballot, .. } = ask;
        out.note(RaftNote::VoteRefused { candidate, term, ballot, why });
        let is_bound = matches!(why, VoteRefusal::HeardLeader { .. });
        if ballot != Ballot::Pre && term > self.term && !is_bound {
            self.enter_term(term, None, out);
        }
    }

    fn grant_vote(&mut self, ask: Ask, out: &mut Effects<Self>) {
        if ask.term > self.term {
            self.enter_term(ask.term, Some(ask.candidate), out);
        } else if self.voted_for.is_none() {
            self.voted_for = Some(ask.candidate);
            self.persist_term(out);
        }
        out.note(RaftNote::VoteGranted { candidate: ask.candidate, term: ask.term });
        self.reset_election_timer(out);
    }

    pub(super) fn on_vote(&mut self, from: NodeId, term: Term, granted: bool, out: &mut Effects<Self>) {
        if term < self.term || !matches!(self.role, RaftRole::Candidate(_)) {
            return;
        }
        out.answered(from, election_wait(Ballot::Real, term));
        if granted {
            self.count_vote(from, out);
        }
    }

    pub(super) fn on_pre_vote(&mut self, from: NodeId, term: Term, out: &mut Effects<Self>) {
        let RaftRole::PreCandidate(candidacy) = &self.role else { return };
        if candidacy.term == term {
            out.answered(from, election_wait(Ballot::Pre, term));
            self.count_vote(from, out);
        }
    }

    /// The vote for itself counts once it is durable.
    pub(super) fn maybe_count_own_vote(&mut self, out: &mut Effects<Self>) {
        let RaftRole::Candidate(candidacy) = &self.role else { return };
        if candidacy.own_vote.is_none_or(|token| self.writes.is_durable(token)) {
            self.count_vote(self.id, out);
        }
    }

    fn count_vote(&mut self, voter: NodeId, out: &mut Effects<Self>) {
        if let RaftRole::Candidate(candidacy) | RaftRole::PreCandidate(candidacy) = &mut self.role {
            candidacy.votes.insert(voter);
            self.maybe_win(out);
        }
    }

    fn maybe_win(&mut self, out: &mut Effects<Self>) {
        let quorum = self.configuration().quorum();
        match &self.role {
            RaftRole::PreCandidate(candidacy) if quorum.is_reached_by(candidacy.votes) => self.stand(Ballot::Real, out),
            RaftRole::Candidate(candidacy) if quorum.is_reached_by(candidacy.votes) => {
                let votes = candidacy.votes;
                self.settle_election(out);
                self.become_leader(votes, out);
            }
            RaftRole::Follower { .. } | RaftRole::PreCandidate(_) | RaftRole::Candidate(_) | RaftRole::Leader(_) => {}
        }
    }

    fn settle_election(&mut self, out: &mut Effects<Self>) {
        match &self.role {
            RaftRole::PreCandidate(candidacy) => out.settle(election_wait(Ballot::Pre, candidacy.term)),
            RaftRole::Candidate(candidacy) => out.settle(election_wait(Ballot::Real, candidacy.term)),
            RaftRole::Follower { .. } | RaftRole::Leader(_) => {}
        }
    }
}

/// The wait for votes is named by the term.
fn election_wait(ballot: Ballot, term: Term) -> WaitId {
    let kind = if ballot == Ballot::Pre { PRE_VOTES_WAIT } else { VOTES_WAIT };
    WaitId { kind, number: term.0 }
}
