//! What people see of a run, as plain values: words, pictures, pace. Knows nothing of signals and the DOM.

pub mod apps;
pub mod caption;
pub mod chronicle;
pub mod comparison;
pub mod decisive;
pub mod describe;
pub mod inspector;
pub mod layout;
pub mod log;
pub mod pace;
pub mod playback;
pub mod preference;
pub mod readings;
pub mod settings;
pub mod sides;
pub mod split;
pub mod stage;
pub mod switched_off;
pub mod timeline;
pub mod traffic;
