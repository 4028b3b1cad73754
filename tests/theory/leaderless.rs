//! The replicated store itself against arithmetic, where the assumptions of a formula can be built: requests go through a
//! proxy that holds no copy, a read asks R replicas drawn anew each time, nothing mends, and one leg alone takes time.

use super::stage::{assert_mean, assert_share, cluster};
use netsplit::base::{ClientId, Distribution, NodeId, SimDuration, SimTime};
use netsplit::protocol::leaderless::{Coordinator, Detector, Fanout, Leaderless, LeaderlessConfig, ReadRepair};
use netsplit::protocol::{Operation, Update, Value};
use netsplit::sim::{ClientConfig, Command, Kind, LinkPatch, Outcome, TraceCursor, Wire, World};

const MEAN_MS: f64 = 10.0;
/// After so long the last copy of a write has come, but for one time in ten million.
const APART: SimDuration = SimDuration::from_millis(200);

/// A store with the replicas of one key and two nodes beside them, which see to writes and to reads.
struct Store {
    world: World<Leaderless>,
    place: TraceCursor,
    replicas: Vec<NodeId>,
    writer: NodeId,
    reader: NodeId,
}

impl Store {
    fn new((n, r, w): (u8, u8, u8), seed: u32) -> Self {
        let leaderless = LeaderlessConfig {
            n,
            r,
            w,
            coordinator: Coordinator::Proxy,
            read_fanout: Fanout::Quorum,
            read_repair: ReadRepair::Off,
            hinted_handoff: false,
            anti_entropy: None,
            detector: Detector::Off,
            gossip_interval: SimDuration::from_secs(100_000),
            request_timeout: SimDuration::from_secs(10),
            ..LeaderlessConfig::default()
        };
        let mut config = cluster(n + 2, SimDuration::ZERO);
        config.clients =
            ["writer", "reader"].map(|name| ClientConfig { name: name.into(), ..Default::default() }).into();
        // Who has the key is for the ring to say: only then is it known which links take time.
        let world: World<Leaderless> = World::new(&config, &leaderless, seed);
        let anybody = world.node(NodeId(1)).and_then(|slot| slot.process()).expect("it runs");
        let replicas = anybody.home(&"x".into()).to_vec();
        let others: Vec<_> = (1..=n + 2).map(NodeId).filter(|node| !replicas.contains(node)).collect();
        let [writer, reader] = others[..] else { panic!("two nodes have no copy") };
        Self { world, place: TraceCursor::default(), replicas, writer, reader }
    }

    /// Lets what goes from one node to another take a time that is drawn for each message.
    fn slow(&mut self, from: NodeId, to: NodeId, delay: Distribution) {
        let patch = LinkPatch { delay: Some(delay), reorder: Some(true), ..LinkPatch::default() };
        self.world.apply(&Command::SetLink { wire: Wire::one_way(from, to), patch }).expect("both exist");
    }

    /// The same for what a node sends to each replica, or they to it.
    fn slow_all(&mut self, node: NodeId, is_towards: bool, delay: Distribution) {
        for replica in self.replicas.clone() {
            let (from, to) = if is_towards { (node, replica) } else { (replica, node) };
            self.slow(from, to, delay);
        }
    }

    /// Asks and waits for the answer. Returns when it came, and what it was.
    fn ask(&mut self, client: u8, contact: NodeId, update: Update) -> (SimTime, Outcome) {
        let operation = Operation { key: "x".into(), update };
        let invoke = Command::Invoke { client: ClientId(client), operation, contact: Some(contact) };
        self.world.apply(&invoke).expect("it is a client, and a node");
        loop {
            while let Some(record) = self.world.trace().read_on(&mut self.place) {
                if let Kind::Ended { outcome, .. } = record.kind {
                    return (record.moment.time, outcome);
                }
            }
            assert!(self.world.step_until(SimTime::from_secs(1_000_000)), "nobody answers");
        }
    }

    fn write(&mut self, number: i64) -> SimTime {
        let (at, outcome) = self.ask(0, self.writer, Update::Write(Value::Int(number)));
        assert!(matches!(outcome, Outcome::Ok { .. }), "a write of which nothing is lost is done: {outcome:?}");
        at
    }

    /// Whether a read finds something else than was written last.
    fn is_stale(&mut self, number: i64) -> bool {
        match self.ask(1, self.reader, Update::Read).1 {
            Outcome::Ok { values, .. } => values != [Value::Int(number)],
            other => panic!("a read of which nothing is lost is done: {other:?}"),
        }
    }

    fn wait(&mut self, long: SimDuration) {
        let until = self.world.now().time + long;
        self.world.advance(until);
    }
}

