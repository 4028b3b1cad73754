//! Scenarios and their claims. Owns what a run is set up with and what it is said to show; knows nothing of how any of
//! it is drawn.

mod catalogue;
mod claim;
#[cfg(feature = "cli")]
pub mod format;
pub mod packed;
mod problems;
mod scenario;

pub use catalogue::{Entry, INDEX_FORMAT, Index};
pub use claim::{
    Claim, ClaimVerdict, Comparison, Fact, Literal, NodeWord, OutcomeWord, Predicate, Quantifier, Watcher,
};
pub use scenario::{SCENARIO_FORMAT, Scenario, ScenarioError, System};
