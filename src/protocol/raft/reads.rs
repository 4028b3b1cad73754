//! Reads that do not go through the log (thesis, 6.4): by read-index, by lease, at followers.

use super::breaks::Break;
use super::config::{FollowerReads, ReadPath};
use super::lease::Lease;
use super::log::{Index, Term};
use super::message::RaftMessage;
use super::note::{RaftNote, ReadBy};
use super::{Raft, RaftRole};
use crate::base::{Monotonic, NodeId, RequestId};
use crate::protocol::{Effects, Key, Refusal, Reply, Request};

/// A read that its leader has not yet answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRead {
    /// Which.
    pub request: RequestId,
    /// Whose answer it is to be.
    pub asker: Asker,
    /// How much must be applied to answer it; not known before an entry of the leader's own term is committed.
    pub index: Option<Index>,
    /// The round that must be answered by a majority.
    pub round: u64,
    /// When it came.
    pub asked_at: Monotonic,
}

/// Who waits for a read index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A client of this server, about a key.
    Client(Key),
    /// A follower, for a client of its own.
    Follower(NodeId),
}

/// A read at a follower, which has asked its leader or waits for its own state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerRead {
    request: RequestId,
    key: Key,
    /// How much must be applied; not known before the leader has answered.
    index: Option<Index>,
    /// When the leader was asked.
    asked_at: Monotonic,
}

impl Raft {
    /// A read at the leader. Says whether it was taken; if not, it goes through the log.
    pub(super) fn read_at_leader(&mut self, request: &Request, out: &mut Effects<Self>) -> bool {
        let (id, key) = (request.id, &request.operation.key);
        if self.config.breaks(Break::ServeReadsLocally) {
            self.serve(id, key, ReadBy::Nobody, out);
            return true;
        }
        match (self.config.reads, self.lease(self.now)) {
            (ReadPath::Log, _) => return false,
            (ReadPath::Lease, Lease::Until(_)) if self.has_committed_in_own_term() => {
                self.serve(id, key, ReadBy::Lease, out);
            }
            (ReadPath::Lease, Lease::Expired) => {
                out.note(RaftNote::ReadRefused { request: id });
                out.reply(id, Reply::Refused(Refusal::Unavailable), None);
            }
            (ReadPath::ReadIndex | ReadPath::Lease, _) => self.begin_read(id, Asker::Client(key.clone()), out),
        }
        true
    }

    /// A read at a server that does not lead.
    pub(super) fn read_at_follower(&mut self, request: &Request, out: &mut Effects<Self>) -> bool {
        let (id, key) = (request.id, &request.operation.key);
        match (self.config.follower_reads, self.known_leader()) {
            (FollowerReads::Refuse, _) | (FollowerReads::ReadIndex, None) => return false,
            (FollowerReads::Local, _) => self.serve(id, key, ReadBy::Follower, out),
            (FollowerReads::ReadIndex, Some(leader)) => {
                self.give_up_old_reads(out);
                let asked_at = self.now;
                self.follower_reads.push(FollowerRead { request: id, key: key.clone(), index: None, asked_at });
                out.send(leader, RaftMessage::ReadIndex { term: self.term, request: id });
            }
        }
        true
    }

    /// A question or its answer may be lost on the way. Nobody asks twice, so what has had no answer for long gets none.
    fn give_up_old_reads(&mut self, out: &mut Effects<Self>) {
        let (now, patience) = (self.now, self.config.election_timeout.max);
        let is_old = |read: &mut FollowerRead| read.index.is_none() && now.since(read.asked_at) >= patience;
        for read in self.follower_reads.extract_if(.., is_old) {
            out.reply(read.request, Reply::Refused(Refusal::Unavailable), None);
        }
    }

    fn begin_read(&mut self, request: RequestId, asker: Asker, out: &mut Effects<Self>) {
        let may_serve = self.has_committed_in_own_term() || self.config.breaks(Break::ReadIndexBeforeOwnTerm);
        let index = may_serve.then_some(self.commit_index);
        self.give_up_old_pending_reads(out);
        let (round, asked_at) = (self.begin_round(out), self.now);
        if let RaftRole::Leader(leadership) = &mut self.role {
            leadership.reads.push_back(PendingRead { request, asker, index, round, asked_at });
        }
        self.answer_reads(out);
    }

