//! Runs of the simulator: what a checker says of a run, it says of the run's exported history too.

use netsplit::base::{ClientId, Moment, OpId, RecordId, SimTime};
use netsplit::check::{
    Ask, Dialect, End, EventLine, Guarantee, History, LineReader, Model, Observed, Reading, Setup, linearizable,
    lost_writes, session_guarantee,
};
use netsplit::lesson::format;
use netsplit::protocol::{Operation, Protocol, Refusal, Update, Value};
use netsplit::session::{Visit, run_scenario};
use netsplit::sim::{Kind, Outcome, Record, World};
use std::fs;

use crate::histories::setup;

struct ReadHistory;

impl Visit for ReadHistory {
    type Out = History;

    fn visit<P: Protocol>(self, world: &World<P>) -> History {
        History::of(world.trace().iter())
    }
}

/// The history as it comes back from a file.
fn reread(history: &History, dialect: Dialect, reading: Reading) -> Observed {
    let mut reader = LineReader::new(Model::Any, reading);
    for (at, event) in history.events(dialect, 8).enumerate() {
        let line = serde_json::to_string(&event).expect("an event is JSON");
        let line: EventLine = serde_json::from_str(&line).expect("its line is an event");
        reader.take(at + 1, line).expect("it fits");
    }
    reader.finish().0
}

/// Operations with all but the numbers of their sessions, and sessions by who shares one.
fn essence(observed: &Observed) -> Vec<(usize, String, Option<usize>, usize)> {
    let ops = observed.ops();
    let first = |session: u64| ops.iter().position(|op| op.session == session).unwrap_or(0);
    ops.iter().map(|op| (op.invoked, op.to_string(), op.end.as_ref().map(|end| end.0), first(op.session))).collect()
}

fn without_mismatches(observed: &Observed) -> Observed {
    let mut other = Observed::new();
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        if !is_end {
            other.invoke(seen.session, seen.key.clone(), seen.ask.clone());
            continue;
        }
        let (_, end) = seen.end.clone().expect("it ends");
        let is_mismatch = end == End::Ok(netsplit::check::Answer::Mismatch);
        other.complete(op, if is_mismatch { End::Failed } else { end });
    }
    other
}

fn compare(history: &History, setup: &Setup) {
    let own = Observed::of(history);
    let exact = [
        reread(history, Dialect::Plain, Reading::Plain),
        reread(history, Dialect::Plain, Reading::Jepsen),
        reread(history, Dialect::Jepsen, Reading::Porcupine),
    ];
    for other in &exact {
        assert_eq!(essence(&own), essence(other));
        assert_eq!(linearizable(&own, setup), linearizable(other, setup));
        assert_eq!(lost_writes(&own, setup, None), lost_writes(other, setup, None));
        for guarantee in Guarantee::ALL {
            assert_eq!(session_guarantee(&own, guarantee, setup), session_guarantee(other, guarantee, setup));
        }
    }
    // As Knossos would read it, a mismatch says nothing.
    let weaker = reread(history, Dialect::Jepsen, Reading::Jepsen);
    assert_eq!(essence(&without_mismatches(&own)), essence(&weaker));
}

#[test]
fn a_run_gets_one_verdict_in_memory_and_from_its_file() {
    let mut mismatches = 0;
    for id in ["random-faults", "leader-isolated"] {
        let path = format!("{}/assets/scenarios/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let source = fs::read(&path).expect("the scenario is there");
        let scenario = format::parse(&source, &path, Some(id)).expect("the scenario is good");
        let mut setup = Setup::new(Model::Any);
        for (key, value) in &scenario.world.data {
            setup.data.insert(key.name().clone(), value.into());
        }
        for seed in 1..=4 {
            let report = run_scenario(&scenario, seed, scenario.until, |_: SimTime| true);
            let history = report.cluster.visit(ReadHistory);
            assert!(!history.operations().is_empty(), "{id} has clients");
            compare(&history, &setup);
            let own = Observed::of(&history);
            mismatches += own.ops().iter().filter(|op| matches!(op.ask, Ask::CompareAndSet { .. })).count();
            // In the other one a client asks again after it was told nothing, without a session: that can go wrong (W24).
            let verdict = linearizable(&own, &setup);
            assert!(id == "random-faults" || verdict.is_satisfied(), "{id} with seed {seed}: {verdict:?}");
        }
    }
    assert!(mismatches > 0, "no run had a compare-and-set");
}

/// The same history, with every end that nobody knows written down as a failure.
fn hasty(observed: &Observed) -> Observed {
    let mut other = Observed::new();
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        match seen.end.clone().filter(|_| is_end) {
            None => {
                other.invoke(seen.session, seen.key.clone(), seen.ask.clone());
            }
            Some((_, end)) => other.complete(op, if end == End::Unknown { End::Failed } else { end }),
        }
    }
    other
}

