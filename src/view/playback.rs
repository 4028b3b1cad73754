//! A session as it is watched: a cursor that moves by screen time, and a look ahead of it from which pace and captions are
//! made. Owns when the session moves; what happens in it, the session decides. The look ahead is never shown.
//!
//! However often it ticks, and however long a tick is, the run is the same: a tick only says how far to go.

mod ahead;
mod beside;
mod opening;

use crate::base::SimTime;
use crate::check::InvariantBroken;
use crate::lesson::{Scenario, Until};
use crate::session::walk::{self, Entry, Progress};
use crate::session::{BranchId, Session, SessionError};
use crate::sim::Command;
use crate::view::caption::{self, Caption, Captioner};
use crate::view::chronicle::Chronicle;
use crate::view::describe::Names;
use crate::view::pace::{Pace, ScreenTime, Speed};

use ahead::Ahead;
pub use opening::Opening;

/// A session as it is watched.
#[derive(Debug)]
pub struct Playback {
    session: Session,
    ahead: Ahead,
    speed: Speed,
    pace: Pace,
    /// Where the cursor stands on the pace's scale.
    screen: ScreenTime,
    captioner: Captioner,
    /// Screen time that has passed before the pace began anew: captions go on across that.
    passed: u64,
    /// How many beats and broken invariants the captioner was told of.
    told: (usize, usize),
    /// What was recorded before this is old: no caption tells it.
    tells_from: u64,
    is_playing: bool,
    /// Play no further than this.
    stop_at: Option<SimTime>,
    /// Play no further than the event at which this is over.
    stop_when: Option<(Until, Entry)>,
}

/// What a tick came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Whether the picture has changed.
    pub has_moved: bool,
    /// Whether something happened, and not only time passed.
    pub has_events: bool,
    /// Whether play has come to its end.
    pub has_ended: bool,
}

/// A tick takes no more events than this, so that a frame stays short; the run then goes slower than was asked.
const EVENTS_A_TICK: u64 = 20_000;

/// A tick is not longer than this, in microseconds of the screen: a tab that was hidden does not leap.
const TICK_MAX: u64 = 250_000;

/// So much screen time of a story is planned ahead; a fixed speed needs no plan.
const AHEAD: ScreenTime = ScreenTime(1_500_000);

impl Playback {
    /// Watches a session from its cursor on.
    #[must_use]
    pub fn new(session: Session, speed: Speed) -> Self {
        Opening::new(session).finish(speed)
    }

    /// The same, without a look at the invariants until [`Playback::watch_invariants`].
    #[must_use]
    pub fn unwatched(session: Session, speed: Speed) -> Self {
        let ahead = Ahead::unwatched(&session);
        Self::over(session, ahead, speed)
    }

    /// Has every invariant watched from now on, and in all that was run so far. Nothing else changes.
    pub fn watch_invariants(&mut self) {
        if self.ahead.is_watched() {
            return;
        }
        let through = self.ahead.through();
        self.ahead = Ahead::of(&self.session);
        // What is planned was planned with all of this known.
        while self.ahead.through() < through && self.ahead.go_on() {}
    }

    fn over(session: Session, ahead: Ahead, speed: Speed) -> Self {
        let pace = Pace::new(speed, session.now().time);
        let mut playback = Self {
            session,
            ahead,
            speed,
            pace,
            screen: ScreenTime(0),
            captioner: Captioner::default(),
            passed: 0,
            told: (0, 0),
            tells_from: 0,
            is_playing: false,
            stop_at: None,
            stop_when: None,
        };
        playback.begin_here();
        playback
    }

    /// The session, at the moment that is shown.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// All that was ever run of this branch, and a little more: whoever shows it goes no further than
    /// [`Playback::known`].
    #[must_use]
    pub fn chronicle(&self) -> &Chronicle {
        self.ahead.chronicle()
    }

