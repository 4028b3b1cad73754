//! Messages between servers on their way, in short, so that it is known what was handled when it is handled.

use std::collections::BTreeMap;

use crate::base::{NodeId, RecordId};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{Ballot, Raft, RaftMessage, Term};
use crate::sim::{Kind, Payload, TraceRecord};

/// What monitors must know of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// A request for a vote, or a pre-vote.
    Ask { last: LogEnd, ballot: Ballot },
    /// From a leader.
    Lead { term: Term },
    /// A follower's answer to it.
    Answer { term: Term },
}

/// A message that was handled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handled {
    /// The record that says so, which leads to what came of it.
    pub(super) record: RecordId,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) letter: Letter,
}

/// The messages on their way.
#[derive(Clone, Debug, Default)]
pub(super) struct Mail {
    on_its_way: BTreeMap<RecordId, Letter>,
}

impl Mail {
    /// Reads one record; a message that was handled is put into the list.
    pub(super) fn read(&mut self, record: &TraceRecord<Raft>, handled: &mut Vec<Handled>) {
        match &record.kind {
            Kind::Sent { payload: Payload::Node(message), .. } => {
                if let Some(letter) = letter(message) {
                    self.on_its_way.insert(record.id, letter);
                }
            }
            Kind::Duplicated { .. } => {
                if let Some(&letter) = record.cause.and_then(|original| self.on_its_way.get(&original)) {
                    self.on_its_way.insert(record.id, letter);
                }
            }
            Kind::Dropped { .. } => {
                record.cause.and_then(|message| self.on_its_way.remove(&message));
            }
            Kind::Delivered { from, to } => {
                let letter = record.cause.and_then(|message| self.on_its_way.remove(&message));
                if let (Some(letter), Some(from), Some(to)) = (letter, from.node(), to.node()) {
                    handled.push(Handled { record: record.id, from, to, letter });
                }
            }
            _ => {}
        }
    }
}

fn letter(message: &RaftMessage) -> Option<Letter> {
    match message {
        RaftMessage::RequestVote { last, ballot, .. } => Some(Letter::Ask { last: *last, ballot: *ballot }),
        RaftMessage::Append(append) => Some(Letter::Lead { term: append.term }),
        RaftMessage::InstallSnapshot(install) => Some(Letter::Lead { term: install.term }),
        RaftMessage::AppendReply { term, .. } => Some(Letter::Answer { term: *term }),
        RaftMessage::Vote { .. }
        | RaftMessage::TimeoutNow { .. }
        | RaftMessage::ReadIndex { .. }
        | RaftMessage::ReadIndexReply { .. } => None,
    }
}
