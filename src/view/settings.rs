//! The settings that a person can change on the page: what each is called, what it does, how it is read from a scenario and
//! put into one. Knows no control. What a change makes of a run is in `rerun`.

mod leaderless;
mod rerun;
mod value;
mod when_cut;

pub use leaderless::LeaderlessSetting;
pub use rerun::{Rerun, rerun};
pub use when_cut::WhenCut;

use crate::base::{Distribution, SimDuration};
use crate::lesson::{Scenario, ScenarioError, System, sentences};
use crate::protocol::raft::{Break, Breaks, FollowerReads, RaftConfig, ReadPath};
use value::{ms, of_ms, of_per_cent, of_whole, per_cent};

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// How many nodes.
    Nodes,
    /// The shortest delay of a message.
    DelayMin,
    /// The longest.
    DelayMax,
    /// How many messages are lost.
    Loss,
    /// The shortest election timeout.
    ElectionMin,
    /// The longest.
    ElectionMax,
    /// The heartbeat interval.
    Heartbeat,
    /// The entries of one message.
    MaxEntries,
    /// The snapshots.
    SnapshotAfter,
    /// The empty entry of a new leader.
    Noop,
    /// Pre-votes.
    PreVote,
    /// Stickiness.
    Stickiness,
    /// Check-quorum.
    CheckQuorum,
    /// Reads at the leader.
    Reads,
    /// Reads at followers.
    FollowerReads,
    /// The length of a lease.
    LeaseLength,
    /// The bound of drift.
    DriftBound,
    /// A rule that can be switched off.
    Break(Break),
    /// A setting of leaderless replication.
    Leaderless(LeaderlessSetting),
}

/// How a setting is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A number with a unit, perhaps none.
    Number(&'static str),
    /// On or off.
    Switch,
    /// One of some values, each with its name and a sentence.
    Choice(&'static [(&'static str, &'static str, &'static str)]),
}

/// Settings that belong together.
pub const SECTIONS: [(&str, &[Setting]); 8] = [
    ("Cluster and network", &[Setting::Nodes, Setting::DelayMin, Setting::DelayMax, Setting::Loss]),
    (
        "Elections",
        &[
            Setting::ElectionMin,
            Setting::ElectionMax,
            Setting::Heartbeat,
            Setting::PreVote,
            Setting::Stickiness,
            Setting::CheckQuorum,
            Setting::Noop,
        ],
    ),
    ("Reads", &[Setting::Reads, Setting::FollowerReads, Setting::LeaseLength, Setting::DriftBound]),
    ("The log", &[Setting::MaxEntries, Setting::SnapshotAfter]),
    (
        "Quorums",
        &[
            Setting::Leaderless(LeaderlessSetting::Replicas),
            Setting::Leaderless(LeaderlessSetting::ReadQuorum),
            Setting::Leaderless(LeaderlessSetting::WriteQuorum),
            Setting::Leaderless(LeaderlessSetting::Sloppy),
            Setting::Leaderless(LeaderlessSetting::Coordinator),
            Setting::Leaderless(LeaderlessSetting::Fanout),
            Setting::Leaderless(LeaderlessSetting::Patience),
        ],
    ),
    (
        "Conflicts and repair",
        &[
            Setting::Leaderless(LeaderlessSetting::Conflicts),
            Setting::Leaderless(LeaderlessSetting::ReadRepair),
            Setting::Leaderless(LeaderlessSetting::Hints),
            Setting::Leaderless(LeaderlessSetting::HandoffInterval),
            Setting::Leaderless(LeaderlessSetting::HintExpiry),
            Setting::Leaderless(LeaderlessSetting::AntiEntropy),
            Setting::Leaderless(LeaderlessSetting::CompareInterval),
            Setting::Leaderless(LeaderlessSetting::CompareRate),
        ],
    ),
    ("Deletions", &[Setting::Leaderless(LeaderlessSetting::Grace), Setting::Leaderless(LeaderlessSetting::Compaction)]),
    (
        "Who is alive",
        &[
            Setting::Leaderless(LeaderlessSetting::Gossip),
            Setting::Leaderless(LeaderlessSetting::Detector),
            Setting::Leaderless(LeaderlessSetting::Silence),
        ],
    ),
];

