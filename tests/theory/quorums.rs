//! Quorums that need not overlap, by a sampler of their own: the figures of "Probabilistically Bounded Staleness for
//! Practical Partial Quorums" (Bailis et al., PVLDB 2012; PBS). No simulator here: a formula's assumptions, and nothing else.
//!
//! WARS (section 4.1 there): a write goes to all N replicas; the message takes W to each, its acknowledgement A back, and
//! the write is acknowledged with the W-th of these. A read goes to **all** N replicas, as in Dynamo, `t` after that; the
//! question takes R, the answer S, and the first R answers count. It is fresh if one of them was asked after the write had
//! come: `w_t + t + R >= W`.

use netsplit::base::{Place, Purpose, Stream};
use std::fs;
use std::path::Path;
use std::str::FromStr;

use super::stage::{assert_mean, assert_share};

/// Draws for one table.
struct Draws {
    stream: Stream,
    next: u64,
}

impl Draws {
    fn new(seed: u32) -> Self {
        Self { stream: Stream::new(seed, Purpose::Swarm, Place(0, 0)), next: 0 }
    }

    /// Strictly between 0 and 1.
    fn unit(&mut self) -> f64 {
        self.next += 1;
        ((self.stream.at(self.next) >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.unit() * bound as f64) as usize
    }

    fn exponential(&mut self, rate: f64) -> f64 {
        -libm::log(self.unit()) / rate
    }

    /// So many of `0..of`, each set as likely as another.
    fn some(&mut self, count: usize, of: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..of).collect();
        for at in 0..count {
            let other = at + self.below(of - at);
            all.swap(at, other);
        }
        all.truncate(count);
        all
    }
}

/// One way of a message: a Pareto body with an exponential tail (table 3).
#[derive(Clone, Copy)]
struct Fit {
    body: f64,
    least_ms: f64,
    shape: f64,
    rate: f64,
}

impl Fit {
    fn draw(self, draws: &mut Draws) -> f64 {
        if draws.unit() < self.body {
            self.least_ms * libm::exp(-libm::log(draws.unit()) / self.shape)
        } else {
            draws.exponential(self.rate)
        }
    }

    /// How likely it is to take longer.
    fn exceeds(self, ms: f64) -> f64 {
        let body = libm::pow(self.least_ms / ms.max(self.least_ms), self.shape);
        self.body * body + (1.0 - self.body) * libm::exp(-self.rate * ms.max(0.0))
    }
}

/// What the legs of requests take.
#[derive(Clone, Copy)]
struct Legs {
    write: Fit,
    other: Fit,
    /// One way to a replica elsewhere, where each replica is in a place of its own; then the coordinators of a write and of
    /// a read are in two places that are drawn apart.
    away_ms: Option<f64>,
}

const SSD: Fit = Fit { body: 0.9122, least_ms: 0.235, shape: 10.0, rate: 1.66 };
const DISK: Fit = Fit { body: 0.38, least_ms: 1.05, shape: 1.51, rate: 0.183 };
const LNKD_SSD: Legs = Legs { write: SSD, other: SSD, away_ms: None };
const LNKD_DISK: Legs = Legs { write: DISK, other: SSD, away_ms: None };
const WAN: Legs = Legs { away_ms: Some(75.0), ..LNKD_DISK };
/// The paper's table says 3.35 for the shape of the body; its authors' program says 3.5.
const YMMR: Legs = Legs {
    write: Fit { body: 0.939, least_ms: 3.0, shape: 3.35, rate: 0.0028 },
    other: Fit { body: 0.982, least_ms: 1.5, shape: 3.8, rate: 0.0217 },
    away_ms: None,
};

/// One write and one read after it.
struct Trial {
    write_ms: f64,
    read_ms: f64,
    /// The read is stale at `t` if the write's message to each of the replicas that answered first takes longer than `t`
    /// and this. None where one of them must be among those that acknowledged.
    stale_beyond_ms: Option<Vec<f64>>,
}

fn trial(legs: Legs, (n, r, w): (usize, usize, usize), draws: &mut Draws) -> Trial {
    let (writer, reader) = (draws.below(n), draws.below(n));
    let away = |replica: usize, from: usize| legs.away_ms.filter(|_| replica != from).unwrap_or(0.0);
    let mut acks = Vec::new();
    let mut answers = Vec::new();
    for replica in 0..n {
        let come = legs.write.draw(draws) + away(replica, writer);
        acks.push((come + legs.other.draw(draws) + away(replica, writer), replica));
        let asked = legs.other.draw(draws) + away(replica, reader);
        answers.push((asked + legs.other.draw(draws) + away(replica, reader), asked, replica));
    }
    acks.sort_by(|one, other| one.0.total_cmp(&other.0));
    answers.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (write_ms, read_ms) = (acks[w - 1].0, answers[r - 1].0);
    // A replica that answers without the write has acknowledged after all that count: the others decide when that is.
    let first = &answers[..r];
    let mut others = acks.iter().filter(|(_, replica)| first.iter().all(|(_, _, answered)| answered != replica));
    let stale_beyond_ms = others.nth(w - 1).map(|(acknowledged, _)| {
        first.iter().map(|(_, asked, replica)| acknowledged + asked - away(*replica, writer)).collect()
    });
    Trial { write_ms, read_ms, stale_beyond_ms }
}

