//! Walks: in slices or in one go, step by step or by a link, a walk comes to the same place; and a rehearsed script is
//! played again exactly.

use std::sync::Arc;

use netsplit::base::{NodeId, SimTime};
use netsplit::lesson::{Lesson, StepKind};
use netsplit::protocol::Update;
use netsplit::session::walk::{Place, Progress, Walk, play, progress, until};
use netsplit::session::{RunRecord, ScenarioRef, Session};
use netsplit::sim::Command;

/// Everything that a learner could tell two places apart by.
fn hashes(place: &Place) -> (usize, Vec<u64>, Vec<usize>) {
    let sessions = || std::iter::once(&place.trunk).chain(place.sides.iter().map(|side| &side.session));
    let planned = |session: &Session| session.active_branch().commands().len();
    (place.step, sessions().map(Session::trace_hash).collect(), sessions().map(planned).collect())
}

fn in_slices(mut walk: Walk, events: u64) -> Place {
    let mut slices = 0_u32;
    while !walk.advance_some(events).expect("the lesson can be walked") {
        slices += 1;
        assert!(slices < 1_000_000, "the walk does not end");
    }
    assert!(walk.is_done());
    walk.into_place()
}

/// The places at which each step is entered, one after the other.
fn step_by_step(lesson: &Arc<Lesson>) -> Vec<Place> {
    let mut place = Walk::start(lesson).and_then(Walk::finish).expect("the lesson begins");
    let mut places = vec![place.clone()];
    for step in 1..lesson.steps.len() {
        let solved = Walk::solve(lesson, place).and_then(Walk::finish).expect("the step can be solved");
        place = Walk::enter(lesson, step, solved).and_then(Walk::finish).expect("the step can be entered");
        places.push(place.clone());
    }
    places
}

#[test]
fn a_link_into_a_step_comes_where_walking_does() {
    for lesson in super::shipped() {
        for (step, walked) in step_by_step(&lesson).iter().enumerate() {
            let linked = Walk::reach(&lesson, step).and_then(Walk::finish).expect("the step can be reached");
            assert_eq!(hashes(&linked), hashes(walked), "{}, step {step}", lesson.id);
            assert_eq!(linked.trail.entry(step), walked.trail.entry(step), "{}, step {step}", lesson.id);
        }
    }
}

#[test]
fn slices_of_any_size_come_to_the_same_place() {
    for lesson in super::shipped() {
        let last = lesson.steps.len() - 1;
        let at_once = Walk::reach(&lesson, last).and_then(Walk::finish).expect("the step can be reached");
        let sliced = in_slices(Walk::reach(&lesson, last).expect("there is such a step"), 7);
        assert_eq!(hashes(&sliced), hashes(&at_once), "{}", lesson.id);
        for (step, place) in step_by_step(&lesson).into_iter().enumerate() {
            let StepKind::Vary { options, .. } = &lesson.steps[step].kind else { continue };
            for option in 0..options.len() {
                let choose = |place: &Place| Walk::choose(&lesson, option, place.clone()).expect("there is a choice");
                let at_once = choose(&place).finish().expect("the choice can be made");
                assert_eq!(hashes(&in_slices(choose(&place), 13)), hashes(&at_once), "{}, {option}", lesson.id);
            }
        }
    }
}

#[test]
fn a_step_plays_to_the_same_end_in_frames_of_any_size() {
    for lesson in super::shipped() {
        for (step, place) in step_by_step(&lesson).into_iter().enumerate() {
            let StepKind::Run { .. } = &lesson.steps[step].kind else { continue };
            let until = until(&lesson.steps[step], 0).expect("a run has an end");
            let solved = Walk::solve(&lesson, place.clone()).and_then(Walk::finish).expect("the run can be solved");
            let since = place.since();
            let mut session = place.trunk.clone();
            assert_eq!(progress(&until, &session, &since), Progress::Open, "{}, step {step}", lesson.id);
            let mut to = session.now().time;
            let over = loop {
                to = SimTime(to.0 + 3_777);
                if let (_, over @ (Progress::Reached | Progress::Overdue)) = play(&mut session, &until, &since, to, 5) {
                    break over;
                }
                to = session.now().time;
            };
            assert_eq!(over, Progress::Reached);
            assert_eq!(session.trace_hash(), solved.trunk.trace_hash(), "{}, step {step}", lesson.id);
        }
    }
}

/// A plain replay knows neither rehearsals nor forks.
#[test]
fn a_walked_run_is_the_run_of_its_record() {
    for lesson in super::shipped() {
        for place in step_by_step(&lesson) {
            for session in std::iter::once(&place.trunk).chain(place.sides.iter().map(|side| &side.session)) {
                let record: RunRecord = session.record(ScenarioRef::Named(lesson.id.clone()));
                let replayed = Session::replay(session.scenario(), &record).expect("the record can be replayed");
                assert_eq!(replayed.trace_hash(), session.trace_hash(), "{}, step {}", lesson.id, place.step);
            }
        }
    }
}

