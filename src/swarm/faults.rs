//! The faults of a seed. Each kind is on or off for the whole seed (that is what makes a swarm); those that are on strike
//! at times, places and strengths of their own, and are mended some time later or when everything is.

use super::class::Class;
use super::draws::Draws;
use super::members::Members;
use crate::base::{ClientId, Distribution, Drift, Endpoint, NodeId, SimDuration, SimTime};
use crate::protocol::Order;
use crate::protocol::raft::{RaftConfig, ReadPath};
use crate::sim::{Command, LinkPatch, LinkSettings, Wire};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Cut,
    OneWay,
    Partition,
    Isolate,
    CutClient,
    Flap,
    Loss,
    Duplicate,
    Delay,
    Crash,
    CrashAll,
    Pause,
    Slow,
    SlowDisk,
    Drift,
    Step,
    Transfer,
    Leader,
    LyingDisk,
    WipeAndReturn,
    FarDrift,
}

/// The kinds of every class.
const SAFE: [Kind; 18] = [
    Kind::Cut,
    Kind::OneWay,
    Kind::Partition,
    Kind::Isolate,
    Kind::CutClient,
    Kind::Flap,
    Kind::Loss,
    Kind::Duplicate,
    Kind::Delay,
    Kind::Crash,
    Kind::CrashAll,
    Kind::Pause,
    Kind::Slow,
    Kind::SlowDisk,
    Kind::Drift,
    Kind::Step,
    Kind::Transfer,
    Kind::Leader,
];
/// What breaks an assumption.
const HOSTILE: [Kind; 3] = [Kind::LyingDisk, Kind::WipeAndReturn, Kind::FarDrift];
/// No seed has more faults.
const FAULTS_MAX: usize = 150;

/// What is so when no fault is on, and who can be struck.
pub(super) struct Target<'a> {
    pub(super) members: &'a Members,
    pub(super) raft: &'a RaftConfig,
    pub(super) link: &'a LinkSettings,
    pub(super) sync: Distribution,
    pub(super) clients: u8,
    pub(super) start: SimTime,
    pub(super) heal_at: SimTime,
}

/// Draws the faults: commands in no order. `mood` decides how many there are, and of which kinds.
pub(super) fn faults(
    class: Class,
    mood: &mut Draws,
    draws: &mut Draws,
    target: &Target<'_>,
) -> Vec<(SimTime, Command)> {
    let chance = mood.pick(&[15, 30, 50, 70]);
    let mut kinds: Vec<Kind> = SAFE.into_iter().filter(|_| mood.percent(chance)).collect();
    // A lease rests on clocks, and is tested by leaders that are cut off.
    if target.raft.reads == ReadPath::Lease && mood.percent(60) {
        kinds.extend([Kind::Drift, Kind::Leader].into_iter().filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>());
    }
    // What brings two leaders about, or takes what is not on disk, is worth more time than the rest.
    let telling = [Kind::Partition, Kind::CrashAll, Kind::Crash, Kind::Leader, Kind::Leader];
    let weighty: Vec<Kind> = telling.into_iter().filter(|kind| kinds.contains(kind)).collect();
    kinds.extend(weighty);
    if class == Class::Hostile {
        kinds.extend(HOSTILE.into_iter().filter(|_| mood.percent(60)));
    }
    let gap = mood.any_size(20_000, 700_000);
    // Shorter than an election timeout at the least, several of them at the most.
    let timeout = target.raft.election_timeout;
    let lasts = mood.any_size(timeout.min.0 / 8, 8 * timeout.max.0);
    let mut commands = Vec::new();
    let bound = match (kinds.contains(&Kind::FarDrift), kinds.contains(&Kind::Drift)) {
        (true, _) => Some(Drift::MAX_PPM.unsigned_abs() / 2),
        (false, true) => Some(target.raft.drift_bound_ppm),
        (false, false) => None,
    };
    if let Some(bound) = bound.filter(|_| mood.percent(60)) {
        // Clocks that differ from the first to the last: leases are put to the test by nothing else.
        let of_each =
            target.members.lives.iter().map(|life| (life.from + SimDuration(1), drift(life.node, bound, mood)));
        commands.extend(of_each);
        kinds.retain(|kind| !matches!(kind, Kind::Drift | Kind::FarDrift));
    }
    let mut at = target.start;
    for _ in 0..FAULTS_MAX {
        at += SimDuration(draws.range(0, 2 * gap.0));
        if at >= target.heal_at || kinds.is_empty() {
            break;
        }
        let mended_at = at + SimDuration(draws.range(lasts.0 / 8, 2 * lasts.0));
        let kind = draws.pick(&kinds);
        let strike = Strike { at, mended_at, there: target.members.at(at), target };
        strike.carry_out(kind, draws, &mut commands);
    }
    commands.retain(|(time, _)| *time < target.heal_at);
    commands
}

