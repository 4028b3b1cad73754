//! Reads: ask replicas what they hold, answer with all of the first R replies merged. With blocking read repair the answer is
//! first written back until W replicas hold it, so that no later read finds less (Attiya, Bar-Noy and Dolev, "Sharing Memory
//! Robustly in Message-Passing Systems", 1995).

use xxhash_rust::xxh64::xxh64;

use super::breaks::Break;
use super::config::{Coordinator, Fanout, ReadRepair};
use super::coordinate::{Coordination, Phase};
use super::placement::Targets;
use super::replica::Own;
use super::version::Versions;
use super::{Leaderless, LeaderlessMessage, READ_WAIT, WRITE_BACK_WAIT, Way};
use crate::base::{NodeId, NodeSet, RequestId};
use crate::protocol::{Effects, Key, Reply, Request};

impl Leaderless {
    pub(super) fn begin_read(
        &mut self,
        request: &Request,
        asker: Option<NodeId>,
        targets: &Targets,
        out: &mut Effects<Self>,
    ) {
        let need = self.config.r;
        if !self.has_enough(request, asker, (targets, need), out) {
            return;
        }
        let asked = self.whom_to_ask(request.id, targets);
        let is_own = asked.contains(self.id);
        let wait = self.begin_wait(READ_WAIT, request.id, (asked, usize::from(need) - usize::from(is_own)), out);
        for node in asked.without(self.id).iter() {
            out.send(node, LeaderlessMessage::Get { request: request.id, key: request.operation.key.clone() });
        }
        let phase = Phase::Read { asked, replies: Vec::new(), need };
        let key = request.operation.key.clone();
        self.watch(Coordination { request: request.id, key, asker, is_answered: false, phase, wait }, out);
        if is_own {
            self.when_durable(Own::Reads(request.id), out);
        }
    }

    /// All who take part, or as many as are needed: itself first if its copy counts at once, then those that seem alive, in an
    /// order that changes from request to request.
    fn whom_to_ask(&self, request: RequestId, targets: &Targets) -> NodeSet {
        let everybody = targets.iter().map(|(node, _)| *node);
        if self.config.read_fanout == Fanout::All {
            return everybody.collect();
        }
        let rank = |node: NodeId| {
            let is_first = node == self.id && self.config.coordinator == Coordinator::Replica;
            let mut name = [0; 8];
            name[..4].copy_from_slice(&request.op.0.to_le_bytes());
            name[4..6].copy_from_slice(&request.attempt.to_le_bytes());
            name[6] = node.0;
            (!is_first, !self.is_alive(node), xxh64(&name, 0))
        };
        let mut ranked: Vec<NodeId> = everybody.collect();
        ranked.sort_unstable_by_key(|node| rank(*node));
        ranked.into_iter().take(usize::from(self.config.r)).collect()
    }

    /// What a replica holds has come.
    pub(super) fn on_get_reply(
        &mut self,
        from: NodeId,
        request: RequestId,
        versions: Option<Versions>,
        out: &mut Effects<Self>,
    ) {
        let Some(coordination) = self.open.get_mut(&request) else { return };
        let (wait, is_answered) = (coordination.wait, coordination.is_answered);
        let Phase::Read { asked, replies, need } = &mut coordination.phase else { return };
        if replies.iter().any(|(node, _)| *node == from) {
            // A link that duplicates messages must not make one replica count as two.
            return;
        }
        replies.push((from, versions));
        let (is_enough, is_all) = (replies.len() == usize::from(*need), replies.len() == asked.len());
        if from != self.id {
            out.answered_one(from, wait);
        }
        if is_enough && !is_answered {
            self.end_read(request, out);
        } else if is_answered {
            self.mend_behind(request, out);
        }
        if is_all && self.open.get(&request).is_some_and(|open| open.is_answered) {
            self.open.remove(&request);
        }
    }

    /// R have replied.
    fn end_read(&mut self, request: RequestId, out: &mut Effects<Self>) {
        let Some(coordination) = self.open.get(&request) else { return };
        let Phase::Read { replies, .. } = &coordination.phase else { return };
        let key = coordination.key.clone();
        let Some(found) = merged(replies) else {
            return self.answer(request, Reply::read(None), out);
        };
        let holders: NodeSet = who_holds(replies, &found);
        let is_safe = holders.len() >= usize::from(self.config.w);
        if self.config.read_repair == ReadRepair::Blocking && !is_safe {
            return self.begin_write_back(request, &key, found, holders, out);
        }
        self.answer(request, self.reply_with(&key, &found), out);
        self.mend_behind(request, out);
    }

    fn reply_with(&self, key: &Key, found: &Versions) -> Reply {
        let values = found.resolved(self.config.conflicts_of(key));
        Reply::Done { values, context: found.context(), swapped: true }
    }

    fn begin_write_back(
        &mut self,
        request: RequestId,
        key: &Key,
        found: Versions,
        holders: NodeSet,
        out: &mut Effects<Self>,
    ) {
        let Some(mut coordination) = self.open.remove(&request) else { return };
        out.settle(coordination.wait);
        let targets: NodeSet = self.targets(key).iter().map(|(node, _)| *node).collect();
        let behind = targets.difference(holders);
        let need = self.config.w;
        coordination.wait = self.begin_wait(WRITE_BACK_WAIT, request, (behind, usize::from(need) - holders.len()), out);
        for node in behind.without(self.id).iter() {
            let (key, versions) = (key.clone(), found.clone());
            out.send(node, LeaderlessMessage::Put { request, key, versions, hint_for: None, way: Way::WriteBack });
        }
        let is_own = behind.contains(self.id);
        if is_own {
            self.take(self.id, key, &found, Way::WriteBack, out);
        }
        coordination.phase = Phase::WriteBack { holders, need, found };
        self.open.insert(request, coordination);
        if self.config.breaks(Break::AnswerBeforeWriteBack) {
            return self.end_write_back(request, out);
        }
        if is_own {
            self.when_durable(Own::Acknowledges(request), out);
        }
    }

    /// Enough hold what the read answers with.
    pub(super) fn end_write_back(&mut self, request: RequestId, out: &mut Effects<Self>) {
        let Some(coordination) = self.open.get(&request) else { return };
        let Phase::WriteBack { found, .. } = &coordination.phase else { return };
        let reply = self.reply_with(&coordination.key, found);
        self.answer(request, reply, out);
        self.open.remove(&request);
    }
}

/// All that was replied in one; none if nobody holds the key.
pub(super) fn merged(replies: &[(NodeId, Option<Versions>)]) -> Option<Versions> {
    let mut held = replies.iter().filter_map(|(_, versions)| versions.as_ref());
    let mut found = held.next()?.clone();
    for versions in held {
        found.merge(versions);
    }
    Some(found)
}

/// Who replied with exactly this.
pub(super) fn who_holds(replies: &[(NodeId, Option<Versions>)], found: &Versions) -> NodeSet {
    replies.iter().filter(|(_, versions)| versions.as_ref() == Some(found)).map(|(node, _)| *node).collect()
}