#[test]
fn steps_and_choices_that_are_not_there_are_refused() {
    let lesson = &super::shipped()[0];
    let place = Walk::start(lesson).and_then(Walk::finish).expect("the lesson begins");
    assert!(Walk::reach(lesson, 99).is_err());
    assert!(Walk::enter(lesson, 99, place.clone()).is_err());
    assert!(Walk::choose(lesson, 0, place).is_err(), "the first step is no vary step");
}

/// An option of a step that compares is solved to its own end, not to that of the first.
#[test]
fn each_option_is_solved_to_its_own_end() {
    let mut compared = 0;
    for lesson in super::shipped() {
        for (step, place) in step_by_step(&lesson).into_iter().enumerate() {
            let StepKind::Vary { options, .. } = &lesson.steps[step].kind else { continue };
            for (at, option) in options.iter().enumerate() {
                let walk = Walk::choose(&lesson, at, place.clone()).expect("there is a choice");
                let chosen = walk.finish().expect("the choice can be made");
                let solved = Walk::solve(&lesson, chosen).and_then(Walk::finish).expect("it can be solved");
                let [side] = solved.sides.as_slice() else { panic!("one run is shown") };
                assert_eq!(side.variant, at);
                let over = progress(&option.until, &side.session, &side.since);
                assert_eq!(over, Progress::Reached, "{}, {}", lesson.id, option.label);
                compared += usize::from(at > 0 && option.until != options[0].until);
            }
        }
    }
    assert!(compared > 3, "only {compared} options end otherwise than the first");
}

/// The step `heal` of the zombie leader: mend, wait until the ghost is gone, then Carol reads.
fn healing() -> (Arc<Lesson>, Place) {
    let lesson = super::shipped().into_iter().find(|lesson| lesson.id == "zombie-leader").expect("it is shipped");
    let step = lesson.step_named("heal").expect("it has that step");
    let place = Walk::reach(&lesson, step).and_then(Walk::finish).expect("the step can be reached");
    (lesson, place)
}

fn commands(session: &Session) -> Vec<Command> {
    session.active_branch().commands().iter().map(|(_, command)| command.clone()).collect()
}

fn reads(session: &Session) -> usize {
    let is_read =
        |command: &&Command| matches!(command, Command::Invoke { operation, .. } if operation.update == Update::Read);
    commands(session).iter().filter(is_read).count()
}

#[test]
fn a_script_goes_on_after_an_intervention() {
    let (lesson, mut place) = healing();
    let planned = reads(&place.trunk);
    place.trunk.advance(SimTime(place.trunk.now().time.0 + 10_000));
    let freeze = Command::Pause(NodeId(2));
    place.trunk.apply(&freeze).expect("n2 can be paused");
    assert_eq!(reads(&place.trunk), planned - 1, "what was planned is gone with the intervention");
    let at = place.trunk.now();
    let resumed = Walk::resume(&lesson, place).and_then(Walk::finish).expect("the run can be resumed");
    assert_eq!(resumed.trunk.now(), at, "the learner stands where they intervened");
    assert!(commands(&resumed.trunk).contains(&freeze));
    assert_eq!(reads(&resumed.trunk), planned, "Carol will read all the same");
    let solved = Walk::solve(&lesson, resumed).and_then(Walk::finish).expect("it can be solved");
    assert_eq!(reads(&solved.trunk), planned);
    assert_eq!(solved.trunk.applied(), commands(&solved.trunk).len(), "everything was carried out");
}

#[test]
fn what_the_learner_did_in_place_of_the_script_is_not_done_again() {
    let (lesson, place) = healing();
    let own = commands(&place.trunk);
    let mut resumed = place.clone();
    // Back to before the script's first deed, which the learner then does.
    resumed.trunk = place.trunk.fork_at(place.since().applied, place.since().moment.time, false);
    resumed.trunk.apply(&Command::HealAll).expect("the links can be mended");
    let resumed = Walk::resume(&lesson, resumed).and_then(Walk::finish).expect("the run can be resumed");
    assert_eq!(commands(&resumed.trunk), own, "it is the lesson's own run again");
    let ends = [place, resumed].map(|place| Walk::solve(&lesson, place).and_then(Walk::finish).expect("it ends"));
    assert_eq!(ends[0].trunk.trace_hash(), ends[1].trunk.trace_hash());
}

#[test]
fn a_deed_of_the_script_that_cannot_be_done_any_more_is_left_out() {
    let lesson = super::shipped().into_iter().find(|lesson| lesson.id == "quorum-arithmetic").expect("it is shipped");
    let step = lesson.step_named("sizes").expect("it has that step");
    let place = Walk::reach(&lesson, step).and_then(Walk::finish).expect("the step can be reached");
    let mut place = Walk::choose(&lesson, 0, place).and_then(Walk::finish).expect("the choice can be made");
    let run = &mut place.sides[0].session;
    run.advance(SimTime(run.now().time.0 + 50_000));
    run.apply(&Command::Wipe(NodeId(4))).expect("n4 can be wiped");
    let resumed = Walk::resume(&lesson, place).and_then(Walk::finish).expect("the run can be resumed");
    let solved = Walk::solve(&lesson, resumed).and_then(Walk::finish).expect("it can be solved");
    assert!(solved.missed > 0, "n4 is down already and cannot crash");
    assert!(reads(&solved.sides[0].session) == 0 && commands(&solved.sides[0].session).len() > 3);
}
