//! The swarm of leaderless replicas over seeds: D2 to D6 hold under any faults, replicas agree once all is mended, and rules that
//! are switched off are found out.
#![cfg(not(target_arch = "wasm32"))]

use netsplit::protocol::leaderless::{Break, Breaks};
use netsplit::swarm::{Class, Failure, ReplicaCoverage, Trial, draw_leaderless, run_leaderless_seed};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Runs seeds on as many threads as there are, and gives what they came to in their order.
fn run_all(class: Class, seeds: std::ops::RangeInclusive<u32>, breaks: Breaks) -> Vec<Trial> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let (next, done) = (AtomicU32::new(*seeds.start()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > *seeds.end() {
                        break;
                    }
                    let trial = run_leaderless_seed(class, seed, breaks);
                    done.lock().expect("no other thread has failed").push(trial);
                }
            });
        }
    });
    let mut all = done.into_inner().expect("no thread has failed");
    all.sort_by_key(|trial| trial.seed);
    all
}

fn named(class: Class, trial: &Trial) -> Option<String> {
    let Failure { kind, at, what } = trial.failures.first()?;
    Some(format!("{kind} at {at}: {what}; class {class}, seed {}", trial.seed))
}

fn must_hold(class: Class, seeds: std::ops::RangeInclusive<u32>) {
    let trials = run_all(class, seeds, Breaks::NONE);
    let mut coverage = ReplicaCoverage::default();
    for trial in &trials {
        coverage += trial.replicas;
    }
    let events: u64 = trials.iter().map(|trial| trial.end.events).sum();
    let ok: u64 = trials.iter().map(|trial| trial.counters.ok).sum();
    println!("{class}: {} seeds, {events} events, {ok} good operations, {coverage:?}", trials.len());
    let failed: Vec<String> = trials.iter().filter_map(|trial| named(class, trial)).collect();
    assert!(failed.is_empty(), "{} of {} seeds failed:\n{}", failed.len(), trials.len(), failed.join("\n"));
    assert!(ok > 20 * trials.len() as u64, "only {ok} good operations");
    for (name, count) in coverage.rows() {
        assert!(count > 0, "{class}: {name} never happened");
    }
}

#[test]
fn a_thousand_safe_seeds_keep_every_promise_and_agree_in_the_end() {
    must_hold(Class::Safe, 1..=1_000);
}

#[test]
fn five_hundred_seeds_with_a_lost_disk_keep_every_promise() {
    must_hold(Class::Wipe, 1..=500);
}

#[test]
fn five_hundred_hostile_seeds_keep_what_they_can() {
    must_hold(Class::Hostile, 1..=500);
}

#[test]
fn what_is_drawn_can_run_and_is_drawn_alike_again() {
    for class in Class::ALL {
        for seed in 0..200 {
            let scenario = draw_leaderless(class, seed, Breaks::NONE);
            assert_eq!(scenario.problems(), [], "{class} {seed}");
            assert_eq!(scenario, draw_leaderless(class, seed, Breaks::NONE));
        }
    }
}

#[test]
fn rules_that_are_switched_off_are_found_out() {
    for rule in Break::ALL {
        let found = (1..=800).step_by(40).find_map(|first| {
            let trials = run_all(Class::Safe, first..=first + 39, Breaks::from(rule));
            trials.iter().find_map(|trial| named(Class::Safe, trial))
        });
        println!("{rule}: {found:?}");
        assert!(found.is_some(), "800 seeds do not find out {rule}");
    }
}
