//! The settings of leaderless replication that a person can change on the page.

use super::value::{ms, of_ms, of_seconds, of_whole, seconds};
use super::{Entry, chosen};
use crate::base::SimDuration;
use crate::lesson::sentences;
use crate::protocol::leaderless::{
    AntiEntropy, Break, Breaks, Conflicts, Coordinator, Detector, Fanout, LeaderlessConfig, ReadRepair,
};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderlessSetting {
    /// N.
    Replicas,
    /// R.
    ReadQuorum,
    /// W.
    WriteQuorum,
    /// Stand-ins.
    Sloppy,
    /// Who sees to a request.
    Coordinator,
    /// How many replicas a read asks.
    Fanout,
    /// How long the coordinator waits.
    Patience,
    /// What becomes of versions that conflict.
    Conflicts,
    /// Repair by reads.
    ReadRepair,
    /// Hints.
    Hints,
    /// How often hints are offered.
    HandoffInterval,
    /// How long hints are kept.
    HintExpiry,
    /// Comparisons.
    AntiEntropy,
    /// How often replicas compare.
    CompareInterval,
    /// How many bytes a second they send for it.
    CompareRate,
    /// The grace of deletions.
    Grace,
    /// How often replicas look for deletions to forget.
    Compaction,
    /// How often nodes gossip.
    Gossip,
    /// When a silent node is taken for dead.
    Detector,
    /// After which silence.
    Silence,
    /// A rule that can be switched off.
    Break(Break),
}

const RULES: [(&str, &str, &str); 7] = [
    ("last_writer_wins", "last writer wins", sentences::CONFLICTS_LWW),
    ("siblings", "siblings: ask", sentences::CONFLICTS_SIBLINGS),
    ("union", "siblings: unite lists", sentences::CONFLICTS_UNION),
    ("highest", "siblings: the highest", sentences::CONFLICTS_HIGHEST),
    ("counter", "a counter", sentences::CONFLICTS_COUNTER),
    ("set", "a set", sentences::CONFLICTS_SET),
    ("text", "a text", sentences::CONFLICTS_TEXT),
];

const REPAIRS: [(&str, &str, &str); 3] = [
    ("off", "no", sentences::READ_REPAIR_OFF),
    ("async", "after the answer", sentences::READ_REPAIR_ASYNC),
    ("blocking", "before the answer", sentences::READ_REPAIR_BLOCKING),
];

const COORDINATORS: [(&str, &str, &str); 2] = [
    ("replica", "a replica of the key", sentences::COORDINATOR_REPLICA),
    ("proxy", "whoever is asked", sentences::COORDINATOR_PROXY),
];

const FANOUTS: [(&str, &str, &str); 2] =
    [("all", "all N", sentences::FANOUT_ALL), ("quorum", "R only", sentences::FANOUT_QUORUM)];

const DETECTORS: [(&str, &str, &str); 4] = [
    ("off", "never", "Everybody counts as alive."),
    ("timeout", "after a silence", "When nothing was heard of it for so long."),
    ("phi 5", "suspicion 5", "When one alive would be silent so long once in 100,000 times (phi-accrual)."),
    ("phi 8", "suspicion 8", "When one alive would be silent so long once in 100 million times (phi-accrual)."),
];