/// W4: a write of which its client knows nothing appears later. Whoever writes it down as failed finds a store at fault that
/// is not.
#[test]
fn who_records_a_failure_where_nobody_knows_accuses_a_store_that_is_right() {
    let path = format!("{}/assets/scenarios/partial-write.toml", env!("CARGO_MANIFEST_DIR"));
    let source = fs::read(&path).expect("the scenario is there");
    let scenario = format::parse(&source, &path, Some("partial-write")).expect("the scenario is good");
    let mut setup = Setup::new(Model::Any);
    for (key, value) in &scenario.world.data {
        setup.data.insert(key.name().clone(), value.into());
    }
    let report = run_scenario(&scenario, scenario.seed, scenario.until, |_: SimTime| true);
    let own = Observed::of(&report.cluster.visit(ReadHistory));
    assert!(own.ops().iter().any(|op| matches!(op.end, Some((_, End::Unknown)))), "Ann does not know");
    assert!(linearizable(&own, &setup).is_satisfied());
    assert!(linearizable(&hasty(&own), &setup).violation().is_some());
}

/// A history of records that were never of a run.
fn history(kinds: Vec<Kind<(), ()>>) -> History {
    History::of(kinds.into_iter().zip(0..).map(|(kind, at)| {
        let moment = Moment { time: SimTime(at), events: at };
        Record { id: RecordId(at), cause: None, moment, kind }
    }))
}

fn invoked(op: u32, client: u8, update: Update) -> Kind<(), ()> {
    Kind::Invoked { op: OpId(op), client: ClientId(client), operation: Operation { key: "x".into(), update } }
}

fn ended(op: u32, values: Vec<Value>, swapped: bool) -> Kind<(), ()> {
    Kind::Ended { op: OpId(op), outcome: Outcome::Ok { values, swapped } }
}

#[test]
fn a_wrong_run_is_wrong_from_its_file_too() {
    let cas = Update::CompareAndSet { expect: Some(Value::Int(1)), value: Value::Int(2) };
    let kinds = vec![
        invoked(1, 0, Update::Write(Value::Int(1))),
        invoked(2, 0, Update::Read),
        ended(1, vec![], true),
        Kind::Ended { op: OpId(2), outcome: Outcome::Unknown },
        invoked(3, 1, cas.clone()),
        Kind::Ended { op: OpId(3), outcome: Outcome::Failed(Refusal::Unavailable) },
        invoked(4, 0, Update::Read),
        ended(4, vec![], true),
        invoked(5, 1, cas),
        ended(5, vec![], false),
    ];
    let (history, setup) = (history(kinds), setup(Model::Any, "nil"));
    compare(&history, &setup);
    let own = Observed::of(&history);
    let violation = |verdict: Option<&netsplit::check::Violation>| verdict.map(|violation| violation.event);
    assert_eq!(violation(linearizable(&own, &setup).violation()), Some(7), "the read found nothing");
    let verdict = session_guarantee(&own, Guarantee::ReadYourWrites, &setup);
    assert_eq!(violation(verdict.violation()), Some(7), "though it is another process of the same client");
    let jepsen = reread(&history, Dialect::Jepsen, Reading::Jepsen);
    assert!(linearizable(&jepsen, &setup).is_violated(), "`absent` says what a null does not");
}

#[test]
fn siblings_are_no_single_value() {
    let two = vec![Value::Int(1), Value::Int(2)];
    let kinds = vec![
        invoked(1, 0, Update::Write(Value::Int(1))),
        ended(1, vec![], true),
        invoked(2, 0, Update::Read),
        ended(2, two, true),
    ];
    let (history, setup) = (history(kinds), setup(Model::Any, "nil"));
    compare(&history, &setup);
    let own = Observed::of(&history);
    assert!(linearizable(&own, &setup).is_violated());
    assert!(session_guarantee(&own, Guarantee::ReadYourWrites, &setup).is_satisfied(), "its write is one of them");
}
