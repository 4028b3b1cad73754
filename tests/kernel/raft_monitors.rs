//! The monitors turn red for the right reason: each rule that can be switched off, and each hostile fault, breaks what it
//! is known to break, and the same run with the rule in force breaks nothing.

use crate::support::lab::ms;
use crate::support::swarm::{Case, Class};
use crate::support::watched::{Watched, watch};
use netsplit::base::{Drift, NodeId, SimDuration, SimTime, TimeSpan};
use netsplit::check::Invariant;
use netsplit::protocol::Order;
use netsplit::protocol::raft::{Break, Breaks, Raft, RaftConfig, RaftRole, ReadPath};
use netsplit::sim::{Command, LinkPatch, Wire, World, WorldConfig};
use std::collections::BTreeSet;

/// A rule that is switched off, and exactly what then breaks in some run of a hundred and fifty.
const BREAKS: [(Break, &[&str]); 20] = [
    (Break::VoteWithoutPersisting, &["R7"]),
    (Break::VoteWithoutPersisting, &["R1", "R7"]),
    (Break::AcknowledgeBeforePersisting, &["R6", "R9"]),
    (Break::LeaderDropsUncommitted, &["R2"]),
    (Break::LeaderDropsUncommitted, &["R2", "R4", "R5", "R6", "R9"]),
    (Break::SkipLogMatching, &["R3", "R5", "R13"]),
    (Break::IgnoreLogUpToDateness, &["R8"]),
    (Break::IgnoreLogUpToDateness, &["R4", "R5", "R8", "R13"]),
    (Break::CommitOldTermsByCounting, &["R8"]),
    (Break::ApplyBeforeCommit, &["R6"]),
    (Break::ApplyBeforeCommit, &["R6", "R12"]),
    (Break::CountSentAsMatched, &["R9"]),
    (Break::PreVoteRaisesTerm, &["R10"]),
    (Break::CheckQuorumCountsSends, &["R10"]),
    (Break::RestartForgetsLeader, &["R11"]),
    (Break::ServeReadsLocally, &["R12"]),
    (Break::ReadIndexBeforeOwnTerm, &["R12"]),
    (Break::AcknowledgeBeforeReplicating, &["R13"]),
    (Break::NoSessions, &["R13"]),
    (Break::SnapshotWithoutSessions, &["R13"]),
];

/// The first of the runs that breaks exactly this; the same run with every rule in force is green.
fn check_break(rule: Break, expected: &[&str]) {
    for seed in 1..=150 {
        let case = Case::draw(seed, Class::Safe, ms(2_000));
        let (watched, _) = watch(case.clone().without(rule).world(), case.until);
        if watched.broken() == expected {
            let (control, _) = watch(case.where_it_matters(rule).world(), ms(2_000));
            return control.must_be_green();
        }
    }
    panic!("{rule}: no run breaks {expected:?} and nothing else");
}

#[test]
fn each_rule_that_is_switched_off_breaks_what_it_should() {
    for (rule, expected) in BREAKS {
        check_break(rule, expected);
    }
}

#[test]
fn every_invariant_is_broken_by_something() {
    let broken: BTreeSet<&str> = BREAKS.iter().flat_map(|(_, expected)| *expected).copied().collect();
    assert!(
        Invariant::ALL.iter().filter(|it| it.is_about_leaders()).all(|invariant| broken.contains(invariant.id())),
        "{broken:?}"
    );
}

/// A cluster whose servers are brought into one situation by hand.
struct Play {
    world: World<Raft>,
    watched: Watched,
}

impl Play {
    fn new(nodes: u8, raft: &RaftConfig, seed: u32) -> Self {
        let config = WorldConfig { nodes, ..WorldConfig::default() };
        let mut play = Self { world: World::new(&config, raft, seed), watched: Watched::default() };
        play.pass(1_000);
        play
    }

    fn pass(&mut self, length_ms: u64) {
        let until = self.world.now().time + SimDuration::from_millis(length_ms);
        self.watched.run(&mut self.world, until);
    }

    fn apply(&mut self, command: Command) {
        self.world.apply(&command).expect("the command names what exists");
    }

    fn order(&mut self, node: NodeId, order: Order) {
        self.apply(Command::Order { node: Some(node), order });
    }

    fn delay(&mut self, from: NodeId, to: NodeId, delay_ms: u64) {
        let delay = Some(crate::support::lab::always(delay_ms));
        self.apply(Command::SetLink {
            wire: Wire::one_way(from, to),
            patch: LinkPatch { delay, ..LinkPatch::default() },
        });
    }

    fn groups(&mut self, groups: &[&[NodeId]]) {
        let groups = groups.iter().map(|group| group.iter().map(|&node| node.into()).collect()).collect();
        self.apply(Command::Partition { groups });
    }

    /// Who leads the newest term, and the others.
    fn leader(&self) -> Option<(NodeId, Vec<NodeId>)> {
        let servers = self.world.nodes().filter_map(|(node, slot)| Some((node, slot.process()?)));
        let leaders = servers.filter(|(_, raft)| matches!(raft.role(), RaftRole::Leader(_)));
        let (leader, _) = leaders.max_by_key(|(_, raft)| raft.term())?;
        Some((leader, self.world.nodes().map(|(node, _)| node).filter(|node| *node != leader).collect()))
    }
}

fn leases(rule: Option<Break>, drift_bound_ppm: u32) -> RaftConfig {
    RaftConfig {
        election_timeout: TimeSpan { min: SimDuration::from_millis(150), max: SimDuration::from_millis(170) },
        reads: ReadPath::Lease,
        leader_stickiness: true,
        drift_bound_ppm,
        break_it: rule.map_or(Breaks::NONE, Breaks::from),
        ..RaftConfig::default()
    }
}

