//! The one describer: a plain-English line for each trace record, and words for what records hold. Whatever puts words
//! on a run takes them from here: captions, the log, golden scripts. Owns no layout and no measure.
//!
//! The kernel's records are described once, for all protocols; a protocol adds the words for its messages, notes,
//! timers and waits ([`Vocabulary`]).

mod command;
mod leaderless;
pub mod merge;
mod operation;
pub mod raft;
mod words;

pub use command::command;
pub use operation::{attempt_end, outcome, payload};
pub(in crate::view) use raft::order_refusal;
pub use words::{Names, lengths, list, per_cent};

use crate::base::{ClientId, Endpoint, NodeSet, OpId, RecordId, TimerId, WaitId};
use crate::protocol::{Operation, Protocol};
use crate::session::Cluster;
use crate::sim::{AttemptEnd, DropReason, Kind, Outcome, Trace, TraceRecord, World, WorldConfig};
pub(in crate::view) use leaderless::way_word;
pub(in crate::view) use words::count;

/// Something that can be put into words.
pub trait Describe {
    /// The words. A message is a noun phrase ("vote request for term 3"), a note is what its node does ("stands for
    /// election in term 3").
    fn describe(&self, names: &Names<'_>) -> String;
}

/// The words of a protocol.
pub trait Vocabulary: Protocol<Message: Describe, Note: Describe> {
    /// What a timer is called.
    fn timer(timer: TimerId) -> &'static str;

    /// Whether this timer runs out all the time, and says nothing by that.
    fn is_routine(timer: TimerId) -> bool;

    /// What a node waits for.
    fn wait(wait: WaitId) -> String;
}

/// One record of a cluster's trace as a line; none if the trace does not reach so far.
#[must_use]
pub fn line_of(cluster: &Cluster, record: RecordId) -> Option<String> {
    match cluster {
        Cluster::Raft(world) => line_in(world, record),
        Cluster::Leaderless(world) => line_in(world, record),
    }
}

fn line_in<P: Vocabulary>(world: &World<P>, record: RecordId) -> Option<String> {
    let record = world.trace().get(record)?;
    Some(Describer::new(world.config(), world.trace()).line(&record))
}

/// Describes the records of one run.
#[derive(Clone, Copy, Debug)]
pub struct Describer<'a, P: Protocol> {
    names: Names<'a>,
    trace: &'a Trace<P>,
}

impl<'a, P: Vocabulary> Describer<'a, P> {
    /// For the records of this trace, with the names of this setting.
    #[must_use]
    pub fn new(config: &'a WorldConfig, trace: &'a Trace<P>) -> Self {
        Self { names: Names::new(config), trace }
    }