impl LeaderlessSetting {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Replicas => "Replicas of a key, N",
            Self::ReadQuorum => "A read waits for, R",
            Self::WriteQuorum => "A write waits for, W",
            Self::Sloppy => "Others stand in",
            Self::Coordinator => "Coordinator",
            Self::Fanout => "A read asks",
            Self::Patience => "The coordinator waits",
            Self::Conflicts => "Conflicts",
            Self::ReadRepair => "Reads repair",
            Self::Hints => "Hints",
            Self::HandoffInterval => "Hints are offered every",
            Self::HintExpiry => "Hints are kept for",
            Self::AntiEntropy => "Replicas compare",
            Self::CompareInterval => "They compare every",
            Self::CompareRate => "And send at most",
            Self::Grace => "Deletions are kept for",
            Self::Compaction => "They are looked for every",
            Self::Gossip => "Nodes gossip every",
            Self::Detector => "Taken for dead",
            Self::Silence => "After a silence of",
            Self::Break(rule) => rule.name(),
        }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Replicas => sentences::N,
            Self::ReadQuorum => sentences::R,
            Self::WriteQuorum => sentences::W,
            Self::Sloppy => sentences::SLOPPY,
            Self::Coordinator => sentences::COORDINATOR,
            Self::Fanout => sentences::READ_FANOUT,
            Self::Patience => sentences::REQUEST_TIMEOUT,
            Self::Conflicts => sentences::CONFLICTS,
            Self::ReadRepair => sentences::READ_REPAIR,
            Self::Hints => sentences::HINTED_HANDOFF,
            Self::HandoffInterval => sentences::HANDOFF_INTERVAL,
            Self::HintExpiry => "How long a hint is kept; empty for ever.",
            Self::AntiEntropy => sentences::ANTI_ENTROPY,
            Self::CompareInterval => "How often a replica compares with the next of the others; empty if they do not.",
            Self::CompareRate => {
                "How many bytes of versions it sends in a second; one leaf of the tree goes whole even so."
            }
            Self::Grace => sentences::TOMBSTONE_GRACE,
            Self::Compaction => sentences::COMPACTION_INTERVAL,
            Self::Gossip => sentences::GOSSIP_INTERVAL,
            Self::Detector => sentences::DETECTOR,
            Self::Silence => "How long nothing was heard of it; empty where silence alone does not decide.",
            Self::Break(rule) => rule.effect(),
        }
    }

    pub(super) fn entry(self) -> Entry {
        match self {
            Self::Replicas | Self::ReadQuorum | Self::WriteQuorum => Entry::Number(""),
            Self::Grace | Self::HintExpiry => Entry::Number("s"),
            Self::Patience
            | Self::HandoffInterval
            | Self::CompareInterval
            | Self::Compaction
            | Self::Gossip
            | Self::Silence => Entry::Number("ms"),
            Self::CompareRate => Entry::Number("B/s"),
            Self::Coordinator => Entry::Choice(&COORDINATORS),
            Self::Fanout => Entry::Choice(&FANOUTS),
            Self::Detector => Entry::Choice(&DETECTORS),
            Self::Sloppy | Self::Hints | Self::AntiEntropy | Self::Break(_) => Entry::Switch,
            Self::Conflicts => Entry::Choice(&RULES),
            Self::ReadRepair => Entry::Choice(&REPAIRS),
        }
    }

    pub(super) fn get(self, it: &LeaderlessConfig) -> String {
        let switch = |is_on: bool| if is_on { "on" } else { "off" }.to_owned();
        match self {
            Self::Replicas => it.n.to_string(),
            Self::ReadQuorum => it.r.to_string(),
            Self::WriteQuorum => it.w.to_string(),
            Self::Sloppy => switch(it.sloppy),
            Self::Coordinator => coordinator_word(it.coordinator).to_owned(),
            Self::Fanout => fanout_word(it.read_fanout).to_owned(),
            Self::Patience => ms(it.request_timeout),
            Self::Conflicts => rule_word(it.conflicts).to_owned(),
            Self::ReadRepair => repair_word(it.read_repair).to_owned(),
            Self::Hints => switch(it.hinted_handoff),
            Self::HandoffInterval => ms(it.handoff_interval),
            Self::HintExpiry => it.hint_expiry.map_or_else(String::new, seconds),
            Self::AntiEntropy => switch(it.anti_entropy.is_some()),
            Self::CompareInterval => it.anti_entropy.as_ref().map_or_else(String::new, |it| ms(it.interval)),
            Self::CompareRate => {
                it.anti_entropy.as_ref().map_or_else(String::new, |it| it.bytes_per_second.to_string())
            }
            Self::Grace => seconds(it.tombstone_grace),
            Self::Compaction => ms(it.compaction_interval),
            Self::Gossip => ms(it.gossip_interval),
            Self::Detector => detector_word(it.detector),
            Self::Silence => match it.detector {
                Detector::Timeout(silence) => ms(silence),
                Detector::Off | Detector::PhiMilli(_) => String::new(),
            },
            Self::Break(rule) => switch(it.breaks(rule)),
        }
    }

    pub(super) fn set(self, it: &mut LeaderlessConfig, text: &str) -> Result<(), String> {
        let is_on = text == "on";
        match self {
            Self::Replicas => it.n = of_whole(text, 1, 9)? as u8,
            Self::ReadQuorum => it.r = of_whole(text, 1, u32::from(it.n))? as u8,
            Self::WriteQuorum => it.w = of_whole(text, 1, u32::from(it.n))? as u8,
            Self::Sloppy => it.sloppy = is_on,
            Self::Coordinator => {
                it.coordinator = chosen([Coordinator::Replica, Coordinator::Proxy], coordinator_word, text)?
            }
            Self::Fanout => it.read_fanout = chosen([Fanout::All, Fanout::Quorum], fanout_word, text)?,
            Self::Patience => it.request_timeout = of_timer(text)?,
            Self::Conflicts => it.conflicts = chosen(ALL_RULES, rule_word, text)?,
            Self::ReadRepair => it.read_repair = chosen(ALL_REPAIRS, repair_word, text)?,
            Self::Hints => it.hinted_handoff = is_on,
            Self::HandoffInterval => it.handoff_interval = of_timer(text)?,
            Self::HintExpiry => it.hint_expiry = if text.is_empty() { None } else { Some(of_seconds(text)?) },
            Self::AntiEntropy => {
                let before = it.anti_entropy.take();
                it.anti_entropy = is_on.then(|| before.unwrap_or_default());
            }
            // Empty is what is not in use; a number brings it into use.
            Self::CompareInterval | Self::CompareRate | Self::Silence if text.is_empty() => {}
            Self::CompareInterval => comparing(it).interval = of_timer(text)?,
            Self::CompareRate => comparing(it).bytes_per_second = of_whole(text, 1, 1_000_000_000)?,
            Self::Grace => it.tombstone_grace = of_seconds(text)?,
            Self::Compaction => it.compaction_interval = of_timer(text)?,
            Self::Gossip => it.gossip_interval = of_timer(text)?,
            Self::Detector => it.detector = detector(text, it.detector)?,
            Self::Silence => it.detector = Detector::Timeout(of_timer(text)?),
            Self::Break(rule) => {
                let others = it.break_it.iter().filter(|other| *other != rule);
                it.break_it = others.chain(is_on.then_some(rule)).collect::<Breaks>();
            }
        }
        Ok(())
    }

    pub(super) fn is_about(self, field: &str) -> bool {
        match self {
            Self::Replicas => field == "system.leaderless.n",
            Self::ReadQuorum => field == "system.leaderless.r",
            Self::WriteQuorum => field == "system.leaderless.w",
            _ => false,
        }
    }
}

