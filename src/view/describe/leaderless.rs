//! Leaderless replication in words: timers, waits, messages and decisions.

use super::merge::merge;
use super::words::{Names, count, list};
use super::{Describe, Vocabulary};
use crate::base::{TimerId, WaitId};
use crate::protocol::leaderless::{
    ANTI_ENTROPY_TIMER, COMPACTION_TIMER, Content, DEADLINE_TIMER, FORWARD_WAIT, GOSSIP_TIMER, HANDOFF_TIMER,
    Leaderless, LeaderlessMessage, LeaderlessNote, READ_WAIT, Versions, WRITE_WAIT, Way,
};

impl Vocabulary for Leaderless {
    fn timer(timer: TimerId) -> &'static str {
        match timer {
            GOSSIP_TIMER => "gossip timer",
            DEADLINE_TIMER => "request timer",
            HANDOFF_TIMER => "handoff timer",
            ANTI_ENTROPY_TIMER => "anti-entropy timer",
            COMPACTION_TIMER => "compaction timer",
            TimerId(_) => "timer",
        }
    }

    fn is_routine(timer: TimerId) -> bool {
        timer != DEADLINE_TIMER
    }

    fn wait(wait: WaitId) -> String {
        match wait.kind {
            WRITE_WAIT => "acknowledgements of a write",
            READ_WAIT => "what replicas hold",
            FORWARD_WAIT => "the replica that the request was handed to",
            _ => "acknowledgements of a write-back",
        }
        .to_owned()
    }
}

impl Describe for LeaderlessMessage {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::Put { key, versions, hint_for: Some(home), .. } => {
                format!("write of {key} = {}, to be kept for {home}", shown(versions))
            }
            Self::Put { key, versions, way: Way::WriteBack, .. } => {
                format!("write-back of {key} = {}", shown(versions))
            }
            Self::Put { key, versions, .. } => format!("write of {key} = {}", shown(versions)),
            Self::PutAck { .. } => "acknowledgement: it is on disk".to_owned(),
            Self::Get { key, .. } => format!("question what it holds of {key}"),
            Self::GetReply { versions: Some(versions), .. } => format!("answer: {}", shown(versions)),
            Self::GetReply { versions: None, .. } => "answer: nothing".to_owned(),
            Self::Repair { key, versions } => format!("read repair of {key} = {}", shown(versions)),
            Self::Handoff { key, versions, .. } => format!("hint: {key} = {}, kept for you", shown(versions)),
            Self::HandoffAck { key, .. } => format!("acknowledgement of the hint of {key}"),
            Self::Forward(request) => format!("request of {}, handed on", names.client(request.id.client)),
            Self::Forwarded { request, .. } => format!("answer for {}", names.client(request.client)),
            Self::Compare { hashes } => count(hashes.len() as u64, "hash of its tree", "hashes of its tree"),
            Self::Differ { branches } if branches.is_empty() => "answer: nothing differs".to_owned(),
            Self::Differ { branches } => {
                format!("answer: {}", count(branches.len() as u64, "branch differs", "branches differ"))
            }
            Self::Sync { cells, .. } => format!("versions of {}", count(cells.len() as u64, "key", "keys")),
            Self::Gossip { .. } => "gossip: the latest heartbeats that it has heard of".to_owned(),
            Self::Letters { key, changes } => {
                format!("{} of {key}, as typed", count(changes.len() as u64, "change", "changes"))
            }
            Self::LettersAck { key, .. } => format!("acknowledgement: what was typed in {key} is on disk"),
        }
    }
}

/// What is held: "1", "a and b", "the deletion".
fn shown(versions: &Versions) -> String {
    let contents = versions.contents();
    if contents.is_empty() { "nothing".to_owned() } else { list(contents.iter().map(Content::to_string)) }
}

impl Describe for LeaderlessNote {
    fn describe(&self, names: &Names<'_>) -> String {
        match self {
            Self::TooFewAlive { request, key, need, alive } => {
                let who = names.client(request.client);
                let seem = if alive.is_empty() {
                    "nobody who could seems alive".to_owned()
                } else {
                    format!("only {} seem alive", list(alive.iter()))
                };
                format!(
                    "refuses {who} at once: {key} needs {}, and {seem}",
                    count(u64::from(*need), "replica", "replicas")
                )
            }
            Self::GaveUp { request, need, replied } => {
                let who = names.client(request.client);
                let have = replied.len();
                format!("gives up on the request of {who}: {have} of the {need} that are needed have replied")
            }
            Self::Wrote { request, key, content, .. } => {
                let who = names.client(request.client);
                let what = content.as_ref().map_or_else(|| format!("a change of {key}"), |it| format!("{key} = {it}"));
                format!("takes the write of {who}, {what}, and sends it to the others")
            }
            Self::Enough { request, acked, home } => {
                let (who, missing) = (names.client(request.client), home.difference(*acked));
                let open = if missing.is_empty() { String::new() } else { format!("; not {}", list(missing.iter())) };
                format!("has enough for {who}: {} acknowledged the write{open}", have(acked))
            }
            Self::Merged { key, from, way, notes, .. } => {
                format!("merges {key} from {from} ({}): {}", way_word(*way), list_sentences(&merge(notes)))
            }
            Self::Repairs { key, behind } => {
                format!("has seen by a read of {key} that {} behind, and sends what is missing", are(behind))
            }
            Self::HintKept { home, key } => format!("keeps {key} for {home}, which has missed it"),
            Self::HintDelivered { home, key } => format!("drops its hint: {home} has {key} on disk"),
            Self::HintExpired { home, key } => format!("drops its hint of {key} for {home}: it is too old"),
            Self::HintForgotten { home, key } => {
                format!("drops its hint of {key} for {home} as soon as it is sent: that rule is switched off")
            }
            Self::TreesDiffer { with, leaves, sent } => {
                let sends = if sent.is_empty() { String::new() } else { format!(": it sends {}", list(sent)) };
                format!(
                    "finds that {} of its tree and that of {with} differ{sends}",
                    count(u64::from(*leaves), "leaf", "leaves")
                )
            }
            Self::Purged { key } => format!("forgets the deletion of {key}: its grace is over"),
            Self::Suspects { node } => format!("takes {node} for dead: no news of it for too long"),
            Self::Trusts { node } => format!("has news of {node}, and takes it for alive again"),
            Self::Typed { key, typed, struck: 0 } => {
                format!("takes {} typed in {key}", count(*typed, "letter", "letters"))
            }
            Self::Typed { key, typed: 0, struck } => {
                format!("deletes {} of {key}", count(*struck, "letter", "letters"))
            }
            Self::Typed { key, typed, struck } => {
                format!("replaces {} of {key} by {typed}", count(*struck, "letter", "letters"))
            }
            Self::NoText { key } => format!("takes nothing: it is no replica of {key}, or that is no text"),
        }
    }
}

fn list_sentences(all: &[String]) -> String {
    all.join("; ")
}

fn are(nodes: &crate::base::NodeSet) -> String {
    format!("{} {}", list(nodes.iter()), if nodes.len() == 1 { "is" } else { "are" })
}

fn have(nodes: &crate::base::NodeSet) -> String {
    format!("{} {}", list(nodes.iter()), if nodes.len() == 1 { "has" } else { "have" })
}

/// The way on which versions came.
pub(in crate::view) fn way_word(way: Way) -> &'static str {
    match way {
        Way::Write => "write",
        Way::WriteBack => "write-back",
        Way::ReadRepair => "read repair",
        Way::Handoff => "hint",
        Way::AntiEntropy => "comparison",
        Way::Typing => "typing",
    }
}
