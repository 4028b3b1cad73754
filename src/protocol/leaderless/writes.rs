//! Writes: sent to all who take part, answered when W have them on disk. Nothing is taken back: a write that too few have taken
//! stays with those few. A write that its replica names goes out once the name is on its disk, as in Riak: a name that a crash
//! makes it forget would be given again, and one of the two writes would hide the other.

use super::breaks::Break;
use super::coordinate::{Coordination, Phase};
use super::placement::Targets;
use super::replica::Own;
use super::{Leaderless, LeaderlessMessage, LeaderlessNote, WRITE_WAIT, Way};
use crate::base::{NodeId, NodeSet, PersistToken, RequestId};
use crate::protocol::{Effects, Key, Reply, Request};

impl Leaderless {
    pub(super) fn begin_write(
        &mut self,
        request: &Request,
        asker: Option<NodeId>,
        targets: Targets,
        out: &mut Effects<Self>,
    ) {
        let need = self.write_need();
        if !self.has_enough(request, asker, (&targets, need), out) {
            return;
        }
        let key = &request.operation.key;
        let takes_part = targets.iter().any(|(node, _)| *node == self.id);
        let copy = if takes_part { self.copy_of(key) } else { self.nothing(key) };
        let changed = match self.change(key, copy, &request.operation.update, &request.context) {
            Ok(changed) => changed,
            Err(refusal) => return self.tell(request.id, asker, Reply::Refused(refusal), out),
        };
        let members: NodeSet = targets.iter().map(|(node, _)| *node).collect();
        let others = usize::from(need) - usize::from(takes_part).min(usize::from(need));
        let wait = self.begin_wait(WRITE_WAIT, request.id, (members, others), out);
        let (request_id, content, stamps) = (request.id, changed.content, changed.stamps);
        let wrote =
            LeaderlessNote::Wrote { request: request_id, key: key.clone(), content, stamps, has_copy: takes_part };
        out.note(wrote);
        if takes_part {
            self.account(key, (self.id, Way::Write), (changed.notes, &changed.versions), out);
            self.keep(key, Some(changed.versions.clone()), changed.dot, out);
            self.keep_hints_of_own(key, &targets, out);
        }
        let after = self.must_be_named(key);
        for (node, hint_for) in targets.iter().filter(|(node, _)| *node != self.id) {
            let (key, versions) = (key.clone(), changed.versions.clone());
            let put =
                LeaderlessMessage::Put { request: request.id, key, versions, hint_for: *hint_for, way: Way::Write };
            out.send_after(after, *node, put);
        }
        let versions = changed.versions;
        let phase = Phase::Write { targets, acked: NodeSet::EMPTY, need, versions };
        let key = key.clone();
        self.watch(Coordination { request: request.id, key, asker, is_answered: false, phase, wait }, out);
        if takes_part {
            self.when_durable(Own::Acknowledges(request.id), out);
        }
    }

    /// The write to its own disk that a write to this key must wait for before it leaves. Stamps need none: time goes on.
    pub(super) fn must_be_named(&self, key: &Key) -> Option<PersistToken> {
        let is_early = !self.names_writes(key) || self.config.breaks(Break::NameBeforePersisting);
        if is_early { None } else { self.must_be_durable() }
    }

    /// Somebody has the write on disk.
    pub(super) fn on_put_ack(&mut self, from: NodeId, request: RequestId, out: &mut Effects<Self>) {
        let Some(coordination) = self.open.get_mut(&request) else { return };
        let wait = coordination.wait;
        match &mut coordination.phase {
            Phase::Write { targets, acked, need, .. } => {
                acked.insert(from);
                let (is_enough, is_all) = (acked.len() >= usize::from(*need), acked.len() == targets.len());
                if from != self.id {
                    out.answered_one(from, wait);
                }
                if is_enough {
                    self.say_enough(request, out);
                    self.answer(request, Reply::done(), out);
                }
                if is_all {
                    self.open.remove(&request);
                }
            }
            Phase::WriteBack { holders, need, .. } => {
                holders.insert(from);
                let is_enough = holders.len() >= usize::from(*need);
                if from != self.id {
                    out.answered_one(from, wait);
                }
                if is_enough {
                    self.end_write_back(request, out);
                }
            }
            Phase::Read { .. } | Phase::Forwarded { .. } => {}
        }
    }

    /// Says who has acknowledged a write that the client is about to be told of.
    fn say_enough(&self, request: RequestId, out: &mut Effects<Self>) {
        let Some(open) = self.open.get(&request).filter(|open| !open.is_answered) else { return };
        if let Phase::Write { acked, .. } = &open.phase {
            let home = self.home(&open.key).iter().copied().collect();
            out.note(LeaderlessNote::Enough { request, acked: *acked, home });
        }
    }

    /// Tells the client, once.
    pub(super) fn answer(&mut self, request: RequestId, reply: Reply, out: &mut Effects<Self>) {
        let Some(coordination) = self.open.get_mut(&request) else { return };
        if !std::mem::replace(&mut coordination.is_answered, true) {
            let (wait, asker) = (coordination.wait, coordination.asker);
            out.settle(wait);
            self.tell(request, asker, reply, out);
        }
    }
}
