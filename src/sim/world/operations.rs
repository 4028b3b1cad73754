//! Operations: invoked by a client, attempted at nodes, ended with one of three outcomes. An operation is failed only
//! if every attempt was definitely not applied.

use super::{Event, Kind, OpenOperation, Payload, World};
use crate::base::{ClientId, Endpoint, NodeId, NodeSet, OpId, RecordId, RequestId, SimDuration};
use crate::protocol::{Context, Operation, Protocol, Refusal, Reply, Request, SessionStamp, Update, Value};
use crate::sim::client::{AttemptEnd, Outcome};
use crate::sim::waits::Drops;
use crate::sim::workload::Pace;

impl<P: Protocol> World<P> {
    pub(super) fn start_workload(&mut self, client: ClientId) {
        let now = self.now.time;
        let state = &mut self.clients[client.slot()];
        let Some(generator) = &mut state.generator else { return };
        if state.is_running {
            return;
        }
        state.is_running = true;
        state.run += 1;
        let is_closed_loop = matches!(generator.workload.pace, Pace::Closed { .. });
        if is_closed_loop && self.open.values().any(|open| open.client == client && open.is_from_workload) {
            // The end of that operation brings the next; to begin here as well would make two loops of one.
            return;
        }
        let first = generator.workload.start.max(now + generator.pause_before(state.invoked));
        let run = state.run;
        self.queue.push(first, Event::Invoke { client, run });
    }

    pub(super) fn stop_workload(&mut self, client: ClientId) {
        self.clients[client.slot()].is_running = false;
    }

    pub(super) fn on_invoke_due(&mut self, client: ClientId) {
        let now = self.now.time;
        let state = &mut self.clients[client.slot()];
        let n = state.invoked;
        let Some(generator) = &mut state.generator else { return };
        if !generator.goes_on(n, now) {
            state.is_running = false;
            return;
        }
        let key = generator.key(n);
        let last_seen = state.seen.get(&key).cloned().flatten();
        let operation = generator.operation(n, key, last_seen);
        state.invoked += 1;
        if let Pace::Open { .. } = generator.workload.pace {
            self.schedule_next(client);
        }
        self.invoke(client, operation, None, true, None);
    }

    fn schedule_next(&mut self, client: ClientId) {
        let state = &mut self.clients[client.slot()];
        let Some(generator) = state.generator.as_mut().filter(|_| state.is_running) else { return };
        let due = self.now.time + generator.pause_before(state.invoked);
        let run = state.run;
        self.queue.push(due, Event::Invoke { client, run });
    }

    pub(super) fn invoke(
        &mut self,
        client: ClientId,
        operation: Operation,
        pinned: Option<NodeId>,
        is_from_workload: bool,
        cause: Option<RecordId>,
    ) {
        let id = OpId(self.next_op);
        self.next_op += 1;
        self.counters.invoked += 1;
        let record = self.record(cause, &Kind::Invoked { op: id, client, operation: operation.clone() });
        let session = self.next_stamp(client);
        self.clients[client.slot()].tally.invoked += 1;
        let open = OpenOperation {
            id,
            client,
            operation,
            invoked_at: self.now.time,
            attempt: 0,
            contact: NodeId(1),
            pinned,
            session,
            is_waiting: false,
            unknown: Vec::new(),
            last_refusal: None,
            record,
            is_from_workload,
            drops: Drops::default(),
        };
        self.open.insert(id, Box::new(open));
        self.attempt(id, record);
    }

    /// Names a new operation of a client that keeps a session, and says up to which one it has all its answers.
    fn next_stamp(&mut self, client: ClientId) -> Option<SessionStamp> {
        if !self.clients[client.slot()].config.session {
            return None;
        }
        let mut of_client = self.open.values().filter(|open| open.client == client);
        let oldest_open = of_client.find_map(|open| open.session).map(|stamp| stamp.sequence);
        Some(self.clients[client.slot()].next_stamp(client, oldest_open))
    }

