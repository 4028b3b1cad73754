//! The laboratory's state on the page, and the only way to change it. Handles only, so it is copied into every handler.
//! The run itself lives outside the reactive graph; one animation frame moves it and publishes what can be seen.

mod former;
mod shown;

use super::bench;
use super::failure;
use super::pulse::{Next, Pulse};
use super::whole::{Whole, use_whole};
use crate::base::{ClientId, Endpoint, NodeId, OpId, RecordId, SimTime};
use crate::lesson::{self, Scenario, System};
use crate::session::{BranchId, RunRecord, ScenarioRef, Session};
use crate::sim::Command;
use crate::view::caption::Caption;
use crate::view::pace::{Rate, Skip, Speed};
use crate::view::playback::Playback;
use crate::view::stage::{SeenBy, StageFrame};
use crate::view::traffic::Traffic;
use former::Former;
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
    /// What is different in a twin.
    Twin,
    /// The keys.
    Keyboard,
    /// Theme, motion, letters, keys and announcements.
    Preferences,
}

/// Where the run stands, in small plain values, as often as it is shown: see `shown.rs`.
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

/// A run beside another.
#[derive(Clone)]
pub(super) struct Twin {
    /// The run beside.
    pub(super) lab: Lab,
    /// What the run itself is called then.
    pub(super) own: String,
    /// What is different in the one beside, in a few words.
    pub(super) difference: String,
    /// When a lesson's learner began to watch the two: the lesson closes it, and tells itself how they part. None if it is
    /// no lesson's.
    pub(super) lesson: Option<SimTime>,
}

/// The state.
#[derive(Clone, Copy)]
pub(super) struct Lab {
    /// What the names of its elements begin with: empty for the run itself, something else for a twin.
    pub(super) prefix: &'static str,
    /// The run beside this one.
    pub(super) twin: RwSignal<Option<Twin>>,
    /// Whether this is the first screen, which invites.
    pub(super) is_home: RwSignal<bool>,
    /// Who owns what lives as long as the desk: a twin's state must outlive the dialog that opened it.
    owner: StoredValue<Option<Owner>>,
    /// Whether the whole program is here.
    whole: Whole,
    /// Whether the stage has ever moved.
    has_moved: StoredValue<bool>,
    /// When all was shown last, in milliseconds, and whether anything has happened since.
    shown_at: StoredValue<f64>,
    owes: StoredValue<bool>,
    /// Whether a message is on its way that was there at the last frame.
    follows: StoredValue<bool>,
    /// The branch, and how many commands of it, that a report of a failure would hold.
    remembered: StoredValue<Option<(BranchId, usize)>>,
    /// When something was last said to a screen reader, in milliseconds.
    said_at: StoredValue<f64>,
    /// What was said of the run last.
    said: StoredValue<Option<Caption>>,
    playback: StoredValue<Option<Playback>, LocalStorage>,
    scenario: RwSignal<Option<Arc<Scenario>>>,
    scenario_ref: StoredValue<Option<ScenarioRef>>,
    /// The runs before other settings, the latest last, and those that were left by returning to one.
    former: StoredValue<Vec<Former>, LocalStorage>,
    later: StoredValue<Vec<Former>, LocalStorage>,
    /// The settings of the system that ran before the switch of the head was used: a second click returns to them.
    pub(super) other_system: StoredValue<Option<System>>,
    /// The stage as of the last event.
    pub(super) frame: RwSignal<Arc<StageFrame>>,
    /// What moves on the stage.
    pub(super) traffic: RwSignal<Traffic>,
    /// Where the run stands, as it is shown.
    pub(super) clock: RwSignal<Clock>,
    /// What is selected.
    pub(super) selected: RwSignal<Option<Selected>>,
    /// The message under the pointer, on the stage or on the timeline: it lights up on both.
    pub(super) hovered: RwSignal<Option<RecordId>>,
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
    /// What a lesson lets a learner use; none allows everything.
    pub(super) allowed: RwSignal<Option<Vec<lesson::Tool>>>,
    /// The readings that a lesson wants to be seen; none shows all.
    pub(super) readings: RwSignal<Option<Vec<lesson::Reading>>>,
    /// Whether captions, readings and answers would give away what a learner is asked.
    pub(super) hides_outcomes: RwSignal<bool>,
    /// What a lesson points at on the stage.
    pub(super) marked: RwSignal<Vec<lesson::Mark>>,
    /// The tool that a lesson points at.
    pub(super) cue: RwSignal<Option<lesson::Tool>>,
    /// The panels that a lesson opens, in order.
    pub(super) panels: RwSignal<Vec<lesson::Panel>>,
    /// What an address says of where the learner is besides the run: the lesson and the step. Empty outside of lessons.
    pub(super) address: RwSignal<String>,
    /// How many commands of the run are a lesson's own: undo stops there.
    pub(super) floor: RwSignal<usize>,
    pulse: Pulse,
}

