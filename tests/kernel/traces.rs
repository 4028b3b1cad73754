//! The trace: causes, names, decoding, and that nothing is lost from it.

use crate::support::faults::{plan, with_faults};
use crate::support::lab::{Lab, ms, op, setting, us};
use crate::support::{Gossip, Rounds};
use netsplit::base::{Distribution, Moment, RecordId, SimDuration, SimTime, TimeSpan};
use netsplit::protocol::Protocol;
use netsplit::protocol::raft::{Raft, RaftConfig};
use netsplit::sim::{ClientConfig, Kind, Pace, Record, Trace, TraceRecord, Workload, World, WorldConfig};
use std::collections::BTreeMap;
use xxhash_rust::xxh64::xxh64;

/// Raft under every kind of fault, with two busy clients.
fn stormy(seed: u32) -> World<Raft> {
    let mut config = WorldConfig { nodes: 5, ..WorldConfig::default() };
    for name in ["Alice", "Bob"] {
        let pace = Pace::Open { interval: Distribution::Constant(SimDuration::from_millis(20)) };
        let workload = Some(Workload { pace, ..Workload::default() });
        let mut client = ClientConfig { name: name.to_owned(), workload, ..ClientConfig::default() };
        client.timeout = SimDuration::from_millis(200);
        config.clients.push(client);
    }
    config.limits.inbox = 5;
    let config = with_faults(&config, &plan(ms(5_000)), seed);
    let mut world = World::new(&config, &RaftConfig::default(), seed);
    world.advance(ms(6_000));
    world
}

fn gossip(seed: u32) -> World<Gossip> {
    let span = TimeSpan { min: SimDuration::from_millis(5), max: SimDuration::from_millis(15) };
    let config = with_faults(&setting(3), &plan(ms(2_000)), seed);
    let mut world = World::new(&config, &Rounds(Some(span)), seed);
    world.advance(ms(2_500));
    world
}

fn check_causes<P: Protocol>(world: &World<P>) {
    let records: Vec<TraceRecord<P>> = world.trace().iter().collect();
    for (at, record) in records.iter().enumerate() {
        assert_eq!(record.id, RecordId(at as u64));
        let cause = record.cause.map(|cause| {
            assert!(cause < record.id, "{} comes from {cause}", record.id);
            &records[cause.0 as usize]
        });
        if let Some(cause) = cause {
            assert!(cause.moment <= record.moment, "{} is before its cause", record.id);
        }
        check_names::<P>(record, cause);
    }
}

fn check_names<P: Protocol>(record: &TraceRecord<P>, cause: Option<&TraceRecord<P>>) {
    let ends = match record.kind {
        Kind::Delivered { from, to } | Kind::Held { from, to } | Kind::Dropped { from, to, .. } => (from, to),
        Kind::Persisted { node, token } => {
            let begun = cause.map(|cause| &cause.kind);
            assert!(matches!(begun, Some(Kind::Persisting { node: n, token: t }) if (*n, *t) == (node, token)));
            return;
        }
        Kind::Settled { node, wait } => {
            let begun = cause.map(|cause| &cause.kind);
            assert!(matches!(begun, Some(Kind::Awaits { node: n, wait: w, .. }) if (*n, *w) == (node, wait)));
            return;
        }
        _ => return,
    };
    match cause.map(|cause| &cause.kind) {
        Some(Kind::Sent { from, to, .. } | Kind::Duplicated { from, to }) => assert_eq!((*from, *to), ends),
        other => panic!("{:?} names no message: {other:?}", record.kind),
    }
}

/// Every message that was sent or doubled is delivered once, dropped once, held, or still on its way.
fn check_conservation<P: Protocol>(world: &World<P>) {
    let mut open: BTreeMap<RecordId, &'static str> = BTreeMap::new();
    for record in world.trace().iter() {
        match (&record.kind, record.cause) {
            (Kind::Sent { .. } | Kind::Duplicated { .. }, _) => {
                open.insert(record.id, "on its way");
            }
            (Kind::Held { .. }, Some(message)) => {
                assert_eq!(open.insert(message, "held"), Some("on its way"), "{message} is held");
            }
            (Kind::Delivered { .. } | Kind::Dropped { .. }, Some(message)) => {
                assert!(open.remove(&message).is_some(), "{message} ends twice: {:?}", record.kind);
            }
            _ => {}
        }
    }
    let held: usize = open.values().filter(|state| **state == "held").count();
    let inboxes: usize = world.nodes().map(|(_, node)| node.inbox_len()).sum();
    assert!(held <= inboxes, "{held} messages are said to be held, {inboxes} inputs wait");
    let mut flying: Vec<RecordId> = world.flights().map(|flight| flight.message).collect();
    flying.sort_unstable();
    let expected: Vec<RecordId> =
        open.iter().filter(|(_, state)| **state == "on its way").map(|(message, _)| *message).collect();
    assert_eq!(flying, expected);
}

