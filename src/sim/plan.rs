//! Random fault plans: drawn before the run from the seed alone, so that a plan is a list of commands like any other,
//! the same for every system under test, and can be shown, shortened and replayed.

use serde::{Deserialize, Serialize};

use super::command::{Command, LinkPatch, Wire};
use crate::base::{
    Distribution, Drift, Endpoint, NodeId, Place, Purpose, SimDuration, SimTime, Stream, range, sort_by_key,
};

/// How a random plan is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultPlan {
    /// When the first fault may strike.
    pub start: SimTime,
    /// When every fault is over: what still lasts is mended then.
    pub stop: SimTime,
    /// How long from one fault to the next.
    pub every: Distribution,
    /// How long a fault lasts.
    pub lasts: Distribution,
    /// Which faults, by weight.
    pub kinds: FaultKinds,
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self {
            start: SimTime::from_secs(1),
            stop: SimTime::from_secs(10),
            every: Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_secs(1) },
            lasts: Distribution::Exponential { min: SimDuration::from_millis(50), mean: SimDuration::from_secs(1) },
            kinds: FaultKinds { cut: 1, ..FaultKinds::default() },
        }
    }
}

/// How often each kind of fault is chosen, as weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultKinds {
    /// One link, both ways.
    pub cut: u32,
    /// One link, one way.
    pub one_way: u32,
    /// The nodes in two groups.
    pub partition: u32,
    /// One node, from everybody.
    pub isolate: u32,
    /// One link loses up to half of its messages.
    pub loss: u32,
    /// One link doubles up to half of its messages.
    pub duplicate: u32,
    /// One link takes up to 100 ms longer and lets messages overtake.
    pub delay: u32,
    /// One link goes down and up.
    pub flap: u32,
    /// One process stops, and starts again.
    pub crash: u32,
    /// One process freezes.
    pub pause: u32,
    /// One node takes up to 20 ms over each input.
    pub slow: u32,
    /// One disk takes up to 50 ms for a write.
    pub slow_disk: u32,
    /// One clock drifts by up to 1 per cent.
    pub drift: u32,
    /// One wall clock steps by up to a second.
    pub step: u32,
    /// One disk reports writes as durable that it flushes up to 500 ms later; hostile together with crashes.
    pub lying_disk: u32,
    /// One process stops, its disk is erased, and it returns under its old name; hostile.
    pub wipe: u32,
}

impl FaultKinds {
    fn weights(&self) -> [(u32, FaultKind); 16] {
        [
            (self.cut, FaultKind::Cut),
            (self.one_way, FaultKind::OneWay),
            (self.partition, FaultKind::Partition),
            (self.isolate, FaultKind::Isolate),
            (self.loss, FaultKind::Loss),
            (self.duplicate, FaultKind::Duplicate),
            (self.delay, FaultKind::Delay),
            (self.flap, FaultKind::Flap),
            (self.crash, FaultKind::Crash),
            (self.pause, FaultKind::Pause),
            (self.slow, FaultKind::Slow),
            (self.slow_disk, FaultKind::SlowDisk),
            (self.drift, FaultKind::Drift),
            (self.step, FaultKind::Step),
            (self.lying_disk, FaultKind::LyingDisk),
            (self.wipe, FaultKind::Wipe),
        ]
    }

    /// The sum of the weights.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.weights().iter().map(|(weight, _)| u64::from(*weight)).sum()
    }
}

#[derive(Clone, Copy, Debug)]
enum FaultKind {
    Cut,
    OneWay,
    Partition,
    Isolate,
    Loss,
    Duplicate,
    Delay,
    Flap,
    Crash,
    Pause,
    Slow,
    SlowDisk,
    Drift,
    Step,
    LyingDisk,
    Wipe,
}

/// What the plan must know of the cluster.
#[derive(Clone, Debug)]
pub struct Normal {
    /// How many nodes there are.
    pub nodes: u8,
    /// How a link between nodes is set when nothing is wrong with it.
    pub link: super::LinkSettings,
    /// How long a sync takes when nothing is wrong.
    pub sync: Distribution,
}

/// No plan is longer: what a person sets by mistake must not fill the memory.
const FAULTS_MAX: u64 = 10_000;

