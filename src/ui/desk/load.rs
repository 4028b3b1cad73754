//! What the address asks for, fetched and set up: a scenario by name, a run from a link, or the run of the first screen.

use crate::lesson::{Lesson, Scenario};
use crate::session::link::{self, LinkError};
use crate::session::{Replay, RunRecord, ScenarioRef, Session};
use crate::ui::catalogue;
use crate::ui::frame::Slice;
use crate::ui::lab::Lab;
use crate::ui::lessons::{self, Linked};
use crate::ui::prefs;
use crate::ui::query::Query;
use crate::view::playback::Opening;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The run of the first screen.
const HOME: &str = "home";

/// How far the fetching is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Loaded {
    /// Under way.
    Waiting,
    /// The first screen.
    Home,
    /// A scenario, or a run from a link.
    Scenario,
    /// A lesson, from a step on, perhaps with a run from a link.
    Lesson(Arc<Lesson>, usize, Linked),
    /// There is no such lesson.
    NoLesson(String),
    /// It cannot be shown.
    Failed(String),
}

/// Begins to fetch what the address asks for.
pub(super) fn begin(lab: Lab, query: &Query) -> RwSignal<Loaded> {
    let loaded = RwSignal::new(Loaded::Waiting);
    let linked = Linked::new_local(None);
    let query = query.clone();
    spawn_local(async move {
        let came = load(lab, &query, linked).await;
        loaded.set(came.unwrap_or_else(Loaded::Failed));
    });
    loaded
}

async fn load(lab: Lab, query: &Query, linked: Linked) -> Result<Loaded, String> {
    let record = match link::decode(&query.fragment) {
        Ok(record) => Some(record),
        Err(LinkError::NoRun) => None,
        Err(error) => {
            lab.notice.set(Some(format!("The link cannot be opened: {error}")));
            None
        }
    };
    if let Some(id) = &query.lesson {
        let (lesson, step) = match lessons::fetch(id, query.step.as_deref()).await {
            Ok(found) => found,
            Err(reason) => return Ok(Loaded::NoLesson(reason)),
        };
        if let Some(record) = record {
            match open(lab, record).await {
                Ok((run, _)) => linked.set_value(Some((run, query.option()))),
                Err(error) => lab.notice.set(Some(format!("The link cannot be opened: {error}"))),
            }
        }
        return Ok(Loaded::Lesson(lesson, step, linked));
    }
    if let Some(record) = record {
        let (session, reference) = open(lab, record).await?;
        watch(lab, session, reference).await;
        return Ok(Loaded::Scenario);
    }
    let id = query.scenario.clone().unwrap_or_else(|| HOME.to_owned());
    let scenario = catalogue::scenario(&id).await.map_err(|error| error.to_string())?;
    let seed = match query.seed() {
        Ok(asked) => asked.unwrap_or(scenario.seed),
        Err(text) => {
            let words = "is no seed: seeds are whole numbers from 0 to";
            let instead = format!("This is the run with seed {} instead, the scenario's own", scenario.seed);
            lab.notice.set(Some(format!("“{text}” {words} {}. {instead}", u32::MAX)));
            scenario.seed
        }
    };
    let session = Session::new(&scenario, seed).map_err(|error| error.to_string())?;
    lab.load(session, ScenarioRef::Named(id));
    if query.scenario.is_none() {
        begin_home(lab);
        return Ok(Loaded::Home);
    }
    Ok(Loaded::Scenario)
}

/// Whoever opens the run in a saved file.
#[derive(Clone, Copy)]
pub(in crate::ui) struct SavedRuns(pub(super) RwSignal<Loaded>);

impl SavedRuns {
    /// Opens the run in a file's text, in place of what is there. What is there stays if that fails.
    ///
    /// # Errors
    /// When the text holds no run, or one that cannot be had again.
    pub(in crate::ui) async fn open(self, lab: Lab, text: &str) -> Result<(), String> {
        let record = link::decode(text).map_err(|error| match error {
            LinkError::NoRun => "no run of Netsplit's is in it".to_owned(),
            error => error.to_string(),
        })?;
        let (session, reference) = open(lab, record).await?;
        lab.set_twin(None);
        lab.is_home.set(false);
        watch(lab, session, reference).await;
        self.0.set(Loaded::Scenario);
        Ok(())
    }
}

/// The first screen moves by itself, unless a person wants no motion.
fn begin_home(lab: Lab) {
    lab.is_home.set(true);
    lab.change(|playback| playback.seek(crate::base::SimTime::from_millis(1_500)));
    if !prefs::wants_still() {
        lab.play();
    }
}

/// Has a recorded run again, in slices, so that the page answers meanwhile.
async fn open(lab: Lab, record: RunRecord) -> Result<(Session, ScenarioRef), String> {
    let scenario: Scenario = match &record.scenario {
        ScenarioRef::Named(id) => (*catalogue::scenario(id).await.map_err(|error| error.to_string())?).clone(),
        ScenarioRef::Inline(scenario) => (**scenario).clone(),
    };
    let (hash, reference, engine) = (record.hash, record.scenario.clone(), record.engine.clone());
    let mut replay = Replay::new(&scenario, record).map_err(|error| error.to_string())?;
    let mut slice = Slice::start();
    while !replay.advance_some(EVENTS).map_err(|error| error.to_string())? {
        if slice.is_over() {
            slice.next().await;
        }
    }
    let session = replay.finish().map_err(|error| error.to_string())?;
    if session.trace_hash() != hash {
        let own = env!("CARGO_PKG_VERSION");
        lab.notice.set(Some(format!(
            "This link was made by version {engine}, and in version {own} the run comes out differently. It is shown as it runs now"
        )));
    }
    Ok((session, reference))
}

/// Sets a run up that may be long, in slices.
async fn watch(lab: Lab, session: Session, reference: ScenarioRef) {
    let (mut opening, mut slice) = (Opening::new(session), Slice::start());
    while !opening.advance_some(EVENTS) {
        if slice.is_over() {
            slice.next().await;
        }
    }
    lab.set_up(opening.finish(lab.speed.get_untracked()), reference);
}

/// Events between two looks at the wall clock.
const EVENTS: u64 = 500;
