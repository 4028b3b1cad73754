//! Takes the figures, with whatever clock it is given, in milliseconds.

use super::cases::{self, Load};
use super::memory;
use netsplit::base::SimTime;

/// How many seeks are timed.
const SEEKS: u64 = 200;

/// How many copies of a world are made to time one.
const COPIES: u32 = 1_000;

/// How often a rate is measured; the best counts, since everything else on the machine only slows it down.
const RUNS: u32 = 20;

/// Measures everything, and says each figure as one line of JSON.
pub(crate) fn all(side: &str, clock: &dyn Fn() -> f64, say: &mut dyn FnMut(String)) {
    for load in Load::RAFT {
        for nodes in cases::NODES {
            rates(side, nodes, load, clock, say);
        }
    }
    rates(side, 5, Load::Leaderless, clock, say);
    for keys in [10, 10_000] {
        checkpoints(side, keys, clock, say);
    }
    for load in Load::RAFT {
        seeks(side, 5, load, clock, say);
    }
}

fn rates(side: &str, nodes: u8, load: Load, clock: &dyn Fn() -> f64, say: &mut dyn FnMut(String)) {
    let scenario = cases::scenario(nodes, load);
    let (mut best_ms, mut events) = (f64::INFINITY, 0);
    for _ in 0..RUNS {
        let start = clock();
        let cluster = cases::run(&scenario, load.rate_span());
        best_ms = best_ms.min(clock() - start);
        events = cluster.now().events;
    }
    let seconds = best_ms / 1_000.0;
    let (times_real, events_a_second) = (load.rate_span().0 as f64 / 1_000_000.0 / seconds, events as f64 / seconds);
    let load = load.name();
    say(format!(
        r#"{{"side":"{side}","what":"rate","nodes":{nodes},"load":"{load}","times_real_time":{times_real:.0},"events_a_second":{events_a_second:.0}}}"#
    ));
}

/// What a copy of the world costs, which is what a checkpoint costs and more than a frame does.
fn checkpoints(side: &str, keys: u32, clock: &dyn Fn() -> f64, say: &mut dyn FnMut(String)) {
    let cluster = cases::run(&cases::stocked(keys), SimTime::from_secs(2));
    let start = clock();
    let copies: Vec<_> = (0..COPIES).map(|_| cluster.clone()).collect();
    let us = (clock() - start) * 1_000.0 / f64::from(COPIES);
    drop(copies);
    say(format!(r#"{{"side":"{side}","what":"checkpoint","nodes":5,"keys":{keys},"us":{us:.2}}}"#));
}

fn seeks(side: &str, nodes: u8, load: Load, clock: &dyn Fn() -> f64, say: &mut dyn FnMut(String)) {
    let scenario = cases::scenario(nodes, load);
    let before = memory::in_use();
    let mut session = cases::long_session(&scenario);
    let kept = memory::in_use() - before;
    let mut times: Vec<f64> = Vec::new();
    for n in 0..SEEKS {
        let start = clock();
        session.seek(cases::random_point(n));
        times.push(clock() - start);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[(share * (SEEKS - 1) as f64) as usize];
    let (p50, p95, most) = (at(0.5), at(0.95), at(1.0));
    let a_second = kept as f64 / (cases::SEEK_SPAN.0 as f64 / 1_000_000.0);
    let (load, checkpoints) = (load.name(), session.checkpoints());
    say(format!(
        r#"{{"side":"{side}","what":"seek","nodes":{nodes},"load":"{load}","p50_ms":{p50:.2},"p95_ms":{p95:.2},"max_ms":{most:.2},"kept_bytes":{kept},"kept_bytes_a_model_second":{a_second:.0},"checkpoints":{checkpoints}}}"#
    ));
}
