//! Random testing in swarms (A. Groce and others, "Swarm Testing", ISSTA 2012): each seed draws a cluster, its settings,
//! its clients and some kinds of fault out of all there are; then everything is mended and progress is demanded. Owns
//! what is drawn, how a run is judged, and how a failure is made small. Knows no threads, files or terminals.

mod class;
mod clients;
mod coverage;
mod draw;
mod draws;
mod faults;
mod heal;
mod history;
mod leaderless;
mod members;
mod reduce;
mod settings;
mod trial;
mod verdict;
mod wipes;

pub use class::Class;
pub use coverage::Coverage;
pub use draw::{PATIENCE, draw};
pub use leaderless::{ReplicaCoverage, draw_leaderless, run_leaderless_seed};
pub use reduce::{Reduced, reduce};
pub use trial::{Trial, fingerprint_of, run_seed, try_scenario};
pub use verdict::{Assumptions, Failure, FailureKind, assumptions};
