//! Causal consistency: each bad pattern with a history that has it and one that does not, the figures of the paper that
//! defines them, and the definitions themselves tried out on tiny histories.

use netsplit::check::{
    Answer, Ask, BadPattern, CausalLevel, Causality, Datum, End, Model, Observed, Setup, Undecided, causality,
};
use proptest::prelude::*;
use serde::Deserialize;
use std::fs;

use crate::histories::{in_session, oracles, registers, setup, told};

use BadPattern::{CyclicCf, CyclicCo, CyclicHb, ThinAirRead, WriteCoInitRead, WriteCoRead, WriteHbInitRead};
use CausalLevel::{Causal, Convergent, Memory};

fn found(observed: &Observed, level: CausalLevel) -> Causality {
    causality(observed, level, &setup(Model::Any, "0"))
}

/// The patterns at each level: causal, convergent, memory.
fn patterns(events: &[&str]) -> [Option<BadPattern>; 3] {
    let observed = told(events);
    CausalLevel::ALL.map(|level| {
        let found = found(&observed, level);
        assert_eq!(found.undecided, None, "{found:?}");
        assert_eq!(found.verdict(&observed).is_violated(), found.broken.is_some());
        found.broken.map(|(pattern, _)| pattern)
    })
}

#[test]
fn nobody_sees_an_effect_without_its_cause() {
    // W33: reads a, writes b; a third session sees b without a.
    let across = |last: &'static str| {
        ["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 w y 2", "1 ok", "2 r y", "2 ok 2", "2 r x", last]
    };
    assert_eq!(patterns(&across("2 ok 0")), [Some(WriteCoInitRead); 3]);
    assert_eq!(patterns(&across("2 ok 1")), [None; 3]);
    assert_eq!(found(&told(&across("2 ok 0")), Causal).broken, Some((WriteCoInitRead, vec![4, 0])));
    let replaced = ["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 w x 2", "1 ok", "2 r x", "2 ok 2", "2 r x", "2 ok 1"];
    assert_eq!(patterns(&replaced), [Some(WriteCoRead); 3]);
    assert_eq!(found(&told(&replaced), Causal).broken, Some((WriteCoRead, vec![4, 0, 2])));
    assert_eq!(patterns(&["0 w x 1", "0 ok", "1 r x", "1 ok 7"]), [Some(ThinAirRead); 3]);
    // Two sessions, each of which reads what the other writes only afterwards.
    let circle = ["0 r x", "0 ok 1", "0 w y 1", "0 ok", "1 r y", "1 ok 1", "1 w x 1", "1 ok"];
    assert_eq!(patterns(&circle), [Some(CyclicCo); 3]);
    assert_eq!(found(&told(&circle), Causal).broken.map(|(_, ops)| ops.len()), Some(4));
    let before = ["0 r x", "0 ok 1", "1 w x 1", "1 ok"];
    assert_eq!(patterns(&before), [None; 3], "nothing is said of real time");
}

#[test]
fn convergence_and_memory_are_two_things() {
    // Figures 2a to 2d of the paper, and the sequence of one reader that changes its mind.
    let a = ["0 w x 1", "0 ok", "1 w x 2", "1 ok", "0 r x", "0 ok 2", "1 r x", "1 ok 1"];
    assert_eq!(patterns(&a), [None, Some(CyclicCf), None]);
    let b = [
        "0 w z 1", "0 ok", "0 w x 1", "0 ok", "0 w y 1", "0 ok", "1 w x 2", "1 ok", "1 r z", "1 ok 0", "1 r y",
        "1 ok 1", "1 r x", "1 ok 2",
    ];
    assert_eq!(patterns(&b), [None, None, Some(WriteHbInitRead)]);
    let c = ["0 w x 1", "0 ok", "1 w x 2", "1 ok", "1 r x", "1 ok 1", "1 r x", "1 ok 2"];
    assert_eq!(patterns(&c), [None, Some(CyclicCf), Some(CyclicHb)]);
    let d = [
        "0 w x 1", "0 ok", "1 w x 2", "1 ok", "0 r y", "0 ok 0", "1 r y", "1 ok 0", "0 w y 1", "0 ok", "1 w y 2",
        "1 ok", "0 r x", "0 ok 1", "1 r x", "1 ok 2",
    ];
    assert_eq!(patterns(&d), [None; 3], "not sequentially consistent, and causal all the same");
    let back = ["0 w x 1", "0 ok", "1 w x 2", "1 ok", "2 r x", "2 ok 1", "2 r x", "2 ok 2", "2 r x", "2 ok 1"];
    assert_eq!(patterns(&back), [None, Some(CyclicCf), Some(CyclicHb)]);
    assert_eq!(patterns(&back[..8]), [None; 3]);
    let (pattern, ops) = found(&told(&a), Convergent).broken.expect("it has one");
    assert_eq!((pattern, ops.len()), (CyclicCf, 4), "two reads and two writes: {ops:?}");
}