const READS: [(&str, &str, &str); 3] = [
    ("log", "through the log", sentences::READS_LOG),
    ("read_index", "read-index", sentences::READS_INDEX),
    ("lease", "lease", sentences::READS_LEASE),
];

const FOLLOWERS: [(&str, &str, &str); 3] = [
    ("refuse", "refuse", sentences::FOLLOWER_REFUSE),
    ("read_index", "ask the leader", sentences::FOLLOWER_INDEX),
    ("local", "answer at once", sentences::FOLLOWER_LOCAL),
];

impl Setting {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = SECTIONS.into_iter().flat_map(|(_, settings)| settings.iter().copied());
        plain.chain(Self::breaks())
    }

    /// The rules that can be switched off, of every system.
    pub fn breaks() -> impl Iterator<Item = Self> {
        let of_leaderless = crate::protocol::leaderless::Break::ALL.into_iter().map(LeaderlessSetting::Break);
        Break::ALL.into_iter().map(Self::Break).chain(of_leaderless.map(Self::Leaderless))
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodes => "Nodes",
            Self::DelayMin => "Delay, shortest",
            Self::DelayMax => "Delay, longest",
            Self::Loss => "Loss",
            Self::ElectionMin => "Election timeout, shortest",
            Self::ElectionMax => "Election timeout, longest",
            Self::Heartbeat => "Heartbeat every",
            Self::MaxEntries => "Entries in a message",
            Self::SnapshotAfter => "Snapshot after",
            Self::Noop => "Empty entry first",
            Self::PreVote => "Pre-vote",
            Self::Stickiness => "Leader stickiness",
            Self::CheckQuorum => "Check quorum",
            Self::Reads => "Reads",
            Self::FollowerReads => "Reads at followers",
            Self::LeaseLength => "Lease",
            Self::DriftBound => "Clock drift, at most",
            Self::Break(rule) => rule.name(),
            Self::Leaderless(setting) => setting.name(),
        }
    }

    /// What it does.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Nodes => sentences::NODES,
            Self::DelayMin => sentences::DELAY,
            Self::DelayMax => "Each message draws its own delay between the two.",
            Self::Loss => sentences::LOSS,
            Self::ElectionMin => sentences::ELECTION_TIMEOUT,
            Self::ElectionMax => "Each wait is drawn between the two, so that seldom two stand at once.",
            Self::Heartbeat => sentences::HEARTBEAT_INTERVAL,
            Self::MaxEntries => sentences::MAX_ENTRIES_PER_APPEND,
            Self::SnapshotAfter => sentences::SNAPSHOT_AFTER,
            Self::Noop => sentences::NOOP_ON_ELECTION,
            Self::PreVote => sentences::PRE_VOTE,
            Self::Stickiness => sentences::LEADER_STICKINESS,
            Self::CheckQuorum => sentences::CHECK_QUORUM,
            Self::Reads => sentences::READS,
            Self::FollowerReads => sentences::FOLLOWER_READS,
            Self::LeaseLength => sentences::LEASE_LENGTH,
            Self::DriftBound => sentences::DRIFT_BOUND,
            Self::Break(rule) => rule.effect(),
            Self::Leaderless(setting) => setting.sentence(),
        }
    }

    /// How it is entered.
    #[must_use]
    pub fn entry(self) -> Entry {
        match self {
            Self::Nodes => Entry::Number(""),
            Self::MaxEntries | Self::SnapshotAfter => Entry::Number("entries"),
            Self::Loss | Self::DriftBound => Entry::Number("%"),
            Self::DelayMin
            | Self::DelayMax
            | Self::ElectionMin
            | Self::ElectionMax
            | Self::Heartbeat
            | Self::LeaseLength => Entry::Number("ms"),
            Self::Noop | Self::PreVote | Self::Stickiness | Self::CheckQuorum | Self::Break(_) => Entry::Switch,
            Self::Leaderless(setting) => setting.entry(),
            Self::Reads => Entry::Choice(&READS),
            Self::FollowerReads => Entry::Choice(&FOLLOWERS),
        }
    }

    /// Its value in a scenario, as it is entered: a number, "on" or "off", or the name of a choice.
    #[must_use]
    pub fn get(self, scenario: &Scenario) -> String {
        if let (Self::Leaderless(setting), System::Leaderless(leaderless)) = (self, &scenario.system) {
            return setting.get(leaderless);
        }
        let plain = RaftConfig::default();
        let raft = scenario.system.as_raft().unwrap_or(&plain);
        let link = &scenario.world.network.between_nodes;
        let switch = |is_on: bool| if is_on { "on" } else { "off" }.to_owned();
        match self {
            Self::Nodes => scenario.world.nodes.to_string(),
            Self::DelayMin => ms(span(&link.delay).0),
            Self::DelayMax => ms(span(&link.delay).1),
            Self::Loss => per_cent(link.loss_ppm),
            Self::ElectionMin => ms(raft.election_timeout.min),
            Self::ElectionMax => ms(raft.election_timeout.max),
            Self::Heartbeat => ms(raft.heartbeat_interval),
            Self::MaxEntries => raft.max_entries_per_append.to_string(),
            Self::SnapshotAfter => raft.snapshot_after.map(|count| count.to_string()).unwrap_or_default(),
            Self::Noop => switch(raft.noop_on_election),
            Self::PreVote => switch(raft.pre_vote),
            Self::Stickiness => switch(raft.leader_stickiness),
            Self::CheckQuorum => switch(raft.check_quorum),
            Self::Reads => word(raft.reads).to_owned(),
            Self::FollowerReads => follower_word(raft.follower_reads).to_owned(),
            Self::LeaseLength => raft.lease_length.map(ms).unwrap_or_default(),
            Self::DriftBound => per_cent(raft.drift_bound_ppm),
            Self::Break(rule) => switch(raft.breaks(rule)),
            Self::Leaderless(_) => String::new(),
        }
    }

    /// Whether a system has it.
    #[must_use]
    pub fn is_of(self, system: &System) -> bool {
        match self {
            Self::Nodes | Self::DelayMin | Self::DelayMax | Self::Loss => true,
            Self::Leaderless(_) => matches!(system, System::Leaderless(_)),
            Self::ElectionMin
            | Self::ElectionMax
            | Self::Heartbeat
            | Self::MaxEntries
            | Self::SnapshotAfter
            | Self::Noop
            | Self::PreVote
            | Self::Stickiness
            | Self::CheckQuorum
            | Self::Reads
            | Self::FollowerReads
            | Self::LeaseLength
            | Self::DriftBound
            | Self::Break(_) => matches!(system, System::Raft(_)),
        }
    }

    /// Puts a value as it was entered into a scenario.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without its subject; nothing has changed then.
    pub fn set(self, scenario: &mut Scenario, text: &str) -> Result<(), String> {
        let text = text.trim();
        match (self, &mut scenario.system) {
            (Self::Nodes, _) => scenario.world.nodes = of_whole(text, 1, u32::from(Scenario::NODES_MAX))? as u8,
            (Self::DelayMin | Self::DelayMax, _) => return self.set_delay(scenario, text),
            (Self::Loss, _) => scenario.world.network.between_nodes.loss_ppm = of_per_cent(text, 1_000_000)?,
            (Self::Leaderless(setting), System::Leaderless(leaderless)) => setting.set(leaderless, text)?,
            (Self::Leaderless(_), System::Raft(_)) => return Err("is no setting of Raft".to_owned()),
            (_, System::Raft(raft)) => self.set_raft(raft, text)?,
            (_, System::Leaderless(_)) => return Err("is a setting of Raft".to_owned()),
        }
        Ok(())
    }

    fn set_raft(self, raft: &mut RaftConfig, text: &str) -> Result<(), String> {
        let is_on = text == "on";
        match self {
            Self::Nodes | Self::DelayMin | Self::DelayMax | Self::Loss | Self::Leaderless(_) => {}
            Self::ElectionMin => raft.election_timeout.min = of_ms(text)?,
            Self::ElectionMax => raft.election_timeout.max = of_ms(text)?,
            Self::Heartbeat => raft.heartbeat_interval = of_ms(text)?,
            Self::MaxEntries => raft.max_entries_per_append = of_whole(text, 1, 10_000)?,
            Self::SnapshotAfter if text.is_empty() => raft.snapshot_after = None,
            Self::SnapshotAfter => raft.snapshot_after = Some(of_whole(text, 1, 1_000_000)?),
            Self::Noop => raft.noop_on_election = is_on,
            Self::PreVote => raft.pre_vote = is_on,
            Self::Stickiness => raft.leader_stickiness = is_on,
            Self::CheckQuorum => raft.check_quorum = is_on,
            Self::Reads => raft.reads = chosen([ReadPath::Log, ReadPath::ReadIndex, ReadPath::Lease], word, text)?,
            Self::FollowerReads => {
                let all = [FollowerReads::Refuse, FollowerReads::ReadIndex, FollowerReads::Local];
                raft.follower_reads = chosen(all, follower_word, text)?;
            }
            Self::LeaseLength if text.is_empty() => raft.lease_length = None,
            Self::LeaseLength => raft.lease_length = Some(of_ms(text)?),
            Self::DriftBound => raft.drift_bound_ppm = of_per_cent(text, 500_000)?,
            Self::Break(rule) => set_break(raft, rule, is_on),
        }
        Ok(())
    }

    fn set_delay(self, scenario: &mut Scenario, text: &str) -> Result<(), String> {
        let length = of_ms(text)?;
        let link = &mut scenario.world.network.between_nodes;
        let (min, max) = span(&link.delay);
        let (min, max) = if self == Self::DelayMin { (length, max) } else { (min, length) };
        link.delay = Distribution::Uniform { min, max };
        Ok(())
    }

    /// Whether a problem of a scenario is about it.
    #[must_use]
    pub fn is_about(self, problem: &ScenarioError) -> bool {
        let ScenarioError::Value { field, .. } = problem else {
            return self == Self::Nodes && matches!(problem, ScenarioError::Nodes { .. });
        };
        match self {
            Self::DelayMax | Self::Loss => *field == "network.between_nodes",
            Self::ElectionMax => *field == "system.raft.election_timeout",
            Self::Heartbeat => *field == "system.raft.heartbeat_interval",
            Self::Reads => *field == "system.raft.reads",
            Self::LeaseLength => *field == "system.raft.lease_length",
            Self::DriftBound => *field == "system.raft.drift_bound",
            Self::Leaderless(setting) => setting.is_about(field),
            Self::Nodes => *field == "client.contact",
            Self::MaxEntries
            | Self::SnapshotAfter
            | Self::DelayMin
            | Self::ElectionMin
            | Self::Noop
            | Self::PreVote
            | Self::Stickiness
            | Self::CheckQuorum
            | Self::FollowerReads
            | Self::Break(_) => false,
        }
    }
}

