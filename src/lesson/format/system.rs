//! `[system]`: which protocol runs, and what its claims may be about.

use super::form::{Form, Table};
use super::kinds::{Flag, Length, List, Percent, Span, Whole, Words};
use super::leaderless::leaderless;
use crate::base::{Drift, SimDuration};
use crate::lesson::{System, sentences};
use crate::protocol::Role;
use crate::protocol::leaderless::LeaderlessConfig;
use crate::protocol::raft::{Break, FollowerReads, RaftConfig, ReadPath};

/// Exactly one protocol.
pub(super) const SYSTEM: Table<System> = Table {
    name: "system",
    heading: "[system]",
    doc: "Which protocol runs. Exactly one table.",
    form: |form| {
        let mut choice = form.choice("a protocol");
        choice.case("raft", RAFT, "Raft (D. Ongaro and J. Ousterhout, 2014).", System::Raft);
        let doc = "Leaderless replication (G. DeCandia et al., \"Dynamo\", 2007).";
        choice.case("leaderless", LEADERLESS, doc, System::Leaderless);
        choice.end()
    },
};

/// Timers that are shorter would flood the run.
pub(super) const TIMER: Length = Length { min: SimDuration::from_millis(1), ..Length::ANY };

const RAFT: Table<RaftConfig> = Table {
    name: "raft",
    heading: "[system.raft]",
    doc: "Raft's settings.",
    form: |form| Some(raft(form, RaftConfig::default())),
};

const LEADERLESS: Table<LeaderlessConfig> = Table {
    name: "leaderless",
    heading: "[system.leaderless]",
    doc: "The settings of leaderless replication.",
    form: |form| Some(leaderless(form, LeaderlessConfig::default())),
};

/// What changes about a system; the rest stays as it is in the scenario.
pub(super) const SYSTEM_CHANGE: Table<System> = Table {
    name: "system change",
    heading: "`system`",
    doc: "What changes about the system. It may be another protocol than the scenario's: the same cluster, clients, seed and faults, and commands that it has no use for are left out.",
    form: |form| {
        let mut choice = form.choice("a protocol");
        choice.case("raft", RAFT_CHANGE, "Raft.", System::Raft);
        choice.case("leaderless", LEADERLESS_CHANGE, "Leaderless replication.", System::Leaderless);
        choice.end()
    },
};

const RAFT_CHANGE: Table<RaftConfig> = Table {
    name: "raft change",
    heading: "`raft`",
    doc: "What changes about Raft's settings: the keys of `raft`. What is left out stays as it is in the scenario, or has its default if the scenario runs another protocol.",
    form: |form| {
        let base = match form.reader().and_then(|reader| reader.names.system.clone()) {
            Some(System::Raft(base)) => base,
            Some(System::Leaderless(_)) | None => RaftConfig::default(),
        };
        Some(raft(form, base))
    },
};

const LEADERLESS_CHANGE: Table<LeaderlessConfig> = Table {
    name: "leaderless change",
    heading: "`leaderless`",
    doc: "What changes about the settings of leaderless replication. What is left out stays as it is in the scenario, or has its default if the scenario runs another protocol.",
    form: |form| {
        let base = match form.reader().and_then(|reader| reader.names.system.clone()) {
            Some(System::Leaderless(base)) => base,
            Some(System::Raft(_)) | None => LeaderlessConfig::default(),
        };
        Some(leaderless(form, base))
    },
};

fn raft(form: &mut Form<'_, '_>, mut raft: RaftConfig) -> RaftConfig {
    timing(form, &mut raft);
    elections(form, &mut raft);
    reads(form, &mut raft);
    lease(form, &raft);
    let snapshot_after = Whole { min: 1, max: 1_000_000 };
    let doc = sentences::SNAPSHOT_AFTER;
    raft.snapshot_after = form.optional("snapshot_after", snapshot_after, doc).or(raft.snapshot_after);
    let switches = List { of: Words { what: "a rule to break", words: &BREAKS }, min: 1, max: BREAKS.len() };
    if let Some(switches) = form.optional("break_it", switches, sentences::BREAK_IT) {
        raft.break_it = switches.into_iter().collect();
    }
    raft
}

