//! Whoever is asked sees to a request: who takes part, who has replied, when the client is told, and when to give up.

use super::breaks::Break;
use super::config::Coordinator;
use super::placement::Targets;
use super::update::{needs_copy, works_without_copy};
use super::version::Versions;
use super::{DEADLINE_TIMER, Leaderless, LeaderlessNote};
use crate::base::{NodeId, NodeSet, RequestId, WaitId};
use crate::protocol::{Effects, Key, Refusal, Reply, Request};

/// A request that this node sees to.
#[derive(Clone, Debug)]
pub struct Coordination {
    /// The request.
    pub request: RequestId,
    /// The key.
    pub key: Key,
    /// The node that handed it on, if the client asked another.
    pub asker: Option<NodeId>,
    /// Whether the client has its answer, and only others' replies are waited for.
    pub is_answered: bool,
    /// How far it is.
    pub phase: Phase,
    pub(super) wait: WaitId,
}

/// How far a request is.
#[derive(Clone, Debug)]
pub enum Phase {
    /// Waits for acknowledgements.
    Write {
        /// Who takes part, each with the one that it stands in for.
        targets: Vec<(NodeId, Option<NodeId>)>,
        /// Who has it on disk.
        acked: NodeSet,
        /// How many must.
        need: u8,
        /// What was sent.
        versions: Versions,
    },
    /// Waits for versions.
    Read {
        /// Who was asked.
        asked: NodeSet,
        /// What they said.
        replies: Vec<(NodeId, Option<Versions>)>,
        /// How many must.
        need: u8,
    },
    /// Waits until enough hold what the read will answer with.
    WriteBack {
        /// Who holds it.
        holders: NodeSet,
        /// How many must.
        need: u8,
        /// What the read will answer with.
        found: Versions,
    },
    /// Waits for the replica that sees to it.
    Forwarded {
        /// Which.
        to: NodeId,
        /// Whether it is a read, which leaves no trace if it fails.
        is_read: bool,
    },
}

impl Leaderless {
    /// A client asks.
    pub(super) fn on_request(&mut self, request: Box<Request>, out: &mut Effects<Self>) {
        self.see_to(request, None, out);
    }

    /// Sees to a request itself, or hands it to a replica of the key.
    pub(super) fn see_to(&mut self, request: Box<Request>, asker: Option<NodeId>, out: &mut Effects<Self>) {
        let key = &request.operation.key;
        let conflicts = self.config.conflicts_of(key);
        let update = &request.operation.update;
        let wants_home = self.config.coordinator == Coordinator::Replica || needs_copy(conflicts, update);
        // Asked for once, since it takes a hash and a search.
        let home = self.home(key);
        if wants_home && asker.is_none() && !home.contains(&self.id) {
            if let Some(living) = home.iter().copied().find(|node| self.is_alive(*node)) {
                return self.forward(living, request, out);
            }
            if !self.config.sloppy || !works_without_copy(conflicts, update) {
                return self.refuse_for_want(&request, asker, NodeSet::EMPTY, 1, out);
            }
        }
        let targets = self.targets_of(key, home);
        if request.operation.update.is_read() {
            self.begin_read(&request, asker, &targets, out);
        } else {
            let targets = if needs_copy(conflicts, update) { self.with_self(targets) } else { targets };
            self.begin_write(&request, asker, targets, out);
        }
    }

    /// Refuses at once if too few seem alive: nothing has been done yet, so the client may know that for certain.
    pub(super) fn has_enough(
        &self,
        request: &Request,
        asker: Option<NodeId>,
        (targets, need): (&Targets, u8),
        out: &mut Effects<Self>,
    ) -> bool {
        let alive = self.living(targets);
        let is_enough = alive.len() >= usize::from(need);
        if !is_enough {
            self.refuse_for_want(request, asker, alive, need, out);
        }
        is_enough
    }

    fn refuse_for_want(
        &self,
        request: &Request,
        asker: Option<NodeId>,
        alive: NodeSet,
        need: u8,
        out: &mut Effects<Self>,
    ) {
        let key = request.operation.key.clone();
        out.note(LeaderlessNote::TooFewAlive { request: request.id, key, need, alive });
        self.tell(request.id, asker, Reply::Refused(Refusal::Unavailable), out);
    }

