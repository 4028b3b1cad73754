//! A name is given once: a write that its replica names leaves when the name is on the disk. A stamp needs no such wait.

use crate::support::replica_alone::{Replica, sent};
use netsplit::protocol::leaderless::{Break, Conflicts, LeaderlessConfig, LeaderlessMessage};
use netsplit::protocol::{Element, Update, Value};

/// Whether the writes that leave wait for the disk.
fn waits(conflicts: Conflicts, update: Update, broken: &[Break]) -> Vec<bool> {
    let break_it = broken.iter().copied().collect();
    let config = LeaderlessConfig { conflicts, break_it, ..LeaderlessConfig::default() };
    let effects = Replica::of_three(1, &config).asked(update);
    let is_put = |body: &LeaderlessMessage| matches!(body, LeaderlessMessage::Put { .. });
    sent(&effects).into_iter().filter(|(_, body, _)| is_put(body)).map(|(.., waits)| waits).collect()
}

#[test]
fn a_write_waits_for_its_name() {
    assert_eq!(waits(Conflicts::Siblings, Update::Write(Value::Int(1)), &[]), [true, true]);
    assert_eq!(waits(Conflicts::Counter, Update::Add(1), &[]), [true, true]);
    assert_eq!(waits(Conflicts::Set, Update::Include(Element::Int(1)), &[]), [true, true]);
}

#[test]
fn a_stamp_is_no_name() {
    assert_eq!(waits(Conflicts::LastWriterWins, Update::Write(Value::Int(1)), &[]), [false, false]);
}

#[test]
fn with_the_rule_off_it_leaves_at_once() {
    let broken = [Break::NameBeforePersisting];
    assert_eq!(waits(Conflicts::Siblings, Update::Write(Value::Int(1)), &broken), [false, false]);
}