/// The least `t` at which at most one read in a thousand is stale. The writes' way to the replicas that answered is not
/// drawn but taken with its whole distribution: draws alone would need tens of millions for three digits.
fn visible_after_ms(legs: Legs, trials: &[Trial]) -> f64 {
    let stale_at = |t: f64| {
        let stale = trials.iter().filter_map(|trial| trial.stale_beyond_ms.as_ref());
        let each = stale.map(|all| all.iter().map(|beyond| legs.write.exceeds(t + beyond)).product::<f64>());
        each.sum::<f64>() / trials.len() as f64
    };
    let (mut low, mut high) = (0.0, 10_000.0);
    if stale_at(low) <= 0.001 {
        return 0.0;
    }
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if stale_at(middle) > 0.001 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The value that 99.9 % stay below.
fn p999(mut all: Vec<f64>) -> f64 {
    let at = all.len() * 999 / 1_000;
    *all.select_nth_unstable_by(at, f64::total_cmp).1
}

/// A table of published figures, if it is at hand: the fields of each line but the first.
fn published(file: &str) -> Vec<Vec<String>> {
    #[expect(clippy::disallowed_methods, reason = "where the tables are is said by whoever runs the tests")]
    let Ok(root) = std::env::var("NETSPLIT_ORACLES") else {
        println!("skipped: NETSPLIT_ORACLES does not say where pbs/{file} is");
        return Vec::new();
    };
    let text = fs::read_to_string(Path::new(&root).join("pbs").join(file)).expect("the table is there");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn number<T: FromStr>(field: &str) -> T {
    field.parse().unwrap_or_else(|_| panic!("{field} is no number"))
}

/// Table 4: the 99.9th percentiles of reads and writes, and after how long 99.9 % of reads are fresh.
#[test]
fn the_published_tables_come_out_again() {
    const TRIALS: usize = 400_000;
    for (at, row) in published("table4_tvisibility_latency.csv").iter().enumerate() {
        let [name, n, r, w, reads_ms, writes_ms, t_ms] = &row[..] else { panic!("{row:?} has other columns") };
        let (legs, latency_bound) = match name.as_str() {
            "LNKD-SSD" => (LNKD_SSD, 0.05),
            "LNKD-DISK" => (LNKD_DISK, 0.05),
            "YMMR" => (YMMR, 0.08),
            "WAN" => (WAN, 0.05),
            other => panic!("{other} is a new model"),
        };
        let sizes = (number(n), number(r), number(w));
        let mut draws = Draws::new(at as u32);
        let trials: Vec<Trial> = (0..TRIALS).map(|_| trial(legs, sizes, &mut draws)).collect();
        let of = |figure: fn(&Trial) -> f64| p999(trials.iter().map(figure).collect());
        let visible = visible_after_ms(legs, &trials[..TRIALS / 10]);
        let measured = [of(|it| it.read_ms), of(|it| it.write_ms), visible];
        let expected: [f64; 3] = [reads_ms, writes_ms, t_ms].map(|field| number(field));
        println!("{name} R={r} W={w}: {measured:.2?} ms, published {expected:.2?}");
        // The published times until reads are fresh are a little too short.
        for (column, bound) in [latency_bound, latency_bound, 0.15].into_iter().enumerate() {
            let (found, published) = (measured[column], expected[column]);
            assert!((found - published).abs() <= bound * published, "{name} R={r} W={w}: {found} for {published}");
        }
    }
}

#[test]
fn published_shares_of_fresh_reads_are_those_of_arithmetic() {
    for row in published("k_staleness.csv") {
        let [n, r, w, k] = [0, 1, 2, 3].map(|at| number::<u64>(&row[at]));
        let missed = choose(n - w, r) / choose(n, r);
        let within: f64 = 1.0 - libm::pow(missed, f64::from(k as u32));
        assert!((within - number::<f64>(&row[5])).abs() < 1e-8, "{row:?}: {within}");
    }
}

/// Ways to choose.
fn choose(n: u64, k: u64) -> f64 {
    (0..k).map(|at| (n - at) as f64 / (at + 1) as f64).product()
}

/// Analytic 1: quorums that stay as they are. A read misses a write with `C(N-W, R) / C(N, R)`, and `k` writes in a row
/// with the `k`-th power of it.
#[test]
fn static_quorums_are_stale_as_often_as_arithmetic_says() {
    const TRIALS: usize = 200_000;
    let cases = [
        (3, 1, 1, 1),
        (3, 1, 1, 2),
        (3, 1, 1, 3),
        (3, 1, 1, 5),
        (3, 1, 1, 10),
        (3, 1, 2, 1),
        (3, 2, 1, 2),
        (5, 2, 2, 1),
    ];
    for (case, (n, r, w, k)) in cases.into_iter().enumerate() {
        let mut draws = Draws::new(100 + case as u32);
        let mut misses = || {
            let read = draws.some(r, n);
            (0..k).all(|_| draws.some(w, n).iter().all(|replica| !read.contains(replica)))
        };
        let stale = (0..TRIALS).filter(|_| misses()).count();
        let p = choose((n - w) as u64, r as u64) / choose(n as u64, r as u64);
        assert_share(&format!("N={n} R={r} W={w}: {k} versions missed"), stale, TRIALS, libm::pow(p, f64::from(k)));
    }
    let p = choose(70, 30) / choose(100, 30);
    assert!((p / 1.88e-6 - 1.0).abs() < 0.01, "N=100, R=W=30: {p}");
}

/// Analytic 3: acknowledged by W replicas at once, come to each other one after an exponential time. A read that asks R
/// replicas `t` later, and waits for no answer, is stale with `C(N-W, R) / C(N, R) * exp(-R * t / mean)`.
#[test]
fn exponential_propagation_is_stale_as_often_as_arithmetic_says() {
    const TRIALS: usize = 200_000;
    let mean = 10.0;
    for (case, (n, r, w, t)) in
        [(3, 1, 1, 0.0), (3, 1, 1, 10.0), (3, 1, 2, 5.0), (3, 2, 1, 5.0), (5, 2, 2, 8.0)].into_iter().enumerate()
    {
        let mut draws = Draws::new(200 + case as u32);
        let mut is_stale = || {
            // Every replica's copy is on its way from the start; the W-th to come acknowledges.
            let come: Vec<f64> = (0..n).map(|_| draws.exponential(1.0 / mean)).collect();
            let mut sorted = come.clone();
            sorted.sort_by(f64::total_cmp);
            let asked_at = sorted[w - 1] + t;
            draws.some(r, n).iter().all(|&replica| come[replica] > asked_at)
        };
        let stale = (0..TRIALS).filter(|_| is_stale()).count();
        let p = choose((n - w) as u64, r as u64) / choose(n as u64, r as u64) * libm::exp(-(r as f64) * t / mean);
        assert_share(&format!("N={n} R={r} W={w} after {t} ms: stale"), stale, TRIALS, p);
    }
}

/// Analytic 5: a quorum of `k` answers among `n` takes as long as the `k`-th smallest.
#[test]
fn a_quorum_takes_as_long_as_its_order_statistic() {
    const TRIALS: usize = 200_000;
    for (case, (n, k)) in [(3, 1), (3, 2), (3, 3), (5, 3), (7, 4)].into_iter().enumerate() {
        let mut draws = Draws::new(300 + case as u32);
        let mut sample = |uniform: bool| -> Vec<f64> {
            let mut one = || {
                let leg = |draws: &mut Draws| if uniform { 20.0 * draws.unit() } else { draws.exponential(0.1) };
                let mut all: Vec<f64> = (0..n).map(|_| leg(&mut draws)).collect();
                all.sort_by(f64::total_cmp);
                all[k - 1]
            };
            (0..TRIALS).map(|_| one()).collect()
        };
        let exponential = sample(false);
        let gaps = |power: i32| (0..k).map(|at| libm::pow(10.0 / (n - at) as f64, f64::from(power))).sum::<f64>();
        assert_mean(&format!("{k} of {n}, exponential, ms"), &exponential, gaps(1), gaps(2).sqrt());
        let (of, at) = ((n + 1) as f64, k as f64);
        let uniform = sample(true);
        let deviation = 20.0 * (at * (of - at) / (of * of * (of + 1.0))).sqrt();
        assert_mean(&format!("{k} of {n}, uniform, ms"), &uniform, 20.0 * at / of, deviation);
        // P(L <= t) = sum over j >= k of C(n, j) F^j (1 - F)^(n - j), at the median of one answer.
        let median = 10.0 * std::f64::consts::LN_2;
        let early = exponential.iter().filter(|latency| **latency <= median).count();
        let expected = (k..=n).map(|j| choose(n as u64, j as u64)).sum::<f64>() / f64::from(1_u32 << n);
        assert_share(&format!("{k} of {n} within the median of one"), early, TRIALS, expected);
    }
}
