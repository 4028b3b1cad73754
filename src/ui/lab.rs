//! The laboratory's state on the page, and the only way to change it. Handles only, so it is copied into every handler.
//! The run itself lives outside the reactive graph; one animation frame moves it and publishes what can be seen.

use super::pulse::Pulse;
use crate::base::{ClientId, Endpoint, NodeId, OpId, RecordId, SimTime};
use crate::lesson::Scenario;
use crate::session::{RunRecord, ScenarioRef, Session};
use crate::sim::Command;
use crate::view::caption::Caption;
use crate::view::pace::{Rate, Skip, Speed};
use crate::view::playback::Playback;
use crate::view::stage::{SeenBy, StageFrame};
use leptos::prelude::*;
use std::sync::Arc;

/// What somebody has selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selected {
    /// A node.
    Node(NodeId),
    /// The link between two endpoints, the lower name first.
    Link(Endpoint, Endpoint),
    /// A client.
    Client(ClientId),
    /// A message, by the record of its sending.
    Message(RecordId),
    /// An operation.
    Operation(OpId),
}

/// What a click or a drag on the stage does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tool {
    /// Moves nodes; on empty ground it is the knife.
    #[default]
    Move,
    /// Cuts what a drag crosses, nodes or not.
    Knife,
    /// Writes through the node that is clicked.
    Write,
    /// Crashes the node that is clicked, or starts it again.
    Crash,
    /// Freezes the node that is clicked, or lets it go on.
    Freeze,
    /// Steps the clock of the node that is clicked.
    Clock,
}

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialog {
    /// The sides of a partition.
    Partition,
    /// The link to this run.
    Share,
    /// The keys.
    Keyboard,
    /// Theme, motion, text size.
    Preferences,
}

/// What changes with every frame, in small plain values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Clock {
    /// Where the run stands.
    pub(super) time: SimTime,
    /// How many events were processed.
    pub(super) events: u64,
    /// How far the branch was ever run.
    pub(super) furthest: SimTime,
    /// Whether it plays.
    pub(super) is_playing: bool,
    /// Microseconds of simulated time that a second of the screen shows.
    pub(super) rate: Option<Rate>,
    /// The stretch of quiet that is being skipped.
    pub(super) skip: Option<Skip>,
    /// Counts what was done: an intervention, a seek, another run.
    pub(super) turn: u32,
}

/// A run to which one can return, as long as nothing was done in the one that took its place.
struct Former {
    session: Session,
    scenario: ScenarioRef,
    /// How many commands and branches the other has while nothing was done in it.
    untouched: (usize, usize),
}

/// The state.
#[derive(Clone, Copy)]
pub(super) struct Lab {
    playback: StoredValue<Option<Playback>, LocalStorage>,
    scenario: RwSignal<Option<Arc<Scenario>>>,
    scenario_ref: StoredValue<Option<ScenarioRef>>,
    /// The runs before other settings, the latest last, and those that were left by returning to one.
    former: StoredValue<Vec<Former>, LocalStorage>,
    later: StoredValue<Vec<Former>, LocalStorage>,
    /// The stage as of the last event.
    pub(super) frame: RwSignal<Arc<StageFrame>>,
    /// What changes with every frame.
    pub(super) clock: RwSignal<Clock>,
    /// What is selected.
    pub(super) selected: RwSignal<Option<Selected>>,
    /// The tool in hand.
    pub(super) tool: RwSignal<Tool>,
    /// Whose eyes the stage is seen with.
    pub(super) seen_by: RwSignal<SeenBy>,
    /// Where somebody has put nodes by hand, in fractions of the stage.
    pub(super) places: RwSignal<Vec<(NodeId, f32, f32)>>,
    /// What is to be said of the run just now.
    pub(super) caption: RwSignal<Option<Caption>>,
    /// The open dialog.
    pub(super) dialog: RwSignal<Option<Dialog>>,
    /// Something that must be said: an error, or what became of a link.
    pub(super) notice: RwSignal<Option<String>>,
    /// What a screen reader is told.
    pub(super) spoken: RwSignal<String>,
    /// How fast it is to play.
    pub(super) speed: RwSignal<Speed>,
    pulse: Pulse,
}

impl Lab {
    /// An empty laboratory.
    pub(super) fn new() -> Lab {
        Lab {
            playback: StoredValue::new_local(None),
            scenario: RwSignal::new(None),
            scenario_ref: StoredValue::new(None),
            former: StoredValue::new_local(Vec::new()),
            later: StoredValue::new_local(Vec::new()),
            frame: RwSignal::new(Arc::default()),
            clock: RwSignal::new(Clock::default()),
            selected: RwSignal::new(None),
            tool: RwSignal::new(Tool::default()),
            seen_by: RwSignal::new(SeenBy::Observer),
            places: RwSignal::new(Vec::new()),
            caption: RwSignal::new(None),
            dialog: RwSignal::new(None),
            notice: RwSignal::new(None),
            spoken: RwSignal::new(String::new()),
            speed: RwSignal::new(Speed::Story { skip_quiet: true }),
            pulse: Pulse::new(),
        }
    }

    /// The scenario's title, for the head of the page.
    pub(super) fn title(self) -> String {
        self.scenario.read().as_ref().map(|scenario| scenario.title.clone()).unwrap_or_default()
    }

    /// The scenario's title, and what it is about.
    pub(super) fn about(self) -> (String, String) {
        let scenario = self.scenario.get_untracked();
        scenario.map(|scenario| (scenario.title.clone(), scenario.summary.clone())).unwrap_or_default()
    }

