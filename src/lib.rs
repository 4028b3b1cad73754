//! Netsplit: pull the cable and see what your database does.
//!
//! A deterministic simulation of replication protocols, its checkers, and the run that a person steers. The modules
//! are listed from the bottom up; each may use only those above it in the list (`tests/tidy.rs` reads the `use` lines).
//! `ARCHITECTURE.md` says what each layer owns and what it does not know.

pub mod base;

pub mod data;

pub mod protocol;

pub mod sim;

pub mod check;

pub mod lesson;

pub mod session;

pub mod swarm;

pub mod view;

#[cfg(feature = "ui")]
pub mod ui;
