//! The laws that every type with a merge must keep, as one property (C1, C2), together with what the type means: a function
//! of the updates that a state has seen and of who saw what (Burckhardt, Gotsman, Yang, Zawirski, "Replicated Data Types:
//! Specification, Verification, Optimality", 2014). A rule that is switched off is another subject of the same property.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::fmt::Debug;

use crate::base::NodeId;

/// What is done to three replicas in one trial. The most updates that it holds fit a word of bits.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A replica updates; the type says what each number means.
    Update { at: u8, what: u8 },
    /// A replica takes in what another was so many of its changes ago, so that states come late, twice and out of order.
    Merge { into: u8, from: u8, ago: usize },
}

/// An update that was made.
#[derive(Clone, Debug)]
pub(super) struct Update {
    /// By whom.
    pub(super) at: NodeId,
    /// Which.
    pub(super) what: u8,
    /// The updates that its replica had seen by then, a bit for each.
    sees: u64,
}

/// The updates that a state has seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct History<'a> {
    all: &'a [Update],
    seen: u64,
}

impl<'a> History<'a> {
    /// The updates with their numbers, which ascend with true time.
    pub(super) fn visible(&self) -> impl Iterator<Item = (usize, &'a Update)> + use<'a> {
        let seen = self.seen;
        self.all.iter().enumerate().filter(move |(number, _)| seen & (1 << number) != 0)
    }

    /// Whether whoever made one update had seen another.
    pub(super) fn saw(&self, by: usize, other: usize) -> bool {
        self.all[by].sees & (1 << other) != 0
    }
}

/// A type, or a twin of it that breaks a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<T, U, M, V> {
    /// A replica that has seen nothing.
    pub(super) start: T,
    /// What an update does: who makes it, its number over all replicas, which it is.
    pub(super) update: U,
    /// The merge.
    pub(super) merge: M,
    /// Whether a state is what its history says.
    pub(super) means: V,
}

impl<T, U, M, V> Subject<T, U, M, V>
where
    T: Clone + PartialEq + Debug,
    U: Fn(&mut T, NodeId, usize, u8),
    M: Fn(&mut T, &T),
    V: Fn(&T, &History<'_>) -> bool,
{
    /// Tries many runs, always the same ones.
    pub(super) fn check(&self) -> Result<(), String> {
        holds(prop::collection::vec(step(), 1..28), |steps| self.trial(&steps))
    }

    fn joined(&self, into: &T, other: &T) -> T {
        let mut joined = into.clone();
        (self.merge)(&mut joined, other);
        joined
    }

    /// Goes through the steps, then looks at all states that there ever were.
    fn trial(&self, steps: &[Step]) -> Result<(), String> {
        let mut replicas = vec![vec![(self.start.clone(), 0_u64)]; 3];
        let mut updates = Vec::new();
        for step in steps {
            let (changed, next) = match *step {
                Step::Update { at, what } => {
                    let (mut state, seen) = replicas[usize::from(at)].last().expect("it has a start").clone();
                    let node = NodeId(at + 1);
                    (self.update)(&mut state, node, updates.len(), what);
                    updates.push(Update { at: node, what, sees: seen });
                    let before = &replicas[usize::from(at)].last().expect("it has a start").0;
                    same("an update only adds", &self.joined(before, &state), &state)?;
                    (at, (state, seen | 1 << (updates.len() - 1)))
                }
                Step::Merge { into, from, ago } => {
                    let past = &replicas[usize::from(from)];
                    let (theirs, their_seen) = &past[past.len().saturating_sub(1 + ago)];
                    let (ours, our_seen) = replicas[usize::from(into)].last().expect("it has a start");
                    (into, (self.joined(ours, theirs), our_seen | their_seen))
                }
            };
            let history = History { all: &updates, seen: next.1 };
            if !(self.means)(&next.0, &history) {
                let seen: Vec<_> = history.visible().collect();
                return Err(format!("it is not what its history says: {:?} after {seen:?}", next.0));
            }
            replicas[usize::from(changed)].push(next);
        }
        self.compare(&replicas.concat())
    }

    fn compare(&self, states: &[(T, u64)]) -> Result<(), String> {
        for (at, (a, seen)) in states.iter().enumerate() {
            same("a merge with itself does nothing", &self.joined(a, a), a)?;
            for (b, also_seen) in &states[at..] {
                let both = self.joined(a, b);
                same("merges commute", &both, &self.joined(b, a))?;
                same("a merge only adds", &self.joined(&both, a), &both)?;
                if seen == also_seen {
                    same("the same updates make the same state", a, b)?;
                }
            }
        }
        for (at, (a, _)) in states.iter().enumerate() {
            let other = |stride: usize| &states[(at * stride + 3) % states.len()].0;
            let (b, c) = (other(7), other(5));
            same("merges associate", &self.joined(&self.joined(a, b), c), &self.joined(a, &self.joined(b, c)))?;
        }
        Ok(())
    }
}

fn same<T: PartialEq + Debug>(law: &str, left: &T, right: &T) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{law}: {left:?} is not {right:?}")) }
}

fn step() -> impl Strategy<Value = Step> {
    let replica = 0_u8..3;
    prop_oneof![
        (replica.clone(), 0_u8..12).prop_map(|(at, what)| Step::Update { at, what }),
        (replica.clone(), replica, 0_usize..4).prop_map(|(into, from, ago)| Step::Merge { into, from, ago }),
    ]
}

/// Whether a property holds of 256 values, always the same ones: a test of a rule that was broken on purpose must not pass
/// on some days. What a failure says is about the smallest case that was found.
pub(super) fn holds<S: Strategy>(values: S, property: impl Fn(S::Value) -> Result<(), String>) -> Result<(), String> {
    let config = Config { cases: 256, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let found = runner.run(&values, |value| property(value).map_err(TestCaseError::fail));
    found.map_err(|failure| failure.to_string())
}
