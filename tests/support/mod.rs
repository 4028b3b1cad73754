//! What the native tests share: a world that is easy to set up and to question, a second protocol, and Raft
//! under its monitors.
#![allow(dead_code, unused_imports, reason = "each test binary takes its own part")]

pub(crate) mod faults;
pub(crate) mod gossip;
pub(crate) mod lab;
pub(crate) mod raft_group;
pub(crate) mod replica_alone;
pub(crate) mod swarm;
pub(crate) mod watched;

pub(crate) use gossip::{Fact, Gossip, Rounds, Word};
