//! What a cluster does while it is cut: refuse, as Raft does where a majority is missing, or answer, as leaderless replicas do. The
//! same cluster, workload, seed and faults as the other of the two. Knows no control.

use super::PRESETS;
use crate::lesson::{Scenario, System};
use crate::protocol::leaderless::LeaderlessConfig;
use crate::protocol::raft::RaftConfig;

/// What a client hears from a side that cannot reach the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenCut {
    /// Nothing, or no: what is answered is linearizable (C).
    Refuse,
    /// An answer, which may be old, and writes that may conflict (A).
    Answer,
}

/// With as many nodes as this, each of them keeps each key, as with Raft; with more it is the three of the paper.
const ALL_KEEP: u8 = 5;

impl WhenCut {
    /// What a system does. Leaderless replicas refuse too where their quorums are strict: it is Raft that always does.
    #[must_use]
    pub fn of(system: &System) -> Self {
        match system {
            System::Raft(_) => Self::Refuse,
            System::Leaderless(_) => Self::Answer,
        }
    }

    /// What is said of it: "refuse", "answer".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Answer => "answer",
        }
    }

    /// Its letter in CAP.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Refuse => "C",
            Self::Answer => "A",
        }
    }

    /// What it comes to, in a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Refuse => "Raft: a side without a majority confirms nothing, so nobody reads what is not so.",
            Self::Answer => {
                "Leaderless: every side that has a replica answers, and what it says may be old or conflict."
            }
        }
    }

    /// The name of a twin that differs in this.
    #[must_use]
    pub fn as_twin(self) -> &'static str {
        match self {
            Self::Refuse => "refuses when cut (C): Raft",
            Self::Answer => "answers when cut (A): leaderless",
        }
    }

    /// A scenario that does this; `known` are settings that a person has made before for such a system.
    #[must_use]
    pub fn applied(self, scenario: &Scenario, known: Option<&System>) -> Scenario {
        let mut changed = scenario.clone();
        if Self::of(&scenario.system) != self {
            let known = known.filter(|known| Self::of(known) == self).cloned();
            changed.system = known.unwrap_or_else(|| self.system(scenario));
            // Claims are the author's, about the author's system.
            changed.claims.clear();
        }
        changed
    }

    fn system(self, scenario: &Scenario) -> System {
        match self {
            Self::Refuse => System::Raft(raft(scenario)),
            Self::Answer => System::Leaderless(leaderless(scenario.world.nodes)),
        }
    }
}

/// Timeouts that fit the links: those of the slowest preset whose delays are not longer than these.
fn raft(scenario: &Scenario) -> RaftConfig {
    let delay = scenario.world.network.between_nodes.delay.median().0;
    let fits = |preset: &&super::Preset| delay >= preset.delay.0;
    let preset = PRESETS.iter().filter(fits).max_by_key(|preset| preset.delay.0);
    let mut config = RaftConfig::default();
    if let Some(preset) = preset {
        preset.set_timers(&mut config);
    }
    config
}

/// One copy is enough to answer: R = W = 1. Others stand in where a key's own replicas are out of reach.
fn leaderless(nodes: u8) -> LeaderlessConfig {
    let n = if nodes <= ALL_KEEP { nodes } else { 3 };
    LeaderlessConfig { n, r: 1, w: 1, sloppy: n < nodes, ..LeaderlessConfig::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Distribution, SimDuration, SimTime};
    use crate::lesson::{Claim, Comparison, Fact, Literal, Predicate, Quantifier};
    use crate::sim::WorldConfig;

    fn scenario(nodes: u8, delay: u64, system: System) -> Scenario {
        let mut world = WorldConfig { nodes, ..WorldConfig::default() };
        world.network.between_nodes.delay = Distribution::Constant(SimDuration(delay));
        let (id, title, summary) = ("test".to_owned(), String::new(), String::new());
        let until = SimTime::from_secs(10);
        Scenario { format: 1, id, title, summary, seed: 1, until, system, world, faults: None, claims: Vec::new() }
    }

    #[test]
    fn there_and_back_is_where_it_began_with_what_is_known() {
        let first = scenario(5, 20_000, System::Raft(RaftConfig { pre_vote: true, ..RaftConfig::default() }));
        let there = WhenCut::Answer.applied(&first, None);
        assert_eq!(WhenCut::of(&there.system), WhenCut::Answer);
        assert_eq!(WhenCut::Refuse.applied(&there, Some(&first.system)), first);
        assert_eq!(WhenCut::Answer.applied(&there, None), there, "it does so already");
    }

    #[test]
    fn what_was_claimed_of_the_one_is_not_claimed_of_the_other() {
        let mut first = scenario(5, 20_000, System::Raft(RaftConfig::default()));
        let literal = Literal { holds: true, fact: Fact::Leaders(Comparison::exactly(1)) };
        let (name, predicate) = ("one leader".to_owned(), Predicate::All(vec![literal]));
        let quantifier = Quantifier::Always;
        first.claims.push(Claim { name, quantifier, predicate, from: SimTime::ZERO, until: None });
        let as_it_is = Scenario { system: System::Leaderless(LeaderlessConfig::default()), ..first.clone() };
        assert_ne!(as_it_is.problems(), [], "replicas have no leaders");
        assert_eq!(WhenCut::Answer.applied(&first, None).problems(), []);
    }

    #[test]
    fn what_comes_of_it_can_run_with_any_number_of_nodes() {
        for nodes in 1..=Scenario::NODES_MAX {
            let first = scenario(nodes, 20_000, System::Raft(RaftConfig::default()));
            let there = WhenCut::Answer.applied(&first, None);
            assert_eq!(there.problems(), [], "{nodes} nodes");
            assert_eq!(WhenCut::Refuse.applied(&there, None).problems(), []);
        }
    }

    #[test]
    fn elections_are_as_slow_as_the_links() {
        let timeout = |delay: u64| {
            let first = scenario(5, delay, System::Leaderless(LeaderlessConfig::default()));
            let System::Raft(raft) = WhenCut::Refuse.applied(&first, None).system else { panic!("it refuses") };
            raft.election_timeout.min
        };
        let all = [100, 20_000, 60_000].map(timeout);
        assert_eq!(all, [150, 400, 1_000].map(SimDuration::from_millis));
    }
}
