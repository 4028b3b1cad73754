//! Making a failure small: delta debugging (A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing
//! Input", TSE 2002) over the timed commands, then clients, settings and servers. A smaller scenario will do if it shows
//! a failure of the same kind.

use super::draw::probe_of;
use super::trial::{Trial, try_scenario};
use super::verdict::{Assumptions, Failure, FailureKind, assumptions};
use super::wipes;
use crate::base::{ClientId, Endpoint, NodeId, SimDuration, SimTime};
use crate::lesson::Scenario;
use crate::protocol::raft::{FollowerReads, RaftConfig, ReadPath};
use crate::sim::{Command, DiskSettings, LinkSettings};

/// A scenario that was made smaller.
#[derive(Clone, Debug)]
pub struct Reduced {
    /// It.
    pub scenario: Scenario,
    /// What it shows.
    pub failure: Failure,
    /// How many runs that took.
    pub runs: u32,
    /// How many timed commands there were at first.
    pub commands_before: usize,
}

/// Makes a failing scenario smaller, in so many runs at most. None if it does not fail that way.
#[must_use]
pub fn reduce(scenario: &Scenario, kind: &FailureKind, budget: u32) -> Option<Reduced> {
    let mended_at = scenario.claims.first().map(|claim| claim.from).filter(|_| *kind == FailureKind::NoProgress);
    let (kept, is_bearable) = (assumptions(scenario), wipes::are_bearable(scenario));
    let best = scenario.clone();
    let mut reducer = Reducer { kind, kept, is_bearable, mended_at, best, failure: None, runs: 0, budget };
    if !reducer.accept(scenario.clone()) {
        return None;
    }
    reducer.stop_at_the_failure();
    loop {
        let before = reducer.size();
        reducer.fewer_commands();
        reducer.fewer_clients();
        reducer.plainer_settings();
        reducer.fewer_nodes();
        if reducer.size() == before || reducer.is_spent() {
            break;
        }
    }
    let Reducer { best, failure, runs, .. } = reducer;
    Some(Reduced { scenario: best, failure: failure?, runs, commands_before: scenario.world.schedule.len() })
}

struct Reducer<'a> {
    kind: &'a FailureKind,
    /// What the scenario took for granted at first. With less than that, anything may fail.
    kept: Assumptions,
    /// Whether every disk that it wiped could be missed.
    is_bearable: bool,
    /// From when on all is mended, if what fails is progress: what mends must stay.
    mended_at: Option<SimTime>,
    best: Scenario,
    failure: Option<Failure>,
    runs: u32,
    budget: u32,
}

