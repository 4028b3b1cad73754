//! What a session may see after its own writes and its own reads. Both checks are exact for what they define: a read
//! breaks the guarantee if no choice among the writes that may explain it keeps the guarantee.

use std::collections::BTreeMap;

use super::Report;
use super::registers::{KeyId, Registers, Sight, Source};
use crate::check::observed::Datum;

/// After a write was acknowledged, its session's reads return it, or what another session wrote, or what the session
/// itself wrote later or at the same time.
pub(super) fn read_your_writes(registers: &Registers<'_>, report: &mut Report) {
    for (&name, session) in &registers.sessions {
        for sight in &session.sights {
            let own = session.acknowledged.get(&sight.key).and_then(|own| own.latest_before(sight.call));
            let Some((latest_call, latest)) = own else { continue };
            let is_explained = |value: &Datum| {
                let mut sources = registers.sources(sight, value).peekable();
                // A value that nobody wrote says nothing about the order of writes.
                sources.peek().is_none()
                    || sources.any(|source| is_possible(registers, name, sight, latest_call, source))
            };
            if !sight.values.iter().any(is_explained) {
                report.add(sight.op, sight.returned, vec![latest]);
            }
        }
    }
}

/// Whether the read can have seen this, the session's latest write before it having begun at `latest_call`.
fn is_possible(registers: &Registers<'_>, session: u64, sight: &Sight, latest_call: usize, source: Source) -> bool {
    let Source::Write(writer) = source else { return false };
    let writer = registers.op(writer);
    if writer.session != session {
        return true;
    }
    // Without an answer, it may take effect after what followed it.
    let is_replaced = writer.returned().is_some_and(|returned| returned < latest_call);
    writer.invoked < sight.returned && !is_replaced
}

/// What a session sees of one key changes only forwards: each time that a value appears anew, there must be one more
/// write of it.
pub(super) fn monotonic_reads(registers: &Registers<'_>, report: &mut Report) {
    for (&name, session) in &registers.sessions {
        let mut by_key: BTreeMap<KeyId, Vec<&Sight>> = BTreeMap::new();
        for sight in &session.sights {
            let [value] = &*sight.values else { continue };
            // A value that nobody wrote says nothing about the order of writes.
            if registers.sources(sight, value).next().is_some() {
                by_key.entry(sight.key).or_default().push(sight);
            }
        }
        for sights in by_key.values() {
            if let Some((sight, against)) = first_return(registers, name, sights) {
                report.add(sight.op, sight.returned, against);
            }
        }
    }
}

/// The first read that returns to a value for which there are no writes left, and what it contradicts: the last read of
/// that value, and the one before this.
fn first_return<'s>(registers: &Registers<'_>, session: u64, sights: &[&'s Sight]) -> Option<(&'s Sight, Vec<usize>)> {
    let mut supplies: BTreeMap<&Datum, Supply> = BTreeMap::new();
    let mut last: Option<&Sight> = None;
    for sight in sights {
        let value = &sight.values[0];
        let is_new = last.is_none_or(|last| last.values[0] != *value);
        let is_initial = last.is_none() && registers.is_initial(sight.key, value);
        let supply = supplies.entry(value).or_insert_with(|| Supply::new(registers, session, sight));
        if is_new && !is_initial && !supply.take(sight) {
            let before = last.map(|last| last.op);
            return Some((sight, supply.last_read.into_iter().chain(before).collect()));
        }
        supply.last_read = Some(sight.op);
        last = Some(sight);
    }
    None
}

/// The writes of one value that no read of this session has taken for itself.
struct Supply {
    /// How many there are by others: those may come at any time.
    others: usize,
    /// Where the session's own begin, the last one first: a read cannot see what its session writes later.
    own: Vec<usize>,
    last_read: Option<usize>,
}

impl Supply {
    fn new(registers: &Registers<'_>, session: u64, sight: &Sight) -> Self {
        let writers = registers.writers(sight.key, &sight.values[0]).iter().map(|&op| registers.op(op));
        let (own, others): (Vec<_>, Vec<_>) = writers.partition(|op| op.session == session);
        Self { others: others.len(), own: own.iter().rev().map(|op| op.invoked).collect(), last_read: None }
    }

    /// Takes a write for a read, an own one if there is one: those of others serve later reads as well.
    fn take(&mut self, sight: &Sight) -> bool {
        if self.own.last().is_some_and(|&invoked| invoked < sight.call) {
            self.own.pop();
            return true;
        }
        let is_left = self.others > 0;
        self.others -= usize::from(is_left);
        is_left
    }
}
