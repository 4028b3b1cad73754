//! Ids, simulated time, keyed randomness: what every layer speaks in. Knows nothing else.

mod distribution;
mod ids;
mod order;
mod rng;
mod shared;
mod time;

pub use distribution::Distribution;
pub use ids::{ClientId, Endpoint, NodeId, NodeSet, OpId, PersistToken, RecordId, RequestId, TimerId, WaitId};
pub use order::sort_by_key;
pub use rng::{Place, Purpose, Stream, chance, range};
pub use shared::{SharedMap, SharedVec};
pub use time::{Drift, LocalTime, Moment, Monotonic, PPM, SimDuration, SimTime, TimeSpan, Wall};
