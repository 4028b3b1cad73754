//! Raft servers without a world: fed by hand, one input at a time, each with a clock and a disk that go on when the test
//! says so. One of them alone is a `Server`; several with messages between them are a `Group`. No timer of an election
//! runs out by itself here; the other timers do when a server's clock passes them.

use netsplit::base::{
    ClientId, LocalTime, Monotonic, NodeId, NodeSet, OpId, PersistToken, RequestId, SimDuration, TimerId,
};
use netsplit::protocol::raft::log::LogEnd;
use netsplit::protocol::raft::{
    Append, AppendOutcome, Ballot, Command, ELECTION_TIMER, Entry, HEARTBEAT_TIMER, Index, Raft, RaftChange,
    RaftConfig, RaftDurable, RaftMessage, RaftNote, RaftRole, Term,
};
use netsplit::protocol::{
    Context, Effect, Effects, Element, Input, Operation, Order, Protocol, Reply, Request, SessionStamp, Update, Value,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(crate) type Outcome = Vec<Effect<Raft>>;

/// One server.
pub(crate) struct Server {
    pub(crate) id: NodeId,
    pub(crate) raft: Raft,
    /// What a crash leaves.
    pub(crate) disk: RaftDurable,
    members: NodeSet,
    config: RaftConfig,
    clock: Monotonic,
    unsynced: VecDeque<(PersistToken, RaftChange)>,
    timers: BTreeMap<TimerId, Monotonic>,
}

impl Server {
    /// n1 of three.
    pub(crate) fn new(config: &RaftConfig) -> Self {
        Self::start(NodeId(1), NodeSet::first(3), config, RaftDurable::default())
    }

    pub(crate) fn start(id: NodeId, members: NodeSet, config: &RaftConfig, disk: RaftDurable) -> Self {
        let raft = Raft::new(id, members, config);
        let (unsynced, timers) = (VecDeque::new(), BTreeMap::new());
        let clock = Monotonic(0);
        let mut server = Self { id, raft, disk, members, config: config.clone(), clock, unsynced, timers };
        server.feed(Input::Start(server.disk.clone()));
        server
    }

    /// Crashes and starts again, with what its disk holds.
    pub(crate) fn restart(&mut self) {
        self.unsynced.clear();
        self.timers.clear();
        self.raft = Raft::new(self.id, self.members, &self.config);
        self.feed(Input::Start(self.disk.clone()));
    }

    pub(crate) fn feed(&mut self, input: Input<Raft>) -> Outcome {
        let mut out = Effects::default();
        self.raft.handle(LocalTime { monotonic: self.clock, ..LocalTime::default() }, input, &mut out);
        let effects: Outcome = out.drain().collect();
        for effect in &effects {
            match effect {
                Effect::Persist { token, change } => self.unsynced.push_back((*token, change.clone())),
                Effect::SetTimer { id, span } => drop(self.timers.insert(*id, self.clock + span.min)),
                Effect::CancelTimer(id) => drop(self.timers.remove(id)),
                _ => {}
            }
        }
        effects
    }

    /// Its disk is done with everything, and with what comes of that.
    pub(crate) fn sync(&mut self) -> Outcome {
        let mut effects = Outcome::new();
        while let Some((token, change)) = self.unsynced.pop_front() {
            Raft::write(&mut self.disk, change);
            if self.unsynced.is_empty() {
                effects.extend(self.feed(Input::Persisted(token)));
            }
        }
        effects
    }

    pub(crate) fn hear(&mut self, from: u8, body: RaftMessage) -> Outcome {
        self.feed(Input::Message { from: NodeId(from), body })
    }

    /// Hears, and its disk is done at once.
    pub(crate) fn hear_and_sync(&mut self, from: u8, body: RaftMessage) -> Outcome {
        let mut effects = self.hear(from, body);
        effects.extend(self.sync());
        effects
    }

    /// Its clock goes on, and its timers run out, but for that of an election.
    pub(crate) fn pass(&mut self, ms: u64) -> Outcome {
        let until = self.clock + SimDuration::from_millis(ms);
        let mut effects = Outcome::new();
        while let Some((&timer, &at)) =
            self.timers.iter().filter(|(id, at)| **id != ELECTION_TIMER && **at <= until).min_by_key(|(_, at)| **at)
        {
            self.timers.remove(&timer);
            self.clock = self.clock.max(at);
            effects.extend(self.feed(Input::Timer(timer)));
            effects.extend(self.sync());
        }
        self.clock = until;
        effects
    }

    /// Its election timer runs out now.
    pub(crate) fn time_out(&mut self) -> Outcome {
        self.timers.remove(&ELECTION_TIMER);
        let mut effects = self.feed(Input::Timer(ELECTION_TIMER));
        effects.extend(self.sync());
        effects
    }

    pub(crate) fn has_timer(&self, timer: TimerId) -> bool {
        self.timers.contains_key(&timer)
    }

    /// Stands, and wins with the votes of these.
    pub(crate) fn lead(&mut self, voters: &[u8]) -> Term {
        self.time_out();
        if self.config.pre_vote {
            let term = Term(self.raft.term().0 + 1);
            for &voter in voters {
                self.hear_and_sync(voter, RaftMessage::Vote { term, granted: true, ballot: Ballot::Pre });
            }
        }
        let term = self.raft.term();
        for &voter in voters {
            self.hear_and_sync(voter, RaftMessage::Vote { term, granted: true, ballot: Ballot::Real });
        }
        assert!(self.leads(), "{:?}", self.raft.role());
        self.sync();
        term
    }

    pub(crate) fn leads(&self) -> bool {
        matches!(self.raft.role(), RaftRole::Leader(_))
    }

    pub(crate) fn role(&self) -> &'static str {
        match self.raft.role() {
            RaftRole::Follower { .. } => "follower",
            RaftRole::PreCandidate(_) => "precandidate",
            RaftRole::Candidate(_) => "candidate",
            RaftRole::Leader(_) => "leader",
        }
    }

    pub(crate) fn clock(&self) -> Monotonic {
        self.clock
    }

    pub(crate) fn lease_runs(&self) -> bool {
        matches!(self.raft.lease(self.clock), netsplit::protocol::raft::Lease::Until(_))
    }

    /// A follower holds the log up to an index, and answers a round.
    pub(crate) fn acknowledge(&mut self, from: u8, index: u64, round: u64) -> Outcome {
        let term = self.raft.term();
        let outcome = AppendOutcome::Matched(Index(index));
        self.hear_and_sync(from, RaftMessage::AppendReply { term, outcome, round })
    }

    pub(crate) fn log_terms(&self) -> Vec<u64> {
        self.raft.log().iter().map(|(_, entry)| entry.term.0).collect()
    }

    pub(crate) fn value(&self, key: &str) -> Option<Value> {
        self.raft.store().get(&key.into()).cloned()
    }
}

