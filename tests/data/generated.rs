//! Random traces that the crate `crdts` was run on: sets, registers, counters, last-writer-wins registers, version vectors.
//! After each step the replica that was touched must have the value that it had there. In the end all are merged into one,
//! in many orders and with doubles.

use netsplit::base::{NodeId, Wall};
use netsplit::data::{
    Causality, Dot, DvvSet, GCounter, LwwMap, LwwRegister, Merge, MvRegister, OptOrSet, OrSet, PnCounter, Stamp,
    VersionVector,
};
use serde_json::{Value, json};

use crate::{Draws, cases, number};

/// Goes through a trace with one type.
fn replay<T: Clone + Merge>(
    case: &Value,
    start: &T,
    update: impl Fn(&mut T, NodeId, &Value),
    read: impl Fn(&T) -> Value,
) {
    let id = &case["id"];
    let mut replicas = vec![start.clone(); number(&case["replicas"]) as usize];
    for (at, step) in case["steps"].as_array().expect("a trace has steps").iter().enumerate() {
        let touched = if step["op"] == "merge" {
            let from = replicas[number(&step["from"]) as usize].clone();
            let into = number(&step["into"]) as usize;
            replicas[into].merge(&from);
            into
        } else {
            let replica = number(&step["r"]) as usize;
            update(&mut replicas[replica], NodeId::from_slot(replica), step);
            replica
        };
        assert_eq!(read(&replicas[touched]), step["read"], "{id}, step {at}: {step}");
    }
    let mut draws = Draws(7);
    for _ in 0..10 {
        let mut order: Vec<usize> = (0..replicas.len()).chain(0..replicas.len()).collect();
        (1..order.len()).for_each(|at| order.swap(at, draws.below(at + 1)));
        let mut all = start.clone();
        order.into_iter().for_each(|at| drop(all.merge(&replicas[at])));
        assert_eq!(read(&all), case["final"], "{id}, in the end");
    }
}

fn sorted<'v>(values: impl Iterator<Item = &'v u64>) -> Value {
    let mut values: Vec<u64> = values.copied().collect();
    values.sort_unstable();
    json!(values)
}

#[test]
fn sets_have_the_same_elements() {
    for case in cases("crdts-generated/orset.dev.jsonl") {
        let adds = |step: &Value| match step["op"].as_str() {
            Some("add") => true,
            Some("rm") => false,
            _ => panic!("{step} is neither an addition nor a removal"),
        };
        let with_tombstones = |set: &mut OrSet<u64>, at, step: &Value| {
            let element = number(&step["v"]);
            if adds(step) {
                set.add(at, element);
            } else {
                set.remove(&element);
            }
        };
        replay(&case, &OrSet::new(), with_tombstones, |set| sorted(set.iter()));
        let without = |set: &mut OptOrSet<u64>, at, step: &Value| {
            let element = number(&step["v"]);
            if adds(step) {
                set.add(at, element);
            } else {
                set.remove(&element);
            }
        };
        replay(&case, &OptOrSet::new(), without, |set| sorted(set.iter()));
    }
}

#[test]
fn registers_have_the_same_siblings() {
    for case in cases("crdts-generated/mvreg.dev.jsonl") {
        let write = |register: &mut MvRegister<u64>, at, step: &Value| drop(register.write(at, number(&step["v"])));
        replay(&case, &MvRegister::new(), write, |register| sorted(register.values()));
        let put = |set: &mut DvvSet<u64>, at, step: &Value| drop(set.put(at, &set.context(), number(&step["v"])));
        replay(&case, &DvvSet::new(), put, |set| sorted(set.values()));
    }
}

#[test]
fn counters_have_the_same_sums() {
    for case in cases("crdts-generated/counters.dev.jsonl") {
        let amount = |step: &Value| {
            let by = i64::try_from(number(&step["by"])).expect("the amounts are small");
            if step["op"] == "dec" { -by } else { by }
        };
        let add = |counter: &mut PnCounter, at, step: &Value| counter.add(at, amount(step));
        replay(&case, &PnCounter::new(), add, |counter| json!(counter.value()));
        if case["id"].as_str().is_some_and(|id| id.starts_with("gcounter")) {
            let grow = |counter: &mut GCounter, at, step: &Value| counter.increment(at, amount(step).unsigned_abs());
            replay(&case, &GCounter::new(), grow, |counter| json!(counter.value()));
        }
    }
}

#[test]
fn last_writers_are_the_same() {
    let mut lost = 0;
    for case in cases("crdts-generated/lww.dev.jsonl") {
        let first = Stamp { wall: Wall(0), writer: NodeId(0) };
        let stamp = |at, step: &Value| Stamp { wall: Wall(step["ts"].as_i64().expect("a stamp")), writer: at };
        let mut start = LwwRegister::new();
        start.write(first, 0);
        let write = |register: &mut LwwRegister<u64>, at, step: &Value| {
            register.write(stamp(at, step), number(&step["v"]));
        };
        replay(&case, &start, write, |register| json!(register.value()));
        let mut start = LwwMap::new();
        start.set(first, "x", 0);
        let set =
            |map: &mut LwwMap<&str, u64>, at, step: &Value| drop(map.set(stamp(at, step), "x", number(&step["v"])));
        replay(&case, &start, set, |map| json!(map.get(&"x")));
        let steps = case["steps"].as_array().expect("a trace has steps");
        let last = steps.iter().rev().find(|step| step["op"] == "write").expect("something is written");
        lost += usize::from(last["v"] != case["final"]);
    }
    println!("in {lost} of them the last write in true time is lost");
}

fn vector(counts: &Value) -> VersionVector {
    let actor = |name: &str| NodeId(name.as_bytes()[0] - b'A' + 1);
    let counts = counts.as_object().expect("counts by name").iter();
    counts.map(|(name, count)| Dot { actor: actor(name), count: number(count) }).collect()
}

pub(crate) fn relation(a: &Value, b: &Value) -> &'static str {
    match vector(a).causality(&vector(b)) {
        Causality::Equal => "equal",
        Causality::Before => "before",
        Causality::After => "after",
        Causality::Concurrent => "concurrent",
    }
}

#[test]
fn vectors_stand_to_each_other_as_they_did() {
    for case in cases("crdts-generated/vclock.dev.jsonl") {
        let (id, a, b) = (&case["id"], &case["a"], &case["b"]);
        assert_eq!(relation(a, b), case["relation_a_to_b"], "{id}");
        assert_eq!(vector(a).joined(&vector(b)), vector(&case["merge"]), "{id}");
        assert_eq!(vector(b).joined(&vector(a)), vector(&case["merge"]), "{id}");
    }
}
