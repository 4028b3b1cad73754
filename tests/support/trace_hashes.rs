//! The runs that must be the same everywhere, and the hashes that they have: native and WASM tests both read this file
//! and `tests/golden/trace-hashes.tsv`.

use netsplit::base::{Distribution, NodeId, SimDuration, SimTime};
use netsplit::lesson::{SCENARIO_FORMAT, Scenario, System};
use netsplit::protocol::raft::{FollowerReads, RaftConfig, ReadPath};
use netsplit::protocol::{Order, Value};
use netsplit::session::{Cluster, Session};
use netsplit::sim::plan::{FaultKinds, FaultPlan};
use netsplit::sim::{ClientConfig, Command, Contact, Workload, WorldConfig};

/// The hashes as committed: name, seed, hash, each line one run.
pub(crate) const EXPECTED: &str = include_str!("../golden/trace-hashes.tsv");

const END: SimTime = SimTime::from_secs(6);

/// One run.
pub(crate) struct Run {
    /// What to call it.
    pub(crate) name: String,
    /// Its scenario.
    pub(crate) scenario: Scenario,
    /// Its seed.
    pub(crate) seed: u32,
}

/// Small, middling and large clusters, quiet and under every fault there is, plain and with all that Raft can do, with four
/// seeds each, the largest included.
pub(crate) fn runs() -> Vec<Run> {
    let mut runs = Vec::new();
    for nodes in [3, 5, 9] {
        for (weather, faults) in [("quiet", None), ("storm", Some(storm()))] {
            for seed in [0, 1, 2, u32::MAX] {
                let name = format!("{weather}-{nodes}");
                runs.push(Run { scenario: scenario(&name, nodes, faults.clone()), name, seed });
            }
        }
        for seed in [0, 1, 2, u32::MAX] {
            let name = format!("everything-{nodes}");
            runs.push(Run { scenario: everything(&name, nodes), name, seed });
        }
    }
    runs
}

/// Every kind of fault, often; delays from a distribution that needs logarithms.
fn storm() -> FaultPlan {
    let kinds = FaultKinds {
        cut: 1,
        one_way: 1,
        partition: 1,
        isolate: 1,
        loss: 1,
        duplicate: 1,
        delay: 1,
        flap: 1,
        crash: 1,
        pause: 1,
        slow: 1,
        slow_disk: 1,
        drift: 1,
        step: 1,
        lying_disk: 1,
        wipe: 0,
    };
    let every = Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_millis(200) };
    FaultPlan { start: SimTime::from_millis(500), stop: SimTime::from_secs(5), every, kinds, ..FaultPlan::default() }
}

fn scenario(name: &str, nodes: u8, faults: Option<FaultPlan>) -> Scenario {
    let client = |name: &str, contact| ClientConfig {
        name: name.to_owned(),
        contact,
        timeout: SimDuration::from_millis(250),
        workload: Some(Workload { keys: 5, ..Workload::default() }),
        ..ClientConfig::default()
    };
    let clients = vec![client("Alice", Contact::Sticky), client("Bob", Contact::Any)];
    Scenario {
        format: SCENARIO_FORMAT,
        id: name.to_owned(),
        title: name.to_owned(),
        summary: String::new(),
        seed: 0,
        until: END,
        system: System::Raft(RaftConfig::default()),
        world: WorldConfig { nodes, clients, ..WorldConfig::default() },
        faults,
        claims: Vec::new(),
    }
}

/// The storm, and in it all that Raft can do: leases, reads at followers, snapshots, sessions, a changing membership.
fn everything(name: &str, nodes: u8) -> Scenario {
    let mut scenario = scenario(name, nodes, Some(storm()));
    scenario.system = System::Raft(RaftConfig {
        pre_vote: true,
        leader_stickiness: true,
        check_quorum: true,
        reads: ReadPath::Lease,
        follower_reads: FollowerReads::ReadIndex,
        snapshot_after: Some(10),
        ..RaftConfig::default()
    });
    let newcomer = NodeId(nodes + 1);
    let order = |order| Command::Order { node: None, order };
    scenario.world.schedule = vec![
        (SimTime::from_millis(700), Command::AddNode),
        (SimTime::from_millis(1_500), order(Order::AddServer(newcomer))),
        (SimTime::from_millis(2_500), order(Order::Transfer { to: NodeId(1) })),
        (SimTime::from_millis(4_000), order(Order::RemoveServer(NodeId(2)))),
    ];
    scenario.world.data = vec![("x".into(), Value::Int(7))];
    for client in &mut scenario.world.clients {
        client.session = true;
        client.retry.after_unknown = true;
    }
    scenario
}

/// The hash of a run that goes straight to its end.
pub(crate) fn straight(run: &Run) -> u64 {
    let mut cluster = Cluster::new(&run.scenario, run.seed);
    cluster.advance(END);
    cluster.trace_hash()
}

/// The hash of the same run in uneven slices, with jumps back and forth, as a page would have it.
pub(crate) fn wandering(run: &Run) -> u64 {
    let mut session = Session::new(&run.scenario, run.seed).expect("the scenario can run");
    let mut events = 1;
    while !session.advance_some(END, events) {
        events = events * 7 % 1_009 + 1;
        if events % 5 == 0 {
            let now = session.now().time;
            session.seek(SimTime(now.0 / 2));
            session.seek(now);
        }
    }
    session.trace_hash()
}

/// A run's line in the file of hashes.
pub(crate) fn line(run: &Run, hash: u64) -> String {
    format!("{}\t{}\t{hash:016x}", run.name, run.seed)
}
