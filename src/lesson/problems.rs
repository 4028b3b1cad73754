//! What types cannot say about a scenario: names that must exist, values that would make a run stand still, overflow or
//! never end. Found all at once. A compiled scenario is checked here too, since it may come from anywhere.

use super::claim::{Claim, Fact, Predicate, Quantifier};
use super::scenario::{SCENARIO_FORMAT, Scenario, ScenarioError, System};
use crate::base::{Distribution, NodeId, SimDuration, sort_by_key};
use crate::protocol::leaderless::{Detector, LeaderlessConfig};
use crate::protocol::raft::{RaftConfig, ReadPath};
use crate::sim::plan::FaultPlan;
use crate::sim::{ClientConfig, Command, Contact, Limits, LinkSettings, Pace, ValueKind, Workload};

/// No value that a workload writes is longer, in bytes.
const VALUE_BYTES_MAX: u32 = 65_536;
/// No workload uses more keys.
const KEYS_MAX: u32 = 1_000_000;
/// No scenario has more timed commands, data, link rules, or claims.
const ENTRIES_MAX: usize = 10_000;

impl Scenario {
    /// Checks what types cannot say, all at once. A scenario with none can run.
    #[must_use]
    pub fn problems(&self) -> Vec<ScenarioError> {
        let mut found = Problems::default();
        self.check_sizes(&mut found);
        self.check_world(&mut found);
        self.check_schedule(&mut found);
        match &self.system {
            System::Raft(raft) => check_raft(raft, &mut found),
            System::Leaderless(leaderless) => check_leaderless(leaderless, self.world.nodes, &mut found),
        }
        for claim in &self.claims {
            self.check_claim(claim, &mut found);
        }
        if let Some(plan) = &self.faults {
            check_plan(plan, &mut found);
        }
        found.list
    }

    fn check_sizes(&self, found: &mut Problems) {
        if self.format > SCENARIO_FORMAT {
            found.add(ScenarioError::Format { found: self.format });
        }
        if !(1..=Self::NODES_MAX).contains(&self.world.nodes) {
            found.add(ScenarioError::Nodes { found: self.world.nodes });
        }
        if self.world.clients.len() > Self::CLIENTS_MAX {
            found.add(ScenarioError::Clients { found: self.world.clients.len() });
        }
        if self.until > Self::UNTIL_MAX {
            found.add(ScenarioError::Until { found: self.until });
        }
        let sizes = [
            ("at", self.world.schedule.len()),
            ("data", self.world.data.len()),
            ("network.link", self.world.network.rules.len()),
            ("claim", self.claims.len()),
        ];
        for (field, _) in sizes.into_iter().filter(|(_, size)| *size > ENTRIES_MAX) {
            found.value(field, "has more than 10,000 entries");
        }
    }

    fn check_world(&self, found: &mut Problems) {
        let world = &self.world;
        check_link("network.between_nodes", &world.network.between_nodes, found);
        check_link("network.to_clients", &world.network.to_clients, found);
        for rule in &world.network.rules {
            let command = Command::SetLink { wire: rule.wire, patch: rule.patch.clone() };
            if let Err(error) = command.check(world.nodes, self.client_count()) {
                found.add(ScenarioError::LinkRule { error });
            }
        }
        drawable("disk.sync", &world.disk.sync, found);
        for client in &world.clients {
            self.check_client(client, found);
        }
        check_limits(&world.limits, found);
    }

    fn check_client(&self, client: &ClientConfig, found: &mut Problems) {
        if client.timeout.is_zero() {
            found.value("client.timeout", "must be longer than nothing");
        }
        if client.retry.attempts == 0 {
            found.value("client.retry.attempts", "must be at least 1");
        }
        if let Contact::Pinned(node) = client.contact {
            self.check_node("client.contact", node, found);
        }
        if let Some(workload) = &client.workload {
            check_workload(workload, found);
        }
    }

