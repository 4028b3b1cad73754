//! Everything at once: every feature of Raft, every fault that it must survive, orders of all kinds. And everything at
//! once with rules off and disks that lie: then it may go wrong, and must not fall over.

use crate::support::faults::{EVERY_KIND, plan, with_faults};
use crate::support::lab::{ms, op};
use netsplit::base::{ClientId, Distribution, NodeId, OpId, RecordId, SimDuration, SimTime};
use netsplit::protocol::Order;
use netsplit::protocol::raft::store::Store;
use netsplit::protocol::raft::{
    Break, FollowerReads, Index, Lease, Raft, RaftConfig, RaftNote, RaftRole, ReadBy, ReadPath, Term,
};
use netsplit::sim::plan::{FaultKinds, FaultPlan};
use netsplit::sim::{ClientConfig, Command, Kind, Mix, Outcome, Pace, Retry, Workload, World, WorldConfig};
use std::collections::BTreeMap;

const END: SimTime = ms(3_000);
const CAROL: ClientId = ClientId(2);

/// What must never be seen, without a look into any log: two leaders of a term (R1), two states after one entry (R5), a
/// read of less than was committed when it was asked (R12), two leases at one time (R11).
#[derive(Default)]
struct Watch {
    leaders: BTreeMap<Term, NodeId>,
    states: BTreeMap<Index, Store>,
    committed: Index,
    asked: BTreeMap<OpId, Index>,
    applied: BTreeMap<NodeId, (u32, Index)>,
    next_record: u64,
    reads: usize,
    changes: usize,
    installed: usize,
    transfers: usize,
}

impl Watch {
    fn look(&mut self, world: &World<Raft>) -> Result<(), String> {
        let (mut lease, now) = (None, world.now().time);
        for (node, slot) in world.nodes() {
            let Some(raft) = slot.process() else { continue };
            self.committed = self.committed.max(raft.commit_index());
            if !matches!(raft.role(), RaftRole::Leader(_)) {
                self.compare(node, slot.incarnation(), raft)?;
                continue;
            }
            let first = *self.leaders.entry(raft.term()).or_insert(node);
            if first != node {
                return Err(format!("R1: {first} and {node} lead term {}", raft.term()));
            }
            if matches!(raft.lease(slot.clock(now).monotonic), Lease::Until(_))
                && let Some(other) = lease.replace(node)
            {
                return Err(format!("R11: {other} and {node} both hold a lease"));
            }
            self.compare(node, slot.incarnation(), raft)?;
        }
        self.read(world)
    }

    /// Whoever has applied the same entries is in the same state, sessions included.
    fn compare(&mut self, node: NodeId, incarnation: u32, raft: &Raft) -> Result<(), String> {
        let now = (incarnation, raft.applied_index());
        if self.applied.insert(node, now) == Some(now) {
            return Ok(());
        }
        let state = self.states.entry(now.1).or_insert_with(|| raft.store().clone());
        if state == raft.store() {
            Ok(())
        } else {
            Err(format!("R5: {node} is in another state after entry {}", now.1))
        }
    }

