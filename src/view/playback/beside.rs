//! Two playbacks on one clock: the slower of their two paces counts, so that no key moment of either is hurried over.
//! Each keeps its own place on its own pace, from which its messages are drawn and its captions are made.

use super::{EVENTS_A_TICK, Playback, Ticked};
use crate::base::SimTime;
use crate::view::pace::ScreenTime;

impl Playback {
    /// Lets so many microseconds of the screen pass, for this run and for one beside it.
    pub fn tick_beside(&mut self, other: &mut Self, passed_us: u64) -> Ticked {
        if !self.is_playing {
            return Ticked::default();
        }
        let before = self.session.now();
        let targets = [self.target(passed_us), other.target(passed_us)];
        let last = self.last();
        let reach = self.pace.sim_at(targets[0]).min(other.pace.sim_at(targets[1]));
        let (_, is_over) = self.go_on(reach.min(last).max(before.time));
        let now = self.session.now();
        let events = other.session.now().events;
        other.session.advance_some(now.time, EVENTS_A_TICK);
        self.stand(targets[0], now.time, passed_us);
        other.stand(targets[1], now.time, passed_us);
        let has_ended = is_over || now.time >= last || self.session.cluster().halted().is_some();
        self.is_playing = !has_ended;
        let has_events = now.events != before.events || other.session.now().events != events;
        Ticked { has_moved: true, has_events, has_ended }
    }

    /// Takes its place on its own pace at a time that both have reached. While the other is the slower one, its own pace
    /// stands, and time on the screen passes all the same.
    fn stand(&mut self, target: ScreenTime, time: SimTime, passed_us: u64) {
        let before = self.screen;
        let is_slower = self.pace.sim_at(target) <= time;
        self.screen = if is_slower { target } else { self.pace.screen_at(time).clamp(before, target) };
        self.passed += passed_us.min(super::TICK_MAX).saturating_sub(self.screen.0 - before.0);
        self.look();
    }

    /// Stands where another playback stands by its time, wherever that came from; says whether it had to go there.
    pub fn follow(&mut self, other: &Self) -> bool {
        if self.speed != other.speed {
            self.set_speed(other.speed);
        }
        let time = other.session.now().time;
        if time == self.session.now().time {
            return false;
        }
        self.session.seek(time);
        self.begin_here();
        true
    }

    /// Takes one event or command of this run, or lets time pass to the next of the one beside it, if that comes before.
    /// Says whether there was one.
    pub fn step_beside(&mut self, other: &mut Self) -> bool {
        let (own, beside) = (self.session.next_at(), other.session.next_at());
        match beside {
            Some(beside) if own.is_none_or(|own| beside < own) => {
                self.is_playing = false;
                if self.stop_at.is_some_and(|last| beside > last) {
                    return false;
                }
                self.session.advance(beside);
                self.begin_here();
                true
            }
            Some(_) | None => self.step(),
        }
    }
}
