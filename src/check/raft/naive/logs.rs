//! R2 to R6, and of R8 and R9 what is about logs.

use super::super::super::invariant::{Invariant, Report};
use super::{Naive, Server, is_majority};
use crate::base::NodeSet;
use crate::protocol::raft::{Index, Log, Raft, RaftRole, Term};
use crate::sim::Kind;

impl Naive {
    pub(super) fn look_at_logs(&self, report: &mut Report) {
        for (at, a) in self.logs.iter().enumerate() {
            report.must(self.logs[..at].iter().all(|b| match_each_other(a, b)), Invariant::LogMatching, String::new);
        }
        for (at, a) in self.snapshots.iter().enumerate() {
            let same = |b: &&std::sync::Arc<crate::protocol::raft::Snapshot>| {
                a.last.index != b.last.index || a.store.iter().eq(b.store.iter())
            };
            report.must(self.snapshots[..at].iter().all(|b| same(&b)), Invariant::StateMachineSafety, String::new);
        }
        self.check_durability(report);
        for (was, is) in self.pairs() {
            let Some(raft) = &is.process else { continue };
            self.check_indexes(was, is, raft, report);
            if is.leads() {
                self.check_leader(was, raft, report);
                self.check_followers(raft, report);
            }
        }
    }

    fn prefix(&self, log: &Log) -> u64 {
        (1..=self.committed.len() as u64).take_while(|at| self.is_held(log, Index(*at))).count() as u64
    }

    fn check_durability(&self, report: &mut Report) {
        let voters = self.in_force().voters;
        let servers = &self.now().servers;
        let held = |server: &Server| self.prefix(&server.disk.log);
        let held = |server: &Server| if server.is_erased() { u64::MAX } else { held(server) };
        let holders: Vec<_> = servers.iter().map(|server| (server.node, held(server))).collect();
        for at in 1..=self.committed.len() as u64 {
            let with: NodeSet = holders.iter().filter(|(_, held)| *held >= at).map(|(node, _)| *node).collect();
            let without = voters.difference(with);
            let is_lost = !without.is_empty() && is_majority(without, voters);
            report.must(!is_lost, Invariant::CommittedNeverLost, String::new);
        }
    }

    fn check_indexes(&self, was: Option<&Server>, is: &Server, raft: &Raft, report: &mut Report) {
        const R6: Invariant = Invariant::CommittedNeverLost;
        let (commit, applied) = (raft.commit_index(), raft.applied_index());
        report.must(commit <= raft.log().last_index() && applied <= commit, R6, String::new);
        let Some(before) = was.and_then(|was| was.process.as_ref()) else {
            let now = self.now().moment.events;
            let has_started = self.new_records().iter().any(|record| {
                record.moment.events == now && matches!(record.kind, Kind::Started { node, .. } if node == is.node)
            });
            let as_disk = (raft.term(), raft.voted_for()) == (is.disk.term, is.disk.voted_for)
                && raft.log().end() == is.disk.log.end()
                && raft.log().base() == is.disk.log.base();
            return report.must(!has_started || as_disk, R6, String::new);
        };
        report.must(commit >= before.commit_index() && applied >= before.applied_index(), R6, String::new);
        let led = matches!(before.role(), RaftRole::Leader(_)) && before.term() == raft.term();
        if commit > before.commit_index() && (is.leads() || led) {
            let is_own = raft.log().term_at(commit) == Some(raft.term());
            report.must(is_own, Invariant::ElectionAndCommitRules, String::new);
            let index = commit.0.min(self.committed.len() as u64);
            let servers = self.now().servers.iter();
            let holds = |server: &&Server| self.prefix(&server.disk.log) >= index || server.is_erased();
            let holders: NodeSet = servers.filter(holds).map(|server| server.node).collect();
            let is_durable = [raft, before].iter().any(|raft| is_majority(holders, raft.configuration().voters));
            let is_one = !report.is_broken(Invariant::StateMachineSafety);
            report.must(is_durable || !is_one, Invariant::MatchIndex, String::new);
        }
    }

    fn check_leader(&self, was: Option<&Server>, raft: &Raft, report: &mut Report) {
        if let Some(before) = was.and_then(|was| was.process.as_ref()) {
            let kept = |index: Index, entry| index <= raft.log().base().index || raft.log().get(index) == Some(entry);
            let all = before.log().iter().all(|(index, entry)| kept(index, entry));
            report.must(all, Invariant::LeaderAppendOnly, String::new);
        }
        for at in 1..=self.committed.len() as u64 {
            let is_older = self.committed[at as usize - 1].in_term < raft.term();
            report.must(!is_older || self.is_held(raft.log(), Index(at)), Invariant::LeaderCompleteness, String::new);
        }
        let own = greatest(raft.log(), raft.term());
        for other in self.now().servers.iter().filter_map(|server| server.process.as_ref()) {
            let holds = greatest(other.log(), raft.term()) <= own;
            report.must(holds, Invariant::ElectionAndCommitRules, String::new);
        }
    }

    fn check_followers(&self, raft: &Raft, report: &mut Report) {
        let RaftRole::Leader(leadership) = raft.role() else { return };
        for (follower, progress) in leadership.followers() {
            report.must(progress.next > progress.matched, Invariant::MatchIndex, String::new);
            let Some(server) = self.now().servers.get(follower.slot()) else { continue };
            let term = server.process.as_ref().map_or(server.disk.term, Raft::term);
            let (own, theirs) = (raft.log(), &server.disk.log);
            let agree = |index: Index| match (own.get(index), theirs.get(index)) {
                (Some(own), Some(theirs)) => own == theirs,
                _ => {
                    let committed = self.committed.get(index.0 as usize - 1).and_then(|entered| entered.term);
                    theirs.term_at(index).is_some_and(|term| Some(term) == own.term_at(index).or(committed))
                }
            };
            let holds = (theirs.base().index.0 + 1..=progress.matched.0).all(|at| agree(Index(at)));
            report.must(term != raft.term() || holds, Invariant::MatchIndex, String::new);
        }
    }
}

/// Where two logs hold an entry of the same index and term, they are the same up to there, as far back as both go.
fn match_each_other(a: &Log, b: &Log) -> bool {
    let from = a.base().index.max(b.base().index);
    let until = a.last_index().min(b.last_index());
    let meets = |index: &u64| a.term_at(Index(*index)) == b.term_at(Index(*index));
    let Some(meeting) = (from.0 + 1..=until.0).rev().find(meets) else { return true };
    let same = |index: u64| a.get(Index(index)) == b.get(Index(index));
    (from.0 + 1..=meeting).all(same) && a.term_at(from) == b.term_at(from)
}

/// The greatest index of a term; a snapshot's last entry counts.
fn greatest(log: &Log, term: Term) -> Index {
    let entries = log.iter().filter(|(_, entry)| entry.term == term).map(|(index, _)| index);
    let base = (log.base().term == term).then_some(log.base().index);
    entries.chain(base).max().unwrap_or_default()
}