impl Lab {
    /// An empty laboratory.
    pub(super) fn new() -> Lab {
        Lab::named("")
    }

    /// An empty laboratory beside another.
    pub(super) fn named(prefix: &'static str) -> Lab {
        Lab {
            prefix,
            twin: RwSignal::new(None),
            is_home: RwSignal::new(false),
            owner: StoredValue::new(Owner::current()),
            whole: use_whole(),
            has_moved: StoredValue::new(false),
            shown_at: StoredValue::new(f64::MIN),
            owes: StoredValue::new(false),
            follows: StoredValue::new(false),
            remembered: StoredValue::new(None),
            said_at: StoredValue::new(f64::MIN),
            said: StoredValue::new(None),
            playback: StoredValue::new_local(None),
            scenario: RwSignal::new(None),
            scenario_ref: StoredValue::new(None),
            former: StoredValue::new_local(Vec::new()),
            later: StoredValue::new_local(Vec::new()),
            other_system: StoredValue::new(None),
            frame: RwSignal::new(Arc::default()),
            traffic: RwSignal::new(Traffic::default()),
            clock: RwSignal::new(Clock::default()),
            selected: RwSignal::new(None),
            hovered: RwSignal::new(None),
            tool: RwSignal::new(Tool::default()),
            seen_by: RwSignal::new(SeenBy::Observer),
            places: RwSignal::new(Vec::new()),
            caption: RwSignal::new(None),
            dialog: RwSignal::new(None),
            notice: RwSignal::new(None),
            spoken: RwSignal::new(String::new()),
            speed: RwSignal::new(Speed::Story { skip_quiet: true }),
            allowed: RwSignal::new(None),
            readings: RwSignal::new(None),
            hides_outcomes: RwSignal::new(false),
            marked: RwSignal::new(Vec::new()),
            cue: RwSignal::new(None),
            panels: RwSignal::new(Vec::new()),
            address: RwSignal::new(String::new()),
            floor: RwSignal::new(0),
            pulse: Pulse::new(),
        }
    }

    /// An empty laboratory for a run beside this one.
    pub(super) fn beside(self) -> Lab {
        let owner = self.owner.get_value();
        owner.map_or_else(|| Lab::named("twin-"), |owner| owner.with(|| Lab::named("twin-")))
    }

    /// The scenario that runs.
    pub(super) fn scenario(self) -> Option<Arc<Scenario>> {
        self.scenario.get_untracked()
    }

    /// The same, followed: another one may take its place.
    pub(super) fn running(self) -> Option<Arc<Scenario>> {
        self.scenario.get()
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
        self.load_telling(session, scenario, 0);
    }

    /// The same; what was recorded before is told by no caption.
    fn load_telling(self, session: Session, scenario: ScenarioRef, from: u64) {
        let speed = self.speed.get_untracked();
        let is_whole = untrack(|| self.whole.is_here());
        let mut playback = if is_whole { Playback::new(session, speed) } else { Playback::unwatched(session, speed) };
        if from > 0 {
            playback.tell_from(from);
        }
        self.set_up(playback, scenario);
    }

