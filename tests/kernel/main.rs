//! The kernel's meanings as stories: what a cut, a crash, a frozen node, a slow clock or an impatient client does, each
//! in a small run with round numbers. A message takes 1 ms, a write to disk 2 ms.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

mod clocks;
mod crashes;
mod figure_eight;
mod leaderless_names;
mod leaderless_typing;
mod limits;
mod links;
mod operations;
mod pauses;
mod raft_check_quorum;
mod raft_everything;
mod raft_lease;
mod raft_membership;
mod raft_monitors;
mod raft_naive;
mod raft_pre_vote;
mod raft_reads;
mod raft_rules;
mod raft_safety;
mod raft_sessions;
mod raft_snapshots;
mod raft_stickiness;
mod raft_transfer;
mod second_protocol;
mod traces;
mod waiting;
mod workloads;
