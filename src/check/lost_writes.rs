//! Acknowledged writes that are gone in the end. Knows what the keys hold in the end only by reads, or by being told.

mod members;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::is_prefix;
use super::observed::{Answer, Ask, Datum, Observed, ObservedOp};
use super::setup::{Object, Setup, objects};
use super::verdict::{Undecided, Verdict, Violation};

/// The acknowledged writes that the final state is older than.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LostWrites {
    /// Their places in [`Observed::ops`], in the order in which they were acknowledged.
    pub lost: Vec<usize>,
    /// The event by which it was seen; the number of events where the final state was told.
    pub event: usize,
    /// Why some key could not be judged.
    pub undecided: Option<Undecided>,
}

/// What keys hold in the end: one value, or several side by side or on several replicas.
pub type FinalState = BTreeMap<Option<Arc<str>>, Vec<Datum>>;

/// Finds the acknowledged writes that are lost.
///
/// An acknowledged write is lost if the final state shows neither its effect nor that of anything that may have replaced
/// it: every write that can explain a final value had been acknowledged before this one was invoked, or the final value
/// is the initial one. Appended and included members are lost if they are not there although nothing that may have come
/// later can have removed them; additions, if the sum is short of those that were acknowledged.
///
/// The final state of a key is what `told` says or else what the reads returned that were invoked after the last
/// acknowledgement of a write on it. Where several values are final, a write is lost only if all of them are without it.
#[must_use]
pub fn lost_writes(observed: &Observed, setup: &Setup, told: Option<&FinalState>) -> LostWrites {
    let mut found = LostWrites::default();
    for object in objects(observed) {
        let ops: Vec<&ObservedOp> = object.ops.iter().map(|&at| &observed.ops()[at]).collect();
        let is_write = |op: &&&ObservedOp| op.returned().is_some() && makes_a_change(op);
        let Some(last) = ops.iter().filter(is_write).filter_map(|op| op.returned()).max() else { continue };
        let told = told.map(|told| told.get(&object.key.cloned()).cloned().unwrap_or_default());
        let (finals, event) = told.map_or_else(|| final_reads(&ops, last), |told| (told, observed.len()));
        if finals.is_empty() {
            found.undecided.get_or_insert(Undecided::NoFinalRead);
            continue;
        }
        let finals: Vec<Datum> = finals.iter().map(|value| setup.model.canonical(value)).collect();
        let key = KeyHistory { object: &object, ops, finals, initial: setup.initial(object.key), setup };
        match key.lost() {
            Ok(lost) if lost.is_empty() => {}
            Ok(lost) => {
                found.lost.extend(lost);
                found.event = found.event.max(event);
            }
            Err(why) => found.undecided = found.undecided.or(Some(why)),
        }
    }
    found.lost.sort_by_key(|&at| observed.ops()[at].returned());
    found
}

impl LostWrites {
    /// As a verdict; a no names the first that is lost, and the others as what else is.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (&*self.lost, self.undecided) {
            ([first, rest @ ..], _) => {
                Verdict::Violated(Violation { operation: *first, event: self.event, against: rest.to_vec() })
            }
            ([], Some(why)) => Verdict::Undecided(why),
            ([], None) => Verdict::Satisfied(()),
        }
    }
}

fn makes_a_change(op: &ObservedOp) -> bool {
    !matches!((&op.ask, op.answer()), (Ask::Read, _) | (_, Some(Answer::Mismatch)))
}

/// What the last reads returned, and the event of the last one's end.
fn final_reads(ops: &[&ObservedOp], last_write: usize) -> (Vec<Datum>, usize) {
    let mut finals = Vec::new();
    let mut event = 0;
    for op in ops.iter().filter(|op| op.invoked > last_write) {
        if let (Some(Answer::Value(value)), Some(returned)) = (op.answer(), op.returned()) {
            finals.extend(value.alternatives().iter().cloned());
            event = event.max(returned);
        }
    }
    (finals, event)
}

/// One key's operations and what it holds in the end.
struct KeyHistory<'o> {
    object: &'o Object<'o>,
    ops: Vec<&'o ObservedOp>,
    finals: Vec<Datum>,
    initial: Datum,
    setup: &'o Setup,
}

impl KeyHistory<'_> {
    /// The lost writes, by their places in the whole history.
    fn lost(&self) -> Result<Vec<usize>, Undecided> {
        let has = |is: fn(&Ask) -> bool| self.ops.iter().any(|op| is(&op.ask));
        let is_plain = !has(|ask| !matches!(ask, Ask::Read | Ask::Write(_) | Ask::CompareAndSet { .. } | Ask::Delete));
        let has_members = has(|ask| matches!(ask, Ask::Append(_) | Ask::Include(_) | Ask::Exclude(_)));
        let places = if is_plain {
            self.lost_values(false)
        } else if has(|ask| matches!(ask, Ask::Acquire | Ask::Release | Ask::Transact(_))) {
            return Err(Undecided::NotARegister);
        } else if has(|ask| matches!(ask, Ask::Add(_))) {
            self.lost_sum()?
        } else if has_members && has(|ask| matches!(ask, Ask::Append(_))) {
            let mut places = self.lost_values(true);
            places.extend(self.lost_appends());
            places
        } else {
            self.lost_members()
        };
        Ok(places.into_iter().map(|place| self.object.ops[place]).collect())
    }

    /// What an operation makes of every state, if it takes effect, as this kind of object sees it.
    fn made(&self, op: &ObservedOp) -> Option<Datum> {
        let action = self.setup.model.canonical_action(&op.ask, op.answer());
        action.makes().filter(|_| !op.has_failed()).cloned()
    }

    /// Lost writes, compare-and-sets and deletions. Where the key grows by appending, a final value may start with what
    /// was written.
    fn lost_values(&self, grows: bool) -> Vec<usize> {
        let explains = |made: &Datum, last: &Datum| if grows { is_prefix(made, last) } else { made == last };
        let made: Vec<Option<Datum>> = self.ops.iter().map(|op| self.made(op)).collect();
        // Of each final value, when the last of what can explain it was acknowledged; never if that may still take effect, and none if only the start explains it.
        let explained_by = |last: &Datum| {
            let explaining =
                made.iter().zip(&self.ops).filter(|(made, _)| made.as_ref().is_some_and(|made| explains(made, last)));
            explaining.map(|(_, op)| op.returned().unwrap_or(usize::MAX)).max()
        };
        let finals: Vec<(&Datum, Option<usize>)> = self.finals.iter().map(|last| (last, explained_by(last))).collect();
        let is_lost = |at: &usize| {
            let (op, Some(value)) = (self.ops[*at], &made[*at]) else { return false };
            let is_older = |(last, until): &(&Datum, Option<usize>)| {
                !explains(value, last) && until.is_none_or(|until| until < op.invoked)
            };
            op.returned().is_some() && finals.iter().all(is_older)
        };
        (0..self.ops.len()).filter(is_lost).collect()
    }
}
