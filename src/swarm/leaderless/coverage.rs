//! What the runs of a leaderless swarm went through, as counts: a swarm that exercises nothing is seen here.

use std::ops::AddAssign;

use crate::data::MergeNote;
use crate::protocol::leaderless::{Content, Leaderless, LeaderlessNote, Way};
use crate::sim::{Kind, TraceRecord};

macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Counts of what happened.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct ReplicaCoverage {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl ReplicaCoverage {
            /// The counts with their names.
            #[must_use]
            pub fn rows(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),+]
            }
        }

        impl AddAssign for ReplicaCoverage {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)+
            }
        }
    };
}

counts! {
    /// Requests refused since too few seemed alive.
    too_few_alive,
    /// Requests given up.
    given_up,
    /// Reads that found replicas behind.
    read_repairs,
    /// Write-backs that came to a replica.
    write_backs,
    /// Hints kept.
    hints_kept,
    /// Hints handed over.
    hints_delivered,
    /// Hints that were too old.
    hints_expired,
    /// Comparisons that found a difference.
    trees_differed,
    /// Versions mended by a comparison.
    mended_by_comparison,
    /// Tombstones forgotten.
    purged,
    /// Suspicions.
    suspicions,
    /// Versions that were kept side by side.
    siblings,
    /// Writes that lost against a later stamp.
    lost_by_stamp,
    /// Things that were typed in text boxes.
    typed,
    /// Histories in which every register was regular, as it had to be.
    histories_regular,
    /// Histories that could be explained by one copy of the data.
    histories_explained,
    /// Runs in which every counter came to what was acknowledged.
    counted,
    /// Runs in which all replicas agreed in the end, as they had to.
    converged,
}

impl ReplicaCoverage {
    pub(super) fn see(&mut self, record: &TraceRecord<Leaderless>) {
        if let Kind::Note { note, .. } = &record.kind {
            self.see_note(note);
        }
    }

    fn see_note(&mut self, note: &LeaderlessNote) {
        let count = match note {
            LeaderlessNote::TooFewAlive { .. } => &mut self.too_few_alive,
            LeaderlessNote::GaveUp { .. } => &mut self.given_up,
            LeaderlessNote::Repairs { .. } => &mut self.read_repairs,
            LeaderlessNote::HintKept { .. } => &mut self.hints_kept,
            LeaderlessNote::HintDelivered { .. } => &mut self.hints_delivered,
            LeaderlessNote::HintExpired { .. } => &mut self.hints_expired,
            LeaderlessNote::TreesDiffer { .. } => &mut self.trees_differed,
            LeaderlessNote::Purged { .. } => &mut self.purged,
            LeaderlessNote::Suspects { .. } => &mut self.suspicions,
            LeaderlessNote::Trusts { .. }
            | LeaderlessNote::Wrote { .. }
            | LeaderlessNote::Enough { .. }
            | LeaderlessNote::HintForgotten { .. }
            | LeaderlessNote::NoText { .. } => return,
            LeaderlessNote::Typed { .. } => &mut self.typed,
            LeaderlessNote::Merged { way, notes, .. } => return self.see_merge(*way, notes),
        };
        *count += 1;
    }

    fn see_merge(&mut self, way: Way, notes: &[MergeNote<Content>]) {
        match way {
            Way::AntiEntropy => self.mended_by_comparison += 1,
            Way::WriteBack => self.write_backs += 1,
            Way::Write | Way::ReadRepair | Way::Handoff | Way::Typing => {}
        }
        for note in notes {
            match note {
                MergeNote::KeptBoth { .. } => self.siblings += 1,
                MergeNote::Newer { has_come: false, .. } => self.lost_by_stamp += 1,
                _ => {}
            }
        }
    }
}