fn timing(form: &mut Form<'_, '_>, raft: &mut RaftConfig) {
    raft.election_timeout =
        form.or("election_timeout", Span(TIMER), sentences::ELECTION_TIMEOUT, raft.election_timeout);
    let doc = sentences::HEARTBEAT_INTERVAL;
    raft.heartbeat_interval = form.or("heartbeat_interval", TIMER, doc, raft.heartbeat_interval);
    raft.max_entries_per_append = form.or(
        "max_entries_per_append",
        Whole { min: 1, max: 10_000 },
        sentences::MAX_ENTRIES_PER_APPEND,
        raft.max_entries_per_append,
    );
}

fn elections(form: &mut Form<'_, '_>, raft: &mut RaftConfig) {
    let doc = sentences::NOOP_ON_ELECTION;
    raft.noop_on_election = form.or("noop_on_election", Flag, doc, raft.noop_on_election);
    let doc = sentences::PRE_VOTE;
    raft.pre_vote = form.or("pre_vote", Flag, doc, raft.pre_vote);
    let doc = sentences::LEADER_STICKINESS;
    raft.leader_stickiness = form.or("leader_stickiness", Flag, doc, raft.leader_stickiness);
    let doc = sentences::CHECK_QUORUM;
    raft.check_quorum = form.or("check_quorum", Flag, doc, raft.check_quorum);
}

fn reads(form: &mut Form<'_, '_>, raft: &mut RaftConfig) {
    raft.reads = form.or("reads", READ_PATH, sentences::READS, raft.reads);
    raft.follower_reads = form.or("follower_reads", FOLLOWER_READS, sentences::FOLLOWER_READS, raft.follower_reads);
    let doc = sentences::LEASE_LENGTH;
    raft.lease_length = form.optional("lease_length", TIMER, doc).or(raft.lease_length);
    raft.drift_bound_ppm = form.or(
        "drift_bound",
        Percent { max_ppm: Drift::MAX_PPM.unsigned_abs() },
        sentences::DRIFT_BOUND,
        raft.drift_bound_ppm,
    );
}

/// The same rules as in a compiled scenario, with the place of the mistake.
fn lease(form: &mut Form<'_, '_>, raft: &RaftConfig) {
    if raft.reads != ReadPath::Lease {
        return;
    }
    if !raft.leader_stickiness {
        form.problem("reads", "a lease rests on `leader_stickiness = true`: without it, nobody promises anything");
    }
    let longest = raft.longest_safe_lease();
    if raft.lease_length.is_some_and(|length| length > longest) {
        let problem = format!(
            "too long to be safe with these `election_timeout` and `drift_bound`: at most {longest}, which is the \
             default"
        );
        form.problem("lease_length", problem);
    }
}

const READ_PATH: Words<ReadPath> = Words {
    what: "a way to answer reads",
    words: &[
        ("log", ReadPath::Log, sentences::READS_LOG),
        ("read_index", ReadPath::ReadIndex, sentences::READS_INDEX),
        ("lease", ReadPath::Lease, sentences::READS_LEASE),
    ],
};

const FOLLOWER_READS: Words<FollowerReads> = Words {
    what: "a way of followers to treat reads",
    words: &[
        ("refuse", FollowerReads::Refuse, sentences::FOLLOWER_REFUSE),
        ("read_index", FollowerReads::ReadIndex, sentences::FOLLOWER_INDEX),
        ("local", FollowerReads::Local, sentences::FOLLOWER_LOCAL),
    ],
};

const BREAKS: [(&str, Break, &str); Break::ALL.len()] = {
    let mut words = [("", Break::NoSessions, ""); Break::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        let rule = Break::ALL[at];
        words[at] = (rule.name(), rule, rule.effect());
        at += 1;
    }
    words
};

/// Whether a node of this system can ever have a role.
pub(super) fn has_role(system: &System, role: Role) -> bool {
    match system {
        System::Raft(_) => matches!(role, Role::Leader | Role::Candidate | Role::Follower | Role::Learner),
        System::Leaderless(_) => role == Role::Replica,
    }
}
