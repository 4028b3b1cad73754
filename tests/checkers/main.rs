//! The checkers: against recorded verdicts of other checkers, against a naive one, and against what must hold of any.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod causal;
mod convergence;
mod counters;
mod histories;
mod linearizable;
mod live;
mod lost;
mod metamorphic;
mod naive;
mod oracles;
mod program;
mod reading;
mod registers;
mod runs;
mod sequential;
mod sessions;
mod sets;
