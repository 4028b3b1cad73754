//! The kernel's speed, natively: events a second by size of cluster and load, and seeks in a run of ten minutes.

mod cases;

use cases::Load;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use netsplit::base::SimTime;

fn rates(criterion: &mut Criterion) {
    for load in Load::RAFT {
        let mut group = criterion.benchmark_group(load.name());
        group.sample_size(20);
        for nodes in cases::NODES {
            let scenario = cases::scenario(nodes, load);
            let until = SimTime(load.rate_span().0 / 10);
            let events = cases::run(&scenario, until).now().events;
            group.throughput(Throughput::Elements(events));
            group.bench_function(format!("{nodes} nodes"), |bencher| bencher.iter(|| cases::run(&scenario, until)));
        }
        group.finish();
    }
    leaderless(criterion);
}

fn leaderless(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(Load::Leaderless.name());
    let scenario = cases::scenario(5, Load::Leaderless);
    let until = SimTime(Load::Leaderless.rate_span().0 / 10);
    group.sample_size(20);
    group.throughput(Throughput::Elements(cases::run(&scenario, until).now().events));
    group.bench_function("5 nodes", |bencher| bencher.iter(|| cases::run(&scenario, until)));
    group.finish();
}

fn seeks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("seek in ten minutes");
    for load in Load::RAFT {
        let mut session = cases::long_session(&cases::scenario(5, load));
        let mut n = 0;
        group.bench_function(format!("5 nodes, {}", load.name()), |bencher| {
            bencher.iter_batched(
                || {
                    n += 1;
                    cases::random_point(n)
                },
                |point| session.seek(point),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn checkpoints(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("checkpoint");
    for keys in [10, 10_000] {
        let cluster = cases::run(&cases::stocked(keys), SimTime::from_secs(2));
        group.bench_function(format!("5 nodes, {keys} keys"), |bencher| bencher.iter(|| cluster.clone()));
    }
    group.finish();
}

criterion_group!(kernel, rates, checkpoints, seeks);
criterion_main!(kernel);