fn exponential() -> Distribution {
    Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_millis(MEAN_MS as u64) }
}

fn choose(n: u8, k: u8) -> f64 {
    (0..k).map(|at| f64::from(n - at) / f64::from(at + 1)).product()
}

/// How many of so many reads, each `after_ms` after a write was acknowledged, are stale.
fn stale_reads(quorums: (u8, u8, u8), after_ms: u64, trials: usize) -> usize {
    let mut store = Store::new(quorums, 11);
    store.slow_all(store.writer, true, exponential());
    let stale = (1..=trials as i64).filter(|number| {
        store.write(*number);
        // The client has its answer one microsecond after the proxy gave it, and its question takes another.
        store.wait(SimDuration((after_ms * 1_000).saturating_sub(2)));
        let is_stale = store.is_stale(*number);
        store.wait(APART);
        is_stale
    });
    stale.count()
}

/// Analytic 3 and W7 on the store itself: with copies on their way for an exponential time, a read of R replicas `t` after
/// the acknowledgement misses the write with `C(N-W, R) / C(N, R) * exp(-R t / mean)` (Bailis et al., PVLDB 2012).
#[test]
fn reads_are_stale_as_often_as_quorums_and_propagation_say() {
    const TRIALS: usize = 6_000;
    for ((n, r, w), after_ms) in [
        ((3, 1, 1), 0),
        ((3, 1, 1), 5),
        ((3, 1, 1), 10),
        ((3, 1, 1), 20),
        ((3, 1, 2), 5),
        ((3, 2, 1), 5),
        ((5, 2, 2), 8),
    ] {
        let miss = choose(n - w, r) / choose(n, r);
        let expected = miss * libm::exp(-f64::from(r) * after_ms as f64 / MEAN_MS);
        let stale = stale_reads((n, r, w), after_ms, TRIALS);
        assert_share(&format!("the store, N={n} R={r} W={w} after {after_ms} ms: stale"), stale, TRIALS, expected);
    }
}

/// The same store with quorums that overlap: never.
#[test]
fn reads_are_never_stale_where_quorums_overlap() {
    for quorums in [(3, 2, 2), (3, 1, 3), (3, 3, 1), (5, 2, 4)] {
        assert_eq!(stale_reads(quorums, 0, 1_000), 0, "N, R, W: {quorums:?}");
    }
}

/// What a write waited for, in milliseconds, where each acknowledgement takes as long as is drawn for it.
fn write_latencies((n, w): (u8, u8), back: Distribution, trials: usize) -> Vec<f64> {
    let mut store = Store::new((n, 1, w), 13);
    store.slow_all(store.writer, false, back);
    let mut one = |number: usize| {
        let asked = store.world.now().time;
        let done = store.write(number as i64);
        store.wait(APART);
        // Two messages between client and proxy, a microsecond each.
        (done.since(asked).0 - 2) as f64 / 1_000.0
    };
    (0..trials).map(&mut one).collect()
}

/// Analytic 5 on the store itself: a write takes as long as the W-th of N acknowledgements.
#[test]
fn a_write_takes_as_long_as_the_order_statistic_of_its_quorum() {
    const TRIALS: usize = 4_000;
    for (n, w) in [(3, 1), (3, 2), (3, 3), (5, 3)] {
        let found = write_latencies((n, w), exponential(), TRIALS);
        let gaps = |power: f64| (0..w).map(|at| libm::pow(MEAN_MS / f64::from(n - at), power)).sum::<f64>();
        assert_mean(&format!("the store, N={n} W={w}, exponential, ms"), &found, gaps(1.0), gaps(2.0).sqrt());
        // P(L <= t) = sum over j >= W of C(N, j) F^j (1 - F)^(N - j), at the median of one answer.
        let median = MEAN_MS * std::f64::consts::LN_2;
        let early = found.iter().filter(|latency| **latency <= median).count();
        let share = (w..=n).map(|j| choose(n, j)).sum::<f64>() / f64::from(1_u32 << n);
        assert_share(&format!("the store, N={n} W={w} within the median of one"), early, TRIALS, share);
        let uniform = Distribution::Uniform { min: SimDuration::ZERO, max: SimDuration::from_millis(20) };
        let found = write_latencies((n, w), uniform, TRIALS);
        let (of, at) = (f64::from(n) + 1.0, f64::from(w));
        let deviation = 20.0 * (at * (of - at) / (of * of * (of + 1.0))).sqrt();
        assert_mean(&format!("the store, N={n} W={w}, uniform, ms"), &found, 20.0 * at / of, deviation);
    }
}