#[test]
fn what_is_unknown_comes_before_nothing() {
    let unknown = ["0 w x 1", "0 info", "0 w y 2", "0 ok", "1 r y", "1 ok 2", "1 r x", "1 ok 0"];
    assert_eq!(patterns(&unknown), [None; 3], "it may come late");
    let seen = ["0 w z 3", "0 ok", "0 w x 1", "0 info", "1 r x", "1 ok 1", "1 r z", "1 ok 0"];
    assert_eq!(patterns(&seen), [Some(WriteCoInitRead); 3], "what came before it is its cause");
    assert_eq!(patterns(&["0 w x 1", "0 fail", "1 r x", "1 ok 1"]), [Some(ThinAirRead); 3]);
    // Two operations of one session at once have no order.
    let mut beside = told(&["0 w y 1"]);
    let other = beside.invoke(0, Some("x".into()), Ask::Write(1.into()));
    beside.complete(0, End::Ok(Answer::Done));
    beside.complete(other, End::Ok(Answer::Done));
    for (key, value) in [("x", 1), ("y", 0)] {
        let read = beside.invoke(1, Some(key.into()), Ask::Read);
        beside.complete(read, End::Ok(Answer::Value(value.into())));
    }
    assert_eq!(found(&beside, Causal).broken, None);
}

#[test]
fn a_compare_and_set_is_a_read_and_then_a_write() {
    let chain = ["0 w x 1", "0 ok", "1 cas x 1 2", "1 ok", "2 r x", "2 ok 2", "2 r x", "2 ok 1"];
    assert_eq!(patterns(&chain), [Some(WriteCoRead); 3]);
    let mismatch = ["0 w x 1", "0 ok", "1 cas x 5 2", "1 no", "2 r x", "2 ok 1"];
    assert_eq!(patterns(&mismatch), [None; 3]);
}

#[test]
fn who_knows_too_little_says_so() {
    let twice = ["0 w x 1", "0 ok", "1 w x 1", "1 ok", "2 r x", "2 ok 1"];
    assert_eq!(found(&told(&twice), Causal).undecided, Some(Undecided::RepeatedValues));
    assert_eq!(
        found(&told(&twice[..4]), Causal),
        Causality::default(),
        "as long as nobody reads it, it does not matter"
    );
    let worse = [&twice[..], &["3 r x", "3 ok 9"]].concat();
    assert_eq!(found(&told(&worse), Causal).broken.map(|(pattern, _)| pattern), Some(ThinAirRead));
    assert_eq!(found(&told(&["0 app l a", "0 ok"]), Causal).undecided, Some(Undecided::NotARegister));
    let tight = Setup { budget: 3, ..setup(Model::Any, "0") };
    let spent = causality(&told(&["0 w x 1", "0 ok", "1 r x", "1 ok 1", "1 r x", "1 ok 1"]), Causal, &tight);
    assert_eq!(spent.undecided, Some(Undecided::Budget(3)));
}