impl Reducer<'_> {
    fn is_spent(&self) -> bool {
        self.runs >= self.budget
    }

    /// What gets smaller, to see when nothing does any more.
    fn size(&self) -> (usize, usize, u8) {
        let world = &self.best.world;
        (world.schedule.len(), world.clients.len(), world.nodes)
    }

    /// Takes a candidate if it can run and fails in the same way.
    fn accept(&mut self, candidate: Scenario) -> bool {
        if self.is_spent() || !candidate.problems().is_empty() || !self.is_fair(&candidate) {
            return false;
        }
        self.runs += 1;
        let Trial { failures, .. } = try_scenario(&candidate);
        let Some(failure) = failures.into_iter().find(|failure| failure.kind == *self.kind) else { return false };
        self.best = candidate;
        self.failure = Some(failure);
        true
    }

    /// Whether a candidate takes no more for granted than the scenario did.
    fn is_fair(&self, candidate: &Scenario) -> bool {
        let kept = assumptions(candidate);
        let is_kept = (kept.disks || !self.kept.disks) && (kept.clocks || !self.kept.clocks);
        is_kept && (!self.is_bearable || wipes::are_bearable(candidate))
    }

    /// What comes after the failure cannot have led to it. A failure that shows only at the end is looked for at earlier
    /// ends.
    fn stop_at_the_failure(&mut self) {
        if self.mended_at.is_some() {
            return;
        }
        let at = self.failure.as_ref().map_or(self.best.until, |failure| failure.at);
        for end in [at, at + SimDuration(100_000), at + SimDuration(1_000_000)] {
            if end < self.best.until && self.accept(ended(&self.best, end)) {
                break;
            }
        }
        for _ in 0..6 {
            let end = SimTime(self.best.until.0 * 3 / 4);
            if !self.accept(ended(&self.best, end)) {
                break;
            }
        }
    }

    /// How many commands, from the first on, may go.
    fn dispensable(&self) -> usize {
        let schedule = &self.best.world.schedule;
        self.mended_at.map_or(schedule.len(), |mended_at| schedule.partition_point(|(time, _)| *time < mended_at))
    }

    fn fewer_commands(&mut self) {
        let mut parts = 2;
        while !self.is_spent() && self.dispensable() > 0 {
            let length = self.dispensable();
            let size = length.div_ceil(parts);
            let mut is_smaller = false;
            let mut start = 0;
            while start < self.dispensable() {
                let mut candidate = self.best.clone();
                let end = (start + size).min(self.dispensable());
                candidate.world.schedule.drain(start..end);
                if self.accept(without_dangling(candidate)) {
                    is_smaller = true;
                } else {
                    start += size;
                }
            }
            if size <= 1 && !is_smaller {
                break;
            }
            if !is_smaller {
                parts = (parts * 2).min(length);
            }
        }
    }

    fn fewer_clients(&mut self) {
        let mut at = self.best.world.clients.len();
        while at > 0 {
            at -= 1;
            let is_needed =
                *self.kind == FailureKind::NoProgress && probe_of(&self.best.world.clients) == Some(ClientId(at as u8));
            if !is_needed {
                self.accept(without_client(&self.best, at));
            }
        }
    }

    fn plainer_settings(&mut self) {
        let plain = RaftConfig::default();
        let steps: [fn(&mut RaftConfig, &RaftConfig); 9] = [
            |raft, plain| raft.snapshot_after = plain.snapshot_after,
            |raft, plain| raft.max_entries_per_append = plain.max_entries_per_append,
            |raft, _| raft.follower_reads = FollowerReads::Refuse,
            |raft, _| raft.reads = ReadPath::Log,
            |raft, _| raft.lease_length = None,
            |raft, plain| raft.check_quorum = plain.check_quorum,
            |raft, plain| raft.leader_stickiness = plain.leader_stickiness,
            |raft, plain| raft.pre_vote = plain.pre_vote,
            |raft, plain| raft.noop_on_election = plain.noop_on_election,
        ];
        for step in steps {
            self.try_change(|scenario| {
                if let Some(raft) = scenario.system.as_raft_mut() {
                    step(raft, &plain);
                }
            });
        }
        self.try_change(|scenario| scenario.world.network.between_nodes = LinkSettings::default());
        self.try_change(|scenario| scenario.world.network.to_clients = LinkSettings::default());
        self.try_change(|scenario| scenario.world.disk = DiskSettings::default());
    }

    fn try_change(&mut self, change: impl FnOnce(&mut Scenario)) {
        let mut candidate = self.best.clone();
        change(&mut candidate);
        if candidate != self.best {
            self.accept(candidate);
        }
    }

    /// Takes the last server away as long as it can be missed. Those that are added later get other names by that, and
    /// commands that name nobody go.
    fn fewer_nodes(&mut self) {
        while self.best.world.nodes > 1 {
            let gone = NodeId(self.best.world.nodes);
            let mut candidate = self.best.clone();
            candidate.world.nodes -= 1;
            candidate.world.schedule.retain_mut(|(_, command)| renamed(command, gone));
            if !self.accept(without_dangling(candidate)) {
                break;
            }
        }
    }
}

fn ended(scenario: &Scenario, end: SimTime) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.until = end;
    scenario.claims.clear();
    scenario.world.schedule.retain(|(time, _)| *time <= end);
    scenario
}

/// Commands that name what does not exist, now that others are gone, go too.
fn without_dangling(mut scenario: Scenario) -> Scenario {
    let (mut nodes, clients) = (scenario.world.nodes, scenario.world.clients.len() as u8);
    scenario.world.schedule.retain(|(_, command)| {
        let is_meant = command.check(nodes, clients).is_ok();
        nodes += u8::from(is_meant && *command == Command::AddNode);
        is_meant
    });
    scenario
}

/// Takes one server out of a command, and counts the later ones down. Says whether anything is left of it.
fn renamed(command: &mut Command, gone: NodeId) -> bool {
    let mut text = Renamer { gone, lost: false };
    text.command(command);
    !text.lost
}

