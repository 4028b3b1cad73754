//! Nodes as state machines. Owns the shape of a node, the protocols themselves, and the words of clients' requests.
//! Knows nothing of the world: no clock, no seed, no network, no pixels.

mod effect;
pub mod leaderless;
mod node;
mod operation;
mod order;
pub mod raft;
mod switches;
mod typing;

pub use effect::{Effect, Effects};
pub use node::{Input, Observation, Protocol, Role};
pub use operation::{Context, Element, Key, Operation, Refusal, Reply, Request, SessionStamp, Update, Value};
pub use order::Order;
pub use typing::Typing;
