//! The checkers: against recorded verdicts of other checkers, against a naive one, and against what must hold of any.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod histories;
mod linearizable;
mod live;
mod lost;
mod metamorphic;
mod naive;
mod oracles;
mod program;
mod reading;
mod runs;
mod sequential;
mod sessions;
