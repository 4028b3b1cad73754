//! Random clusters for Raft's monitors: settings, clients, faults and an operator's orders, all drawn from one seed.

use super::faults::{EVERY_KIND, with_faults};
use netsplit::base::{Distribution, Drift, NodeId, SimDuration, SimTime, TimeSpan};
use netsplit::protocol::raft::{Break, Breaks, FollowerReads, Raft, RaftConfig, ReadPath};
use netsplit::protocol::{Order, Value};
use netsplit::sim::plan::{FaultKinds, FaultPlan};
use netsplit::sim::{ClientConfig, Command, Contact, Mix, Pace, Retry, Workload, World, WorldConfig};

/// What may go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Every fault that Raft must survive.
    Safe,
    /// Lying disks, wiped servers that return under their old names, clocks beyond the bound, rules switched off.
    Hostile,
}

/// One run that can be had again from its seed.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) config: WorldConfig,
    pub(crate) raft: RaftConfig,
    pub(crate) seed: u32,
    pub(crate) until: SimTime,
}

/// Splitmix64 (S. Vigna): enough for choices in tests.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u32) -> Self {
        Self(u64::from(seed) ^ 0x5EED_0000_0000)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

impl Case {
    /// Everything from the seed.
    pub(crate) fn draw(seed: u32, class: Class, until: SimTime) -> Self {
        let mut dice = Dice::new(seed);
        let raft = settings(&mut dice, class);
        let mut config = cluster(&mut dice);
        let stop = SimTime(until.0 * 5 / 6);
        let kinds = match class {
            Class::Safe => EVERY_KIND,
            Class::Hostile => FaultKinds { lying_disk: 2, wipe: 2, ..EVERY_KIND },
        };
        let every = 60 + 300 * dice.below(3);
        let plan = FaultPlan {
            start: SimTime::from_millis(200),
            stop,
            every: Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_millis(every) },
            lasts: Distribution::Exponential { min: SimDuration::from_millis(10), mean: SimDuration::from_millis(400) },
            kinds,
        };
        orders(&mut dice, &mut config, stop);
        if class == Class::Hostile && dice.one_in(4) {
            let drift = Drift(if dice.one_in(2) { -200_000 } else { 150_000 });
            let node = NodeId(dice.below(u64::from(config.nodes)) as u8 + 1);
            config.schedule.push((SimTime::from_millis(100), Command::SetDrift { node, drift }));
        }
        Self { config: with_faults(&config, &plan, seed), raft, seed, until }
    }

    pub(crate) fn world(&self) -> World<Raft> {
        World::new(&self.config, &self.raft, self.seed)
    }
}

fn settings(dice: &mut Dice, class: Class) -> RaftConfig {
    let min = [100, 150, 150][dice.below(3) as usize];
    let width = [20, 100, 150][dice.below(3) as usize];
    let reads = [ReadPath::Log, ReadPath::ReadIndex, ReadPath::Lease][dice.below(3) as usize];
    let break_it = if class == Class::Hostile && dice.one_in(2) {
        let rule = |dice: &mut Dice| Break::ALL[dice.below(Break::ALL.len() as u64) as usize];
        (0..=dice.below(2)).map(|_| rule(dice)).collect()
    } else {
        Breaks::NONE
    };
    RaftConfig {
        election_timeout: TimeSpan { min: SimDuration::from_millis(min), max: SimDuration::from_millis(min + width) },
        heartbeat_interval: SimDuration::from_millis(20 + 10 * dice.below(4)),
        noop_on_election: !dice.one_in(5),
        max_entries_per_append: [1, 3, 64][dice.below(3) as usize],
        pre_vote: dice.one_in(2),
        leader_stickiness: reads == ReadPath::Lease || dice.one_in(2),
        check_quorum: dice.one_in(2),
        reads,
        follower_reads: [FollowerReads::Refuse, FollowerReads::ReadIndex, FollowerReads::Local][dice.below(3) as usize],
        snapshot_after: [None, Some(1), Some(4), Some(20)][dice.below(4) as usize],
        break_it,
        ..RaftConfig::default()
    }
}

