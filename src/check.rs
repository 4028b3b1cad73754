//! Verdicts on a run, by those who only watch: what an observer may know, invariants, histories. Knows no node in the
//! middle of a handler.

mod causal;
mod causal_reverse;
mod consistency;
mod convergence;
mod counter;
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
mod registers;
mod search;
mod sequential;
mod sessions;
mod set_full;
mod setup;
mod staleness;
mod verdict;

pub use causal::{BadPattern, CausalLevel, Causality, causality};
pub use causal_reverse::causal_reverse;
pub use consistency::Consistency;
pub use convergence::convergence;
pub use counter::{CounterRead, LiveCounters, counter_bounds};
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
pub use registers::{Age, LiveRegisters, RegisterLevel, Sight, register};
pub use sequential::{sequential, sequential_by_search};
pub use sessions::{Guarantee, session_guarantee};
pub use set_full::{Fate, Member, SetFull, set_full};
pub use setup::Setup;
pub use staleness::{StaleRead, Staleness, staleness};
pub use verdict::{Undecided, Verdict, Violation};
