//! The view's model against whole runs: what the chronicle lists is what the worlds hold, the pace keeps its promises,
//! and the captions tell the stories as they were read by a person.
#![cfg(not(target_arch = "wasm32"))]

mod captions;
mod chronicle;
mod eyes;
mod grades;
mod inspector;
mod lessons;
mod merges;
mod pace;
mod pictures;
mod playback;
mod readings;
mod replicas;
mod runs;
mod timeline;