#[test]
fn values_side_by_side_are_all_seen() {
    let siblings = |json: &str| serde_json::from_str::<Datum>(json).expect("it is JSON");
    let start = ["0 w x 1", "0 ok", "0 w x 2", "0 ok", "1 w y 3", "1 ok", "2 r x"];
    let with = |value: &str, more: Option<(&str, i64)>| {
        let mut observed = told(&start);
        observed.complete(3, End::Ok(Answer::Value(siblings(value))));
        if let Some((key, value)) = more {
            let read = observed.invoke(2, Some(key.into()), Ask::Read);
            observed.complete(read, End::Ok(Answer::Value(value.into())));
        }
        found(&observed, Causal).broken.map(|(pattern, _)| pattern)
    };
    assert_eq!(with("{\"siblings\":[1,2]}", None), None, "one of them is the newest");
    assert_eq!(with("{\"siblings\":[1,2]}", Some(("x", 1))), Some(WriteCoRead), "the other was seen too");
    assert_eq!(with("{\"siblings\":[1,9]}", None), Some(ThinAirRead));
}

#[derive(Deserialize)]
struct Figure {
    id: String,
    init: Datum,
    sessions: Vec<Vec<Step>>,
    expect: Levels,
}

#[derive(Deserialize)]
struct Step {
    f: String,
    key: String,
    value: Datum,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Levels {
    cc: bool,
    #[serde(rename = "CCv")]
    ccv: bool,
    cm: bool,
}

#[test]
fn the_paper_s_figures_get_their_verdicts() {
    let Some(path) = oracles("causal-popl17/fig2.dev.jsonl") else { return };
    let text = fs::read_to_string(path).expect("the figures are there");
    let figures: Vec<Figure> = text.lines().map(|line| serde_json::from_str(line).expect("it is a figure")).collect();
    for figure in &figures {
        let mut observed = Observed::new();
        for (session, steps) in figure.sessions.iter().enumerate() {
            for step in steps {
                let (ask, answer) = match step.f.as_str() {
                    "write" => (Ask::Write(step.value.clone()), Answer::Done),
                    "read" => (Ask::Read, Answer::Value(step.value.clone())),
                    other => panic!("{other} is a new operation"),
                };
                let op = observed.invoke(session as u64, Some(step.key.as_str().into()), ask);
                observed.complete(op, End::Ok(answer));
            }
        }
        let setup = Setup::new(Model::Any).with_initial(figure.init.clone());
        let holds = CausalLevel::ALL.map(|level| causality(&observed, level, &setup).verdict(&observed).is_satisfied());
        let expected = [figure.expect.cc, figure.expect.ccv, figure.expect.cm];
        assert_eq!(holds, expected, "{}: CC, CCv, CM", figure.id);
    }
    println!("{} figures", figures.len());
}

/// The same history with a value of its own for every write, and every read of one of them or of the start.
pub(crate) fn with_own_values(observed: &Observed) -> Observed {
    let writes: Vec<(usize, _)> = observed.ops().iter().enumerate().filter(|(_, op)| op.ask != Ask::Read).collect();
    let mut other = Observed::new();
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        if !is_end {
            let ask = if seen.ask == Ask::Read { Ask::Read } else { Ask::Write((op as i64 + 1).into()) };
            other.invoke(seen.session, seen.key.clone(), ask);
            continue;
        }
        let end = match &seen.end.as_ref().expect("it ends").1 {
            End::Ok(Answer::Value(value)) => {
                let of_key = writes.iter().filter(|(_, write)| write.key == seen.key);
                let values: Vec<i64> = [0].into_iter().chain(of_key.map(|(at, _)| *at as i64 + 1)).collect();
                let drawn = match value {
                    Datum::Int(number) => *number as usize + op,
                    _ => 0,
                };
                End::Ok(Answer::Value(values[drawn % values.len()].into()))
            }
            End::Ok(Answer::Mismatch) => End::Ok(Answer::Done),
            same => same.clone(),
        };
        other.complete(op, end);
    }
    other
}

/// The definitions (sections 3.2 to 3.4 of the paper) for histories in which every write has its own value.
struct Naive<'o> {
    observed: &'o Observed,
    /// What is read or written, in an order of time.
    ops: Vec<usize>,
    /// Which comes causally before which.
    before: Vec<Vec<bool>>,
}

