//! Recorded histories with verdicts that others gave: Porcupine, Knossos, Stateright.

use netsplit::check::{
    LiveLinearizability, Model, Observed, Reading, Setup, Verdict, linearizable, sequential, sequential_by_search,
};
use std::fs;
use std::path::Path;

use crate::histories::{Vector, datum, in_session, in_time, load, oracles, replay};

/// A history from a list of verdicts.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) observed: Observed,
    pub(crate) setup: Setup,
    is_linearizable: bool,
    first_impossible: Option<usize>,
}

/// The histories of a list of verdicts: file, normalised file, model, initial value, verdict, and more by column.
fn listed(folder: &Path, reading: Reading, column: Option<usize>) -> Vec<Case> {
    let list = fs::read_to_string(folder.join("verdicts.dev.tsv")).expect("the verdicts are there");
    let case = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let model = match fields[2] {
            "etcd-cas-register" | "cas-register" => Model::CasRegister,
            "multi-register" => Model::MultiRegister,
            other if other.starts_with("kv-append") => Model::Append,
            other => panic!("{other} is a new model"),
        };
        let initial = match fields[3] {
            "{x:0,y:0}" => serde_json::from_str("{\"x\":0,\"y\":0}").expect("it is JSON"),
            "\"\"" => "".into(),
            other => datum(other),
        };
        Case {
            name: fields[0].to_owned(),
            observed: load(&folder.join(fields[1]), model, reading),
            setup: Setup::new(model).with_initial(initial),
            is_linearizable: fields[4] == "linearizable",
            first_impossible: column.and_then(|column| fields[column].parse().ok()),
        }
    };
    list.lines().skip(1).map(case).collect()
}

pub(crate) fn porcupine() -> Vec<Case> {
    oracles("porcupine").map_or_else(Vec::new, |folder| listed(&folder, Reading::Porcupine, None))
}

pub(crate) fn knossos() -> Vec<Case> {
    oracles("knossos").map_or_else(Vec::new, |folder| listed(&folder, Reading::Jepsen, Some(5)))
}

pub(crate) fn generated() -> Vec<Vector> {
    let path = oracles("stateright-generated/register_lin_sc.dev.jsonl");
    path.map_or_else(Vec::new, |path| Vector::all(&path))
}

fn check(case: &Case) {
    let verdict = linearizable(&case.observed, &case.setup);
    let name = &case.name;
    match &verdict {
        Verdict::Satisfied(order) => {
            assert!(case.is_linearizable, "{name} is not linearizable");
            replay(&case.observed, &case.setup, order, in_time(&case.observed))
                .unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        Verdict::Violated(violation) => {
            assert!(!case.is_linearizable, "{name} is linearizable, not wrong at {violation:?}");
            if let Some(event) = case.first_impossible {
                assert_eq!(violation.event, event, "{name}");
            }
            let op = &case.observed.ops()[violation.operation];
            assert_eq!(op.end.as_ref().map(|(at, _)| *at), Some(violation.event), "{name}: {op}");
        }
        Verdict::Undecided(why) => panic!("{name}: {why}"),
    }
    let mut live = LiveLinearizability::new(Setup { budget: LiveLinearizability::BUDGET, ..case.setup.clone() });
    let last = live.follow(&case.observed).last().unwrap_or(Verdict::Satisfied(()));
    assert_eq!(last, verdict.plain(), "{name}, live");
}

#[test]
fn porcupine_logs_get_their_verdicts() {
    let cases = porcupine();
    cases.iter().for_each(check);
    println!("{} logs of Porcupine", cases.len());
}

#[test]
fn knossos_histories_get_their_verdicts_and_the_same_first_operation() {
    let cases = knossos();
    cases.iter().for_each(check);
    println!("{} histories of Knossos", cases.len());
}

/// The model of a vector, if it is one of ours.
fn model_of(vector: &Vector) -> Option<Model> {
    match vector.model.as_str() {
        "register" => Some(Model::Register),
        "set" => Some(Model::Set),
        _ => None,
    }
}

#[test]
fn handwritten_vectors_get_their_verdicts() {
    for part in ["porcupine", "stateright"] {
        let Some(folder) = oracles(part) else { return };
        let (mut checked, mut others) = (0, Vec::new());
        for vector in Vector::all(&folder.join("inline_vectors.dev.jsonl")) {
            let Some(model) = model_of(&vector) else {
                others.push(vector.id);
                continue;
            };
            check_vector(&vector, model);
            checked += 1;
        }
        println!("{part}: {checked} vectors checked; of other models: {others:?}");
        assert!(checked > 0);
    }
}

fn check_vector(vector: &Vector, model: Model) {
    let observed = vector.observed(model);
    let setup = Setup::new(model).with_initial(vector.init.clone());
    let id = &vector.id;
    match linearizable(&observed, &setup) {
        Verdict::Satisfied(order) => {
            assert!(vector.expect.linearizable, "{id} is not linearizable");
            if model != Model::Set {
                replay(&observed, &setup, &order, in_time(&observed)).unwrap_or_else(|error| panic!("{id}: {error}"));
            }
        }
        Verdict::Violated(_) => assert!(!vector.expect.linearizable, "{id} is linearizable"),
        Verdict::Undecided(why) => panic!("{id}: {why}"),
    }
    for check in [sequential, sequential_by_search] {
        match (check(&observed, &setup), vector.expect.sequential) {
            (_, None) => {}
            (Verdict::Satisfied(order), Some(expected)) => {
                assert!(expected, "{id} is not sequentially consistent");
                replay(&observed, &setup, &order, in_session(&observed)).unwrap_or_else(|e| panic!("{id}: {e}"));
            }
            (Verdict::Violated(_), Some(expected)) => assert!(!expected, "{id} is sequentially consistent"),
            (Verdict::Undecided(why), _) => panic!("{id}: {why}"),
        }
    }
}

#[test]
fn generated_histories_get_both_verdicts() {
    let vectors = generated();
    for vector in &vectors {
        check_vector(vector, Model::Register);
    }
    println!("{} generated histories", vectors.len());
}