/// Plays a situation with a rule and without, with some seeds: with it all is green, and without it something is broken.
fn check_play(rule: Break, expected: &[&str], play: impl Fn(Option<Break>, u32) -> Vec<&'static str>) {
    let found: Vec<_> = (1..=20).map(|seed| play(Some(rule), seed)).collect();
    assert!(found.iter().any(|broken| broken == expected), "{rule}: {found:?}");
    for seed in 1..=20 {
        assert!(play(None, seed).is_empty(), "seed {seed}: red with every rule in force");
    }
}

/// The leader's clock is slow and the others' are fast, within the bound; then the leader is cut off.
#[test]
fn a_lease_without_a_margin_outlives_the_patience_of_others() {
    check_play(Break::LeaseWithoutMargin, &["R11"], |rule, seed| {
        let mut play = Play::new(3, &leases(rule, 100_000), seed);
        let Some((leader, others)) = play.leader() else { return Vec::new() };
        play.apply(Command::SetDrift { node: leader, drift: Drift(-100_000) });
        others.iter().for_each(|&node| play.apply(Command::SetDrift { node, drift: Drift(100_000) }));
        play.pass(500);
        play.groups(&[&[leader], &others]);
        play.pass(400);
        play.watched.broken()
    });
}

/// Answers take long, so that a lease that begins with them begins late. Then the leader can hear and not speak.
#[test]
fn a_lease_that_begins_with_the_answers_begins_too_late() {
    check_play(Break::LeaseFromReceipt, &["R11"], |rule, seed| {
        let mut play = Play::new(3, &leases(rule, 10_000), seed);
        let Some((leader, others)) = play.leader() else { return Vec::new() };
        others.iter().for_each(|&node| play.delay(node, leader, 60));
        play.pass(500);
        others.iter().for_each(|&node| play.apply(Command::Cut(Wire::one_way(leader, node))));
        play.pass(400);
        play.watched.broken()
    });
}

/// The successor's word takes long to reach the old leader, who would go on with its lease.
#[test]
fn a_lease_that_is_kept_while_leadership_is_handed_over() {
    check_play(Break::TransferKeepsLease, &["R11"], |rule, seed| {
        let mut play = Play::new(3, &leases(rule, 10_000), seed);
        let Some((leader, others)) = play.leader() else { return Vec::new() };
        play.delay(others[0], leader, 60);
        play.pass(300);
        play.order(leader, Order::Transfer { to: others[0] });
        play.pass(400);
        play.watched.broken()
    });
}

/// The leader and one other remove the rest one by one, and take no majority of the old membership for it.
#[test]
fn many_changes_at_once_leave_two_majorities() {
    check_play(Break::ManyChangesAtOnce, &["R4", "R5"], |rule, seed| {
        let break_it = rule.map_or(Breaks::NONE, Breaks::from);
        let mut play = Play::new(5, &RaftConfig { break_it, ..RaftConfig::default() }, seed);
        let Some((leader, others)) = play.leader() else { return Vec::new() };
        play.groups(&[&[leader, others[0]], &others[1..]]);
        others[1..].iter().for_each(|&node| play.order(leader, Order::RemoveServer(node)));
        play.pass(2_000);
        play.watched.broken()
    });
}

/// The case that D. Ongaro described in 2015: two leaders in turn change the membership, neither having committed
/// anything in its own term, and their majorities do not meet.
#[test]
fn a_change_before_anything_is_committed_in_the_leader_s_term() {
    check_play(Break::MembershipWithoutCorrection, &["R4", "R5"], |rule, seed| {
        let break_it = rule.map_or(Breaks::NONE, Breaks::from);
        let mut play = Play::new(4, &RaftConfig { break_it, ..RaftConfig::default() }, seed);
        let Some((first, others)) = play.leader() else { return Vec::new() };
        play.groups(&[&[first], &others]);
        // The second leader is stopped short just when it is elected: one of its voters hears nothing of it.
        let deadline = play.world.now().time + SimDuration::from_millis(3_000);
        while play.leader().is_none_or(|(leader, _)| leader == first) && play.world.now().time < deadline {
            if !play.world.step_until(deadline) || play.watched.look(&play.world).is_err() {
                break;
            }
        }
        let Some((second, _)) = play.leader().filter(|(leader, _)| *leader != first) else { return Vec::new() };
        let rest: Vec<NodeId> = others.into_iter().filter(|node| *node != second).collect();
        play.groups(&[&[first], &[second, rest[0]], &[rest[1]]]);
        play.order(first, Order::RemoveServer(rest[0]));
        play.order(second, Order::RemoveServer(rest[1]));
        play.pass(500);
        play.groups(&[&[first, rest[1]], &[second, rest[0]]]);
        play.pass(3_000);
        play.watched.broken()
    });
}

#[test]
fn a_disk_that_lies_and_a_server_that_forgets_are_found_out() {
    let mut found = BTreeSet::new();
    for seed in 1..=40 {
        let case = Case::draw(seed, Class::Hostile, SimTime::from_millis(2_000));
        let raft = RaftConfig { break_it: Breaks::NONE, ..case.raft };
        let (watched, _) = watch(World::new(&case.config, &raft, seed), case.until);
        found.extend(watched.broken());
    }
    assert!(["R4", "R5", "R6", "R7", "R9", "R13"].iter().all(|id| found.contains(id)), "{found:?}");
    assert!(!found.contains("R2") && !found.contains("R10"), "no disk makes a leader drop entries: {found:?}");
}
