//! The moment that decided something, as a lesson points at it: when it was, what happened, and where on the stage. Knows
//! nothing of lessons.

use super::describe::{Describer, Vocabulary};
use crate::base::{Endpoint, OpId, RecordId, SimTime};
use crate::session::Cluster;
use crate::sim::{Kind, World};

/// A moment that decided something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisive {
    /// When.
    pub at: SimTime,
    /// What happened, in a sentence without its stop.
    pub words: String,
    /// What is to be looked at.
    pub about: About,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A message on its way between two ends, by the record of its sending.
    Message {
        /// Which.
        sent: RecordId,
        /// By whom.
        from: Endpoint,
        /// To whom.
        to: Endpoint,
    },
    /// An operation of a client.
    Operation(OpId),
    /// A node or a client.
    End(Endpoint),
    /// The whole cluster.
    All,
}

/// The moment of a record; none if the run has no such record.
#[must_use]
pub fn decisive(cluster: &Cluster, record: RecordId) -> Option<Decisive> {
    match cluster {
        Cluster::Raft(world) => of(world, record),
        Cluster::Leaderless(world) => of(world, record),
    }
}

fn of<P: Vocabulary>(world: &World<P>, id: RecordId) -> Option<Decisive> {
    let trace = world.trace();
    let record = trace.get(id)?;
    let words = Describer::new(world.config(), trace).line(&record);
    let about = match record.kind {
        Kind::Dropped { from, to, .. } => message(record.cause, from, to),
        // Who waited in vain for an answer: what died last is what was missing.
        Kind::WaitingFor { party, ref drops, .. } => match drops.last().and_then(|drop| trace.get(*drop)) {
            Some(drop) => match drop.kind {
                Kind::Dropped { from, to, .. } => message(drop.cause, from, to),
                _ => About::End(party),
            },
            None => About::End(party),
        },
        Kind::Ended { op, .. } => About::Operation(op),
        Kind::Stopped { node, .. } => About::End(node.into()),
        _ => About::All,
    };
    Some(Decisive { at: record.moment.time, words, about })
}

fn message(sent: Option<RecordId>, from: Endpoint, to: Endpoint) -> About {
    sent.map_or(About::End(from), |sent| About::Message { sent, from, to })
}
