//! What people see of a run, as plain values: words now, pictures later. Knows nothing of signals and the DOM.

pub mod caption;
pub mod chronicle;
pub mod describe;
pub mod pace;
pub mod sides;