    fn read(&mut self, world: &World<Raft>) -> Result<(), String> {
        for record in world.trace().iter_from(RecordId(self.next_record)) {
            self.next_record = record.id.0 + 1;
            match record.kind {
                Kind::Attempted { request, .. } => drop(self.asked.entry(request.op).or_insert(self.committed)),
                Kind::Note { node, note } => self.note(node, &note)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn note(&mut self, node: NodeId, note: &RaftNote) -> Result<(), String> {
        match note {
            RaftNote::ReadServed { request, index, by: ReadBy::ReadIndex | ReadBy::Lease } => {
                self.reads += 1;
                let needed = self.asked.get(&request.op).copied().unwrap_or_default();
                if *index < needed {
                    return Err(format!("R12: {node} reads at {index}, and {needed} was committed before"));
                }
            }
            RaftNote::Configured { .. } => self.changes += 1,
            RaftNote::SnapshotInstalled { .. } => self.installed += 1,
            RaftNote::TransferBegun { .. } => self.transfers += 1,
            _ => {}
        }
        Ok(())
    }
}

/// Five servers, two more that wait, and two clients with sessions.
fn cluster(seed: u32) -> WorldConfig {
    let mut config = WorldConfig { nodes: 5, ..WorldConfig::default() };
    for (name, interval) in [("Alice", 9), ("Bob", 13)] {
        let pace = Pace::Open { interval: Distribution::Constant(SimDuration::from_millis(interval)) };
        let mix = Mix { read: 3, write: 1, cas: 1, append: 2, add: 0 };
        let retry = Retry { after_unknown: true, attempts: 6, ..Retry::default() };
        let workload = Some(Workload { pace, mix, keys: 3, ..Workload::default() });
        let timeout = SimDuration::from_millis(150);
        config.clients.push(ClientConfig {
            name: name.to_owned(),
            timeout,
            retry,
            workload,
            session: true,
            ..ClientConfig::default()
        });
    }
    // Carol asks once all is well again, and does not give up.
    let retry = Retry {
        after_unknown: true,
        attempts: u16::MAX,
        backoff_max: SimDuration::from_millis(100),
        ..Retry::default()
    };
    let timeout = SimDuration::from_millis(200);
    config.clients.push(ClientConfig {
        name: "Carol".to_owned(),
        timeout,
        retry,
        session: true,
        ..ClientConfig::default()
    });
    config.schedule.push((END, Command::Invoke { client: CAROL, operation: op("last", 1), contact: None }));
    config.schedule.extend([(ms(250), Command::AddNode), (ms(260), Command::AddNode)]);
    for at in 0..30_u32 {
        // A step that shares nothing with 7 or 5 brings every order to every server.
        let mixed = seed.wrapping_mul(31).wrapping_add(at.wrapping_mul(17)).wrapping_add(at * at);
        let node = NodeId((mixed % 7 + 1) as u8);
        let order = match mixed / 7 % 5 {
            0 | 1 => Order::AddServer(node),
            2 => Order::RemoveServer(node),
            3 => Order::AddLearner(node),
            _ => Order::Transfer { to: node },
        };
        config.schedule.push((ms(u64::from(300 + at * 90)), Command::Order { node: None, order }));
    }
    config
}

fn settings(seed: u32) -> RaftConfig {
    let reads = [ReadPath::Lease, ReadPath::ReadIndex, ReadPath::Log][seed as usize % 3];
    RaftConfig {
        pre_vote: seed.is_multiple_of(2),
        leader_stickiness: reads == ReadPath::Lease || seed.is_multiple_of(5),
        check_quorum: seed % 4 < 2,
        reads,
        follower_reads: [FollowerReads::ReadIndex, FollowerReads::Refuse][seed as usize % 2],
        snapshot_after: [Some(3), Some(20), None][seed as usize / 3 % 3],
        max_entries_per_append: if seed.is_multiple_of(7) { 1 } else { 64 },
        noop_on_election: !seed.is_multiple_of(11),
        ..RaftConfig::default()
    }
}

fn run(seed: u32, kinds: FaultKinds, raft: &RaftConfig) -> Result<Watch, String> {
    let config = with_faults(&cluster(seed), &FaultPlan { kinds, ..plan(END) }, seed);
    let mut world: World<Raft> = World::new(&config, raft, seed);
    let mut watch = Watch::default();
    let named = |broken: String, world: &World<Raft>| format!("seed {seed}, {}: {broken}", world.now());
    // Whoever has the majority of the voters, and no fault left, answers within 30 maximum election timeouts.
    let patience = SimDuration(30 * raft.election_timeout.max.0);
    let is_done = |world: &World<Raft>| {
        world.clients().nth(CAROL.slot()).is_some_and(|(_, carol)| matches!(carol.last, Some(Outcome::Ok { .. })))
    };
    while !is_done(&world) {
        if !world.step_until(END + patience) {
            return Err(named("Carol has no answer".to_owned(), &world));
        }
        watch.look(&world).map_err(|broken| named(broken, &world))?;
    }
    Ok(watch)
}

#[test]
fn no_invariant_breaks_with_every_feature_under_every_fault() {
    let (mut reads, mut changes, mut installed, mut transfers) = (0, 0, 0, 0);
    for seed in 1..=20 {
        let watch = run(seed, EVERY_KIND, &settings(seed)).unwrap_or_else(|broken| panic!("{broken}"));
        reads += watch.reads;
        changes += watch.changes;
        installed += watch.installed;
        transfers += watch.transfers;
    }
    assert!(
        reads > 500 && changes > 100 && installed > 20 && transfers > 10,
        "{reads} {changes} {installed} {transfers}"
    );
}

#[test]
fn nothing_falls_over_with_rules_off_and_disks_that_lie() {
    let kinds = FaultKinds { lying_disk: 3, wipe: 3, ..EVERY_KIND };
    let mut found = 0;
    for (at, rule) in (0..).zip(Break::ALL.into_iter().cycle().take(21)) {
        let seed = 500 + at;
        let other = Break::ALL[(at as usize * 5 + 3) % Break::ALL.len()];
        let raft = RaftConfig { break_it: [rule, other].into_iter().collect(), ..settings(seed) };
        found += usize::from(run(seed, kinds, &raft).is_err());
    }
    assert!(found > 2, "only {found} runs were found out");
}