    /// The names in use.
    #[must_use]
    pub fn names(&self) -> &Names<'a> {
        &self.names
    }

    /// One record as a line.
    #[must_use]
    pub fn line(&self, record: &TraceRecord<P>) -> String {
        let names = &self.names;
        let cause = record.cause;
        match &record.kind {
            Kind::Command(it) => command(it, names),
            Kind::Started { node, incarnation: 1 } => format!("{node} starts"),
            Kind::Started { node, incarnation } => {
                format!("{node} starts again with what its disk holds (start {incarnation})")
            }
            Kind::Stopped { node, lost_writes: 0 } => format!("{node} stops; its disk lost nothing"),
            Kind::Stopped { node, lost_writes } => {
                format!(
                    "{node} stops; {} not durable and lost",
                    count(u64::from(*lost_writes), "write was", "writes were")
                )
            }
            Kind::Sent { from, to, payload: it } => {
                format!("{} sends {}: {}", names.endpoint(*from), names.endpoint(*to), payload(it, names))
            }
            Kind::Duplicated { from, to } => {
                let (from, to) = (names.endpoint(*from), names.endpoint(*to));
                format!("the link doubles a message from {from} to {to}: {}", self.message(cause))
            }
            Kind::Dropped { from, to, why } => {
                let (from, to) = (names.endpoint(*from), names.endpoint(*to));
                format!("a message from {from} to {to} dies, {}: {}", why_dropped(*why, &to), self.message(cause))
            }
            Kind::Held { from, to } => {
                let (from, to) = (names.endpoint(*from), names.endpoint(*to));
                format!("{to} cannot handle it yet, from {from}: {}", self.message(cause))
            }
            Kind::Delivered { from, to } => {
                format!("{} gets from {}: {}", names.endpoint(*to), names.endpoint(*from), self.message(cause))
            }
            Kind::TimerFired { node, timer } => format!("{node}: its {} runs out", P::timer(*timer)),
            Kind::Persisting { node, token } => format!("{node} begins to write to disk (write {})", token.0),
            Kind::Persisted { node, token } => format!("{node} is told by its disk: write {} is durable", token.0),
            Kind::Note { node, note } => format!("{node} {}", note.describe(names)),
            Kind::Awaits { node, wait, request: _, members, need } => {
                format!("{node} waits for {need} of {}: {}", list(members.iter()), P::wait(*wait))
            }
            Kind::Settled { node, wait } => format!("{node} waits no longer: {}", P::wait(*wait)),
            Kind::WaitingFor { party, members, drops } => self.waiting_for(*party, *members, drops),
            Kind::Invoked { op, client, operation } => format!("{} asks: {operation} ({op})", names.client(*client)),
            Kind::Attempted { request, to } => {
                format!("{} tries {to} (attempt {} of {})", names.client(request.client), request.attempt, request.op)
            }
            Kind::AttemptEnded { request, end } => {
                let patience = names.patience(request.client);
                format!("attempt {} of {}: {}", request.attempt, request.op, attempt_end(*end, patience))
            }
            Kind::Ended { op, outcome } => self.ended(*op, outcome, cause),
            Kind::Flapped { from, to, is_up } => {
                let (from, to) = (names.endpoint(*from), names.endpoint(*to));
                format!("the flapping link {from}->{to} goes {}", if *is_up { "up" } else { "down" })
            }
            Kind::Halted(halt) => format!("the run stands still: {halt}"),
        }
    }

    /// The message that a record is about, which is named by its sending or by its doubling.
    fn message(&self, message: Option<RecordId>) -> String {
        let Some(record) = message.and_then(|id| self.trace.get(id)) else { return "a message".to_owned() };
        match &record.kind {
            Kind::Sent { payload: it, .. } => payload(it, &self.names),
            Kind::Duplicated { .. } => format!("{} (second copy)", self.message(record.cause)),
            _ => "a message".to_owned(),
        }
    }

    fn waiting_for(&self, party: Endpoint, members: NodeSet, drops: &[RecordId]) -> String {
        let found = format!("{} has waited in vain for {}", self.names.endpoint(party), list(members.iter()));
        if drops.is_empty() {
            return format!("{found}; no message between them died");
        }
        let mut reasons: Vec<&str> = drops.iter().filter_map(|&drop| self.drop_reason(drop)).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let messages = count(drops.len() as u64, "message", "messages");
        format!("{found}; {messages} between them died lately ({})", reasons.join(", "))
    }

    fn drop_reason(&self, drop: RecordId) -> Option<&'static str> {
        match self.trace.get(drop)?.kind {
            Kind::Dropped { why, .. } => Some(short_reason(why)),
            _ => None,
        }
    }

    fn ended(&self, op: OpId, outcome: &Outcome, cause: Option<RecordId>) -> String {
        let Some((client, operation)) = self.invocation(op) else {
            return format!("{op} is over");
        };
        let last = match cause.and_then(|cause| self.trace.get(cause)).map(|record| record.kind) {
            Some(Kind::AttemptEnded { end, .. }) => Some(end),
            _ => None,
        };
        operation::ended(&self.names, client, &operation, outcome, last)
    }

    /// Who invoked an operation, and what it asks.
    fn invocation(&self, op: OpId) -> Option<(ClientId, Operation)> {
        match self.trace.invocation(op)?.kind {
            Kind::Invoked { client, operation, .. } => Some((client, operation)),
            _ => None,
        }
    }
}

fn why_dropped(why: DropReason, to: &str) -> String {
    match why {
        DropReason::Cut => "the link is cut".to_owned(),
        DropReason::Lost => "lost by the link".to_owned(),
        DropReason::Down => format!("{to} is down"),
        DropReason::Full => format!("{to} has no room for more"),
    }
}

fn short_reason(why: DropReason) -> &'static str {
    match why {
        DropReason::Cut => "the link was cut",
        DropReason::Lost => "the link lost it",
        DropReason::Down => "the process was down",
        DropReason::Full => "the inbox was full",
    }
}

/// The last way in which an attempt can have ended without an answer.
pub(crate) fn is_without_answer(end: AttemptEnd) -> bool {
    matches!(end, AttemptEnd::TimedOut | AttemptEnd::Reset | AttemptEnd::GaveUp)
}

#[cfg(test)]
mod tests;
