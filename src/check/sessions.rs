//! The four session guarantees of Terry et al., "Session Guarantees for Weakly Consistent Replicated Data" (PDIS 1994),
//! as far as clients can see them. Each checker is sound: what it reports breaks the guarantee whichever way the replicas
//! worked, also where values repeat. Defined for registers: read, write, compare-and-set, delete.
//!
//! A client sees values and not sets of writes. So each guarantee is put as what one reader may see, all other sessions'
//! writes being free to come in any order that the guarantee leaves them. No check looks at real time between sessions.

mod others;
mod own;
mod registers;

use super::observed::Observed;
use super::setup::Setup;
use super::verdict::{Undecided, Verdict, Violation};
use registers::Registers;

/// A promise to one session about its own reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// A read that follows an acknowledged write of its session does not return what was there before: neither the
    /// initial value nor a value that only earlier writes of this session can have written.
    ReadYourWrites,
    /// Reads of a session do not go back: a key never returns to a value that it has left, unless that value may have
    /// been written once more.
    MonotonicReads,
    /// Writes of a session come in its order: whoever has seen the later one and goes on reading does not see what was
    /// there before the earlier one. The reader's own reads are taken to be monotonic.
    MonotonicWrites,
    /// A write comes after what its session had read before: whoever has seen the write and goes on reading does not see
    /// what was there before that. The reader's own reads are taken to be monotonic.
    WritesFollowReads,
}

impl Guarantee {
    /// All four.
    pub const ALL: [Self; 4] =
        [Self::ReadYourWrites, Self::MonotonicReads, Self::MonotonicWrites, Self::WritesFollowReads];
}

/// Checks one guarantee for all sessions.
///
/// A no names the first read that breaks it and what it contradicts. The answer is undecided where a key has operations
/// that no register has, and, for monotonic writes and writes-follow-reads, where values repeat so that a read does not
/// say which write it saw. The other two ask for no more than that some write explains each read, and so decide.
#[must_use]
pub fn session_guarantee(observed: &Observed, guarantee: Guarantee, setup: &Setup) -> Verdict {
    let registers = Registers::new(observed, setup);
    let mut report = Report { first: None, is_ambiguous: false };
    match guarantee {
        Guarantee::ReadYourWrites => own::read_your_writes(&registers, &mut report),
        Guarantee::MonotonicReads => own::monotonic_reads(&registers, &mut report),
        Guarantee::MonotonicWrites => others::monotonic_writes(&registers, &mut report),
        Guarantee::WritesFollowReads => others::writes_follow_reads(&registers, &mut report),
    }
    match report.first {
        Some(violation) => Verdict::Violated(violation),
        None if registers.has_others => Verdict::Undecided(Undecided::NotARegister),
        None if report.is_ambiguous => Verdict::Undecided(Undecided::RepeatedValues),
        None => Verdict::Satisfied(()),
    }
}

/// What a check has found.
struct Report {
    first: Option<Violation>,
    /// Whether some read could not be told to have seen one certain write.
    is_ambiguous: bool,
}

impl Report {
    /// Notes a violation; the one that ended first stays.
    fn add(&mut self, operation: usize, event: usize, against: Vec<usize>) {
        if self.first.as_ref().is_none_or(|first| event < first.event) {
            self.first = Some(Violation { operation, event, against });
        }
    }
}
