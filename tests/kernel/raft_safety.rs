//! Raft under random faults: its invariants after every event, and progress once the faults are over.

use crate::support::faults::{EVERY_KIND, plan, with_faults};
use crate::support::lab::ms;
use crate::support::swarm::{Case, Class};
use crate::support::watched::{Watched, check_stores, watch};
use netsplit::base::{ClientId, Distribution, SimDuration, SimTime, TimeSpan};
use netsplit::protocol::raft::{Raft, RaftConfig};
use netsplit::protocol::{Operation, Update, Value};
use netsplit::sim::plan::{FaultKinds, FaultPlan};
use netsplit::sim::{ClientConfig, Command, Kind, Mix, Outcome, Pace, Retry, Workload, World, WorldConfig};

const FAULTS_END: SimTime = ms(3_000);
const CAROL: ClientId = ClientId(2);

/// Two clients that write, and Carol, who asks once all is well again and does not give up.
fn cluster(nodes: u8) -> WorldConfig {
    let mut config = WorldConfig { nodes, ..WorldConfig::default() };
    for (name, interval) in [("Alice", 15), ("Bob", 23)] {
        let pace = Pace::Open { interval: Distribution::Constant(SimDuration::from_millis(interval)) };
        let mix = Mix { read: 1, write: 2, cas: 1, append: 0, add: 0 };
        let retry = Retry { after_unknown: true, attempts: 4, ..Retry::default() };
        let timeout = SimDuration::from_millis(150);
        let workload = Some(Workload { pace, mix, keys: 3, ..Workload::default() });
        config.clients.push(ClientConfig {
            name: name.to_owned(),
            timeout,
            retry,
            workload,
            ..ClientConfig::default()
        });
    }
    let backoff_max = SimDuration::from_millis(100);
    let retry = Retry { after_unknown: true, attempts: u16::MAX, backoff_max, ..Retry::default() };
    let timeout = SimDuration::from_millis(200);
    config.clients.push(ClientConfig { name: "Carol".to_owned(), timeout, retry, ..ClientConfig::default() });
    let operation = Operation { key: "last".into(), update: Update::Write(Value::Int(1)) };
    config.schedule.push((FAULTS_END, Command::Invoke { client: CAROL, operation, contact: None }));
    config
}

fn settings(seed: u32) -> RaftConfig {
    // Small batches and no empty first entry now and then, since those are other paths.
    let max_entries_per_append = if seed.is_multiple_of(4) { 1 } else { 64 };
    RaftConfig { max_entries_per_append, noop_on_election: !seed.is_multiple_of(7), ..RaftConfig::default() }
}

struct Story {
    leaders: usize,
    acknowledged: u64,
}

/// One run, looked at after every event. The error names the seed, which is all that is needed to see it again.
fn run(nodes: u8, seed: u32, plan: &FaultPlan) -> Result<Story, String> {
    let config = with_faults(&cluster(nodes), plan, seed);
    let raft = settings(seed);
    let mut world: World<Raft> = World::new(&config, &raft, seed);
    let mut watched = Watched::default();
    let named = |broken: String, world: &World<Raft>| format!("{nodes} nodes, seed {seed}, {}: {broken}", world.now());
    // After the last fault, a new write is acknowledged within 30 maximum election timeouts.
    let patience = SimDuration(30 * raft.election_timeout.max.0);
    while world.step_until(FAULTS_END + patience) && !carol_is_done(&world) {
        watched.look(&world).map_err(|broken| named(broken, &world))?;
    }
    check_stores(&world).map_err(|broken| named(broken, &world))?;
    if !carol_is_done(&world) {
        return Err(named(format!("Carol has no answer after {patience}"), &world));
    }
    let elected = |record: &netsplit::sim::TraceRecord<Raft>| {
        matches!(record.kind, Kind::Note { note: netsplit::protocol::raft::RaftNote::BecameLeader { .. }, .. })
    };
    Ok(Story { leaders: world.trace().iter().filter(elected).count(), acknowledged: world.counters().ok })
}

fn carol_is_done(world: &World<Raft>) -> bool {
    world.clients().nth(CAROL.slot()).is_some_and(|(_, carol)| matches!(carol.last, Some(Outcome::Ok { .. })))
}

fn swarm(nodes: u8, seeds: std::ops::RangeInclusive<u32>, plan: &FaultPlan) -> Vec<Story> {
    let stories: Result<Vec<Story>, String> = seeds.map(|seed| run(nodes, seed, plan)).collect();
    stories.unwrap_or_else(|broken| panic!("{broken}"))
}

fn check_was_eventful(stories: &[Story]) {
    let elections: usize = stories.iter().map(|story| story.leaders).sum();
    assert!(elections > 2 * stories.len(), "only {elections} elections in {} runs", stories.len());
    let acknowledged: u64 = stories.iter().map(|story| story.acknowledged).sum();
    assert!(acknowledged > 30 * stories.len() as u64, "only {acknowledged} answers in {} runs", stories.len());
}

