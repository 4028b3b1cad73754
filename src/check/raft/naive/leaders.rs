//! R1, R7, R10, R11, and of R8 what is about votes.

use super::super::super::invariant::{Invariant, Report};
use super::super::elections::promise;
use super::{Naive, Server, is_majority};
use crate::base::{Endpoint, Monotonic, NodeId, NodeSet, RecordId};
use crate::protocol::raft::{Ballot, Lease, Raft, RaftMessage, RaftNote, RaftRole, ReadPath, StepDown, Term};
use crate::sim::{Command, Kind, Payload, TraceRecord};

const R7: Invariant = Invariant::TermsAndVotes;
const R10: Invariant = Invariant::PreVoteAndCheckQuorum;
const R11: Invariant = Invariant::LeaseSafety;

impl Naive {
    pub(super) fn look_at_leaders(&self, report: &mut Report) {
        let all = self.states.iter().flat_map(|state| &state.servers).filter(|server| server.leads());
        let leaders: Vec<(Term, NodeId)> = all.map(|server| (server.term(), server.node)).collect();
        for now in self.now().servers.iter().filter(|server| server.leads()) {
            let alone = leaders.iter().all(|(term, node)| *term != now.term() || *node == now.node);
            report.must(alone, Invariant::ElectionSafety, String::new);
        }
        self.check_terms(report);
        for record in self.new_records() {
            match &record.kind {
                Kind::Sent { from: Endpoint::Node(from), payload: Payload::Node(message), .. } => {
                    let sender = self.now().servers[from.slot()].process.as_ref();
                    let holds = sender.is_none_or(|raft| message.is_about_next_term() || message.term() <= raft.term());
                    report.must(holds, R7, String::new);
                }
                Kind::Note { node, note } => self.check_note(*node, note, record.cause, report),
                _ => {}
            }
        }
        if self.now().config.check_quorum {
            for server in self.now().servers.iter().filter(|server| server.leads() && server.can_act) {
                self.check_contact(server, report);
            }
        }
        self.check_leases(report);
    }

    /// Every promise that was ever sent.
    fn promises(&self, records: &[TraceRecord<Raft>]) -> Vec<(NodeId, Term, Option<NodeId>)> {
        let of = |record: &TraceRecord<Raft>| match &record.kind {
            Kind::Sent { from: Endpoint::Node(from), to: Endpoint::Node(to), payload: Payload::Node(message) } => {
                promise(*from, *to, message).map(|(term, vote)| (*from, term, vote))
            }
            _ => None,
        };
        records.iter().filter_map(of).collect()
    }

    fn check_terms(&self, report: &mut Report) {
        let promises = self.promises(&self.records);
        for (at, &(node, term, vote)) in promises.iter().enumerate().filter(|(_, (_, _, vote))| vote.is_some()) {
            let other =
                |&(by, of, to): &(NodeId, Term, Option<NodeId>)| by == node && of == term && to.is_some() && to != vote;
            report.must(!promises[..at].iter().any(other), R7, String::new);
        }
        let before = self.promises(&self.records[..self.now().first_record]);
        for (was, is) in self.pairs() {
            let Some(raft) = &is.process else { continue };
            if let Some(before) = was.and_then(|was| was.process.as_ref()) {
                let is_same_term = before.term() == raft.term();
                let keeps = !is_same_term || before.voted_for().is_none() || before.voted_for() == raft.voted_for();
                report.must(raft.term() >= before.term() && keeps, R7, String::new);
            } else {
                let spoken = before.iter().filter(|(node, _, _)| *node == is.node).map(|(_, term, _)| *term).max();
                report.must(raft.term() >= spoken.unwrap_or_default(), R7, String::new);
            }
        }
    }

    fn check_note(&self, node: NodeId, note: &RaftNote, cause: Option<RecordId>, report: &mut Report) {
        let Some((was, is)) = self.pairs().find(|(_, is)| is.node == node) else { return };
        let before = was.and_then(|was| was.process.as_ref());
        match (note, before, &is.process) {
            (RaftNote::BecamePreCandidate { term }, Some(before), Some(now)) => {
                let stays = !matches!(now.role(), RaftRole::PreCandidate(_)) || now.term() == before.term();
                report.must(stays && term.0 == before.term().0 + 1, R10, String::new);
            }
            (RaftNote::SteppedDown { why: StepDown::LostQuorum { .. }, .. }, Some(before), Some(now)) => {
                let stays = now.term() == before.term() || !self.now().config.check_quorum;
                report.must(stays, R10, String::new);
            }
            (RaftNote::PreVoteGranted { .. }, _, Some(now)) => {
                report.must(before.is_none_or(|before| state(before) == state(now)), R10, String::new);
                self.check_vote(was, is, now, cause, report);
            }
            (RaftNote::VoteGranted { .. }, _, Some(now)) => self.check_vote(was, is, now, cause, report),
            _ => {}
        }
    }

