//! What the page is shown of a run, and how often: messages with every frame, all the rest less often. Decides nothing of the
//! run.

use super::{Clock, Lab};
use crate::ui::frame;
use crate::ui::prefs::{self, choice};
use crate::ui::pulse::Next;
use crate::view::caption::{Caption, Rank};
use crate::view::pace::{Rate, Skip, Speed};
use crate::view::playback::Playback;
use crate::view::stage::{SeenBy, StageFrame, show_losses, show_merges};
use crate::view::traffic::{Mover, Traffic};
use leptos::prelude::*;
use std::sync::Arc;

/// While the run plays, messages move with every frame; what stands, the clock and the words change no more often than this,
/// in milliseconds, since that costs several times as much and eyes cannot tell.
const SHOWN_APART: f64 = 40.0;

/// The same where the run goes too fast for a message to be followed.
const BLURRED_APART: f64 = 110.0;

/// A frame comes so many milliseconds after it is asked for, when it comes soon.
const FRAME: f64 = 5.0;

/// Two announcements are no nearer than this, in milliseconds.
const SPOKEN_APART: f64 = 1_500.0;

impl Lab {
    /// Notes that something has happened that is not shown yet.
    pub(super) fn owe(self, has_happened: bool) {
        self.owes.update_value(|owes| *owes |= has_happened);
    }

    /// Shows what moves, and all the rest too if that is due; and the same in the run beside.
    pub(super) fn publish(self, is_due: bool) {
        let seen_by = self.seen_by.get_untracked();
        // Before the rest: the legend looks at both.
        let Some(mut traffic) = self.read(|playback| Traffic::of(playback, seen_by)) else { return };
        if prefs::wants_still() {
            traffic = traffic.stilled();
        }
        let before = self.traffic.read_untracked();
        // Timers and what fades change slowly: without a message on its way they wait like the rest.
        let moves = !(traffic.movers.is_empty() && before.movers.is_empty());
        let was_there = |mover: &Mover| before.movers.binary_search_by_key(&mover.message, |it| it.message).is_ok();
        self.follows.set_value(traffic.movers.iter().any(was_there));
        drop(before);
        if is_due || moves {
            self.traffic.set(traffic);
        }
        if is_due {
            self.show_all(seen_by);
        }
        if let Some(twin) = self.twin.get_untracked() {
            twin.lab.follow(self, is_due);
        }
    }

    /// Whether it is time to show all, while the run plays.
    pub(super) fn is_due(self) -> bool {
        frame::now() - self.shown_at.get_value() >= self.apart()
    }

    fn apart(self) -> f64 {
        if self.is_blurred() { BLURRED_APART } else { SHOWN_APART }
    }

    fn is_blurred(self) -> bool {
        matches!(self.speed.get_untracked(), Speed::Fixed(rate) if rate >= Rate::BLURRED)
    }

    /// When the next frame is wanted: at once while an eye follows a message from frame to frame, else when all is shown
    /// again.
    pub(super) fn next_frame(self) -> Next {
        let beside = || self.twin.get_untracked().is_some_and(|twin| twin.lab.follows.get_value());
        let rest = self.apart() - (frame::now() - self.shown_at.get_value()) - FRAME;
        if !self.is_blurred() || rest < 1.0 || self.follows.get_value() || beside() {
            return Next::Frame;
        }
        Next::After(rest as u32)
    }

    fn show_all(self, seen_by: SeenBy) {
        self.shown_at.set_value(frame::now());
        let turn = self.clock.get_untracked().turn;
        let has_events = self.owes.try_update_value(std::mem::take).unwrap_or(true);
        let beside = self.twin.get_untracked().and_then(|twin| twin.lab.read(pace_of));
        let shown = self.read(|playback| {
            let session = playback.session();
            let (now, furthest) = (session.now(), session.furthest().now().time);
            let (mut rate, mut skip) = pace_of(playback);
            if let Some((slower, other)) = beside {
                // None is a hold, and slower than any rate.
                (rate, skip) = (rate.min(slower), skip.and(other));
            }
            skip = skip.filter(|_| playback.is_playing());
            let clock = Clock {
                time: now.time,
                events: now.events,
                furthest,
                is_playing: playback.is_playing(),
                rate,
                skip,
                turn,
            };
            let frame = has_events.then(|| {
                let mut frame = StageFrame::of(session.cluster(), seen_by);
                show_losses(&mut frame, playback);
                show_merges(&mut frame, playback);
                frame
            });
            (clock, frame, playback.caption().cloned())
        });
        let Some((clock, frame, caption)) = shown else { return };
        self.say(caption.as_ref());
        if *self.caption.read_untracked() != caption {
            self.caption.set(caption);
        }
        if let Some(frame) = frame {
            self.frame.set(Arc::new(frame));
        }
        self.clock.set(clock);
    }

    /// Stands where another laboratory stands.
    fn follow(self, other: Lab, is_due: bool) {
        let went = other.read(|other| self.change_unseen(|own| own.follow(other))).flatten();
        let events = self.read(|playback| playback.session().now().events);
        self.owe(went == Some(true) || events != Some(self.clock.get_untracked().events));
        self.publish(is_due);
    }

    /// Tells a screen reader what matters, not more often than it can be heard: what comes too soon is said later, if it is
    /// still what matters then.
    fn say(self, caption: Option<&Caption>) {
        let now = frame::now();
        // Captions are the observer's: who sees with other eyes is not told what these cannot know.
        let sees_all = self.seen_by.get_untracked() == SeenBy::Observer;
        let is_due = sees_all && now - self.said_at.get_value() >= SPOKEN_APART;
        let is_new = |caption: &&Caption| self.said.with_value(|said| said.as_ref() != Some(*caption));
        let least = if prefs::chosen(choice::WORDS) == "outcomes" { Rank::Leader } else { Rank::Rest };
        if let Some(caption) = caption.filter(|caption| is_due && caption.rank > least).filter(is_new) {
            self.said_at.set_value(now);
            self.said.set_value(Some(caption.clone()));
            self.spoken.set(caption.text.clone());
        }
    }
}

/// How fast time passes on the screen, and the quiet that is being skipped.
fn pace_of(playback: &Playback) -> (Option<Rate>, Option<Skip>) {
    let (pace, screen) = (playback.pace(), playback.screen());
    (pace.rate_at(screen), pace.skip_at(screen))
}
