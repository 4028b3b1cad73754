//! Cases written by hand: of rust-crdt's tests, of the dotted version vector sets of Riak's authors, and of Dynamo's figure 3.
//! Each case of a file is either acted out or named as unknown, which fails.

use netsplit::base::NodeId;
use netsplit::data::{
    Dot, DvvSet, Merge, MvRegister, OptOrSet, OrSet, Rga, ServerVectorSiblings, Siblings, VersionVector,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::generated::relation;
use crate::{cases, number, oracle};

const A: NodeId = NodeId(1);
const B: NodeId = NodeId(2);

fn elements(set: &OptOrSet<u64>) -> Value {
    json!(set.iter().collect::<Vec<_>>())
}

fn disjoint_merge(expect: &Value) {
    let (mut a, mut b) = (OptOrSet::new(), OptOrSet::new());
    a.add(A, 0);
    b.add(B, 1);
    let mut c = a.clone();
    c.merge(&b);
    a.remove(&0);
    let mut d = a.clone();
    d.merge(&c);
    assert_eq!((elements(&c), elements(&d)), (expect["c"].clone(), expect["d"].clone()));
}

fn identical_entries(expect: &Value) {
    let (mut a, mut b) = (OptOrSet::new(), OptOrSet::new());
    a.add(A, 1);
    b.add(B, 1);
    a.merge(&b);
    let dots: BTreeMap<String, u64> =
        a.dots(&1).map(|dot| ((if dot.actor == A { "A" } else { "B" }).to_owned(), dot.count)).collect();
    assert_eq!((elements(&a), json!(dots)), (expect["a"].clone(), expect["dots_of_1"].clone()));
}

fn same_actor_twice(expect: &Value) {
    let (mut a, mut b) = (OptOrSet::new(), OptOrSet::new());
    a.add(A, 1);
    b.add(A, 2);
    a.merge(&b);
    assert_eq!(elements(&a), expect["a"], "W35");
}

fn multi_value(expect: &Value) {
    let (mut r1, mut r2) = (MvRegister::new(), MvRegister::new());
    r1.write(A, 32);
    r2.write(B, 82);
    r1.merge(&r2);
    assert_eq!(json!(r1.values().collect::<Vec<_>>()), expect["r1_unordered"]);
}

/// A key of a map, as an element that an update adds.
fn add_bias() {
    let mut here = OrSet::new();
    here.add(A, "key");
    let mut there = here.clone();
    here.remove(&"key");
    there.add(B, "key");
    here.merge(&there);
    assert!(here.contains(&"key"), "the update survives");
}

fn concurrent_inserts() {
    let (mut here, mut there) = (Rga::new(), Rga::new());
    here.insert(here.next_id(A), None, "a").expect("it begins");
    there.insert(there.next_id(B), None, "b").expect("it begins");
    let before = here.clone();
    here.merge(&there);
    there.merge(&before);
    assert_eq!(here, there);
}

#[test]
fn scenes_of_rust_crdt() {
    for case in cases("rust-crdt/hand_vectors.dev.jsonl") {
        let expect = &case["expect"];
        match case["id"].as_str().expect("a case has a name") {
            "orswot/disjoint_merge" => disjoint_merge(expect),
            "orswot/merge_identical_entries" => identical_entries(expect),
            "orswot/same_actor_twice_is_misuse" => same_actor_twice(expect),
            "mvreg/multi_val" => multi_value(expect),
            "map/add_bias" => add_bias(),
            "list/concurrent_insert_converges" => concurrent_inserts(),
            "vclock/order" => {
                for pair in case["pairs"].as_array().expect("there are pairs") {
                    assert_eq!(relation(&pair[0], &pair[1]), pair[2], "{pair}");
                }
            }
            other => panic!("{other} is not acted out"),
        }
    }
}

/// Servers go by small letters.
fn server(name: &str) -> NodeId {
    NodeId(name.as_bytes()[0] - b'a' + 1)
}

fn vector(counts: &Value) -> VersionVector {
    let counts = counts.as_object().expect("counts by server").iter();
    counts.map(|(name, count)| Dot { actor: server(name), count: number(count) }).collect()
}

/// A set of one server's writes, the last of which stand: each earlier one was read by the writer of the next.
fn set(vv: &Value, values: &Value) -> DvvSet<String> {
    let mut set = DvvSet::new();
    for dot in vector(vv).iter() {
        let values: Vec<&str> = values.as_array().expect("values").iter().filter_map(Value::as_str).collect();
        for count in 1..=dot.count {
            let value = if count == dot.count { values[0] } else { "earlier" };
            set.put(dot.actor, &set.context(), value.to_owned());
        }
    }
    set
}

fn is(set: &DvvSet<String>, expect: &Value, id: &Value) {
    let mut values: Vec<&String> = set.values().collect();
    values.sort_unstable();
    assert_eq!((json!(values), set.context()), (expect["values"].clone(), vector(&expect["vv"])), "{id}");
}

#[test]
fn dotted_version_vector_sets() {
    for case in cases("dvvset/dvvset_vectors.dev.jsonl") {
        let (id, expect) = (&case["id"], &case["expect"]);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let put = |set: &mut DvvSet<String>, put: &Value| {
            drop(set.put(server(&text(&put["at"])), &vector(&put["ctx"]), text(&put["v"])));
        };
        match id.as_str().expect("a case has a name").split('/').next() {
            Some("join") => {
                let mut joined = DvvSet::new();
                let steps = case["steps"].as_array().expect("there are steps");
                for (step, after) in steps.iter().zip(expect["vv_after"].as_array().expect("a vector for each step")) {
                    let (at, context) = (server(&text(&step["at"])), vector(&step["ctx"]));
                    joined.put(at, &context, text(&step["put"]));
                    assert_eq!(joined.context(), vector(after), "{id}");
                }
            }
            Some("update") => {
                let mut updated = set(&case["start"]["vv"], &case["start"]["values"]);
                put(&mut updated, &case["put"]);
                is(&updated, expect, id);
            }
            Some("sync") => {
                let side = |name: &str| set(&case[name]["vv"], &case[name]["values"]);
                let (mut left, mut right) = (side("left"), side("right"));
                left.merge(&right);
                right.merge(&left);
                is(&left, expect, id);
                is(&right, expect, id);
            }
            _ => panic!("{id} is not acted out"),
        }
    }
}

/// Dynamo's figure 3 with its own plain vectors, and with dotted ones: while every writer has read, they agree.
#[test]
fn figure_three_of_dynamo() {
    let Some(path) = oracle("dvvset/dynamo_fig3.json") else { return };
    let text = std::fs::read_to_string(path).expect("the figure can be read");
    let figure: Value = serde_json::from_str(&text).expect("it is JSON");
    let name = |name: &str| {
        server(match name {
            "Sx" => "a",
            "Sy" => "b",
            "Sz" => "c",
            other => panic!("{other} is a new server"),
        })
    };
    let clock = |counts: &Value| -> VersionVector {
        let counts = counts.as_object().expect("counts by server").iter();
        counts.map(|(server, count)| Dot { actor: name(server), count: number(count) }).collect()
    };
    let mut plain: BTreeMap<&str, ServerVectorSiblings<&str>> = BTreeMap::new();
    let mut dotted: BTreeMap<&str, Siblings<&str>> = BTreeMap::new();
    for step in figure["steps"].as_array().expect("there are steps") {
        let id = step["id"].as_str().expect("a step has a name");
        // What the server of this step holds: the versions that the context names.
        let named: Vec<&str> = match id {
            "read" => step["returns"].as_array().expect("versions").iter().filter_map(Value::as_str).collect(),
            _ => step["context"].as_str().map(|names| names.split('+').collect()).unwrap_or_default(),
        };
        let (mut held, mut held_dotted) = (ServerVectorSiblings::new(), Siblings::new());
        for version in named {
            held.merge(&plain[version]);
            held_dotted.merge(&dotted[version]);
        }
        let context = held.context();
        assert_eq!(context, held_dotted.context(), "{id}");
        if id == "read" {
            assert_eq!(context, clock(&step["context"]));
            continue;
        }
        let at = name(step["coordinator"].as_str().expect("a server"));
        held.put(at, &context, id);
        held_dotted.put(at, context, id);
        let versions: Vec<_> = held.versions().map(|(clock, value)| (clock.clone(), *value)).collect();
        assert_eq!(versions, [(clock(&step["clock"]), id)]);
        assert_eq!(held_dotted.versions()[0].clock(), clock(&step["clock"]), "{id}");
        plain.insert(id, held);
        dotted.insert(id, held_dotted);
    }
}