impl FaultPlan {
    /// The plan's commands in the order of their times.
    #[must_use]
    pub fn commands(&self, seed: u32, normal: &Normal) -> Vec<(SimTime, Command)> {
        let mut draws = Draws::new(seed);
        let mut commands = Vec::new();
        let mut at = self.start;
        for n in 0..FAULTS_MAX {
            at += self.every.sample(draws.time.at(n));
            if at >= self.stop || self.kinds.total() == 0 || normal.nodes == 0 {
                break;
            }
            let ends = (at + self.lasts.sample(draws.length.at(n))).min(self.stop);
            if let Some((strike, mend)) = self.fault(n, &mut draws, normal) {
                commands.push((at, strike));
                commands.push((ends, mend));
            }
        }
        // Stable: at one time, a fault comes before its own end.
        sort_by_key(&mut commands, |(time, _)| *time);
        commands
    }

    fn choose(&self, draw: u64) -> FaultKind {
        let mut at = range(draw, 0, self.kinds.total() - 1);
        for (weight, kind) in self.kinds.weights() {
            match at.checked_sub(u64::from(weight)) {
                None => return kind,
                Some(rest) => at = rest,
            }
        }
        unreachable!("the draw is below the sum of the weights")
    }

    /// The n-th fault and its end. A fault of links needs two nodes.
    fn fault(&self, n: u64, draws: &mut Draws, normal: &Normal) -> Option<(Command, Command)> {
        let kind = self.choose(draws.kind.at(n));
        let place = draws.place.at(n);
        let strength = draws.strength.at(n);
        let node = NodeId(range(place, 1, u64::from(normal.nodes)) as u8);
        let wire = pick_wire(place, normal.nodes);
        Some(match kind {
            FaultKind::Cut => (Command::Cut(wire?), Command::Heal(wire?)),
            FaultKind::OneWay => {
                let wire = Wire::one_way(wire?.from, wire?.to);
                (Command::Cut(wire), Command::Heal(wire))
            }
            FaultKind::Partition => (pick_partition(place, normal.nodes)?, Command::HealAll),
            FaultKind::Isolate => (Command::Isolate(node.into()), Command::HealAll),
            FaultKind::Loss => {
                let loss_ppm = Some(range(strength, 10_000, 500_000) as u32);
                patched(wire?, LinkPatch { loss_ppm, ..LinkPatch::default() }, normal)
            }
            FaultKind::Duplicate => {
                let duplicate_ppm = Some(range(strength, 10_000, 500_000) as u32);
                patched(wire?, LinkPatch { duplicate_ppm, ..LinkPatch::default() }, normal)
            }
            FaultKind::Delay => {
                let max = SimDuration(range(strength, 1_000, 100_000));
                let delay = Some(Distribution::Uniform { min: SimDuration(500), max });
                patched(wire?, LinkPatch { delay, reorder: Some(true), ..LinkPatch::default() }, normal)
            }
            FaultKind::Flap => {
                let length = Distribution::Exponential {
                    min: SimDuration(1_000),
                    mean: SimDuration(range(strength, 5_000, 500_000)),
                };
                (Command::Flap { wire: wire?, up: length, down: length }, Command::Heal(wire?))
            }
            FaultKind::Crash => {
                (Command::Crash { node, keep_some: strength.is_multiple_of(2) }, Command::Restart(node))
            }
            FaultKind::Pause => (Command::Pause(node), Command::Resume(node)),
            FaultKind::Slow => {
                let service = Distribution::Constant(SimDuration(range(strength, 100, 20_000)));
                let normal = Distribution::Constant(SimDuration::ZERO);
                (Command::SetService { node, service }, Command::SetService { node, service: normal })
            }
            FaultKind::SlowDisk => {
                let sync = Distribution::Constant(SimDuration(range(strength, 1_000, 50_000)));
                (Command::SetSync { node, sync }, Command::SetSync { node, sync: normal.sync })
            }
            FaultKind::Drift => {
                let drift = Drift(range(strength, 0, 20_000) as i32 - 10_000);
                (Command::SetDrift { node, drift }, Command::SetDrift { node, drift: Drift(0) })
            }
            FaultKind::LyingDisk => {
                let flush_after = Some(SimDuration(range(strength, 1_000, 500_000)));
                (Command::SetLying { node, flush_after }, Command::SetLying { node, flush_after: None })
            }
            FaultKind::Wipe => (Command::Wipe(node), Command::Restart(node)),
            FaultKind::Step => {
                let by_us = range(strength, 0, 2_000_000) as i64 - 1_000_000;
                (Command::StepWall { node, by_us }, Command::StepWall { node, by_us: -by_us })
            }
        })
    }
}