    /// Sets a session up, paused at its cursor.
    pub(super) fn load(self, session: Session, scenario: ScenarioRef) {
        self.scenario.set(Some(Arc::new(session.scenario().clone())));
        self.scenario_ref.set_value(Some(scenario));
        let speed = self.speed.get_untracked();
        self.playback.set_value(Some(Playback::new(session, speed)));
        self.selected.set(None);
        self.turn();
    }

    /// Sets another run up in the place of this one, to which undo returns.
    pub(super) fn change_run(self, session: Session, scenario: ScenarioRef) {
        self.later.update_value(Vec::clear);
        self.exchange(self.former, session, scenario);
    }

    /// Returns to the run before the settings were changed, if that is the last thing that was done. Says whether it did.
    pub(super) fn undo_run(self) -> bool {
        self.take_untouched(self.former).is_some_and(|former| {
            self.exchange(self.later, former.session, former.scenario);
            true
        })
    }

    /// Returns to the run that the last [`Lab::undo_run`] left, if nothing was done since. Says whether it did.
    pub(super) fn redo_run(self) -> bool {
        self.take_untouched(self.later).is_some_and(|later| {
            self.exchange(self.former, later.session, later.scenario);
            true
        })
    }

    /// Keeps this run on a pile and sets another up.
    fn exchange(self, pile: StoredValue<Vec<Former>, LocalStorage>, session: Session, scenario: ScenarioRef) {
        let untouched = (session.active_branch().commands().len(), session.branches().len());
        let kept = self.read(|playback| playback.session().clone()).zip(self.scenario_ref.get_value());
        if let Some((session, scenario)) = kept {
            pile.update_value(|pile| pile.push(Former { session, scenario, untouched }));
        }
        let (selected, is_playing) = (self.selected.get_untracked(), self.clock.get_untracked().is_playing);
        self.load(session, scenario);
        self.selected.set(selected);
        if is_playing {
            self.play();
        }
    }

    fn take_untouched(self, pile: StoredValue<Vec<Former>, LocalStorage>) -> Option<Former> {
        let now = self.read(|playback| {
            let session = playback.session();
            (session.active_branch().commands().len(), session.branches().len())
        })?;
        pile.try_update_value(|pile| pile.pop_if(|former| former.untouched == now)).flatten()
    }

    /// Looks at the playback, if there is one.
    pub(super) fn read<T>(self, look: impl FnOnce(&Playback) -> T) -> Option<T> {
        self.playback.try_with_value(|playback| playback.as_ref().map(look)).flatten()
    }

    /// Changes the playback and shows what came of it.
    pub(super) fn change<T>(self, change: impl FnOnce(&mut Playback) -> T) -> Option<T> {
        let out = self.playback.try_update_value(|playback| playback.as_mut().map(change)).flatten();
        self.turn();
        out
    }

    /// Carries out a command; an error is said.
    pub(super) fn act(self, command: &Command) {
        if let Some(Err(error)) = self.change(|playback| playback.apply(command)) {
            self.notice.set(Some(format!("That cannot be done: {error}")));
        }
    }

    /// Plays.
    pub(super) fn play(self) {
        self.change(Playback::play);
        self.pulse.start(move |passed_us| self.tick(passed_us));
    }

    /// Stands still.
    pub(super) fn pause(self) {
        self.change(Playback::pause);
    }

    /// Plays or stands still.
    pub(super) fn toggle(self) {
        if self.clock.get_untracked().is_playing { self.pause() } else { self.play() }
    }

    /// Plays at another speed.
    pub(super) fn set_speed(self, speed: Speed) {
        self.speed.set(speed);
        self.change(|playback| playback.set_speed(speed));
    }

    /// The record of the run, for links and reports.
    pub(super) fn record(self) -> Option<RunRecord> {
        let scenario = self.scenario_ref.get_value()?;
        self.read(|playback| playback.session().record(scenario))
    }

    /// One animation frame; says whether another is wanted.
    fn tick(self, passed_us: u64) -> bool {
        let ticked = self.playback.try_update_value(|playback| playback.as_mut().map(|it| it.tick(passed_us))).flatten();
        let Some(ticked) = ticked else { return false };
        self.publish(ticked.has_events || ticked.has_ended);
        self.clock.try_get_untracked().is_some_and(|clock| clock.is_playing)
    }

    /// Shows a picture that somebody's doing has changed.
    fn turn(self) {
        self.clock.update(|clock| clock.turn = clock.turn.wrapping_add(1));
        self.publish(true);
    }

    fn publish(self, has_events: bool) {
        let seen_by = self.seen_by.get_untracked();
        let turn = self.clock.get_untracked().turn;
        let shown = self.read(|playback| {
            let session = playback.session();
            let (now, furthest) = (session.now(), session.furthest().now().time);
            let clock = Clock {
                time: now.time,
                events: now.events,
                furthest,
                is_playing: playback.is_playing(),
                rate: playback.pace().rate_at(playback.screen()),
                skip: playback.pace().skip_at(playback.screen()),
                turn,
            };
            let frame = has_events.then(|| StageFrame::of(session.cluster(), seen_by));
            (clock, frame, playback.caption().cloned())
        });
        let Some((clock, frame, caption)) = shown else { return };
        if *self.caption.read_untracked() != caption {
            self.caption.set(caption);
        }
        if let Some(frame) = frame {
            self.frame.set(Arc::new(frame));
        }
        self.clock.set(clock);
    }

    /// Sees with other eyes.
    pub(super) fn see_as(self, seen_by: SeenBy) {
        self.seen_by.set(seen_by);
        self.turn();
    }
}

/// The laboratory of this page.
pub(super) fn use_lab() -> Lab {
    expect_context::<Lab>()
}
