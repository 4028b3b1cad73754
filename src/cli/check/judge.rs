//! Which checker judges which model, and the figures that it has beside its verdict.

use netsplit::check::{
    BadPattern, CausalLevel, Consistency, CounterRead, Guarantee, Observed, Setup, Verdict, causality, convergence,
    counter_bounds, linearizable, lost_writes, sequential, session_guarantee, set_full, staleness,
};

use crate::args::ModelWord;

/// What a checker says of a history.
pub(super) struct Judged {
    /// With a yes, the order that shows it, where there is one.
    pub(super) verdict: Verdict<Option<Vec<usize>>>,
    /// Counts and lengths, by name.
    pub(super) figures: Vec<(&'static str, u64)>,
    /// The bad pattern of a history that is not causally consistent.
    pub(super) pattern: Option<BadPattern>,
}

impl Judged {
    fn plain(verdict: Verdict) -> Self {
        Self::with(verdict, Vec::new())
    }

    fn with(verdict: Verdict, figures: Vec<(&'static str, u64)>) -> Self {
        Self { verdict: verdict.map(|()| None), figures, pattern: None }
    }

    fn ordered(verdict: Verdict<Vec<usize>>) -> Self {
        Self { verdict: verdict.map(Some), figures: Vec::new(), pattern: None }
    }
}

/// Asks the checker of a model.
pub(super) fn judge(model: ModelWord, observed: &Observed, setup: &Setup) -> Judged {
    let session = |guarantee| Judged::plain(session_guarantee(observed, guarantee, setup));
    match model {
        ModelWord::Register
        | ModelWord::CasRegister
        | ModelWord::EtcdCasRegister
        | ModelWord::Append
        | ModelWord::KvAppend
        | ModelWord::Set
        | ModelWord::Mutex
        | ModelWord::MultiRegister
        | ModelWord::Linearizable => Judged::ordered(linearizable(observed, setup)),
        ModelWord::Sequential => Judged::ordered(sequential(observed, setup)),
        ModelWord::ReadYourWrites => session(Guarantee::ReadYourWrites),
        ModelWord::MonotonicReads => session(Guarantee::MonotonicReads),
        ModelWord::MonotonicWrites => session(Guarantee::MonotonicWrites),
        ModelWord::WritesFollowReads => session(Guarantee::WritesFollowReads),
        ModelWord::AcknowledgedWrites => Judged::plain(lost_writes(observed, setup, None).verdict()),
        ModelWord::Safe => Judged::plain(Consistency::Safe.check(observed, setup)),
        ModelWord::Regular => Judged::plain(Consistency::Regular.check(observed, setup)),
        ModelWord::Staleness => stale(observed, setup),
        ModelWord::Causal => causal(observed, CausalLevel::Causal, setup),
        ModelWord::CausalConvergence => causal(observed, CausalLevel::Convergent, setup),
        ModelWord::CausalMemory => causal(observed, CausalLevel::Memory, setup),
        ModelWord::SetFull => elements(observed, setup),
        ModelWord::CausalReverse => Judged::plain(Consistency::CausalReverse.check(observed, setup)),
        ModelWord::Counter => counters(observed, setup),
        ModelWord::Convergence => Judged::plain(convergence(observed, setup)),
    }
}

fn causal(observed: &Observed, level: CausalLevel, setup: &Setup) -> Judged {
    let found = causality(observed, level, setup);
    let pattern = found.broken.as_ref().map(|(pattern, _)| *pattern);
    Judged { pattern, ..Judged::plain(found.verdict(observed)) }
}

fn stale(observed: &Observed, setup: &Setup) -> Judged {
    let found = staleness(observed, setup);
    let mut figures = vec![
        ("reads", found.reads as u64),
        ("stale", found.stale.len() as u64),
        ("from_nowhere", found.from_nowhere.len() as u64),
        ("versions_behind_max", found.versions_max() as u64),
    ];
    figures.extend(found.behind_max().map(|length| ("behind_max_us", length.0)));
    Judged::with(found.verdict(observed), figures)
}

fn elements(observed: &Observed, setup: &Setup) -> Judged {
    let found = set_full(observed, setup);
    let mut figures = vec![
        ("stable", found.stable.len() as u64),
        ("stale", found.stale().count() as u64),
        ("lost", found.lost.len() as u64),
        ("never_read", found.never_read.len() as u64),
        ("duplicated", found.duplicated.len() as u64),
        ("unexpected", found.unexpected.len() as u64),
    ];
    figures.extend(found.latencies().last().map(|length| ("stable_latency_max_us", length.0)));
    Judged::with(found.verdict(observed), figures)
}

fn counters(observed: &Observed, setup: &Setup) -> Judged {
    let found = counter_bounds(observed, setup);
    let wrong = found.reads().filter(|read: &&CounterRead| !read.is_within()).count();
    let figures = vec![("reads", found.reads().count() as u64), ("out_of_bounds", wrong as u64)];
    Judged::with(found.verdict(), figures)
}
