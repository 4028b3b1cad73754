//! What clients do by themselves: closed and open loop, begin and end, mix and keys.

use crate::support::lab::{ALICE, Lab, N1, always, ms, setting};
use netsplit::base::{Distribution, SimDuration, SimTime};
use netsplit::protocol::{Update, Value};
use netsplit::sim::{Command, Contact, Kind, LinkPatch, Mix, Pace, ValueKind, Wire, Workload, WorldConfig};

fn working(pace: Pace, shape: impl FnOnce(&mut Workload)) -> WorldConfig {
    let mut config = setting(1);
    let mut workload = Workload { pace, mix: Mix { read: 0, write: 1, ..Mix::default() }, ..Workload::default() };
    shape(&mut workload);
    config.clients[0].workload = Some(workload);
    config.clients[0].contact = Contact::Pinned(N1);
    config
}

fn invoked(lab: &Lab) -> Vec<SimTime> {
    let records = lab.records().into_iter();
    records.filter(|record| matches!(record.kind, Kind::Invoked { .. })).map(|record| record.moment.time).collect()
}

fn updates(lab: &Lab) -> Vec<Update> {
    let asked = |kind| if let Kind::Invoked { operation, .. } = kind { Some(operation.update) } else { None };
    lab.records().into_iter().filter_map(|record| asked(record.kind)).collect()
}

const CLOSED: Pace = Pace::Closed { think: always(10) };
const OPEN: Pace = Pace::Open { interval: always(10) };

#[test]
fn a_closed_loop_thinks_after_each_answer() {
    let mut lab = Lab::new(&working(CLOSED, |_| {}));
    lab.until(ms(50));
    // 10 ms of thought, then 1 ms there, 2 ms on the disk, 1 ms back.
    assert_eq!(invoked(&lab), [ms(10), ms(24), ms(38)]);
}

#[test]
fn a_closed_loop_waits_for_an_answer_as_long_as_its_patience() {
    let mut lab = Lab::new(&working(CLOSED, |_| {}));
    lab.apply(Command::Cut(Wire::both(ALICE, N1))).until(ms(250));
    assert_eq!(invoked(&lab), [ms(10), ms(120), ms(230)]);
}

#[test]
fn an_open_loop_does_not_wait() {
    let mut lab = Lab::new(&working(OPEN, |_| {}));
    lab.apply(Command::Cut(Wire::both(ALICE, N1))).until(ms(55));
    assert_eq!(invoked(&lab), [ms(10), ms(20), ms(30), ms(40), ms(50)]);
    assert_eq!(lab.world.open_operations().count(), 5);
}

#[test]
fn a_workload_begins_and_ends_when_it_is_said_to() {
    let mut lab = Lab::new(&working(OPEN, |workload| {
        workload.start = ms(25);
        workload.stop = Some(ms(60));
    }));
    lab.until(ms(200));
    assert_eq!(invoked(&lab), [ms(25), ms(35), ms(45), ms(55)]);
    assert!(lab.world.clients().all(|(_, alice)| !alice.is_running));
    let mut lab = Lab::new(&working(CLOSED, |workload| workload.operations = Some(2)));
    lab.until(ms(200));
    assert_eq!(invoked(&lab).len(), 2);
}

#[test]
fn a_workload_that_is_stopped_ends_with_the_open_operation() {
    let mut lab = Lab::new(&working(CLOSED, |_| {}));
    lab.until(ms(11)).apply(Command::SetWorkload { client: ALICE, on: false }).until(ms(200));
    assert_eq!((invoked(&lab), lab.outcomes().len()), (vec![ms(10)], 1));
}

#[test]
fn a_closed_loop_stopped_and_started_is_still_one_loop() {
    let mut lab = Lab::new(&working(CLOSED, |_| {}));
    let slow = LinkPatch { delay: Some(always(30)), ..LinkPatch::default() };
    lab.apply(Command::SetLink { wire: Wire::both(ALICE, N1), patch: slow }).until(ms(12));
    lab.apply(Command::SetWorkload { client: ALICE, on: false })
        .apply(Command::SetWorkload { client: ALICE, on: true });
    let mut most = 0;
    while lab.world.step_until(ms(1_000)) {
        most = most.max(lab.world.open_operations().count());
    }
    assert_eq!(most, 1, "never two operations at once");
    // 62 ms for each, and 10 of thought: at 10, 82, 154, ...
    assert_eq!(invoked(&lab).len(), 14);
}

#[test]
fn starting_what_runs_changes_nothing() {
    let run = |start: bool| {
        let mut lab = Lab::new(&working(CLOSED, |_| {}));
        if start {
            lab.until(ms(12)).apply(Command::SetWorkload { client: ALICE, on: true });
        }
        lab.until(ms(500));
        invoked(&lab)
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn operations_are_drawn_by_weight_and_each_value_is_written_once() {
    let mut lab = Lab::new(&working(Pace::Open { interval: Distribution::Constant(SimDuration(100)) }, |workload| {
        workload.mix = Mix { read: 2, write: 1, cas: 0, append: 0, add: 1 };
        workload.operations = Some(4_000);
    }));
    lab.until(ms(1_000));
    let all = updates(&lab);
    let share = |is_it: fn(&Update) -> bool| all.iter().filter(|update| is_it(update)).count();
    // Binomial, 4 sigma: 2,000 +- 127 and 1,000 +- 110.
    assert!((1_873..=2_127).contains(&share(|update| matches!(update, Update::Read))));
    assert!((890..=1_110).contains(&share(|update| matches!(update, Update::Add(1)))));
    let mut written: Vec<i64> = all
        .iter()
        .filter_map(|update| match update {
            Update::Write(Value::Int(number)) => Some(*number),
            _ => None,
        })
        .collect();
    let writes = written.len();
    written.sort_unstable();
    written.dedup();
    assert_eq!(written.len(), writes);
}

#[test]
fn two_clients_never_write_the_same_value() {
    let mut config = working(OPEN, |workload| workload.values = ValueKind::Bytes(64));
    config.clients.push(config.clients[0].clone());
    let mut lab = Lab::new(&config);
    lab.until(ms(500));
    let mut values: Vec<Value> = updates(&lab)
        .into_iter()
        .filter_map(|update| match update {
            Update::Write(value) => Some(value),
            _ => None,
        })
        .collect();
    let all = values.len();
    assert!(values.iter().all(|value| matches!(value, Value::Bytes(bytes) if bytes.len() == 64)));
    values.sort();
    values.dedup();
    assert_eq!(values.len(), all);
}
