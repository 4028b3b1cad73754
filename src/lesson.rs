//! Scenarios and lessons. Owns what a run is set up with, what it is said to show, and what a lesson says and asks;
//! knows nothing of how any of it is drawn.

mod catalogue;
mod change;
mod claim;
mod course;
#[cfg(feature = "cli")]
pub mod format;
pub mod packed;
mod problems;
mod scenario;
pub mod sentences;
mod step;
pub mod text;
mod watcher;

pub use catalogue::{Entry, INDEX_FORMAT, Index};
pub use change::{Act, Change, Until};
pub use claim::{Claim, Comparison, Fact, Literal, Named, NodeWord, OutcomeWord, Predicate, Quantifier, Sight, epoch};
pub use course::{
    GlossaryEntry, LESSON_FORMAT, LESSON_INDEX_FORMAT, Lesson, LessonEntry, LessonIndex, Level, Section, Source,
};
pub use scenario::{SCENARIO_FORMAT, Scenario, ScenarioError, System};
pub use step::{
    Choice, Deciding, Mark, Origin, Panel, Question, Reading, Setup, Start, Step, StepKind, StepView, StepWord, Tool,
    Variant,
};
pub use watcher::{ClaimVerdict, Watcher};
