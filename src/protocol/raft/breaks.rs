//! The "break it" switches: each turns off one rule that Raft's safety rests on, so that people can see what the rule is
//! for. Off by default, and named wherever a run is shown.

use crate::protocol::switches::switches;

switches! {
    /// Term and vote are not written to disk before a vote is given (figure 2): after a crash a server votes twice.
    VoteWithoutPersisting = "vote_without_persisting",
    /// Entries are acknowledged, and counted by their leader, before they are on disk (figure 2).
    AcknowledgeBeforePersisting = "acknowledge_before_persisting",
    /// A new leader throws away entries of its own log that it does not know to be committed (figure 3, append-only).
    LeaderDropsUncommitted = "leader_drops_uncommitted",
    /// A follower appends whatever comes after an index, whether the entry there matches or not (section 5.3).
    SkipLogMatching = "skip_log_matching",
    /// A vote is given to whoever asks first, however far behind its log is (section 5.4.1).
    IgnoreLogUpToDateness = "ignore_log_up_to_dateness",
    /// A leader commits an entry of an older term once a majority holds it (section 5.4.2 and figure 8).
    CommitOldTermsByCounting = "commit_old_terms_by_counting",
    /// A server applies entries as soon as they are in its log, committed or not (section 5.3).
    ApplyBeforeCommit = "apply_before_commit",
    /// A leader takes an entry for replicated when it has sent it (section 5.3).
    CountSentAsMatched = "count_sent_as_matched",
    /// A server raises its term before it asks for pre-votes (thesis, 9.6).
    PreVoteRaisesTerm = "pre_vote_raises_term",
    /// A leader takes what it sends for a sign that others hear it (thesis, 6.2).
    CheckQuorumCountsSends = "check_quorum_counts_sends",
    /// A lease lasts as long as the minimum election timeout, as if all clocks ran alike (thesis, 6.4.1).
    LeaseWithoutMargin = "lease_without_margin",
    /// A lease begins when the acknowledgements arrive, not when the heartbeat was sent (thesis, 6.4.1).
    LeaseFromReceipt = "lease_from_receipt",
    /// A leader keeps its lease while it hands over leadership (thesis, 6.4.1).
    TransferKeepsLease = "transfer_keeps_lease",
    /// A server that starts again votes at once, though it may have promised a leader not to (thesis, 6.4.1).
    RestartForgetsLeader = "restart_forgets_leader",
    /// Whoever takes itself for the leader answers reads from its own state, and asks nobody (section 8).
    ServeReadsLocally = "serve_reads_locally",
    /// A new leader serves read-index reads before it has committed an entry of its own term (section 8).
    ReadIndexBeforeOwnTerm = "read_index_before_own_term",
    /// A client is told that its write is done when the leader has it (section 5.3).
    AcknowledgeBeforeReplicating = "acknowledge_before_replicating",
    /// A repeated request is applied again (section 8, thesis 6.3).
    NoSessions = "no_sessions",
    /// A snapshot holds the data, but not what clients' sessions have done (thesis, 6.3).
    SnapshotWithoutSessions = "snapshot_without_sessions",
    /// A leader changes the membership before it has committed an entry of its own term (Ongaro's correction of 2015).
    MembershipWithoutCorrection = "membership_without_correction",
    /// A leader begins a change of membership while another is not yet committed (thesis, 4.1).
    ManyChangesAtOnce = "many_changes_at_once",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switch_has_its_own_bit_and_name() {
        for (at, rule) in Break::ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, at);
            assert_eq!(Break::named(rule.name()), Some(rule));
            assert_eq!(serde_json::to_value(rule).expect("a word"), rule.name());
            assert_eq!(Breaks::from(rule).iter().collect::<Vec<_>>(), [rule]);
        }
        assert_eq!(Breaks::NONE.iter().count(), 0);
    }
}
