//! A run record carried out again, whole or in slices that leave a page time to draw. Owns how far the replay has come;
//! knows neither links nor clocks.

use super::record::RunRecord;
use super::steering::{Session, SessionError};
use crate::lesson::Scenario;

/// A record on its way to being a session again.
#[derive(Clone, Debug)]
pub struct Replay {
    session: Session,
    record: RunRecord,
    /// How many of the record's commands are carried out.
    carried_out: usize,
    is_done: bool,
}

impl Replay {
    /// A replay before its first event. A record names its scenario or holds it whole; which one it is, the caller knows.
    ///
    /// # Errors
    /// When the scenario cannot run.
    pub fn new(scenario: &Scenario, record: RunRecord) -> Result<Self, SessionError> {
        let session = Session::new(scenario, record.seed)?;
        Ok(Self { session, record, carried_out: 0, is_done: false })
    }

    /// Goes on by at most so many events, but for what a last step back takes, which is what a seek costs. Says whether
    /// the record's moment is reached.
    ///
    /// # Errors
    /// When a command of the record cannot be carried out at its moment. The replay stays where it is then.
    pub fn advance_some(&mut self, events: u64) -> Result<bool, SessionError> {
        let last = self.session.now().events.saturating_add(events.max(1));
        while let Some((moment, command)) = self.record.commands.get(self.carried_out) {
            let left = last.saturating_sub(self.session.now().events);
            if !self.session.approach(*moment, left) {
                return Ok(false);
            }
            self.session.apply(command).map_err(|error| match error {
                SessionError::Command(error) => {
                    SessionError::Replay { number: self.carried_out + 1, at: *moment, error }
                }
                other => other,
            })?;
            self.carried_out += 1;
        }
        if !self.is_done {
            let left = last.saturating_sub(self.session.now().events);
            self.is_done = self.arrive(left);
        }
        Ok(self.is_done)
    }

    /// Goes to where the run stood: ahead, or back if commands came after it. Says whether it got there.
    fn arrive(&mut self, events: u64) -> bool {
        let applied = self.record.applied as usize;
        if applied == self.record.commands.len() && self.session.now() <= self.record.at {
            return self.session.approach(self.record.at, events);
        }
        self.session.return_to(self.record.at, applied);
        true
    }

    /// How much of the record is behind, from 0 to 1000, by the time of its latest moment.
    #[must_use]
    pub fn thousandths(&self) -> u16 {
        let whole = self.record.latest();
        let here = self.session.now().time.0.min(whole);
        if whole == 0 || self.is_done { 1_000 } else { (u128::from(here) * 1_000 / u128::from(whole)) as u16 }
    }

    /// The session, after whatever was left to do. Whether its hash is the record's is for the caller to compare: a record
    /// of another version may lead elsewhere, and runs all the same.
    ///
    /// # Errors
    /// As for [`Replay::advance_some`].
    pub fn finish(mut self) -> Result<Session, SessionError> {
        while !self.advance_some(u64::MAX)? {}
        Ok(self.session)
    }
}