/// Several servers. Disks are done at once; messages wait until the test lets them go.
pub(crate) struct Group {
    pub(crate) servers: BTreeMap<NodeId, Server>,
    pub(crate) queue: VecDeque<(NodeId, NodeId, RaftMessage)>,
    cut: BTreeSet<(NodeId, NodeId)>,
    config: RaftConfig,
    members: NodeSet,
    pub(crate) notes: Vec<(NodeId, RaftNote)>,
    pub(crate) replies: Vec<(NodeId, RequestId, Reply)>,
    requests: u32,
}

impl Group {
    pub(crate) fn new(size: u8, config: &RaftConfig) -> Self {
        Self::starting_with(size, config, &RaftDurable::default())
    }

    /// Every server begins with the same disk.
    pub(crate) fn starting_with(size: u8, config: &RaftConfig, disk: &RaftDurable) -> Self {
        let members = NodeSet::first(size);
        let server = |id| (id, Server::start(id, members, config, disk.clone()));
        let servers = members.iter().map(server).collect();
        let (queue, cut) = (VecDeque::new(), BTreeSet::new());
        let (notes, replies) = (Vec::new(), Vec::new());
        Self { servers, queue, cut, config: config.clone(), members, notes, replies, requests: 0 }
    }

    /// Starts a server with an empty disk that is no member.
    pub(crate) fn join(&mut self, id: u8) {
        let server = Server::start(NodeId(id), self.members, &self.config, RaftDurable::default());
        self.servers.insert(NodeId(id), server);
    }

