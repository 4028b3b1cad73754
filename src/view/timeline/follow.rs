//! How the index follows a playback through seeks, branches and other runs. Owns the question what of it still holds: a run
//! is its setting, its seed and its commands, so it holds as far as those are the same.

use std::sync::Arc;

use super::Timeline;
use crate::base::{Moment, SimTime};
use crate::lesson::Scenario;
use crate::sim::Command;
use crate::view::playback::Playback;

/// An index that follows a playback.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    timeline: Timeline,
    run: Option<Run>,
}

/// Which run was read.
#[derive(Clone, Debug)]
struct Run {
    scenario: Arc<Scenario>,
    seed: u32,
    commands: Vec<(Moment, Command)>,
}

impl Follower {
    /// Reads on to what may be shown now.
    pub fn follow(&mut self, playback: &Playback) {
        let session = playback.session();
        let commands = session.active_branch().commands();
        let is_same =
            |run: &&mut Run| run.seed == session.seed() && Arc::ptr_eq(&run.scenario, &session.scenario_shared());
        match self.run.as_mut().filter(is_same) {
            Some(run) => {
                if let Some(time) = parting(&run.commands, commands) {
                    self.timeline.forget_from(time);
                    run.commands = commands.to_vec();
                }
            }
            None => {
                let (scenario, seed) = (session.scenario_shared(), session.seed());
                self.run = Some(Run { scenario, seed, commands: commands.to_vec() });
                self.timeline = Timeline::new();
            }
        }
        let through = session.furthest().now().time;
        self.timeline.read_on(playback.chronicle(), playback.known(), through);
    }

    /// The index.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }
}

/// The first time at which two courses of events differ by a command.
fn parting(old: &[(Moment, Command)], new: &[(Moment, Command)]) -> Option<SimTime> {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let next = [old.get(same), new.get(same)].into_iter().flatten();
    next.map(|(moment, _)| moment.time).min()
}