    fn check_vote(&self, was: Option<&Server>, is: &Server, raft: &Raft, cause: Option<RecordId>, report: &mut Report) {
        let handled = cause.and_then(|cause| self.handled(&self.records[cause.0 as usize]));
        let Some((_, _, &RaftMessage::RequestVote { last, ballot, .. })) = handled else { return };
        let own = raft.log().end();
        let is_up_to_date = (last.term, last.index) >= (own.term, own.index);
        report.must(is_up_to_date, Invariant::ElectionAndCommitRules, String::new);
        if !self.now().config.leader_stickiness || ballot == Ballot::Transfer {
            return;
        }
        report.must(!was.is_some_and(Server::leads), R11, String::new);
        let ago = is.reading.since(self.heard_leader(is));
        report.must(ago >= self.now().config.election_timeout.min, R11, String::new);
    }

    /// When a server last heard a leader of its term before now, on its clock: its start counts.
    fn heard_leader(&self, server: &Server) -> Monotonic {
        let mut heard = server.started_at;
        for (at, state) in self.states.iter().enumerate() {
            let Some(then) =
                state.servers.get(server.node.slot()).filter(|then| then.incarnation == server.incarnation)
            else {
                continue;
            };
            let is_last = at + 1 == self.states.len();
            let until = self.states.get(at + 1).map_or(self.records.len(), |next| next.first_record);
            let leads = |record: &TraceRecord<Raft>| match self.handled(record) {
                Some((_, to, RaftMessage::Append(append))) => to == server.node && append.term == then.term(),
                Some((_, to, RaftMessage::InstallSnapshot(install))) => {
                    to == server.node && install.term == then.term()
                }
                _ => false,
            };
            if !is_last && then.process.is_some() && self.records[state.first_record..until].iter().any(leads) {
                heard = then.reading;
            }
        }
        heard
    }

    /// Goes back to where this leadership began, and looks at all that was heard since.
    fn check_contact(&self, leader: &Server, report: &mut Report) {
        let Some(raft) = &leader.process else { return };
        let is_led = |server: &&Server| {
            server.leads() && server.incarnation == leader.incarnation && server.term() == leader.term()
        };
        let then = |at: usize| self.states[at].servers.get(leader.node.slot()).filter(is_led);
        let first = (0..self.states.len()).rev().take_while(|at| then(*at).is_some()).last().unwrap_or_default();
        let mut since = leader.reading;
        let mut heard: Vec<(NodeId, Monotonic)> = Vec::new();
        for at in first..self.states.len() {
            let Some(server) = then(at) else { continue };
            let before = if at > first { then(at - 1).and_then(|server| server.process.as_ref()) } else { None };
            let configuration = server.process.as_ref().map(Raft::configuration);
            if before.map(Raft::configuration) != configuration {
                since = server.reading;
            }
            let until = self.states.get(at + 1).map_or(self.records.len(), |next| next.first_record);
            for record in &self.records[self.states[at].first_record..until] {
                if let Some((from, to, RaftMessage::AppendReply { term, .. })) = self.handled(record)
                    && to == leader.node
                    && *term == leader.term()
                {
                    heard.push((from, server.reading));
                }
            }
        }
        let patience = self.now().config.election_timeout.min.0 + 3;
        let is_recent = |at: Monotonic| leader.reading.since(at).0 <= patience;
        let mut recent: NodeSet = heard.iter().filter(|(_, at)| is_recent(*at)).map(|(node, _)| *node).collect();
        recent.insert(leader.node);
        let has_contact = is_majority(recent, raft.configuration().voters);
        report.must(has_contact || is_recent(since), R10, String::new);
    }

    fn check_leases(&self, report: &mut Report) {
        let config = &self.now().config;
        let is_beyond = |record: &TraceRecord<Raft>| match &record.kind {
            Kind::Command(Command::SetDrift { drift, .. }) => drift.0.unsigned_abs() > config.drift_bound_ppm,
            _ => false,
        };
        if config.reads != ReadPath::Lease || self.records.iter().any(is_beyond) {
            return;
        }
        let holds = |server: &&Server| {
            server.process.as_ref().is_some_and(|raft| matches!(raft.lease(server.reading), Lease::Until(_)))
        };
        report.must(self.now().servers.iter().filter(holds).count() <= 1, R11, String::new);
    }
}

/// What granting a pre-vote must leave alone.
fn state(raft: &Raft) -> impl PartialEq + use<> {
    let part = match raft.role() {
        RaftRole::Follower { leader } => (0, *leader),
        RaftRole::PreCandidate(_) => (1, None),
        RaftRole::Candidate(_) => (2, None),
        RaftRole::Leader(_) => (3, None),
    };
    (raft.term(), raft.voted_for(), part, raft.log().end(), raft.commit_index())
}
