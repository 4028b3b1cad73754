//! No input makes the reader panic or hang, and what it takes survives its own compiled form and can run.

use proptest::prelude::*;
use std::fs;
use std::path::Path;

use netsplit::base::SimTime;
use netsplit::lesson::{Scenario, format};
use netsplit::session::Cluster;

/// Everything that the format has, and two of the scenarios.
fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names =
        ["tests/format/everything.toml", "assets/scenarios/minority-cut.toml", "assets/scenarios/lossy-network.toml"];
    names.map(|name| fs::read_to_string(root.join(name)).expect("a good file can be read")).to_vec()
}

/// What is taken must be sound: it compiles, reads back as it was, breaks no rule, and can begin to run.
fn examine(source: &[u8]) -> Option<Scenario> {
    match format::parse(source, "a.toml", None) {
        Ok(scenario) => {
            let compiled = serde_json::to_string(&scenario).expect("a scenario is plain data");
            let back: Scenario = serde_json::from_str(&compiled).expect("what was compiled reads back");
            assert_eq!(back, scenario);
            assert!(scenario.problems().is_empty());
            let mut cluster = Cluster::new(&scenario, scenario.seed);
            let until = scenario.until.min(SimTime::from_secs(12));
            for _ in 0..300 {
                cluster.step_until(until);
            }
            Some(scenario)
        }
        Err(problems) => {
            assert!(!problems.all.is_empty());
            assert!(!problems.to_string().is_empty());
            None
        }
    }
}

/// A change of a file, as a slip or a fuzzer would make it.
#[derive(Clone, Debug)]
enum Change {
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Insert(prop::sample::Index, String),
    Byte(prop::sample::Index, u8),
    Number(prop::sample::Index, i64),
}

const TOKENS: [&str; 24] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\"",
    "'''",
    "#",
    "\n",
    "-1",
    "0",
    "1e400",
    "99999999999999999999",
    "nan",
    "1979-05-27T07:32:00Z",
    "\"1us\"",
    "\"n1\"",
    "\"5%\"",
    "[[at]]\ntime = \"1s\"\n",
    "\u{feff}\u{0}é",
];

fn change() -> impl Strategy<Value = Change> {
    let place = || any::<prop::sample::Index>();
    prop_oneof![
        (place(), 1..60_usize).prop_map(|(at, len)| Change::Remove(at, len)),
        (place(), 1..60_usize).prop_map(|(at, len)| Change::Repeat(at, len)),
        (place(), prop::sample::select(&TOKENS[..])).prop_map(|(at, token)| Change::Insert(at, token.to_owned())),
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (place(), prop_oneof![-2..12_i64, any::<i64>()]).prop_map(|(at, number)| Change::Number(at, number)),
    ]
}

fn apply(source: &mut Vec<u8>, change: &Change) {
    let clip = |at: usize, len: usize| at..(at + len).min(source.len());
    match change {
        _ if source.is_empty() => {}
        Change::Remove(at, len) => drop(source.drain(clip(at.index(source.len()), *len))),
        Change::Repeat(at, len) => {
            let range = clip(at.index(source.len()), *len);
            let piece = source[range.clone()].to_vec();
            source.splice(range.start..range.start, piece);
        }
        Change::Insert(at, token) => {
            let at = at.index(source.len());
            source.splice(at..at, token.bytes());
        }
        Change::Byte(at, byte) => {
            let at = at.index(source.len());
            source[at] = *byte;
        }
        Change::Number(at, number) => replace_number(source, at, *number),
    }
}

/// Puts another number in the place of one, which keeps most files readable.
fn replace_number(source: &mut Vec<u8>, at: &prop::sample::Index, number: i64) {
    let starts: Vec<usize> = (1..source.len())
        .filter(|&at| source[at].is_ascii_digit() && !source[at - 1].is_ascii_alphanumeric())
        .collect();
    if !starts.is_empty() {
        let start = starts[at.index(starts.len())];
        let len = source[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        source.splice(start..start + len, number.to_string().into_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        examine(&bytes);
    }

    #[test]
    fn texts_are_read_or_refused(tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..60)) {
        examine(tokens.concat().as_bytes());
    }

    #[test]
    fn changed_files_are_read_or_refused(
        seed in 0..3_usize,
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut source = seeds()[seed].clone().into_bytes();
        changes.iter().for_each(|change| apply(&mut source, change));
        examine(&source);
    }

    #[test]
    fn changed_numbers_are_read_or_refused(
        seed in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), -1..100_i64), 1..4),
    ) {
        let mut source = seeds()[seed].clone().into_bytes();
        for (at, number) in &changes {
            replace_number(&mut source, at, *number);
        }
        examine(&source);
    }
}

/// Replaces the n-th number of a compiled scenario; the format's own number stays.
fn replace_json_number(value: &mut serde_json::Value, at: &mut usize, number: i64) {
    match value {
        serde_json::Value::Number(old) => {
            if *at == 0 {
                *old = number.into();
            }
            *at = at.wrapping_sub(1);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|it| replace_json_number(it, at, number)),
        serde_json::Value::Object(map) => map.values_mut().for_each(|it| replace_json_number(it, at, number)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn compiled_scenarios_with_changed_numbers_run_or_are_refused(
        seed in 0..3_usize,
        changes in prop::collection::vec((0..260_usize, prop_oneof![0..70_i64, any::<u32>().prop_map(i64::from), any::<i64>()]), 1..3),
    ) {
        let scenario = format::parse(seeds()[seed].as_bytes(), "a.toml", None).expect("the file is good");
        let mut compiled = serde_json::to_value(&scenario).expect("a scenario is plain data");
        for (at, number) in changes {
            replace_json_number(&mut compiled, &mut { at }, number);
        }
        if let Ok(scenario) = serde_json::from_value::<Scenario>(compiled)
            && scenario.problems().is_empty()
        {
            let mut cluster = Cluster::new(&scenario, scenario.seed);
            for _ in 0..300 {
                cluster.step_until(scenario.until);
            }
        }
    }
}

#[test]
fn good_files_are_sound() {
    for source in seeds() {
        assert!(examine(source.as_bytes()).is_some());
    }
}

#[test]
fn size_and_depth_have_limits() {
    let said = |source: &str| format::parse(source.as_bytes(), "a.toml", None).expect_err("too much").to_string();
    assert!(said(&" ".repeat(format::SOURCE_MAX + 1)).contains("the file has 262145 bytes"));
    let deep = format!("x = {}", "[".repeat(200_000));
    assert!(said(&deep).contains("too deep"));
    assert!(said(&format!("{}x = 1", "a.".repeat(100_000))).contains("too deep"));
    let predicates = format!("[[claim]]\nalways = {}1{}", "{ not = ".repeat(30), "}".repeat(30));
    assert!(said(&predicates).contains("levels deep"));
}

#[test]
fn a_file_of_nothing_but_faults_is_refused_in_little_time() {
    let keys: String = (0..20_000).map(|n| format!("k{n} = 1\n")).collect();
    let entries = "[[at]]\n".repeat(30_000);
    let claims = "[[claim]]\nname='a'\n".repeat(10_000);
    let groups = format!("[[at]]\npartition = [[{}]]\n", "'n1',".repeat(40_000));
    for source in [keys, entries, claims, groups] {
        let problems = format::parse(source.as_bytes(), "a.toml", None).expect_err("nothing is right here");
        assert!(problems.to_string().len() < 100_000);
    }
}
