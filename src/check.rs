//! Verdicts on a run, by those who only watch: what an observer may know, invariants, histories. Knows no node in the
//! middle of a handler.

mod consistency;
mod facts;
mod history;
mod invariant;
pub mod leaderless;
mod leaderships;
mod linearizable;
mod lost_writes;
mod model;
mod observed;
pub mod raft;
mod search;
mod sequential;
mod sessions;
mod setup;
mod verdict;

pub use consistency::Consistency;
pub use facts::Facts;
pub use history::{Dialect, History, HistoryEvent, HistoryKind, HistoryValue, Recorded};
pub use invariant::{Invariant, InvariantBroken, Invariants};
pub use leaderships::{Leadership, Leaderships};
pub use linearizable::{LiveLinearizability, linearizable};
pub use lost_writes::{FinalState, LostWrites, lost_writes};
pub use model::Model;
pub use observed::{
    Access, Answer, Ask, BadLine, Datum, End, EventLine, EventType, LineReader, Observed, ObservedOp, Reading, asked,
    end_of,
};
pub use sequential::{sequential, sequential_by_search};
pub use sessions::{Guarantee, session_guarantee};
pub use setup::Setup;
pub use verdict::{Undecided, Verdict, Violation};