fn patched(wire: Wire, patch: LinkPatch, normal: &Normal) -> (Command, Command) {
    let mended = LinkPatch {
        delay: Some(normal.link.delay),
        loss_ppm: Some(normal.link.loss_ppm),
        duplicate_ppm: Some(normal.link.duplicate_ppm),
        reorder: Some(normal.link.reorder),
    };
    (Command::SetLink { wire, patch }, Command::SetLink { wire, patch: mended })
}

/// Any two different nodes, all pairs alike.
fn pick_wire(draw: u64, nodes: u8) -> Option<Wire> {
    let nodes = u64::from(nodes);
    if nodes < 2 {
        return None;
    }
    let pair = range(draw, 0, nodes * (nodes - 1) - 1);
    let (from, other) = (pair / (nodes - 1), pair % (nodes - 1));
    let to = if other < from { other } else { other + 1 };
    Some(Wire::both(NodeId(from as u8 + 1), NodeId(to as u8 + 1)))
}

/// Any two groups that hold all nodes and are not empty, all alike.
fn pick_partition(draw: u64, nodes: u8) -> Option<Command> {
    if nodes < 2 {
        return None;
    }
    let bits = range(draw, 1, (1_u64 << nodes) - 2);
    let side = |bit: u64| -> Vec<Endpoint> {
        (1..=nodes).filter(|node| bits >> (node - 1) & 1 == bit).map(|node| NodeId(node).into()).collect()
    };
    Some(Command::Partition { groups: vec![side(1), side(0)] })
}

struct Draws {
    time: Stream,
    length: Stream,
    kind: Stream,
    place: Stream,
    strength: Stream,
}

impl Draws {
    fn new(seed: u32) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, Place(0, 0));
        Self {
            time: stream(Purpose::FaultTime),
            length: stream(Purpose::FaultLength),
            kind: stream(Purpose::FaultKind),
            place: stream(Purpose::FaultPlace),
            strength: stream(Purpose::FaultStrength),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(kinds: FaultKinds) -> Vec<(SimTime, Command)> {
        let plan = FaultPlan { kinds, ..FaultPlan::default() };
        let normal = Normal { nodes: 5, link: Default::default(), sync: Distribution::default() };
        plan.commands(1, &normal)
    }

    #[test]
    fn every_fault_is_over_at_the_end() {
        let commands = plan(FaultKinds { cut: 1, ..FaultKinds::default() });
        assert!(!commands.is_empty());
        let cuts = commands.iter().filter(|(_, command)| matches!(command, Command::Cut(_))).count();
        let heals = commands.iter().filter(|(_, command)| matches!(command, Command::Heal(_))).count();
        assert_eq!(cuts, heals);
        assert!(commands.is_sorted_by_key(|(time, _)| *time));
        assert!(commands.iter().all(|(time, _)| *time <= FaultPlan::default().stop));
    }

    #[test]
    fn another_kind_of_fault_moves_no_time() {
        let cuts = plan(FaultKinds { cut: 1, ..FaultKinds::default() });
        let pauses = plan(FaultKinds { pause: 1, ..FaultKinds::default() });
        let times = |commands: &[(SimTime, Command)]| commands.iter().map(|(time, _)| *time).collect::<Vec<_>>();
        assert_eq!(times(&cuts), times(&pauses));
    }

    #[test]
    fn a_wire_has_two_ends_and_a_partition_two_sides() {
        for draw in (0..1_000).map(|n| n * (u64::MAX / 1_000)) {
            let wire = pick_wire(draw, 3).expect("three nodes have links");
            assert_ne!(wire.from, wire.to);
            let Some(Command::Partition { groups }) = pick_partition(draw, 3) else { panic!("three nodes part") };
            assert!(groups.iter().all(|group| !group.is_empty()));
            assert_eq!(groups.concat().len(), 3);
        }
        assert!(pick_wire(0, 1).is_none() && pick_partition(0, 1).is_none());
    }
}
