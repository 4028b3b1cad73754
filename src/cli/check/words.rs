//! What the models are in words: for a history that satisfies one, and for one that does not.

use netsplit::check::BadPattern;

use crate::args::ModelWord;

impl ModelWord {
    /// What a history is that satisfies it, and what one is that does not, in words.
    pub(super) fn words(self) -> (String, String) {
        let yes = match self {
            Self::Register => "linearizable as a register",
            Self::CasRegister | Self::EtcdCasRegister => "linearizable as a cas-register",
            Self::Append | Self::KvAppend => "linearizable as an append object",
            Self::Set => "linearizable as a set",
            Self::Mutex => "linearizable as a mutex",
            Self::MultiRegister => "linearizable as a multi-register",
            Self::Linearizable => "linearizable",
            Self::Sequential => "sequentially consistent",
            Self::Safe => "safe registers",
            Self::Regular => "regular registers",
            Self::Staleness => "without stale reads",
            Self::Causal => "causally consistent",
            Self::CausalConvergence => "causally convergent",
            Self::CausalMemory => "causal memory",
            Self::SetFull => "without lost elements",
            Self::CausalReverse => "without reversed causes",
            Self::Counter => "within the bounds of counters",
            Self::Convergence => "convergent, as its clients saw it",
            other => return (other.name(), other.name()),
        };
        (yes.to_owned(), format!("not {yes}"))
    }

    /// How to read a no.
    pub(super) fn explanation(self, pattern: Option<BadPattern>) -> &'static str {
        match self {
            Self::Causal | Self::CausalConvergence | Self::CausalMemory => pattern.map_or("", BadPattern::meaning),
            Self::Safe | Self::Regular | Self::Staleness => {
                "It returned what had been replaced before it began: the write below had been acknowledged by then, and it \
                 had begun after the one that was read was acknowledged. Where no write stands below, nobody wrote what it \
                 returned."
            }
            Self::SetFull => {
                "An element that was acknowledged or seen is missing from the last read that could show it, or a read shows \
                 an element twice, or one that nobody had added. Below stand the operation that made a lost element known \
                 and the last read that showed it."
            }
            Self::CausalReverse => {
                "It shows the second element below without the first, although the first was acknowledged before anybody asked \
                 for the second."
            }
            Self::Counter => {
                "It is below the sum of all that had been acknowledged before it began, or above the sum of all that may have \
                 been added by its end."
            }
            Self::Convergence => {
                "Writing had stopped, and the settling time had passed. The read below began by then too, and returned \
                 something else."
            }
            Self::Sequential => {
                "No order of all operations that keeps each process's own explains the history. The longest one that \
                 was found has no place for this operation."
            }
            Self::ReadYourWrites => {
                "The process had its acknowledgement for the write below before it began to read. What it read then was \
                 there before: no other process can have written it."
            }
            Self::MonotonicReads => {
                "The process had already read something newer: it read this value, then another, and now this one again, \
                 although nobody has written it once more."
            }
            Self::MonotonicWrites => {
                "The process had already seen a later write of the same session. What it read now was there before an \
                 earlier one."
            }
            Self::WritesFollowReads => {
                "The process had already seen a write whose session had read something newer before it wrote."
            }
            Self::AcknowledgedWrites => {
                "The last reads show neither this write nor anything that may have come after it, though its client was \
                 told that it is done."
            }
            _ => {
                "All before this end can be explained. With it, no order of the operations that had begun by then gives \
                 every client the answer that it got."
            }
        }
    }
}
