//! Claims: what a run is said to show, as predicates over facts, with a quantifier over a span of time. Knows nothing of
//! how facts are found out (`fact`) nor of who watches (`watcher`).

mod fact;
mod names;

use serde::{Deserialize, Serialize};

use crate::base::SimTime;
use crate::check::Invariant;

pub use fact::{Comparison, Fact, NodeWord, OutcomeWord, Sight, epoch};
pub use names::Named;

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What it says, in words.
    pub name: String,
    /// How often the predicate must hold.
    pub quantifier: Quantifier,
    /// What must hold.
    pub predicate: Predicate,
    /// From when on it is watched.
    pub from: SimTime,
    /// Until when; none watches to the end of the run.
    pub until: Option<SimTime>,
}

impl Claim {
    /// The invariants that it expects to be broken: who claims so has nothing against it.
    pub fn broken(&self) -> impl Iterator<Item = Invariant> {
        let literals = if self.quantifier == Quantifier::Never { &[] } else { self.predicate.literals() };
        literals.iter().filter(|literal| literal.holds).filter_map(|literal| match literal.fact {
            Fact::Broken(invariant) => Some(invariant),
            _ => None,
        })
    }
}

/// How often a predicate must hold between the claim's two times. It is looked at after every event and at both times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantifier {
    /// Each time.
    Always,
    /// At least once.
    Sometimes,
    /// At the end of the span: from some moment on it holds for good.
    Eventually,
    /// Not once.
    Never,
}

/// What must hold: some facts, all or any of them. It does not nest, so that no input from outside can nest it without
/// end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// All of them.
    All(Vec<Literal>),
    /// One of them at least.
    Any(Vec<Literal>),
}

/// A fact, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Literal {
    /// Whether the fact must hold, or must not.
    pub holds: bool,
    /// The fact.
    pub fact: Fact,
}

impl Predicate {
    /// Whether it asks for a checker's word on the whole history so far.
    #[must_use]
    pub fn is_about_history(&self) -> bool {
        self.literals().iter().any(|literal| literal.fact.is_about_history())
    }

    /// Whether it holds now.
    #[must_use]
    pub fn holds(&self, sight: &Sight<'_>) -> bool {
        let is_met = |literal: &Literal| literal.fact.holds(sight) == literal.holds;
        match self {
            Self::All(all) => all.iter().all(is_met),
            Self::Any(any) => any.iter().any(is_met),
        }
    }

    /// The facts that it is about.
    #[must_use]
    pub fn literals(&self) -> &[Literal] {
        match self {
            Self::All(all) => all,
            Self::Any(any) => any,
        }
    }
}
