//! Lost members of lists, texts and sets, and lost additions.

use std::collections::BTreeMap;

use super::KeyHistory;
use crate::check::observed::{Ask, Datum, ObservedOp};
use crate::check::verdict::Undecided;

impl KeyHistory<'_> {
    /// Whether something that replaces everything, or an operation of this kind, may have come after this one.
    fn may_be_undone(&self, op: &ObservedOp, undoes: impl Fn(&Ask) -> bool) -> bool {
        self.ops.iter().any(|other| {
            let replaces = self.made(other).is_some() || undoes(&other.ask);
            replaces && !other.has_failed() && !other.precedes(op)
        })
    }

    /// Acknowledged appends that no final value has, although nothing later can have replaced the whole. Of several that
    /// are alike, as many are lost as there are too few of them.
    pub(super) fn lost_appends(&self) -> Vec<usize> {
        let mut alike: BTreeMap<&Datum, Vec<usize>> = BTreeMap::new();
        for (at, op) in self.ops.iter().enumerate() {
            let Ask::Append(element) = &op.ask else { continue };
            if op.returned().is_none() || self.may_be_undone(op, |_| false) {
                continue;
            }
            alike.entry(element).or_default().push(at);
        }
        let mut lost = Vec::new();
        for (element, places) in alike {
            let found = self.finals.iter().map(|last| occurrences(last, element)).max().unwrap_or(0);
            lost.extend(places.into_iter().skip(found));
        }
        lost
    }

    /// Acknowledged inclusions that no final value has, and exclusions that every final value lacks.
    pub(super) fn lost_members(&self) -> Vec<usize> {
        let is_lost = |at: &usize| {
            let op = self.ops[*at];
            op.returned().is_some()
                && match &op.ask {
                    Ask::Include(member) => {
                        let is_opposite = |ask: &Ask| matches!(ask, Ask::Exclude(other) if other == member);
                        !self.finals.iter().any(|last| has(last, member)) && !self.may_be_undone(op, is_opposite)
                    }
                    Ask::Exclude(member) => {
                        let is_opposite = |ask: &Ask| matches!(ask, Ask::Include(other) if other == member);
                        self.finals.iter().all(|last| has(last, member)) && !self.may_be_undone(op, is_opposite)
                    }
                    _ => false,
                }
        };
        (0..self.ops.len()).filter(is_lost).collect()
    }

    /// The last acknowledged addition, if the sum is short of what was acknowledged. Only where all additions have one
    /// sign and nothing else changes the key: otherwise a sum says too little.
    pub(super) fn lost_sum(&self) -> Result<Vec<usize>, Undecided> {
        let mut sum = match &self.initial {
            Datum::Nil => 0,
            Datum::Int(number) => *number,
            _ => return Err(Undecided::NotARegister),
        };
        let mut last = None;
        let (mut is_positive, mut is_negative) = (false, false);
        for (at, op) in self.ops.iter().enumerate().filter(|(_, op)| !op.has_failed()) {
            match &op.ask {
                Ask::Read => {}
                Ask::Add(amount) => {
                    is_positive |= *amount > 0;
                    is_negative |= *amount < 0;
                    if op.returned().is_some() {
                        sum = sum.saturating_add(*amount);
                        last = last.max(op.returned().map(|returned| (returned, at)));
                    }
                }
                _ => return Err(Undecided::NotARegister),
            }
        }
        if is_positive && is_negative {
            return Err(Undecided::NotARegister);
        }
        let is_short = self.finals.iter().all(|value| match value {
            Datum::Nil => {
                if is_positive {
                    sum > 0
                } else {
                    sum < 0
                }
            }
            Datum::Int(number) => {
                if is_positive {
                    *number < sum
                } else {
                    *number > sum
                }
            }
            _ => false,
        });
        Ok(last.filter(|_| is_short).map(|(_, at)| at).into_iter().collect())
    }
}

fn has(value: &Datum, member: &Datum) -> bool {
    matches!(value, Datum::List(list) if list.contains(member))
}

/// How often a value holds an element. Overlapping places in a text all count, so that nothing is taken for lost that may
/// be there.
fn occurrences(value: &Datum, element: &Datum) -> usize {
    match (value, element) {
        (Datum::List(list), _) => list.iter().filter(|member| *member == element).count(),
        (Datum::Text(text), Datum::Text(part)) => {
            text.char_indices().filter(|(at, _)| text[*at..].starts_with(&**part)).count()
        }
        _ => 0,
    }
}