    pub(crate) fn at(&self, id: u8) -> &Server {
        &self.servers[&NodeId(id)]
    }

    pub(crate) fn server(&mut self, id: u8) -> &mut Server {
        self.servers.get_mut(&NodeId(id)).expect("there is such a server")
    }

    pub(crate) fn feed(&mut self, id: u8, input: Input<Raft>) {
        let server = self.server(id);
        let mut effects = server.feed(input);
        effects.extend(server.sync());
        self.take(id, effects);
    }

    fn take(&mut self, id: u8, effects: Outcome) {
        let from = NodeId(id);
        for effect in effects {
            match effect {
                Effect::Send { to, body, .. } => self.queue.push_back((from, to, body)),
                Effect::Reply { request, reply, .. } => self.replies.push((from, request, reply)),
                Effect::Note(note) => self.notes.push((from, note)),
                _ => {}
            }
        }
    }

    /// Delivers one message, or lets it die on a link that is cut.
    pub(crate) fn deliver(&mut self, (from, to, body): (NodeId, NodeId, RaftMessage)) {
        if !self.cut.contains(&(from, to)) && self.servers.contains_key(&to) {
            self.feed(to.0, Input::Message { from, body });
        }
    }

    /// Delivers messages, and what comes of them, until there are none.
    pub(crate) fn settle(&mut self) -> &mut Self {
        for _ in 0..100_000 {
            let Some(message) = self.queue.pop_front() else { return self };
            self.deliver(message);
        }
        panic!("the servers never stop talking: {:?}", self.queue.front());
    }

    pub(crate) fn lose_everything(&mut self) {
        self.queue.clear();
    }

    /// An election timer runs out, and all that follows.
    pub(crate) fn campaign(&mut self, id: u8) -> &mut Self {
        self.time_out(id);
        self.settle()
    }

    pub(crate) fn time_out(&mut self, id: u8) {
        let effects = self.server(id).time_out();
        self.take(id, effects);
    }

    /// One heartbeat, and all that follows.
    pub(crate) fn beat(&mut self, id: u8) -> &mut Self {
        self.feed(id, Input::Timer(HEARTBEAT_TIMER));
        self.settle()
    }

    /// One server's clock goes on.
    pub(crate) fn pass(&mut self, id: u8, ms: u64) {
        let effects = self.server(id).pass(ms);
        self.take(id, effects);
    }

    /// All clocks go on, and messages arrive meanwhile.
    pub(crate) fn pass_all(&mut self, ms: u64) -> &mut Self {
        let ids: Vec<NodeId> = self.servers.keys().copied().collect();
        for _ in 0..ms {
            for id in &ids {
                self.pass(id.0, 1);
            }
            self.settle();
        }
        self
    }

    pub(crate) fn request(&mut self, id: u8, operation: Operation, session: Option<SessionStamp>) -> RequestId {
        self.requests += 1;
        let request = RequestId { client: ClientId(0), op: OpId(self.requests), attempt: 1 };
        self.feed(
            id,
            Input::Request(Box::new(Request { id: request, operation, session, context: Context::default() })),
        );
        request
    }

    pub(crate) fn write(&mut self, id: u8, key: &str, number: i64) -> RequestId {
        self.request(id, write(key, number), None)
    }

    pub(crate) fn read(&mut self, id: u8, key: &str) -> RequestId {
        self.request(id, Operation { key: key.into(), update: Update::Read }, None)
    }

    pub(crate) fn order(&mut self, id: u8, order: Order) -> &mut Self {
        self.feed(id, Input::Order(order));
        self
    }

    pub(crate) fn cut(&mut self, from: u8, to: u8) {
        self.cut.insert((NodeId(from), NodeId(to)));
    }