#[test]
fn three_servers_are_safe_under_every_fault_and_go_on_after_it() {
    check_was_eventful(&swarm(3, 1..=150, &plan(FAULTS_END)));
}

#[test]
fn five_servers_are_safe_under_every_fault_and_go_on_after_it() {
    check_was_eventful(&swarm(5, 1_001..=1_120, &plan(FAULTS_END)));
}

/// Disks so slow and crashes so frequent that many a process dies between its decision and its disk; timeouts so close
/// that several servers stand in one term. Whoever speaks before his disk has the word is found out here.
#[test]
fn crashes_between_a_decision_and_the_disk() {
    let kinds = FaultKinds { crash: 1, ..FaultKinds::default() };
    let every = Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_millis(40) };
    let lasts = Distribution::Exponential { min: SimDuration::from_millis(1), mean: SimDuration::from_millis(20) };
    let plan = FaultPlan { kinds, every, lasts, ..plan(FAULTS_END) };
    let mut config = cluster(3);
    config.disk.sync = Distribution::Uniform { min: SimDuration::from_millis(2), max: SimDuration::from_millis(30) };
    let election_timeout = TimeSpan { min: SimDuration::from_millis(150), max: SimDuration::from_millis(170) };
    let raft = RaftConfig { election_timeout, ..RaftConfig::default() };
    for seed in 2_001..=2_060 {
        let config = with_faults(&config, &plan, seed);
        safe(World::new(&config, &raft, seed)).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
    }
}

/// The invariants after every event until the faults end; nothing is said of progress.
fn safe(mut world: World<Raft>) -> Result<(), String> {
    let mut watched = Watched::default();
    while world.step_until(FAULTS_END) {
        watched.look(&world)?;
    }
    check_stores(&world)
}

#[test]
fn lost_doubled_late_and_overtaking_messages() {
    let kinds = FaultKinds { loss: 1, duplicate: 1, delay: 2, ..FaultKinds::default() };
    let every = Distribution::Constant(SimDuration::from_millis(40));
    let lasts = Distribution::Constant(SimDuration::from_millis(600));
    let plan = FaultPlan { kinds, every, lasts, ..plan(FAULTS_END) };
    swarm(5, 3_001..=3_030, &plan);
}

#[test]
fn timeouts_so_close_that_votes_split() {
    let mut config = with_faults(&cluster(5), &plan(FAULTS_END), 1);
    config.schedule.retain(|(_, command)| !matches!(command, Command::Pause(_) | Command::SetService { .. }));
    let span = TimeSpan { min: SimDuration::from_millis(150), max: SimDuration::from_millis(160) };
    for seed in 1..=20 {
        let raft = RaftConfig { election_timeout: span, ..RaftConfig::default() };
        safe(World::new(&config, &raft, seed)).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
    }
}

/// The monitors see a real break, not only states made by hand: a disk that lies breaks Raft's assumption.
#[test]
fn lying_disks_turn_the_monitors_red() {
    let mut broken = Vec::new();
    for seed in 1..=10 {
        let kinds = FaultKinds { crash: 4, partition: 1, ..FaultKinds::default() };
        let mut config = with_faults(&cluster(3), &FaultPlan { kinds, ..plan(FAULTS_END) }, seed);
        for node in 1..=3 {
            let flush_after = Some(SimDuration::from_secs(60));
            let lie = Command::SetLying { node: netsplit::base::NodeId(node), flush_after };
            config.schedule.push((SimTime::ZERO, lie));
        }
        broken.extend(safe(World::new(&config, &settings(seed), seed)).err());
    }
    assert!(broken.len() >= 8, "only {} of 10 runs were found out: {broken:?}", broken.len());
}

/// Every setting and fault that Raft must survive, with an operator who adds, removes and transfers, and clients with and
/// without sessions.
#[test]
fn every_setting_under_every_fault_and_order() {
    for seed in 1..=200 {
        let case = Case::draw(seed, Class::Safe, FAULTS_END);
        let (watched, _) = watch(case.world(), case.until);
        assert!(watched.broken().is_empty(), "seed {seed}, {:?}: {:#?}", case.raft, watched.words());
    }
}

#[test]
fn the_plan_has_every_kind_of_fault() {
    assert!(EVERY_KIND.total() > 0);
    let config = cluster(5);
    let commands: Vec<String> = (1..=20)
        .flat_map(|seed| crate::support::faults::commands(&config, &plan(FAULTS_END), seed))
        .map(|(_, command)| format!("{command:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned())
        .collect();
    for kind in [
        "Cut",
        "Partition",
        "Isolate",
        "SetLink",
        "Flap",
        "Crash",
        "Pause",
        "SetService",
        "SetSync",
        "SetDrift",
        "StepWall",
    ] {
        assert!(commands.iter().any(|command| command == kind), "no {kind}");
    }
}