struct Renamer {
    gone: NodeId,
    lost: bool,
}

impl Renamer {
    fn node(&mut self, node: &mut NodeId) {
        self.lost |= *node == self.gone;
        node.0 -= u8::from(*node > self.gone);
    }

    fn endpoint(&mut self, endpoint: &mut Endpoint) {
        if let Endpoint::Node(node) = endpoint {
            self.node(node);
        }
    }

    fn command(&mut self, command: &mut Command) {
        match command {
            Command::Cut(wire) | Command::Heal(wire) | Command::SetLink { wire, .. } | Command::Flap { wire, .. } => {
                self.endpoint(&mut wire.from);
                self.endpoint(&mut wire.to);
            }
            Command::Partition { groups } => {
                let gone = Endpoint::Node(self.gone);
                for group in groups.iter_mut() {
                    group.retain(|endpoint| *endpoint != gone);
                    group.iter_mut().for_each(|endpoint| self.endpoint(endpoint));
                }
                groups.retain(|group| !group.is_empty());
            }
            Command::CutMany(wires) | Command::HealMany(wires) => {
                let gone = Endpoint::Node(self.gone);
                wires.retain(|wire| wire.from != gone && wire.to != gone);
                for wire in wires.iter_mut() {
                    self.endpoint(&mut wire.from);
                    self.endpoint(&mut wire.to);
                }
            }
            Command::Isolate(endpoint) => self.endpoint(endpoint),
            Command::Crash { node, .. }
            | Command::Restart(node)
            | Command::Wipe(node)
            | Command::Pause(node)
            | Command::Resume(node)
            | Command::SetService { node, .. }
            | Command::SetSync { node, .. }
            | Command::SetLying { node, .. }
            | Command::SetDrift { node, .. }
            | Command::StepWall { node, .. }
            | Command::Type { node, .. } => self.node(node),
            Command::Invoke { contact, .. } => contact.iter_mut().for_each(|node| self.node(node)),
            Command::Order { node, order } => {
                node.iter_mut().for_each(|node| self.node(node));
                self.order(order);
            }
            Command::HealAll | Command::AddNode | Command::SetWorkload { .. } => {}
        }
    }

    fn order(&mut self, order: &mut crate::protocol::Order) {
        use crate::protocol::Order;
        match order {
            Order::Transfer { to } => self.node(to),
            Order::AddServer(node) | Order::AddLearner(node) | Order::RemoveServer(node) => self.node(node),
        }
    }
}

/// Takes one client away: those after it move up, and what names it goes.
fn without_client(scenario: &Scenario, at: usize) -> Scenario {
    let gone = ClientId(at as u8);
    let mut scenario = scenario.clone();
    scenario.world.clients.remove(at);
    let moved = |client: &mut ClientId| {
        let stays = *client != gone;
        client.0 -= u8::from(*client > gone);
        stays
    };
    let moved_end =
        |endpoint: &mut Endpoint| if let Endpoint::Client(client) = endpoint { moved(client) } else { true };
    scenario.world.schedule.retain_mut(|(_, command)| match command {
        Command::Cut(wire) | Command::Heal(wire) | Command::SetLink { wire, .. } | Command::Flap { wire, .. } => {
            moved_end(&mut wire.from) && moved_end(&mut wire.to)
        }
        Command::Partition { groups } => {
            groups.iter_mut().for_each(|group| group.retain_mut(moved_end));
            groups.retain(|group| !group.is_empty());
            true
        }
        Command::CutMany(wires) | Command::HealMany(wires) => {
            wires.retain_mut(|wire| moved_end(&mut wire.from) && moved_end(&mut wire.to));
            !wires.is_empty()
        }
        Command::Isolate(endpoint) => moved_end(endpoint),
        Command::Invoke { client, .. } | Command::SetWorkload { client, .. } => moved(client),
        _ => true,
    });
    for claim in &mut scenario.claims {
        let (crate::lesson::Predicate::All(literals) | crate::lesson::Predicate::Any(literals)) = &mut claim.predicate;
        for literal in literals {
            if let crate::lesson::Fact::LastOutcome { client, .. } = &mut literal.fact {
                moved(client);
            }
        }
    }
    scenario
}