    pub(crate) fn isolate(&mut self, id: u8) {
        for other in self.servers.keys().map(|node| node.0).filter(|other| *other != id) {
            self.cut.extend([(NodeId(id), NodeId(other)), (NodeId(other), NodeId(id))]);
        }
    }

    pub(crate) fn heal(&mut self) -> &mut Self {
        self.cut.clear();
        self
    }

    pub(crate) fn reply(&self, request: RequestId) -> Option<&Reply> {
        self.replies.iter().find(|(_, id, _)| *id == request).map(|(_, _, reply)| reply)
    }

    /// Role, term, last index, commit index of each.
    pub(crate) fn standing(&self) -> Vec<(&'static str, u64, u64, u64)> {
        let standing = |server: &Server| {
            let raft = &server.raft;
            (server.role(), raft.term().0, raft.log().last_index().0, raft.commit_index().0)
        };
        self.servers.values().map(standing).collect()
    }

    pub(crate) fn noted(&self, wanted: impl Fn(&RaftNote) -> bool) -> usize {
        self.notes.iter().filter(|(_, note)| wanted(note)).count()
    }
}

pub(crate) fn write(key: &str, number: i64) -> Operation {
    Operation { key: key.into(), update: Update::Write(Value::Int(number)) }
}

pub(crate) fn append_text(key: &str, text: &str) -> Operation {
    Operation { key: key.into(), update: Update::Append(Element::Text(text.into())) }
}

pub(crate) fn log_end(term: u64, index: u64) -> LogEnd {
    LogEnd { term: Term(term), index: Index(index) }
}

/// A leader's message, with empty entries of these terms.
pub(crate) fn append(term: u64, previous: (u64, u64), terms: &[u64], commit: u64) -> RaftMessage {
    let entries = terms.iter().map(|&term| Entry { term: Term(term), command: Command::Noop }).collect();
    let previous = log_end(previous.0, previous.1);
    RaftMessage::Append(Append { term: Term(term), previous, entries, commit: Index(commit), round: 1 })
}

pub(crate) fn ask(ballot: Ballot, term: u64, end: (u64, u64)) -> RaftMessage {
    RaftMessage::RequestVote { term: Term(term), last: log_end(end.0, end.1), ballot }
}

/// A disk with a term, a vote and a log.
pub(crate) fn disk(term: u64, voted_for: Option<u8>, terms: &[u64]) -> RaftDurable {
    let mut disk = RaftDurable { term: Term(term), voted_for: voted_for.map(NodeId), ..RaftDurable::default() };
    for &term in terms {
        disk.log.push(Entry { term: Term(term), command: Command::Noop });
    }
    disk
}

pub(crate) fn sent(effects: &[Effect<Raft>]) -> Vec<(u8, RaftMessage)> {
    let send = |effect: &Effect<Raft>| match effect {
        Effect::Send { to, body, .. } => Some((to.0, body.clone())),
        _ => None,
    };
    effects.iter().filter_map(send).collect()
}

pub(crate) fn answered(effects: &[Effect<Raft>]) -> Vec<Reply> {
    let reply = |effect: &Effect<Raft>| match effect {
        Effect::Reply { reply, .. } => Some(reply.clone()),
        _ => None,
    };
    effects.iter().filter_map(reply).collect()
}

pub(crate) fn notes(effects: &[Effect<Raft>]) -> Vec<RaftNote> {
    let note = |effect: &Effect<Raft>| match effect {
        Effect::Note(note) => Some(note.clone()),
        _ => None,
    };
    effects.iter().filter_map(note).collect()
}

/// Whether a vote was given; none if nobody was answered.
pub(crate) fn vote_given(effects: &[Effect<Raft>]) -> Option<bool> {
    sent(effects).into_iter().find_map(|(_, body)| match body {
        RaftMessage::Vote { granted, .. } => Some(granted),
        _ => None,
    })
}

/// The answer to an append or a snapshot.
pub(crate) fn outcome(effects: &[Effect<Raft>]) -> Option<AppendOutcome> {
    sent(effects).into_iter().find_map(|(_, body)| match body {
        RaftMessage::AppendReply { outcome, .. } => Some(outcome),
        _ => None,
    })
}
