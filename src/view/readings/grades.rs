//! What clients saw by other measures than one copy: registers, causality, staleness, sets, counters, convergence, as far as they
//! fit what clients ask. Each is a verdict with a sentence and, where it is bad, the operation that shows it. The checks read the
//! whole history, so it is bounded: more operations than that are not looked at, and that is said.

use super::verdicts::{Consistency, Offender, Word, observed, setup};
use super::{Seen, told};
use crate::base::{OpId, SimDuration};
use crate::check::{
    CausalLevel, Observed, RegisterLevel, Setup, StaleRead, Staleness, Undecided, Verdict, causality, convergence,
    counter_bounds, register, set_full, staleness,
};
use crate::protocol::Update;
use crate::view::describe::count;

/// So many operations are looked at, the first of the history.
const OPERATIONS: usize = 400;
/// And a check may take so many steps.
const STEPS: u64 = 200_000;
/// The level above which is atomic.
const REGULAR: &str = "Regular register";

/// A history by several measures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grades {
    /// Those that fit what clients ask.
    pub all: Vec<Grade>,
    /// How many operations they are about.
    pub checked: usize,
    /// How many there are.
    pub operations: usize,
}

/// A history by one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The measure.
    pub name: &'static str,
    /// Whether the history is so; none where that is not known.
    pub is_good: Option<bool>,
    /// What that means here.
    pub sentence: String,
    /// The operation that shows that it is not.
    pub offender: Option<Offender>,
}

/// The last history that was graded, with its grades.
#[derive(Clone, Debug, Default)]
pub(super) struct Graded {
    last: Option<(Observed, Vec<Grade>)>,
}

impl Graded {
    /// Whether all is as one copy is known already, by the checker that follows the run.
    pub(super) fn of(&mut self, seen: &Seen<'_>, one_copy: &Consistency) -> Grades {
        let history = observed(seen, OPERATIONS);
        let (checked, operations) = (history.ops().len(), seen.operations().len());
        let known = self.last.take().filter(|(known, _)| *known == history).map(|(_, all)| all);
        let rest = known.unwrap_or_else(|| all(seen, &history));
        let mut all = rest.clone();
        self.last = Some((history, rest));
        if let Some(at) = all.iter().position(|grade| grade.name == REGULAR) {
            all.insert(at, atomic(one_copy));
        }
        Grades { all, checked, operations }
    }
}

/// The level above regular.
fn atomic(one_copy: &Consistency) -> Grade {
    let name = "Atomic register";
    let (is_good, sentence, offender) = match &one_copy.word {
        Word::Nothing | Word::Linearizable => (Some(true), "One order of all operations explains every answer.", None),
        Word::NotLinearizable(offender) => (Some(false), "No order explains this answer.", Some(offender.clone())),
        Word::Undecided(why) => return Grade { name, is_good: None, sentence: format!("{why}."), offender: None },
    };
    Grade { name, is_good, sentence: sentence.to_owned(), offender }
}

fn all(seen: &Seen<'_>, history: &Observed) -> Vec<Grade> {
    let setup = Setup { budget: STEPS, ..setup(seen.scenario) };
    let look = Look { seen, history, setup };
    let has = |is: fn(&Update) -> bool| seen.operations().iter().any(|bar| is(&bar.operation.update));
    let mut out = Vec::new();
    if has(|update| matches!(update, Update::Write(_) | Update::CompareAndSet { .. } | Update::Delete)) {
        out.extend([look.regular(), look.stale(), look.causal()]);
    }
    if has(|update| matches!(update, Update::Include(_) | Update::Exclude(_))) {
        out.push(look.set());
    }
    if has(|update| matches!(update, Update::Add(_))) {
        out.push(look.counter());
    }
    if !out.is_empty() {
        out.push(look.converges());
    }
    out
}

/// A history that is looked at.
struct Look<'a> {
    seen: &'a Seen<'a>,
    history: &'a Observed,
    setup: Setup,
}