    /// Tells the client, or the node that the client asked.
    pub(super) fn tell(&self, request: RequestId, asker: Option<NodeId>, reply: Reply, out: &mut Effects<Self>) {
        match asker {
            None => out.reply(request, reply, None),
            Some(node) => out.send(node, super::LeaderlessMessage::Forwarded { request, reply }),
        }
    }

    /// How many acknowledgements a write is answered at.
    pub(super) fn write_need(&self) -> u8 {
        if self.config.breaks(Break::AnswerBeforeQuorum) { (self.config.w - 1).max(1) } else { self.config.w }
    }

    /// Begins to wait for others on behalf of a request.
    pub(super) fn begin_wait(
        &mut self,
        kind: u8,
        request: RequestId,
        (members, need): (NodeSet, usize),
        out: &mut Effects<Self>,
    ) -> WaitId {
        self.waits += 1;
        let wait = WaitId { kind, number: self.waits };
        let others = members.without(self.id);
        out.wait(wait, Some(request), others, need.min(others.len()) as u8);
        wait
    }

    /// Keeps an eye on a request until its time is over.
    pub(super) fn watch(&mut self, coordination: Coordination, out: &mut Effects<Self>) {
        let deadline = self.now.monotonic + self.config.request_timeout;
        if self.deadlines.is_empty() {
            out.set_timer_exactly(DEADLINE_TIMER, self.config.request_timeout);
        }
        self.deadlines.push_back((deadline, coordination.request));
        self.open.insert(coordination.request, Box::new(coordination));
    }

    pub(super) fn on_deadline(&mut self, out: &mut Effects<Self>) {
        let now = self.now.monotonic;
        while let Some((deadline, request)) = self.deadlines.front().copied() {
            if deadline <= now {
                self.deadlines.pop_front();
                self.give_up(request, out);
            } else if self.open.contains_key(&request) {
                break;
            } else {
                self.deadlines.pop_front();
            }
        }
        if let Some((deadline, _)) = self.deadlines.front() {
            out.set_timer_exactly(DEADLINE_TIMER, deadline.since(now));
        }
    }

    /// The time for a request is over. What a write has left behind stays where it is.
    fn give_up(&mut self, request: RequestId, out: &mut Effects<Self>) {
        let Some(coordination) = self.open.remove(&request) else { return };
        if !coordination.is_answered {
            out.settle(coordination.wait);
            let (need, replied, is_read) = coordination.standing();
            out.note(LeaderlessNote::GaveUp { request, need, replied });
            let reply = if is_read { Reply::Refused(Refusal::Unavailable) } else { Reply::GaveUp };
            self.tell(request, coordination.asker, reply, out);
        }
        if let Phase::Write { targets, acked, versions, .. } = coordination.phase {
            self.keep_hints_for_absent(&coordination.key, &targets, acked, versions, out);
        }
    }
}

impl Coordination {
    /// How many replies are needed, who has replied, and whether nothing is changed by it.
    fn standing(&self) -> (u8, NodeSet, bool) {
        match &self.phase {
            Phase::Write { acked, need, .. } => (*need, *acked, false),
            Phase::Read { replies, need, .. } => (*need, replies.iter().map(|(node, _)| *node).collect(), true),
            Phase::WriteBack { holders, need, .. } => (*need, *holders, true),
            Phase::Forwarded { is_read, .. } => (1, NodeSet::EMPTY, *is_read),
        }
    }

    /// Who has not replied yet.
    #[must_use]
    pub fn waits_for(&self) -> NodeSet {
        match &self.phase {
            Phase::Write { targets, acked, .. } => {
                targets.iter().map(|(node, _)| *node).collect::<NodeSet>().difference(*acked)
            }
            Phase::Read { asked, replies, .. } => asked.difference(replies.iter().map(|(node, _)| *node).collect()),
            Phase::WriteBack { .. } => NodeSet::EMPTY,
            Phase::Forwarded { to, .. } => NodeSet::EMPTY.with(*to),
        }
    }
}
