//! A second protocol, as small as can be: each node keeps the greatest number that it has heard of (a max-register),
//! writes it to disk and offers it to the others. It shows that the kernel knows no protocol, and since a test can tell
//! a node what to do by the key of a request, it is the probe for the kernel's meanings.

use netsplit::base::{LocalTime, NodeId, NodeSet, PersistToken, RequestId, SimDuration, TimeSpan, TimerId, WaitId};
use netsplit::protocol::{
    Context, Effects, Input, Key, Observation, Protocol, Refusal, Reply, Request, Role, Update, Value,
};
use serde::{Deserialize, Serialize};

/// Runs out when it is time to offer the value again.
pub(crate) const ROUND_TIMER: TimerId = TimerId(0);
/// Runs out when a test has asked for it.
pub(crate) const ALARM_TIMER: TimerId = TimerId(1);
/// Runs out when a reply is due that a test has asked to be late.
pub(crate) const LATE_TIMER: TimerId = TimerId(2);

/// How often nodes offer what they know; none keeps them silent unless asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rounds(pub(crate) Option<TimeSpan>);

/// What a disk holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) greatest: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Word {
    /// The greatest number known to the sender.
    Offer(i64),
    /// The receiver's disk holds it.
    Taken(i64),
    /// A number that only tests look at.
    Ping(u64),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fact {
    /// Started with this number on disk.
    Woke(i64),
    /// A timer ran out, at this reading of the node's clocks.
    Rang(u8, LocalTime),
    /// The value has grown.
    Grew(i64),
    /// A ping came.
    Pinged(u64),
    /// A write is durable.
    Durable(u64),
}

/// One node.
#[derive(Clone, Debug)]
pub(crate) struct Gossip {
    id: NodeId,
    peers: NodeSet,
    rounds: Rounds,
    greatest: i64,
    token: u64,
    late: Option<(RequestId, Reply)>,
}

impl Protocol for Gossip {
    type Config = Rounds;
    type Durable = Kept;
    type Change = i64;
    type Message = Word;
    type Note = Fact;

    fn new(id: NodeId, members: NodeSet, rounds: &Rounds) -> Self {
        Self { id, peers: members.without(id), rounds: rounds.clone(), greatest: 0, token: 0, late: None }
    }

    fn handle(&mut self, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        match input {
            Input::Start(kept) => {
                self.greatest = kept.greatest;
                out.note(Fact::Woke(self.greatest));
                self.next_round(out);
            }
            Input::Message { from, body } => self.on_word(from, body, out),
            Input::Timer(timer) => self.on_timer(timer, now, out),
            Input::Request(request) => self.on_request(&request, out),
            Input::Order(_) | Input::Typed(_) => {}
            Input::Persisted(PersistToken(token)) => out.note(Fact::Durable(token)),
        }
    }

    fn preload(kept: &mut Kept, _: NodeSet, data: &[(Key, Value)]) {
        for (_, value) in data {
            if let Value::Int(number) = value {
                kept.greatest = kept.greatest.max(*number);
            }
        }
    }

    fn write(kept: &mut Kept, number: i64) {
        kept.greatest = number;
    }

    fn observe(&self) -> Observation {
        let (last_index, commit_index, applied_index) = (self.greatest.unsigned_abs(), 0, 0);
        Observation { role: Role::Replica, epoch: 0, leader: None, last_index, commit_index, applied_index }
    }

    fn values(&self, _key: &Key) -> Vec<Value> {
        vec![Value::Int(self.greatest)]
    }

    fn is_heartbeat(word: &Word) -> bool {
        matches!(word, Word::Offer(_))
    }
}

impl Gossip {
    pub(crate) fn greatest(&self) -> i64 {
        self.greatest
    }

    fn next_round(&mut self, out: &mut Effects<Self>) {
        if let Some(span) = self.rounds.0 {
            out.set_timer(ROUND_TIMER, span);
        }
    }

    fn on_timer(&mut self, timer: TimerId, now: LocalTime, out: &mut Effects<Self>) {
        out.note(Fact::Rang(timer.0, now));
        match timer {
            ROUND_TIMER => {
                self.next_round(out);
                self.offer(out);
            }
            LATE_TIMER => {
                if let Some((request, reply)) = self.late.take() {
                    out.reply(request, reply, None);
                }
            }
            _ => {}
        }
    }

