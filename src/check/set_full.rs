//! What becomes of a set's elements: which stay, which are lost, which nobody ever reads, and after how long the first are
//! seen for good (Jepsen's set-full checker). Sets here only grow: an element that somebody may have taken out is left out.
//! Needs the whole history: the last reads decide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::observed::{Ask, Datum, Observed, ObservedOp};
use super::setup::{Object, Setup, objects};
use super::verdict::{Undecided, Verdict, Violation};
use crate::base::SimDuration;

/// An element: the key of its set, and what it is.
pub type Member = (Option<Arc<str>>, Datum);

/// What became of the elements that somebody asked to include.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetFull {
    /// The last read that could show it does, and so do all that began after some point.
    pub stable: Vec<Fate>,
    /// It was acknowledged or seen, and the last read does not show it.
    pub lost: Vec<Fate>,
    /// No read that began after all which missed it shows it, and it is not known to be lost.
    pub never_read: Vec<Member>,
    /// Shown by a read more than once.
    pub duplicated: BTreeMap<Member, usize>,
    /// Shown by a read, and nobody had asked for it: with the read.
    pub unexpected: BTreeMap<Member, usize>,
    /// Why something was left out: a key is no set, elements may have been taken out, or there were too many to look at.
    pub undecided: Option<Undecided>,
}

/// An element that stays or is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Which.
    pub member: Member,
    /// The operation that was the first to make it known: its inclusion, or a read.
    pub known: usize,
    /// The read that decided: the last one to begin of those that missed it, if it is stable and any did; if it is lost, of
    /// those that showed it.
    pub last_other: Option<usize>,
    /// The last read to begin of those that showed it, if it is stable; if it is lost, of those that missed it.
    pub last: usize,
    /// Whether the deciding read began after it was known. A stable element was stale then.
    pub is_late: bool,
    /// How long after it was known the deciding read began: so long it was stale, or there before it was lost. None where
    /// the history has no times.
    pub latency: Option<SimDuration>,
}

/// An element while the history is read.
struct Element {
    /// The operation that made it known, and the event at which it did.
    known: Option<(usize, usize)>,
    /// The reads that showed and that missed it, by the events of their beginnings: the last of each.
    present: Option<(usize, usize)>,
    absent: Option<(usize, usize)>,
}

/// Follows the elements of all sets.
#[must_use]
pub fn set_full(observed: &Observed, setup: &Setup) -> SetFull {
    let mut found = SetFull::default();
    let mut steps = setup.budget;
    for object in objects(observed) {
        let has = |is: fn(&Ask) -> bool| object.ops.iter().any(|&op| is(&observed.ops()[op].ask));
        let is_set = !has(|ask| !matches!(ask, Ask::Read | Ask::Include(_) | Ask::Exclude(_)));
        let initial = setup.initial(object.key);
        if !is_set || !(initial.is_empty() || matches!(initial, Datum::List(_))) {
            found.undecided.get_or_insert(Undecided::NotASet);
            continue;
        }
        // Every read is held against every element that there may be.
        let reads = object.ops.iter().filter(|&&op| observed.ops()[op].ask == Ask::Read).count() as u64;
        let Some(left) = steps.checked_sub(reads * (object.ops.len() as u64 - reads)) else {
            found.undecided = Some(Undecided::Budget(setup.budget));
            continue;
        };
        steps = left;
        found.follow(observed, &object, &initial);
    }
    found
}

impl SetFull {
    fn follow(&mut self, observed: &Observed, object: &Object<'_>, initial: &Datum) {
        let op = |at: usize| &observed.ops()[at];
        let mut events: Vec<(usize, usize)> = object.ops.iter().map(|&at| (op(at).invoked, at)).collect();
        events.extend(object.ops.iter().filter_map(|&at| op(at).returned().map(|returned| (returned, at))));
        events.sort_unstable();
        let excluded: BTreeSet<&Datum> = object
            .ops
            .iter()
            .filter_map(|&at| match &op(at).ask {
                Ask::Exclude(member) if !op(at).has_failed() => Some(member),
                _ => None,
            })
            .collect();
        self.undecided = self.undecided.or((!excluded.is_empty()).then_some(Undecided::NotASet));
        let mut elements: BTreeMap<&Datum, Element> = BTreeMap::new();
        let left_out: BTreeSet<&Datum> = excluded.into_iter().chain(members(initial)).collect();
        for (event, at) in events {
            let is_end = event != op(at).invoked;
            match &op(at).ask {
                Ask::Include(member) if !left_out.contains(member) => {
                    let element =
                        elements.entry(member).or_insert(Element { known: None, present: None, absent: None });
                    if is_end {
                        element.known.get_or_insert((at, event));
                    }
                }
                Ask::Read if is_end => self.read(at, op(at), event, &mut elements, (object.key, &left_out)),
                _ => {}
            }
        }
        for (member, element) in elements {
            self.judge(observed, (object.key.cloned(), member.clone()), &element);
        }
    }

