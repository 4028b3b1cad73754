//! Measured against theory: what many runs come to on average must be what arithmetic says of them. Every bound is four
//! standard deviations of the measured mean or share, so that a right simulator fails one time in sixteen thousand if its
//! seeds change, and never while they stay.

mod commit_latency;
mod failover;
mod leaderless;
mod lease;
mod quorums;
mod split_votes;
mod stage;
#[path = "../support/watched.rs"]
#[allow(dead_code, reason = "each test binary takes its own part")]
mod watched;
