//! The monitors and their openly naive twin agree: on which invariants are broken, and at which event first. Under every
//! setting, fault and order that can be drawn, with rules switched off, disks that lie and servers that were wiped.

use crate::support::lab::ms;
use crate::support::swarm::{Case, Class};
use netsplit::base::{Moment, SimTime};
use netsplit::check::raft::naive::Naive;
use netsplit::check::{Invariant, Invariants};
use netsplit::protocol::raft::Break;
use std::collections::BTreeMap;

/// What is found broken, by the monitors and by their twin, with the monitors' words.
type Found = BTreeMap<Invariant, Moment>;

fn both(case: &Case) -> (Found, Found, Vec<String>) {
    let mut world = case.world();
    let (mut monitors, mut naive) = (Invariants::default(), Naive::default());
    while world.step_until(case.until) {
        monitors.see_raft(&world);
        naive.see(&world);
    }
    let words = monitors.broken().iter().map(|broken| format!("{}: {}", broken.invariant, broken.seen)).collect();
    (
        monitors.broken().iter().map(|broken| (broken.invariant, broken.at)).collect(),
        naive.broken().into_iter().collect(),
        words,
    )
}

fn check(class: Class, seeds: std::ops::RangeInclusive<u32>, until: SimTime) -> BTreeMap<Invariant, usize> {
    let mut counts = BTreeMap::new();
    for seed in seeds {
        let case = Case::draw(seed, class, until);
        let (monitors, naive, words) = both(&case);
        assert_eq!(
            monitors, naive,
            "{class:?} seed {seed}, broken {}: the monitors say {words:#?}",
            case.raft.break_it
        );
        for invariant in monitors.keys() {
            *counts.entry(*invariant).or_default() += 1;
        }
    }
    counts
}

#[test]
fn monitors_and_naive_twin_agree_where_anything_goes() {
    let broken = check(Class::Hostile, 1..=60, ms(700));
    assert!(broken.len() >= 6, "too little is broken to tell: {broken:?}");
}

#[test]
fn monitors_and_naive_twin_agree_on_each_rule_that_is_switched_off() {
    for (at, rule) in Break::ALL.into_iter().enumerate() {
        for seed in 1..=2 {
            let case = Case::draw(seed + 10 * at as u32, Class::Safe, ms(700)).without(rule);
            let (monitors, naive, words) = both(&case);
            assert_eq!(monitors, naive, "without {rule}, seed {}: the monitors say {words:#?}", case.seed);
        }
    }
}

#[test]
fn monitors_and_naive_twin_agree_that_all_is_well() {
    assert!(check(Class::Safe, 1..=20, ms(700)).is_empty());
}