    fn offer(&mut self, out: &mut Effects<Self>) {
        for peer in self.peers.iter() {
            out.send(peer, Word::Offer(self.greatest));
        }
    }

    fn on_word(&mut self, from: NodeId, word: Word, out: &mut Effects<Self>) {
        match word {
            Word::Offer(number) => {
                let token = self.grow(number, out);
                out.send_after(token, from, Word::Taken(number));
            }
            Word::Taken(number) => out.answered(from, value_wait(number)),
            Word::Ping(number) => out.note(Fact::Pinged(number)),
        }
    }

    fn grow(&mut self, number: i64, out: &mut Effects<Self>) -> Option<PersistToken> {
        if number > self.greatest {
            self.greatest = number;
            out.note(Fact::Grew(number));
            self.persist(number, out);
        }
        (self.token > 0).then_some(PersistToken(self.token))
    }

    fn persist(&mut self, number: i64, out: &mut Effects<Self>) -> PersistToken {
        self.token += 1;
        out.persist(PersistToken(self.token), number);
        PersistToken(self.token)
    }

    /// `x`: the register itself. Other keys tell the node what to do.
    fn on_request(&mut self, request: &Request, out: &mut Effects<Self>) {
        let id = request.id;
        let number = match request.operation.update {
            Update::Write(Value::Int(number)) => number,
            _ => 0,
        };
        match request.operation.key.name().as_ref() {
            "burst" => (1..=number.unsigned_abs()).for_each(|at| self.ping_all(at, None, out)),
            "gate" => self.gate_out_of_order(out),
            "alarm" => out.set_timer_exactly(ALARM_TIMER, SimDuration(number.unsigned_abs())),
            "silence" => return,
            "late" => return self.answer_later(id, Reply::done(), number, out),
            "late-no" => {
                return self.answer_later(id, Reply::Refused(Refusal::Unavailable), number, out);
            }
            "no" => return out.reply(id, Reply::Refused(Refusal::Unavailable), None),
            "try" => {
                let hint = Some(NodeId(number.unsigned_abs() as u8));
                return out.reply(id, Reply::Refused(Refusal::NotLeader { hint }), None);
            }
            "context" => return out.reply(id, echo(request), None),
            "everybody" => return self.wait_for_everybody(id, number, out),
            _ if request.operation.update.is_read() => {
                return out.reply(id, Reply::read(Some(Value::Int(self.greatest))), None);
            }
            _ => {
                let token = self.grow(number, out);
                return out.reply(id, Reply::done(), token);
            }
        }
        out.reply(id, Reply::done(), None);
    }

    fn ping_all(&self, number: u64, after: Option<PersistToken>, out: &mut Effects<Self>) {
        for peer in self.peers.iter() {
            out.send_after(after, peer, Word::Ping(number));
        }
    }

    /// Two writes; what waits for the second is sent first.
    fn gate_out_of_order(&mut self, out: &mut Effects<Self>) {
        let first = self.persist(self.greatest, out);
        let second = self.persist(self.greatest, out);
        self.ping_all(2, Some(second), out);
        self.ping_all(1, Some(first), out);
        self.ping_all(0, None, out);
    }

    fn answer_later(&mut self, id: RequestId, reply: Reply, after_us: i64, out: &mut Effects<Self>) {
        self.late = Some((id, reply));
        out.set_timer_exactly(LATE_TIMER, SimDuration(after_us.unsigned_abs()));
    }

    /// Takes the number and tells everybody; never answers by itself.
    fn wait_for_everybody(&mut self, id: RequestId, number: i64, out: &mut Effects<Self>) {
        self.grow(number, out);
        out.wait(value_wait(number), Some(id), self.peers, self.peers.len() as u8);
        self.offer(out);
    }

    pub(crate) fn id(&self) -> NodeId {
        self.id
    }
}

/// Hands the client's own context back, one byte longer, so that a test sees it go round.
fn echo(request: &Request) -> Reply {
    let mut bytes = request.context.0.as_deref().unwrap_or_default().to_vec();
    bytes.push(bytes.len() as u8);
    let seen = Value::Int(bytes.len() as i64);
    Reply::Done { values: vec![seen], context: Context(Some(bytes.into())), swapped: true }
}

fn value_wait(number: i64) -> WaitId {
    WaitId { kind: 0, number: number.unsigned_abs() }
}
