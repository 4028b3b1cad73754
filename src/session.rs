//! One run that a person steers: commands in, states out. Owns checkpoints, seek, branches, undo, and the run record;
//! lists the protocols in one place ([`Cluster`]). Knows nothing of Leptos.

mod base64;
mod branch;
mod checkpoints;
mod cluster;
mod ensemble;
pub mod link;
pub mod proof;
mod record;
mod replay;
mod run;
mod steering;
pub mod walk;

pub use branch::{Branch, BranchId};
pub use checkpoints::Spacing;
pub use cluster::{Cluster, Visit};
pub use ensemble::{Difference, Ensemble};
pub use record::{RECORD_FORMAT, RecordError, RunRecord, ScenarioRef};
pub use replay::Replay;
pub use run::{RunReport, run_scenario};
pub use steering::{Session, SessionError};