/// How replicas compare; they do from now on.
fn comparing(it: &mut LeaderlessConfig) -> &mut AntiEntropy {
    it.anti_entropy.get_or_insert_with(AntiEntropy::default)
}

/// A length that a timer can have, in milliseconds.
fn of_timer(text: &str) -> Result<SimDuration, String> {
    let length = of_ms(text)?;
    if length == SimDuration::ZERO { Err("is nothing: a timer takes some time".to_owned()) } else { Ok(length) }
}

fn coordinator_word(coordinator: Coordinator) -> &'static str {
    match coordinator {
        Coordinator::Replica => "replica",
        Coordinator::Proxy => "proxy",
    }
}

fn fanout_word(fanout: Fanout) -> &'static str {
    match fanout {
        Fanout::All => "all",
        Fanout::Quorum => "quorum",
    }
}

fn detector_word(detector: Detector) -> String {
    match detector {
        Detector::Off => "off".to_owned(),
        Detector::Timeout(_) => "timeout".to_owned(),
        Detector::PhiMilli(milli) => format!("phi {}", milli / 1_000),
    }
}

/// The detector of a word. One that is there already stays as it is, whatever its exact number.
fn detector(word: &str, before: Detector) -> Result<Detector, String> {
    match word {
        _ if word == detector_word(before) => Ok(before),
        "off" => Ok(Detector::Off),
        "timeout" => Ok(Detector::Timeout(SimDuration::from_millis(600))),
        "phi 5" => Ok(Detector::PhiMilli(5_000)),
        "phi 8" => Ok(Detector::PhiMilli(8_000)),
        _ => Err("is no choice".to_owned()),
    }
}

const ALL_RULES: [Conflicts; 7] = [
    Conflicts::LastWriterWins,
    Conflicts::Siblings,
    Conflicts::Union,
    Conflicts::Highest,
    Conflicts::Counter,
    Conflicts::Set,
    Conflicts::Text,
];

const ALL_REPAIRS: [ReadRepair; 3] = [ReadRepair::Off, ReadRepair::Async, ReadRepair::Blocking];

fn rule_word(conflicts: Conflicts) -> &'static str {
    match conflicts {
        Conflicts::LastWriterWins => "last_writer_wins",
        Conflicts::Siblings => "siblings",
        Conflicts::Union => "union",
        Conflicts::Highest => "highest",
        Conflicts::Counter => "counter",
        Conflicts::Set => "set",
        Conflicts::Text => "text",
    }
}

fn repair_word(repair: ReadRepair) -> &'static str {
    match repair {
        ReadRepair::Off => "off",
        ReadRepair::Async => "async",
        ReadRepair::Blocking => "blocking",
    }
}
