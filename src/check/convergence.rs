//! Convergence as clients see it: once writing has stopped and some time has passed, all reads of a key return the same.
//! What the replicas hold is not known here. Needs the whole history: another write, and nothing has settled yet.

use std::collections::BTreeSet;

use super::observed::{Answer, Ask, Datum, Observed, ObservedOp};
use super::setup::{Object, Setup, objects};
use super::verdict::{Undecided, Verdict, Violation};

/// Checks that all reads agree which began at least [`Setup::settle`] after the last write of their key had ended.
///
/// An unknown write ends when its client gives up, and may still take effect within the settling time: what it changes
/// later is a violation. Values side by side agree whatever their order. The answer is undecided where a write has never
/// ended, where a key was not read twice after it had settled, and where a settling time is asked for and the history does
/// not say when things happened. A no names the first read that differs from the first one.
#[must_use]
pub fn convergence(observed: &Observed, setup: &Setup) -> Verdict {
    let mut first: Option<Violation> = None;
    let mut undecided = None;
    for object in objects(observed) {
        match settled(observed, &object, setup) {
            Ok(None) => {}
            Ok(Some(violation)) => {
                if first.as_ref().is_none_or(|first| violation.event < first.event) {
                    first = Some(violation);
                }
            }
            Err(why) => undecided = undecided.or(Some(why)),
        }
    }
    match (first, undecided) {
        (Some(violation), _) => Verdict::Violated(violation),
        (None, Some(why)) => Verdict::Undecided(why),
        (None, None) => Verdict::Satisfied(()),
    }
}

fn is_write(op: &ObservedOp) -> bool {
    op.ask != Ask::Read && !op.has_failed() && op.answer() != Some(&Answer::Mismatch)
}

/// One key: a read that differs, if any does.
fn settled(observed: &Observed, object: &Object<'_>, setup: &Setup) -> Result<Option<Violation>, Undecided> {
    let ops = || object.ops.iter().map(|&at| (at, &observed.ops()[at]));
    let mut last = None;
    for (_, write) in ops().filter(|(_, op)| is_write(op)) {
        let (end, _) = write.end.as_ref().ok_or(Undecided::NotSettled)?;
        last = last.max(Some(*end));
    }
    let mut reads = Vec::new();
    for (at, op) in ops().filter(|(_, op)| last.is_none_or(|last| last < op.invoked)) {
        let Some(value) = op.saw().filter(|_| op.ask == Ask::Read) else { continue };
        if is_late_enough(observed, last, op.invoked, setup)? {
            reads.push((op.returned(), at, canonical(value, setup)));
        }
    }
    reads.sort_unstable();
    let Some(((_, one, value), others)) = reads.split_first() else { return Err(Undecided::NotSettled) };
    if others.is_empty() {
        return Err(Undecided::NotSettled);
    }
    let odd = others.iter().find(|(_, _, other)| other != value);
    Ok(odd.and_then(|&(returned, operation, _)| Some(Violation { operation, event: returned?, against: vec![*one] })))
}

fn is_late_enough(observed: &Observed, last: Option<usize>, began: usize, setup: &Setup) -> Result<bool, Undecided> {
    let Some(last) = last.filter(|_| !setup.settle.is_zero()) else { return Ok(true) };
    match (observed.time(last), observed.time(began)) {
        (Some(last), Some(began)) => Ok(began.since(last) >= setup.settle),
        _ => Err(Undecided::NoTimes),
    }
}

/// The values side by side in their order.
fn canonical(value: &Datum, setup: &Setup) -> BTreeSet<Datum> {
    value.alternatives().iter().map(|one| setup.model.canonical(one)).collect()
}