    /// A leader that no majority answers, and that does not step down because of it, must not gather reads for ever.
    fn give_up_old_pending_reads(&mut self, out: &mut Effects<Self>) {
        let (now, patience) = (self.now, self.config.election_timeout.max);
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        while let Some(read) = leadership.reads.pop_front_if(|read| now.since(read.asked_at) >= patience) {
            // A follower gives up by itself; a client is told that nothing came of it.
            if matches!(read.asker, Asker::Client(_)) {
                out.reply(read.request, Reply::Refused(Refusal::Unavailable), None);
            }
        }
    }

    /// Answers every read for which enough is known and applied.
    pub(super) fn answer_reads(&mut self, out: &mut Effects<Self>) {
        self.answer_leader_reads(out);
        let applied = self.applied_index;
        let is_ready = |read: &FollowerRead| read.index.is_some_and(|index| index <= applied);
        while let Some(at) = self.follower_reads.iter().position(is_ready) {
            let FollowerRead { request, key, .. } = self.follower_reads.remove(at);
            self.serve(request, &key, ReadBy::ReadIndex, out);
        }
    }

    fn answer_leader_reads(&mut self, out: &mut Effects<Self>) {
        let (quorum, own, applied, commit) =
            (self.configuration().quorum(), self.id, self.applied_index, self.commit_index);
        let knows = self.has_committed_in_own_term();
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        if leadership.reads.is_empty() {
            return;
        }
        let confirmed = leadership.confirmed_round(quorum, own);
        for read in leadership.reads.iter_mut().filter(|read| read.index.is_none() && knows) {
            read.index = Some(commit);
        }
        let is_ready = |read: &PendingRead| read.round <= confirmed && read.index.is_some_and(|index| index <= applied);
        let mut ready = Vec::new();
        leadership.reads.retain(|read| {
            let is_ready = is_ready(read);
            if is_ready {
                ready.push(read.clone());
            }
            !is_ready
        });
        for PendingRead { request, asker, index, .. } in ready {
            match asker {
                Asker::Client(key) => self.serve(request, &key, ReadBy::ReadIndex, out),
                Asker::Follower(follower) => {
                    out.send(follower, RaftMessage::ReadIndexReply { term: self.term, request, index });
                }
            }
        }
    }

    /// Answers a read from the state machine.
    fn serve(&mut self, request: RequestId, key: &Key, by: ReadBy, out: &mut Effects<Self>) {
        out.note(RaftNote::ReadServed { request, index: self.applied_index, by });
        out.reply(request, Reply::read(self.store.get(key).cloned()), None);
    }

    /// A follower asks for a client of its own.
    pub(super) fn on_read_index(&mut self, from: NodeId, request: RequestId, out: &mut Effects<Self>) {
        if matches!(self.role, RaftRole::Leader(_)) {
            self.begin_read(request, Asker::Follower(from), out);
        } else {
            out.send(from, RaftMessage::ReadIndexReply { term: self.term, request, index: None });
        }
    }

    pub(super) fn on_read_index_reply(
        &mut self,
        term: Term,
        request: RequestId,
        index: Option<Index>,
        out: &mut Effects<Self>,
    ) {
        let is_meant = |read: &FollowerRead| read.request == request && read.index.is_none();
        let Some(at) = self.follower_reads.iter().position(is_meant) else { return };
        match index {
            Some(index) => {
                self.follower_reads[at].index = Some(index);
                self.answer_reads(out);
            }
            // An answer of an older term may come after the question was put to a new leader.
            None if term == self.term => {
                self.follower_reads.remove(at);
                let hint = self.known_leader();
                out.reply(request, Reply::Refused(Refusal::NotLeader { hint }), None);
            }
            None => {}
        }
    }

    /// The leader that was asked leads no more: the clients must ask again.
    pub(super) fn refuse_follower_reads(&mut self, out: &mut Effects<Self>) {
        let hint = self.known_leader();
        for read in self.follower_reads.extract_if(.., |read| read.index.is_none()) {
            out.reply(read.request, Reply::Refused(Refusal::NotLeader { hint }), None);
        }
    }

    /// A leader that steps down has not answered these reads, and changes nothing by saying so.
    pub(super) fn refuse_pending_reads(&mut self, out: &mut Effects<Self>) {
        let RaftRole::Leader(leadership) = &mut self.role else { return };
        for PendingRead { request, asker, .. } in std::mem::take(&mut leadership.reads) {
            match asker {
                Asker::Client(_) => out.reply(request, Reply::Refused(Refusal::NotLeader { hint: None }), None),
                Asker::Follower(follower) => {
                    out.send(follower, RaftMessage::ReadIndexReply { term: self.term, request, index: None });
                }
            }
        }
    }
}
