//! The settings of leaderless replication that a person can change on the page.

use super::value::{of_seconds, of_whole, seconds};
use super::{Entry, chosen};
use crate::lesson::sentences;
use crate::protocol::leaderless::{AntiEntropy, Break, Breaks, Conflicts, LeaderlessConfig, ReadRepair};

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
    /// What becomes of versions that conflict.
    Conflicts,
    /// Repair by reads.
    ReadRepair,
    /// Hints.
    Hints,
    /// Comparisons.
    AntiEntropy,
    /// The grace of deletions.
    Grace,
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

impl LeaderlessSetting {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Replicas => "Replicas of a key, N",
            Self::ReadQuorum => "A read waits for, R",
            Self::WriteQuorum => "A write waits for, W",
            Self::Sloppy => "Others stand in",
            Self::Conflicts => "Conflicts",
            Self::ReadRepair => "Reads repair",
            Self::Hints => "Hints",
            Self::AntiEntropy => "Replicas compare",
            Self::Grace => "Deletions are kept for",
            Self::Break(rule) => rule.name(),
        }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Replicas => sentences::N,
            Self::ReadQuorum => sentences::R,
            Self::WriteQuorum => sentences::W,
            Self::Sloppy => sentences::SLOPPY,
            Self::Conflicts => sentences::CONFLICTS,
            Self::ReadRepair => sentences::READ_REPAIR,
            Self::Hints => sentences::HINTED_HANDOFF,
            Self::AntiEntropy => sentences::ANTI_ENTROPY,
            Self::Grace => sentences::TOMBSTONE_GRACE,
            Self::Break(rule) => rule.effect(),
        }
    }

    pub(super) fn entry(self) -> Entry {
        match self {
            Self::Replicas | Self::ReadQuorum | Self::WriteQuorum => Entry::Number(""),
            Self::Grace => Entry::Number("s"),
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
            Self::Conflicts => rule_word(it.conflicts).to_owned(),
            Self::ReadRepair => repair_word(it.read_repair).to_owned(),
            Self::Hints => switch(it.hinted_handoff),
            Self::AntiEntropy => switch(it.anti_entropy.is_some()),
            Self::Grace => seconds(it.tombstone_grace),
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
            Self::Conflicts => it.conflicts = chosen(ALL_RULES, rule_word, text)?,
            Self::ReadRepair => it.read_repair = chosen(ALL_REPAIRS, repair_word, text)?,
            Self::Hints => it.hinted_handoff = is_on,
            Self::AntiEntropy => it.anti_entropy = is_on.then(AntiEntropy::default),
            Self::Grace => it.tombstone_grace = of_seconds(text)?,
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
            Self::Sloppy
            | Self::Conflicts
            | Self::ReadRepair
            | Self::Hints
            | Self::AntiEntropy
            | Self::Grace
            | Self::Break(_) => false,
        }
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
