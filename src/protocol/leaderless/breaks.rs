//! The "break it" switches: each turns off one rule that the promises of leaderless replication rest on, so that people can
//! see what the rule is for. Off by default, and named wherever a run is shown.

use crate::protocol::switches::switches;

switches! {
    /// A write is answered at one acknowledgement fewer than W (the paper, section 4.5).
    AnswerBeforeQuorum = "answer_before_quorum",
    /// A replica acknowledges a write before it is on its disk.
    AcknowledgeBeforePersisting = "acknowledge_before_persisting",
    /// A read that must write back answers without waiting for it (Attiya, Bar-Noy, Dolev, 1995).
    AnswerBeforeWriteBack = "answer_before_write_back",
    /// Siblings have a plain version vector with an entry a server, so that two blind writes through one server are one.
    ServerVersionVectors = "server_version_vectors",
    /// All replicas name their writes as if they were n1.
    SharedActor = "shared_actor",
    /// Of two versions the one that comes later stays, whatever their stamps are.
    LastArrivalWins = "last_arrival_wins",
    /// What comes by repair, hint or comparison replaces what is there, newer or not.
    RepairOverwrites = "repair_overwrites",
    /// Tombstones are forgotten at the next compaction, however young they are.
    TombstoneWithoutGrace = "tombstone_without_grace",
    /// Hints are kept in memory only: who crashes forgets them.
    HintDroppedOnRestart = "hint_dropped_on_restart",
    /// A hint counts as delivered when it is sent.
    ForgetHintWhenSent = "forget_hint_when_sent",
    /// The trees that replicas compare leave out what was deleted.
    TreeWithoutTombstones = "tree_without_tombstones",
    /// A replica sends a write out before the name that it gave it is on its disk, and may give that name again after a crash.
    NameBeforePersisting = "name_before_persisting",
}