/// One fault: when it begins, when it is to be over, and who is there.
struct Strike<'a> {
    at: SimTime,
    mended_at: SimTime,
    there: Vec<NodeId>,
    target: &'a Target<'a>,
}

type Commands = Vec<(SimTime, Command)>;

impl Strike<'_> {
    fn carry_out(&self, kind: Kind, draws: &mut Draws, out: &mut Commands) {
        let Some(node) = self.one(draws) else { return };
        match kind {
            Kind::Cut | Kind::OneWay | Kind::CutClient | Kind::Flap => self.cut(kind, draws, out),
            Kind::Partition => self.partition(draws, out),
            Kind::Isolate => {
                out.push((self.at, Command::Isolate(node.into())));
                out.push((self.mended_at, self.rejoin(node)));
            }
            Kind::Loss | Kind::Duplicate | Kind::Delay => self.weather(kind, draws, out),
            Kind::Crash => self.crash(node, draws, out),
            Kind::CrashAll => {
                for &node in &self.there {
                    self.crash(node, draws, out);
                }
            }
            Kind::Pause => self.both(Command::Pause(node), Command::Resume(node), out),
            Kind::Leader => self.leader(node, draws, out),
            Kind::Transfer => out.push((self.at, Command::Order { node: None, order: Order::Transfer { to: node } })),
            Kind::WipeAndReturn => {
                out.push((self.at, Command::Wipe(node)));
                self.restart(node, self.mended_at, out);
            }
            Kind::Slow | Kind::SlowDisk | Kind::Drift | Kind::Step | Kind::LyingDisk | Kind::FarDrift => {
                self.hamper(kind, node, draws, out);
            }
        }
    }

    /// Makes one server the leader, if it can be, and strikes it then: with one companion at most and all clients on its
    /// side, frozen, stopped, or deaf.
    fn leader(&self, node: NodeId, draws: &mut Draws, out: &mut Commands) {
        out.push((self.at, Command::Order { node: None, order: Order::Transfer { to: node } }));
        let at = self.at + draws.any_size(5_000, 400_000);
        let mended_at = self.mended_at.max(at + SimDuration(1));
        let struck = Strike { at, mended_at, there: self.there.clone(), target: self.target };
        match draws.range(0, 7) {
            0..=4 => struck.part_from_others(node, draws, out),
            5 => struck.both(Command::Pause(node), Command::Resume(node), out),
            6 => struck.crash(node, draws, out),
            _ => {
                for &other in self.there.iter().filter(|other| **other != node) {
                    let wire = Wire::one_way(other, node);
                    struck.both(Command::Cut(wire), Command::Heal(wire), out);
                }
            }
        }
    }

    fn part_from_others(&self, node: NodeId, draws: &mut Draws, out: &mut Commands) {
        let mut side = vec![Endpoint::from(node)];
        if let Some(friend) = self.one(draws).filter(|friend| *friend != node && self.there.len() > 3) {
            side.push(friend.into());
        }
        let is_beyond = |other: &Endpoint| !side.contains(other);
        let others: Vec<Endpoint> = self.there.iter().map(|&other| Endpoint::from(other)).filter(is_beyond).collect();
        let whole = Command::Partition { groups: vec![side.iter().chain(&others).copied().collect()] };
        self.both(Command::Partition { groups: vec![side, others] }, whole, out);
    }

    fn one(&self, draws: &mut Draws) -> Option<NodeId> {
        (!self.there.is_empty()).then(|| draws.pick(&self.there))
    }

    fn both(&self, strike: Command, mend: Command, out: &mut Commands) {
        out.push((self.at, strike));
        out.push((self.mended_at, mend));
    }

    /// Two different servers.
    fn pair(&self, draws: &mut Draws) -> Option<(NodeId, NodeId)> {
        if self.there.len() < 2 {
            return None;
        }
        let from = draws.range(0, self.there.len() as u64 - 1) as usize;
        let step = draws.range(1, self.there.len() as u64 - 1) as usize;
        Some((self.there[from], self.there[(from + step) % self.there.len()]))
    }

    fn cut(&self, kind: Kind, draws: &mut Draws, out: &mut Commands) {
        let Some((from, to)) = self.pair(draws) else { return };
        let wire = match kind {
            Kind::OneWay => Wire::one_way(from, to),
            Kind::CutClient if self.target.clients > 0 => {
                let client = ClientId(draws.range(0, u64::from(self.target.clients) - 1) as u8);
                Wire::both(client, to)
            }
            _ if kind == Kind::Flap && draws.percent(50) => Wire::one_way(from, to),
            _ => Wire::both(from, to),
        };
        if kind == Kind::Flap {
            let (up, down) = (draws.any_size(2_000, 300_000), draws.any_size(2_000, 300_000));
            let (up, down) = (draws.lengths(up), draws.lengths(down));
            return self.both(Command::Flap { wire, up, down }, Command::Heal(wire), out);
        }
        self.both(Command::Cut(wire), Command::Heal(wire), out);
    }

    /// Two sides, or three; clients stay with all of them, or go with one.
    fn partition(&self, draws: &mut Draws, out: &mut Commands) {
        let sides = if self.there.len() > 2 && draws.percent(15) { 3 } else { 2 };
        let mut groups: Vec<Vec<Endpoint>> = vec![Vec::new(); sides];
        for &node in &self.there {
            groups[draws.range(0, sides as u64 - 1) as usize].push(node.into());
        }
        if draws.percent(50) {
            for client in (0..self.target.clients).map(ClientId) {
                groups[draws.range(0, sides as u64 - 1) as usize].push(client.into());
            }
        }
        groups.retain(|group| !group.is_empty());
        let whole = Command::Partition { groups: vec![groups.concat()] };
        self.both(Command::Partition { groups }, whole, out);
    }

    /// The end of an isolation: a partition with one side mends all links within it.
    fn rejoin(&self, node: NodeId) -> Command {
        let others = self.there.iter().filter(|other| **other != node).map(|&other| Endpoint::from(other));
        let clients = (0..self.target.clients).map(|client| Endpoint::from(ClientId(client)));
        Command::Partition { groups: vec![std::iter::once(node.into()).chain(others).chain(clients).collect()] }
    }

    fn weather(&self, kind: Kind, draws: &mut Draws, out: &mut Commands) {
        let Some((from, to)) = self.pair(draws) else { return };
        let wire = if draws.percent(50) { Wire::one_way(from, to) } else { Wire::both(from, to) };
        let patch = match kind {
            Kind::Loss => LinkPatch { loss_ppm: Some(draws.range(10_000, 700_000) as u32), ..LinkPatch::default() },
            Kind::Duplicate => {
                LinkPatch { duplicate_ppm: Some(draws.range(10_000, 700_000) as u32), ..LinkPatch::default() }
            }
            _ => {
                let typical = draws.any_size(1_000, 150_000);
                let delay = Some(draws.lengths(typical));
                LinkPatch { delay, reorder: Some(draws.percent(60)), ..LinkPatch::default() }
            }
        };
        let mend = Command::SetLink { wire, patch: all_of(self.target.link) };
        self.both(Command::SetLink { wire, patch }, mend, out);
    }

    fn crash(&self, node: NodeId, draws: &mut Draws, out: &mut Commands) {
        out.push((self.at, Command::Crash { node, keep_some: draws.percent(50) }));
        let again = SimTime(draws.range(self.at.0 + 1, self.mended_at.0.max(self.at.0 + 1)));
        self.restart(node, again, out);
    }

    fn restart(&self, node: NodeId, at: SimTime, out: &mut Commands) {
        if self.target.members.may_start(node, at) {
            out.push((at, Command::Restart(node)));
        }
    }

    fn hamper(&self, kind: Kind, node: NodeId, draws: &mut Draws, out: &mut Commands) {
        let (strike, mend) = match kind {
            Kind::Slow => {
                let typical = draws.any_size(100, 8_000);
                let service = draws.lengths(typical);
                let quick = Distribution::Constant(SimDuration::ZERO);
                (Command::SetService { node, service }, Command::SetService { node, service: quick })
            }
            Kind::SlowDisk => {
                let typical = draws.any_size(1_000, 100_000);
                let sync = draws.lengths(typical);
                (Command::SetSync { node, sync }, Command::SetSync { node, sync: self.target.sync })
            }
            Kind::Drift | Kind::FarDrift => {
                let is_far = kind == Kind::FarDrift;
                let bound = if is_far { Drift::MAX_PPM.unsigned_abs() } else { self.target.raft.drift_bound_ppm };
                (drift(node, bound, draws), Command::SetDrift { node, drift: Drift(0) })
            }
            Kind::LyingDisk => {
                let flush_after = Some(draws.any_size(1_000, 2_000_000));
                (Command::SetLying { node, flush_after }, Command::SetLying { node, flush_after: None })
            }
            _ => {
                let by_us = draws.range(0, 4_000_000) as i64 - 2_000_000;
                (Command::StepWall { node, by_us }, Command::StepWall { node, by_us: -by_us })
            }
        };
        self.both(strike, mend, out);
    }
}

/// Half of the clocks that drift do so as far as they may: that is where a lease is tightest.
fn drift(node: NodeId, bound: u32, draws: &mut Draws) -> Command {
    let bound = u64::from(bound);
    let from_slowest = if draws.percent(50) { draws.pick(&[0, 2 * bound]) } else { draws.range(0, 2 * bound) };
    Command::SetDrift { node, drift: Drift(from_slowest as i32 - bound as i32) }
}

/// A patch that sets everything.
pub(super) fn all_of(link: &LinkSettings) -> LinkPatch {
    let LinkSettings { delay, loss_ppm, duplicate_ppm, reorder } = link.clone();
    LinkPatch {
        delay: Some(delay),
        loss_ppm: Some(loss_ppm),
        duplicate_ppm: Some(duplicate_ppm),
        reorder: Some(reorder),
    }
}
