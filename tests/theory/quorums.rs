//! Quorums that need not overlap, by a sampler of their own: the figures of "Probabilistically Bounded Staleness for
//! Practical Partial Quorums" (Bailis et al., PVLDB 2012; PBS). No simulator here: a formula's assumptions, and nothing else.
//!
//! WARS (section 4.1 there): a write goes to all N replicas; the message takes W to each, its acknowledgement A back, and
//! the write is acknowledged with the W-th of these. A read goes to **all** N replicas, as in Dynamo, `t` after that; the
//! question takes R, the answer S, and the first R answers count. It is fresh if one of them was asked after the write had
//! come: `w_t + t + R >= W`.

use netsplit::base::{Place, Purpose, Stream};

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

/// One write and one read after it: how long each took, and the least `t` with which the read is fresh.
struct Trial {
    write_ms: f64,
    read_ms: f64,
    fresh_after_ms: f64,
}

fn trial(legs: Legs, (n, r, w): (usize, usize, usize), draws: &mut Draws) -> Trial {
    let (writer, reader) = (draws.below(n), draws.below(n));
    let away = |replica: usize, from: usize| legs.away_ms.filter(|_| replica != from).unwrap_or(0.0);
    let come: Vec<f64> = (0..n).map(|replica| legs.write.draw(draws) + away(replica, writer)).collect();
    let mut acks: Vec<f64> =
        (0..n).map(|replica| come[replica] + legs.other.draw(draws) + away(replica, writer)).collect();
    let mut answers: Vec<(f64, f64, usize)> = Vec::new();
    for replica in 0..n {
        let asked = legs.other.draw(draws) + away(replica, reader);
        answers.push((asked + legs.other.draw(draws) + away(replica, reader), asked, replica));
    }
    acks.sort_by(f64::total_cmp);
    answers.sort_by(|one, other| one.0.total_cmp(&other.0));
    let write_ms = acks[w - 1];
    let needed = answers[..r].iter().map(|(_, asked, replica)| come[*replica] - write_ms - asked);
    Trial { write_ms, read_ms: answers[r - 1].0, fresh_after_ms: needed.fold(f64::INFINITY, f64::min).max(0.0) }
}

/// The value that 99.9 % stay below.
fn p999(mut all: Vec<f64>) -> f64 {
    let at = all.len() * 999 / 1_000;
    *all.select_nth_unstable_by(at, f64::total_cmp).1
}

/// A row of table 4: R, W, and the published 99.9th percentiles of reads, writes and `t`.
type Published = (usize, usize, f64, f64, f64);

fn table(name: &str, legs: Legs, rows: &[Published], latency_bound: f64) {
    const TRIALS: usize = 400_000;
    for (row, &(r, w, reads_ms, writes_ms, t_ms)) in rows.iter().enumerate() {
        let mut draws = Draws::new(row as u32);
        let trials: Vec<Trial> = (0..TRIALS).map(|_| trial(legs, (3, r, w), &mut draws)).collect();
        let of = |figure: fn(&Trial) -> f64| p999(trials.iter().map(figure).collect());
        let measured = [of(|it| it.read_ms), of(|it| it.write_ms), of(|it| it.fresh_after_ms)];
        println!("{name} R={r} W={w}: {measured:.2?} ms, published {:.2?}", [reads_ms, writes_ms, t_ms]);
        let is_near = |at: usize, published: f64, bound: f64| (measured[at] / published - 1.0).abs() <= bound;
        assert!(is_near(0, reads_ms, latency_bound), "{name} R={r} W={w}: reads {} for {reads_ms}", measured[0]);
        assert!(is_near(1, writes_ms, latency_bound), "{name} R={r} W={w}: writes {} for {writes_ms}", measured[1]);
        if t_ms == 0.0 {
            assert!(measured[2] <= 0.0, "{name} R={r} W={w}: t is {}", measured[2]);
        } else {
            assert!(is_near(2, t_ms, 0.15), "{name} R={r} W={w}: t is {} for {t_ms}", measured[2]);
        }
    }
}

#[test]
fn the_published_tables_come_out_again() {
    let ssd = [
        (1, 1, 0.66, 0.66, 1.85), (1, 2, 0.66, 1.63, 1.79), (2, 1, 1.63, 0.65, 0.0), (2, 2, 1.62, 1.64, 0.0),
        (3, 1, 4.14, 0.65, 0.0), (1, 3, 0.65, 4.09, 0.0),
    ];
    table("LNKD-SSD", LNKD_SSD, &ssd, 0.05);
    let disk = [
        (1, 1, 0.66, 10.99, 45.5), (1, 2, 0.65, 20.97, 43.3), (2, 1, 1.63, 10.9, 13.6), (2, 2, 1.64, 20.96, 0.0),
        (3, 1, 4.12, 10.89, 0.0), (1, 3, 0.65, 112.65, 0.0),
    ];
    table("LNKD-DISK", LNKD_DISK, &disk, 0.05);
    let ymmr = [
        (1, 1, 5.58, 10.83, 1364.0), (1, 2, 5.61, 427.12, 1352.0), (2, 1, 32.6, 10.73, 202.0), (2, 2, 33.18, 428.11, 0.0),
        (3, 1, 219.27, 10.79, 0.0), (1, 3, 5.63, 1870.86, 0.0),
    ];
    table("YMMR", YMMR, &ymmr, 0.08);
    let wan = [
        (1, 1, 3.4, 55.12, 113.0), (1, 2, 3.4, 167.64, 0.0), (2, 1, 151.3, 56.36, 30.2), (2, 2, 151.31, 167.72, 0.0),
        (3, 1, 153.86, 55.19, 0.0), (1, 3, 3.44, 241.55, 0.0),
    ];
    table("WAN", WAN, &wan, 0.05);
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
    let cases = [(3, 1, 1, 1), (3, 1, 1, 2), (3, 1, 1, 3), (3, 1, 1, 5), (3, 1, 1, 10), (3, 1, 2, 1), (3, 2, 1, 2), (5, 2, 2, 1)];
    for (case, (n, r, w, k)) in cases.into_iter().enumerate() {
        let mut draws = Draws::new(100 + case as u32);
        let mut misses = || {
            let read = draws.some(r, n);
            (0..k).all(|_| draws.some(w, n).iter().all(|replica| !read.contains(replica)))
        };
        let stale = (0..TRIALS).filter(|_| misses()).count();
        let p = choose((n - w) as u64, r as u64) / choose(n as u64, r as u64);
        assert_share(&format!("N={n} R={r} W={w}: {k} versions missed"), stale, TRIALS, p.powi(k));
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
    for (case, (n, r, w, t)) in [(3, 1, 1, 0.0), (3, 1, 1, 10.0), (3, 1, 2, 5.0), (3, 2, 1, 5.0), (5, 2, 2, 8.0)].into_iter().enumerate() {
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
        let gaps = |power: i32| (0..k).map(|at| (10.0 / (n - at) as f64).powi(power)).sum::<f64>();
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
