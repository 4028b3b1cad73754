//! What each setting does, in a sentence: the same words in the format of scenarios and on the page.

/// The nodes.
pub const NODES: &str = "How many nodes there are.";
/// The election timeout.
pub const ELECTION_TIMEOUT: &str =
    "How long a follower waits for a leader before it stands for election; drawn anew at each reset.";
/// The heartbeat interval.
pub const HEARTBEAT_INTERVAL: &str = "How often a leader shows that it lives.";
/// The entries of one message.
pub const MAX_ENTRIES_PER_APPEND: &str = "How many entries one message may carry.";
/// The empty entry of a new leader.
pub const NOOP_ON_ELECTION: &str =
    "Whether a new leader opens its term with an empty entry, so that older entries can commit.";
/// Pre-votes.
pub const PRE_VOTE: &str = "Whether a server asks, before it raises its term, if its log would win. Voters that still hear a \
     leader refuse only with `leader_stickiness`.";
/// Stickiness.
pub const LEADER_STICKINESS: &str =
    "Whether a server that heard a leader within the shortest election timeout ignores candidates.";
/// Check-quorum.
pub const CHECK_QUORUM: &str =
    "Whether a leader steps down when no majority has answered for the shortest election timeout.";
/// Reads at the leader.
pub const READS: &str = "How a leader answers reads.";
/// Reads at followers.
pub const FOLLOWER_READS: &str = "What a follower does with reads.";
/// The lease.
pub const LEASE_LENGTH: &str = "How long a lease lasts on the leader's clock; the longest safe one if left out.";
/// The drift bound.
pub const DRIFT_BOUND: &str = "How far a clock may run from true time for a lease to be safe.";
/// Snapshots.
pub const SNAPSHOT_AFTER: &str =
    "After how many applied entries a server takes a snapshot and drops its log so far; never if left out.";
/// Rules that are switched off.
pub const BREAK_IT: &str = "Rules that are switched off, to see what breaks. Every output of such a run says so.";
/// Delay of a link.
pub const DELAY: &str = "How long a message takes, one way.";
/// Loss of a link.
pub const LOSS: &str = "The chance that a message is lost.";
/// Reads through the log.
pub const READS_LOG: &str = "Through the log, like a write.";
/// Read-index.
pub const READS_INDEX: &str = "As soon as a majority has answered that it still leads.";
/// Lease reads.
pub const READS_LEASE: &str = "At once, while a majority has promised to elect nobody else.";
/// A follower that refuses.
pub const FOLLOWER_REFUSE: &str = "It sends the client to the leader.";
/// A follower that asks.
pub const FOLLOWER_INDEX: &str = "It asks the leader how much it must have applied, and answers then.";
/// A follower that answers.
pub const FOLLOWER_LOCAL: &str = "It answers at once, perhaps with something old.";
