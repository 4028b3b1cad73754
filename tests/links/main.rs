//! What a person sends to another: records replayed in slices, links, and the links of every release, which lead to the
//! same run for ever.
#![cfg(not(target_arch = "wasm32"))]

mod replay;
