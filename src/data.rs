//! Replicated data types and their clocks: what can be merged, in any order and any number of times, and what that means.
//! Knows nothing of networks, nodes or requests.
//!
//! A type is a value with updates and a [`Merge`]. Whoever updates names itself ([`NodeId`](crate::base::NodeId)); that no two
//! replicas use one name is what most of these types rest on. Each merge gives an account of what it did, as typed notes
//! whose words are in `view::describe`. The laws stand beside each type as properties, each with a twin that breaks it.
//!
//! C1 to C7, and where they are tested: C1 (same updates seen, same state), C2 (merge commutes, associates, is idempotent and
//! only grows) and what each type means, for all of them, in `laws.rs` and the tests of each file; C3 (concurrent operations
//! commute, a second delivery does nothing) in `text.rs` and `causal.rs`; C4 in the counters; C5 in `two_phase_set.rs`; C6 in
//! `or_set.rs` and `opt_or_set.rs`; C7 in `rga.rs`.

mod causal;
mod dotted;
mod dvv_set;
mod g_counter;
mod g_set;
mod hlc;
#[cfg(test)]
mod laws;
mod lww;
mod lww_map;
mod merge;
mod merkle;
mod mv_register;
mod opt_or_set;
mod or_set;
mod pn_counter;
mod rga;
mod ring;
mod server_vector;
mod sorted;
mod suspicion;
mod text;
mod two_phase_set;
mod version_vector;

pub use causal::{CausalBuffer, CausalOp, Delivery};
pub use dotted::{Dotted, Siblings};
pub use dvv_set::DvvSet;
pub use g_counter::GCounter;
pub use g_set::GSet;
pub use hlc::{Hlc, HybridClock, TooFarAhead};
pub use lww::{LwwRegister, Stamp, Stamped};
pub use lww_map::{LwwMap, Slot};
pub use merge::{Merge, MergeNote, Wire};
pub use merkle::{Branch, Change, Comparison, MerkleTree};
pub use mv_register::MvRegister;
pub use opt_or_set::OptOrSet;
pub use or_set::OrSet;
pub use pn_counter::PnCounter;
pub use rga::{LetterId, Patch, Range, Rga, RgaError};
pub use ring::{Position, Ring};
pub use server_vector::ServerVectorSiblings;
pub use suspicion::Suspicion;
pub use text::{Edit, Received, Text, TextChange};
pub use two_phase_set::TwoPhaseSet;
pub use version_vector::{Causality, Dot, VersionVector};