/// A network with timeouts that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// The delay one way, in microseconds.
    delay: (u64, u64),
    /// The election timeout, in milliseconds.
    timeout: (u64, u64),
    /// The heartbeat interval, in milliseconds.
    heartbeat: u64,
}

/// The networks.
pub const PRESETS: [Preset; 3] = [
    Preset { name: "Teaching, 15–25 ms", delay: (15_000, 25_000), timeout: (400, 800), heartbeat: 100 },
    Preset { name: "Data centre, 0.4–0.6 ms", delay: (400, 600), timeout: (150, 300), heartbeat: 50 },
    Preset { name: "Wide area, 40–80 ms", delay: (40_000, 80_000), timeout: (1_000, 2_000), heartbeat: 250 },
];

impl Preset {
    /// Puts it into a scenario: the links between nodes and to clients, and Raft's timers.
    pub fn set(self, scenario: &mut Scenario) {
        let delay = Distribution::Uniform { min: SimDuration(self.delay.0), max: SimDuration(self.delay.1) };
        scenario.world.network.between_nodes.delay = delay;
        scenario.world.network.to_clients.delay = delay;
        if let System::Raft(raft) = &mut scenario.system {
            self.set_timers(raft);
        }
    }

    /// Puts its timers into Raft.
    fn set_timers(self, raft: &mut RaftConfig) {
        raft.election_timeout.min = SimDuration::from_millis(self.timeout.0);
        raft.election_timeout.max = SimDuration::from_millis(self.timeout.1);
        raft.heartbeat_interval = SimDuration::from_millis(self.heartbeat);
    }