impl<'o> Naive<'o> {
    /// None where a read is from nowhere, or something is its own cause.
    fn new(observed: &'o Observed) -> Option<Self> {
        let all = observed.ops();
        let count = all.len();
        let counts =
            |at: &usize| !all[*at].has_failed() && (all[*at].ask != Ask::Read || seen(observed, *at).is_some());
        let ops: Vec<usize> = (0..count).filter(counts).collect();
        let is_first = in_session(observed);
        let mut before = vec![vec![false; count]; count];
        for &two in &ops {
            for &one in &ops {
                before[one][two] |= is_first(one, two);
            }
            if let Some(value) = seen(observed, two).filter(|value| *value != Datum::from(0)) {
                let writes = |at: &usize| all[*at].key == all[two].key && all[*at].ask == Ask::Write(value.clone());
                let writer = ops.iter().copied().find(|at| writes(at))?;
                before[writer][two] = true;
            }
        }
        for middle in 0..count {
            for one in 0..count {
                for two in 0..count {
                    before[one][two] |= before[one][middle] && before[middle][two];
                }
            }
        }
        (0..count).all(|at| !before[at][at]).then_some(Self { observed, ops, before })
    }

    /// Whether some order of these that keeps causes is good; each time that one is put at its end, `fits` has its say.
    fn some_order(&self, of: &[usize], done: &mut Vec<usize>, fits: &dyn Fn(&[usize], usize) -> bool) -> bool {
        if done.len() == of.len() {
            return true;
        }
        for &next in of {
            let is_due = of.iter().all(|&other| !self.before[other][next] || done.contains(&other));
            if done.contains(&next) || !is_due || !fits(done, next) {
                continue;
            }
            done.push(next);
            if self.some_order(of, done, fits) {
                return true;
            }
            done.pop();
        }
        false
    }

    /// Whether a read that follows these returns what it did.
    fn is_right(&self, after: impl DoubleEndedIterator<Item = usize>, read: usize) -> bool {
        let all = self.observed.ops();
        let Some(value) = seen(self.observed, read) else { return true };
        let last = after.rev().find(|&at| all[at].key == all[read].key && all[at].ask != Ask::Read);
        let held = last.map_or(Datum::from(0), |at| match &all[at].ask {
            Ask::Write(value) => value.clone(),
            other => panic!("{other} is no write"),
        });
        held == value
    }

    fn past(&self, at: usize) -> Vec<usize> {
        self.ops.iter().copied().filter(|&other| other == at || self.before[other][at]).collect()
    }

    fn holds(&self, level: CausalLevel) -> bool {
        let is_first = in_session(self.observed);
        match level {
            Causal => self.ops.iter().all(|&op| {
                let fits = |done: &[usize], next| next != op || self.is_right(done.iter().copied(), next);
                self.some_order(&self.past(op), &mut Vec::new(), &fits)
            }),
            Memory => self.ops.iter().all(|&op| {
                let is_own = |next: usize| next == op || is_first(next, op);
                let fits = |done: &[usize], next| !is_own(next) || self.is_right(done.iter().copied(), next);
                self.some_order(&self.past(op), &mut Vec::new(), &fits)
            }),
            Convergent => {
                let fits = |done: &[usize], next: usize| {
                    self.is_right(done.iter().copied().filter(|&other| self.before[other][next]), next)
                };
                self.some_order(&self.ops, &mut Vec::new(), &fits)
            }
        }
    }
}

fn seen(observed: &Observed, at: usize) -> Option<Datum> {
    match observed.ops()[at].answer() {
        Some(Answer::Value(value)) => Some(value.clone()),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_500) })]

    #[test]
    fn the_patterns_are_what_the_definitions_say(observed in registers(8, 2)) {
        let observed = with_own_values(&observed);
        let naive = Naive::new(&observed);
        for level in CausalLevel::ALL {
            let found = found(&observed, level);
            prop_assert_eq!(found.undecided, None);
            let expected = naive.as_ref().is_some_and(|naive| naive.holds(level));
            prop_assert_eq!(found.broken.is_none(), expected, "{:?}: {:?}", level, found.broken);
        }
    }
}
