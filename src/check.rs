//! Verdicts on a run, by those who only watch: what an observer may know, invariants, histories. Knows no node in the
//! middle of a handler.

mod facts;
mod history;
mod invariant;
mod leaderships;
pub mod raft;

pub use facts::Facts;
pub use history::{Dialect, History, HistoryEvent, HistoryKind, HistoryValue, Recorded};
pub use invariant::{Invariant, InvariantBroken, Invariants};
pub use leaderships::{Leadership, Leaderships};
