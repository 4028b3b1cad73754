//! A session on its way to being watched: what was ever run of it is followed with every invariant watched, whole or in slices
//! that leave a page time to draw. Owns how far that has come.

use super::{Ahead, Playback};
use crate::session::Session;
use crate::view::pace::Speed;

/// A session that is about to be watched.
#[derive(Debug)]
pub struct Opening {
    session: Session,
    ahead: Ahead,
}

impl Opening {
    /// Nothing is followed yet.
    #[must_use]
    pub fn new(session: Session) -> Self {
        let ahead = Ahead::before(&session);
        Self { session, ahead }
    }

    /// Follows by at most so many events. Says whether all is followed.
    pub fn advance_some(&mut self, events: u64) -> bool {
        self.ahead.follow(self.session.furthest().now(), events.max(1))
    }

    /// Watches the session from its cursor on, after whatever was left to follow.
    #[must_use]
    pub fn finish(mut self, speed: Speed) -> Playback {
        while !self.advance_some(u64::MAX) {}
        Playback::over(self.session, self.ahead, speed)
    }
}
