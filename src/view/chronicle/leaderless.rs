//! The messages and notes of leaderless replicas, as a chronicle reads them.

use super::kinds::MessageKind;
use super::said::{About, Chronicled, News, Said, WaitFor};
use crate::base::{TimerId, WaitId};
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
        Said { kind, term: None, about: About::Other }
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
