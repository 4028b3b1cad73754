//! The swarm over seeds: no promise is broken under any faults, every healed cluster goes on, and rules that are switched
//! off are found out.
#![cfg(not(target_arch = "wasm32"))]

use netsplit::base::NodeId;
use netsplit::lesson::Scenario;
use netsplit::protocol::raft::{Break, Breaks};
use netsplit::sim::Command;
use netsplit::swarm::{
    Class, Coverage, Failure, FailureKind, Trial, draw, fingerprint_of, reduce, run_seed, try_scenario,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs jobs on as many threads as there are, and gives what they came to in the order of the jobs.
fn run_all(jobs: &[(Class, u32)], breaks: Breaks) -> Vec<Trial> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(&(class, seed)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let trial = run_seed(class, seed, breaks);
                    done.lock().expect("no other thread has failed").push((class, seed, trial));
                }
            });
        }
    });
    let mut all = done.into_inner().expect("no thread has failed");
    all.sort_by_key(|(class, seed, _)| (*class, *seed));
    all.into_iter().map(|(_, _, trial)| trial).collect()
}

fn jobs(class: Class, seeds: std::ops::RangeInclusive<u32>) -> Vec<(Class, u32)> {
    seeds.map(|seed| (class, seed)).collect()
}

fn named(class: Class, trial: &Trial) -> Option<String> {
    let Failure { kind, at, what } = trial.failures.first()?;
    Some(format!("{kind} at {at}: {what}; replay: netsplit swarm --class {class} --seed {}", trial.seed))
}

fn sums(trials: &[Trial]) -> (u64, u64, Coverage) {
    let mut coverage = Coverage::default();
    for trial in trials {
        coverage += trial.coverage;
    }
    let events = trials.iter().map(|trial| trial.end.events).sum();
    (events, trials.iter().map(|trial| trial.counters.ok).sum(), coverage)
}

/// Nothing fails; and nothing that the class is about was left out.
fn must_hold(class: Class, seeds: std::ops::RangeInclusive<u32>, absent: &[&str]) {
    let trials = run_all(&jobs(class, seeds), Breaks::NONE);
    let (events, ok, coverage) = sums(&trials);
    println!("{class}: {} seeds, {events} events, {ok} good operations", trials.len());
    let failed: Vec<String> = trials.iter().filter_map(|trial| named(class, trial)).collect();
    assert!(failed.is_empty(), "{} of {} seeds failed:\n{}", failed.len(), trials.len(), failed.join("\n"));
    assert!(ok > 30 * trials.len() as u64, "only {ok} good operations");
    // Whether a search is ever given up is no matter of what a class is about; it must stay rare.
    let undecided = coverage.histories_undecided;
    assert!(undecided * 100 <= coverage.histories_explained, "{undecided} histories were not decided");
    for (name, count) in coverage.rows().into_iter().filter(|(name, _)| *name != "histories_undecided") {
        assert_eq!(count == 0, absent.contains(&name), "{class}: {name} happened {count} times");
    }
}

#[test]
fn a_thousand_safe_seeds_keep_every_promise_and_go_on() {
    must_hold(Class::Safe, 1..=1_000, &["wipes"]);
}

#[test]
fn six_hundred_seeds_with_replaced_servers_keep_every_promise_and_go_on() {
    must_hold(Class::Wipe, 1..=600, &[]);
}

#[test]
fn four_hundred_hostile_seeds_keep_what_they_can() {
    must_hold(Class::Hostile, 1..=400, &[]);
}

#[test]
fn progress_is_demanded_of_every_cluster_that_was_mended() {
    for (class, is_demanded) in [(Class::Safe, true), (Class::Wipe, true), (Class::Hostile, false)] {
        let demands = |seed| !draw(class, seed, Breaks::NONE).claims.is_empty();
        assert!((1..=100).all(|seed| demands(seed) == is_demanded), "{class}");
    }
}

/// The verdict on progress is no empty word: a cluster that is whole, and whose leader cannot be heard, is found out.
#[test]
fn a_cluster_that_is_not_mended_makes_no_progress() {
    let mut scenario = draw(Class::Safe, 1, Breaks::NONE);
    let asked_at = scenario.claims[0].from;
    let added = scenario.world.schedule.iter().filter(|(_, command)| *command == Command::AddNode).count() as u8;
    for node in 1..=scenario.world.nodes + added {
        scenario.world.schedule.push((asked_at, Command::Isolate(NodeId(node).into())));
    }
    scenario.world.schedule.sort_by_key(|(time, _)| *time);
    let trial = try_scenario(&scenario);
    assert!(trial.failures.iter().any(|failure| failure.kind == FailureKind::NoProgress), "{:?}", trial.failures);
    assert_eq!(trial.end.time, scenario.until, "the whole time that is allowed was waited out");
    let reduced = reduce(&scenario, &FailureKind::NoProgress, 200).expect("it fails");
    let before = reduced.scenario.world.schedule.iter().filter(|(time, _)| *time < asked_at).count();
    assert_eq!(before, 0, "nothing that comes before is needed for that");
    assert!(reduced.scenario.world.schedule.iter().any(|(_, command)| *command == Command::HealAll));
}