    /// Makes the next attempt.
    fn attempt(&mut self, op: OpId, cause: RecordId) {
        let nodes = self.node_count();
        let Some(open) = self.open.get_mut(&op) else { return };
        let client = &mut self.clients[open.client.slot()];
        open.contact = open.pinned.unwrap_or_else(|| client.choose_contact(nodes));
        open.attempt += 1;
        open.is_waiting = true;
        open.drops.clear();
        let (id, to, from) = (open.request(), open.contact, open.client);
        let request = Request {
            id,
            operation: open.operation.clone(),
            session: open.session,
            context: client.contexts.get(&open.operation.key).cloned().unwrap_or_default(),
        };
        let timeout_at = self.now.time + client.config.timeout;
        let attempted = self.record(Some(cause), &Kind::Attempted { request: id, to });
        self.queue.push(timeout_at, Event::Timeout { op, attempt: id.attempt });
        self.send(from.into(), to.into(), Payload::Request(Box::new(request)), attempted);
    }

    /// A client reads a message. One about an operation that is over tells it nothing that it would act on.
    pub(super) fn client_receives(&mut self, payload: Payload<P::Message>, delivered: RecordId) {
        match payload {
            Payload::Reply { request, reply: Reply::Done { values, context, swapped } } => {
                self.on_done(request, values, context, swapped, delivered);
            }
            Payload::Reply { request, reply: Reply::Refused(refusal) } => {
                self.on_refused(request, refusal, delivered);
            }
            Payload::Reply { request, reply: Reply::GaveUp } => self.on_broken(request, AttemptEnd::GaveUp, delivered),
            Payload::Reset { request } => self.on_broken(request, AttemptEnd::Reset, delivered),
            Payload::Node(_) | Payload::Request(_) => unreachable!("only nodes get what nodes get"),
        }
    }

    fn on_done(
        &mut self,
        request: RequestId,
        values: Vec<Value>,
        context: Context,
        swapped: bool,
        delivered: RecordId,
    ) {
        let Some(open) = self.open.get(&request.op) else { return };
        let key = open.operation.key.clone();
        let client = &mut self.clients[open.client.slot()];
        if context.0.is_some() {
            client.contexts.insert(key.clone(), context);
        }
        let swaps = client.generator.as_ref().is_some_and(|generator| generator.workload.mix.cas > 0);
        if swaps && let Some(seen) = last_seen(&open.operation.update, &values, swapped) {
            client.seen.insert(key, seen);
        }
        let cause = self.record(Some(delivered), &Kind::AttemptEnded { request, end: AttemptEnd::Answered });
        self.end(request.op, Outcome::Ok { values, swapped }, cause);
    }

    fn on_refused(&mut self, request: RequestId, refusal: Refusal, delivered: RecordId) {
        let nodes = self.node_count();
        let Some(open) = self.open.get_mut(&request.op) else { return };
        open.last_refusal = Some(refusal);
        if !(open.is_waiting && open.attempt == request.attempt) {
            // Late, but now it is known that this attempt was not applied.
            open.unknown.retain(|&attempt| attempt != request.attempt);
            return;
        }
        open.is_waiting = false;
        let hint = match refusal {
            Refusal::NotLeader { hint } => hint,
            Refusal::Unsupported | Refusal::WrongType | Refusal::Unavailable | Refusal::Down => None,
        };
        if open.pinned.is_none() {
            self.clients[open.client.slot()].move_on(open.contact, hint, nodes);
        }
        let may_retry = !matches!(refusal, Refusal::Unsupported | Refusal::WrongType);
        let follows_hint = hint.is_some() && open.pinned.is_none();
        let end = AttemptEnd::Refused(refusal);
        let cause = self.record(Some(delivered), &Kind::AttemptEnded { request, end });
        self.retry_or_end(request.op, may_retry, follows_hint, cause);
    }

    /// The attempt is over, and nobody can say whether it was applied.
    fn on_broken(&mut self, request: RequestId, end: AttemptEnd, delivered: RecordId) {
        if self.open.get(&request.op).is_some_and(|open| open.is_waiting && open.attempt == request.attempt) {
            let cause = self.record(Some(delivered), &Kind::AttemptEnded { request, end });
            self.attempt_is_unknown(request, cause);
        }
    }

