//! What people see of a run, as plain values: words, pictures, pace. Knows nothing of signals and the DOM.

pub mod caption;
pub mod chronicle;
pub mod decisive;
pub mod describe;
pub mod layout;
pub mod pace;
pub mod playback;
pub mod sides;
pub mod stage;
pub mod traffic;
