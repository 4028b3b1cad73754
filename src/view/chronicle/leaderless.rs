//! The messages and notes of leaderless replicas, as a chronicle reads them.

use super::kinds::MessageKind;
use super::said::{About, Chronicled, News, Said, WaitFor};
use crate::base::{TimerId, WaitId};
use crate::data::Branch;
use crate::protocol::leaderless::{Leaderless, LeaderlessMessage, LeaderlessNote};

impl Chronicled for Leaderless {
    fn said(message: &LeaderlessMessage) -> Said {
        let kind = match message {
            LeaderlessMessage::Put { .. }
            | LeaderlessMessage::Repair { .. }
            | LeaderlessMessage::Handoff { .. }
            | LeaderlessMessage::Sync { .. } => MessageKind::Version,
            LeaderlessMessage::PutAck { .. } | LeaderlessMessage::HandoffAck { .. } => MessageKind::VersionAck,
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
            LeaderlessNote::TooFewAlive { .. } | LeaderlessNote::GaveUp { .. } => News::Refusal,
            LeaderlessNote::Merged { .. }
            | LeaderlessNote::Repairs { .. }
            | LeaderlessNote::HintKept { .. }
            | LeaderlessNote::HintDelivered { .. }
            | LeaderlessNote::HintExpired { .. }
            | LeaderlessNote::TreesDiffer { .. }
            | LeaderlessNote::Purged { .. }
            | LeaderlessNote::Suspects { .. }
            | LeaderlessNote::Trusts { .. } => News::Other,
        }
    }

    fn is_election_timer(_: TimerId) -> bool {
        false
    }

    /// Each key has its own replicas, and a request waits for as many as it asks for.
    fn has_majorities() -> bool {
        false
    }

    fn wait(wait: WaitId) -> WaitFor {
        WaitFor::Replicas(wait.kind, wait.number)
    }
}

/// Heartbeats, and comparisons that have found nothing so far.
fn is_routine(message: &LeaderlessMessage) -> bool {
    match message {
        LeaderlessMessage::Gossip { .. } => true,
        LeaderlessMessage::Compare { hashes } => hashes.iter().all(|(branch, _)| *branch == Branch::ROOT),
        LeaderlessMessage::Differ { branches } => branches.is_empty(),
        LeaderlessMessage::Put { .. }
        | LeaderlessMessage::PutAck { .. }
        | LeaderlessMessage::Get { .. }
        | LeaderlessMessage::GetReply { .. }
        | LeaderlessMessage::Repair { .. }
        | LeaderlessMessage::Handoff { .. }
        | LeaderlessMessage::HandoffAck { .. }
        | LeaderlessMessage::Forward(_)
        | LeaderlessMessage::Forwarded { .. }
        | LeaderlessMessage::Sync { .. } => false,
    }
}
