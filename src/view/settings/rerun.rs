//! A run with other settings: the same seed, workload and commands, up to the same moment. What names a node that is no
//! longer there is left out, and said.

use crate::base::{Moment, SimTime};
use crate::lesson::{Scenario, ScenarioError};
use crate::session::{RunRecord, ScenarioRef, Session};
use crate::sim::Command;
use crate::view::describe::{Names, command};

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rerun {
    /// The scenario, without what cannot be in it any more.
    pub scenario: Scenario,
    /// The commands, each at its time.
    pub record: RunRecord,
    /// Where the cursor is to stand.
    pub now: SimTime,
    /// What was left out, in words.
    pub left_out: Vec<String>,
}

/// The run of a session once more, with another scenario.
///
/// # Errors
/// When that scenario cannot run.
pub fn rerun(session: &Session, scenario: Scenario) -> Result<Rerun, Vec<ScenarioError>> {
    let (scenario, mut left_out) = fitting(scenario);
    let problems = scenario.problems();
    if !problems.is_empty() {
        return Err(problems);
    }
    let clients = scenario.world.clients.len() as u8;
    let mut nodes = scenario.world.nodes;
    let mut scheduled = scenario.world.schedule.iter().peekable();
    let mut commands = Vec::new();
    for (moment, it) in session.active_branch().commands() {
        while scheduled.next_if(|(at, _)| *at <= moment.time).is_some_and(|(_, it)| adds(it)) {
            nodes += 1;
        }
        if it.check(nodes, clients).is_err() {
            left_out.push(command(it, &Names::new(&scenario.world)));
            continue;
        }
        nodes += u8::from(adds(it));
        // Other settings take other events: only the time is the same.
        commands.push((Moment { time: moment.time, events: u64::MAX }, it.clone()));
    }
    let now = session.now().time;
    let last = commands.last().map_or(now, |(moment, _)| moment.time.max(now));
    let record = RunRecord {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: ScenarioRef::Inline(Box::new(scenario.clone())),
        seed: session.seed(),
        applied: commands.len() as u32,
        commands,
        at: Moment { time: last, events: u64::MAX },
        hash: 0,
    };
    Ok(Rerun { scenario, record, now, left_out })
}

fn adds(command: &Command) -> bool {
    matches!(command, Command::AddNode)
}

/// Leaves out what names nodes that are not there. Claims are the author's, about the author's settings.
fn fitting(mut scenario: Scenario) -> (Scenario, Vec<String>) {
    scenario.claims.clear();
    let mut left_out = Vec::new();
    let clients = scenario.world.clients.len() as u8;
    let mut nodes = scenario.world.nodes;
    let mut schedule = std::mem::take(&mut scenario.world.schedule);
    schedule.sort_by_key(|(time, _)| *time);
    for (time, it) in schedule {
        if it.check(nodes, clients).is_ok() {
            nodes = nodes.saturating_add(u8::from(adds(&it)));
            scenario.world.schedule.push((time, it));
        } else {
            left_out.push(command(&it, &Names::new(&scenario.world)));
        }
    }
    let nodes = scenario.world.nodes;
    scenario.world.network.rules.retain(|rule| {
        let patch = Command::SetLink { wire: rule.wire, patch: rule.patch.clone() };
        patch.check(nodes, clients).is_ok()
    });
    (scenario, left_out)
}
