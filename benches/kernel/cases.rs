//! What is measured, natively and in a browser: the same clusters, the same loads, the same seeks. Owns no clock: each
//! side brings its own.

use netsplit::base::{Distribution, Place, Purpose, SimDuration, SimTime, Stream, range};
use netsplit::lesson::{SCENARIO_FORMAT, Scenario, System};
use netsplit::protocol::Value;
use netsplit::protocol::leaderless::LeaderlessConfig;
use netsplit::protocol::raft::RaftConfig;
use netsplit::session::{Cluster, Session};
use netsplit::sim::{ClientConfig, Mix, Pace, ValueKind, Workload, WorldConfig};

/// The sizes of cluster that are measured.
pub(crate) const NODES: [u8; 3] = [3, 5, 9];

/// What the cluster has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// Heartbeats every 50 ms, and nothing else.
    Idle,
    /// 100 writes a second of 64 bytes over 100 keys, on top.
    Writes,
    /// Leaderless replicas, N=3, R=W=2: 1,000 operations a second, half of them reads, of 64 bytes over 100 keys.
    Leaderless,
}

impl Load {
    /// The loads of Raft.
    pub(crate) const RAFT: [Self; 2] = [Self::Idle, Self::Writes];

    /// Its name in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Writes => "loaded",
            Self::Leaderless => "leaderless, 1,000 operations/s",
        }
    }

    /// How much model time is run to measure the rate: about as much work for each.
    pub(crate) const fn rate_span(self) -> SimTime {
        match self {
            Self::Idle => SimTime::from_secs(1_200),
            Self::Writes => SimTime::from_secs(40),
            Self::Leaderless => SimTime::from_secs(10),
        }
    }
}

/// The length of the run in which seeks are measured.
pub(crate) const SEEK_SPAN: SimTime = SimTime::from_secs(600);

/// A cluster of so many nodes under a load.
pub(crate) fn scenario(nodes: u8, load: Load) -> Scenario {
    let is_leaderless = load == Load::Leaderless;
    let interval = SimDuration::from_millis(if is_leaderless { 1 } else { 10 });
    let workload = Workload {
        pace: Pace::Open { interval: Distribution::Constant(interval) },
        mix: Mix { read: u32::from(is_leaderless), write: 1, cas: 0, append: 0, add: 0 },
        keys: 100,
        values: ValueKind::Bytes(64),
        ..Workload::default()
    };
    let client = ClientConfig { workload: Some(workload), ..ClientConfig::default() };
    let clients = match load {
        Load::Idle => Vec::new(),
        Load::Writes | Load::Leaderless => vec![client],
    };
    let system = if is_leaderless {
        System::Leaderless(LeaderlessConfig::default())
    } else {
        System::Raft(RaftConfig::default())
    };
    Scenario {
        format: SCENARIO_FORMAT,
        id: "bench".to_owned(),
        title: "Bench".to_owned(),
        summary: String::new(),
        seed: 1,
        until: SEEK_SPAN,
        system,
        world: WorldConfig { nodes, clients, ..WorldConfig::default() },
        faults: None,
        claims: Vec::new(),
    }
}

/// Five idle nodes whose disks hold so many keys.
pub(crate) fn stocked(keys: u32) -> Scenario {
    let mut scenario = scenario(5, Load::Idle);
    scenario.world.data = (0..keys).map(|n| (format!("k{n}").as_str().into(), Value::Int(i64::from(n)))).collect();
    scenario
}

/// Runs a cluster, with its trace and hash, to a time.
pub(crate) fn run(scenario: &Scenario, until: SimTime) -> Cluster {
    let mut cluster = Cluster::new(scenario, 1);
    cluster.advance(until);
    cluster
}

/// A session that has run for ten minutes.
pub(crate) fn long_session(scenario: &Scenario) -> Session {
    let mut session = Session::new(scenario, 1).expect("the measured scenario can run");
    session.advance(SEEK_SPAN);
    session
}

/// The n-th random point of the long run.
pub(crate) fn random_point(n: u64) -> SimTime {
    let mut points = Stream::new(99, Purpose::FaultTime, Place(0, 0));
    SimTime(range(points.at(n), 0, SEEK_SPAN.0))
}