    /// Whether a scenario is set so.
    #[must_use]
    pub fn is_set(self, scenario: &Scenario) -> bool {
        let mut set = scenario.clone();
        self.set(&mut set);
        set == *scenario
    }
}

/// What differs between two scenarios, in words: "Pre-vote: on".
#[must_use]
pub fn differences(from: &Scenario, to: &Scenario) -> Vec<String> {
    let of_both = |setting: &Setting| setting.is_of(&from.system) && setting.is_of(&to.system);
    let differs = Setting::all().filter(of_both).filter(|setting| setting.get(from) != setting.get(to));
    let words = differs.map(|setting| {
        let value = match (setting.get(to), setting.entry()) {
            (value, _) if value.is_empty() => "left out".to_owned(),
            (value, Entry::Number(unit)) => format!("{value} {unit}").trim_end().to_owned(),
            (value, Entry::Choice(all)) => {
                all.iter().find(|(word, ..)| *word == value).map_or(value, |(_, name, _)| (*name).to_owned())
            }
            (value, Entry::Switch) => value,
        };
        format!("{}: {value}", setting.name())
    });
    words.collect()
}

/// The shortest and the longest that are entered for a delay: of one with a tail, its middle.
fn span(delay: &Distribution) -> (SimDuration, SimDuration) {
    match *delay {
        Distribution::Constant(length) => (length, length),
        Distribution::Uniform { min, max } => (min, max),
        Distribution::Exponential { .. } | Distribution::LogNormal { .. } | Distribution::Pareto { .. } => {
            (delay.min(), delay.median())
        }
    }
}

fn set_break(raft: &mut RaftConfig, rule: Break, is_on: bool) {
    let others = raft.break_it.iter().filter(|other| *other != rule);
    raft.break_it = others.chain(is_on.then_some(rule)).collect::<Breaks>();
}

fn chosen<T: Copy>(all: impl IntoIterator<Item = T>, word: fn(T) -> &'static str, text: &str) -> Result<T, String> {
    all.into_iter().find(|it| word(*it) == text).ok_or_else(|| "is none of the choices".to_owned())
}

fn word(reads: ReadPath) -> &'static str {
    match reads {
        ReadPath::Log => "log",
        ReadPath::ReadIndex => "read_index",
        ReadPath::Lease => "lease",
    }
}

fn follower_word(reads: FollowerReads) -> &'static str {
    match reads {
        FollowerReads::Refuse => "refuse",
        FollowerReads::ReadIndex => "read_index",
        FollowerReads::Local => "local",
    }
}

#[cfg(test)]
mod tests;