/// The bytes and the hash, computed again from what the trace decodes to.
fn check_hash<P: Protocol>(trace: &Trace<P>) {
    let (mut hash, mut bytes, mut last) = (0, 0, Moment::default());
    for Record { id, cause, moment, kind } in trace.iter() {
        let back = cause.map_or(0, |cause| id.0 - cause.0);
        let head = (moment.time.since(last.time).0, moment.events - last.events, back);
        let encoded = postcard::to_allocvec(&(head, &kind)).expect("a record encodes");
        hash = xxh64(&encoded, hash);
        bytes += encoded.len() as u64;
        last = moment;
    }
    assert_eq!((hash, bytes), (trace.hash(), trace.bytes()));
}

fn check_reading<P: Protocol>(trace: &Trace<P>) {
    let all: Vec<TraceRecord<P>> = trace.iter().collect();
    assert_eq!(all.len() as u64, trace.len());
    for at in (0..all.len()).step_by(97).chain([0, 255, 256, 257, all.len() - 1]).filter(|&at| at < all.len()) {
        let id = RecordId(at as u64);
        let same = |found: &TraceRecord<P>| found.id == all[at].id && found.moment == all[at].moment;
        assert!(trace.get(id).as_ref().is_some_and(same), "{id}");
        assert!(trace.iter_from(id).next().as_ref().is_some_and(same), "from {id}");
        let time = all[at].moment.time;
        for time in [SimTime(time.0.saturating_sub(1)), time, SimTime(time.0 + 1)] {
            let first = all.iter().position(|record| record.moment.time >= time).unwrap_or(all.len());
            assert_eq!(trace.first_at(time), RecordId(first as u64), "at {time}");
        }
    }
    assert!(trace.get(RecordId(trace.len())).is_none());
    assert_eq!(trace.iter_from(RecordId(trace.len() + 5)).count(), 0);
    assert_eq!(trace.first_at(SimTime(u64::MAX)), RecordId(trace.len()));
}

#[test]
fn causes_point_backwards_and_every_end_names_its_message() {
    (1..=10).for_each(|seed| check_causes(&stormy(seed)));
    (1..=10).for_each(|seed| check_causes(&gossip(seed)));
}

#[test]
fn no_message_is_lost_from_the_trace() {
    (1..=20).for_each(|seed| check_conservation(&stormy(seed)));
    (1..=20).for_each(|seed| check_conservation(&gossip(seed)));
}

#[test]
fn what_is_decoded_is_what_was_hashed() {
    (1..=3).for_each(|seed| check_hash(stormy(seed).trace()));
    check_hash(gossip(1).trace());
}

#[test]
fn records_can_be_found_by_number_and_by_time() {
    check_reading(stormy(1).trace());
    check_reading(gossip(2).trace());
}

#[test]
fn an_operation_leads_to_its_invocation() {
    let world = stormy(1);
    let invoked: Vec<_> = world.trace().iter().filter(|record| matches!(record.kind, Kind::Invoked { .. })).collect();
    assert!(invoked.len() > 100);
    for record in &invoked {
        let Kind::Invoked { op, .. } = record.kind else { unreachable!("only invocations were kept") };
        assert_eq!(world.trace().invocation(op).map(|found| found.id), Some(record.id));
    }
    assert!(world.trace().invocation(netsplit::base::OpId(0)).is_none());
    assert!(world.trace().invocation(netsplit::base::OpId(invoked.len() as u32 + 1)).is_none());
}

#[test]
fn a_storm_has_every_kind_of_record() {
    let kinds: std::collections::BTreeSet<String> = (1..=10)
        .flat_map(|seed| stormy(seed).trace().iter().map(|record| word(&record.kind)).collect::<Vec<_>>())
        .collect();
    for kind in [
        "Command",
        "Started",
        "Stopped",
        "Sent",
        "Duplicated",
        "Dropped",
        "Held",
        "Delivered",
        "TimerFired",
        "Persisting",
        "Persisted",
        "Note",
        "Awaits",
        "Settled",
        "WaitingFor",
        "Invoked",
        "Attempted",
        "AttemptEnded",
        "Ended",
        "Flapped",
    ] {
        assert!(kinds.contains(kind), "no {kind}");
    }
}

/// The name of a variant, from its debug form.
fn word<B: std::fmt::Debug, N: std::fmt::Debug>(kind: &Kind<B, N>) -> String {
    format!("{kind:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn the_counters_agree_with_the_trace() {
    for seed in 1..=5 {
        let world = stormy(seed);
        let count = |name: &str| world.trace().iter().filter(|record| word(&record.kind) == name).count() as u64;
        let counters = world.counters();
        assert_eq!((counters.sent, counters.delivered), (count("Sent"), count("Delivered")));
        assert_eq!((counters.dropped, counters.commands), (count("Dropped"), count("Command")));
        assert_eq!(
            (counters.invoked, counters.ok + counters.failed + counters.unknown),
            (count("Invoked"), count("Ended"))
        );
    }
}

#[test]
fn a_moment_tells_events_of_one_time_apart() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(netsplit::base::NodeId(1), op("burst", 3)).until(us(1_999));
    let before = lab.world.now();
    assert!(lab.world.step_until(ms(2)) && lab.world.step_until(ms(2)));
    let between = lab.world.now();
    assert_eq!((between.time, between.events), (ms(2), before.events + 2));
    lab.until(ms(2));
    assert!(lab.world.now() > between);
}
