//! The world: event queue, network, disks, clocks, faults, clients, trace. Owns true time and chance; knows no concrete
//! protocol.

mod client;
mod clock;
mod command;
mod config;
mod disk;
mod flight;
mod network;
mod node;
mod packing;
pub mod plan;
mod queue;
mod record;
mod trace;
mod waits;
mod workload;
mod world;

pub use client::{AttemptEnd, ClientView, OpenOperation, Outcome, Tally};
pub use clock::Clock;
pub use command::{Command, CommandError, Direction, LinkPatch, Wire};
pub use config::{
    ClientConfig, Contact, DiskSettings, Jitter, Limits, LinkRule, LinkSettings, NetworkConfig, Retry, WorldConfig,
};
pub use disk::Disk;
pub use flight::{Fate, Flight};
pub use network::{Link, LinkHealth};
pub use node::{NodeSlot, NodeStatus};
pub use record::{DropReason, Kind, Payload, Place, Record};
pub use trace::{TRACE_HASH_NAME, Trace, TraceCursor, TraceRecord};
pub use workload::{Mix, Pace, ValueKind, Workload};
pub use world::{Counters, Halt, World};
