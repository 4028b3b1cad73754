//! What counters come to: once all is mended and compared, every replica has counted every addition that was acknowledged, and none
//! that was never asked for.

use std::collections::BTreeMap;

use crate::check::History;
use crate::protocol::leaderless::{Conflicts, Leaderless};
use crate::protocol::{Key, Protocol, Update, Value};
use crate::sim::{Outcome, World};

/// The least and the greatest that a counter may hold: additions whose clients know nothing may count or not.
type Bounds = (i64, i64);

/// A counter outside its bounds, in words.
pub(super) fn miscounted(world: &World<Leaderless>, history: &History) -> Option<String> {
    let bounds = bounds(world, history);
    for (node, slot) in world.nodes() {
        let Some(replica) = slot.process() else { continue };
        for (key, (least, most)) in bounds.iter().filter(|(key, _)| replica.home(key).contains(&node)) {
            let held = match replica.values(key).as_slice() {
                [Value::Int(held)] => *held,
                _ => 0,
            };
            if !(*least..=*most).contains(&held) {
                return Some(format!("{node} has counted {key} = {held}, and it must be from {least} to {most}"));
            }
        }
    }
    None
}

fn bounds(world: &World<Leaderless>, history: &History) -> BTreeMap<Key, Bounds> {
    let is_counter = |key: &Key| world.protocol().conflicts_of(key) == Conflicts::Counter;
    let mut all: BTreeMap<Key, Bounds> = BTreeMap::new();
    for recorded in history.operations() {
        let Update::Add(amount) = recorded.operation.update else { continue };
        let key = &recorded.operation.key;
        let given = world.config().data.iter().find(|(other, _)| other == key).map(|(_, value)| value);
        let start = if let Some(Value::Int(start)) = given { *start } else { 0 };
        let (least, most) = all.entry(key.clone()).or_insert((start, start));
        match recorded.end.as_ref().map(|(_, outcome)| outcome) {
            Some(Outcome::Ok { .. }) => (*least, *most) = (*least + amount, *most + amount),
            Some(Outcome::Failed(_)) => {}
            Some(Outcome::Unknown) | None if amount < 0 => *least += amount,
            Some(Outcome::Unknown) | None => *most += amount,
        }
    }
    all.retain(|key, _| is_counter(key));
    all
}