    fn read(
        &mut self,
        at: usize,
        op: &ObservedOp,
        event: usize,
        elements: &mut BTreeMap<&Datum, Element>,
        (key, left_out): (Option<&Arc<str>>, &BTreeSet<&Datum>),
    ) {
        let Some(value) = op.saw() else { return };
        let mut shown: BTreeMap<&Datum, usize> = BTreeMap::new();
        for one in value.alternatives() {
            let mut times: BTreeMap<&Datum, usize> = BTreeMap::new();
            members(one).for_each(|member| *times.entry(member).or_default() += 1);
            times.into_iter().for_each(|(member, count)| {
                let most = shown.entry(member).or_default();
                *most = count.max(*most);
            });
        }
        for (&member, &count) in &shown {
            let name = || (key.cloned(), member.clone());
            if count > 1 {
                self.duplicated.entry(name()).or_insert(at);
            }
            if !elements.contains_key(member) && !left_out.contains(member) {
                self.unexpected.entry(name()).or_insert(at);
            }
        }
        for (member, element) in elements {
            let last = if shown.contains_key(member) {
                element.known.get_or_insert((at, event));
                &mut element.present
            } else {
                &mut element.absent
            };
            *last = (*last).max(Some((op.invoked, at)));
        }
    }

    fn judge(&mut self, observed: &Observed, member: Member, element: &Element) {
        let Element { known, present, absent } = *element;
        let fate = |(op, event): (usize, usize), (_, last): (usize, usize), other: Option<(usize, usize)>| {
            let length = |(began, _)| Some(observed.time(began)?.since(observed.time(event)?));
            Fate {
                member: member.clone(),
                known: op,
                last_other: other.map(|(_, at)| at),
                last,
                is_late: other.is_some_and(|(began, _)| began > event),
                latency: match other {
                    Some(other) => length(other),
                    None => observed.time(event).map(|_| SimDuration::ZERO),
                },
            }
        };
        match (known, present, absent) {
            (Some(known), Some(last), _) if absent < present => self.stable.push(fate(known, last, absent)),
            (Some(known), _, Some(last)) if present < absent && known.1 < last.0 => {
                self.lost.push(fate(known, last, present));
            }
            _ => self.never_read.push(member),
        }
    }

    /// The stable elements that some read missed although it began after they were known.
    pub fn stale(&self) -> impl Iterator<Item = &Fate> {
        self.stable.iter().filter(|fate| fate.is_late)
    }

    /// How long elements took until they were seen for good, in ascending order.
    #[must_use]
    pub fn latencies(&self) -> Vec<SimDuration> {
        let mut all: Vec<SimDuration> = self.stable.iter().filter_map(|fate| fate.latency).collect();
        all.sort_unstable();
        all
    }

    /// As a verdict: whether nothing is lost, doubled or unheard of. Undecided where nothing is known to stay.
    #[must_use]
    pub fn verdict(&self, observed: &Observed) -> Verdict {
        let lost = self.lost.iter().map(|fate| (fate.last, [Some(fate.known), fate.last_other]));
        let odd = self.duplicated.values().chain(self.unexpected.values()).map(|read| (*read, [None, None]));
        let event = |op: usize| observed.ops()[op].returned().unwrap_or(observed.len());
        if let Some((operation, against)) = lost.chain(odd).min_by_key(|(op, _)| event(*op)) {
            let against = against.into_iter().flatten().collect();
            return Verdict::Violated(Violation { operation, event: event(operation), against });
        }
        match (self.undecided, self.stable.is_empty()) {
            (Some(why), _) => Verdict::Undecided(why),
            (None, true) => Verdict::Undecided(Undecided::NothingStable),
            (None, false) => Verdict::Satisfied(()),
        }
    }
}

fn members(value: &Datum) -> impl Iterator<Item = &Datum> {
    match value {
        Datum::List(list) => list.iter(),
        _ => [].iter(),
    }
}
