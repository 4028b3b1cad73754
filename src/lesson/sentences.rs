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
/// N.
pub const N: &str = "On how many replicas a key lives: N.";
/// R.
pub const R: &str = "How many replicas a read waits for: R.";
/// W.
pub const W: &str = "How many replicas a write waits for: W.";
/// Sloppy quorums.
pub const SLOPPY: &str = "Whether others stand in for replicas that seem dead, so that any N of the living will do.";
/// Who sees to a request.
pub const COORDINATOR: &str = "Who sees to a request.";
/// A replica.
pub const COORDINATOR_REPLICA: &str = "One of the key's own replicas, whose copy counts at once.";
/// A proxy.
pub const COORDINATOR_PROXY: &str = "Whoever is asked, even if it holds no copy.";
/// How many a read asks.
pub const READ_FANOUT: &str = "How many replicas a read asks.";
/// All.
pub const FANOUT_ALL: &str = "All N, and the first R answers count.";
/// R only.
pub const FANOUT_QUORUM: &str = "R only, those that seem alive first.";
/// The coordinator's patience.
pub const REQUEST_TIMEOUT: &str = "How long whoever sees to a request waits for the others.";
/// Conflicts.
pub const CONFLICTS: &str = "What becomes of versions that conflict.";
/// Last writer wins.
pub const CONFLICTS_LWW: &str = "The write with the later stamp stays, by the clocks of those who took the writes.";
/// Siblings.
pub const CONFLICTS_SIBLINGS: &str = "Versions that have not seen each other all stay; whoever reads gets them all.";
/// Union.
pub const CONFLICTS_UNION: &str = "As siblings; a read unites their lists.";
/// The highest.
pub const CONFLICTS_HIGHEST: &str = "As siblings; a read takes the highest number.";
/// A counter.
pub const CONFLICTS_COUNTER: &str = "A counter: every addition counts.";
/// A set.
pub const CONFLICTS_SET: &str = "A set: an addition wins over a removal that has not seen it.";
/// A text.
pub const CONFLICTS_TEXT: &str =
    "A text that many type in at once: every letter keeps its place, and what is deleted stays so.";
/// Read repair.
pub const READ_REPAIR: &str = "Whether a read mends replicas that are behind.";
/// None.
pub const READ_REPAIR_OFF: &str = "It does not.";
/// Afterwards.
pub const READ_REPAIR_ASYNC: &str = "After it has answered.";
/// First.
pub const READ_REPAIR_BLOCKING: &str = "Before it answers, until W replicas hold what it answers with.";
/// Hints.
pub const HINTED_HANDOFF: &str = "Whether writes that a replica has missed are kept for it by others.";
/// How often hints are offered.
pub const HANDOFF_INTERVAL: &str = "How often hints are offered to those they are for.";
/// How long hints live.
pub const HINT_EXPIRY: &str = "How long a hint is kept; for ever if left out.";
/// Comparing trees.
pub const ANTI_ENTROPY: &str = "How replicas compare what they hold, tree by tree.";
/// Tombstones.
pub const TOMBSTONE_GRACE: &str = "How old a deletion must be before it is forgotten.";
/// Compaction.
pub const COMPACTION_INTERVAL: &str = "How often replicas look for deletions that are old enough to be forgotten.";
/// Gossip.
pub const GOSSIP_INTERVAL: &str = "How often a node tells another whom it has heard of.";
/// Suspicion.
pub const DETECTOR: &str = "When a silent node is taken for dead.";