    /// How many records of the chronicle lie before the cursor.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.session.cluster().records()
    }

    /// How many records of the chronicle may be shown at all: those of the branch as far as it was ever run.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.session.furthest().records()
    }

    /// The broken invariants that the cursor has passed.
    pub fn broken(&self) -> impl Iterator<Item = &InvariantBroken> {
        let now = self.session.now();
        self.ahead.broken().iter().filter(move |broken| broken.at <= now)
    }

    /// The pace of play.
    #[must_use]
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Where the cursor stands on the pace's scale.
    #[must_use]
    pub fn screen(&self) -> ScreenTime {
        self.screen
    }

    /// How fast it is to play.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Whether it plays.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// What is to be said just now.
    #[must_use]
    pub fn caption(&self) -> Option<&Caption> {
        self.captioner.shown()
    }

    /// Plays on.
    pub fn play(&mut self) {
        self.is_playing = self.session.cluster().halted().is_none();
    }

    /// Stands still.
    pub fn pause(&mut self) {
        self.is_playing = false;
    }

    /// Plays no further than to a time; none lifts the bound.
    pub fn stop_at(&mut self, time: Option<SimTime>) {
        self.stop_at = time;
    }

    /// Plays no further than the event at which something is over that began at an entry. It is looked at after every
    /// event, so that what holds for a moment only is seen at any frame rate; none looks at nothing.
    pub fn stop_when(&mut self, until: Option<(Until, Entry)>) {
        self.stop_when = until;
    }

    /// Tells only what is recorded from here on: a story that begins in the middle of a run says nothing of what was.
    pub fn tell_from(&mut self, record: u64) {
        self.tells_from = record;
        self.begin_here();
        let (now, watched) = (self.session.now().time, self.watched());
        let names = Names::new(self.session.cluster().config());
        let chronicle = self.ahead.chronicle();
        for (place, beat) in chronicle.beats()[..self.told.0].iter().enumerate() {
            if beat.when.record.0 >= record && beat.when.at == now {
                let caption = caption::of_beat(chronicle, &names, place);
                caption.into_iter().for_each(|caption| {
                    self.captioner.offer(caption, watched);
                });
            }
        }
    }

    /// Plays at another speed from here on.
    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
        self.begin_pace();
    }

    /// Lets so many microseconds of the screen pass.
    pub fn tick(&mut self, passed_us: u64) -> Ticked {
        if !self.is_playing {
            return Ticked::default();
        }
        let before = self.session.now();
        let target = self.target(passed_us);
        let last = self.last();
        let until = self.pace.sim_at(target).min(last).max(before.time);
        let (is_there, is_over) = self.go_on(until);
        if is_there && !is_over {
            self.screen = target;
        } else {
            self.screen = self.pace.screen_at(self.session.now().time).max(self.screen);
        }
        self.look();
        let now = self.session.now();
        let has_ended = is_over || now.time >= last || self.session.cluster().halted().is_some();
        self.is_playing = !has_ended;
        Ticked { has_moved: target > ScreenTime(0), has_events: now.events != before.events, has_ended }
    }

    /// Where the pace is after so many microseconds of the screen, as far as it could be planned.
    fn target(&mut self, passed_us: u64) -> ScreenTime {
        let wanted = ScreenTime(self.screen.0 + passed_us.min(TICK_MAX));
        let ahead = if matches!(self.speed, Speed::Story { .. }) { AHEAD } else { ScreenTime(0) };
        self.plan(ScreenTime(wanted.0 + ahead.0));
        let (planned, _) = self.pace.planned_through();
        wanted.min(planned)
    }

    /// Beyond this it does not play.
    fn last(&self) -> SimTime {
        self.stop_at.unwrap_or(Scenario::UNTIL_MAX).min(Scenario::UNTIL_MAX)
    }

    /// Goes on to a time, as far as one frame allows. Says whether it got there, and whether what is watched for is over.
    fn go_on(&mut self, until: SimTime) -> (bool, bool) {
        match &self.stop_when {
            None => (self.session.advance_some(until, EVENTS_A_TICK), false),
            Some((end, since)) => {
                let (is_there, progress) = walk::play(&mut self.session, end, since, until, EVENTS_A_TICK);
                (is_there, progress != Progress::Open)
            }
        }
    }

    /// Takes one event or command. Says whether there was one.
    pub fn step(&mut self) -> bool {
        self.is_playing = false;
        if self.stop_at.is_some_and(|last| self.session.now().time >= last) {
            return false;
        }
        let stepped = self.session.step();
        self.begin_here();
        stepped
    }

    /// Takes the last event back. Says whether there was one.
    pub fn step_back(&mut self) -> bool {
        self.is_playing = false;
        let stepped = self.session.step_back();
        self.begin_here();
        stepped
    }

    /// Goes to a time, back or forward.
    pub fn seek(&mut self, time: SimTime) {
        self.session.seek(time.min(Scenario::UNTIL_MAX));
        self.begin_here();
    }

    /// Intervenes at the cursor; in the past it opens a branch.
    ///
    /// # Errors
    /// When the command cannot be carried out; nothing has changed then.
    pub fn apply(&mut self, command: &Command) -> Result<(), SessionError> {
        let common = self.seen();
        self.session.apply(command)?;
        self.ahead.part(&self.session, common);
        self.begin_pace();
        self.look();
        Ok(())
    }

    /// Takes the last command back, on a new branch.
    ///
    /// # Errors
    /// When there is none.
    pub fn undo(&mut self) -> Result<(), SessionError> {
        self.session.undo()?;
        self.ahead.part(&self.session, self.session.cluster().records());
        self.begin_here();
        Ok(())
    }

    /// Returns to what the last undo left.
    ///
    /// # Errors
    /// When there is nothing to return to.
    pub fn redo(&mut self) -> Result<(), SessionError> {
        self.session.redo()?;
        self.start_over();
        Ok(())
    }

    /// Goes to another branch.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn switch_to(&mut self, branch: BranchId) -> Result<(), SessionError> {
        self.session.switch_to(branch)?;
        self.start_over();
        Ok(())
    }

    /// Gives the branch another name.
    pub fn rename_branch(&mut self, name: &str) {
        self.session.rename_branch(name);
    }

    /// Goes on with another session: another setting, another run.
    pub fn replace(&mut self, session: Session) {
        self.session = session;
        self.start_over();
    }

    fn start_over(&mut self) {
        self.ahead = if self.ahead.is_watched() { Ahead::of(&self.session) } else { Ahead::unwatched(&self.session) };
        self.begin_here();
    }

    /// Begins to look and to plan at the cursor, wherever it came from.
    fn begin_here(&mut self) {
        self.ahead.reach(&self.session);
        self.begin_pace();
        let now = self.session.now().time;
        let broken: Vec<InvariantBroken> = self.broken().cloned().collect();
        let names = Names::new(self.session.cluster().config());
        self.captioner = Captioner::default();
        let latest = caption::at(self.ahead.chronicle(), &names, &broken, now);
        let is_new = |caption: &Caption| caption.record.is_none_or(|record| record.0 >= self.tells_from);
        if let Some(caption) = latest.filter(is_new) {
            self.captioner.offer(caption, self.watched());
        }
        self.told = (self.beats(), broken.len());
    }

    fn begin_pace(&mut self) {
        self.passed += self.screen.0;
        self.pace = Pace::new(self.speed, self.session.now().time);
        self.screen = ScreenTime(0);
    }

    /// How many beats lie before the cursor.
    fn beats(&self) -> usize {
        let seen = self.seen();
        self.ahead.chronicle().beats().partition_point(|beat| beat.when.record.0 < seen)
    }

    /// For how long it was watched.
    fn watched(&self) -> ScreenTime {
        ScreenTime(self.passed + self.screen.0)
    }

    /// Plans the pace through a screen time, running ahead as far as that takes.
    fn plan(&mut self, through: ScreenTime) {
        self.ahead.reach(&self.session);
        loop {
            self.pace.plan(self.ahead.chronicle(), self.ahead.through());
            let (planned, _) = self.pace.planned_through();
            if planned >= through || !self.ahead.go_on() {
                return;
            }
        }
    }

    /// Tells the captioner what has come since it was last told.
    fn look(&mut self) {
        let (now, beats) = (self.watched(), self.beats());
        let names = Names::new(self.session.cluster().config());
        let broken: Vec<Caption> = self.broken().skip(self.told.1).map(caption::of_broken).collect();
        for beat in self.told.0..beats {
            if let Some(caption) = caption::of_beat(self.ahead.chronicle(), &names, beat) {
                self.captioner.offer(caption, now);
            }
        }
        self.told = (beats, self.told.1 + broken.len());
        for caption in broken {
            self.captioner.offer(caption, now);
        }
        self.captioner.tick(now);
    }
}
