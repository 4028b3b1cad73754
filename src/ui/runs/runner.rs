//! One run, taken to its end in slices. The only file of the page that speaks with the core.

use super::super::frame::Slice;
use crate::lesson::Scenario;
use crate::session::Session;

/// Events between two looks at the wall clock: well below a millisecond of work.
const EVENTS: u64 = 500;

/// What a run has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The trace's hash, as the command line prints it.
    pub(super) hash: String,
    /// Events processed.
    pub(super) events: u64,
    /// Where the clock stands.
    pub(super) time: String,
    /// Operations that were answered.
    pub(super) ok: u64,
    /// Operations that were certainly not done.
    pub(super) failed: u64,
    /// Operations of which their client does not know.
    pub(super) unknown: u64,
    /// The rules that were switched off, by name.
    pub(super) switched_off: Vec<&'static str>,
    /// Which limit of the simulation the run met before its end, if it did.
    pub(super) halted: Option<String>,
}

/// A run on its way.
pub(super) struct Runner {
    session: Session,
}

impl Runner {
    /// Sets a run up.
    pub(super) fn new(scenario: &Scenario, seed: u32) -> Result<Runner, String> {
        let session = Session::new(scenario, seed).map_err(|error| error.to_string())?;
        Ok(Runner { session })
    }

    /// Runs until the slice or the run is over; says whether the run is.
    pub(super) fn advance(&mut self, slice: &Slice) -> bool {
        let until = self.session.scenario().until;
        while !self.session.advance_some(until, EVENTS) {
            if slice.is_over() {
                return false;
            }
        }
        true
    }

    /// How much of the run is behind, from 0 to 1.
    pub(super) fn progress(&self) -> f64 {
        let (now, end) = (self.session.now().time.0, self.session.scenario().until.0);
        if end == 0 { 1.0 } else { now as f64 / end as f64 }
    }

    /// What the run has come to so far.
    pub(super) fn outcome(&self) -> Outcome {
        let counters = self.session.cluster().counters();
        Outcome {
            hash: format!("{:016x}", self.session.trace_hash()),
            events: self.session.now().events,
            time: self.session.now().time.to_string(),
            ok: counters.ok,
            failed: counters.failed,
            unknown: counters.unknown,
            switched_off: self.session.scenario().system.switched_off(),
            halted: self.session.cluster().halted().map(|halt| halt.to_string()),
        }
    }
}