fn cluster(dice: &mut Dice) -> WorldConfig {
    let nodes = [1, 2, 3, 3, 3, 4, 5, 5][dice.below(8) as usize];
    let mut config = WorldConfig { nodes, ..WorldConfig::default() };
    if dice.one_in(3) {
        config.data = vec![("k1".into(), Value::Int(7)), ("other".into(), Value::Text("a".into()))];
    }
    let slow = [1, 5, 25][dice.below(3) as usize];
    config.disk.sync =
        Distribution::Uniform { min: SimDuration::from_millis(1), max: SimDuration::from_millis(1 + slow) };
    for (name, interval) in [("Alice", 13), ("Bob", 29)] {
        let pace = Pace::Open { interval: Distribution::Constant(SimDuration::from_millis(interval)) };
        let mix = match dice.below(3) {
            0 => Mix { read: 1, write: 2, cas: 1, append: 0, add: 0 },
            1 => Mix { read: 2, write: 0, cas: 0, append: 2, add: 0 },
            _ => Mix { read: 2, write: 0, cas: 0, append: 0, add: 2 },
        };
        config.clients.push(ClientConfig {
            name: name.to_owned(),
            timeout: SimDuration::from_millis(60 + 40 * dice.below(3)),
            retry: Retry { after_unknown: true, attempts: 5, ..Retry::default() },
            workload: Some(Workload { pace, mix, keys: 3, ..Workload::default() }),
            session: !dice.one_in(3),
            contact: if dice.one_in(2) { Contact::Sticky } else { Contact::Any },
        });
    }
    config
}

/// An operator who adds, removes and transfers, more often than is wise. A server that was removed may be taken in again:
/// its disk is as it left it.
fn orders(dice: &mut Dice, config: &mut WorldConfig, stop: SimTime) {
    if dice.one_in(3) {
        return;
    }
    let mut nodes = config.nodes;
    let changes = dice.one_in(2);
    let mut time = 300_000;
    while time < stop.0 {
        time += 20_000 + dice.below(300_000);
        let at = SimTime(time);
        let any = NodeId(dice.below(u64::from(nodes)) as u8 + 1);
        let at_node = dice.one_in(6).then_some(any);
        let order = match dice.below(if changes { 5 } else { 1 }) {
            0 => Order::Transfer { to: any },
            1 if nodes < 8 => {
                config.schedule.push((at, Command::AddNode));
                nodes += 1;
                Order::AddServer(NodeId(nodes))
            }
            2 if nodes < 8 => {
                config.schedule.push((at, Command::AddNode));
                nodes += 1;
                Order::AddLearner(NodeId(nodes))
            }
            3 => Order::AddServer(any),
            _ => Order::RemoveServer(any),
        };
        config.schedule.push((at, Command::Order { node: at_node, order }));
    }
}

impl Case {
    /// The same run without one of Raft's rules, with the settings in which the rule matters.
    pub(crate) fn without(mut self, rule: Break) -> Self {
        self = self.where_it_matters(rule);
        self.raft.break_it = rule.into();
        self
    }

    /// The same run with the settings in which a rule matters, and the rule in force.
    pub(crate) fn where_it_matters(mut self, rule: Break) -> Self {
        match rule {
            Break::CommitOldTermsByCounting => {
                self.raft.noop_on_election = false;
                self.raft.max_entries_per_append = 1;
            }
            Break::PreVoteRaisesTerm => self.raft.pre_vote = true,
            Break::CheckQuorumCountsSends => self.raft.check_quorum = true,
            Break::LeaseWithoutMargin
            | Break::LeaseFromReceipt
            | Break::TransferKeepsLease
            | Break::RestartForgetsLeader => {
                self.raft.reads = ReadPath::Lease;
                self.raft.leader_stickiness = true;
            }
            Break::ReadIndexBeforeOwnTerm => self.raft.reads = ReadPath::ReadIndex,
            Break::NoSessions | Break::SnapshotWithoutSessions => {
                self.raft.snapshot_after = Some(4);
                self.config.clients.iter_mut().for_each(|client| client.session = true);
            }
            _ => {}
        }
        self
    }
}
