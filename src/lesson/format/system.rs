//! `[system]`: which protocol runs, and what its claims may be about.

use super::form::Table;
use super::kinds::{Flag, Length, Span, Whole};
use crate::base::SimDuration;
use crate::lesson::System;
use crate::protocol::Role;
use crate::protocol::raft::RaftConfig;

/// Exactly one protocol.
pub(super) const SYSTEM: Table<System> = Table {
    name: "system",
    heading: "[system]",
    doc: "Which protocol runs. Exactly one table.",
    form: |form| {
        let mut choice = form.choice("a protocol");
        choice.case("raft", RAFT, "Raft (D. Ongaro and J. Ousterhout, 2014).", System::Raft);
        choice.end()
    },
};

/// Timers that are shorter would flood the run.
const TIMER: Length = Length { min: SimDuration::from_millis(1), ..Length::ANY };

const RAFT: Table<RaftConfig> = Table {
    name: "raft",
    heading: "[system.raft]",
    doc: "Raft's settings.",
    form: |form| {
        let usual = RaftConfig::default();
        let entries = Whole { min: 1, max: 10_000 };
        Some(RaftConfig {
            election_timeout: form.or(
                "election_timeout",
                Span(TIMER),
                "How long a follower waits for a leader before it stands for election; drawn anew at each reset.",
                usual.election_timeout,
            ),
            heartbeat_interval: form.or(
                "heartbeat_interval",
                TIMER,
                "How often a leader shows that it lives.",
                usual.heartbeat_interval,
            ),
            noop_on_election: form.or(
                "noop_on_election",
                Flag,
                "Whether a new leader opens its term with an empty entry, so that older entries can commit.",
                usual.noop_on_election,
            ),
            max_entries_per_append: form.or(
                "max_entries_per_append",
                entries,
                "How many entries one message may carry.",
                usual.max_entries_per_append,
            ),
        })
    },
};

/// Whether a node of this system can ever have a role.
pub(super) fn has_role(system: &System, role: Role) -> bool {
    match system {
        System::Raft(_) => matches!(role, Role::Leader | Role::Candidate | Role::Follower),
    }
}
