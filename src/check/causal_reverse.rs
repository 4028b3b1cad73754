//! Sets that show an element without one that was certainly there before it (Jepsen's causal-reverse checker): the anomaly
//! of systems that are serializable and not strictly so. Needs the whole history.

use std::collections::BTreeSet;

use super::observed::{Ask, Datum, Observed};
use super::setup::{Object, Setup, objects};
use super::verdict::{Undecided, Verdict, Violation};

/// Checks that no read shows an element without another whose inclusion was acknowledged before the inclusion of the first
/// began. Elements that somebody may have taken out are left out, and so are keys that are no sets; the answer is undecided
/// then, if nothing else is wrong, and where reads times inclusions are more than the budget.
#[must_use]
pub fn causal_reverse(observed: &Observed, setup: &Setup) -> Verdict {
    let mut first: Option<Violation> = None;
    let mut undecided = None;
    let mut steps = setup.budget;
    for object in objects(observed) {
        match reversed(observed, &object, &mut steps) {
            Ok(found) => {
                let is_earlier = |found: &Violation| first.as_ref().is_none_or(|first| found.event < first.event);
                first = found.filter(is_earlier).or(first);
            }
            Err(Undecided::Budget(_)) => undecided = Some(Undecided::Budget(setup.budget)),
            Err(why) => undecided = undecided.or(Some(why)),
        }
    }
    match (first, undecided) {
        (Some(violation), _) => Verdict::Violated(violation),
        (None, Some(why)) => Verdict::Undecided(why),
        (None, None) => Verdict::Satisfied(()),
    }
}

fn reversed(observed: &Observed, object: &Object<'_>, steps: &mut u64) -> Result<Option<Violation>, Undecided> {
    let mut included: Vec<(&Datum, usize)> = Vec::new();
    let mut reads: Vec<(usize, usize, BTreeSet<&Datum>)> = Vec::new();
    let mut excluded: BTreeSet<&Datum> = BTreeSet::new();
    for &at in &object.ops {
        let op = &observed.ops()[at];
        match (&op.ask, op.saw()) {
            (Ask::Include(member), _) => included.push((member, at)),
            (Ask::Exclude(member), _) => drop(excluded.insert(member)),
            (Ask::Read, Some(Datum::List(list))) => {
                reads.push((op.returned().unwrap_or(observed.len()), at, list.iter().collect()));
            }
            (Ask::Read, _) => {}
            _ => return Err(Undecided::NotASet),
        }
    }
    reads.sort_unstable();
    // An element that several asked for may have been there since the first of them began.
    let mut known: BTreeSet<&Datum> = BTreeSet::new();
    let begins: Vec<(&Datum, usize)> = included.iter().filter(|(member, _)| known.insert(*member)).copied().collect();
    for (event, operation, shown) in reads {
        *steps = steps.checked_sub(included.len() as u64).ok_or(Undecided::Budget(0))?;
        let is_seen = |(member, _): &&(&Datum, usize)| shown.contains(member) && !excluded.contains(member);
        let is_missed = |(member, _): &&(&Datum, usize)| !shown.contains(member) && !excluded.contains(member);
        let begun = |at: usize| observed.ops()[at].invoked;
        let Some(&(_, later)) = begins.iter().filter(is_seen).max_by_key(|(_, at)| begun(*at)) else { continue };
        let ended = |at: usize| observed.ops()[at].returned();
        let missed = included.iter().filter(is_missed).find(|(_, at)| ended(*at).is_some_and(|end| end < begun(later)));
        if let Some(&(_, earlier)) = missed {
            return Ok(Some(Violation { operation, event, against: vec![earlier, later] }));
        }
    }
    if excluded.is_empty() { Ok(None) } else { Err(Undecided::NotASet) }
}
