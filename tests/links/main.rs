//! What a person sends to another: records replayed in slices, links, and the links of every release, which lead to the
//! same run for ever.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod hostile;
mod releases;
mod replay;
mod stories;