    /// Has every invariant watched from now on, and what was run so far gone through.
    pub(super) fn watch_invariants(self) {
        self.playback.update_value(|playback| {
            if let Some(playback) = playback {
                playback.watch_invariants();
            }
        });
    }

    /// Sets up a run that was opened in slices, paused at its cursor.
    pub(super) fn set_up(self, playback: Playback, scenario: ScenarioRef) {
        self.scenario.set(Some(Arc::new(playback.session().scenario().clone())));
        self.scenario_ref.set_value(Some(scenario));
        self.remembered.set_value(None);
        self.playback.set_value(Some(playback));
        self.selected.set(None);
        self.hovered.set(None);
        self.turn();
    }

    /// Sets up a session that no file holds, as a lesson's is, to be told from a record on.
    pub(super) fn show(self, session: Session, tells_from: u64) {
        let scenario = ScenarioRef::Inline(Box::new(session.scenario().clone()));
        self.load_telling(session, scenario, tells_from);
    }

    /// Whether a learner may use a tool.
    pub(super) fn allows(self, tool: lesson::Tool) -> bool {
        self.allowed.read().as_ref().is_none_or(|tools| tools.contains(&tool))
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
        if let Some(tools) = self.allowed.get_untracked()
            && !super::lessons::permits(&tools, command)
        {
            self.notice.set(Some("That is not part of this step".to_owned()));
            return;
        }
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

    /// One animation frame; says when another is wanted.
    fn tick(self, passed_us: u64) -> Next {
        let twin = self.twin.try_get_untracked().flatten();
        let ticked = self.playback.try_update_value(|own| {
            let own = own.as_mut()?;
            match twin {
                None => Some(own.tick(passed_us)),
                Some(twin) => twin.lab.change_unseen(|other| own.tick_beside(other, passed_us)),
            }
        });
        let Some(ticked) = ticked.flatten() else { return Next::Never };
        let plays = self.read(Playback::is_playing) == Some(true);
        if !plays && !ticked.has_ended {
            // It was paused after this frame was asked for, and whoever paused it has shown where it stands.
            return Next::Never;
        }
        if ticked.has_moved && !self.has_moved.get_value() {
            self.has_moved.set_value(true);
            bench::mark_moving();
        }
        self.owe(ticked.has_events);
        self.publish(ticked.has_ended || self.is_due());
        if plays { self.next_frame() } else { Next::Never }
    }

    /// Shows a picture that somebody's doing has changed.
    fn turn(self) {
        self.clock.update(|clock| clock.turn = clock.turn.wrapping_add(1));
        self.owe(true);
        self.publish(true);
        self.remember();
    }

    /// Keeps the run for a report if it should fail, whenever somebody has intervened: what a record holds are interventions.
    fn remember(self) {
        let done = self.read(|playback| {
            let branch = playback.session().active_branch();
            (branch.id(), branch.commands().len())
        });
        if self.prefix.is_empty() && self.remembered.get_value() != done {
            self.remembered.set_value(done);
            failure::remember(self.record().as_ref());
        }
    }

    /// Changes the playback, which somebody else shows.
    fn change_unseen<T>(self, change: impl FnOnce(&mut Playback) -> T) -> Option<T> {
        self.playback.try_update_value(|playback| playback.as_mut().map(change)).flatten()
    }

    /// Takes one event or command, of two runs the one that comes first.
    pub(super) fn step(self) {
        let beside = self.twin.get_untracked().map(|twin| twin.lab);
        self.change(|own| match beside {
            None => own.step(),
            Some(beside) => beside.change_unseen(|other| own.step_beside(other)).unwrap_or(false),
        });
    }

    /// Puts another run beside this one, on one clock.
    pub(super) fn set_twin(self, twin: Option<Twin>) {
        self.twin.set(twin);
        self.turn();
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
