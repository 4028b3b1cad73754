//! Verdicts on a run, by those who only watch: what an observer may know, invariants, histories. Knows no node in the
//! middle of a handler.

mod facts;
mod invariant;

pub use facts::Facts;
pub use invariant::{Invariant, InvariantBroken, Invariants};
