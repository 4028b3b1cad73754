//! Runs the same seed and commands once more with another scenario, in slices, so that the page answers meanwhile.

use super::frame::Slice;
use super::lab::Lab;
use crate::lesson::Scenario;
use crate::session::{Replay, RunRecord, ScenarioRef, Session, SessionError};
use crate::view::settings::Rerun;
use leptos::prelude::Set;

/// Events between two looks at the wall clock.
const EVENTS: u64 = 500;

/// Runs it, sets it up in the place of the run that is there, and says what was changed.
pub(super) async fn run_again(lab: Lab, prepared: Rerun, changed: &[String]) {
    let Rerun { scenario, record, now, left_out } = prepared;
    let reference = ScenarioRef::Inline(Box::new(scenario.clone()));
    match replay(&scenario, record).await {
        Ok(mut session) => {
            session.seek(now);
            lab.change_run(session, reference);
            lab.notice.set(Some(news(changed, &left_out)));
        }
        Err(error) => lab.notice.set(Some(format!("Nothing changed: {error}"))),
    }
}

async fn replay(scenario: &Scenario, record: RunRecord) -> Result<Session, SessionError> {
    let mut replay = Replay::new(scenario, record)?;
    let mut slice = Slice::start();
    while !replay.advance_some(EVENTS)? {
        if slice.is_over() {
            slice.next().await;
        }
    }
    replay.finish()
}

/// What was changed, and what could not be kept.
fn news(changed: &[String], left_out: &[String]) -> String {
    let changed = changed.join(", ");
    let start = format!("Another run of the same seed and commands. {changed}");
    match left_out {
        [] => format!("{start}. Undo returns to the run before"),
        _ => format!(
            "{start}. Left out, since it names nodes that are not there: {}. Undo returns to the run before",
            left_out.join("; ")
        ),
    }
}