    fn check_schedule(&self, found: &mut Problems) {
        let mut nodes = self.world.nodes;
        let mut schedule: Vec<_> = self.world.schedule.iter().collect();
        sort_by_key(&mut schedule, |(time, _)| *time);
        for (at, command) in schedule {
            if let Err(error) = command.check(nodes, self.client_count()) {
                found.add(ScenarioError::Command { at: *at, error });
            }
            if matches!(command, Command::AddNode) {
                nodes = nodes.saturating_add(1);
            }
        }
    }

    fn check_claim(&self, claim: &Claim, found: &mut Problems) {
        if claim.from > self.until || claim.until.is_some_and(|until| until > self.until || until < claim.from) {
            found.value("claim", "is about a time that the run does not have");
        }
        let (Predicate::All(literals) | Predicate::Any(literals)) = &claim.predicate;
        for literal in literals {
            let names = literal.fact.names();
            for node in names.nodes {
                self.check_node("claim", node, found);
            }
            if names.clients.iter().any(|client| client.0 >= self.client_count()) {
                found.value("claim", "names a client that does not exist");
            }
            if literal.fact.is_about_history() && claim.quantifier != Quantifier::Eventually {
                found.value("claim", "is about the history as a whole: only `eventually` can ask for that");
            }
            if literal.fact.needs_leaders() && !self.system.has_leaders() {
                found.value("claim", "is about leaders or terms, which this system does not have");
            }
            if let Fact::Broken(invariant) = &literal.fact
                && !invariant.is_about_leaders()
                && self.system.has_leaders()
            {
                found.value("claim", "is about an invariant of leaderless replicas, which this system does not have");
            }
        }
    }

    fn check_node(&self, field: &'static str, node: NodeId, found: &mut Problems) {
        let added = self.world.schedule.iter().filter(|(_, command)| matches!(command, Command::AddNode)).count();
        if node.0 == 0 || usize::from(node.0) > usize::from(self.world.nodes) + added {
            found.value(field, "names a node that does not exist");
        }
    }

    fn client_count(&self) -> u8 {
        self.world.clients.len().min(Self::CLIENTS_MAX) as u8
    }
}

#[derive(Default)]
struct Problems {
    list: Vec<ScenarioError>,
}

impl Problems {
    fn add(&mut self, problem: ScenarioError) {
        self.list.push(problem);
    }

    fn value(&mut self, field: &'static str, problem: &'static str) {
        self.add(ScenarioError::Value { field, problem });
    }
}

fn check_raft(raft: &RaftConfig, found: &mut Problems) {
    if raft.heartbeat_interval.is_zero() {
        found.value("system.raft.heartbeat_interval", "must be longer than nothing, or time stands still");
    }
    if raft.election_timeout.min.is_zero() {
        found.value("system.raft.election_timeout", "must be longer than nothing, or time stands still");
    }
    if raft.election_timeout.min > raft.election_timeout.max {
        found.value("system.raft.election_timeout", "the shortest is longer than the longest");
    }
    if raft.max_entries_per_append == 0 {
        found.value("system.raft.max_entries_per_append", "must be at least 1, or nothing is replicated");
    }
    if raft.snapshot_after == Some(0) {
        found.value("system.raft.snapshot_after", "must be at least 1");
    }
    check_lease(raft, found);
}

fn check_leaderless(leaderless: &LeaderlessConfig, nodes: u8, found: &mut Problems) {
    if leaderless.n == 0 || leaderless.n > nodes {
        found.value("system.leaderless.n", "must be at least 1, and at most as many as there are nodes");
    }
    if leaderless.r == 0 || leaderless.r > leaderless.n {
        found.value("system.leaderless.r", "must be at least 1, and at most N");
    }
    if leaderless.w == 0 || leaderless.w > leaderless.n {
        found.value("system.leaderless.w", "must be at least 1, and at most N");
    }
    let intervals = [
        ("system.leaderless.request_timeout", leaderless.request_timeout),
        ("system.leaderless.handoff_interval", leaderless.handoff_interval),
        ("system.leaderless.compaction_interval", leaderless.compaction_interval),
        ("system.leaderless.gossip_interval", leaderless.gossip_interval),
    ];
    for (field, interval) in intervals {
        if interval.is_zero() {
            found.value(field, "must be longer than nothing, or time stands still");
        }
    }
    if let Some(comparing) = &leaderless.anti_entropy {
        if comparing.interval.is_zero() {
            found.value("system.leaderless.anti_entropy.interval", "must be longer than nothing, or time stands still");
        }
        if comparing.depth > DEPTH_MAX {
            found.value("system.leaderless.anti_entropy.depth", "is deeper than 10");
        }
    }
    if leaderless.detector == Detector::Timeout(SimDuration::ZERO) {
        found.value("system.leaderless.detector", "must be longer than nothing, or everybody is suspected");
    }
}

