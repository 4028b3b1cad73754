//! Which rules of a protocol are switched off, and what that may cost, in words: it is said wherever such a run is shown.

use crate::lesson::System;
use crate::protocol::leaderless;
use crate::protocol::raft::Break;
use crate::view::describe::list;

/// What may come of a broken rule for those who use the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    Writes,
    Twice,
    Reads,
    Calm,
    Deletions,
    Apart,
}

impl Cost {
    fn words(self) -> &'static str {
        match self {
            Self::Writes => "lose writes that it acknowledged",
            Self::Twice => "carry one request out twice",
            Self::Reads => "answer reads with values that are out of date",
            Self::Calm => "keep or depose leaders that it should not",
            Self::Deletions => "bring back what was deleted",
            Self::Apart => "leave its replicas apart for ever",
        }
    }
}

/// The rules that are switched off by name, and what may come of it; none while every rule holds.
#[must_use]
pub fn words(system: &System) -> Option<String> {
    match system {
        System::Raft(raft) => {
            let rules: Vec<Break> = raft.break_it.iter().collect();
            let names = rules.iter().map(|rule| rule.name()).collect();
            told("Raft", names, rules.into_iter().map(cost).collect())
        }
        System::Leaderless(leaderless) => {
            let rules: Vec<leaderless::Break> = leaderless.break_it.iter().collect();
            let names = rules.iter().map(|rule| rule.name()).collect();
            told("leaderless replication", names, rules.into_iter().map(cost_of_leaderless).collect())
        }
    }
}

fn told(system: &str, names: Vec<&'static str>, mut costs: Vec<Cost>) -> Option<String> {
    costs.sort_unstable();
    costs.dedup();
    let rule = if names.len() == 1 { "a rule" } else { "rules" };
    let named: Vec<String> = names.iter().map(|name| name.replace('_', " ")).collect();
    (!named.is_empty()).then(|| {
        format!(
            "Switched off, {rule} of {system}: {}. This cluster may {}.",
            named.join(", "),
            list(costs.into_iter().map(Cost::words))
        )
    })
}

/// The worst that a broken rule can do.
fn cost(rule: Break) -> Cost {
    match rule {
        Break::VoteWithoutPersisting
        | Break::AcknowledgeBeforePersisting
        | Break::LeaderDropsUncommitted
        | Break::SkipLogMatching
        | Break::IgnoreLogUpToDateness
        | Break::CommitOldTermsByCounting
        | Break::ApplyBeforeCommit
        | Break::CountSentAsMatched
        | Break::AcknowledgeBeforeReplicating
        | Break::MembershipWithoutCorrection
        | Break::ManyChangesAtOnce => Cost::Writes,
        Break::NoSessions | Break::SnapshotWithoutSessions => Cost::Twice,
        Break::LeaseWithoutMargin
        | Break::LeaseFromReceipt
        | Break::TransferKeepsLease
        | Break::RestartForgetsLeader
        | Break::ServeReadsLocally
        | Break::ReadIndexBeforeOwnTerm => Cost::Reads,
        Break::PreVoteRaisesTerm | Break::CheckQuorumCountsSends => Cost::Calm,
    }
}

fn cost_of_leaderless(rule: leaderless::Break) -> Cost {
    use leaderless::Break;
    match rule {
        Break::AcknowledgeBeforePersisting
        | Break::ServerVersionVectors
        | Break::SharedActor
        | Break::LastArrivalWins
        | Break::RepairOverwrites
        | Break::HintDroppedOnRestart
        | Break::NameBeforePersisting
        | Break::ForgetHintWhenSent => Cost::Writes,
        Break::AnswerBeforeQuorum | Break::AnswerBeforeWriteBack => Cost::Reads,
        Break::TombstoneWithoutGrace => Cost::Deletions,
        Break::TreeWithoutTombstones => Cost::Apart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::raft::{Breaks, RaftConfig};

    fn told(rules: &[Break]) -> Option<String> {
        let break_it: Breaks = rules.iter().copied().collect();
        words(&System::Raft(RaftConfig { break_it, ..RaftConfig::default() }))
    }

    #[test]
    fn nothing_is_said_while_every_rule_holds() {
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn every_rule_is_named_and_each_cost_is_said_once() {
        let one = "Switched off, a rule of Raft: no sessions. This cluster may carry one request out twice.";
        assert_eq!(told(&[Break::NoSessions]).as_deref(), Some(one));
        let all = told(&Break::ALL).expect("there is something to say");
        for rule in Break::ALL {
            assert!(all.contains(&rule.name().replace('_', " ")), "{rule} is missing: {all}");
        }
        assert_eq!(all.matches("lose writes that it acknowledged").count(), 1, "{all}");
    }
}