    pub(super) fn on_timeout(&mut self, op: OpId) {
        let Some(open) = self.open.get(&op) else { return };
        let (request, contact, client) = (open.request(), open.contact, open.client);
        let (began, drops) = (open.record, open.drops.to_vec());
        let cause = self.record(Some(began), &Kind::AttemptEnded { request, end: AttemptEnd::TimedOut });
        let members: NodeSet = [contact].into_iter().collect();
        self.record(Some(cause), &Kind::WaitingFor { party: client.into(), members, drops });
        self.point_at_waits(request, cause);
        self.attempt_is_unknown(request, cause);
    }

    /// Whoever waits on behalf of this attempt waits in vain so far: the record says for whom.
    fn point_at_waits(&mut self, request: RequestId, cause: RecordId) {
        for slot in 0..self.nodes.len() {
            let Some((members, drops)) = self.nodes[slot].waits.for_request(request) else { continue };
            let party = Endpoint::Node(NodeId::from_slot(slot));
            self.record(Some(cause), &Kind::WaitingFor { party, members, drops });
        }
    }

    fn attempt_is_unknown(&mut self, request: RequestId, cause: RecordId) {
        let nodes = self.node_count();
        let Some(open) = self.open.get_mut(&request.op) else { return };
        open.is_waiting = false;
        open.unknown.push(request.attempt);
        let client = &mut self.clients[open.client.slot()];
        if open.pinned.is_none() {
            client.move_on(open.contact, None, nodes);
        }
        let may_retry = client.config.retry.after_unknown;
        self.retry_or_end(request.op, may_retry, false, cause);
    }

    fn retry_or_end(&mut self, op: OpId, may_retry: bool, at_once: bool, cause: RecordId) {
        let Some(open) = self.open.get(&op) else { return };
        let client = &mut self.clients[open.client.slot()];
        if !may_retry || open.attempt >= client.config.retry.attempts {
            let outcome = match open.last_refusal.filter(|_| open.unknown.is_empty()) {
                Some(refusal) => Outcome::Failed(refusal),
                None => Outcome::Unknown,
            };
            return self.end(op, outcome, cause);
        }
        let next = open.attempt + 1;
        let wait = if at_once { SimDuration::ZERO } else { client.draw_backoff(next) };
        self.queue.push(self.now.time + wait, Event::Retry { op, attempt: next });
    }

    pub(super) fn on_retry_due(&mut self, op: OpId) {
        if let Some(open) = self.open.get(&op) {
            let cause = open.record;
            self.attempt(op, cause);
        }
    }

    fn end(&mut self, op: OpId, outcome: Outcome, cause: RecordId) {
        let Some(open) = self.open.remove(&op) else { return };
        let client = &mut self.clients[open.client.slot()];
        match &outcome {
            Outcome::Ok { values, .. } => {
                self.counters.ok += 1;
                client.tally.ok += 1;
                if open.operation.update.is_read() {
                    client.last_read = Some(values.clone());
                }
            }
            Outcome::Failed(_) => {
                self.counters.failed += 1;
                client.tally.failed += 1;
            }
            Outcome::Unknown => {
                self.counters.unknown += 1;
                client.tally.unknown += 1;
            }
        }
        client.last = Some(outcome.clone());
        self.record(Some(cause), &Kind::Ended { op, outcome });
        let is_closed_loop = |pace| matches!(pace, Pace::Closed { .. });
        let generator = self.clients[open.client.slot()].generator.as_ref();
        if open.is_from_workload && generator.is_some_and(|generator| is_closed_loop(generator.workload.pace)) {
            self.schedule_next(open.client);
        }
    }
}

/// What a client knows its key to hold after an answer: what it read, or what it put there; nothing new otherwise.
fn last_seen(update: &Update, values: &[Value], swapped: bool) -> Option<Option<Value>> {
    match update {
        Update::Read => Some(values.first().cloned()),
        Update::CompareAndSet { .. } if !swapped => Some(values.first().cloned()),
        Update::Write(value) | Update::CompareAndSet { value, .. } => Some(Some(value.clone())),
        Update::Delete => Some(None),
        Update::Append(_) | Update::Add(_) | Update::Include(_) | Update::Exclude(_) => None,
    }
}
