//! The messages and notes of leaderless replicas, as a chronicle reads them.

use super::kinds::MessageKind;
use super::said::{About, Chronicled, News, Said, WaitFor};
use crate::base::{TimerId, WaitId};
use crate::data::{Branch, Stamp};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, LeaderlessConfig, LeaderlessMessage, LeaderlessNote, Versions};

impl Chronicled for Leaderless {
    fn said(message: &LeaderlessMessage) -> Said {
        let kind = match message {
            LeaderlessMessage::Put { .. }
            | LeaderlessMessage::Repair { .. }
            | LeaderlessMessage::Handoff { .. }
            | LeaderlessMessage::Sync { .. }
            | LeaderlessMessage::Letters { .. } => MessageKind::Version,
            LeaderlessMessage::PutAck { .. }
            | LeaderlessMessage::HandoffAck { .. }
            | LeaderlessMessage::LettersAck { .. } => MessageKind::VersionAck,
            LeaderlessMessage::Get { .. } | LeaderlessMessage::Forward(_) => MessageKind::Ask,
            LeaderlessMessage::GetReply { .. } | LeaderlessMessage::Forwarded { .. } => MessageKind::Held,
            LeaderlessMessage::Compare { .. } => MessageKind::Compare,
            LeaderlessMessage::Differ { .. } => MessageKind::Compared,
            LeaderlessMessage::Gossip { .. } => MessageKind::Gossip,
        };
        let about = if is_routine(message) { About::Routine } else { About::Other };
        Said { kind, term: None, about }
    }

    fn news(note: &LeaderlessNote) -> News {
        match note {
            LeaderlessNote::TooFewAlive { .. } | LeaderlessNote::GaveUp { .. } | LeaderlessNote::NoText { .. } => {
                News::Refusal
            }
            LeaderlessNote::Wrote { .. }
            | LeaderlessNote::Enough { .. }
            | LeaderlessNote::HintForgotten { .. }
            | LeaderlessNote::Merged { .. }
            | LeaderlessNote::Repairs { .. }
            | LeaderlessNote::HintKept { .. }
            | LeaderlessNote::HintDelivered { .. }
            | LeaderlessNote::HintExpired { .. }
            | LeaderlessNote::TreesDiffer { .. }
            | LeaderlessNote::Purged { .. }
            | LeaderlessNote::Suspects { .. }
            | LeaderlessNote::Trusts { .. }
            | LeaderlessNote::Typed { .. } => News::Other,
        }
    }

    fn is_election_timer(_: TimerId) -> bool {
        false
    }

    /// Each key has its own replicas, and a request waits for as many as it asks for.
    fn has_majorities() -> bool {
        false
    }

    fn leaderless(config: &LeaderlessConfig) -> Option<&LeaderlessConfig> {
        Some(config)
    }

    fn as_replicas(note: &LeaderlessNote) -> Option<&LeaderlessNote> {
        Some(note)
    }

    fn stamps(message: &LeaderlessMessage) -> Vec<(Option<Key>, Stamp)> {
        let one = |key: Option<&Key>, versions: &Versions| newest(versions).map(|stamp| (key.cloned(), stamp));
        match message {
            LeaderlessMessage::Put { key, versions, .. }
            | LeaderlessMessage::Repair { key, versions }
            | LeaderlessMessage::Handoff { key, versions, .. } => one(Some(key), versions).into_iter().collect(),
            LeaderlessMessage::GetReply { versions, .. } => {
                versions.as_ref().and_then(|versions| one(None, versions)).into_iter().collect()
            }
            LeaderlessMessage::Sync { cells, .. } => {
                cells.iter().filter_map(|(key, versions)| one(Some(key), versions)).collect()
            }
            LeaderlessMessage::PutAck { .. }
            | LeaderlessMessage::Get { .. }
            | LeaderlessMessage::HandoffAck { .. }
            | LeaderlessMessage::Forward(_)
            | LeaderlessMessage::Forwarded { .. }
            | LeaderlessMessage::Compare { .. }
            | LeaderlessMessage::Differ { .. }
            | LeaderlessMessage::Gossip { .. }
            | LeaderlessMessage::Letters { .. }
            | LeaderlessMessage::LettersAck { .. } => Vec::new(),
        }
    }

    fn wait(wait: WaitId) -> WaitFor {
        WaitFor::Replicas(wait.kind, wait.number)
    }
}

fn newest(versions: &Versions) -> Option<Stamp> {
    match versions {
        Versions::Lww(register) => register.newest().map(|newest| newest.stamp),
        Versions::Siblings(_)
        | Versions::ServerVectors(_)
        | Versions::Counter(_)
        | Versions::Set(_)
        | Versions::Text(_) => None,
    }
}

/// Heartbeats and comparisons. Of a comparison that finds something the first answer is news, and then what is sent; the way
/// down between the two is so many short messages, one after the other, that a story would be told of nothing else.
fn is_routine(message: &LeaderlessMessage) -> bool {
    match message {
        LeaderlessMessage::Gossip { .. } | LeaderlessMessage::Compare { .. } => true,
        LeaderlessMessage::Differ { branches } => !branches.contains(&Branch::ROOT),
        LeaderlessMessage::Put { .. }
        | LeaderlessMessage::PutAck { .. }
        | LeaderlessMessage::Get { .. }
        | LeaderlessMessage::GetReply { .. }
        | LeaderlessMessage::Repair { .. }
        | LeaderlessMessage::Handoff { .. }
        | LeaderlessMessage::HandoffAck { .. }
        | LeaderlessMessage::Forward(_)
        | LeaderlessMessage::Forwarded { .. }
        | LeaderlessMessage::Sync { .. }
        | LeaderlessMessage::Letters { .. }
        | LeaderlessMessage::LettersAck { .. } => false,
    }
}