/// The deepest tree: 1,024 leaves for each of the others.
const DEPTH_MAX: u8 = 10;

/// A lease rests on the promise of others to elect nobody else, and on clocks.
fn check_lease(raft: &RaftConfig, found: &mut Problems) {
    if raft.reads != ReadPath::Lease {
        return;
    }
    if !raft.leader_stickiness {
        found.value("system.raft.reads", "a lease rests on `leader_stickiness`: without it, nobody promises anything");
    }
    let longest = raft.longest_safe_lease();
    if longest.is_zero() {
        found.value("system.raft.drift_bound", "leaves no time for a lease");
    }
    if raft.lease_length.is_some_and(|length| length > longest) {
        found.value(
            "system.raft.lease_length",
            "is not safe with this `drift_bound`: it must be shorter than the shortest election timeout by what two \
             clocks may drift apart",
        );
    }
}

fn check_link(field: &'static str, link: &LinkSettings, found: &mut Problems) {
    drawable(field, &link.delay, found);
    if link.loss_ppm > 1_000_000 || link.duplicate_ppm > 1_000_000 {
        found.value(field, "a chance is above certainty");
    }
}

fn check_workload(workload: &Workload, found: &mut Problems) {
    let (Pace::Closed { think: pause } | Pace::Open { interval: pause }) = &workload.pace;
    drawable("client.workload.pace", pause, found);
    if matches!(workload.pace, Pace::Open { .. }) && is_always_nothing(pause) {
        found.value("client.workload.pace", "an open loop with no time between operations never ends");
    }
    if workload.mix.total() == 0 {
        found.value("client.workload.mix", "at least one weight must be above 0");
    }
    if workload.keys > KEYS_MAX {
        found.value("client.workload.keys", "is above 1,000,000");
    }
    if matches!(workload.values, ValueKind::Bytes(length) if length > VALUE_BYTES_MAX) {
        found.value("client.workload.values", "a value has more than 65,536 bytes");
    }
}

fn check_plan(plan: &FaultPlan, found: &mut Problems) {
    drawable("faults.every", &plan.every, found);
    drawable("faults.lasts", &plan.lasts, found);
    if plan.kinds.total() == 0 {
        found.value("faults", "at least one kind of fault must have a weight above 0");
    }
    if is_always_nothing(&plan.every) {
        found.value("faults.every", "must be longer than nothing");
    }
}

/// A file may lower the limits that protect the machine, and not lift them.
fn check_limits(limits: &Limits, found: &mut Problems) {
    let most = Limits::default();
    let is_lifted = limits.messages_in_flight > most.messages_in_flight
        || limits.open_operations > most.open_operations
        || limits.inbox > most.inbox
        || limits.trace_bytes > most.trace_bytes
        || limits.events > most.events;
    if is_lifted {
        found.value("limits", "can be lowered, not lifted above what they are without being named");
    }
}

fn drawable(field: &'static str, distribution: &Distribution, found: &mut Problems) {
    if let Some(problem) = distribution.problem() {
        found.value(field, problem);
    }
}

fn is_always_nothing(distribution: &Distribution) -> bool {
    match *distribution {
        Distribution::Constant(length) => length.is_zero(),
        Distribution::Uniform { max, .. } => max.is_zero(),
        Distribution::Exponential { min, mean } => min.is_zero() && mean.is_zero(),
        Distribution::LogNormal { median, .. } => median.is_zero(),
        Distribution::Pareto { min, .. } => min.is_zero(),
    }
}