/// The first of so many safe seeds in which a rule that is switched off is found out.
fn found_out(rule: Break, most: u32) -> Option<(u32, Failure)> {
    let found = |seed| run_seed(Class::Safe, seed, rule.into()).failures.into_iter().next();
    (1..=most).find_map(|seed| found(seed).map(|failure| (seed, failure)))
}

#[test]
fn rules_that_are_switched_off_are_found_out() {
    let rules = [
        Break::VoteWithoutPersisting,
        Break::AcknowledgeBeforePersisting,
        Break::LeaderDropsUncommitted,
        Break::SkipLogMatching,
        Break::IgnoreLogUpToDateness,
        Break::ApplyBeforeCommit,
        Break::CountSentAsMatched,
        Break::ServeReadsLocally,
        Break::ReadIndexBeforeOwnTerm,
        Break::AcknowledgeBeforeReplicating,
        Break::NoSessions,
    ];
    for rule in rules {
        match found_out(rule, 300) {
            Some((seed, Failure { kind, at, what })) => println!("{rule}: seed {seed}: {kind} at {at}: {what}"),
            None => panic!("{rule} was not found out in 300 seeds"),
        }
    }
}

/// What goes wrong must go wrong in the run, not in the program.
#[test]
fn no_rule_that_is_switched_off_makes_the_program_fall_over() {
    for rule in Break::ALL {
        for class in Class::ALL {
            run_all(&jobs(class, 1..=15), rule.into());
        }
    }
}

#[test]
fn a_failure_is_made_small_and_still_fails_when_it_is_read_back() {
    let breaks = Breaks::from(Break::CountSentAsMatched);
    let (seed, failure) = found_out(Break::CountSentAsMatched, 300).expect("it is found out");
    let scenario = draw(Class::Safe, seed, breaks);
    let reduced = reduce(&scenario, &failure.kind, 300).expect("it fails");
    let (before, after) = (scenario.world.schedule.len(), reduced.scenario.world.schedule.len());
    println!("{before} commands to {after} in {} runs: {}", reduced.runs, reduced.failure.what);
    assert!(reduced.commands_before == before && after * 2 < before, "{before} commands, and still {after}");
    assert!(reduced.runs <= 300);
    let raft = reduced.scenario.system.as_raft().expect("a swarm of Raft draws Raft");
    assert!(raft.breaks(Break::CountSentAsMatched), "what is looked for stays");
    let text = serde_json::to_string(&reduced.scenario).expect("a scenario is plain data");
    let read: Scenario = serde_json::from_str(&text).expect("and can be read");
    assert_eq!(read.problems(), []);
    let again = try_scenario(&read).failures;
    assert!(again.contains(&reduced.failure), "{again:?}");
}

#[test]
fn what_does_not_fail_is_not_made_smaller() {
    let scenario = draw(Class::Safe, 1, Breaks::NONE);
    assert!(reduce(&scenario, &FailureKind::Diverged, 10).is_none());
}

#[test]
fn a_seed_comes_to_the_same_whatever_runs_beside_it() {
    let mut all: Vec<(Class, u32)> = Class::ALL.into_iter().flat_map(|class| jobs(class, 1..=20)).collect();
    let together = run_all(&all, Breaks::NONE);
    all.reverse();
    let backwards: Vec<Trial> = all.iter().map(|&(class, seed)| run_seed(class, seed, Breaks::NONE)).collect();
    let prints = |trials: &[Trial]| trials.iter().map(|trial| trial.fingerprint).collect::<Vec<u64>>();
    let mut expected = prints(&together);
    expected.reverse();
    assert_eq!(prints(&backwards), expected);
    let mut different = expected.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), expected.len(), "each seed is a run of its own");
    let sum = |classes: &[Class]| {
        let of = |class: Class| (1..=20).map(move |seed| fingerprint_of(class, &run_seed(class, seed, Breaks::NONE)));
        classes.iter().flat_map(|&class| of(class)).fold(0, u64::wrapping_add)
    };
    assert_eq!(sum(&[Class::Safe]).wrapping_add(sum(&[Class::Wipe])), sum(&[Class::Wipe, Class::Safe]));
}