impl Look<'_> {
    fn offender(&self, operation: usize) -> Option<Offender> {
        // Operations are numbered from 1 as they are invoked.
        let op = OpId(operation as u32 + 1);
        let bar = self.seen.chronicle.operation(op)?;
        let ended = bar.ended.as_ref().map(|(stamp, _)| *stamp).filter(|stamp| self.seen.has(stamp.record));
        let at = ended.map_or(bar.invoked_at, |stamp| stamp.at);
        Some(Offender { op, words: told(self.seen, bar), at })
    }

    /// A verdict with the sentence for a good one and the one for a bad one.
    fn grade(&self, name: &'static str, verdict: &Verdict, good: &str, bad: &str) -> Grade {
        let (is_good, sentence) = match verdict {
            Verdict::Satisfied(()) => (Some(true), good.to_owned()),
            Verdict::Violated(_) => (Some(false), bad.to_owned()),
            Verdict::Undecided(why) => (None, unknown(*why)),
        };
        let offender = verdict.violation().and_then(|violation| self.offender(violation.operation));
        Grade { name, is_good, sentence, offender }
    }

    fn regular(&self) -> Grade {
        let verdict = register(self.history, RegisterLevel::Regular, &self.setup);
        let good = "Each read returned the last write before it, or one that overlaps it.";
        let bad = "It returned neither the last write before it nor one that overlaps it.";
        self.grade(REGULAR, &verdict, good, bad)
    }

    fn causal(&self) -> Grade {
        let found = causality(self.history, CausalLevel::Causal, &self.setup);
        let bad = found.broken.as_ref().map_or("", |(pattern, _)| pattern.meaning());
        self.grade("Causal", &found.verdict(self.history), "Nobody saw an effect without its cause.", bad)
    }

    fn stale(&self) -> Grade {
        let found = staleness(self.history, &self.setup);
        let Staleness { reads, stale, .. } = &found;
        let worst = stale.iter().max_by_key(|read| (read.versions, read.behind));
        let sentence = match worst {
            None if *reads == 0 => "No read was answered yet.".to_owned(),
            None => "No read missed a write that was confirmed before it began.".to_owned(),
            Some(_) => {
                let behind =
                    found.behind_max().map(|behind| format!(", and {} after it", rounded(behind))).unwrap_or_default();
                let versions = count(found.versions_max() as u64, "confirmed write", "confirmed writes");
                format!("{} of {reads} reads stale: at worst {versions} behind{behind}.", stale.len())
            }
        };
        let is_good = (*reads > 0).then_some(stale.is_empty());
        let offender = worst.and_then(|read: &StaleRead| self.offender(read.op));
        Grade { name: "Fresh reads", is_good, sentence, offender }
    }

    fn set(&self) -> Grade {
        let found = set_full(self.history, &self.setup);
        let verdict = found.verdict(self.history);
        let (stable, lost, unread) = (found.stable.len(), found.lost.len(), found.never_read.len());
        let late = found.stale().filter_map(|fate| fate.latency).max();
        let late =
            late.map(|late| format!(" One was missed up to {} after it was known.", rounded(late))).unwrap_or_default();
        let taken =
            if found.undecided == Some(Undecided::NotASet) { " What somebody took out is left out." } else { "" };
        let sentence = format!("Elements: {stable} stable, {lost} lost, {unread} never read.{late}{taken}");
        let mut grade = self.grade("Elements stay", &verdict, &sentence, &sentence);
        grade.sentence = sentence;
        grade
    }

    fn counter(&self) -> Grade {
        let found = counter_bounds(self.history, &self.setup);
        let verdict = found.verdict();
        let wrong = verdict.violation().and_then(|it| found.reads().find(|read| read.op == it.operation));
        let bad = wrong.map_or_else(String::new, |read| {
            format!("It should be at least {} and at most {}.", read.lower, read.upper)
        });
        let good = "Each read lies between what was surely added and what may have been.";
        self.grade("Counter bounds", &verdict, good, &bad)
    }

    fn converges(&self) -> Grade {
        let verdict = convergence(self.history, &self.setup);
        let after = self.setup.settle;
        let good = format!("Reads from {after} after the last write on agree.");
        let bad = format!("It began {after} after the last write, and differs from another.");
        self.grade("Converges", &verdict, &good, &bad)
    }
}

/// To a millisecond, where it is longer than that.
fn rounded(length: SimDuration) -> SimDuration {
    if length.0 < 1_000 { length } else { SimDuration(length.0 / 1_000 * 1_000) }
}

/// Why it is not known, as a sentence.
fn unknown(why: Undecided) -> String {
    let words = why.to_string();
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}
